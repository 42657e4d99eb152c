package collect

import (
	"time"

	"shuren/internal/edu"
)

// LateDays counts the working days by which a unit is late: those after the due
// day on which it had held the ball since before that day. Days on which a
// filing lay with a reviewer are nobody's lateness but the reviewer's, and the
// day on which a filing came back does not count yet.
//
// events are the filing's log, the oldest first; a unit without any has had the
// ball all along. due is the last day, extended or not.
func LateDays(events []Event, due edu.Date, cal *Calendar, now time.Time) int {
	if due == 0 {
		return 0
	}
	late := 0
	for _, h := range holds(events, Today(now)) {
		if last := h.to; last > due {
			late += cal.WorkingBetween(max(due, h.from), last)
		}
	}
	return late
}

// hold is a stretch for which the unit had the ball: from the day on which it
// came to the day on which it went, or today.
type hold struct{ from, to edu.Date }

func holds(events []Event, today edu.Date) []hold {
	var out []hold
	open, from := true, edu.Date(0)
	for _, e := range events {
		d := Today(e.At)
		if d > today {
			break
		}
		switch has := e.To.Open(); {
		case open && !has:
			out = append(out, hold{from, d})
		case !open && has:
			from = d
		}
		open = e.To.Open()
	}
	if open {
		out = append(out, hold{from, today})
	}
	return out
}

// DaysLeft counts the working days that are left until the end of the due day,
// today not counted; it is negative after it.
func DaysLeft(due edu.Date, cal *Calendar, now time.Time) int {
	if due == 0 {
		return 0
	}
	return cal.WorkingBetween(Today(now), due)
}
