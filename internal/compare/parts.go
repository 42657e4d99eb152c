package compare

import (
	"math"

	"shuren/internal/standard"
	"shuren/internal/stats"
)

// Group is one of the groups that sections are parted into: urban, town, rural.
type Group struct {
	Pooled
	Share float64 // of the weight: mostly of the pupils
	Theil float64 // inequality inside the group, NaN where it is not defined
	// Weight is the sum of the weights that Share is of, Mean the mean of the
	// sections' values by them: what Theil is computed from.
	Weight, Mean float64
}

// Parts is an indicator parted by groups: what each comes to, and how much of
// the inequality between sections lies between the groups and how much within.
type Parts struct {
	Groups []Group
	// Theil is Theil's T of the sections' values by their weights, NaN where a
	// value is negative or all are zero; Variance is the weighted variance, which
	// is always defined. Total is Between plus Within.
	Theil, Variance Part
	N               int // sections that entered the parts
	Missing         int // sections in a group that lack the value or the weight
	Ungrouped       int // sections of which nobody knows the group
}

// Part is a measure of inequality in its two parts.
type Part struct{ Total, Between, Within float64 }

// ShareBetween is the part that lies between the groups; NaN of nothing.
func (p Part) ShareBetween() float64 {
	if !(p.Total > 0) {
		return math.NaN()
	}
	return p.Between / p.Total
}

// Gap is how far one group lies above another; missing where either is.
func (p Parts) Gap(group, other int) float64 {
	return finite(p.Groups[group].Value - p.Groups[other].Value)
}

// Ends are the first and the last group that have a value: those between which a
// gap can be told. They are the same where only one has, and -1 where none has.
func (p Parts) Ends() (first, last int) {
	first, last = -1, -1
	for g, x := range p.Groups {
		if math.IsNaN(x.Value) {
			continue
		}
		if first < 0 {
			first = g
		}
		last = g
	}
	return first, last
}

// PartBy parts an indicator over rows lo to hi-1 of a stage. group gives each
// row's group from 0 to n-1, or -1 where it is not known. The values are those of
// the sections, weighted as the pack weighs them, or alike where it does not.
func PartBy(st *standard.Stage, indicator string, group []int, n, lo, hi int) (Parts, error) {
	out := Parts{Groups: make([]Group, n), Theil: nothing, Variance: nothing}
	it := st.Item(indicator)
	if it == nil {
		for g := range out.Groups {
			out.Groups[g] = Group{Pooled: Pooled{Value: math.NaN()}, Theil: math.NaN(), Share: math.NaN(), Weight: math.NaN(), Mean: math.NaN()}
		}
		return out, nil
	}
	pooled, err := newPool(st, indicator)
	if err != nil {
		return out, err
	}
	var weight []float64
	if it.Def.Weight != "" {
		weight, _ = st.Frame.Column(it.Def.Weight)
	}
	var x, w []float64
	ends := make([]int, n)
	for g := range n {
		in := make([]bool, st.Frame.Len())
		from := len(x)
		for row := lo; row < hi; row++ {
			if group[row] != g {
				continue
			}
			in[row] = true
			if !holds(st, indicator, row) {
				continue
			}
			v, by := it.Value(row), 1.0
			if it.Def.Weight != "" {
				if by = math.NaN(); weight != nil {
					by = weight[row]
				}
			}
			if math.IsNaN(v) || math.IsNaN(by) {
				out.Missing++
				continue
			}
			x, w = append(x, v), append(w, by)
		}
		ends[g] = len(x)
		out.Groups[g] = Group{Pooled: Pooled{Value: math.NaN()}, Theil: stats.WTheil(x[from:], w[from:]), Share: stats.Sum(w[from:]), Weight: stats.Sum(w[from:]), Mean: weightedMean(x[from:], w[from:])}
		if pooled != nil {
			out.Groups[g].Pooled = pooled.over(in)
		}
	}
	for row := lo; row < hi; row++ {
		if group[row] < 0 && holds(st, indicator, row) {
			out.Ungrouped++
		}
	}
	out.N = len(x)
	total := stats.Sum(w)
	for g := range out.Groups {
		out.Groups[g].Share = finite(out.Groups[g].Share / total)
	}
	out.Theil, out.Variance = theilParts(x, w, ends), varianceParts(x, w, ends)
	return out, nil
}

func weightedMean(x, w []float64) float64 {
	var m stats.Moments
	m.AddSliceWeighted(x, w)
	if !(m.W > 0) {
		return math.NaN()
	}
	return m.Mean()
}

var nothing = Part{math.NaN(), math.NaN(), math.NaN()}

func theilParts(x, w []float64, ends []int) Part {
	total := stats.WTheil(x, w)
	if math.IsNaN(total) {
		return nothing
	}
	between, within := stats.WTheilParts(x, w, ends)
	return Part{total, between, within}
}

// varianceParts is the weighted variance with its parts: within is the mean of
// the groups' variances by their weights, between the variance of their means.
func varianceParts(x, w []float64, ends []int) Part {
	var all, between stats.Moments
	var within stats.Total
	all.AddSliceWeighted(x, w)
	if !(all.W > 0) {
		return nothing
	}
	lo := 0
	for _, hi := range ends {
		var m stats.Moments
		m.AddSliceWeighted(x[lo:hi], w[lo:hi])
		lo = hi
		if !(m.W > 0) {
			continue
		}
		within.Add(float64(m.W / all.W * m.Variance()))
		between.AddWeighted(m.Mean(), m.W)
	}
	return Part{all.Variance(), between.Variance(), within.Value()}
}
