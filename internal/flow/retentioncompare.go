package flow

import (
	"context"
	"errors"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/reconcile"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// CaseComparison is the comparison of a year's lists as an officer's page shows it:
// what there is to compare, what came of it, and whom to look for.
type CaseComparison struct {
	Year  int
	Years []int
	Lists []ListHeld
	Done  *Reconciliation // nil where nobody has compared that year yet
	Job   Comparing       // under way, or how the last one ended
	Rows  []ComparedChild // suspected or dropped out, a page of them
	Total int
	Pairs []ComparedPair // those to be decided first
	All   int            // pairs
	Open  int            // of them that nobody has decided
	// Levels are numbers of pupils in forms that the register does not bear out, whole
	// counties and stages first: Done.Levels is how many there are.
	Levels []ComparedLevel
}

// ComparedLevel is a line of the comparison of levels with the unit's name.
type ComparedLevel struct {
	LevelLine
	Name   edu.Text
	County bool
}

// ListHeld is one of the lists and how many rows of it there are.
type ListHeld struct {
	Source reconcile.Source
	Rows   int
}

// ComparedChild is a child of whom the lists give reason to look.
type ComparedChild struct {
	ChildLine
	Reconciled
}

// ComparedPair is a pair of records that may be one child's.
type ComparedPair struct {
	Doubtful
	Of [2]ChildLine
}

// pairsShown is how many pairs a page asks about, and levelsShown how many numbers of
// forms it holds against the register.
const (
	pairsShown  = 40
	levelsShown = 24
)

// Comparison shows the comparison of a year; the zero year is the newest there is a
// list of. A size below zero is all.
func (x *Retention) Comparison(ctx context.Context, who auth.Actor, year, page, size int) (out CaseComparison, err error) {
	sc, err := inReach(who, auth.EndCases, store.Reader)
	if err != nil {
		return out, err
	}
	r := x.city.Registers()
	if out.Years, err = r.Years(ctx, who, store.AChild); err != nil {
		return out, err
	}
	if out.Year = year; year == 0 && len(out.Years) > 0 {
		out.Year = out.Years[0]
	}
	for _, l := range stored {
		_, n, err := r.Children(ctx, who, register.ChildFilter{Year: out.Year - l.back, List: l.list, Page: 1, Size: 1})
		if err != nil {
			return out, err
		}
		out.Lists = append(out.Lists, ListHeld{l.source, n})
	}
	if out.Job, err = r.Comparing(ctx, who, out.Year); err != nil {
		return out, err
	}
	if out.Done, err = r.Comparison(ctx, who, out.Year); errors.Is(err, fault.NotFound) {
		return out, nil
	} else if err != nil {
		return out, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return out, err
	}
	from, most := 0, out.Done.ToFind()
	if out.Total = most; size >= 0 {
		from = min(max(page-1, 0)*size, most)
		most = min(size, most-from)
	}
	found, err := r.Found(ctx, who, out.Done, from, most)
	if err != nil {
		return out, err
	}
	for _, rec := range found {
		l, err := x.lineOf(ctx, who, sc, d, rec.Person)
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, ComparedChild{l, rec})
	}
	shown := -1
	if size >= 0 {
		shown = levelsShown
	}
	levels, err := r.Levels(ctx, who, out.Done, shown)
	if err != nil {
		return out, err
	}
	for _, l := range levels {
		u, _ := d.tree.Unit(l.Unit)
		out.Levels = append(out.Levels, ComparedLevel{l, d.name(l.Unit), u.Level != edu.School})
	}
	pairs, err := r.Doubts(ctx, who, out.Done)
	if err != nil {
		return out, err
	}
	out.All = len(pairs)
	for _, decided := range []bool{false, true} {
		for _, p := range pairs {
			if (p.Said != "") != decided {
				continue
			}
			if !decided {
				out.Open++
			}
			if len(out.Pairs) >= pairsShown {
				continue
			}
			pair := ComparedPair{Doubtful: p}
			for i, id := range []register.PersonID{p.A, p.B} {
				if pair.Of[i], err = x.lineOf(ctx, who, sc, d, id); err != nil {
					return out, err
				}
			}
			out.Pairs = append(out.Pairs, pair)
		}
	}
	return out, nil
}

// lineOf is a child of a comparison with its case. One whose record has been deleted
// since is its id.
func (x *Retention) lineOf(ctx context.Context, who auth.Actor, sc store.Scope, d caseDesk, id register.PersonID) (ChildLine, error) {
	row, ok, err := x.childOf(ctx, who, id)
	if err != nil {
		return ChildLine{}, err
	}
	if !ok {
		row.Person = id
	}
	of, err := x.city.store.CasesOf(ctx, sc, []retention.Person{id})
	return x.line(d, row, of), err
}

// Compare begins to compare the lists of a year for who asks.
func (x *Retention) Compare(ctx context.Context, who auth.Actor, year int) error {
	_, err := x.city.Registers().BeginCompare(ctx, who, year)
	return err
}

// StopComparing ends the comparison of a year that is under way.
func (x *Retention) StopComparing(ctx context.Context, who auth.Actor, year int) error {
	return x.city.Registers().StopComparing(ctx, who, year)
}

// DecidePair keeps what a person says of a pair.
func (x *Retention) DecidePair(ctx context.Context, who auth.Actor, year int, a, b register.PersonID, said string) error {
	if err := x.city.Registers().Decide(ctx, who, year, a, b, said); err != nil {
		return fmt.Errorf("decide a pair: %w", err)
	}
	return nil
}
