package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// What the audit log calls what a county keeps of itself.
const (
	progressAdded   audit.Action = "county.progress"
	documentKept    audit.Action = "evidence.document"
	documentDropped audit.Action = "evidence.drop"
	evidenceCited   audit.Action = "evidence.cite"
	evidenceUncited audit.Action = "evidence.uncite"
	answeringNamed  audit.Action = "county.answering"
)

// refuse makes one refusal of several reasons; none is nil.
func refuse(why []edu.Text) error {
	if len(why) == 0 {
		return nil
	}
	return &auth.Refusal{Kind: fault.Invalid, Texts: why}
}

// Progress lists a county's recognition with a scheme, the newest entry first; no
// county lists those of all within reach.
func (c *City) Progress(ctx context.Context, who auth.Actor, of edu.UnitID, scheme string) ([]county.Progress, error) {
	return c.store.Progress(ctx, scopeOf(who.Reach(auth.ReadRegion), store.Reader), of, scheme)
}

// AddProgress adds an entry to a county's recognition, over the entry that its
// writer saw.
func (c *City) AddProgress(ctx context.Context, who auth.Actor, p county.Progress, seen int64) error {
	sc, err := inReach(who, auth.KeepCounty, store.Editor)
	if err != nil {
		return err
	}
	if err := refuse(p.Problems()); err != nil {
		return err
	}
	rec := record(who, progressAdded, fmt.Sprintf("%s %s %d", p.Scheme, p.Step, p.Year), time.Now())
	rec.Unit, rec.Object = p.County, p.Scheme
	p.By, p.ByName, p.At = rec.Account, who.Name, rec.At
	_, err = c.store.AddProgress(ctx, sc, p, seen, rec)
	return err
}

// Evidence is a county's register of documents of a period.
func (c *City) Evidence(ctx context.Context, who auth.Actor, of edu.UnitID, p edu.Period) (*county.Register, error) {
	return c.store.Register(ctx, scopeOf(both(who.Reach(auth.ReadRegion), who.Reach(auth.ReadForm)), store.Reader), of, p)
}

// keepsCounty gives the scope and the audit line of a change of a county's
// evidence.
func keepsCounty(who auth.Actor, of edu.UnitID, a audit.Action, object, detail string) (store.Scope, audit.Record, error) {
	sc, err := inReach(who, auth.KeepCounty, store.Editor)
	rec := record(who, a, detail, time.Now())
	rec.Unit, rec.Object = of, object
	return sc, rec, err
}

// KeepDocument enters a document into a county's register, or changes one by its
// id. It gives the id.
func (c *City) KeepDocument(ctx context.Context, who auth.Actor, d county.Document) (string, error) {
	d.Number, d.Title, d.Issuer = strings.TrimSpace(d.Number), strings.TrimSpace(d.Title), strings.TrimSpace(d.Issuer)
	d.ID = cmp.Or(d.ID, rand.Text())
	sc, rec, err := keepsCounty(who, d.County, documentKept, d.ID, d.Number)
	if err != nil {
		return "", err
	}
	if err := refuse(d.Problems()); err != nil {
		return "", err
	}
	d.By, d.At = rec.Account, rec.At
	return d.ID, c.store.SetDocument(ctx, sc, d, rec)
}

// DropDocument takes a document that nothing cites out of the register.
func (c *City) DropDocument(ctx context.Context, who auth.Actor, of edu.UnitID, p edu.Period, id string) error {
	sc, rec, err := keepsCounty(who, of, documentDropped, id, "")
	if err != nil {
		return err
	}
	return c.store.DropDocument(ctx, sc, of, p, id, rec)
}

// CiteDocument lets an item cite a document at a page, or take that back.
func (c *City) CiteDocument(ctx context.Context, who auth.Actor, x county.Cite, drop bool) error {
	action, do := evidenceCited, c.store.Cite
	if drop {
		action, do = evidenceUncited, c.store.DropCite
	}
	sc, rec, err := keepsCounty(who, x.County, action, x.Item, x.Document+" "+x.Page)
	if err != nil {
		return err
	}
	if x.Item == "" || x.Document == "" {
		return auth.Refuse(fault.Invalid, "未选指标或文件", "the item or the document is missing")
	}
	x.Page, x.By, x.At = strings.TrimSpace(x.Page), rec.Account, rec.At
	return do(ctx, sc, x, rec)
}

// NameAnswering names the department that answers for an item of a county.
func (c *City) NameAnswering(ctx context.Context, who auth.Actor, a county.Answering) error {
	a.Department = strings.TrimSpace(a.Department)
	sc, rec, err := keepsCounty(who, a.County, answeringNamed, a.Item, a.Department)
	if err != nil {
		return err
	}
	if a.Item == "" {
		return auth.Refuse(fault.Invalid, "未选指标", "the item is missing")
	}
	return c.store.SetAnswering(ctx, sc, a, rec.Account, rec.At, rec)
}
