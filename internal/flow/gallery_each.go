package flow

import (
	"context"
	"fmt"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
)

// One is a document of many that are made in one go.
type One struct {
	Code, Name string
	N, Of      int // which, from 1, of how many
	Compose    func() (*gallery.Draft, error)
}

// Each makes a document of a kind for every unit below another one, from one moment
// of the data: the figures are measured once, and each draft is let go before the
// next. The empty unit is the city. do may leave a draft uncomposed: it was made
// before. The data version is given first, so that who goes on with what was begun
// knows whether it is the same.
func (g *Gallery) Each(ctx context.Context, who auth.Actor, o ReportOrder, begin func(version string, many int) error, do func(One) error) error {
	reach := who.Reach(auth.MakeReports)
	if reach.None() {
		return fmt.Errorf("%s: %w", auth.MakeReports, fault.Forbidden)
	}
	level := map[gallery.Of]edu.Level{gallery.OfSchool: edu.School, gallery.OfCounty: edu.County}[o.Kind.Of()]
	if level == edu.NoLevel {
		return fmt.Errorf("documents %q of many units: %w", o.Kind, fault.Invalid)
	}
	if o.Day == 0 {
		o.Day = collect.Today(g.now())
	}
	m := newMoment()
	x, err := g.measuredOf(ctx, m, o, o.Kind == gallery.Consolidation)
	if err != nil {
		return err
	}
	tree, err := g.city.store.Tree(ctx, local)
	if err != nil {
		return err
	}
	r := reachIn{reach, tree}
	below := holdsIn(tree)
	snap := tree.On(x.A.Period)
	var list []*edu.Node
	for i := range snap.Nodes {
		n := &snap.Nodes[i]
		if n.Unit.Level != level || o.Unit != "" && !below(o.Unit, n.Unit.ID) || !r.holds(n.Unit.ID) {
			continue
		}
		if level == edu.School && !hasSection(x, n.Key) {
			continue
		}
		list = append(list, n)
	}
	if len(list) == 0 {
		return fmt.Errorf("nothing to make %s of: %w", o.Kind, fault.NotFound)
	}
	if err := begin(x.Sources[0].Version, len(list)); err != nil {
		return err
	}
	for i, n := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		one := One{Code: n.Key, Name: n.Name.ZH, N: i + 1, Of: len(list), Compose: func() (*gallery.Draft, error) {
			if level == edu.School {
				return ofSchool(x, n.Key)
			}
			of := o
			of.Unit = n.Unit.ID
			return g.compose(ctx, who, of, m)
		}}
		if err := do(one); err != nil {
			return err
		}
	}
	return nil
}

// hasSection tells that a school has a section in the figures.
func hasSection(x *gallery.Measured, code string) bool {
	for _, st := range x.A.Stages {
		if _, ok := st.Frame.Find(code); ok {
			return true
		}
	}
	return false
}
