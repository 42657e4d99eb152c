package flow

import (
	"context"
	"errors"
	"fmt"

	"shuren/internal/auth"
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
	Rows  []ComparedChild // suspected or dropped out, a page of them
	Total int
	Pairs []ComparedPair // those to be decided first
	Open  int            // pairs that nobody has decided
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

// pairsShown is how many pairs a page asks about.
const pairsShown = 40

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
	if out.Done, err = r.Comparison(ctx, who, out.Year); errors.Is(err, fault.NotFound) {
		return out, nil
	} else if err != nil {
		return out, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return out, err
	}
	var found []Reconciled
	for _, rec := range out.Done.Records {
		if rec.Ledger == reconcile.Suspected.ID() || rec.Ledger == reconcile.Dropout.ID() {
			found = append(found, rec)
		}
	}
	out.Total = len(found)
	if size >= 0 {
		from := min(max(page-1, 0)*size, len(found))
		found = found[from:min(from+size, len(found))]
	}
	for _, rec := range found {
		l, err := x.lineOf(ctx, who, sc, d, rec.Person)
		if err != nil {
			return out, err
		}
		out.Rows = append(out.Rows, ComparedChild{l, rec})
	}
	for _, decided := range []bool{false, true} {
		for _, p := range out.Done.Pairs {
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

// Compare compares the lists of a year for who asks.
func (x *Retention) Compare(ctx context.Context, who auth.Actor, year int) error {
	_, err := x.city.Registers().Compare(ctx, who, year)
	return err
}

// DecidePair keeps what a person says of a pair.
func (x *Retention) DecidePair(ctx context.Context, who auth.Actor, year int, a, b register.PersonID, said string) error {
	if err := x.city.Registers().Decide(ctx, who, year, a, b, said); err != nil {
		return fmt.Errorf("decide a pair: %w", err)
	}
	return nil
}
