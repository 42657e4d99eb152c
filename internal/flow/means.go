package flow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/store"
)

// MeansKind is one of the documents of what a county has to work with: one of
// each a county.
type MeansKind string

const (
	MeansPrices MeansKind = "prices"
	MeansStaff  MeansKind = "staff"
	MeansWays   MeansKind = "ways"
	MeansMoney  MeansKind = "money"
	// MeansLessons is the county's own plan of lessons. No proposal needs it.
	MeansLessons MeansKind = "lessons"
)

// MeansKinds lists them in the order of pages.
var MeansKinds = []MeansKind{MeansPrices, MeansStaff, MeansWays, MeansMoney, MeansLessons}

const meansKept audit.Action = "means.keep"

func (k MeansKind) doc() string { return "means-" + string(k) }

// Money is a county's money, by year.
type Money struct {
	County edu.UnitID
	Rev    int `json:"-"`
	Lines  []means.Budget
}

// Means is all that a county has to work with. What it has not told has no lines;
// Told says who told what, and when.
type Means struct {
	County edu.UnitID
	Prices means.Prices
	Staff  means.Staff
	Ways   means.Ways
	Money  Money
	// Lessons are the county's own plan of lessons.
	Lessons means.Lessons
	Told    map[MeansKind]Told
}

// Told is who said something last.
type Told struct {
	store.Document
	Lines int
}

// Lacks lists what must be told before a proposal can be made.
func (m *Means) Lacks() (out []MeansKind) {
	if len(m.Prices.Lines) == 0 {
		out = append(out, MeansPrices)
	}
	if len(m.Staff.Groups) == 0 {
		out = append(out, MeansStaff)
	}
	return out
}

// keptWay is a way as it is kept: JSON knows no NaN.
type keptWay struct {
	From, To string
	Km       float64
	Minutes  *float64 `json:",omitempty"`
}

type keptWays struct{ Lines []keptWay }

// means reads all of a county, whoever asks.
func (c *City) means(ctx context.Context, of edu.UnitID) (*Means, error) {
	m := &Means{County: of, Told: map[MeansKind]Told{}}
	m.Prices.County, m.Staff.County, m.Ways.County, m.Money.County, m.Lessons.County = of, of, of, of, of
	for _, k := range MeansKinds {
		d, err := c.store.Document(ctx, local, k.doc(), k.doc()+"-"+string(of))
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		lines := 0
		switch k {
		case MeansPrices:
			m.Prices, err = opened(d, func(x *means.Prices, rev int) { x.Rev = rev })
			lines = len(m.Prices.Lines)
		case MeansStaff:
			m.Staff, err = opened(d, func(x *means.Staff, rev int) { x.Rev = rev })
			lines = len(m.Staff.Groups)
		case MeansWays:
			var kept keptWays
			kept, err = opened(d, func(*keptWays, int) {})
			m.Ways.Rev, lines = d.Rev, len(kept.Lines)
			for _, w := range kept.Lines {
				x := means.Way{From: w.From, To: w.To, Km: w.Km, Minutes: math.NaN()}
				if w.Minutes != nil {
					x.Minutes = *w.Minutes
				}
				m.Ways.Lines = append(m.Ways.Lines, x)
			}
		case MeansMoney:
			m.Money, err = opened(d, func(x *Money, rev int) { x.Rev = rev })
			lines = len(m.Money.Lines)
		case MeansLessons:
			m.Lessons, err = opened(d, func(x *means.Lessons, rev int) { x.Rev = rev })
			lines = len(m.Lessons.Lines)
		}
		if err != nil {
			return nil, err
		}
		m.Told[k] = Told{d, lines}
	}
	return m, nil
}

// Means gives what a county has to work with, to whoever reads the county.
func (c *City) Means(ctx context.Context, who auth.Actor, of edu.UnitID) (*Means, error) {
	if err := c.overCounty(ctx, who, auth.ReadRegion, of); err != nil {
		return nil, err
	}
	return c.means(ctx, of)
}

// overCounty tells whether somebody has a permission over a county: what lies
// outside is not found.
func (c *City) overCounty(ctx context.Context, who auth.Actor, p auth.Permission, of edu.UnitID) error {
	r := who.Reach(p)
	if r.None() {
		return fmt.Errorf("%s: %w", p, fault.Forbidden)
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return err
	}
	if u, ok := tree.Unit(of); !ok || u.Level != edu.County || !r.Covers(of, holdsIn(tree)) {
		return fmt.Errorf("county %s: %w", of, fault.NotFound)
	}
	return nil
}

// KeepPrices keeps a county's price list over the rev that its writer saw, for
// whoever keeps the county. At fault.Conflict the list is as it is now.
func (c *City) KeepPrices(ctx context.Context, who auth.Actor, p means.Prices) (means.Prices, error) {
	if err := refuse(checkPrices(p.Lines)); err != nil {
		return p, err
	}
	d, err := c.keepMeans(ctx, who, MeansPrices, p.County, p.Rev, edu.DateOf(c.now()), p, len(p.Lines))
	p.Rev = d.Rev
	return p, err
}

// KeepStaff keeps a county's counts of staff, as KeepPrices does.
func (c *City) KeepStaff(ctx context.Context, who auth.Actor, s means.Staff) (means.Staff, error) {
	if err := refuse(checkStaff(&s)); err != nil {
		return s, err
	}
	if err := c.schoolsOf(ctx, s); err != nil {
		return s, err
	}
	d, err := c.keepMeans(ctx, who, MeansStaff, s.County, s.Rev, s.AsOf, s, len(s.Groups))
	s.Rev = d.Rev
	return s, err
}

// schoolsOf refuses staff of schools that the county has not.
func (c *City) schoolsOf(ctx context.Context, s means.Staff) error {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return err
	}
	units, holds := unitsByCode(tree), holdsIn(tree)
	var f faults
	for i := range s.Groups {
		if id, ok := units[codeAt{edu.School, s.Groups[i].School}]; !ok || !holds(s.County, id) {
			f.say(i+1, "学校代码“"+clipRunes(s.Groups[i].School, 30)+"”不是本县的学校", fmt.Sprintf("the county has no school %q", clipRunes(s.Groups[i].School, 30)))
		}
	}
	return refuse(f)
}

// KeepWays keeps the ways between a county's townships, as KeepPrices does.
func (c *City) KeepWays(ctx context.Context, who auth.Actor, w means.Ways) (means.Ways, error) {
	if err := refuse(checkWays(w.Lines)); err != nil {
		return w, err
	}
	var kept keptWays
	for _, x := range w.Lines {
		k := keptWay{From: x.From, To: x.To, Km: x.Km}
		if !math.IsNaN(x.Minutes) {
			k.Minutes = &x.Minutes
		}
		kept.Lines = append(kept.Lines, k)
	}
	d, err := c.keepMeans(ctx, who, MeansWays, w.County, w.Rev, edu.DateOf(c.now()), kept, len(w.Lines))
	w.Rev = d.Rev
	return w, err
}

// KeepMoney keeps a county's money of years, as KeepPrices does.
func (c *City) KeepMoney(ctx context.Context, who auth.Actor, m Money) (Money, error) {
	slices.SortFunc(m.Lines, func(a, b means.Budget) int { return a.Year.Compare(b.Year) })
	if err := refuse(checkMoney(m.Lines)); err != nil {
		return m, err
	}
	d, err := c.keepMeans(ctx, who, MeansMoney, m.County, m.Rev, edu.DateOf(c.now()), m, len(m.Lines))
	m.Rev = d.Rev
	return m, err
}

// KeepLessons keeps a county's own plan of lessons, as KeepPrices does.
func (c *City) KeepLessons(ctx context.Context, who auth.Actor, l means.Lessons) (means.Lessons, error) {
	if err := refuse(checkLessons(l.Lines)); err != nil {
		return l, err
	}
	d, err := c.keepMeans(ctx, who, MeansLessons, l.County, l.Rev, edu.DateOf(c.now()), l, len(l.Lines))
	l.Rev = d.Rev
	return l, err
}

// keepMeans keeps one of the documents. The log says how many lines, and none of
// what they say.
func (c *City) keepMeans(ctx context.Context, who auth.Actor, k MeansKind, of edu.UnitID, rev int, day edu.Date, body any, lines int) (store.Document, error) {
	sc, err := inReach(who, auth.KeepCounty, store.Editor)
	if err != nil {
		return store.Document{}, err
	}
	if err := c.overCounty(ctx, who, auth.KeepCounty, of); err != nil {
		return store.Document{}, err
	}
	d, err := document(who, k.doc(), k.doc()+"-"+string(of), of, rev, "", string(k), day, body, c.now())
	if err != nil {
		return d, err
	}
	rec := record(who, meansKept, fmt.Sprintf("%s, %d lines", k, lines), d.At)
	rec.Unit, rec.Object = of, d.ID
	return c.store.PutDocument(ctx, sc, d, rec)
}
