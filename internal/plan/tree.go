package plan

import (
	"slices"
	"strings"

	"shuren/internal/draft"
	"shuren/internal/edu"
)

// Default is a new plan with the lines that every city's action has: one for each
// of the five stages, then those that go across them. It sets no target: what a
// city wants to reach is not for us to say.
func Default(id, name string, unit edu.UnitID, from, to int) Plan {
	p := Plan{ID: id, Name: name, Unit: unit, From: from, To: to}
	for _, l := range []Line{
		{Name: "学前教育", Row: "S3", Stage: "preschool"},
		{Name: "义务教育", Row: "S4", Stage: "compulsory"},
		{Name: "高中教育", Row: "S5", Stage: "senior"},
		{Name: "职业教育", Row: "S6", Stage: "vocational"},
		{Name: "高等教育", Row: "S7", Stage: "higher"},
		{Name: "教师队伍", Row: "S10"},
		{Name: "平安校园", Row: "S11"},
		{Name: "控辍保学", Row: "S12"},
		{Name: "立德树人", Row: "S15"},
		{Name: "保障", Row: "S18"},
		{Name: "改革", Row: "S14"},
	} {
		l.ID = p.NewID(LineID)
		p.Lines = append(p.Lines, l)
	}
	return p
}

// nearRow is the line of Default to which a row of the mission belongs that has
// none of its own.
var nearRow = map[string]string{"S8": "S10", "S9": "S10", "S16": "S14", "S20": "S14", "S13": "S15"}

// LineFor is the line to which a proposal belongs: the one of its row, of a row
// near it, or of its stage.
func (p *Plan) LineFor(row string, stage draft.Stage) *Line {
	find := func(ok func(*Line) bool) *Line {
		for i := range p.Lines {
			if ok(&p.Lines[i]) {
				return &p.Lines[i]
			}
		}
		return nil
	}
	for _, r := range []string{row, nearRow[row]} {
		if r == "" {
			continue
		}
		if l := find(func(l *Line) bool { return l.Row == r && (stage == "" || l.Stage == "" || l.Stage == stage) }); l != nil {
			return l
		}
	}
	if stage != "" {
		return find(func(l *Line) bool { return l.Stage == stage })
	}
	return nil
}

// FromDraft puts accepted proposals into a plan, as measures: it gives their ids,
// parallel to the lines. body finds a body by the words of a text, empty where
// none is meant for sure; what the text does not give stays 待定.
func FromDraft(p *Plan, lines []draft.Line, body func(said string) string) []string {
	var ids []string
	for _, d := range lines {
		l := p.LineFor(d.Row, d.Stage)
		if l == nil {
			name := draft.Words().Row(d.Row).ZH
			if name == "" {
				name = "其他"
			}
			i := slices.IndexFunc(p.Lines, func(l Line) bool { return l.Name == name })
			if i < 0 {
				p.Lines = append(p.Lines, Line{ID: p.NewID(LineID), Name: name, Row: d.Row})
				i = len(p.Lines) - 1
			}
			l = &p.Lines[i]
		}
		m := Measure{ID: p.NewID(MeasureID), Text: d.Wording, Source: clip(d.Sentence, 3*longText), Figures: clip(d.Numbers, longField)}
		if strings.Contains(d.Limit, "长期") {
			m.Standing = true
		} else if day, _, _ := strings.Cut(d.Day, "、"); day != "" {
			if at, ok := Day(day); ok {
				m.Due = at
			}
		}
		add := func(said string, lead bool) {
			for _, s := range bodies(said) {
				o := Owner{Said: clip(s, longField), Lead: lead}
				if o.Body = body(s); o.Body != "" {
					o.Duty = DutyOf(o.Body)
				}
				if !slices.Contains(m.Owners, o) {
					m.Owners = append(m.Owners, o)
				}
				lead = false // of several that a text lets lead, the clerk says which one does
			}
		}
		add(d.Lead, true)
		add(d.With, false)
		if scheme, id, ok := strings.Cut(d.Indicator, ":"); ok {
			for i := range l.Targets {
				if t := &l.Targets[i]; t.Scheme == scheme && t.Indicator == id {
					m.Target = t.ID
				}
			}
		}
		l.Measures = append(l.Measures, m)
		ids = append(ids, m.ID)
	}
	return ids
}

// bodies splits a list of bodies; what stands in brackets is one word: 各县（市、区）.
func bodies(said string) []string {
	depth := 0
	var out []string
	for _, s := range strings.FieldsFunc(said, func(r rune) bool {
		switch r {
		case '（', '(':
			depth++
		case '）', ')':
			depth--
		}
		return depth <= 0 && strings.ContainsRune("、，,；;", r)
	}) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}
