package demo

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// probe is how the demo city's figures for a pack are had, without workbooks:
// what the story rests on, not how it enters.
type probe struct {
	ref     string
	year    int
	before  int                                      // how many earlier years its formulas look at
	section func(c *City, s *section, y int) figures // nil for those that the pack does not ask
	list    string
	rows    func(c *City, s *section, y int) []figures
	list2   string
	rows2   func(c *City, s *section, y int) []figures
	answers func(c *City, county, y int) (figures, map[string]string)
}

type tableMaker struct {
	t     *testing.T
	p     *pack.Pack
	table *frame.Table
}

func (m *tableMaker) row(i, n int, f figures) {
	for id, v := range f {
		base, _, _ := strings.Cut(id, ".")
		e := m.p.Element(id)
		if l := m.p.List(m.table.List); l != nil {
			e = nil
			for _, col := range l.Columns {
				if col.ID == base {
					e = col
				}
			}
		}
		if e == nil {
			m.t.Fatalf("%s: no element %s", m.p.Ref(), id)
		}
		col := m.table.Cols[id]
		if col == nil {
			col = slices.Repeat([]float64{edu.Missing()}, n)
			m.table.Cols[id] = col
		}
		switch x := v.(type) {
		case int:
			col[i] = float64(x)
		case float64:
			col[i] = x
		case bool:
			col[i] = map[bool]float64{true: 1}[x]
		case string:
			k := slices.IndexFunc(e.Choices, func(o pack.Option) bool { return o.ID == x })
			switch {
			case x == notApplicable:
				col[i] = edu.NotApplicable.Float()
			case k >= 0:
				col[i] = float64(k)
			case e.Type != edu.TypeText:
				m.t.Fatalf("%s: %q is no choice of %s", m.p.Ref(), x, id)
			}
		}
	}
}

func (m *tableMaker) strings(n int, at func(int) string) *frame.Strings {
	s := &frame.Strings{}
	for i := range n {
		s.Dict, s.Code = append(s.Dict, at(i)), append(s.Code, uint32(i))
	}
	return s
}

// assess measures the whole city by a probe.
func (sc probe) assess(t *testing.T, c *City) *standard.Assessment {
	t.Helper()
	p, err := pack.Open(sc.ref)
	if err != nil {
		t.Fatal(err)
	}
	set := sc.frames(t, c, p, sc.year)
	for now, n := set, 1; n <= sc.before; n++ {
		now.Prev = sc.frames(t, c, p, sc.year-n)
		now = now.Prev
	}
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, ck := range p.Checks {
		sc.broken(t, a, ck)
	}
	return a
}

// frames are a year of the whole city.
func (sc probe) frames(t *testing.T, c *City, p *pack.Pack, year int) *frame.Set {
	t.Helper()
	y := year - firstYear
	type placed struct {
		s *section
		f figures
	}
	var rows, lists, lists2 []placed
	for _, s := range c.sections {
		if !s.in(y) || s.total(y) == 0 || !slices.Contains(p.Stages, s.stage) {
			continue
		}
		if f := sc.section(c, s, y); f != nil {
			rows = append(rows, placed{s, f})
		}
		if sc.rows != nil {
			for _, f := range sc.rows(c, s, y) {
				lists = append(lists, placed{s, f})
			}
		}
		if sc.rows2 != nil {
			for _, f := range sc.rows2(c, s, y) {
				lists2 = append(lists2, placed{s, f})
			}
		}
	}
	make := func(level edu.Level, list string, rows []placed) *frame.Table {
		n := len(rows)
		m := &tableMaker{t: t, p: p, table: &frame.Table{Period: edu.Year(year), Level: level, List: list, File: sc.ref, N: n, Cols: map[string][]float64{}, Heads: map[string]frame.Head{}}}
		m.table.Key = m.strings(n, func(i int) string { return rows[i].s.school.code })
		m.table.Stage = m.strings(n, func(i int) string { return string(rows[i].s.stage) })
		m.table.Path[edu.County] = m.strings(n, func(i int) string { return counties[rows[i].s.school.county].key() })
		for i, r := range rows {
			m.table.Rows = append(m.table.Rows, int32(i+2))
			m.row(i, n, r.f)
		}
		return m.table
	}
	tables := []*frame.Table{make(edu.Section, "", rows)}
	if sc.rows != nil {
		tables = append(tables, make(edu.Section, sc.list, lists))
	}
	if sc.rows2 != nil {
		tables = append(tables, make(edu.Section, sc.list2, lists2))
	}
	if sc.answers != nil {
		n := len(counties)
		m := &tableMaker{t: t, p: p, table: &frame.Table{Period: edu.Year(year), Level: edu.County, File: sc.ref, N: n, Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}, Heads: map[string]frame.Head{}}}
		m.table.Key = m.strings(n, func(i int) string { return counties[i].key() })
		evidence := map[string][]string{}
		for i := range n {
			f, cited := sc.answers(c, i, y)
			m.table.Rows = append(m.table.Rows, int32(i+2))
			m.row(i, n, f)
			for id, words := range cited {
				if evidence[id] == nil {
					evidence[id] = slices.Repeat([]string{""}, n)
				}
				evidence[id][i] = words
			}
		}
		for id, words := range evidence {
			m.table.Texts[id] = m.strings(n, func(i int) string { return words[i] })
		}
		tables = append(tables, m.table)
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := frame.Build(tables, opt)
	for i, q := range problems {
		if i < 5 {
			t.Errorf("%s: %v", sc.ref, q)
		}
	}
	return set
}

// broken reports checks of the pack that block and that the demo's figures break.
func (sc probe) broken(t *testing.T, a *standard.Assessment, ck *pack.Check) {
	t.Helper()
	if !ck.Error {
		return
	}
	prog, err := ck.Rule.Expr.Section()
	if err != nil {
		t.Fatal(err)
	}
	frames := []*frame.Frame{}
	if ck.Level == edu.County {
		if a.Counties != nil {
			frames = append(frames, a.Counties.Frame)
		}
	} else {
		for _, st := range a.Stages {
			if len(ck.Stages) == 0 || slices.Contains(ck.Stages, st.Frame.Stage) {
				frames = append(frames, st.Frame)
			}
		}
	}
	for _, f := range frames {
		out := make([]float64, f.Len())
		prog.Bind(f.Column).Eval(0, f.Len(), out, newScratch())
		for i, v := range out {
			if v == 0 {
				t.Errorf("%s: %s breaks the check %s", sc.ref, f.Rows[i].Code, ck.ID)
				return
			}
		}
	}
}

// outcome is a county's verdict on a rule or indicator, as a word.
func outcome(a *standard.Assessment, county int, rule string) edu.Verdict {
	for u, unit := range a.Units[edu.County] {
		if unit.Code == counties[county].key() {
			return a.Verdict(rule, edu.County, u)
		}
	}
	return edu.Unknown
}

// value is a county's value of an indicator.
func value(a *standard.Assessment, county int, id string, stage edu.Stage) float64 {
	for u, unit := range a.Units[edu.County] {
		if unit.Code != counties[county].key() {
			continue
		}
		if a.Counties != nil {
			if jd := a.Counties.Indicator(id); jd != nil {
				return jd.Item.Value(unit.Row)
			}
		}
		for i, st := range a.Stages {
			if jd := st.Indicator(id); jd != nil && (stage == "" || st.Frame.Stage == stage) && unit.Region[i] >= 0 {
				return jd.Item.Stats[edu.County][unit.Region[i]].Value
			}
		}
		_ = u
	}
	return math.NaN()
}

// tell lists what a probe's rules come to, county by county, for -v.
func tell(t *testing.T, a *standard.Assessment, ids ...string) {
	for i := range counties {
		var b strings.Builder
		for _, id := range ids {
			name, stage, _ := strings.Cut(id, "@")
			if slices.ContainsFunc(a.Standard.Rules, func(r *pack.Rule) bool { return r.ID == id }) {
				fmt.Fprintf(&b, " %s=%s", id, outcome(a, i, id))
			} else {
				fmt.Fprintf(&b, " %s=%.2f", id, value(a, i, name, edu.Stage(stage)))
			}
		}
		t.Logf("%-10s%s", counties[i].Short.EN, b.String())
	}
}
