package plan

import (
	"fmt"
	"math"
	"time"

	"shuren/internal/chart"
	"shuren/internal/edu"
)

// Quarters are the quarters of the plan's years, as a chart names them: the first
// of a year with the year.
func (p *Plan) Quarters() []string {
	var out []string
	for _, y := range p.Years() {
		for q := 1; q <= 4; q++ {
			if q == 1 {
				out = append(out, fmt.Sprintf("%dQ1", y))
			} else {
				out = append(out, fmt.Sprintf("Q%d", q))
			}
		}
	}
	return out
}

// QuarterOf is where a day lies along Quarters: 2.5 is in the middle of the third.
func (p *Plan) QuarterOf(d edu.Date) float64 {
	if d == 0 {
		return math.NaN()
	}
	t := d.Time()
	q := (int(t.Month()) - 1) / 3
	first := time.Date(t.Year(), time.Month(3*q+1), 1, 0, 0, 0, 0, time.UTC)
	days := first.AddDate(0, 3, 0).Sub(first).Hours() / 24
	return float64(4*(t.Year()-p.From)+q) + t.Sub(first).Hours()/24/days
}

// State of a measure as a chart shows it: what its tasks make of it.
type Standing struct {
	Tone chart.Tone
	Says edu.Text
}

// Gantt is the plan by quarter: measures under their lines, projects with their
// milestones under their measures. of says how a measure stands; href leads to it.
// A measure of which nobody says when it begins is drawn from the plan's first day.
func (p *Plan) Gantt(lang string, today edu.Date, lines []*Line, of func(*Measure) Standing, href func(id string) string, reached func(project, stone string) edu.Date) chart.Spec {
	in := func(zh, en string) string { return edu.Text{ZH: zh, EN: en}.In(lang) }
	s := chart.Spec{Kind: chart.Gantt, Title: in("按季度的进度", "Progress by quarter"), X: p.Quarters(), XName: in("主线、措施、项目", "Line, measure, project"),
		Heads: []string{in("开始", "begins"), in("时限", "due"), in("状态", "state"), in("节点", "milestones")}, Target: &chart.Target{Name: in("今天", "today") + " " + today.String(), At: p.QuarterOf(today)}}
	end := func(d edu.Date) float64 {
		if d == 0 {
			return math.NaN()
		}
		return p.QuarterOf(d + 1)
	}
	late, n := 0, 0
	for _, l := range lines {
		s.Spans = append(s.Spans, chart.Span{Name: l.Name, Head: true})
		for k := range l.Measures {
			m := &l.Measures[k]
			st := of(m)
			if n++; st.Tone == chart.Bad {
				late++
			}
			row := chart.Span{Name: m.Text, Href: href(m.ID), To: end(m.Due), Open: m.Standing, Tone: st.Tone, Says: st.Says.In(lang), Begin: m.From.String(), End: m.Due.String()}
			if row.From = p.QuarterOf(m.From); m.From == 0 {
				row.From = 0
			}
			switch {
			case m.Standing:
				row.End = in("长期坚持", "standing")
			case m.Due == 0:
				row.End = in("待定", "to be set")
			}
			s.Spans = append(s.Spans, row)
			for i := range m.Projects {
				s.Spans = append(s.Spans, p.projectSpan(&m.Projects[i], lang, today, href, reached))
			}
		}
	}
	s.Says = in(fmt.Sprintf("%d条措施按季度排列，其中%d条滞后", n, late), fmt.Sprintf("%d measures by quarter, %d of them late", n, late))
	return s
}

func (p *Plan) projectSpan(x *Project, lang string, today edu.Date, href func(string) string, reached func(project, stone string) edu.Date) chart.Span {
	row := chart.Span{Name: "　" + x.Name, Href: href(x.ID), From: math.NaN(), To: math.NaN(), Tone: chart.Good}
	done, missed := 0, 0
	var first, last edu.Date
	for _, st := range x.Stones {
		if first == 0 || st.Day != 0 && st.Day < first {
			first = st.Day
		}
		last = max(last, st.Day)
		at := reached(x.ID, st.ID)
		says := st.Day.String() + " " + st.Mark
		switch {
		case at != 0:
			done++
			says += edu.Text{ZH: "（" + at.String() + "完成）", EN: " (done " + at.String() + ")"}.In(lang)
		case st.Day != 0 && st.Day < today:
			missed++
			says += edu.Text{ZH: "（已过期）", EN: " (past)"}.In(lang)
		}
		row.Marks = append(row.Marks, chart.Mark{At: p.QuarterOf(st.Day), Says: says, Done: at != 0})
	}
	if len(x.Stones) > 0 {
		row.From, row.To = p.QuarterOf(first), p.QuarterOf(last+1)
	}
	switch {
	case missed > 0:
		row.Tone = chart.Bad
	case done == 0:
		row.Tone = chart.Open
	}
	row.Begin, row.End = first.String(), last.String()
	row.Says = edu.Text{ZH: fmt.Sprintf("%d个节点完成%d个", len(x.Stones), done), EN: fmt.Sprintf("%d of %d milestones reached", done, len(x.Stones))}.In(lang)
	if missed > 0 {
		row.Says += edu.Text{ZH: fmt.Sprintf("，%d个已过期", missed), EN: fmt.Sprintf(", %d past", missed)}.In(lang)
	}
	return row
}
