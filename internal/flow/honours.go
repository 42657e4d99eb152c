package flow

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/store"
)

const (
	kindHonour                 = "honour"
	honourKept    audit.Action = "honour.keep"
	honourDropped audit.Action = "honour.drop"
	// dropped is the state of an honour that was entered by mistake: its history
	// stays.
	dropped = "dropped"
)

// Honours is the roll of honours that somebody may see, in its order. What the city
// itself has, everybody sees who sees any.
func (o *Office) Honours(ctx context.Context, who auth.Actor) ([]council.Honour, error) {
	r := who.Reach(auth.ReadTasks)
	if r.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	docs, err := o.city.store.Documents(ctx, scopeOf(r, store.Reader), store.DocumentFilter{Kind: kindHonour, State: "kept"})
	if err != nil {
		return nil, err
	}
	out := make([]council.Honour, 0, len(docs))
	for _, d := range docs {
		h, err := opened(d, func(h *council.Honour, rev int) { h.Rev = rev })
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	council.SortHonours(out)
	return out, nil
}

// KeepHonours keeps lines of the roll, all or none: new ones have no id, others are
// changed over the rev that was seen.
func (o *Office) KeepHonours(ctx context.Context, who auth.Actor, hs []council.Honour) error {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		return err
	}
	at := o.now()
	docs, recs := make([]store.Document, len(hs)), make([]audit.Record, len(hs))
	for i := range hs {
		h := hs[i]
		h.Tidy()
		if err := refuse(h.Problems(at.Year())); err != nil {
			return err
		}
		if !r.holds(h.Unit) {
			return fmt.Errorf("an honour of %q: %w", h.Unit, fault.Forbidden)
		}
		if h.ID == "" {
			h.ID, h.Rev = strings.ToLower(rand.Text()), 0
		}
		day := edu.Date(0)
		if docs[i], err = document(who, kindHonour, h.ID, h.Unit, h.Rev, "kept", cutRunes(h.Title, 60), day, h, at); err != nil {
			return err
		}
		recs[i] = record(who, honourKept, fmt.Sprint(h.Year), at)
		recs[i].Object, recs[i].Unit = h.ID, h.Unit
	}
	_, err = o.city.store.PutDocuments(ctx, scopeOf(r.Reach, store.Editor), docs, recs...)
	return err
}

// DropHonour takes a line off the roll, over the rev that was seen.
func (o *Office) DropHonour(ctx context.Context, who auth.Actor, id string, rev int) error {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		return err
	}
	d, err := o.city.store.Document(ctx, scopeOf(r.Reach, store.Editor), kindHonour, id)
	if err != nil {
		return err
	}
	if !r.holds(d.Unit) {
		return fmt.Errorf("honour %s: %w", id, fault.Forbidden)
	}
	rec := record(who, honourDropped, "", o.now())
	rec.Object, rec.Unit = id, d.Unit
	d.Rev, d.State, d.By, d.Name, d.At = rev, dropped, rec.Account, who.Name, rec.At
	_, err = o.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), d, rec)
	return err
}

// honourLimits bound a file of honours.
var honourLimits = func() sheet.Limits {
	l := linkLimits
	l.Rows = 4 * council.MaxHonours
	return l
}()

// ImportHonours keeps the lines of a file, all or none. A line that the roll has
// already is left as it is; n counts the new ones. A unit is named by its code or by
// a name that no other one has; without one the line is of the keeper's own part.
func (o *Office) ImportHonours(ctx context.Context, who auth.Actor, f io.ReadCloser) (n int, err error) {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		f.Close()
		return 0, err
	}
	lines, err := council.ReadHonours(ctx, f, honourLimits, o.now().Year())
	if err != nil {
		return 0, err
	}
	have, err := o.Honours(ctx, who)
	if err != nil {
		return 0, err
	}
	var own edu.UnitID
	if !r.Whole {
		own = r.Units[0]
	}
	byName := r.unitsByName()
	var bad council.RowProblems
	var fresh []council.Honour
	for _, l := range lines {
		h := l.Honour
		h.Tidy()
		switch found := byName[sameName(l.AtUnit)]; {
		case l.AtUnit == "":
			h.Unit = own
		case len(found) == 0:
			bad = append(bad, council.RowProblem{Row: l.Row, Text: edu.Text{ZH: fmt.Sprintf("在您的管辖范围内没有找到“%s”", l.AtUnit), EN: fmt.Sprintf("%q is not found in your part", l.AtUnit)}})
			continue
		case len(found) > 1:
			bad = append(bad, council.RowProblem{Row: l.Row, Text: edu.Text{ZH: fmt.Sprintf("“%s”对应%d个单位，请填代码", l.AtUnit, len(found)), EN: fmt.Sprintf("%q fits %d units; give the code", l.AtUnit, len(found))}})
			continue
		default:
			h.Unit = found[0]
		}
		same := func(x council.Honour) bool { return x.Same(&h) }
		if !slices.ContainsFunc(have, same) && !slices.ContainsFunc(fresh, same) {
			fresh = append(fresh, h)
		}
	}
	if len(bad) > 0 {
		return 0, bad
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	return len(fresh), o.KeepHonours(ctx, who, fresh)
}

// unitsByName finds units within reach by code and by name, sections left out.
func (r reachIn) unitsByName() map[string][]edu.UnitID {
	out := map[string][]edu.UnitID{}
	for _, u := range r.tree.Units() {
		if u.Level == edu.Section || u.Ended != 0 || len(u.Attrs) == 0 || !r.holds(u.ID) {
			continue
		}
		a := u.Attrs[len(u.Attrs)-1]
		for _, k := range []string{a.Code, a.Name.ZH} {
			if k = sameName(k); k != "" && !slices.Contains(out[k], u.ID) {
				out[k] = append(out[k], u.ID)
			}
		}
	}
	return out
}
