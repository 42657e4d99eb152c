// What counties tell about themselves, one document of a kind each: births, new
// housing, tables of places.

package flow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// countyDoc is a kind of document of which each county has one, with its revisions.
type countyDoc[T any] struct {
	kind   string
	action audit.Action
	// at are the county and the revision in a T.
	at func(*T) (*edu.UnitID, *int)
	// lines are how many it has: the log says that, and none of what they say.
	lines func(*T) int
}

func (k countyDoc[T]) id(county edu.UnitID) string { return k.kind + "-" + string(county) }

func (k countyDoc[T]) open(d store.Document) (T, error) {
	return opened(d, func(x *T, rev int) {
		of, at := k.at(x)
		*of, *at = d.Unit, rev
	})
}

// all are those of every county that told one, in the order of counties.
func (k countyDoc[T]) all(ctx context.Context, c *City) (out []T, err error) {
	docs, err := c.store.Documents(ctx, local, store.DocumentFilter{Kind: k.kind})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(docs, func(a, b store.Document) int { return strings.Compare(string(a.Unit), string(b.Unit)) })
	for _, d := range docs {
		x, err := k.open(d)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// of is a county's; nothing of revision 0 where it told none.
func (k countyDoc[T]) of(ctx context.Context, c *City, county edu.UnitID) (x T, d store.Document, err error) {
	d, err = c.store.Document(ctx, local, k.kind, k.id(county))
	if errors.Is(err, fault.NotFound) {
		of, _ := k.at(&x)
		*of = county
		return x, d, nil
	}
	if err == nil {
		x, err = k.open(d)
	}
	return x, d, err
}

// may tells whether somebody keeps a county, and what it is called.
func (k countyDoc[T]) may(ctx context.Context, c *City, who auth.Actor, county edu.UnitID) (sc store.Scope, name string, err error) {
	if sc, err = inReach(who, auth.KeepCounty, store.Editor); err != nil {
		return sc, "", err
	}
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return sc, "", err
	}
	u, ok := tree.Unit(county)
	switch {
	case !ok || u.Level != edu.County:
		return sc, "", auth.Refuse(fault.Invalid, "所选单位不是县区", "the unit is no county")
	case !who.Reach(auth.KeepCounty).Covers(county, holdsIn(tree)):
		return sc, "", fmt.Errorf("%s of %s: %w", k.kind, county, fault.Forbidden)
	}
	return sc, lastAttrs(u).Name.ZH, nil
}

// keep keeps a county's over the rev that its writer saw, for whoever keeps the
// county. At fault.Conflict it is as it is now.
func (k countyDoc[T]) keep(ctx context.Context, c *City, who auth.Actor, x T, state string, day edu.Date) (T, error) {
	county, rev := k.at(&x)
	sc, name, err := k.may(ctx, c, who, *county)
	if err != nil {
		return x, err
	}
	doc, err := document(who, k.kind, k.id(*county), *county, *rev, state, name, day, x, c.now())
	if err != nil {
		return x, err
	}
	said := fmt.Sprintf("%d lines", k.lines(&x))
	if state != "" {
		said += ", " + state
	}
	rec := record(who, k.action, said, doc.At)
	rec.Unit, rec.Object = *county, doc.ID
	now, err := c.store.PutDocument(ctx, sc, doc, rec)
	*rev = now.Rev
	return x, err
}
