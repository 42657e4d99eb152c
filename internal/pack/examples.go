// Worked examples: what must come out of a pack's definitions.

package pack

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/stats"
)

// example gives the choices of an example their index and checks its names.
func (v *resolver) example(x *Example) {
	for _, w := range x.words {
		e := v.p.Element(w.element)
		if e == nil {
			continue // reported below
		}
		i := slices.IndexFunc(e.Choices, func(o Option) bool { return o.ID == w.choice })
		if i < 0 {
			v.failAt(w.at, "%q is no choice of %s", w.choice, e.ID)
			continue
		}
		x.Given[w.row][w.element] = float64(i)
	}
	for _, w := range x.words {
		v.element(w.element, w.at)
	}
	for row, given := range x.Given {
		for name := range given {
			id, _ := formula.Past(name)
			v.element(id, v.at[rowField{x, row, name}])
		}
	}
	for key := range x.Expect {
		id, stat, _ := strings.Cut(key, ".")
		i := v.p.indicator[id]
		if i == nil {
			v.unknownIndicator(id, v.at[field{x, key}])
		} else if !slices.Contains(exampleStatistics, stat) {
			v.failAt(v.at[field{x, key}], "want %s, %s.value or another of %s", id, id, strings.Join(exampleStatistics[1:], ", "))
		}
	}
	if len(x.Given) == 0 || len(x.Expect) == 0 {
		v.failAt(v.at[field{x, "given"}], "example %q gives or expects nothing", x.Name)
	}
}

// exampleStatistics are what an example can expect of an indicator: the first
// row's value, the value over all rows, their spread, and what a standard makes
// of the first row.
var exampleStatistics = []string{"", "value", "wcv", "cv", "threshold", "floor", "lack"}

// runExamples gives every worked example that does not come out.
func runExamples(p *Pack, at map[any]pos) Problems {
	var out Problems
	for _, x := range p.Examples {
		for _, key := range slices.Sorted(maps.Keys(x.Expect)) {
			id, stat, _ := strings.Cut(key, ".")
			got, err := x.compute(p, p.Indicator(id), stat)
			want, msg := x.Expect[key], ""
			switch {
			case err != nil:
				msg = err.Error()
			case math.IsNaN(want) && math.IsNaN(got), math.Abs(got-want) <= x.Within:
				continue
			default:
				msg = fmt.Sprintf("%s is %s, and %s was expected", key, show(got), show(want))
			}
			where, ok := at[field{x, key}]
			if !ok {
				where = pos{x.File, x.Line, 1}
			}
			out = append(out, Problem{File: where.file, Line: where.line, Col: where.col, Msg: fmt.Sprintf("example %q: %s", x.Name, msg)})
		}
	}
	return out
}

func show(f float64) string {
	if math.IsNaN(f) {
		return "missing"
	}
	return edu.Some(f).String()
}

// compute is one figure of an example.
func (x *Example) compute(p *Pack, i *Indicator, stat string) (float64, error) {
	switch stat {
	case "":
		return x.rows(i.Section)[0], nil
	case "value":
		if i.Region == nil {
			return 0, fmt.Errorf("%s has no region formula", i.ID)
		}
		prog, err := i.Region.Expr.Region()
		if err != nil {
			return 0, err
		}
		b := prog.Bind(x.columns)
		acc := b.NewAcc()
		b.Add(acc, 0, len(x.Given), nil, formula.NewScratch())
		v, _, _ := acc.Result()
		return v, nil
	case "wcv", "cv":
		values, weights := x.rows(i.Section), make([]float64, len(x.Given))
		if stat == "cv" {
			return stats.CV(values), nil
		}
		if i.Weight == "" {
			return 0, fmt.Errorf("%s has no weight", i.ID)
		}
		copy(weights, x.column(i.Weight))
		return stats.WCV(values, weights), nil
	}
	t, st := p.thresholdFor(i, x.Stage)
	if t == nil {
		return 0, fmt.Errorf("%s has no threshold for the stage %q", i.ID, x.Stage)
	}
	target := t.Value
	if t.Formula != nil {
		target = x.rows(t.Formula)[0]
	}
	switch stat {
	case "floor":
		for _, ru := range st.Rules {
			if ru.Floor != 0 && slices.Contains(ru.Of, i.ID) {
				return ru.Floor * target, nil
			}
		}
		return 0, fmt.Errorf("no rule has a floor under %s", i.ID)
	case "lack":
		if i.Lack == nil {
			return 0, fmt.Errorf("%s does not say what is lacking", i.ID)
		}
		lacking := max(0, target*x.rows(i.Lack.Per)[0]-x.rows(i.Lack.Have)[0])
		if i.Lack.Whole {
			lacking = math.Ceil(lacking - 1e-9)
		}
		return lacking, nil
	}
	return target, nil
}

// thresholdFor is the newest threshold of an indicator at a stage.
func (p *Pack) thresholdFor(i *Indicator, stage edu.Stage) (*Threshold, *Standard) {
	var found *Threshold
	var in *Standard
	for _, st := range p.Standards {
		for _, t := range st.Thresholds {
			if t.Indicator == i.ID && (t.Stage == "" || t.Stage == stage) && (found == nil || t.From > found.From) {
				found, in = t, st
			}
		}
	}
	return found, in
}

// rows evaluates a section formula for every row.
func (x *Example) rows(f *Formula) []float64 {
	out := make([]float64, len(x.Given))
	prog, err := f.Expr.Section()
	if err != nil {
		for i := range out {
			out[i] = edu.Missing()
		}
		return out
	}
	prog.Bind(x.columns).Eval(0, len(out), out, formula.NewScratch())
	return out
}

// column is an element's figures, row by row, missing where none is given.
func (x *Example) column(name string) []float64 {
	out := make([]float64, len(x.Given))
	for i, row := range x.Given {
		v, ok := row[name]
		if !ok {
			v = edu.Missing()
		}
		out[i] = v
	}
	return out
}

func (x *Example) columns(name string) ([]float64, bool) {
	return x.column(name), true
}
