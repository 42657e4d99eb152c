package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// kindSchedule is the kind of the documents that say what is made by itself.
const kindSchedule = "report-schedule"

// Schedules lists what is made by itself, for who keeps them.
func (g *Gallery) Schedules(ctx context.Context, who auth.Actor) ([]gallery.Schedule, error) {
	if !who.Reach(auth.KeepReports).Whole {
		return nil, fmt.Errorf("%s: %w", auth.KeepReports, fault.Forbidden)
	}
	return g.schedules(ctx)
}

func (g *Gallery) schedules(ctx context.Context) ([]gallery.Schedule, error) {
	docs, err := g.city.store.Documents(ctx, readAll, store.DocumentFilter{Kind: kindSchedule})
	if err != nil {
		return nil, err
	}
	var out []gallery.Schedule
	for _, d := range docs {
		s, err := opened(d, func(s *gallery.Schedule, rev int) { s.Rev = rev })
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// KeepSchedule keeps a schedule, new or changed. The person before whom its drafts
// are laid must be able to make the document.
func (g *Gallery) KeepSchedule(ctx context.Context, who auth.Actor, s gallery.Schedule) (gallery.Schedule, error) {
	if !who.Reach(auth.KeepReports).Whole {
		return s, fmt.Errorf("%s: %w", auth.KeepReports, fault.Forbidden)
	}
	if s.ID == "" {
		s.ID = rand.Text()
	}
	if s.From == 0 {
		s.From = collect.Today(g.now())
	}
	if err := s.Check(); err != nil {
		return s, err
	}
	a, err := g.account(ctx, s.Account)
	if err != nil {
		return s, auth.Refuse(fault.Invalid, "没有这个账号，或账号已停用", "there is no such account, or it is closed")
	}
	o := ReportOrder{Kind: s.Kind, Unit: s.Unit}
	if _, err := g.may(ctx, a.Actor(), auth.MakeReports, &o); err != nil {
		return s, auth.Refuse(fault.Invalid, "该账号无权制作这种文档", "that person may not make this document")
	}
	s.Account, s.Name = a.ID, a.Name
	return g.putSchedule(ctx, who, s)
}

func (g *Gallery) putSchedule(ctx context.Context, who auth.Actor, s gallery.Schedule) (gallery.Schedule, error) {
	at := g.now()
	state := "on"
	if s.Off {
		state = "off"
	}
	d, err := document(who, kindSchedule, s.ID, "", s.Rev, state, s.Kind.Name().ZH, s.From, s, at)
	if err != nil {
		return s, err
	}
	rec := record(who, reportSchedule, string(s.Kind), at)
	rec.Object = s.ID
	now, err := g.city.store.PutDocument(ctx, store.Whole(store.Editor), d, rec)
	s.Rev = now.Rev
	return s, err
}

// account finds an account that is in use.
func (g *Gallery) account(ctx context.Context, id string) (auth.Account, error) {
	all, err := g.city.store.Accounts(ctx, local)
	if err != nil {
		return auth.Account{}, err
	}
	if i := slices.IndexFunc(all, func(a auth.Account) bool { return (a.ID == id || a.Login == id) && !a.Closed }); i >= 0 {
		return all[i], nil
	}
	return auth.Account{}, fmt.Errorf("account %s: %w", id, fault.NotFound)
}

// RunDue makes the drafts that are due and lays each before its person, who finds
// it among the to-dos. Nothing is sent. What cannot be made is told in the schedule.
func (g *Gallery) RunDue(ctx context.Context) (made int, err error) {
	list, err := g.schedules(ctx)
	if err != nil {
		return 0, err
	}
	today := collect.Today(g.now())
	var errs []error
	for _, s := range list {
		day, due := s.Due(today)
		if !due {
			continue
		}
		s.Last, s.Problem = day, ""
		if err := g.run(ctx, s); err != nil {
			no, refused := asRefusal(err)
			if !refused && !errors.Is(err, fault.NotFound) && !errors.Is(err, fault.Forbidden) {
				errs = append(errs, fmt.Errorf("scheduled document %s: %w", s.ID, err))
				continue // it is tried again
			}
			if s.Problem = "账号已停用或无权制作"; refused {
				s.Problem = no.In("zh")
			}
		} else {
			made++
		}
		if _, err := g.putSchedule(ctx, auth.Operator(), s); err != nil && !errors.Is(err, fault.Conflict) {
			errs = append(errs, err)
		}
	}
	return made, errors.Join(errs...)
}

func (g *Gallery) run(ctx context.Context, s gallery.Schedule) error {
	a, err := g.account(ctx, s.Account)
	if err != nil {
		return err
	}
	_, err = g.make(ctx, a.Actor(), ReportOrder{Kind: s.Kind, Unit: s.Unit}, gallery.Waiting)
	return err
}

// todos are the drafts that a schedule has laid before somebody.
func (g *Gallery) todos(ctx context.Context, who auth.Actor) ([]todo.Item, error) {
	if who.Account == "" || who.Reach(auth.MakeReports).None() {
		return nil, nil
	}
	list, _, err := g.city.store.Reports(ctx, scopeOf(who.Reach(auth.MakeReports), store.Reader), store.ReportFilter{State: string(gallery.Waiting), By: who.Account})
	if err != nil {
		return nil, err
	}
	var out []todo.Item
	for _, r := range list {
		name := gallery.Kind(r.Kind).Name()
		out = append(out, todo.Item{Kind: todo.Report, ID: r.ID, Do: edu.Text{ZH: "审阅草稿", EN: "Look at the draft"}, Title: edu.Text{ZH: r.Title}, Link: "/reports/" + r.ID, Since: r.At, Outside: name})
	}
	return out, nil
}
