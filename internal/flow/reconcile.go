package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/reconcile"
	"shuren/internal/register"
	"shuren/internal/store"
)

// Reconciliation is what comparing the stored lists of a year came to: counts, and
// the records of whom there is something to do. It has ids and no names.
type Reconciliation struct {
	Year     int            `json:"year"`
	Day      edu.Date       `json:"day"`
	Unit     edu.UnitID     `json:"unit,omitempty"` // whose lists were compared; empty is the city's
	Lists    map[string]int `json:"lists"`          // rows by list
	Children int            `json:"children"`
	Ledgers  map[string]int `json:"ledgers"`
	Reasons  map[string]int `json:"reasons"`
	Records  []Reconciled   `json:"records"`
	Pairs    []Doubtful     `json:"pairs"`
	By       string         `json:"by,omitempty"` // name of whoever compared
	At       time.Time      `json:"at,omitzero"`

	Rev int `json:"-"`
}

// Reconciled is one child that stands in a ledger beyond that of its age, or of whom
// something is to be mended.
type Reconciled struct {
	Person  register.PersonID   `json:"person"`
	Others  []register.PersonID `json:"others,omitempty"` // further records that are the same child
	Ledger  string              `json:"ledger"`
	Status  register.Schooling  `json:"status,omitempty"`
	Reasons []string            `json:"reasons"`
	School  edu.UnitID          `json:"school,omitempty"`
	Home    edu.UnitID          `json:"home,omitempty"`
}

// Doubtful is a pair of records that may be one child's.
type Doubtful struct {
	A       register.PersonID `json:"a"`
	B       register.PersonID `json:"b"`
	Score   float64           `json:"score"`
	Numbers bool              `json:"numbers,omitempty"` // both have identity numbers, and different ones
	Said    string            `json:"said,omitempty"`    // same or other, by a person
	By      string            `json:"by,omitempty"`
}

// What a person says of a pair.
const (
	SameChild   = "same"
	OtherChild  = "other"
	kindCompare = "reconciliation"
)

// Actions in the audit log.
const (
	listsCompared audit.Action = "register.compare"
	pairDecided   audit.Action = "register.pair"
	listDeleted   audit.Action = "register.list.delete"
)

// stored are the lists of a year and what they are in a comparison.
var stored = []struct {
	list   register.List
	back   int // years
	source reconcile.Source
}{
	{register.Register, 0, reconcile.Register}, {register.Register, 1, reconcile.Last}, {register.InClass, 0, reconcile.Roll},
	{register.Household, 0, reconcile.Household}, {register.ExPoor, 0, reconcile.Poverty}, {register.Platform, 0, reconcile.Platform},
}

// Compare compares the stored lists of a school year within the reach of who asks,
// and keeps the counts and the ids. What persons said of pairs before stands. Two
// records are never made one by it. The ex-poverty list has done its work then and is
// deleted; that a child of the kept records is on it stays, as a reason.
func (r *Registers) Compare(ctx context.Context, who auth.Actor, year int) (*Reconciliation, error) {
	unit, err := comparedBy(who)
	if err != nil {
		return nil, err
	}
	sc, ring, err := r.reach(who, auth.EndCases, store.Editor)
	if err != nil {
		return nil, err
	}
	old, err := r.Comparison(ctx, who, year)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return nil, err
	}
	today := edu.DateOf(r.now())
	secret := make([]byte, 32)
	rand.Read(secret) // never fails; forgotten when the comparison is done
	keyer, err := reconcile.NewKeyer(secret)
	if err != nil {
		return nil, err
	}
	out := &Reconciliation{Year: year, Day: today, Unit: unit, Lists: map[string]int{}, Ledgers: map[string]int{}, Reasons: map[string]int{}, By: who.Name, At: r.now()}
	var lists []*reconcile.List
	for _, s := range stored {
		b := reconcile.NewBuilder(s.source, keyer, today)
		err := r.city.store.EachChild(ctx, sc, year-s.back, s.list, func(row store.ChildRow) error {
			id, err := openIdentity(ring, row.Person, row.Sealed)
			if err != nil {
				return err
			}
			e := entryOf(row.Child, id)
			e.Row = b.List.Len() + 1
			b.Add(&e)
			return nil
		})
		if err != nil {
			return nil, err
		}
		if n := b.List.Len(); n > 0 {
			lists = append(lists, b.List)
			out.Lists[s.source.ID()] = n
		}
	}
	if len(lists) < 2 {
		return nil, auth.Refuse(fault.Invalid, "本学年只有一份名单，没有可比对的：请先导入户籍、在校或上年名单", "there is one list of this year and nothing to compare it with: import a household list, a roll or last year's register first")
	}
	o := reconcile.Options{Today: today, Year: year}
	if old != nil {
		for _, p := range old.Pairs {
			if p.Said != "" {
				o.Decisions = append(o.Decisions, reconcile.Decision{A: reconcile.PersonKey(p.A), B: reconcile.PersonKey(p.B), Same: p.Said == SameChild})
				out.Pairs = append(out.Pairs, p)
			}
		}
	}
	res, err := reconcile.Compare(ctx, lists, o)
	if err != nil {
		return nil, err
	}
	out.take(res)
	if old != nil {
		out.Rev = old.Rev
		if out.Lists[reconcile.Poverty.ID()] == 0 {
			out.remember(old)
		}
	}
	if err := r.keepCompared(ctx, who, sc, out, listsCompared, strconv.Itoa(year)); err != nil || out.Lists[reconcile.Poverty.ID()] == 0 {
		return out, err
	}
	_, err = r.city.store.DeleteList(ctx, sc, register.ExPoor, year, func(e store.Expired) audit.Record {
		rec := record(who, listDeleted, fmt.Sprintf("%s %d: %d rows", register.ExPoor, year, e.Rows), r.now())
		rec.Object, rec.Unit, rec.Remote = comparisonID(year, unit), unit, auth.Remote(ctx)
		return rec
	})
	return out, err
}

// remember takes over who was of an ex-poverty household from the comparison that
// had the list: it is deleted since.
func (out *Reconciliation) remember(old *Reconciliation) {
	poor := map[register.PersonID]bool{}
	for _, r := range old.Records {
		poor[r.Person] = poor[r.Person] || slices.Contains(r.Reasons, reconcile.ExPoverty.ID())
	}
	for i := range out.Records {
		r := &out.Records[i]
		if poor[r.Person] && (r.Ledger == reconcile.Suspected.ID() || r.Ledger == reconcile.Dropout.ID()) && !slices.Contains(r.Reasons, reconcile.ExPoverty.ID()) {
			r.Reasons = append(r.Reasons, reconcile.ExPoverty.ID())
			out.Reasons[reconcile.ExPoverty.ID()]++
		}
	}
}

// comparedBy is whose lists somebody compares: a county's, a township's, or the
// whole city's.
func comparedBy(who auth.Actor) (edu.UnitID, error) {
	switch reach := who.Reach(auth.EndCases); {
	case reach.None():
		return "", fmt.Errorf("%s: %w", auth.EndCases, fault.Forbidden)
	case reach.Whole:
		return "", nil
	case len(reach.Units) == 1:
		return reach.Units[0], nil
	}
	return "", auth.Refuse(fault.Invalid, "您负责多个单位，请由其中一个单位的账号比对", "you act for several units: compare with an account of one of them")
}

func entryOf(c register.Child, id register.Identity) reconcile.Entry {
	e := reconcile.Entry{Identity: id, Born: c.Born, Sex: c.Sex, Unit: c.School, Home: c.Home, Grade: c.Grade, Status: c.Schooling,
		Groups: c.Groups, From: c.From, Until: c.Until, Case: c.Case, Person: c.Person}
	if c.Proof != "" || c.ProofKind != "" {
		e.Marks |= reconcile.Proof
	}
	if c.Approved != "" || c.Approval != "" {
		e.Marks |= reconcile.Approved
	}
	if e.Left = c.Left; c.Left == 0 {
		return e
	}
	if c.Received {
		e.Marks |= reconcile.Receipt
	}
	if c.Schooling == "" || c.Schooling == register.Enrolled {
		// Some kinds of leaving say where a child is.
		switch c.Leaving {
		case register.Graduation:
			e.Status = register.Graduated
		case register.Death:
			e.Status = register.Dead
		case register.Abroad:
			e.Status = register.Elsewhere
		}
	}
	return e
}

// take puts the result of a comparison into what is kept.
func (out *Reconciliation) take(res *reconcile.Result) {
	out.Children = res.Len()
	n := res.Counts()
	for l := reconcile.NoLedger; l <= reconcile.Dropout; l++ {
		out.Ledgers[l.ID()] = n.Ledgers[l]
	}
	for _, reason := range reconcile.Reasons() {
		if n.Reasons[reason] > 0 {
			out.Reasons[reason.ID()] = n.Reasons[reason]
		}
	}
	for _, i := range res.Select(func(l reconcile.Ledger, s reconcile.Set) bool {
		return l >= reconcile.Suspected || s&^(1<<reconcile.NotOnHousehold|1<<reconcile.Finished|1<<reconcile.JoinedByName|1<<reconcile.ElsewhereProof) != 0
	}) {
		o := res.Outcome(i)
		rec := Reconciled{Person: o.Person, Ledger: o.Ledger.ID(), Status: o.Status, Reasons: []string{}, School: o.Unit, Home: o.Home}
		for _, reason := range o.Reasons {
			rec.Reasons = append(rec.Reasons, reason.ID())
		}
		for _, row := range o.Rows {
			if row.Person != "" && row.Person != o.Person && !slices.Contains(rec.Others, row.Person) {
				rec.Others = append(rec.Others, row.Person)
			}
		}
		out.Records = append(out.Records, rec)
	}
	// Who is to be looked for stands first.
	rank := func(r Reconciled) int {
		for l := reconcile.Dropout; l > reconcile.NoLedger; l-- {
			if r.Ledger == l.ID() {
				return -int(l)
			}
		}
		return 0
	}
	slices.SortStableFunc(out.Records, func(a, b Reconciled) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.School, b.School), cmp.Compare(a.Person, b.Person))
	})
	for _, p := range res.Pairs {
		out.Pairs = append(out.Pairs, Doubtful{A: p.RowA.Person, B: p.RowB.Person, Score: p.Score, Numbers: p.Numbers})
	}
}

func comparisonID(year int, unit edu.UnitID) string {
	return strconv.Itoa(year) + "-" + cmp.Or(string(unit), "city")
}

func (r *Registers) keepCompared(ctx context.Context, who auth.Actor, sc store.Scope, c *Reconciliation, a audit.Action, detail string) error {
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	rec := record(who, a, detail, r.now())
	rec.Object, rec.Unit, rec.Remote = comparisonID(c.Year, c.Unit), c.Unit, auth.Remote(ctx)
	d, err := r.city.store.PutDocument(ctx, sc, store.Document{Kind: kindCompare, ID: rec.Object, Unit: c.Unit, Rev: c.Rev, Day: c.Day, Body: string(body), By: rec.Account, Name: who.Name, At: r.now()}, rec)
	if err == nil {
		c.Rev = d.Rev
	}
	return err
}

// Comparison is the newest comparison of a year that who asks could have made.
func (r *Registers) Comparison(ctx context.Context, who auth.Actor, year int) (*Reconciliation, error) {
	unit, err := comparedBy(who)
	if err != nil {
		return nil, err
	}
	sc, err := inReach(who, auth.EndCases, store.Reader)
	if err != nil {
		return nil, err
	}
	d, err := r.city.store.Document(ctx, sc, kindCompare, comparisonID(year, unit))
	if err != nil {
		return nil, err
	}
	out := &Reconciliation{}
	if err := json.Unmarshal([]byte(d.Body), out); err != nil {
		return nil, fmt.Errorf("comparison %s: %w", d.ID, err)
	}
	out.Rev = d.Rev
	return out, nil
}

// Decide keeps what a person says of a pair: one child or two. The records stay as
// they are; the next comparison takes it as given.
func (r *Registers) Decide(ctx context.Context, who auth.Actor, year int, a, b register.PersonID, said string) error {
	if said != SameChild && said != OtherChild {
		return fmt.Errorf("decision %q: want %s or %s: %w", said, SameChild, OtherChild, fault.Invalid)
	}
	c, err := r.Comparison(ctx, who, year)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Pairs, func(p Doubtful) bool { return p.A == a && p.B == b || p.A == b && p.B == a })
	if i < 0 {
		return fmt.Errorf("pair %s and %s: %w", a, b, fault.NotFound)
	}
	sc, err := inReach(who, auth.EndCases, store.Editor)
	if err != nil {
		return err
	}
	c.Pairs[i].Said, c.Pairs[i].By = said, record(who, "", "", r.now()).Account
	return r.keepCompared(ctx, who, sc, c, pairDecided, string(a)+" "+string(b)+" "+said)
}
