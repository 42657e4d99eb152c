package forecast

import (
	"math"
	"runtime"
	"sync"
)

// leastPast is how many years must be known before a forecast is tried: a ratio
// needs two counts, a trend three.
const leastPast = 4

// trial are the forecasts of a method from every origin, against what came.
type trial struct {
	origins []int // years that were known
	errs    []missed
}

// missed are the errors of one origin: log((came+½)/(forecast+½)) by node,
// section and year ahead, and absolute percentages; NaN where nothing came or
// is missing.
type missed struct {
	log, percent [][][]float64
}

// origins are the years after which the past is forecast anew.
func origins(years int) (out []int) {
	for n := leastPast; n < years; n++ {
		out = append(out, n)
	}
	return out
}

// try forecasts the past by every method from every origin. Origins do not need
// each other and run side by side.
func (p *past) try(ms []method, ahead int, of []int, sections int) []trial {
	truth := bySection(p.sums(p.actual()), of, sections)
	out := make([]trial, len(ms))
	from := origins(p.years)
	for m := range out {
		out[m] = trial{origins: from, errs: make([]missed, len(from))}
	}
	jobs := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for o := range jobs {
				h := min(ahead, p.years-from[o])
				q := p.after(from[o])
				for m, leaves := range q.all(ms, h) {
					out[m].errs[o] = against(bySection(q.sums(leaves), of, sections), truth, from[o], h)
				}
			}
		})
	}
	for o := range from {
		jobs <- o
	}
	close(jobs)
	wg.Wait()
	return out
}

func against(got, truth [][][]float64, known, ahead int) (e missed) {
	for i := range got {
		var logs, percents [][]float64
		for s := range got[i] {
			l, p := make([]float64, ahead), make([]float64, ahead)
			for h := range ahead {
				l[h], p[h] = math.NaN(), math.NaN()
				came, want := truth[i][s][known+h], got[i][s][h]
				if came > 0 || want > 0 {
					l[h] = math.Log((came + 0.5) / (want + 0.5))
				}
				if came > 0 {
					p[h] = 100 * math.Abs(want-came) / came
				}
			}
			logs, percents = append(logs, l), append(percents, p)
		}
		e.log, e.percent = append(e.log, logs), append(e.percent, percents)
	}
	return e
}

// mean is the mean of what is there; NaN of nothing.
type mean struct {
	sum float64
	n   int
}

func (m *mean) add(x float64) {
	if !math.IsNaN(x) {
		m.sum += x
		m.n++
	}
}

func (m mean) value() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.sum / float64(m.n)
}

// score is what trials were worth over some of their origins, at the inner nodes;
// at the root where it is the only node. picks says which trial is looked at from
// each origin, the first without. Every year ahead weighs the same, although the
// near ones were tried more often. What came after a number of years is not
// looked at.
func score(trials []trial, p *past, from, to, known int, picks []int) (all float64, byAhead, root []float64) {
	var ahead, rootAhead []mean
	for o := from; o < to; o++ {
		t := trials[0]
		if picks != nil {
			t = trials[picks[o]]
		}
		for i := range t.errs[o].percent {
			if p.leaf[i] && len(p.in.Nodes) > 1 {
				continue
			}
			for _, years := range t.errs[o].percent[i] {
				for h, x := range years[:max(0, min(len(years), known-t.origins[o]))] {
					for len(ahead) <= h {
						ahead, rootAhead = append(ahead, mean{}), append(rootAhead, mean{})
					}
					ahead[h].add(x)
					if i == 0 {
						rootAhead[h].add(x)
					}
				}
			}
		}
	}
	var over mean
	for h := range ahead {
		byAhead, root = append(byAhead, ahead[h].value()), append(root, rootAhead[h].value())
		over.add(byAhead[h])
	}
	return over.value(), byAhead, root
}
