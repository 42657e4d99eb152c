package flow

import (
	"context"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// Who acts for a body: the accounts that its document names; where it names none,
// those of the unit. For a county's bureau these are the county's clerk and
// reviewer, for a school its own roles and the clerk of the township above it, for
// the city's bureau the section and the planner of the whole city. A section
// without names is its bureau's. A government and another department have nobody
// here until somebody is named.

// acts tells whether an actor acts for a body.
func (b *bodyList) acts(who auth.Actor, x task.Body) bool {
	if who.Local {
		return true
	}
	if len(x.Members) > 0 {
		return who.Account != "" && slices.Contains(x.Members, who.Account) && who.May(auth.DoTasks)
	}
	return slices.ContainsFunc(who.Grants, func(g auth.Grant) bool { return b.stands(g, x) })
}

// stands tells whether a role over a unit makes one act for a body without names.
func (b *bodyList) stands(g auth.Grant, x task.Body) bool {
	if !g.Role.May(auth.DoTasks) {
		return false
	}
	switch x.Kind {
	case task.Bureau, task.Section:
		if x.County == "" {
			return g.Whole
		}
		return !g.Whole && g.Unit == x.County && (g.Role == auth.CountyClerk || g.Role == auth.CountyReviewer)
	case task.Institution:
		if g.Whole || x.Unit == "" {
			return false
		}
		switch g.Role {
		case auth.SchoolClerk, auth.SchoolHead:
			return g.Unit == x.Unit
		case auth.TownshipClerk:
			return under(b.tree, x.Unit, g.Unit)
		}
	}
	return false
}

// actsFor lists the bodies for which an actor acts. The operator at the machine
// acts for all and has no list.
func (b *bodyList) actsFor(who auth.Actor) []string {
	var out []string
	add := func(id string) {
		if x, ok := b.find(id); ok && b.acts(who, x) && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, id := range b.ids {
		add(id)
	}
	for _, g := range who.Grants {
		switch {
		case g.Whole:
			add(task.BureauOf(""))
		case g.Role == auth.TownshipClerk:
			for _, u := range b.tree.Units() {
				if u.Level == edu.School && under(b.tree, u.ID, g.Unit) {
					add(task.InstitutionOf(u.ID))
				}
			}
		default:
			add(task.BureauOf(g.Unit))
			add(task.InstitutionOf(g.Unit))
		}
	}
	return out
}

// sides are the sides of a task on which an actor stands. To give needs the
// permission over the part of the tree in which the issuer sits.
func (b *bodyList) sides(who auth.Actor, t task.Task) (s task.Side) {
	on := func(id string) bool {
		x, ok := b.find(id)
		return ok && b.acts(who, x)
	}
	if on(t.Issuer) && b.gives(who, t.Issuer) {
		s |= task.Giver
	}
	if on(t.Lead) {
		s |= task.Owner
	}
	if slices.ContainsFunc(t.With, on) {
		s |= task.Helper
	}
	return s
}

// gives tells whether an actor may give tasks where a body sits.
func (b *bodyList) gives(who auth.Actor, issuer string) bool {
	x, ok := b.find(issuer)
	r := who.Reach(auth.GiveTasks)
	return ok && (r.Whole || x.County != "" && slices.ContainsFunc(r.Units, func(u edu.UnitID) bool { return under(b.tree, x.Unit, u) || u == x.County }))
}

// side is the body for which an actor does an act: the one that the table lets do
// it, the owner before the giver.
func (b *bodyList) actingBody(who auth.Actor, t task.Task, by task.Side) string {
	side := b.sides(who, t) & by
	switch {
	case side&task.Owner != 0:
		return t.Lead
	case side&task.Helper != 0:
		for _, id := range t.With {
			if x, ok := b.find(id); ok && b.acts(who, x) {
				return id
			}
		}
	}
	return t.Issuer
}

// accountsOf are the accounts that act for bodies, by body.
func (o *Office) accountsOf(ctx context.Context, b *bodyList, ids []string) (map[string][]auth.Account, error) {
	all, err := o.city.store.Accounts(ctx, local)
	if err != nil {
		return nil, err
	}
	out := map[string][]auth.Account{}
	for _, id := range ids {
		x, ok := b.find(id)
		if !ok || out[id] != nil {
			continue
		}
		var townships []auth.Account
		for _, a := range all {
			if a.Closed || !b.acts(a.Actor(), x) {
				continue
			}
			// The township's clerk is told where the school has nobody of its own.
			if x.Kind == task.Institution && len(x.Members) == 0 && !slices.ContainsFunc(a.Grants, func(g auth.Grant) bool { return g.Unit == x.Unit }) {
				townships = append(townships, a)
				continue
			}
			out[id] = append(out[id], a)
		}
		if out[id] == nil {
			out[id] = townships
		}
	}
	return out, nil
}
