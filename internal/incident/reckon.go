package incident

import (
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// Reckoned is what the drills of a school year come to, as yearly questions ask it.
type Reckoned struct {
	Taught   int // months with lessons; 0 where nobody entered the year's terms
	Months   int // of the months with lessons those with a drill in which buildings were cleared
	Quarters int // quarters with one
	Seconds  int // of the last one in which the whole school took part; 0 for none
	Buses    int // drills of bus incidents
}

// Reckon counts the drills that one school held in a school year. Slots count them by
// the month and by the quarter, so that a form says nothing else than the page of drills.
func Reckon(year int, cal *collect.Calendar, drills []Drill, today edu.Date) (out Reckoned) {
	months := Slots(Monthly, year, cal, drills, today)
	if termsKnown(cal, year) {
		out.Taught = len(months)
	}
	out.Months, out.Quarters = Count(months, Held), Count(Slots(Quarterly, year, cal, drills, today), Held)
	for _, d := range Standing(drills) { // in the order of their days
		switch {
		case d.Kind == Bus:
			out.Buses++
		case d.Whole && d.Kind.Clears():
			out.Seconds = d.Seconds
		}
	}
	return out
}
