package task

import (
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Rules are the defaults of supervision, which a city sets for itself. They come
// from practice [P], but for what a due day may be: see [collect.FairDue].
type Rules struct {
	AmberDays  int           // ▲ from so many days before the limit on
	AmberShare float64       // and while no more than this share of the time is left
	SignDays   int           // working days to sign
	SignExtra  time.Duration // to sign 特急
	Ordinary   int           // working days of an ordinary matter
	FirstDays  int           // days until the first report on a decision of a meeting
	Extensions int           // at most so many
	EntryRunes int           // characters of a progress entry
	Levels     []Escalation  // by days of delay, ascending
}

// Escalation is who is told when a task is so many days late.
type Escalation struct {
	Days int
	Who  edu.Text
	To   Audience
}

// Audience is who is told.
type Audience string

const (
	ToOwner   Audience = "owner"   // whoever acts for the lead
	ToIssuer  Audience = "issuer"  // whoever acts for the issuer
	ToLeaders Audience = "leaders" // the city's leaders
)

// Default are the rules where a city set none.
var Default = Rules{
	AmberDays: 7, AmberShare: 0.15, SignDays: 1, SignExtra: 2 * time.Hour, Ordinary: 10, FirstDays: 7, Extensions: 2, EntryRunes: 200,
	Levels: []Escalation{
		{1, edu.Text{ZH: "责任人", EN: "the person responsible"}, ToOwner},
		{7, edu.Text{ZH: "责任领导", EN: "the leader responsible"}, ToOwner},
		{15, edu.Text{ZH: "交办单位", EN: "the issuer"}, ToIssuer},
		{30, edu.Text{ZH: "市委教育工作领导小组", EN: "the leading group of the city"}, ToLeaders},
	},
}

// Env is what a task is judged with: nothing of it is asked of the world.
type Env struct {
	Now      time.Time
	Calendar *collect.Calendar
	Rules    Rules
	Bodies   func(id string) (Body, bool)
	Tasks    func(id string) (Task, bool) // for merging; nil where none is

	// Who acts.
	By, Name string // account, and as shown
	Body     string // for which
}

func (e Env) today() edu.Date { return collect.Today(e.Now) }

func (e Env) body(id string) (Body, bool) {
	if e.Bodies == nil {
		return Body{}, false
	}
	return e.Bodies(id)
}

// SignBy is until when what is issued now is to be signed.
func (e Env) SignBy(u Urgency) time.Time {
	if u == Extra {
		return e.Now.Add(e.Rules.SignExtra)
	}
	return collect.Closes(e.Calendar.AddWorking(e.today(), e.Rules.SignDays))
}

// Limit is the due day of an ordinary matter that is given now: a fair one.
func (e Env) Limit() edu.Date {
	d := collect.Closes(e.Calendar.AddWorking(e.today(), e.Rules.Ordinary))
	if next := collect.NextFair(e.Now, e.Calendar); next.After(d) {
		d = next
	}
	return e.fairDay(collect.Today(d))
}

// fairDay is the day itself or the next one on which something may fall due.
func (e Env) fairDay(d edu.Date) edu.Date {
	for {
		_, week, ok := e.Calendar.Week(d)
		if e.Calendar.Working(d) && (!ok || week != 1) {
			return d
		}
		d++
	}
}

// Check refuses rules under which nothing could be done.
func (r Rules) Check() error {
	sorted := slices.IsSortedFunc(r.Levels, func(a, b Escalation) int { return a.Days - b.Days })
	if r.AmberDays < 0 || r.AmberShare < 0 || r.AmberShare > 1 || r.SignDays < 1 || r.SignExtra <= 0 || r.Ordinary < 1 || r.FirstDays < 0 || r.Extensions < 0 || r.EntryRunes < 1 || !sorted {
		return auth.Refuse(fault.Invalid, "督办规则的数值不合理", "the rules of supervision do not make sense")
	}
	return nil
}
