package flow

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/frame"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// maxChanges bounds a scenario: a person tries a few things at a time.
const maxChanges = 20

// Scenario is what would be otherwise. The zero Scenario is what is.
type Scenario struct {
	pack.Adjust
	Inputs  []Input
	Factors []Factor
}

// Input is another figure of one unit: of a section by its school's code and the
// stage, of a county by its code and no stage.
type Input struct {
	Unit    string
	Stage   edu.Stage
	Element string
	Value   float64
}

// Factor multiplies a figure of every section of a stage in a county; no county
// is all, no stage is every one.
type Factor struct {
	County  string
	Stage   edu.Stage
	Element string
	By      float64
}

// Supposed is what a scenario comes to beside what is.
type Supposed struct {
	Before, After *standard.Assessment
	gap.Between
}

// WhatIf measures a period as it would be, for the whole city.
func (c *City) WhatIf(ctx context.Context, ref string, p edu.Period, s Scenario) (*Supposed, error) {
	return c.As(auth.Operator()).WhatIf(ctx, ref, p, s)
}

// WhatIf measures a period as it would be, within what the actor may read.
// Nothing is kept: not the scenario, not a figure, not a line of the log. One
// scenario is measured at a time; others wait, as long as their readers do.
func (v *View) WhatIf(ctx context.Context, ref string, p edu.Period, s Scenario) (*Supposed, error) {
	c := v.city
	if n := len(s.Thresholds) + len(s.Limits) + len(s.Inputs) + len(s.Factors); n > maxChanges {
		return nil, auth.Refuse(fault.TooLarge, fmt.Sprintf("一次最多假设%d处变化，现有%d处", maxChanges, n), fmt.Sprintf("at most %d changes at a time, these are %d", maxChanges, n))
	}
	before, err := v.Measure(ctx, ref, p)
	if err != nil {
		return nil, err
	}
	by, err := before.Pack.Adjusted(s.Adjust)
	if err != nil {
		return nil, err
	}
	if err := s.check(before); err != nil {
		return nil, err
	}
	select {
	case c.whatIfs <- struct{}{}:
		defer func() { <-c.whatIfs }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	set := before.Set
	if len(s.Inputs)+len(s.Factors) > 0 {
		of := v.part
		of.alter = func(of edu.Period, tables []*frame.Table) []*frame.Table {
			if of != p {
				return tables
			}
			return s.alter(by, p, tables)
		}
		if set, err = c.unkept(ctx, of, c.Union(), by, p); err != nil {
			return nil, err
		}
	}
	after, err := standard.Assess(set, by)
	if err != nil {
		return nil, fmt.Errorf("what if, %s by %s: %w", p, by.Ref(), err)
	}
	if err := s.took(after); err != nil {
		return nil, err
	}
	return &Supposed{before, after, gap.Compare(before, after)}, nil
}

// check refuses changes of what nobody types, or of units that are not there.
func (s *Scenario) check(a *standard.Assessment) error {
	typed := func(id string) error {
		e := a.Pack.Element(id)
		switch {
		case e == nil:
			return fmt.Errorf("element %q: %w", id, fault.NotFound)
		case e.Derive != nil:
			return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”由其他数据算出，请改其来源", e.Name.ZH), fmt.Sprintf("%q follows from other figures; change those", e.Name.EN))
		case e.Type == edu.TypeText || e.Type == edu.TypeDate || e.Type == edu.TypeChoice:
			return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”不是数值", e.Name.ZH), fmt.Sprintf("%q is no figure", e.Name.EN))
		}
		return nil
	}
	for _, x := range s.Inputs {
		if err := typed(x.Element); err != nil {
			return err
		}
		if math.IsNaN(x.Value) || math.IsInf(x.Value, 0) {
			return fmt.Errorf("value of %s: %w", x.Element, fault.Invalid)
		}
		if _, _, ok := find(a, x); !ok {
			return fmt.Errorf("%s %s: %w", x.Unit, x.Stage, fault.NotFound)
		}
	}
	for _, x := range s.Factors {
		if err := typed(x.Element); err != nil {
			return err
		}
		if !(x.By >= 0 && x.By <= 1000) {
			return auth.Refuse(fault.Invalid, "倍数应在0到1000之间", "want a factor between 0 and 1000")
		}
		if x.County != "" && !slices.ContainsFunc(a.Units[edu.County], func(u standard.Unit) bool { return u.Code == x.County || string(u.ID) == x.County }) {
			return fmt.Errorf("county %s: %w", x.County, fault.NotFound)
		}
	}
	return nil
}

// find is the row of which an input speaks.
func find(a *standard.Assessment, x Input) (st *standard.Stage, row int, ok bool) {
	if x.Stage == "" && a.Counties != nil {
		if row, ok = a.Counties.Frame.Find(x.Unit); ok {
			return a.Counties, row, true
		}
	}
	for _, st := range a.Stages {
		if st.Frame.Stage == x.Stage {
			row, ok = st.Frame.Find(x.Unit)
			return st, row, ok
		}
	}
	return nil, 0, false
}

// took checks that every input came out as it was asked: a figure that the school
// gave once for all of its stages cannot be changed for one of them.
func (s *Scenario) took(a *standard.Assessment) error {
	for _, x := range s.Inputs {
		st, row, ok := find(a, x)
		if !ok {
			return fmt.Errorf("%s %s: %w", x.Unit, x.Stage, fault.NotFound)
		}
		got, known := st.Frame.Value(row, x.Element).Number()
		if !known || math.Abs(got-x.Value) > 1e-9*math.Max(1, math.Abs(x.Value)) {
			e := a.Pack.Element(x.Element)
			return auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”是分项或按全校填报的数据，不能只改这一个数", e.Name.ZH), fmt.Sprintf("%q is given by parts or for the whole school, and cannot be changed alone", e.Name.EN))
		}
	}
	return nil
}

// alter changes the tables of a period, in copies of the columns that it changes.
func (s *Scenario) alter(p *pack.Pack, period edu.Period, tables []*frame.Table) []*frame.Table {
	out := slices.Clone(tables)
	copied := make([]bool, len(out))
	column := func(i int, id string) []float64 {
		if !copied[i] {
			t := *out[i]
			t.Cols = make(map[string][]float64, len(out[i].Cols))
			for k, v := range out[i].Cols {
				t.Cols[k] = v
			}
			out[i], copied[i] = &t, true
		}
		out[i].Cols[id] = slices.Clone(out[i].Cols[id])
		return out[i].Cols[id]
	}
	for _, x := range s.Factors {
		e := p.Element(x.Element)
		for i, t := range out {
			if t.List != "" {
				continue
			}
			for _, id := range columnsOf(t, e, x.Element) {
				col := column(i, id)
				for row := range col {
					if (x.Stage == "" || t.Stage.At(row) == string(x.Stage)) && (x.County == "" || t.Path[edu.County].At(row) == x.County || t.Level == edu.County && t.Key.At(row) == x.County) {
						col[row] *= x.By // NaN stays what it is
					}
				}
			}
		}
	}
	for _, x := range s.Inputs {
		e := p.Element(x.Element)
		given := false
		for i, t := range out {
			if t.List != "" {
				continue
			}
			for row := range t.N {
				if t.Key.At(row) != x.Unit || t.Stage.At(row) != string(x.Stage) {
					continue
				}
				given = setCell(t, e, x, row, func(id string) []float64 { return column(i, id) }) || given
				t = out[i]
			}
		}
		if !given && e.By == nil && !strings.Contains(x.Element, ".") {
			out = append(out, oneCell(period, e, x))
			copied = append(copied, true)
		}
	}
	return out
}

// columnsOf are the columns of a table that hold an element: itself, or its
// parts.
func columnsOf(t *frame.Table, e *pack.Element, id string) []string {
	var ids []string
	if _, ok := t.Cols[id]; ok {
		ids = append(ids, id)
	}
	if e.By != nil && id == e.ID {
		for _, part := range e.By.Parts {
			if _, ok := t.Cols[id+"."+part.ID]; ok {
				ids = append(ids, id+"."+part.ID)
			}
		}
	}
	return ids
}

// setCell puts the figure into a row that has one; a broken-down total is put
// into its parts, each in its proportion.
func setCell(t *frame.Table, e *pack.Element, x Input, row int, column func(string) []float64) bool {
	ids := columnsOf(t, e, x.Element)
	if len(ids) == 0 {
		return false
	}
	if len(ids) == 1 && ids[0] == x.Element {
		if math.IsNaN(t.Cols[x.Element][row]) {
			return false
		}
		column(x.Element)[row] = x.Value
		return true
	}
	total := 0.0
	for _, id := range ids {
		if v := t.Cols[id][row]; id != x.Element && v == v {
			total += v
		}
	}
	if total == 0 {
		return false
	}
	for _, id := range ids {
		if id == x.Element {
			column(id)[row] = x.Value
			continue
		}
		if v := t.Cols[id][row]; v == v && total != x.Value {
			column(id)[row] = v * x.Value / total
		}
	}
	return true
}

// oneCell is a figure that nobody gave yet, as a record of its own.
func oneCell(period edu.Period, e *pack.Element, x Input) *frame.Table {
	only := func(s string) *frame.Strings { return &frame.Strings{Dict: []string{s}, Code: []uint32{0}} }
	t := &frame.Table{Period: period, Level: edu.Section, N: 1, Rows: []int32{1}, Key: only(x.Unit), Cols: map[string][]float64{x.Element: {x.Value}}}
	if e.Level == edu.County || x.Stage == "" {
		t.Level = edu.County
	} else {
		t.Stage = only(string(x.Stage))
	}
	return t
}
