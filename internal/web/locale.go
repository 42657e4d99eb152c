package web

import (
	"math"
	"strings"
	"time"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/i18n"
	"shuren/internal/pack"
)

// locale says things in one language.
type locale struct{ *i18n.Catalogue }

// T is a message; whole numbers among the arguments are written as figures.
func (l locale) T(key string, args ...any) string {
	for i, a := range args {
		switch v := a.(type) {
		case int:
			args[i] = chart.Number(float64(v), 0)
		case edu.Text:
			args[i] = l.Text(v)
		}
	}
	return l.Catalogue.T(key, args...)
}

// Text is a label in the language.
func (l locale) Text(t edu.Text) string { return t.In(l.Lang()) }

// Capital begins a word as a label does; Chinese stays as it is.
func (l locale) Capital(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// label is a word as it stands by itself: in a cell, on a lamp, over a form.
func (l locale) label(t edu.Text) string { return l.Capital(l.Text(t)) }

// Stage names a stage; the empty one stands for data that tell none apart.
func (l locale) Stage(s edu.Stage) string {
	switch s {
	case edu.Preschool:
		return l.T("stage.preschool")
	case edu.Primary:
		return l.T("stage.primary")
	case edu.Junior:
		return l.T("stage.junior")
	case edu.Senior:
		return l.T("stage.senior")
	case edu.Vocational:
		return l.T("stage.vocational")
	case edu.Special:
		return l.T("stage.special")
	case edu.Higher:
		return l.T("stage.higher")
	default:
		return l.T("stage.all")
	}
}

// Level names a level of units.
func (l locale) Level(v edu.Level) string {
	switch v {
	case edu.Nation:
		return l.T("level.nation")
	case edu.Province:
		return l.T("level.province")
	case edu.City:
		return l.T("level.city")
	case edu.County:
		return l.T("level.county")
	case edu.Township:
		return l.T("level.township")
	case edu.School:
		return l.T("level.school")
	case edu.Section:
		return l.T("level.section")
	default:
		return l.T("level.all")
	}
}

// Uom names a unit of measure as it stands behind a figure: the numerator's
// name, since the indicator's own name says what it is per.
func (l locale) Uom(p *pack.Pack, unit string) string {
	num, _, _ := strings.Cut(unit, "/")
	num = strings.TrimSpace(num)
	switch num {
	case "1", "":
		return ""
	case "%":
		return "%"
	}
	scale := ""
	if s, base, ok := strings.Cut(num, " "); ok {
		scale, num = s, base
	}
	name := num
	for _, u := range p.Units {
		if u.ID == num {
			name = l.Text(u.Name)
		}
	}
	switch scale {
	case "":
		return name
	case "10000":
		return l.T("uom.wan", name)
	default:
		return scale + " " + name
	}
}

// measured puts a unit behind a figure, apart where the language wants it.
func (l locale) measured(figure, unit string) string {
	if unit == "" || figure == chart.NoNumber {
		return figure
	}
	if l.Lang() == "en" && unit != "%" {
		return figure + "\u00a0" + unit
	}
	return figure + unit
}

// Op is a comparison as people write it.
func (l locale) Op(op pack.Op) string {
	switch op {
	case pack.AtLeast:
		return "≥"
	case pack.AtMost:
		return "≤"
	case pack.Above:
		return ">"
	case pack.Below:
		return "<"
	default:
		return "="
	}
}

// Limit writes a threshold with the digits that it has: 4.2, 2 000, 0.15.
func (l locale) Limit(v float64) string { return chart.Number(v, digits(v)) }

// digits is how many decimals a figure needs to be written exactly, at most 4.
func digits(v float64) int {
	for d := range 4 {
		p := math.Pow10(d)
		if math.Abs(math.Round(v*p)-v*p) < 1e-9*math.Max(1, math.Abs(v*p)) {
			return d
		}
	}
	return 4
}

// Day is a date.
func (l locale) Day(t time.Time) string { return t.Format(time.DateOnly) }

// Minute is a date with the time.
func (l locale) Minute(t time.Time) string { return t.Format("2006-01-02 15:04") }

// Period is a period as people read it.
func (l locale) Period(p edu.Period) string {
	if p.Kind() == edu.SchoolYear {
		return l.T("period.schoolyear", p.Label())
	}
	return p.Label()
}

// List joins names: 甲、乙、丙 or a, b, c.
func (l locale) List(names []string) string { return strings.Join(names, l.T("list.comma")) }

// Evidence says what an evidence mark means.
func (l locale) Evidence(tag string) string {
	switch tag {
	case "V":
		return l.T("evidence.V")
	case "S":
		return l.T("evidence.S")
	case "M":
		return l.T("evidence.M")
	case "P":
		return l.T("evidence.P")
	case "E":
		return l.T("evidence.E")
	default:
		return ""
	}
}

// Verdict is the lamp of a verdict.
func (l locale) Verdict(v edu.Verdict) Lamp {
	switch v {
	case edu.Met:
		return Lamp{chart.Good, l.T("verdict.met"), l.T("verdict.met.why")}
	case edu.Short:
		return Lamp{chart.Bad, l.T("verdict.short"), l.T("verdict.short.why")}
	case edu.Exempt:
		return Lamp{chart.Open, l.T("verdict.exempt"), l.T("verdict.exempt.why")}
	default:
		return Lamp{chart.Open, l.T("verdict.unknown"), l.T("verdict.unknown.why")}
	}
}

func catalogue(lang string) *i18n.Catalogue { return i18n.For(lang) }

// tallyWords says how many came to what.
func (l locale) tallyWords(t edu.AllOf) string {
	var parts []string
	for _, v := range []edu.Verdict{edu.Met, edu.Short, edu.Unknown, edu.Exempt} {
		if n := t.Count[v]; n > 0 {
			parts = append(parts, l.T("tally", l.Verdict(v).Word, n))
		}
	}
	return l.List(parts)
}
