package register

import (
	"fmt"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Periods are how long registers are kept, in months. What a law or a regulation asks
// for where the system is used goes before them: they are from practice [P], and a
// city sets its own.
type Periods struct {
	PupilIdentity int `json:"pupil_identity"` // who a pupil is, after the end of the last school year on any list
	PupilRows     int `json:"pupil_rows"`     // what was counted, without who it was, after the end of its school year
	StaffIdentity int `json:"staff_identity"`
	StaffRows     int `json:"staff_rows"`
	Lists         int `json:"lists"` // lists that registers are compared with, after their import
	Imports       int `json:"imports"`
}

// DefaultPeriods hold until a city sets its own.
var DefaultPeriods = Periods{PupilIdentity: 36, PupilRows: 120, StaffIdentity: 36, StaffRows: 120, Lists: 1, Imports: 3}

// Check refuses periods by which what was counted went before who it was of.
func (p Periods) Check() error {
	for _, n := range []int{p.PupilIdentity, p.PupilRows, p.StaffIdentity, p.StaffRows, p.Lists, p.Imports} {
		if n < 1 || n > 1200 {
			return fmt.Errorf("a period of %d months: want 1 to 1200: %w", n, fault.Invalid)
		}
	}
	if p.PupilRows < p.PupilIdentity || p.StaffRows < p.StaffIdentity {
		return fmt.Errorf("an identity is deleted first, the rows after it: %w", fault.Invalid)
	}
	return nil
}

// YearOver is the newest school year of which a period is over on a day: a school year
// ends with August.
func YearOver(months int, day edu.Date) int {
	t := day.Time()
	for y := t.Year(); ; y-- {
		// To the first of September of the year after it, and the months on.
		if end := time.Date(y+1, time.Month(9+months), 1, 0, 0, 0, 0, time.UTC); !end.After(t) {
			return y
		}
	}
}
