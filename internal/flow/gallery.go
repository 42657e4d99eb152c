package flow

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/store"
)

// What the audit log calls what is done with documents of the gallery.
const (
	reportMade     audit.Action = "report.make"
	reportChanged  audit.Action = "report.change"
	reportSchedule audit.Action = "report.schedule"
)

// Engine names the program that computed; a release sets it. It stands in the data
// version of every document.
var Engine = "0.1.0-dev"

// Gallery makes, keeps and gives back the documents that a bureau sends out.
type Gallery struct {
	city *City
	now  func() time.Time
}

// Gallery gives the city's.
func (c *City) Gallery() *Gallery { return &Gallery{c, func() time.Time { return c.now() }} }

// At is the gallery at another time, for a demonstration.
func (g *Gallery) At(now func() time.Time) *Gallery { return &Gallery{g.city, now} }

// ReportOrder is a document that somebody wants.
type ReportOrder struct {
	Kind    gallery.Kind
	Unit    edu.UnitID // the county or school; empty is the city
	Subject string     // the task of a supervision sheet
	Period  edu.Period // zero is the newest
	Day     edu.Date   // zero is today
}

// Report is a kept document, opened.
type Report struct {
	store.Report
	Draft   *gallery.Draft
	Version DataVersion
	Edits   gallery.Edits
}

// scheduled marks a document that a schedule made.
const scheduled = "schedule"

// Make composes a document and keeps it. The same kind, unit, day and figures are
// the same document, so that asking twice does no harm; after newer figures it is
// another one, and the old one stays as it was.
func (g *Gallery) Make(ctx context.Context, who auth.Actor, o ReportOrder) (Report, error) {
	return g.make(ctx, who, o, gallery.Drafted)
}

func (g *Gallery) make(ctx context.Context, who auth.Actor, o ReportOrder, state gallery.State) (Report, error) {
	sc, err := g.may(ctx, who, auth.MakeReports, &o)
	if err != nil {
		return Report{}, err
	}
	d, v, err := g.Compose(ctx, who, o)
	if err != nil {
		return Report{}, err
	}
	content, err := json.Marshal(d)
	if err != nil {
		return Report{}, fmt.Errorf("document %s: %w", o.Kind, err)
	}
	version, err := json.Marshal(v)
	if err != nil {
		return Report{}, fmt.Errorf("document %s: %w", o.Kind, err)
	}
	at := g.now()
	sum := sha256.Sum256(slices.Concat([]byte(string(o.Kind)+"\x00"+string(o.Unit)+"\x00"+o.Subject+"\x00"), content))
	r := store.Report{ID: "r" + hex.EncodeToString(sum[:8]), Kind: string(o.Kind), Unit: o.Unit, Period: d.Period, Day: d.Day, State: string(state), Title: d.Name(), Subject: o.Subject,
		Content: string(content), Version: string(version), Edits: "{}", By: record(who, "", "", at).Account, ByName: who.Name, At: at}
	if state == gallery.Waiting {
		r.Subject = cmp.Or(o.Subject, scheduled)
	}
	rec := record(who, reportMade, string(o.Kind), at)
	rec.Object, rec.Unit = r.ID, o.Unit
	if _, err := g.city.store.PutReport(ctx, sc, r, rec); err != nil {
		return Report{}, err
	}
	kept, err := g.city.store.Report(ctx, sc, r.ID)
	if err != nil {
		return Report{}, err
	}
	return openReport(kept)
}

// may gives the scope in which somebody makes a document, or refuses. What is about
// the city needs the whole of it.
func (g *Gallery) may(ctx context.Context, who auth.Actor, p auth.Permission, o *ReportOrder) (store.Scope, error) {
	reach := who.Reach(p)
	if reach.None() {
		return store.Scope{}, fmt.Errorf("%s: %w", p, fault.Forbidden)
	}
	if !o.Kind.Known() {
		return store.Scope{}, fmt.Errorf("document %q: %w", o.Kind, fault.NotFound)
	}
	tree, err := g.city.store.Tree(ctx, local)
	if err != nil {
		return store.Scope{}, err
	}
	r := reachIn{reach, tree}
	want := map[gallery.Of]edu.Level{gallery.OfCounty: edu.County, gallery.OfSchool: edu.School}[o.Kind.Of()]
	switch o.Kind.Of() {
	case gallery.OfTask:
		if !reach.Whole {
			o.Unit = reach.Units[0]
		}
	case gallery.OfCity:
		if u, ok := tree.Unit(o.Unit); ok && o.Kind.Bulletin() && u.Level == edu.County && r.holds(o.Unit) {
			break // a county's own
		}
		if o.Unit != "" || !reach.Whole {
			return store.Scope{}, auth.Refuse(fault.Forbidden, "全市文档由市级制作", "documents about the whole city are made by the city")
		}
	default:
		u, ok := tree.Unit(o.Unit)
		if !ok || u.Level != want || !r.holds(o.Unit) {
			return store.Scope{}, fmt.Errorf("unit %q: %w", o.Unit, fault.NotFound)
		}
	}
	return scopeOf(reach, store.Editor), nil
}

func openReport(r store.Report) (Report, error) {
	out := Report{Report: r, Draft: &gallery.Draft{}, Edits: gallery.Edits{}}
	for text, into := range map[string]any{r.Content: out.Draft, r.Version: &out.Version, r.Edits: &out.Edits} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return out, fmt.Errorf("document %s: %w", r.ID, err)
		}
	}
	return out, nil
}

// Reports lists the documents that somebody may read, without what is in them.
func (g *Gallery) Reports(ctx context.Context, who auth.Actor, f store.ReportFilter) ([]store.Report, int, error) {
	return g.city.store.Reports(ctx, scopeOf(who.Reach(auth.ReadReports), store.Reader), f)
}

// Report opens a document that somebody may read.
func (g *Gallery) Report(ctx context.Context, who auth.Actor, id string) (Report, error) {
	r, err := g.city.store.Report(ctx, scopeOf(who.Reach(auth.ReadReports), store.Reader), id)
	if err != nil {
		return Report{}, err
	}
	return openReport(r)
}

// History lists what was written in a document, newest first.
func (g *Gallery) History(ctx context.Context, who auth.Actor, id string) ([]store.Report, error) {
	return g.city.store.ReportEdits(ctx, scopeOf(who.Reach(auth.ReadReports), store.Reader), id)
}

// Act keeps what somebody wrote in a document, archives it, or drops it, over the
// revision that they saw. Over one that was changed meanwhile the answer is
// fault.Conflict with the document as it is now.
func (g *Gallery) Act(ctx context.Context, who auth.Actor, id string, rev int, a gallery.Act, e gallery.Edits) (Report, error) {
	sc := scopeOf(who.Reach(auth.MakeReports), store.Editor)
	if who.Reach(auth.MakeReports).None() {
		return Report{}, fmt.Errorf("%s: %w", auth.MakeReports, fault.Forbidden)
	}
	r, err := g.city.store.Report(ctx, sc, id)
	if err != nil {
		return Report{}, err
	}
	was, err := openReport(r)
	if err != nil {
		return was, err
	}
	if r.Rev != rev {
		return was, fmt.Errorf("document %s, revision %d over %d: %w", id, rev, r.Rev, fault.Conflict)
	}
	to, err := gallery.Next(gallery.State(r.State), a)
	if err != nil {
		return was, err
	}
	if a == gallery.Write {
		if err := e.Check(gallery.Kind(r.Kind)); err != nil {
			return was, err
		}
		next := maps.Clone(was.Edits)
		for k, v := range e {
			next[k] = strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
		}
		text, err := json.Marshal(next)
		if err != nil {
			return was, fmt.Errorf("document %s: %w", id, err)
		}
		r.Edits = string(text)
	}
	at := g.now()
	r.State, r.Changed, r.ChangedN, r.ChangedAt = string(to), record(who, "", "", at).Account, who.Name, at
	rec := record(who, reportChanged, string(a), at)
	rec.Object, rec.Unit = id, r.Unit
	kept, err := g.city.store.ChangeReport(ctx, sc, r, rec)
	if err != nil && !errors.Is(err, fault.Conflict) {
		return was, err
	}
	now, e2 := openReport(kept)
	return now, errors.Join(err, e2)
}

// fromBefore is said of a document whose kind rests on more today than it did when the
// document was made.
var fromBefore = auth.Refuse(fault.Invalid, "该文档由较早版本的程序生成，数据版本不全，只能按保存的内容导出", "this document was made by an earlier version of the program, whose data version is not whole; it is given out as it was kept")

// Again composes a document anew from the data version that it keeps, and tells
// whether it comes out as it is kept, to the byte: submitted figures are measured
// again from where each shard stood, and ledgers are read as the version keeps them.
func (g *Gallery) Again(ctx context.Context, who auth.Actor, id string) (same bool, err error) {
	r, err := g.Report(ctx, who, id)
	if err != nil {
		return false, err
	}
	if r.Version.Sum == "" {
		return false, fromBefore
	}
	m, err := r.Version.moment(r.ID)
	if err != nil {
		return false, err
	}
	d, err := g.compose(ctx, who, ReportOrder{Kind: r.Draft.Kind, Unit: r.Unit, Subject: r.Subject, Period: r.Period, Day: r.Day}, m)
	if m.lacks {
		return false, fromBefore
	}
	if err != nil {
		return false, err
	}
	content, err := json.Marshal(d)
	if err != nil {
		return false, fmt.Errorf("document %s: %w", id, err)
	}
	return string(content) == r.Content, nil
}

// Compose makes a draft from the data as they are now, with their version; nothing
// is kept. Figures that came in meanwhile make it begin again.
func (g *Gallery) Compose(ctx context.Context, who auth.Actor, o ReportOrder) (*gallery.Draft, DataVersion, error) {
	if o.Day == 0 {
		o.Day = collect.Today(g.now())
	}
	var v DataVersion
	for try := 0; ; try++ {
		snap, err := g.city.store.Snapshot(ctx, local)
		if err != nil {
			return nil, v, err
		}
		m := newMoment()
		if try == 3 { // they never stop: the moment is read as it was
			snap.Pack, m.snap = g.city.hashes(), snap
		}
		d, err := g.compose(ctx, who, o, m)
		if err != nil {
			return nil, v, err
		}
		after, err := g.city.store.Snapshot(ctx, local)
		if err != nil {
			return nil, v, err
		}
		if m.snap != nil || maps.Equal(snap.Seqs, after.Seqs) {
			v, err := g.version(m, snap)
			return d, v, err
		}
	}
}
