package flow

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/sheet"
	"shuren/internal/store"
)

// kindBirths are the documents of counties' births: one a county.
const kindBirths = "births"

const birthsKept audit.Action = "births.keep"

// births are those of all counties that said some.
func (c *City) births(ctx context.Context) (out []forecast.Births, err error) {
	docs, err := c.store.Documents(ctx, local, store.DocumentFilter{Kind: kindBirths})
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		b, err := opened(d, func(b *forecast.Births, rev int) { b.Rev = rev })
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b forecast.Births) int { return strings.Compare(string(a.County), string(b.County)) })
	return out, nil
}

// Births are those of the counties within somebody's reach.
func (c *City) Births(ctx context.Context, who auth.Actor) ([]forecast.Births, error) {
	reach := who.Reach(auth.ReadRegion)
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadRegion, fault.Forbidden)
	}
	all, err := c.births(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	holds := holdsIn(tree)
	return slices.DeleteFunc(all, func(b forecast.Births) bool { return !reach.Covers(b.County, holds) }), nil
}

// KeepBirths keeps a county's births over the rev that their writer saw, for
// whoever keeps the county. At fault.Conflict they are as they are now.
func (c *City) KeepBirths(ctx context.Context, who auth.Actor, b forecast.Births) (forecast.Births, error) {
	sc, err := inReach(who, auth.KeepCounty, store.Editor)
	if err != nil {
		return b, err
	}
	b.Source = strings.TrimSpace(b.Source)
	if err := refuse(b.Check()); err != nil {
		return b, err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return b, err
	}
	u, ok := tree.Unit(b.County)
	switch {
	case !ok || u.Level != edu.County:
		return b, auth.Refuse(fault.Invalid, "所选单位不是县区", "the unit is no county")
	case !who.Reach(auth.KeepCounty).Covers(b.County, holdsIn(tree)):
		return b, fmt.Errorf("births of %s: %w", b.County, fault.Forbidden)
	}
	doc, err := document(who, kindBirths, kindBirths+"-"+string(b.County), b.County, b.Rev, string(b.Basis), lastAttrs(u).Name.ZH, b.AsOf, b, c.now())
	if err != nil {
		return b, err
	}
	rec := record(who, birthsKept, fmt.Sprintf("%d lines, %s", len(b.Lines), b.Basis), doc.At)
	rec.Unit, rec.Object = b.County, doc.ID
	now, err := c.store.PutDocument(ctx, sc, doc, rec)
	b.Rev = now.Rev
	return b, err
}

// ReadBirths takes a county's lines from a table that was typed, pasted or sent. It
// closes r. Where something must be mended it says what.
func (c *City) ReadBirths(ctx context.Context, name string, r io.ReadCloser) ([]forecast.BirthLine, []forecast.Problem, error) {
	book, err := sheet.Open(r, birthLimits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	return forecast.ReadBirthLines(ctx, book, name)
}

// birthLimits are far above what a county's births need.
var birthLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns, l.Cells = 4<<20, 4<<20, 16<<20, 20_000, 200, 1_000_000
	return l
}()
