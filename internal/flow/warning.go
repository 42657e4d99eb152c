package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/warning"
)

// Warnings is early warning of dropouts: which children to visit this week, for
// people. It is the rule list of attendance until a county's model, trained on its own
// closed cases, beats that list on cases held back, and an officer switches it on.
//
// It decides nothing. No case is opened, ended or ranked by it.
type Warnings struct {
	city *City
	x    *Retention
	now  func() time.Time
}

// Warnings gives the early warning of the city.
func (c *City) Warnings() *Warnings { return c.Retention().Warnings() }

// Warnings gives early warning at the time of the cases.
func (x *Retention) Warnings() *Warnings { return &Warnings{x.city, x, x.now} }

func (w *Warnings) today() edu.Date { return collect.Today(w.now()) }

// WarningChoice is what a county chose, and whether its model is on.
type WarningChoice struct {
	County   edu.UnitID
	Rev      int      `json:"-"`
	Capacity int      // visits that its people can make in a week
	Features []string // ids of those that a model may use
	On       bool
	Model    int `json:",omitzero"` // revision of the model that was switched on
	By       string
	At       time.Time
	// Drift is why the check switched the model off; empty where a person did, or
	// has seen it.
	Drift []warning.Drift `json:",omitempty"`
}

const (
	kindWarningChoice   = "warning-choice"
	kindWarningModel    = "warning-model"
	kindWarningTraining = "warning-training"
	kindWarningList     = "warning-list"
	kindWarningVisit    = "warning-visit"

	warningChosen  audit.Action = "warning.choose"
	warningTrained audit.Action = "warning.train"
	warningOn      audit.Action = "warning.on"
	warningOff     audit.Action = "warning.off"
	warningDrifted audit.Action = "warning.drift"
	warningListed  audit.Action = "warning.list"
	warningVisited audit.Action = "warning.visit"
)

// DefaultCapacity is how many visits a week a county begins with (our judgement, E).
const DefaultCapacity = 40

// MaxCapacity is a bound far above what a county's people can visit in a week.
const MaxCapacity = 200

// firstFeatures are ticked before a county chooses: nothing of the family.
func firstFeatures() (out []string) {
	for _, f := range warning.Features {
		if !f.Context {
			out = append(out, f.ID)
		}
	}
	return out
}

// Counties are those of which somebody may see the list, in the order of the tree.
func (w *Warnings) Counties(ctx context.Context, who auth.Actor) ([]edu.UnitID, error) {
	d, err := w.x.desk(ctx)
	if err != nil {
		return nil, err
	}
	return d.warned(who, auth.DoRetention), nil
}

// warned are the counties that somebody reaches with a permission, whole or in part.
func (d caseDesk) warned(who auth.Actor, p auth.Permission) (out []edu.UnitID) {
	r := who.Reach(p)
	for _, u := range d.tree.Units() {
		if u.Level != edu.County {
			continue
		}
		if r.Covers(u.ID, d.holds) || slices.ContainsFunc(r.Units, func(below edu.UnitID) bool { return d.holds(u.ID, below) }) {
			out = append(out, u.ID)
		}
	}
	return out
}

// county is the county that is meant: the one that was named, or the first that the
// reader reaches. What lies outside is not found.
func (d caseDesk) warnedCounty(who auth.Actor, p auth.Permission, of edu.UnitID) (edu.UnitID, error) {
	if who.Reach(p).None() {
		return "", fmt.Errorf("%s: %w", p, fault.Forbidden)
	}
	all := d.warned(who, p)
	if of == "" && len(all) > 0 {
		return all[0], nil
	}
	if !slices.Contains(all, of) {
		return "", fmt.Errorf("early warning of %q: %w", of, fault.NotFound)
	}
	return of, nil
}

// keeper asks that somebody ends cases in a whole county: who may choose, train and
// switch.
func (w *Warnings) keeper(ctx context.Context, who auth.Actor, of edu.UnitID) (caseDesk, edu.UnitID, error) {
	d, err := w.x.desk(ctx)
	if err != nil {
		return d, "", err
	}
	if of, err = d.warnedCounty(who, auth.EndCases, of); err != nil {
		return d, of, err
	}
	if !who.Reach(auth.EndCases).Covers(of, d.holds) {
		return d, of, auth.Refuse(fault.Forbidden, "预警模型由县级控辍保学专员管理", "a model of early warning is kept by an officer of the county")
	}
	return d, of, nil
}

// choice is what a county chose; the defaults before it did.
func (w *Warnings) choice(ctx context.Context, of edu.UnitID) (WarningChoice, error) {
	c, _, err := warningDoc(ctx, w.city, kindWarningChoice, of, func(c *WarningChoice, rev int) { c.Rev = rev })
	if c.County == "" {
		c = WarningChoice{County: of, Capacity: DefaultCapacity, Features: firstFeatures()}
	}
	return c, err
}

// warningDoc reads one of the documents that a county has one of; a zero one where
// there is none.
func warningDoc[T any](ctx context.Context, c *City, kind string, of edu.UnitID, rev func(*T, int)) (out T, there bool, err error) {
	d, err := c.store.Document(ctx, local, kind, kind+"-"+string(of))
	if isNotFound(err) {
		return out, false, nil
	}
	if err == nil {
		out, err = opened(d, rev)
	}
	return out, err == nil, err
}

// keepChoice keeps it over the revision that was read. The line in the log has no
// words.
func (w *Warnings) keepChoice(ctx context.Context, who auth.Actor, c WarningChoice, a audit.Action, detail string) error {
	state := "off"
	if c.On {
		state = "on"
	}
	doc, err := document(who, kindWarningChoice, kindWarningChoice+"-"+string(c.County), c.County, c.Rev, state, "", w.today(), c, w.now())
	if err != nil {
		return err
	}
	rec := record(who, a, detail, w.now())
	rec.Unit, rec.Object = c.County, doc.ID
	_, err = w.city.store.PutDocument(ctx, local, doc, rec)
	return err
}

// Choose sets how many visits a county can make and what a model may look at. A model
// that was on stays on: it was made of what it was made of.
func (w *Warnings) Choose(ctx context.Context, who auth.Actor, of edu.UnitID, capacity int, features []string) error {
	_, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return err
	}
	chosen, ok := warning.Named(features)
	switch {
	case capacity < 1 || capacity > MaxCapacity:
		return auth.Refuse(fault.Invalid, fmt.Sprintf("每周走访数应为1至%d", MaxCapacity), fmt.Sprintf("visits in a week: want 1 to %d", MaxCapacity))
	case !ok || len(chosen) == 0:
		return auth.Refuse(fault.Invalid, "请至少选择一项依据", "choose at least one thing to look at")
	}
	c, err := w.choice(ctx, of)
	if err != nil {
		return err
	}
	c.Capacity, c.Features = capacity, nil
	for _, f := range chosen {
		c.Features = append(c.Features, f.ID)
	}
	return w.keepChoice(ctx, who, c, warningChosen, fmt.Sprintf("capacity %d, %d features", capacity, len(chosen)))
}

// Switch turns a county's model on or off. On goes only over the revision of a model
// that beat the rule list on cases held back.
func (w *Warnings) Switch(ctx context.Context, who auth.Actor, of edu.UnitID, on bool, rev int) error {
	_, of, err := w.keeper(ctx, who, of)
	if err != nil {
		return err
	}
	c, err := w.choice(ctx, of)
	if err != nil {
		return err
	}
	m, err := w.model(ctx, of)
	if err != nil {
		return err
	}
	if on {
		switch {
		case m.Model == nil || !m.Good:
			return auth.Refuse(fault.Conflict, "模型在留出数据上没有胜过规则名单，不能启用", "the model did not beat the rule list on cases held back and cannot be switched on")
		case m.Rev != rev:
			return fmt.Errorf("the model was trained anew: %w", fault.Conflict)
		}
	}
	a, detail := warningOff, "by a person"
	c.On, c.Model, c.Drift = on, 0, nil
	if on {
		a, detail, c.Model = warningOn, fmt.Sprintf("revision %d", m.Rev), m.Rev
	}
	c.By, c.At = who.Name, w.now()
	return w.keepChoice(ctx, who, c, a, detail)
}

// drifted switches a model off because today's children are no longer like those that
// it was made of. A person is told by a to-do.
func (w *Warnings) drifted(ctx context.Context, c WarningChoice, drift []warning.Drift) error {
	c.On, c.Model, c.Drift, c.By, c.At = false, 0, drift, "", w.now()
	worst := 0.0
	for _, d := range drift {
		worst = max(worst, d.PSI)
	}
	return w.keepChoice(ctx, auth.Operator(), c, warningDrifted, fmt.Sprintf("index %.2f", worst))
}

func scopeOfCounty(of edu.UnitID) store.Scope { return store.Part(store.Reader, of) }
