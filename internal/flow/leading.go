package flow

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/council"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
	"shuren/internal/task"
)

// What the audit log calls what is done about the leading group's work.
const (
	dutyKept   audit.Action = "duty.keep"
	dutyDone   audit.Action = "duty.done"
	linkedKept audit.Action = "linked.keep"
	visitKept  audit.Action = "visit.keep"
	visitGiven audit.Action = "visit.tasks"

	leadingDropped audit.Action = "leading.drop"
)

// Kinds of the documents of the leading group.
const (
	kindDuty   = "duty"
	kindLinked = "linked-school"
	kindVisit  = "visit"
)

// documentsOf reads documents of a kind that lie within somebody's reach; what is
// the whole city's is read by who reads the whole.
func documentsOf[T any](ctx context.Context, o *Office, who auth.Actor, kind string, rev func(*T, int)) ([]T, error) {
	r := who.Reach(auth.ReadTasks)
	if r.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadTasks, fault.Forbidden)
	}
	docs, err := o.city.store.Documents(ctx, scopeOf(r, store.Reader), store.DocumentFilter{Kind: kind})
	if err != nil {
		return nil, err
	}
	var out []T
	for _, d := range docs {
		if d.Unit == "" && !r.Whole || d.State == dropped {
			continue
		}
		x, err := opened(d, rev)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// keepDocument keeps a document of the leading group for whoever keeps meetings
// where it belongs. The rev is the new one; a conflict gives the document as it is.
func (o *Office) keepDocument(ctx context.Context, who auth.Actor, d store.Document, a audit.Action, detail string) (store.Document, error) {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		return d, err
	}
	if !r.holds(d.Unit) {
		return d, fmt.Errorf("%s of %q: %w", d.Kind, d.Unit, fault.Forbidden)
	}
	rec := record(who, a, detail, d.At)
	rec.Object, rec.Unit = d.ID, d.Unit
	return o.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), d, rec)
}

// sentID is the id of a document that a form makes: the same form sent twice names
// the same document, so that the store keeps one, however close they come.
func sentID(who auth.Actor, kind, sent string) string {
	if sent == "" {
		return strings.ToLower(rand.Text())
	}
	sum := sha256.Sum256([]byte(kind + "\x00" + record(who, "", "", time.Time{}).Account + "\x00" + sent))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:16]))[:26]
}

// Duties lists the duties that somebody may see.
func (o *Office) Duties(ctx context.Context, who auth.Actor) ([]council.Duty, error) {
	return documentsOf(ctx, o, who, kindDuty, func(d *council.Duty, rev int) { d.Rev = rev })
}

// KeepDuty keeps what a duty is. What was done of it stays.
func (o *Office) KeepDuty(ctx context.Context, who auth.Actor, d council.Duty) (council.Duty, error) {
	d.Words, d.Basis, d.Owner = strings.TrimSpace(d.Words), strings.TrimSpace(d.Basis), strings.TrimSpace(d.Owner)
	if err := refuse(d.Problems()); err != nil {
		return d, err
	}
	d.Marks = nil
	fresh := d.ID == ""
	if fresh {
		d.ID, d.Rev = sentID(who, kindDuty, d.Sent), 0
	} else if was, err := o.duty(ctx, who, d.ID); err == nil {
		d.Unit, d.Marks = was.Unit, was.Marks
	} else if !errors.Is(err, fault.NotFound) {
		return d, err
	}
	now, err := o.putDuty(ctx, who, d, dutyKept, string(d.Every))
	if fresh && errors.Is(err, fault.Conflict) {
		return now, nil // the same form was sent before
	}
	return now, err
}

func (o *Office) putDuty(ctx context.Context, who auth.Actor, d council.Duty, a audit.Action, detail string) (council.Duty, error) {
	doc, err := document(who, kindDuty, d.ID, d.Unit, d.Rev, "", cutRunes(d.Words, 60), d.From, d, o.now())
	if err != nil {
		return d, err
	}
	now, err := o.keepDocument(ctx, who, doc, a, detail)
	if errors.Is(err, fault.Conflict) {
		return asKept(now, d, err, func(d *council.Duty, rev int) { d.Rev = rev })
	}
	d.Rev = now.Rev
	return d, err
}

// asKept is a document as it is kept now, beside the conflict that says so.
func asKept[T any](now store.Document, mine T, conflict error, rev func(*T, int)) (T, error) {
	if is, err := opened(now, rev); err == nil {
		return is, conflict
	}
	return mine, conflict
}

func cutRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func (o *Office) duty(ctx context.Context, who auth.Actor, id string) (council.Duty, error) {
	all, err := o.Duties(ctx, who)
	if err != nil {
		return council.Duty{}, err
	}
	if i := slices.IndexFunc(all, func(d council.Duty) bool { return d.ID == id }); i >= 0 {
		return all[i], nil
	}
	return council.Duty{}, fmt.Errorf("duty %s: %w", id, fault.NotFound)
}

// DutyDone says that a duty was done in one of its cycles, over the rev that was
// seen.
func (o *Office) DutyDone(ctx context.Context, who auth.Actor, id string, rev int, key string, k council.Done) (council.Duty, error) {
	d, err := o.duty(ctx, who, id)
	if err != nil {
		return d, err
	}
	if d.Rev != rev {
		return d, fmt.Errorf("duty %s was saved meanwhile: %w", id, fault.Conflict)
	}
	k.Evidence, k.Name, k.At = strings.TrimSpace(k.Evidence), who.Name, o.now()
	if err := refuse(d.MarkDone(key, k, o.onDay())); err != nil {
		return d, err
	}
	return o.putDuty(ctx, who, d, dutyDone, key)
}

// LinkedSchools lists the schools that leaders are linked to.
func (o *Office) LinkedSchools(ctx context.Context, who auth.Actor) ([]council.Linked, error) {
	return documentsOf(ctx, o, who, kindLinked, func(l *council.Linked, rev int) { l.Rev = rev })
}

// KeepLinked links a leader to a school, or changes the link.
func (o *Office) KeepLinked(ctx context.Context, who auth.Actor, l council.Linked) (council.Linked, error) {
	l.Leader, l.Post, l.Basis = strings.TrimSpace(l.Leader), strings.TrimSpace(l.Post), strings.TrimSpace(l.Basis)
	if err := refuse(append(l.Problems(), o.noSchool(ctx, l.School)...)); err != nil {
		return l, err
	}
	fresh := l.ID == ""
	if fresh {
		l.ID, l.Rev = sentID(who, kindLinked, l.Sent), 0
	} else {
		all, err := o.LinkedSchools(ctx, who)
		if err != nil {
			return l, err
		}
		switch i := slices.IndexFunc(all, func(x council.Linked) bool { return x.ID == l.ID }); {
		case i < 0:
			return l, fmt.Errorf("link %s: %w", l.ID, fault.NotFound)
		case all[i].School != l.School:
			return l, auth.Refuse(fault.Invalid, "挂联的学校不能更改，请移除后另建一条", "the school of a link cannot be changed; remove it and make another")
		}
	}
	doc, err := document(who, kindLinked, l.ID, l.School, l.Rev, "", l.Leader, l.From, l, o.now())
	if err != nil {
		return l, err
	}
	now, err := o.keepDocument(ctx, who, doc, linkedKept, l.From.String())
	if errors.Is(err, fault.Conflict) {
		is, err := asKept(now, l, err, func(l *council.Linked, rev int) { l.Rev = rev })
		if fresh {
			return is, nil // the same form was sent before
		}
		return is, err
	}
	l.Rev = now.Rev
	return l, err
}

// DropLeading takes a duty, a link or a visit off that was entered by mistake, over
// the rev that was seen; its history stays. What has been done of a duty and what
// became a task of a visit is not undone by it: such a duty is ended instead, such a
// visit stays.
func (o *Office) DropLeading(ctx context.Context, who auth.Actor, kind, id string, rev int) error {
	r, err := o.reach(ctx, who, auth.KeepMeeting)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{kindDuty, kindLinked, kindVisit}, kind) {
		return fmt.Errorf("%s %s: %w", kind, id, fault.NotFound)
	}
	d, err := o.city.store.Document(ctx, scopeOf(r.Reach, store.Editor), kind, id)
	if err != nil {
		return err
	}
	if !r.holds(d.Unit) || d.State == dropped {
		return fmt.Errorf("%s %s: %w", kind, id, fault.NotFound)
	}
	switch kind {
	case kindDuty:
		x, err := opened(d, func(*council.Duty, int) {})
		if err != nil {
			return err
		}
		if len(x.Marks) > 0 {
			return auth.Refuse(fault.Conflict, "该职责已有完成记录，不能移除；不再履行的请填终止日期", "the duty has been done before, so it stays; give it a last day instead")
		}
	case kindVisit:
		x, err := opened(d, func(*council.Visit, int) {})
		if err != nil {
			return err
		}
		if x.Given() {
			return auth.Refuse(fault.Conflict, "走访发现的问题已转为任务，走访记录不能移除", "what the visit found has become tasks, so it stays")
		}
	}
	rec := record(who, leadingDropped, kind, o.now())
	rec.Object, rec.Unit = id, d.Unit
	d.Rev, d.State, d.By, d.Name, d.At = rev, dropped, rec.Account, who.Name, rec.At
	_, err = o.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), d, rec)
	return err
}

// noSchool says that a unit is no school.
func (o *Office) noSchool(ctx context.Context, id edu.UnitID) []edu.Text {
	tree, err := o.city.Tree(ctx)
	if err == nil && id != "" {
		if u, ok := tree.Unit(id); !ok || u.Level != edu.School {
			return []edu.Text{{ZH: "所选单位不是学校", EN: "the unit is not a school"}}
		}
	}
	return nil
}

// Visits lists the visits to linked schools, the newest first.
func (o *Office) Visits(ctx context.Context, who auth.Actor) ([]council.Visit, error) {
	return documentsOf(ctx, o, who, kindVisit, func(v *council.Visit, rev int) { v.Rev = rev })
}

// KeepVisit keeps a visit. Problems that have become tasks stay as they are; the
// same form sent twice makes one visit.
func (o *Office) KeepVisit(ctx context.Context, who auth.Actor, v council.Visit) (council.Visit, error) {
	v.Leader, v.Seen = strings.TrimSpace(v.Leader), strings.TrimSpace(v.Seen)
	if err := refuse(append(v.Check(o.onDay()), o.noSchool(ctx, v.School)...)); err != nil {
		return v, err
	}
	all, err := o.Visits(ctx, who)
	if err != nil {
		return v, err
	}
	var was council.Visit
	i := slices.IndexFunc(all, func(x council.Visit) bool { return x.ID == v.ID && v.ID != "" })
	switch {
	case i >= 0:
		if was = all[i]; was.School != v.School {
			return was, auth.Refuse(fault.Invalid, "走访的学校不能更改，请另记一条", "the school of a visit cannot be changed; write another visit")
		}
		v.Sent = was.Sent
	case v.ID != "":
		return v, fmt.Errorf("visit %s: %w", v.ID, fault.NotFound)
	default:
		v.ID, v.Rev = "v"+sentID(who, kindVisit, v.Sent), 0
	}
	v.Keep(&was)
	now, err := o.putVisit(ctx, who, v, visitKept)
	if was.ID == "" && errors.Is(err, fault.Conflict) {
		return now, nil // the same form was sent before
	}
	return now, err
}

func (o *Office) putVisit(ctx context.Context, who auth.Actor, v council.Visit, a audit.Action) (council.Visit, error) {
	doc, err := document(who, kindVisit, v.ID, v.School, v.Rev, "", v.Leader, v.Day, v, o.now())
	if err != nil {
		return v, err
	}
	now, err := o.keepDocument(ctx, who, doc, a, v.Day.String())
	if errors.Is(err, fault.Conflict) {
		return asKept(now, v, err, func(v *council.Visit, rev int) { v.Rev = rev })
	}
	v.Rev = now.Rev
	return v, err
}

// ProblemsToTasks makes tasks of the problems of a visit that are none yet, all or
// none. Twice makes them once, as with decisions.
func (o *Office) ProblemsToTasks(ctx context.Context, who auth.Actor, id string, rev int) (made int, err error) {
	all, err := o.Visits(ctx, who)
	if err != nil {
		return 0, err
	}
	i := slices.IndexFunc(all, func(v council.Visit) bool { return v.ID == id })
	if i < 0 {
		return 0, fmt.Errorf("visit %s: %w", id, fault.NotFound)
	}
	v := all[i]
	if who.Reach(auth.GiveTasks).None() {
		return 0, fmt.Errorf("%s: %w", auth.GiveTasks, fault.Forbidden)
	}
	if v.Rev != rev && !slices.ContainsFunc(v.Problems, func(p council.Problem) bool { return p.Made != "" }) {
		return 0, fmt.Errorf("visit %s was saved meanwhile: %w", id, fault.Conflict)
	}
	key := fmt.Sprintf("visit:%s:%d", v.ID, v.Rev)
	claimed := v
	claimed.Problems = slices.Clone(v.Problems)
	n := 0
	for i := range claimed.Problems {
		if p := &claimed.Problems[i]; p.Made == "" {
			p.Made = key
			n++
		}
	}
	if n > 0 {
		if claimed, err = o.putVisit(ctx, who, claimed, visitGiven); err != nil {
			return 0, err
		}
	}
	if made, err = o.giveProblems(ctx, who, &claimed); err != nil && n > 0 {
		for i := range claimed.Problems {
			if claimed.Problems[i].Made == key {
				claimed.Problems[i].Made = ""
			}
		}
		if _, undo := o.putVisit(ctx, who, claimed, visitGiven); undo != nil {
			err = errors.Join(err, undo)
		}
	}
	return made, err
}

// giveProblems makes the tasks of claimed problems that are not there yet.
func (o *Office) giveProblems(ctx context.Context, who auth.Actor, v *council.Visit) (made int, err error) {
	b, err := o.bodyList(ctx)
	if err != nil {
		return 0, err
	}
	school := string(v.School)
	if u, ok := b.tree.Unit(v.School); ok {
		school = lastAttrs(u).Name.ZH
	}
	issuer := task.BureauOf("")
	if g := who.Reach(auth.GiveTasks); !g.Whole {
		issuer = task.BureauOf(b.countyOf(v.School))
	}
	have, err := o.tasksBySource(ctx, auth.Operator(), v.ID)
	if err != nil {
		return 0, err
	}
	lacking := map[string][]task.Task{}
	var keys []string
	for _, p := range v.Problems {
		if _, there := have[v.Item(p.No)]; p.Made != "" && !there {
			if lacking[p.Made] == nil {
				keys = append(keys, p.Made)
			}
			lacking[p.Made] = append(lacking[p.Made], council.TaskOfProblem(v, p, school, issuer))
		}
	}
	for _, key := range keys {
		n, err := o.newTasksOnce(ctx, who, lacking[key], key)
		if err != nil {
			return made, err
		}
		made += n
	}
	return made, nil
}

// VisitTasks are the tasks of a visit that somebody may see, by the id of the
// problem.
func (o *Office) VisitTasks(ctx context.Context, who auth.Actor, id string) (map[string]task.Row, error) {
	return o.tasksBySource(ctx, who, id)
}

func (o *Office) tasksBySource(ctx context.Context, who auth.Actor, ref string) (map[string]task.Row, error) {
	page, err := o.Tasks(ctx, who, task.Filter{Meeting: ref, Size: council.MaxDecisions, Page: 1})
	if err != nil {
		return nil, err
	}
	out := map[string]task.Row{}
	for _, r := range page.Tasks {
		out[r.Source.Item] = r
	}
	return out, nil
}

// onDay is the day on which the office works.
func (o *Office) onDay() edu.Date { return collect.Today(o.now()) }
