// What was decided: a pool as it was shared by an approved scheme.

package teams

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Whom a scheme is for.
const (
	ForAll      = ""
	ForHeads    = "heads"
	ForClasses  = "classes"
	ForBackbone = "backbone"
)

// Whoms are the choices of whom a scheme is for: all, or one of the three teams.
var Whoms = []register.Term{
	{ID: ForAll, Text: edu.Text{ZH: "全体在编教职工", EN: "All staff on the establishment"}},
	{ID: ForHeads, Text: edu.Text{ZH: "书记校长", EN: "Secretaries and principals"}},
	{ID: ForClasses, Text: edu.Text{ZH: "班主任", EN: "Class teachers"}},
	{ID: ForBackbone, Text: edu.Text{ZH: "骨干教师", EN: "Backbone teachers"}},
}

// Holds tells whether somebody of the scheme's unit shares its pool: on the
// establishment, not lent out, and of the team that it is for.
func (s *Scheme) Holds(m *register.Staff) bool {
	if m.Duty == "lent" || m.Category != "established" {
		return false
	}
	switch s.Whom {
	case ForHeads:
		return HeadOf(m)
	case ForClasses:
		return m.ClassHead
	case ForBackbone:
		return m.Backbone != ""
	}
	return true
}

// Decision is a pool shared for good: which scheme, which marks, and what each record
// gets. A later one over it keeps the earlier as a revision.
type Decision struct {
	Rev       int      `json:"-"`
	By        string   `json:"-"` // as shown
	Scheme    string   `json:"scheme"`
	SchemeRev int      `json:"schemeRev"`
	MarksRev  int      `json:"marksRev"`
	Approval  string   `json:"approval"` // of the scheme
	Source    string   `json:"source"`   // by which meeting or document it was decided
	Day       edu.Date `json:"day"`
	Pool      Fen      `json:"pool"`
	Lines     []Paid   `json:"lines"`
}

// Paid is what one record gets.
type Paid struct {
	Person register.PersonID `json:"person"`
	Unit   edu.UnitID        `json:"unit"`
	Points float64           `json:"points"`
	Level  string            `json:"level,omitempty"`
	Equal  Fen               `json:"equal"`
	Amount Fen               `json:"amount"`
}

// Decide makes a decision of a pool that was shared. The scheme must be approved,
// every mark given, and the parts add up to the pool.
func (x *Shared) Decide(source string, day edu.Date, marks Marks) (Decision, error) {
	s := x.Scheme
	d := Decision{Scheme: s.ID, SchemeRev: s.Rev, MarksRev: marks.Rev, Approval: s.Approval, Source: strings.TrimSpace(source), Day: day, Pool: x.Pool}
	sum := Fen(0)
	for _, g := range x.People {
		p := Paid{Person: g.Person.Person, Unit: g.Person.Unit, Points: g.Points, Equal: g.Equal, Amount: g.Amount}
		if len(s.Levels) > 0 {
			p.Level = s.Levels[g.Level].Name
		}
		sum += g.Amount
		d.Lines = append(d.Lines, p)
	}
	if len(d.Lines) > 0 && sum != x.Pool {
		return d, fmt.Errorf("shares of scheme %s come to %s of %s", s.ID, sum.Yuan(), x.Pool.Yuan())
	}
	return d, refused(s, x, d)
}

// refused says why nothing can be decided yet.
func refused(s *Scheme, x *Shared, d Decision) error {
	why := func(zh, en string, args ...any) error {
		return Undecided{edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}}
	}
	switch {
	case s.State != SchemeApproved:
		return why("方案批准后才能核定分配", "a pool is decided once its scheme is approved")
	case len(d.Lines) == 0:
		return why("方案范围内没有人员", "nobody is within the scheme")
	case x.Lacking > 0:
		return why("还有%d项评分没有填写，不能核定", "%d marks are not given", x.Lacking)
	case x.Pool <= 0:
		return why("总额应大于0", "the pool is nothing")
	case d.Source == "":
		return why("请填写核定依据（会议或文件）", "by which meeting or document it is decided is not said")
	case d.Day == 0:
		return why("请填写核定日期", "the day of the decision is not said")
	}
	return nil
}

// Undecided is why nothing could be decided.
type Undecided struct{ Why edu.Text }

func (u Undecided) Error() string         { return u.Why.EN }
func (u Undecided) In(lang string) string { return u.Why.In(lang) }
func (u Undecided) Unwrap() error         { return fault.Invalid }
