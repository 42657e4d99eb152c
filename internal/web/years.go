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
	code   string // of the school that a page is about, as it was then; empty where it was none, or several
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
			out = append(out, year{period: p, lens: r.lens})
			continue
		}
		a, err := r.city.Measure(r.Context(), r.ref(), p)
		if err != nil {
			return nil, fmt.Errorf("assessment of %s by %s: %w", p, r.ref(), err)
		}
		out = append(out, year{period: p, lens: newLens(a)})
	}
	return out, nil
}

// over is a figure over the years; a year that lacks the stage has none.
func over(years []year, stage edu.Stage, f func(l *lens, stage int) float64) []float64 {
	return overYears(years, stage, func(y year, k int) float64 { return f(y.lens, k) })
}

func overYears(years []year, stage edu.Stage, f func(y year, stage int) float64) []float64 {
	out := make([]float64, len(years))
	for i, y := range years {
		out[i] = math.NaN()
		for k, st := range y.lens.a.Stages {
			if st.Frame.Stage == stage {
				out[i] = f(y, k)
			}
		}
	}
	return out
}

// follow finds what a school's code was in each of the years: its history goes
// on under another name, code or county. Where it was several schools, or a part
// of one, its ratios have no past, and the note says so.
func (s *Server) follow(r *request, years []year, code string) (note string, err error) {
	for i := range years {
		years[i].code = code
	}
	t, err := r.city.Tree(r.Context())
	if err != nil {
		return "", fmt.Errorf("tree of units: %w", err)
	}
	day := edu.DateOf(r.period.Reference())
	at := s.places.on(t, day).ByKey(edu.School, code)
	if len(at) != 1 {
		return "", nil
	}
	id := s.places.on(t, day).Nodes[at[0]].Unit.ID
	for i := range years {
		if years[i].period == r.period {
			continue
		}
		then := edu.DateOf(years[i].period.Reference())
		before := s.places.on(t, then)
		switch past := t.Past(id, then, day); {
		case past.Lost == edu.PastSplit:
			years[i].code, note = "", r.T("school.past.split")
		case len(past.Sum) == 1:
			if k := before.Find(past.Sum[0]); k >= 0 {
				years[i].code = before.Nodes[k].Key
			}
		case len(past.Sum) > 1:
			var names []string
			for _, u := range past.Sum {
				if k := before.Find(u); k >= 0 {
					names = append(names, r.Text(before.Nodes[k].Name))
				}
			}
			years[i].code, note = "", r.T("school.past.merged", r.List(names))
		}
	}
	return note, nil
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
