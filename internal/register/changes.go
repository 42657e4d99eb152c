// What a correction by hand changes of a row, field by field.

package register

import (
	"math"
	"strconv"
	"strings"

	"shuren/internal/edu"
)

// Change is one field of a row before and after. Values are as the row keeps them: ids
// of units and of terms, days, numbers; empty is nothing.
type Change struct {
	Field string `json:"field"` // one of ChildFields or StaffFields, or hold
	From  string `json:"from,omitempty"`
	To    string `json:"to,omitempty"`
}

// Correction is what somebody did to a row at one time.
type Correction struct {
	New     bool     `json:"new,omitempty"`      // the row was made
	Who     bool     `json:"identity,omitempty"` // who it is was entered or changed; never what
	Changes []Change `json:"changes,omitempty"`
}

// Nothing tells that a row was kept as it was.
func (c Correction) Nothing() bool { return !c.New && !c.Who && len(c.Changes) == 0 }

// ChildChanges is what differs between two rows of a child of one year. That a household was poor
// is not in it: it must go after the comparison.
func ChildChanges(a, b *Child) []Change {
	return changes(a, b, []getter[Child]{
		{"school", func(c *Child) string { return string(c.School) }}, {"home", func(c *Child) string { return string(c.Home) }},
		{"stage", func(c *Child) string { return string(c.Stage) }}, {"grade", func(c *Child) string { return number(c.Grade) }}, {"class", func(c *Child) string { return c.Class }},
		{"born", func(c *Child) string { return day(c.Born) }}, {"sex", func(c *Child) string { return number(int(c.Sex)) }}, {"groups", func(c *Child) string { return marks(c.Groups &^ ExPoverty) }}, {"boards", func(c *Child) string { return yes(c.Boards) }},
		{"schooling", func(c *Child) string { return string(c.Schooling) }}, {"proof", func(c *Child) string { return c.Proof }}, {"proof_kind", func(c *Child) string { return c.ProofKind }},
		{"approved", func(c *Child) string { return c.Approved }}, {"approval", func(c *Child) string { return c.Approval }}, {"from", func(c *Child) string { return day(c.From) }}, {"until", func(c *Child) string { return day(c.Until) }},
		{"left", func(c *Child) string { return day(c.Left) }}, {"leaving", func(c *Child) string { return c.Leaving }}, {"from_school", func(c *Child) string { return c.FromSchool }}, {"to_school", func(c *Child) string { return c.ToSchool }},
		{"received", func(c *Child) string { return yes(c.Received) }}, {"receipt", func(c *Child) string { return day(c.Receipt) }}, {"case", func(c *Child) string { return c.Case }},
	})
}

// StaffChanges is what differs between two rows of a member of staff of one year. Why
// somebody does not move may be an illness: only that there is a reason is in it.
func StaffChanges(a, b *Staff) []Change {
	return changes(a, b, []getter[Staff]{
		{"unit", func(m *Staff) string { return string(m.Unit) }}, {"posts", func(m *Staff) string { return string(m.Posts) }}, {"sex", func(m *Staff) string { return number(int(m.Sex)) }}, {"born", func(m *Staff) string { return day(m.Born) }},
		{"category", func(m *Staff) string { return m.Category }}, {"duty", func(m *Staff) string { return m.Duty }}, {"post", func(m *Staff) string { return m.Post }}, {"stage", func(m *Staff) string { return string(m.Stage) }},
		{"subject", func(m *Staff) string { return m.Subject }}, {"second", func(m *Staff) string { return m.Second }}, {"hours", func(m *Staff) string { return figure(m.Hours) }}, {"degree", func(m *Staff) string { return m.Degree }},
		{"licence", func(m *Staff) string { return m.Licence }}, {"title", func(m *Staff) string { return m.Title }}, {"backbone", func(m *Staff) string { return m.Backbone }}, {"document", func(m *Staff) string { return m.Document }}, {"awarded", func(m *Staff) string { return number(m.Awarded) }},
		{"since", func(m *Staff) string { return day(m.Since) }}, {"head_since", func(m *Staff) string { return day(m.HeadSince) }}, {"head_terms", func(m *Staff) string { return number(m.HeadTerms) }}, {"training", func(m *Staff) string { return figure(m.Training) }},
		{"class_head", func(m *Staff) string { return yes(m.ClassHead) }}, {"class_years", func(m *Staff) string { return number(m.ClassYears) }}, {"mind", func(m *Staff) string { return m.Mind }}, {"dual", func(m *Staff) string { return yes(m.DualTrained) }}, {"hold", func(m *Staff) string { return yes(m.Hold != "") }},
	})
}

type getter[T any] struct {
	field string
	of    func(*T) string
}

func changes[T any](a, b *T, all []getter[T]) (out []Change) {
	for _, g := range all {
		if from, to := g.of(a), g.of(b); from != to {
			out = append(out, Change{g.field, from, to})
		}
	}
	return out
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func figure(f float64) string {
	if math.IsNaN(f) {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func day(d edu.Date) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// yes keeps a yes and a no apart from nothing: a no that was a yes is said.
func yes(on bool) string {
	if on {
		return "1"
	}
	return "0"
}

func marks(g Groups) string {
	var ids []string
	for i, t := range GroupTerms {
		if g.Has(1 << i) {
			ids = append(ids, t.ID)
		}
	}
	return strings.Join(ids, ",")
}
