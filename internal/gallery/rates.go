package gallery

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/standard"
)

// Rate is a county's rate of an indicator that counts persons, or the whole's.
type Rate struct {
	Code string // empty for the whole
	ExtraRow
}

// Rates are the rates of counties, in their order, and of the whole. One that says
// of fewer than ten that they are not in it is left out, and where that is one
// county alone a second one, because the first follows from the whole.
func (m *Measured) Rates(indicator string, source int) (out []Rate) {
	level, top := Top(m.A)
	if top < 0 {
		return nil
	}
	var places []Place
	add := func(level edu.Level, unit int, code, name string) {
		rate, parts, ok := m.rate(indicator, level, unit, source)
		if !ok {
			return
		}
		parts.Code, parts.Name = code, name
		rate.At = nil
		places = append(places, parts)
		out = append(out, Rate{code, ExtraRow{name, []Num{rate}}})
	}
	for i, u := range m.A.Units[edu.County] {
		add(edu.County, i, CodeOf(u), u.Name)
	}
	hide := fewPersons(places)
	if level != edu.County {
		add(level, top, "", "合计")
	}
	for i := range out {
		p := places[i]
		if p.Code != "" && hide[p.Code+p.Name] || p.Code == "" && few10(p) {
			c := &out[i].Cells[0]
			c.Few, c.Value = true, math.NaN()
		}
	}
	return out
}

// rate is the rate of a unit with what it is a quotient of; ok is false where there
// are no figures.
func (m *Measured) rate(indicator string, level edu.Level, unit, source int) (rate Num, parts Place, ok bool) {
	u := m.A.Units[level][unit]
	for si, st := range m.A.Stages {
		jd := st.Indicator(indicator)
		if jd == nil || u.Region[si] < 0 {
			continue
		}
		over, under, ok := quotient(jd, level, u.Region[si])
		if !ok {
			continue
		}
		href := m.Links.Trace(level, CodeOf(u), indicator, string(st.Frame.Stage))
		return Num{Value: jd.Item.Stats[level][u.Region[si]].Value, Decimals: jd.Item.Def.Decimals, Href: href, Source: source},
			Place{All: []Num{{Value: under, Href: href}}, Done: []Num{{Value: over, Href: href}}}, true
	}
	return rate, parts, false
}

func quotient(jd *standard.Judged, level edu.Level, region int) (over, under float64, ok bool) {
	t := jd.Item.RegionTrace(level, region)
	over, under = t.Over.Float(), t.Under.Float()
	return over, under, t.Ratio && !math.IsNaN(over) && !math.IsNaN(under)
}
