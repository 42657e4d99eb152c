// What a model is worth, and whether it may be used.

package warning

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/edu"
)

// AUC is the chance that a child who left scores higher than one who stayed, equal
// scores counting half. NaN where one of the two is missing.
func AUC(p []float64, left []bool) float64 {
	at := make([]int, len(p))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	ranks, pos := 0.0, 0.0
	for i := 0; i < len(at); {
		j := i
		for j < len(at) && p[at[j]] == p[at[i]] {
			j++
		}
		for k := i; k < j; k++ {
			if left[at[k]] {
				ranks += float64(i+j+1) / 2
				pos++
			}
		}
		i = j
	}
	neg := float64(len(p)) - pos
	if pos == 0 || neg == 0 {
		return math.NaN()
	}
	return (ranks - pos*(pos+1)/2) / (pos * neg)
}

// Brier is the mean squared distance of probability and outcome.
func Brier(p []float64, left []bool) float64 {
	sum := 0.0
	for i := range p {
		d := p[i]
		if left[i] {
			d--
		}
		sum += d * d
	}
	return sum / float64(len(p))
}

// Bin is a row of the calibration table: children of about the same probability.
type Bin struct {
	N         int
	Mean      float64 // of the probabilities
	Share     float64 // of those who left
	Low, High float64 // of the probabilities
}

// Calibration parts children by their probability into bins of about equal size;
// equal probabilities stay together.
func Calibration(p []float64, left []bool, bins int) []Bin {
	at := make([]int, len(p))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	var out []Bin
	for from, b := 0, 1; from < len(at); b++ {
		to := max(from+1, b*len(at)/bins)
		for to < len(at) && p[at[to]] == p[at[to-1]] {
			to++
		}
		bin := Bin{N: to - from, Low: p[at[from]], High: p[at[to-1]]}
		for _, i := range at[from:to] {
			bin.Mean += p[i]
			if left[i] {
				bin.Share++
			}
		}
		bin.Mean, bin.Share = bin.Mean/float64(bin.N), bin.Share/float64(bin.N)
		out = append(out, bin)
		from = to
	}
	return out
}

// GroupResult is how a list of visits treats a group. Nothing is said of fewer than
// ten children, nor of fewer than ten who left or who stayed.
type GroupResult struct {
	Group  string
	N      int
	Left   int
	Recall float64 // of those who left: the share on the list; NaN of fewer than ten
	FPR    float64 // of those who stayed: the share on the list; NaN of fewer than ten
}

// Smallest is the least group of which anything is said.
const Smallest = 10

// Fairness holds groups against each other for one list of visits.
func Fairness(cases []Case, listed []bool) []GroupResult {
	type tally struct{ n, left, hit, wrong int }
	by := map[string]*tally{}
	for i, c := range cases {
		for _, g := range c.Groups {
			t := by[g]
			if t == nil {
				t = &tally{}
				by[g] = t
			}
			t.n++
			switch {
			case c.Left && listed[i]:
				t.left++
				t.hit++
			case c.Left:
				t.left++
			case listed[i]:
				t.wrong++
			}
		}
	}
	var out []GroupResult
	for g, t := range by {
		if t.n < Smallest {
			continue
		}
		r := GroupResult{Group: g, N: t.n, Left: t.left, Recall: math.NaN(), FPR: math.NaN()}
		if t.left >= Smallest {
			r.Recall = float64(t.hit) / float64(t.left)
		}
		if t.n-t.left >= Smallest {
			r.FPR = float64(t.wrong) / float64(t.n-t.left)
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b GroupResult) int { return cmp.Compare(a.Group, b.Group) })
	return out
}

// Trial is what a model was worth on cases later than those it learned from.
type Trial struct {
	Cases, Left     int
	From, To        edu.Date
	AUC, RuleAUC    float64
	Brier           float64
	Base            float64 // Brier score of saying the training share of everybody
	Capacity        int
	Precision, Rule float64 // of the first Capacity: the share who left, by model and by rule list
	Hits, RuleHits  int
	Table           []Bin
	Groups          []GroupResult
	Widest          float64 // largest difference of recall between groups; NaN where fewer than two are told
	Calm            bool    // calibrated: in no bin do chance and share differ beyond what chance explains
}

// Try holds a model against the rule list on later cases, for one capacity.
func Try(m *Model, later *Data, capacity int) *Trial {
	t := &Trial{Cases: len(later.Cases), Capacity: capacity, Widest: math.NaN()}
	p, left, rule := make([]float64, t.Cases), make([]bool, t.Cases), make([]float64, t.Cases)
	base := make([]float64, t.Cases)
	for i, c := range later.Cases {
		p[i], _ = m.Score(c.X)
		left[i], rule[i] = c.Left, c.Rule
		base[i] = float64(m.Left) / float64(m.Cases)
		if c.Left {
			t.Left++
		}
		if t.From == 0 || c.Day < t.From {
			t.From = c.Day
		}
		t.To = max(t.To, c.Day)
	}
	t.AUC, t.RuleAUC = AUC(p, left), AUC(rule, left)
	t.Brier, t.Base = Brier(p, left), Brier(base, left)
	t.Table = Calibration(p, left, 10)
	t.Calm = true
	for _, b := range t.Table {
		// Four standard errors: in ten bins chance goes beyond once in 1,600 tables.
		if se := math.Sqrt(b.Mean * (1 - b.Mean) / float64(b.N)); math.Abs(b.Mean-b.Share) > 4*se+1/float64(b.N) {
			t.Calm = false
		}
	}
	hits := func(order []int) (n int, listed []bool) {
		listed = make([]bool, t.Cases)
		for _, i := range order[:min(capacity, len(order))] {
			listed[i] = true
			if left[i] {
				n++
			}
		}
		return n, listed
	}
	var listed []bool
	t.Hits, listed = hits(order(later.Cases, p))
	t.RuleHits, _ = hits(order(later.Cases, rule))
	if n := min(capacity, t.Cases); n > 0 {
		t.Precision, t.Rule = float64(t.Hits)/float64(n), float64(t.RuleHits)/float64(n)
	}
	t.Groups = Fairness(later.Cases, listed)
	lo, hi, told := 1.0, 0.0, 0
	for _, g := range t.Groups {
		if !math.IsNaN(g.Recall) {
			lo, hi, told = min(lo, g.Recall), max(hi, g.Recall), told+1
		}
	}
	if told > 1 {
		t.Widest = hi - lo
	}
	return t
}

// order puts children in the order of their scores, the highest first. Among equals
// the rule list's order, then the earlier day, then the record: no tie is broken by
// chance or by a list's order.
func order(cases []Case, score []float64) []int {
	at := make([]int, len(cases))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(a, b int) int {
		x, y := cases[a], cases[b]
		return cmp.Or(cmp.Compare(score[b], score[a]), cmp.Compare(y.Rule, x.Rule), cmp.Compare(x.Day, y.Day), cmp.Compare(x.Person, y.Person))
	})
	return at
}

// Verdict is whether a model may be switched on, and why not.
type Verdict struct {
	On  bool
	Why []edu.Text
}

// Judge lets a model be switched on only where it beats the rule list on later
// cases, its probabilities mean what they say, and there were cases enough to tell.
func (t *Trial) Judge() Verdict {
	var v Verdict
	no := func(zh, en string) { v.Why = append(v.Why, edu.Text{ZH: zh, EN: en}) }
	if t.Left < Smallest || t.Cases-t.Left < Smallest {
		no("留出的结案个案太少，看不出好坏", "too few later cases to tell")
	}
	if t.Hits <= t.RuleHits {
		no("在同样的走访次数内，找到的辍学儿童不比规则名单多", "within the same visits it finds no more of those who left than the rule list")
	}
	if !(t.AUC > t.RuleAUC) {
		no("排序不比规则名单好", "it ranks no better than the rule list")
	}
	if !(t.Brier < t.Base) {
		no("概率不比“人人按平均”更准", "its probabilities are no better than the average for everybody")
	}
	if !t.Calm {
		no("校准不合格：某一档的概率与实际相差过大", "it is not calibrated: in some row probability and share are too far apart")
	}
	v.On = len(v.Why) == 0
	return v
}
