package flow

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// framed is what is kept of one period of a part of the tree: its frames, made
// once from all records with the union of the city's packs, and what each pack
// said of them. It is dropped as a whole when a figure, a unit or a pack changes.
type framed struct {
	mu      sync.Mutex
	version string
	set     *frame.Set
	by      map[string]*measured // by the pack's ref

	past []past // by years back, less one, once a pack looks there
}

// past is a set of frames with so many earlier years behind it, and the version
// of those.
type past struct {
	set     *frame.Set
	version string
}

// measured is what one pack says. Its lock is held while it is worked out, so
// that two readers do not do it twice.
type measured struct {
	mu sync.Mutex
	a  *standard.Assessment
}

// framed is the place of a period of a part.
func (c *City) framed(of part, p edu.Period) *framed {
	if of.key != "" {
		return c.parts.get(partKey{of.key, p})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.whole[p]
	if e == nil {
		e = &framed{}
		c.whole[p] = e
	}
	return e
}

// assess measures and judges what a part of the tree has of a period, or gives
// what is still true from the last time.
func (c *City) assess(ctx context.Context, of part, by *pack.Pack, p edu.Period) (*standard.Assessment, error) {
	e := c.framed(of, p)
	set, m, err := c.measuring(ctx, e, of, by, p)
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.a == nil {
		if m.a, err = standard.Assess(set, by); err != nil {
			return nil, fmt.Errorf("assess %s by %s: %w", p, by.Ref(), err)
		}
	}
	return m.a, nil
}

// measuring gives the frames that a pack measures, and the place of what it says
// of them.
func (c *City) measuring(ctx context.Context, e *framed, of part, by *pack.Pack, p edu.Period) (*frame.Set, *measured, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := c.frame(ctx, e, of, p); err != nil {
		return nil, nil, err
	}
	set, key := e.set, by.Ref()+" "+by.Hash
	if years := looksBack(by); years > 0 {
		was, err := c.behind(ctx, e, of, p, years)
		if err != nil {
			return nil, nil, err
		}
		set = was.set
		key += " " + was.version
	}
	m := e.by[key]
	if m == nil {
		m = &measured{}
		// What a pack said before an earlier year changed is not true any more.
		for k := range e.by {
			if strings.HasPrefix(k, by.Ref()+" ") {
				delete(e.by, k)
			}
		}
		e.by[key] = m
	}
	return set, m, nil
}

// frame makes the frames of a period, unless they are still true. The lock of e
// is held.
func (c *City) frame(ctx context.Context, e *framed, of part, p edu.Period) error {
	version, err := c.version(ctx, of.scope, p)
	if err != nil {
		return err
	}
	s := c.schemes()
	if version += "; " + s.hash; e.set != nil && e.version == version {
		return nil
	}
	set, err := c.build(ctx, of, s.union, p)
	if err != nil {
		return err
	}
	e.set, e.version, e.by, e.past = set, version, map[string]*measured{}, nil
	return nil
}

// behind is the set with those of earlier years behind it, one behind the other.
// Their frames are those by which these years themselves are measured: they are
// not made a second time. The lock of e is held.
func (c *City) behind(ctx context.Context, e *framed, of part, p edu.Period, years int) (past, error) {
	was := p.LastTime()
	last := c.framed(of, was) // locked after a later year's, never before one
	last.mu.Lock()
	defer last.mu.Unlock()
	if err := c.frame(ctx, last, of, was); err != nil {
		return past{}, err
	}
	then := past{last.set, last.version}
	if years > 1 {
		earlier, err := c.behind(ctx, last, of, was, years-1)
		if err != nil {
			return past{}, err
		}
		then = past{earlier.set, last.version + "; " + earlier.version}
	}
	for len(e.past) < years {
		e.past = append(e.past, past{})
	}
	if known := e.past[years-1]; known.set != nil && known.version == then.version {
		return known, nil
	}
	set, err := c.after(ctx, of, p, c.Union(), e.set, then.set)
	if err != nil {
		return past{}, err
	}
	e.past[years-1] = past{set, then.version}
	return e.past[years-1], nil
}

// after is a period's set with that of the year before behind it.
func (c *City) after(ctx context.Context, of part, p edu.Period, union *pack.Pack, set, last *frame.Set) (*frame.Set, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	seen := tree
	if of.regions != nil {
		if seen, err = c.store.Tree(ctx, of.scope); err != nil {
			return nil, err
		}
	}
	return set.After(last, prior(tree, seen, p, union)), nil
}

// unkept are frames that are made for one question and not kept: of another
// moment, or of what is supposed.
func (c *City) unkept(ctx context.Context, of part, union, by *pack.Pack, p edu.Period) (*frame.Set, error) {
	return c.unkeptWith(ctx, of, union, p, looksBack(by))
}

func (c *City) unkeptWith(ctx context.Context, of part, union *pack.Pack, p edu.Period, years int) (*frame.Set, error) {
	set, err := c.build(ctx, of, union, p)
	if err != nil || years == 0 {
		return set, err
	}
	last, err := c.unkeptWith(ctx, of, union, p.LastTime(), years-1)
	if err != nil {
		return nil, err
	}
	return c.after(ctx, of, p, union, set, last)
}

// withPast are the frames of a period with the year before behind them.
func (c *City) withPast(ctx context.Context, of part, p edu.Period) (*frame.Set, error) {
	e := c.framed(of, p)
	e.mu.Lock()
	defer e.mu.Unlock()
	if err := c.frame(ctx, e, of, p); err != nil {
		return nil, err
	}
	was, err := c.behind(ctx, e, of, p, 1)
	return was.set, err
}

// build makes the frames of one period. What contradicts itself in the store came
// in through two files; it is left out of the figures and not an error here.
func (c *City) build(ctx context.Context, of part, union *pack.Pack, p edu.Period) (*frame.Set, error) {
	tables, err := c.tablesAt(ctx, of.scope, of.asOf, p, "")
	if err != nil {
		return nil, fmt.Errorf("figures of %s: %w", p, err)
	}
	if of.regions != nil {
		tree, err := c.store.Tree(ctx, local)
		if err != nil {
			return nil, err
		}
		tables = narrow(tables, tree.On(p), *of.regions)
	}
	if of.alter != nil {
		tables = of.alter(p, tables)
	}
	set, _, err := Frames(tables, union)
	if err != nil {
		return nil, err
	}
	set.Period = p
	return set, nil
}

// tablesOf are the tables of a period's figures within a scope, but for those of
// one form.
func (c *City) tablesOf(ctx context.Context, sc store.Scope, p edu.Period, except string) ([]*frame.Table, error) {
	return c.tablesAt(ctx, sc, nil, p, except)
}

// tablesAt are those of a moment; nil is now.
func (c *City) tablesAt(ctx context.Context, sc store.Scope, asOf *store.Snapshot, p edu.Period, except string) ([]*frame.Table, error) {
	forms, err := c.figures(ctx, p)
	if err != nil {
		return nil, err
	}
	forms = slices.DeleteFunc(forms, func(id string) bool { return id == except })
	if len(forms) == 0 {
		return nil, nil
	}
	return c.store.Tables(ctx, sc, store.Query{Period: p, Forms: forms, AsOf: asOf})
}

// MeasureAll measures a period by every pack of the city, side by side, in the
// order of the packs.
func (c *City) MeasureAll(ctx context.Context, p edu.Period) ([]*standard.Assessment, error) {
	return c.measureAll(ctx, part{scope: local}, p)
}

func (c *City) measureAll(ctx context.Context, of part, p edu.Period) ([]*standard.Assessment, error) {
	if err := c.refresh(ctx); err != nil {
		return nil, err
	}
	packs := c.Packs()
	out, errs := make([]*standard.Assessment, len(packs)), make([]error, len(packs))
	var wg sync.WaitGroup
	for i, by := range packs {
		wg.Go(func() { out[i], errs[i] = c.assess(ctx, of, by, p) })
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Recompute measures every period by every pack, several at a time, so that
// nobody who asks afterwards has to wait.
func (c *City) Recompute(ctx context.Context) error {
	periods, err := c.Periods(ctx)
	if err != nil {
		return err
	}
	errs := make([]error, len(periods))
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(len(periods), runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				_, errs[i] = c.MeasureAll(ctx, periods[i])
			}
		})
	}
	for i := range periods { // the oldest first: it is the past of the next
		next <- i
	}
	close(next)
	wg.Wait()
	return errors.Join(errs...)
}
