package web

import (
	"fmt"
	"math"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/standard"
)

// year is one period of the history, seen through the same lens.
type year struct {
	period edu.Period
	lens   *lens
}

// years are the periods up to the one that is shown, oldest first: what came
// later does not belong to a page about that year.
func (s *Server) years(r *request) ([]year, error) {
	var out []year
	for _, p := range r.periods {
		if p.Kind() != r.period.Kind() || p.Compare(r.period) > 0 {
			continue
		}
		if p == r.period {
			out = append(out, year{p, r.lens})
			continue
		}
		a, err := r.city.Assessment(r.Context(), p)
		if err != nil {
			return nil, fmt.Errorf("assessment of %s: %w", p, err)
		}
		out = append(out, year{p, newLens(a)})
	}
	return out, nil
}

// over is a figure over the years; a year that lacks the stage has none.
func over(years []year, stage edu.Stage, f func(l *lens, stage int) float64) []float64 {
	out := make([]float64, len(years))
	for i, y := range years {
		out[i] = math.NaN()
		for k, st := range y.lens.a.Stages {
			if st.Frame.Stage == stage {
				out[i] = f(y.lens, k)
			}
		}
	}
	return out
}

func labels(years []year) []string {
	out := make([]string, len(years))
	for i, y := range years {
		out[i] = y.period.String()
	}
	return out
}

// before is the second-last figure: last year's.
func before(v []float64) float64 {
	if len(v) < 2 {
		return math.NaN()
	}
	return v[len(v)-2]
}

func last(v []float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	return v[len(v)-1]
}

// spark is a small history; without two figures there is nothing to see.
func (r *request) spark(name string, v []float64, decimals int, unit string) chart.Spec {
	first, lastV := math.NaN(), math.NaN()
	n := 0
	for _, x := range v {
		if math.IsNaN(x) {
			continue
		}
		if n == 0 {
			first = x
		}
		lastV = x
		n++
	}
	says := r.T("spark.says", name, r.measured(chart.Number(first, decimals), unit), r.measured(chart.Number(lastV, decimals), unit), n)
	return chart.Spec{Kind: chart.Spark, Says: says, Series: []chart.Series{{Values: v}}}
}

// codeOf is the code of a unit; ids stand where there is no code.
func codeOf(u standard.Unit) string {
	if u.Code != "" {
		return u.Code
	}
	return string(u.ID)
}
