package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/partner"
	"shuren/internal/sheet"
	"shuren/internal/store"
)

// What the audit log calls changes of links between schools.
const (
	linkAdded  audit.Action = "links.add"
	linkEnded  audit.Action = "links.end"
	linkUndone audit.Action = "links.undo"
)

// keepsChoices gives the scope of whoever makes the city's choices.
func keepsChoices(who auth.Actor) (store.Scope, error) {
	sc, err := inReach(who, auth.KeepChoices, store.Editor)
	if err == nil && !who.Reach(auth.KeepChoices).Whole {
		err = fmt.Errorf("the choice is the whole city's: %w", fault.Forbidden)
	}
	return sc, err
}

// Links lists the links between schools of which somebody may see both.
func (c *City) Links(ctx context.Context, who auth.Actor) ([]partner.Link, error) {
	reach := both(who.Reach(auth.ReadRegion), who.Reach(auth.KeepLinks))
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadRegion, fault.Forbidden)
	}
	return c.store.Links(ctx, scopeOf(reach, store.Reader))
}

// AddLink keeps a link between schools. Sending it again, by its id, does no
// harm.
func (c *City) AddLink(ctx context.Context, who auth.Actor, l partner.Link) error {
	return c.addLinks(ctx, who, []partner.Link{l})
}

func (c *City) addLinks(ctx context.Context, who auth.Actor, links []partner.Link) error {
	sc, err := inReach(who, auth.KeepLinks, store.Editor)
	if err != nil {
		return err
	}
	at := c.now()
	recs := make([]audit.Record, len(links))
	for i := range links {
		l := &links[i]
		l.ID = cmp.Or(l.ID, rand.Text())
		recs[i] = record(who, linkAdded, strings.Join([]string{string(l.Kind), string(l.Lead), string(l.Member), l.From.String(), l.Document}, " "), at)
		recs[i].Object, recs[i].Unit = l.ID, l.Member
		l.By, l.ByName, l.At = recs[i].Account, who.Name, at
	}
	return c.store.AddLinks(ctx, sc, links, recs)
}

// EndLink lets a link end on a day, by a document.
func (c *City) EndLink(ctx context.Context, who auth.Actor, id string, to edu.Date, document string) error {
	sc, err := inReach(who, auth.KeepLinks, store.Editor)
	if err != nil {
		return err
	}
	document = strings.TrimSpace(document)
	switch {
	case to == 0:
		return auth.Refuse(fault.Invalid, "未填结束日期", "the day is missing")
	case document == "":
		return auth.Refuse(fault.Invalid, "未填依据文号", "the document's number is missing")
	}
	return c.store.EndLink(ctx, sc, id, to, document, record(who, linkEnded, to.String()+" "+document, c.now()))
}

// UndoLink takes back a link that was entered by mistake.
func (c *City) UndoLink(ctx context.Context, who auth.Actor, id string) error {
	sc, err := inReach(who, auth.KeepLinks, store.Editor)
	if err != nil {
		return err
	}
	return c.store.UndoLink(ctx, sc, id, record(who, linkUndone, "", c.now()))
}

// linkLimits bound a file of links.
var linkLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns = 16<<20, 16<<20, 128<<20, 4*partner.MaxLines, 200
	return l
}()

// ImportLinks keeps the links of a file, all or none; schools are named by code
// or by name, as they are called on the day when the link begins. A link that is
// there already is left as it is; n counts the new ones.
func (c *City) ImportLinks(ctx context.Context, who auth.Actor, r io.ReadCloser) (n int, err error) {
	reach := who.Reach(auth.KeepLinks)
	if reach.None() {
		return 0, fmt.Errorf("%s: %w", auth.KeepLinks, fault.Forbidden)
	}
	lines, err := partner.Read(ctx, r, linkLimits)
	if err != nil {
		return 0, err
	}
	tree, err := c.store.Tree(ctx, scopeOf(reach, store.Editor))
	if err != nil {
		return 0, err
	}
	have, err := c.Links(ctx, who)
	if err != nil {
		return 0, err
	}
	partner.SortLines(lines)
	var bad partner.Problems
	var fresh []partner.Link
	days := map[edu.Date]*edu.Snapshot{}
	for _, ln := range lines {
		l := ln.Link
		on := days[l.From]
		if on == nil {
			on = tree.At(l.From)
			days[l.From] = on
		}
		for _, x := range []struct {
			typed string
			into  *edu.UnitID
		}{{ln.Lead, &l.Lead}, {ln.Member, &l.Member}} {
			id, why := schoolNamed(on, x.typed)
			if *x.into = id; id == "" {
				bad = append(bad, partner.Problem{Row: ln.Row, Text: why})
			}
		}
		if l.Lead == "" || l.Member == "" || slices.ContainsFunc(have, func(o partner.Link) bool { return o.Undone.IsZero() && l.Same(&o) }) {
			continue
		}
		for _, p := range partner.Check(&l, tree, append(slices.Clone(have), fresh...)) {
			p.Row = ln.Row
			bad = append(bad, p)
		}
		l.ID = rand.Text()
		fresh = append(fresh, l)
	}
	if len(bad) > 0 {
		return 0, bad
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	return len(fresh), c.addLinks(ctx, who, fresh)
}

// schoolNamed finds a school by its code, or by a name that no other one has.
func schoolNamed(on *edu.Snapshot, typed string) (edu.UnitID, edu.Text) {
	found := on.ByKey(edu.School, typed)
	if len(found) == 0 {
		for i := range on.Nodes {
			if n := &on.Nodes[i]; n.Unit.Level == edu.School && (n.Name.ZH == typed || n.Name.EN == typed) {
				found = append(found, i)
			}
		}
	}
	switch len(found) {
	case 0:
		return "", edu.Text{ZH: fmt.Sprintf("在您的管辖范围内没有找到“%s”", typed), EN: fmt.Sprintf("%q is not found in your part", typed)}
	case 1:
		return on.Nodes[found[0]].Unit.ID, edu.Text{}
	}
	return "", edu.Text{ZH: fmt.Sprintf("“%s”对应%d所学校，请填代码", typed, len(found)), EN: fmt.Sprintf("%q fits %d schools; give the code", typed, len(found))}
}
