package indicator

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/stats"
)

// Statistics are the names of a region's figures, in the order in which machine
// output writes them.
var Statistics = []string{
	"value", "n_zero", "weight", "mean", "wmean", "cv", "scv", "wcv", "gini", "wgini", "theil", "wtheil",
	"theil_between", "theil_within", "wtheil_between", "wtheil_within", "max", "min", "max_min",
}

// Figure is one statistic of a region: on how many rows it stands, and how many
// were left out because something was missing.
type Figure struct {
	Statistic  string
	Value      float64 // NaN is missing
	N, Missing int
}

// Summary is every statistic of one indicator over one region.
type Summary []Figure

// Get finds a statistic by name; its value is missing where there is none.
func (s Summary) Get(statistic string) Figure {
	if i := slices.IndexFunc(s, func(f Figure) bool { return f.Statistic == statistic }); i >= 0 {
		return s[i]
	}
	return Figure{Statistic: statistic, Value: edu.Missing()}
}

// Summary computes every statistic of a region. Those of spread are over the
// section values of the rows in scope; those with weights leave out rows that
// lack the weight. The parts of Theil's index are between and within the
// regions of the next level below, and missing where the frame has none.
func (it *Item) Summary(level edu.Level, region int) Summary {
	f := it.result.Frame
	values := it.Values()
	r := f.Regions[level][region]
	var x, wx, w []float64
	var ends, wends []int
	inside := it.inside(level, region)
	missing, wmissing := 0, 0
	next := 0
	for row := r.Lo; row < r.Hi; row++ {
		for next < len(inside) && inside[next] == row {
			ends, wends = append(ends, len(x)), append(wends, len(wx))
			next++
		}
		v := edu.FromFloat(values[row])
		switch {
		case it.result.Scope != nil && it.result.Scope[row] == edu.Unknown:
			missing++
			wmissing++
			continue
		case !it.result.holds(row) || v.IsNotApplicable():
			continue
		case v.IsMissing():
			missing++
			wmissing++
			continue
		}
		n, _ := v.Number()
		x = append(x, n)
		if it.weight == nil || it.weight[row] != it.weight[row] {
			wmissing++
			continue
		}
		wx, w = append(wx, n), append(w, it.weight[row])
	}
	ends, wends = append(ends, len(x)), append(wends, len(wx))

	st := it.Stats[level][region]
	out := make(Summary, 0, len(Statistics))
	add := func(statistic string, v float64, n, missing int) {
		if v-v != 0 || n == 0 {
			v = edu.Missing()
		}
		out = append(out, Figure{statistic, v, n, missing})
	}
	plain := func(statistic string, v float64) { add(statistic, v, len(x), missing) }
	weighted := func(statistic string, v float64) { add(statistic, v, len(wx), wmissing) }

	plainBetween, plainWithin := edu.Missing(), edu.Missing()
	weightedBetween, weightedWithin := edu.Missing(), edu.Missing()
	if len(inside) > 0 {
		plainBetween, plainWithin = stats.TheilParts(x, ends)
		weightedBetween, weightedWithin = stats.WTheilParts(wx, w, wends)
	}
	var s stats.Scratch
	add("value", st.Value, st.N, st.Missing)
	plain("n_zero", float64(stats.Zeros(x)))
	weighted("weight", stats.Sum(w))
	plain("mean", st.Plain.Mean())
	weighted("wmean", st.Weighted.Mean())
	plain("cv", st.Plain.CV())
	plain("scv", st.Plain.SampleCV())
	weighted("wcv", st.Weighted.CV())
	plain("gini", stats.Gini(x, &s))
	weighted("wgini", stats.WGini(wx, w, &s))
	plain("theil", stats.Theil(x))
	weighted("wtheil", stats.WTheil(wx, w))
	plain("theil_between", plainBetween)
	plain("theil_within", plainWithin)
	weighted("wtheil_between", weightedBetween)
	weighted("wtheil_within", weightedWithin)
	plain("max", stats.Max(x))
	plain("min", stats.Min(x))
	plain("max_min", stats.MaxMin(x))
	return out
}

// inside gives the first row of each region of the next level below; it is empty
// where the frame has no level below.
func (it *Item) inside(level edu.Level, region int) []int {
	f := it.result.Frame
	k := slices.Index(f.Levels, level)
	if k < 0 || k == len(f.Levels)-1 {
		return nil
	}
	var out []int
	r := f.Regions[level][region]
	below := f.Regions[f.Levels[k+1]]
	for i := f.RegionOf(f.Levels[k+1], r.Lo); i < len(below) && below[i].Lo < r.Hi; i++ {
		out = append(out, below[i].Lo)
	}
	return out
}
