package flow

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/sheet"
)

// birthDocs are the documents of counties' births.
var birthDocs = countyDoc[forecast.Births]{"births", "births.keep", func(b *forecast.Births) (*edu.UnitID, *int) { return &b.County, &b.Rev }, func(b *forecast.Births) int { return len(b.Lines) }}

// births are those of all counties that said some.
func (c *City) births(ctx context.Context) ([]forecast.Births, error) { return birthDocs.all(ctx, c) }

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
	b.Source = strings.TrimSpace(b.Source)
	if err := refuse(b.Check()); err != nil {
		return b, err
	}
	return birthDocs.keep(ctx, c, who, b, string(b.Basis), b.AsOf)
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
