// Which exchange on record a line of a file means.

package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
	"shuren/internal/teams"
)

// movesOf are the exchanges on record of each person in reach, called off ones too,
// whoever entered them.
func (t *Teams) movesOf(ctx context.Context, r reachIn) (map[register.PersonID][]teams.Exchange, error) {
	of := map[register.PersonID][]teams.Exchange{}
	seen := map[edu.UnitID]bool{}
	for _, u := range r.tree.Units() {
		county := countyAbove(r.tree, u.ID)
		if u.Level != edu.School || seen[county] || !r.holds(u.ID) {
			continue
		}
		seen[county] = true
		all, err := teamDocs(ctx, t, r, kindExchange, county, func(x *teams.Exchange, d store.Document) { x.ID = d.ID })
		if err != nil {
			return nil, err
		}
		for _, x := range all {
			of[x.Person] = append(of[x.Person], x)
		}
	}
	return of, nil
}

// moveMeans are the ways in which a line of a file can mean an exchange on record, the surest first. One
// that took place is meant only by the line it was made of, or by the same school and
// day: another exchange of that person is another line.
var moveMeans = []struct {
	sure bool
	fits func(n, x *teams.Exchange) bool
}{
	{true, func(n, x *teams.Exchange) bool { return x.ID == n.ID && x.Stage != teams.Called }},
	{true, func(n, x *teams.Exchange) bool {
		return x.Stage != teams.Called && x.From == n.From && x.To == n.To && x.Begins == n.Begins
	}},
	{true, func(n, x *teams.Exchange) bool { return x.ID == n.ID }}, // called off
	{false, func(n, x *teams.Exchange) bool { return plannedLike(n, x) && x.To == n.To }},
	{false, func(n, x *teams.Exchange) bool { return plannedLike(n, x) && x.Begins == n.Begins }},
}

func plannedLike(n, x *teams.Exchange) bool {
	return x.Stage == teams.Planned && x.From == n.From && n.InSummer(x.SummerOf())
}

// matchMoves finds the exchange on record that each line means, nil where the line is
// a new one. Lines come with the id that they would have as new ones. An exchange is
// meant once in a file: twin names the earlier line of those that mean the same one.
// What one line surely means is no guess of another.
func matchMoves(lines []*teams.Exchange, of map[register.PersonID][]teams.Exchange) (means []*teams.Exchange, twin map[int]int) {
	type taken struct {
		by   int
		sure bool
	}
	means, twin = make([]*teams.Exchange, len(lines)), map[int]int{}
	used, settled := map[string]taken{}, make([]bool, len(lines))
	for _, way := range moveMeans {
		for i, n := range lines {
			if settled[i] {
				continue
			}
			var free []*teams.Exchange
			other := -1
			for k := range of[n.Person] {
				x := &of[n.Person][k]
				if !way.fits(n, x) {
					continue
				}
				if u, ok := used[x.ID]; !ok {
					free = append(free, x)
				} else if way.sure || !u.sure {
					other = u.by
				}
			}
			switch {
			case len(free) > 0: // of several the nearest in time
				means[i] = slices.MinFunc(free, func(a, b *teams.Exchange) int {
					return cmp.Or(cmp.Compare(daysApart(a, n), daysApart(b, n)), cmp.Compare(a.ID, b.ID))
				})
				used[means[i].ID], settled[i] = taken{i, way.sure}, true
			case other >= 0:
				twin[max(i, other)], settled[i] = min(i, other), true
			}
		}
	}
	return means, twin
}

func daysApart(a, b *teams.Exchange) int { return max(int(a.Begins-b.Begins), int(b.Begins-a.Begins)) }

// sameMove tells whether a line of a file says what is on record. Where it gives no
// subject, that of the register was taken.
func sameMove(n, x *teams.Exchange) bool {
	return n.Person == x.Person && n.From == x.From && n.To == x.To && n.Way == x.Way && n.Stage == x.Stage && n.Begins == x.Begins && n.Ends == x.Ends && n.Document == x.Document && (n.Subject == "" || n.Subject == x.Subject)
}

// overDone refuses to change by a file what the county said took place.
func overDone(n, was *teams.Exchange) error {
	if was.Stage != teams.Done || sameMove(n, was) {
		return nil
	}
	return auth.Refuse(fault.Conflict, "与已确认的交流（"+was.Begins.String()+"起）不同；已交流的记录不由文件更改，请在页面上更改", "differs from an exchange that took place (from "+was.Begins.String()+"); a file does not change it, change it on the page")
}

// KeepMoves keeps the lines of a file, all of them or none. A line that is there already
// is changed; nothing is left to do of one that took place and says the same, since what
// held when it was confirmed stays. Where one took place since the file was read and says
// otherwise, or somebody has left the register since, nothing of the file is kept.
func (t *Teams) KeepMoves(ctx context.Context, who auth.Actor, all []teams.Exchange) (int, error) {
	r, err := t.reach(ctx, who, auth.KeepStaff)
	if err != nil {
		return 0, err
	}
	staff, err := t.staff(ctx, who, "")
	if err != nil {
		return 0, err
	}
	at := make(map[register.PersonID]*Named, len(staff))
	for i := range staff {
		at[staff[i].Person] = &staff[i]
	}
	var docs []store.Document
	var recs []audit.Record
	for i := range all {
		x := &all[i]
		d, rec, err := t.lineReady(ctx, who, r, x, at[x.Person])
		switch {
		case errors.Is(err, fault.NotFound):
			return 0, auth.Refuse(fault.NotFound, fmt.Sprintf("第%d条的教师已不在教职工名册中，或已到别处；整个文件没有保存，请核对后重新上传", i+1), fmt.Sprintf("line %d: this person is no longer on the register of staff, or is elsewhere by now; nothing of the file was kept: check it and send it again", i+1))
		case err != nil:
			return 0, fmt.Errorf("exchange of %s: %w", x.Person, err)
		}
		if d.ID != "" {
			docs, recs = append(docs, d), append(recs, rec)
		}
	}
	if len(docs) > 0 {
		if _, err := t.city.store.PutDocuments(ctx, scopeOf(r.Reach, store.Editor), docs, recs...); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// lineReady makes a line of a file ready to be put over what is there; no document is of
// a line that has nothing to change.
func (t *Teams) lineReady(ctx context.Context, who auth.Actor, r reachIn, x *teams.Exchange, p *Named) (d store.Document, rec audit.Record, err error) {
	was, there, err := t.exchange(ctx, x.ID)
	if err != nil {
		return d, rec, err
	}
	if x.Rev = was.Rev; there && was.Stage == teams.Done {
		return d, rec, overDone(x, &was)
	}
	if !r.holds(x.From) {
		return d, rec, fmt.Errorf("keep staff of %q: %w", x.From, fault.Forbidden)
	}
	return t.moveReady(ctx, who, r, x, func() (Named, error) {
		if p == nil || p.Unit != x.From {
			return Named{}, fmt.Errorf("member of staff %s: %w", x.Person, fault.NotFound)
		}
		return *p, nil
	})
}
