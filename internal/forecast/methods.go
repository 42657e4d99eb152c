package forecast

import (
	"iter"
	"slices"
)

// method is a way to forecast, by its name. Without run it is the mean of all that
// have one.
type method struct {
	name string
	run  func(*past, int) [][][]float64
}

// pulls is by how many pupils a small place is drawn towards the one above it.
const pulls = 30

// equal is the name of the mean of all methods.
const equal = "mean"

// methods are all that are tried, the plainest first: of two that are worth the
// same the plainer one is used. Their mean with equal weights is the last: where
// none is surely the best it errs less than most (Bates and Granger 1969), and it
// needs no past to find weights by.
func methods() []method {
	out := []method{{"naive", single(naive)}, {"drift", single(drift)}, {"smoothing", single(smoothed)}}
	for _, c := range cohorts() {
		out = append(out, method{c.name, c.forecast})
	}
	return append(out, method{equal, nil})
}

type named struct {
	name string
	cohort
}

// cohorts are the cohorts that are tried.
func cohorts() []named {
	return []named{
		{"cohort", cohort{1, false, pulls}},
		{"cohort, recent", cohort{0.7, false, pulls}},
		{"cohort, newest", cohort{0.4, false, pulls}},
		{"cohort, median", cohort{0.8, true, pulls}},
	}
}

// all gives what every method foresees, by leaf, grade and year ahead, one after
// the other.
func (p *past) all(ms []method, ahead int) iter.Seq2[int, [][][]float64] {
	return func(yield func(int, [][][]float64) bool) {
		sum, n := p.empty(ahead), 0
		for m := range ms {
			if ms[m].run == nil {
				for k := range sum {
					for g := range sum[k] {
						for h := range sum[k][g] {
							sum[k][g][h] /= float64(n)
						}
					}
				}
				yield(m, sum)
				return
			}
			got := ms[m].run(p, ahead)
			n++
			for k := range got {
				for g := range got[k] {
					for h, x := range got[k][g] {
						sum[k][g][h] += x
					}
				}
			}
			if !yield(m, got) {
				return
			}
		}
	}
}

// forecastBy is what one method foresees.
func (p *past) forecastBy(ms []method, m, ahead int) (out [][][]float64) {
	if ms[m].run != nil {
		return ms[m].run(p, ahead)
	}
	for _, out = range p.all(ms, ahead) {
	}
	return out
}

// indexOf is a method by its name.
func indexOf(ms []method, name string) int {
	return slices.IndexFunc(ms, func(m method) bool { return m.name == name })
}
