package collect

import (
	"fmt"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// Entry is a form on the list of forms (报表目录).
type Entry struct {
	Form *pack.Form // with the particulars of the list
	Pack *pack.Pack
	In   *pack.Form // the form of several packs that it is a part of, and by which it is asked; nil for most
	// Struck: it was taken off the list, or never had what an entry needs.
	Struck bool
	Why    edu.Text // why it cannot be issued, if it cannot
	By     string   // who changed the entry last, "" for as the pack brings it
	At     time.Time
}

// Issuable tells why a form of the list cannot be issued on a day: it is struck
// off, lacks what an entry must have, or has expired.
func (e Entry) Issuable(on edu.Date) error {
	f := e.Form
	lacking := []string{}
	for _, x := range []struct {
		has  bool
		what string
	}{{f.Basis != "", "basis"}, {f.Frequency != "", "frequency"}, {f.Minutes > 0, "minutes"}, {f.Approver != "", "approver"}} {
		if !x.has {
			lacking = append(lacking, x.what)
		}
	}
	switch {
	case e.In != nil:
		return fmt.Errorf("the form %s is asked as a part of %s: %w", f.ID, e.In.ID, fault.Invalid)
	case e.Struck:
		return fmt.Errorf("the form %s is not on the list of forms: %w", f.ID, fault.Invalid)
	case len(lacking) > 0:
		return fmt.Errorf("the form %s is not on the list of forms: it has no %s: %w", f.ID, strings.Join(lacking, ", "), fault.Invalid)
	case f.Valid != 0 && on > f.Valid:
		return fmt.Errorf("the form %s expired on %s: %w", f.ID, f.Valid, fault.Invalid)
	}
	return nil
}

// Budget is what forms may cost a school in a school year.
type Budget struct {
	Forms   int
	Minutes int
}

// DefaultBudget is six forms and eight hours: practice, which a city may change.
var DefaultBudget = Budget{Forms: 6, Minutes: 8 * 60}

// Over is the refusal of a form that would cost a school more than its budget.
type Over struct {
	Budget Budget
	Spent  Budget   // with the new form
	Kind   edu.Text // which schools
	Names  []string // of the forms, the new one last
}

func (o *Over) Error() string {
	return fmt.Sprintf("with it, schools with %s would fill %d forms in %d minutes this school year (%s); the budget is %d forms and %d minutes: a named approver may waive that with a reason",
		o.Kind.In("en"), o.Spent.Forms, o.Spent.Minutes, strings.Join(o.Names, ", "), o.Budget.Forms, o.Budget.Minutes)
}

func (o *Over) Unwrap() error { return fault.Invalid }

// Text is the refusal as pages show it.
func (o *Over) Text() edu.Text {
	return edu.Text{
		ZH: fmt.Sprintf("下发后，%s本学年须填报表%d张、预计%d分钟（%s），超过上限%d张、%d分钟；确需下发的，须写明批准人和理由。",
			o.Kind.In("zh"), o.Spent.Forms, o.Spent.Minutes, strings.Join(o.Names, "、"), o.Budget.Forms, o.Budget.Minutes),
		EN: o.Error() + ".",
	}
}

// EarliestInner is the earliest day that a county may set for its own units: it
// may not shorten the time that the city gave by more than a fifth.
func EarliestInner(is Issue) edu.Date {
	days := is.Due - is.Opens
	return is.Due - days/5
}
