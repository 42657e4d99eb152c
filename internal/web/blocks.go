package web

import (
	"math"
	"unicode/utf8"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// blockItem is one thing that a block of a standard asks of a county.
type blockItem struct {
	block *pack.Rule
	id    string
	rule  *pack.Rule      // where the item is a rule of several parts
	def   *pack.Indicator // where it is one indicator
}

func (b blockItem) name(l locale) string {
	if b.rule != nil {
		return joinCode(b.rule.Code, l.Text(b.rule.Name))
	}
	return joinCode(b.def.Code, l.Text(b.def.Name))
}

func joinCode(code, name string) string {
	// A code that is not Latin is a name in one language.
	if code == "" || code[0] >= utf8.RuneSelf {
		return name
	}
	return code + " " + name
}

// items lists what the blocks other than the resources ask.
func (l *lens) items() []blockItem {
	var out []blockItem
	for _, b := range l.blocks {
		if b == l.resources {
			continue
		}
		for _, id := range b.Of {
			it := blockItem{block: b, id: id, rule: l.rule(id), def: l.a.Pack.Indicator(id)}
			if it.rule != nil || it.def != nil {
				out = append(out, it)
			}
		}
	}
	return out
}

// itemFigure is what a county's item comes to and what it is held to; a
// judgement shows as yes or no, an item of several parts has no one figure.
func (r *request) itemFigure(it blockItem, county int) (value, limit Cell) {
	value, limit = text(""), text("")
	if it.def == nil {
		if it.rule.Level != edu.Section && it.rule.Statistic == "" {
			var n edu.AllOf
			for _, id := range it.rule.Of {
				n.Add(r.a.Member(it.rule, id, edu.County, county))
			}
			value = text(r.T("item.parts", n.Count[edu.Met], judged(n)))
		}
		return value, limit
	}
	d := it.def
	unit := r.Uom(r.a.Pack, d.Unit)
	write := func(v float64) string {
		switch {
		case math.IsNaN(v):
			return chart.NoNumber
		case d.Unit == pack.YesNo && v != 0:
			return r.T("yes")
		case d.Unit == pack.YesNo:
			return r.T("no")
		default:
			return r.measured(chart.Number(v, d.Decimals), unit)
		}
	}
	held := func(t *pack.Threshold) string {
		switch {
		case t == nil:
			return ""
		case t.Formula != nil:
			return r.T("limit.byrow")
		case d.Unit == pack.YesNo && t.Value == 0:
			return r.T("no")
		case d.Unit == pack.YesNo:
			return r.T("yes")
		default:
			return r.measured(r.Op(t.Op)+r.Limit(t.Value), unit)
		}
	}
	if d.Level == edu.County {
		row := r.a.Units[edu.County][county].Row
		if r.a.Counties == nil || r.a.Counties.Indicator(d.ID) == nil {
			return text(chart.NoNumber), limit
		}
		jd := r.a.Counties.Indicator(d.ID)
		if row >= 0 {
			v := jd.Item.Value(row)
			value = Cell{Text: write(v), Value: v, Number: !math.IsNaN(v) && d.Unit != pack.YesNo}
		} else {
			value = text(chart.NoNumber)
		}
		return value, text(held(jd.Threshold))
	}
	var values []stageFigure
	var limits []string
	for i, st := range r.a.Stages {
		jd := st.Indicator(d.ID)
		ri := r.a.Units[edu.County][county].Region[i]
		if jd == nil || ri < 0 {
			continue
		}
		if jd.Region != nil {
			of := write(jd.Item.Stats[edu.County][ri].Value)
			values = append(values, stageFigure{r.Stage(st.Frame.Stage), of, of, r.T("item.rest.value", of)})
			limits = appendNew(limits, held(jd.Region))
			continue
		}
		if jd.Threshold != nil {
			lo, hi := r.a.Rows(edu.County, county, i)
			n := standard.Tally(jd.Verdicts, lo, hi)
			if judged(n) == 0 {
				continue
			}
			v := stageFigure{stage: r.Stage(st.Frame.Stage), text: r.T("item.sections", n.Count[edu.Met], judged(n))}
			if v.same = v.text; n.Count[edu.Met] == judged(n) {
				v.same, v.rest = allMet, r.T("item.rest.met")
			}
			values = append(values, v)
			limits = appendNew(limits, held(jd.Threshold))
		}
	}
	value = text(r.stageFigures(values, true))
	if whole := r.stageFigures(values, false); whole != value.Text {
		value.Title = whole
	}
	return value, text(r.List(limits))
}

// stageFigure is what an item comes to at one stage.
type stageFigure struct {
	stage, text string
	same        string // equal where two stages need not be told apart
	rest        string // the text where it stands for several stages
}

// allMet stands for every section, whatever their number.
const allMet = "●"

// stageFigures writes an item stage by stage. In short, stages that come to the
// same are one: 小学 84/87 达标，其余5个学段均达标. Two stages are always named.
func (r *request) stageFigures(all []stageFigure, short bool) string {
	var out []string
	count, most := map[string]int{}, ""
	for _, v := range all {
		if v.rest == "" {
			continue
		}
		if count[v.same]++; count[v.same] > count[most] {
			most = v.same
		}
	}
	short = short && len(all) > 2 && count[most] > 1
	rest := ""
	for _, v := range all {
		if short && v.rest != "" && v.same == most {
			rest = v.rest
			continue
		}
		out = append(out, v.stage+" "+v.text)
	}
	switch {
	case rest == "":
	case len(out) == 0:
		out = append(out, r.T("item.every", count[most], rest))
	default:
		out = append(out, r.T("item.rest", count[most], rest))
	}
	return r.List(out)
}

func appendNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	if s == "" {
		return list
	}
	return append(list, s)
}
