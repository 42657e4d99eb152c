package incident

import (
	"cmp"
	"fmt"
	"slices"

	"shuren/internal/edu"
)

// Plan is what a school means to practise in a school year: a kind a month.
type Plan struct {
	Unit  edu.UnitID
	Year  int
	Rev   int `json:"-"`
	Lines []PlanLine
}

// PlanLine is a drill that is planned.
type PlanLine struct {
	Month int // 1 to 12
	Kind  DrillKind
}

// maxLines bounds a plan.
const maxLines = 60

// Tidy puts a plan in the order of the school year and drops what stands twice.
func (p *Plan) Tidy() {
	order := func(m int) int { return (m + 3) % 12 } // September first
	slices.SortFunc(p.Lines, func(a, b PlanLine) int {
		return cmp.Or(cmp.Compare(order(a.Month), order(b.Month)), cmp.Compare(slices.Index(DrillKinds, a.Kind), slices.Index(DrillKinds, b.Kind)))
	})
	p.Lines = slices.Compact(p.Lines)
}

// Wrong is everything that is wrong with a plan.
func (p *Plan) Wrong() (why []edu.Text) {
	if p.Year < 2000 || p.Year > 2100 {
		why = append(why, edu.Text{ZH: "学年不对", EN: "there is no such school year"})
	}
	if len(p.Lines) > maxLines {
		why = append(why, edu.Text{ZH: fmt.Sprintf("计划最多%d项", maxLines), EN: fmt.Sprintf("a plan has at most %d lines", maxLines)})
	}
	for _, l := range p.Lines {
		if l.Month < 1 || l.Month > 12 || !slices.Contains(DrillKinds, l.Kind) {
			return append(why, edu.Text{ZH: "计划中有不认识的月份或演练类型", EN: "a line has no month or no kind of drill"})
		}
	}
	return why
}

// Planned is a line of a plan with what came of it.
type Planned struct {
	PlanLine
	First, Last edu.Date
	Done        *Drill // the first drill of the kind in that month; nil for none
	Late        bool   // the month is over and there was none
}

// Against sets a plan against the drills that were held. One drill does for one
// line.
func (p *Plan) Against(drills []Drill, today edu.Date) (out []Planned) {
	drills = Standing(drills)
	used := map[string]bool{}
	for _, l := range p.Lines {
		y := p.Year
		if l.Month < 9 {
			y++
		}
		first, last := month(y, l.Month)
		x := Planned{PlanLine: l, First: first, Last: last}
		for i := range drills {
			if d := &drills[i]; d.Kind == l.Kind && d.Day >= first && d.Day <= last && !used[d.ID] {
				x.Done, used[d.ID] = d, true
				break
			}
		}
		x.Late = x.Done == nil && last < today
		out = append(out, x)
	}
	return out
}
