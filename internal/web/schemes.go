package web

import (
	"slices"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// standing is what a scheme comes to for one unit: the verdict of the whole, and
// how many of the single things that it asks are met, short, unknown.
type standing struct {
	judged  bool // the scheme has a verdict of the whole
	verdict edu.Verdict
	items   edu.AllOf
}

// standing gives what a scheme says of a county.
func (l *lens) standing(county int) (standing, bool) {
	u := l.a.Units[edu.County][county]
	if u.Row < 0 && !slices.ContainsFunc(l.stages, func(k int) bool { return u.Region[k] >= 0 }) {
		return standing{}, false
	}
	var out standing
	if l.root != nil && l.root.Level != edu.Section {
		out.judged, out.verdict = true, l.a.Verdict(l.root.ID, edu.County, county)
	}
	for _, it := range l.leaves() {
		out.items.Add(l.a.Member(it.block, it.id, edu.County, county))
	}
	return out, true
}

// leaves are the single things that a standard asks of a county, each once: what
// the rules under the root come down to, or all that has a threshold where no
// rule puts it together.
func (l *lens) leaves() []blockItem {
	if l.a.Standard == nil {
		return nil
	}
	var out []blockItem
	seen := map[string]bool{}
	add := func(in *pack.Rule, id string) {
		it := blockItem{block: in, id: id, rule: l.rule(id), def: l.a.Pack.Indicator(id)}
		if !seen[id] && (it.rule != nil || it.def != nil) {
			seen[id] = true
			out = append(out, it)
		}
	}
	var down func(r *pack.Rule)
	down = func(r *pack.Rule) {
		for _, id := range r.Of {
			switch x := l.rule(id); {
			case x != nil && x.Level != edu.Section && x.Statistic == "":
				down(x)
			default:
				add(r, id)
			}
		}
	}
	for _, r := range l.tops() {
		if r.Statistic != "" {
			add(&pack.Rule{Of: []string{r.ID}}, r.ID)
			continue
		}
		down(r)
	}
	if len(out) == 0 {
		for _, t := range l.a.Standard.Thresholds {
			add(&pack.Rule{}, t.Indicator)
		}
	}
	return out
}

// tops are the rules over regions that no other rule asks for: the root, or all
// such where a standard names none.
func (l *lens) tops() []*pack.Rule {
	if l.root != nil && l.root.Level != edu.Section {
		return []*pack.Rule{l.root}
	}
	var out []*pack.Rule
	for _, r := range l.a.Standard.Rules {
		if r.Level != edu.Section && !slices.ContainsFunc(l.a.Standard.Rules, func(x *pack.Rule) bool { return slices.Contains(x.Of, r.ID) }) {
			out = append(out, r)
		}
	}
	return out
}

// counts writes how many are met, short and unknown in the least space.
func counts(n edu.AllOf) string {
	return strconv.Itoa(n.Count[edu.Met]) + " / " + strconv.Itoa(n.Count[edu.Short]) + " / " + strconv.Itoa(n.Count[edu.Unknown])
}

// standingCell is a verdict with its counts, and leads to the county's page in
// that scheme.
func (r *request) standingCell(p *pack.Pack, l *lens, county int) Cell {
	if county < 0 {
		return Cell{Text: chart.NoNumber, Title: r.T("schemes.nothing")}
	}
	st, ok := l.standing(county)
	if !ok {
		return Cell{Text: chart.NoNumber, Title: r.T("schemes.nothing")}
	}
	c := Cell{Text: r.T("schemes.measured"), Tone: chart.Open, Title: r.T("scheme.measures")}
	if st.judged {
		lamp := r.Verdict(st.verdict)
		c = Cell{Text: lamp.Text(), Tone: lamp.Tone, Title: r.tallyWords(st.items)}
	}
	if n := judged(st.items); n > 0 {
		c.Tail = counts(st.items)
	}
	return c.to(r.toScheme(p, []string{"counties", codeOf(l.a.Units[edu.County][county])}))
}

// mostAcross is how many counties stand side by side; more stand below each
// other.
const mostAcross = 12

// schemeMatrix is every scheme's verdict on every county, and what the whole
// comes to.
func (r *request) schemeMatrix() (Table, error) {
	t := Table{ID: "schemes", Caption: r.T("schemes.caption"), List: true, Tight: true, Sheet: r.T("schemes.title")}
	if len(r.measuring()) < 2 {
		return t, nil
	}
	var packs []*pack.Pack
	var lenses []*lens
	var counties []standard.Unit
	if err := r.each(func(p *pack.Pack, l *lens) {
		packs, lenses = append(packs, p), append(lenses, l)
		for _, u := range l.a.Units[edu.County] {
			if !slices.ContainsFunc(counties, func(x standard.Unit) bool { return x.ID == u.ID }) {
				counties = append(counties, u)
			}
		}
	}); err != nil {
		return t, err
	}
	slices.SortStableFunc(counties, func(a, b standard.Unit) int { return strings.Compare(codeOf(a), codeOf(b)) })
	cell := func(p, c int) Cell {
		return r.standingCell(packs[p], lenses[p], lenses[p].a.Unit(edu.County, counties[c].ID))
	}
	if len(counties) > mostAcross {
		t.Cols = append(t.Cols, Col{Label: r.T("county"), Wrap: true})
		for _, p := range packs {
			t.Cols = append(t.Cols, Col{Label: r.Text(p.Name), Wrap: true})
		}
		sum := Row{Sum: true, Cells: []Cell{text(r.whole())}}
		for i := range packs {
			sum.Cells = append(sum.Cells, r.rolledUp(packs[i], lenses[i]))
		}
		for c, u := range counties {
			row := Row{Cells: []Cell{linked(u.Name, r.toCounty(codeOf(u)))}}
			for i := range packs {
				row.Cells = append(row.Cells, cell(i, c))
			}
			t.Rows = append(t.Rows, row)
		}
		t.Rows = append(t.Rows, sum)
		return t, nil
	}
	t.Cols = append(t.Cols, Col{Label: r.T("scheme"), Wrap: true}, Col{Label: r.whole(), Wrap: true})
	for _, u := range counties {
		t.Cols = append(t.Cols, Col{Label: u.Name, Wrap: true})
	}
	for i, p := range packs {
		row := Row{Cells: []Cell{linked(r.Text(p.Name), r.toScheme(p, nil)), r.rolledUp(p, lenses[i])}}
		for c := range counties {
			row.Cells = append(row.Cells, cell(i, c))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// rolledUp is a scheme's verdict on the whole: all its counties must meet it.
func (r *request) rolledUp(p *pack.Pack, l *lens) Cell {
	level, top := l.top()
	if l.root == nil || l.root.Level == edu.Section || top < 0 || level >= edu.County {
		return Cell{Text: chart.NoNumber, Title: r.T("scheme.measures")}
	}
	var n edu.AllOf
	for i := range l.a.Units[edu.County] {
		n.Add(l.a.Verdict(l.root.ID, edu.County, i))
	}
	lamp := r.Verdict(l.a.Verdict(l.root.ID, level, top))
	c := Cell{Text: lamp.Text(), Tone: lamp.Tone, Tail: counts(n), Title: r.T("schemes.whole", r.tallyWords(n))}
	return c.to(r.toScheme(p, []string{"trace", level.String(), addressOf(l.a.Units[level][top]), l.root.ID}))
}

// countySchemes is a county by every scheme, one a row.
func (r *request) countySchemes(id edu.UnitID) (Table, error) {
	t := Table{ID: "schemes", Caption: r.T("schemes.county"), Sheet: r.T("schemes.title"), List: true, Tight: true, Cols: []Col{
		{Label: r.T("scheme"), Wrap: true}, {Label: r.T("verdict")}, {Label: r.T("verdict.met"), Num: true}, {Label: r.T("verdict.short"), Num: true}, {Label: r.T("verdict.unknown"), Num: true}, {Label: r.T("verdict.exempt"), Num: true},
	}}
	if len(r.measuring()) < 2 {
		return t, nil
	}
	err := r.each(func(p *pack.Pack, l *lens) {
		i := l.a.Unit(edu.County, id)
		if i < 0 {
			return
		}
		st, ok := l.standing(i)
		if !ok {
			return
		}
		here := r.toScheme(p, []string{"counties", codeOf(l.a.Units[edu.County][i])})
		row := Row{Cells: []Cell{linked(r.Text(p.Name), here)}}
		v := Cell{Text: r.T("schemes.measured"), Title: r.T("scheme.measures")}.to(here)
		if st.judged {
			v = lampCell(r.Verdict(st.verdict))
			v.Href = r.toScheme(p, []string{"trace", edu.County.String(), codeOf(l.a.Units[edu.County][i]), l.root.ID})
			here = v.Href
		}
		row.Cells = append(row.Cells, v)
		for _, k := range []edu.Verdict{edu.Met, edu.Short, edu.Unknown, edu.Exempt} {
			c := count(st.items.Count[k])
			if judged(st.items) == 0 {
				c = text(chart.NoNumber)
			}
			row.Cells = append(row.Cells, c.to(here))
		}
		t.Rows = append(t.Rows, row)
	})
	return t, err
}

// schoolSchemes is a school's sections by every scheme that measures them: a
// school with a junior and a senior part stands in two.
func (r *request) schoolSchemes(code string) (Table, error) {
	t := Table{ID: "schemes", Caption: r.T("schemes.school"), Sheet: r.T("schemes.title"), List: true, Tight: true, Cols: []Col{
		{Label: r.T("scheme"), Wrap: true}, {Label: r.T("stage")}, {Label: r.T("verdict")}, {Label: r.T("verdict.met"), Num: true}, {Label: r.T("verdict.short"), Num: true}, {Label: r.T("verdict.unknown"), Num: true},
	}}
	err := r.each(func(p *pack.Pack, l *lens) {
		for _, k := range l.stages {
			row := l.row(k, code)
			if row < 0 {
				continue
			}
			st := l.a.Stages[k]
			stage := string(st.Frame.Stage)
			here := r.toScheme(p, []string{"schools", code}, "stage", stage)
			v := Cell{Text: r.T("schemes.measured"), Title: r.T("scheme.measures")}.to(here)
			if rule := l.ruleAt(k); rule != nil {
				v = lampCell(r.Verdict(rule.Verdicts[row]))
				v.Href = r.toScheme(p, []string{"trace", edu.Section.String(), code, rule.Rule.ID}, "stage", stage)
			}
			var n edu.AllOf
			for _, jd := range st.Judged {
				if jd.Threshold != nil {
					n.Add(jd.Verdict(row))
				}
			}
			cells := []Cell{linked(r.Text(p.Name), here), text(r.Stage(st.Frame.Stage)), v}
			for _, x := range []edu.Verdict{edu.Met, edu.Short, edu.Unknown} {
				c := count(n.Count[x])
				if judged(n) == 0 {
					c = text(chart.NoNumber)
				}
				cells = append(cells, c.to(here))
			}
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
	})
	return t, err
}

// answerMatrix is county by county's own item, for a scheme that measures no
// sections.
func (r *request) answerMatrix() Table {
	t := Table{ID: "matrix", Caption: r.T("answers.caption"), List: true, Tight: true, Sheet: r.T("matrix.title"), Empty: r.T("empty.answers"), Cols: []Col{{Label: r.T("county"), Wrap: true}}}
	var defs []*pack.Indicator
	for _, jd := range r.a.Counties.Judged {
		if d := jd.Item.Def; len(defs) < mostMeasures && (jd.Threshold != nil || r.a.Standard == nil) {
			defs = append(defs, d)
			t.Cols = append(t.Cols, Col{Label: shortName(r.locale, d), Title: r.Text(d.Name), Unit: r.Uom(r.a.Pack, d.Unit), Num: d.Unit != pack.YesNo, Wrap: true})
		}
	}
	if r.lens.root != nil {
		t.Cols = append(t.Cols, Col{Label: r.Text(r.lens.root.Name), Wrap: true})
	}
	for i, u := range r.a.Units[edu.County] {
		row := Row{Cells: []Cell{linked(u.Name, r.toCounty(codeOf(u)))}}
		for _, d := range defs {
			row.Cells = append(row.Cells, r.answerOf(d, i))
		}
		if r.lens.root != nil {
			c := lampCell(r.Verdict(r.a.Verdict(r.lens.root.ID, edu.County, i)))
			c.Href = r.toTrace(edu.County, codeOf(u), r.lens.root.ID)
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// answerOf is what a county answers for itself, in the colour of its verdict.
func (r *request) answerOf(d *pack.Indicator, county int) Cell {
	u := r.a.Units[edu.County][county]
	if u.Row < 0 {
		return text(chart.NoNumber)
	}
	c, _ := r.itemFigure(blockItem{id: d.ID, def: d}, county)
	if c.Number {
		c.Text = chart.Number(c.Value, d.Decimals)
	}
	return c.to(r.toTrace(edu.County, codeOf(u), d.ID)).toned(r.Verdict(r.a.Counties.Indicator(d.ID).Verdict(u.Row)).Tone)
}

// askedBeside are the county's own items that have room beside the measures of
// sections, in a scheme that draws no verdict from sections.
func (r *request) askedBeside(stage, room int) []*pack.Indicator {
	if r.a.Counties == nil || r.lens.at[stage] != nil || r.lens.spread != nil || r.lens.resources != nil {
		return nil
	}
	var out []*pack.Indicator
	for _, jd := range r.a.Counties.Judged {
		if d := jd.Item.Def; len(out) < room && jd.Threshold != nil && d.Unit != pack.YesNo {
			out = append(out, d)
		}
	}
	return out
}
