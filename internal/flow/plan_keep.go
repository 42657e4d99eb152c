package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/plan"
	"shuren/internal/store"
	"shuren/internal/task"
)

// A version of a plan is a document of its own, PLAN/VERSION: its revisions are
// the edits of its draft, and once it is approved nobody writes it again.
const planKind = "plan"

var planID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)

func versionID(id string, version int) string { return id + "/" + strconv.Itoa(version) }

// PlanView is a version of a plan as somebody sees it.
type PlanView struct {
	plan.Version
	Versions []PlanVersion // that the reader may see, newest first
	May      []plan.Act    // what the reader may do to this version now
	Keeps    bool          // the reader may write the plan
	Open     bool          // there is a draft, or a version that waits for approval
	Name     func(id string) edu.Text
	Reached  Reached
}

// PlanVersion is a version in the list of versions.
type PlanVersion struct {
	Version int
	State   plan.State
	ByName  string
	Acts    []plan.Did
	Rev     int
}

// PlanRow is a plan in the list of plans: its version that is in force, or its
// newest one where none is.
type PlanRow struct {
	ID       string
	Name     string
	From, To int
	Unit     edu.UnitID
	Version  int
	State    plan.State
	Newest   PlanVersion
	Targets  int
	Measures int
	Projects int
	Faults   int // with which the version could not be handed in
}

// plans tells whether somebody has a permission over a plan of a unit.
func (o *Office) plans(b *bodyList, who auth.Actor, p auth.Permission, unit edu.UnitID) bool {
	r := who.Reach(p)
	return r.Whole || unit != "" && slices.ContainsFunc(r.Units, func(u edu.UnitID) bool { return under(b.tree, unit, u) })
}

// seesDrafts tells whether somebody is shown a version that is not approved.
func (o *Office) seesDrafts(b *bodyList, who auth.Actor, unit edu.UnitID) bool {
	return o.plans(b, who, auth.KeepPlan, unit) || o.plans(b, who, auth.ApprovePlan, unit)
}

func readVersion(d store.Document) (plan.Version, error) {
	var v plan.Version
	if err := json.Unmarshal([]byte(d.Body), &v); err != nil {
		return v, fmt.Errorf("plan %s: %w", d.ID, err)
	}
	v.Rev, v.By, v.ByName, v.At, v.Unit = d.Rev, d.By, d.Name, d.At, d.Unit
	return v, nil
}

// versions are all versions of all plans, or of one, that somebody may see: of each
// plan the newest first.
func (o *Office) versions(ctx context.Context, who auth.Actor, id string) (map[string][]plan.Version, *bodyList, error) {
	if who.Reach(auth.ReadTasks).None() {
		return nil, nil, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return nil, nil, err
	}
	docs, err := o.city.store.Documents(ctx, scopeOf(who.Reach(auth.ReadTasks), store.Reader), store.DocumentFilter{Kind: planKind})
	if err != nil {
		return nil, nil, err
	}
	out := map[string][]plan.Version{}
	for _, d := range docs {
		of, _, _ := strings.Cut(d.ID, "/")
		if id != "" && of != id || d.State != string(plan.Approved) && !o.seesDrafts(b, who, d.Unit) {
			continue
		}
		v, err := readVersion(d)
		if err != nil {
			return nil, nil, err
		}
		out[of] = append(out[of], v)
	}
	for _, list := range out {
		slices.SortFunc(list, func(a, b plan.Version) int { return cmp.Compare(b.Version, a.Version) })
	}
	return out, b, nil
}

// shown is the version that is shown where none is named: the one in force, or the
// newest that nobody dropped.
func shown(list []plan.Version) int {
	for i := range list {
		if list[i].State == plan.Approved {
			return i
		}
	}
	return max(0, slices.IndexFunc(list, func(v plan.Version) bool { return v.State != plan.Dropped }))
}

// Plans lists the plans that somebody may see.
func (o *Office) Plans(ctx context.Context, who auth.Actor) ([]PlanRow, error) {
	all, _, err := o.versions(ctx, who, "")
	if err != nil {
		return nil, err
	}
	var out []PlanRow
	for id, list := range all {
		v := &list[shown(list)]
		r := PlanRow{ID: id, Name: v.Plan.Name, From: v.From, To: v.To, Unit: v.Unit, Version: v.Version, State: v.State, Newest: listed(&list[0]), Faults: len(plan.Blocking(v.Check()))}
		r.Targets, r.Measures, r.Projects = v.Size()
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b PlanRow) int { return cmp.Or(cmp.Compare(b.From, a.From), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

func listed(v *plan.Version) PlanVersion {
	return PlanVersion{v.Version, v.State, v.ByName, v.Acts, v.Rev}
}

// Plan gives a version of a plan; 0 is the one in force, or the newest where none
// is. A draft is seen by those who keep or approve plans.
func (o *Office) Plan(ctx context.Context, who auth.Actor, id string, version int) (*PlanView, error) {
	all, b, err := o.versions(ctx, who, id)
	if err != nil {
		return nil, err
	}
	list := all[id]
	i := slices.IndexFunc(list, func(v plan.Version) bool { return v.Version == version })
	if version == 0 && len(list) > 0 {
		i = shown(list)
	}
	if i < 0 {
		return nil, fmt.Errorf("version %d of plan %s: %w", version, id, fault.NotFound)
	}
	v := &PlanView{Version: list[i], Name: o.planNames(b).Of}
	v.Keeps = o.plans(b, who, auth.KeepPlan, v.Unit)
	for k := range list {
		v.Versions = append(v.Versions, listed(&list[k]))
		v.Open = v.Open || list[k].State == plan.Draft || list[k].State == plan.HandedIn
	}
	v.May = v.Version.May(who, func(p auth.Permission) bool { return o.plans(b, who, p, v.Unit) })
	if v.Reached, _, err = o.reached(ctx, id, v.Unit); err != nil {
		return nil, err
	}
	return v, nil
}

// put keeps a version. With a stale revision the answer is fault.Conflict and the
// version as it is now.
func (o *Office) put(ctx context.Context, who auth.Actor, v plan.Version, what audit.Action, moves []store.TaskMove, recs ...audit.Record) (plan.Version, []task.Task, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return v, nil, err
	}
	rec := record(who, what, fmt.Sprintf("version %d", v.Version), o.now())
	rec.Object, rec.Unit = v.ID, v.Unit
	d := store.Document{Kind: planKind, ID: versionID(v.ID, v.Version), Unit: v.Unit, Rev: v.Rev, State: string(v.State), Title: v.Name, Day: edu.DateOf(o.now()), Body: string(body), By: rec.Account, Name: who.Name, At: rec.At}
	sc := scopeOf(both(who.Reach(auth.KeepPlan), who.Reach(auth.ApprovePlan)), store.Editor)
	kept, tasks, err := o.city.store.PutDocumentAndTasks(ctx, sc, d, moves, append([]audit.Record{rec}, recs...)...)
	if err != nil && !errors.Is(err, fault.Conflict) {
		return v, nil, err
	}
	if kept.Body == "" {
		return v, nil, err
	}
	now, bad := readVersion(kept)
	return now, tasks, errors.Join(err, bad)
}

// SavePlan keeps a draft over the revision that its writer saw; version 1 over
// revision 0 is a new plan. Where it was saved meanwhile, the answer is
// fault.Conflict and the draft as it is now.
func (o *Office) SavePlan(ctx context.Context, who auth.Actor, p plan.Plan, version, rev int) (plan.Version, error) {
	v, err := o.edited(ctx, who, p, version, rev)
	if err != nil {
		return v, err
	}
	v, _, err = o.put(ctx, who, v, "plan.save", nil)
	return v, err
}

// edited is a draft with another content, if somebody may write that.
func (o *Office) edited(ctx context.Context, who auth.Actor, p plan.Plan, version, rev int) (plan.Version, error) {
	b, err := o.bodyList(ctx)
	if err != nil {
		return plan.Version{}, err
	}
	if !o.plans(b, who, auth.KeepPlan, p.Unit) {
		return plan.Version{}, fmt.Errorf("keep a plan: %w", fault.Forbidden)
	}
	if !planID.MatchString(p.ID) {
		return plan.Version{}, auth.Refuse(fault.Invalid, "方案编号只用小写字母、数字和连字符，最多40个", "the id of a plan has small letters, digits and hyphens, at most 40")
	}
	all, _, err := o.versions(ctx, who, p.ID)
	if err != nil {
		return plan.Version{}, err
	}
	now := plan.Version{Plan: plan.Plan{ID: p.ID, Unit: p.Unit}, Version: 1, State: plan.Draft}
	list := all[p.ID]
	switch i := slices.IndexFunc(list, func(v plan.Version) bool { return v.Version == version }); {
	case i >= 0:
		now = list[i]
	case len(list) > 0 || version > 1:
		return now, fmt.Errorf("version %d of plan %s: %w", version, p.ID, fault.NotFound)
	}
	if now.Rev != rev {
		return now, fmt.Errorf("it was saved meanwhile, revision %d over %d: %w", now.Rev, rev, fault.Conflict)
	}
	if now.Unit != p.Unit {
		return now, fmt.Errorf("plan %s: %w", p.ID, fault.NotFound)
	}
	p.Last = max(p.Last, now.Last)
	return o.over(b, who, now, p)
}

// over is a draft with another content, if somebody may write that.
func (o *Office) over(b *bodyList, who auth.Actor, now plan.Version, p plan.Plan) (plan.Version, error) {
	if !o.plans(b, who, auth.KeepPlan, p.Unit) {
		return now, fmt.Errorf("keep a plan: %w", fault.Forbidden)
	}
	next, err := plan.Next(now, plan.Save, who, "", o.now())
	if err != nil {
		return now, err
	}
	next.Plan = p
	if bad := plan.Breaking(next.Check()); len(bad) > 0 {
		r := &auth.Refusal{Kind: fault.Invalid}
		for _, f := range bad[:min(len(bad), 20)] {
			r.Texts = append(r.Texts, edu.Text{ZH: f.Where.ZH + "：" + f.Text.ZH, EN: f.Where.EN + ": " + f.Text.EN})
		}
		return now, r
	}
	return next, nil
}

// FollowPlan opens the next version of a plan: a draft of what it says now, under
// the same ids. One version is open at a time.
func (o *Office) FollowPlan(ctx context.Context, who auth.Actor, id string) (plan.Version, error) {
	v, err := o.Plan(ctx, who, id, 0)
	if err != nil {
		return plan.Version{}, err
	}
	if !v.Keeps {
		return v.Version, fmt.Errorf("keep a plan: %w", fault.Forbidden)
	}
	if v.Open || v.State != plan.Approved {
		return v.Version, auth.Refuse(fault.Conflict, "已有一个未批准的版本，请先办完它", "there is a version that is not approved yet: finish that first")
	}
	next := plan.Following(v.Version)
	next.Version, next.Rev = v.Versions[0].Version+1, 0
	next.Editors = []string{plan.Account(who)}
	next, _, err = o.put(ctx, who, next, "plan.follow", nil)
	return next, err
}

// ActPlan hands a version in, approves it, returns or drops it, over the revision
// that was seen. Approving needs another person than those who wrote it.
func (o *Office) ActPlan(ctx context.Context, who auth.Actor, id string, version, rev int, act plan.Act, text string) (plan.Version, error) {
	v, err := o.Plan(ctx, who, id, version)
	if err != nil {
		return plan.Version{}, err
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return v.Version, err
	}
	if act == plan.Save || act.Needs() == "" {
		return v.Version, fmt.Errorf("act %q: %w", act, fault.Invalid)
	}
	if !o.plans(b, who, act.Needs(), v.Unit) {
		return v.Version, fmt.Errorf("%s: %w", act.Needs(), fault.Forbidden)
	}
	if v.Rev != rev {
		return v.Version, fmt.Errorf("it was saved meanwhile, revision %d over %d: %w", v.Rev, rev, fault.Conflict)
	}
	next, err := plan.Next(v.Version, act, who, strings.TrimSpace(text), o.now())
	if err != nil {
		return v.Version, err
	}
	next, _, err = o.put(ctx, who, next, audit.Action("plan."+string(act)), nil)
	return next, err
}

// DiffPlan says in words what a version changes against another one.
func (o *Office) DiffPlan(ctx context.Context, who auth.Actor, id string, from, to int) ([]plan.Change, error) {
	a, err := o.Plan(ctx, who, id, from)
	if err != nil {
		return nil, err
	}
	b, err := o.Plan(ctx, who, id, to)
	if err != nil {
		return nil, err
	}
	return plan.Diff(&a.Plan, &b.Plan, b.Name), nil
}
