// What a comparison is kept as: a document of counts that names a run, and the run's
// lines. The document comes last, so a comparison is there with all its lines or not.

package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// The parts of a run.
const (
	partFound  = "child"
	partPairs  = "pair"
	partLevels = "level"
)

func comparisonID(year int, unit edu.UnitID) string {
	return strconv.Itoa(year) + "-" + cmp.Or(string(unit), "city")
}

// linesAtOnce is how many lines are written in one transaction: others write between.
const linesAtOnce = 5000

func keepLines[T any](ctx context.Context, r *Registers, sc store.Scope, run store.ComparedRun, part string, list []T) error {
	for from := 0; from < len(list); from += linesAtOnce {
		chunk := list[from:min(from+linesAtOnce, len(list))]
		bodies := make([]store.ComparedLine, len(chunk))
		for i := range chunk {
			b, err := json.Marshal(chunk[i])
			if err != nil {
				return err
			}
			bodies[i].Body = string(b)
			if x, ok := any(chunk[i]).(Reconciled); ok {
				bodies[i].Person = x.Person
			}
		}
		if err := r.city.store.WriteCompared(ctx, sc, run, part, from, bodies); err != nil {
			return err
		}
	}
	return nil
}

// lines reads n lines of a comparison's part from a number on; below zero is all.
func lines[T any](ctx context.Context, r *Registers, sc store.Scope, c *Reconciliation, part string, from, n int) ([]T, error) {
	bodies, err := r.city.store.Compared(ctx, sc, c.run(), part, from, n)
	if err != nil {
		return nil, err
	}
	return unpacked[T](bodies)
}

func unpacked[T any](bodies []string) ([]T, error) {
	out := make([]T, len(bodies))
	for i, b := range bodies {
		if err := json.Unmarshal([]byte(b), &out[i]); err != nil {
			return nil, fmt.Errorf("what was compared: %w", err)
		}
	}
	return out, nil
}

func (c *Reconciliation) run() store.ComparedRun {
	return store.ComparedRun{Comparison: comparisonID(c.Year, c.Unit), Unit: c.Unit, Run: c.Run}
}

// FoundOf is what the newest comparison of a year says of some children; nothing where
// nobody has compared.
func (r *Registers) FoundOf(ctx context.Context, who auth.Actor, year int, of []register.PersonID) (map[register.PersonID]Reconciled, error) {
	out := map[register.PersonID]Reconciled{}
	c, err := r.Comparison(ctx, who, year)
	if errors.Is(err, fault.NotFound) || errors.Is(err, fault.Forbidden) || errors.Is(err, fault.Invalid) {
		return out, nil
	} else if err != nil {
		return nil, err
	}
	sc, err := inReach(who, auth.EndCases, store.Reader)
	if err != nil {
		return nil, err
	}
	bodies, err := r.city.store.ComparedOf(ctx, sc, c.run(), partFound, of)
	if err != nil {
		return nil, err
	}
	list, err := unpacked[Reconciled](bodies)
	for _, x := range list {
		out[x.Person] = x
	}
	return out, err
}

func (r *Registers) keepCompared(ctx context.Context, who auth.Actor, sc store.Scope, c *Reconciliation) error {
	id := comparisonID(c.Year, c.Unit)
	d, err := document(who, kindCompare, id, c.Unit, c.Rev, "", "", c.Day, c, r.now())
	if err != nil {
		return err
	}
	rec := record(who, listsCompared, strconv.Itoa(c.Year), r.now())
	rec.Object, rec.Unit, rec.Remote = id, c.Unit, auth.Remote(ctx)
	d, err = r.city.store.PutDocument(ctx, sc, d, rec)
	c.Rev = d.Rev
	return err
}

func (r *Registers) comparison(ctx context.Context, sc store.Scope, id string) (*Reconciliation, error) {
	d, err := r.city.store.Document(ctx, sc, kindCompare, id)
	if err != nil {
		return nil, err
	}
	c, err := opened(d, func(c *Reconciliation, rev int) { c.Rev = rev })
	return &c, err
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
	return r.comparison(ctx, sc, comparisonID(year, unit))
}

// Found gives n records of a comparison from a number on, those to be looked for
// first; below zero is all.
func (r *Registers) Found(ctx context.Context, who auth.Actor, c *Reconciliation, from, n int) ([]Reconciled, error) {
	sc, err := inReach(who, auth.EndCases, store.Reader)
	if err != nil {
		return nil, err
	}
	return lines[Reconciled](ctx, r, sc, c, partFound, from, n)
}

// Levels are n of the numbers of pupils in forms that the register did not bear out,
// whole counties first; below zero is all.
func (r *Registers) Levels(ctx context.Context, who auth.Actor, c *Reconciliation, n int) ([]LevelLine, error) {
	sc, err := inReach(who, auth.EndCases, store.Reader)
	if err != nil {
		return nil, err
	}
	return lines[LevelLine](ctx, r, sc, c, partLevels, 0, n)
}

// Doubts are the pairs of a comparison, with what was said of them.
func (r *Registers) Doubts(ctx context.Context, who auth.Actor, c *Reconciliation) ([]Doubtful, error) {
	sc, err := inReach(who, auth.EndCases, store.Reader)
	if err != nil {
		return nil, err
	}
	list, err := lines[Doubtful](ctx, r, sc, c, partPairs, 0, -1)
	if err != nil {
		return nil, err
	}
	said, err := r.decided(ctx, sc, c.Year, c.Unit)
	if err != nil {
		return nil, err
	}
	// A pair that a person decided is not asked again by the next comparison, and stays
	// here to be seen and changed.
	at := map[[2]register.PersonID]int{}
	for i, p := range list {
		at[pairOf(p.A, p.B)] = i
	}
	for _, p := range said {
		if i, ok := at[pairOf(p.A, p.B)]; ok {
			list[i].Said, list[i].By = p.Said, p.By
		} else {
			list = append(list, p.Doubtful())
		}
	}
	return list, nil
}

// saidOf is what a person said of a pair.
type saidOf struct {
	Year    int
	A, B    register.PersonID
	Score   float64
	Numbers bool
	Said    string
	By      string
}

func (s saidOf) Doubtful() Doubtful {
	return Doubtful{A: s.A, B: s.B, Score: s.Score, Numbers: s.Numbers, Said: s.Said, By: s.By}
}

func pairOf(a, b register.PersonID) [2]register.PersonID {
	return [2]register.PersonID{min(a, b), max(a, b)}
}

// decided is what persons said of pairs of a year's comparison, whenever they said it.
func (r *Registers) decided(ctx context.Context, sc store.Scope, year int, unit edu.UnitID) (out []saidOf, err error) {
	docs, err := r.city.store.Documents(ctx, sc, store.DocumentFilter{Kind: kindDecided, State: comparisonID(year, unit)})
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		s, err := opened(d, func(*saidOf, int) {})
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b saidOf) int {
		return cmp.Or(-cmp.Compare(a.Score, b.Score), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return out, nil
}

// Decide keeps what a person says of a pair: one child or two. The records stay as
// they are; the next comparison takes it as given, also one that is under way.
func (r *Registers) Decide(ctx context.Context, who auth.Actor, year int, a, b register.PersonID, said string) error {
	if said != SameChild && said != OtherChild {
		return fmt.Errorf("decision %q: want %s or %s: %w", said, SameChild, OtherChild, fault.Invalid)
	}
	c, err := r.Comparison(ctx, who, year)
	if err != nil {
		return err
	}
	list, err := r.Doubts(ctx, who, c)
	if err != nil {
		return err
	}
	k := pairOf(a, b)
	i := slices.IndexFunc(list, func(p Doubtful) bool { return pairOf(p.A, p.B) == k })
	if i < 0 {
		return fmt.Errorf("pair %s and %s: %w", a, b, fault.NotFound)
	}
	sc, err := inReach(who, auth.EndCases, store.Editor)
	if err != nil {
		return err
	}
	rec := record(who, pairDecided, string(a)+" "+string(b)+" "+said, r.now())
	rec.Object, rec.Unit, rec.Remote = comparisonID(year, c.Unit), c.Unit, auth.Remote(ctx)
	id := rec.Object + "-" + string(k[0]) + "-" + string(k[1])
	old, err := r.city.store.Document(ctx, sc, kindDecided, id)
	if err != nil && !errors.Is(err, fault.NotFound) {
		return err
	}
	p := list[i]
	d, err := document(who, kindDecided, id, c.Unit, old.Rev, rec.Object, "", c.Day, saidOf{year, p.A, p.B, p.Score, p.Numbers, said, rec.Account}, r.now())
	if err != nil {
		return err
	}
	_, err = r.city.store.PutDocument(ctx, sc, d, rec)
	return err
}
