package flow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/mail"
)

// Ticker does what is due from minute to minute: reminders, digests of
// to-dos, the delivery of the outbox, and the removal of files that nothing uses. Two servers on one database may both tick: a lease lets one do it.
type Ticker struct {
	City   *City
	Holder string       // of the lease: one for each running server
	Mail   *mail.Sender // nil: mails wait
	Site   string       // address of the pages, for links in mails
	Now    func() time.Time
	// Waiting lists the filings that have not been handed in.
	Waiting func(ctx context.Context) ([]collect.Waiting, error)
	// Fillers gives the accounts that fill for units.
	Fillers func(ctx context.Context, units []edu.UnitID) (map[edu.UnitID][]auth.Account, error)

	digested edu.Date // the last day whose digests are all in the outbox
	// Escalate tells of late tasks; nil tells nobody.
	Escalate func(ctx context.Context) (int, error)
	// Reports makes the drafts of documents that are due; nil makes none.
	Reports func(ctx context.Context) (int, error)
	// Hazards drafts tasks of overdue hazards; nil drafts none.
	Hazards func(ctx context.Context) (int, error)
	// Retention tells of late cases of dropout prevention; nil tells nobody.
	Retention func(ctx context.Context) (int, error)
	// Warnings makes the week's lists of suggested visits; nil makes none.
	Warnings func(ctx context.Context) (int, error)
	// Ahead makes the forecast that pages then show; nil makes none.
	Ahead func(ctx context.Context) error
}

// leaseFor is how long a holder keeps the work after it was last heard of.
const leaseFor = 5 * time.Minute

// Ticked is what one tick did.
type Ticked struct {
	Held     bool // another server has the work
	Reminded int  // new messages
	Digests  int  // of to-dos
	Reports  int  // drafts of documents
	Hazards  int  // drafts of tasks about overdue hazards
	Visits   int  // lists of suggested visits
	Late     int  // new messages about late tasks and cases
	Mail     mail.Report
	Expired  int // of the registers, since their time was over
	Swept    int // evidence files that nothing used
}

// sweepAfter is how long a file stays that is evidence of nothing.
const sweepAfter = 24 * time.Hour

// Tick does what is due now. Reminders and mail do not wait for each other: what
// goes wrong with one is told after the other was done.
func (t *Ticker) Tick(ctx context.Context) (done Ticked, err error) {
	now := t.Now()
	// Every server has its own forecast, whoever does the work.
	var errs []error
	if t.Ahead != nil {
		if err := t.Ahead(ctx); err != nil && !errors.Is(err, fault.NotFound) {
			errs = append(errs, fmt.Errorf("forecast: %w", err))
		}
	}
	mine, err := t.City.store.Lease(ctx, "tick", t.Holder, now, now.Add(leaseFor))
	if err != nil || !mine {
		return Ticked{Held: err == nil}, errors.Join(append(errs, err)...)
	}
	done.Reminded, err = t.remind(ctx, now)
	errs = append(errs, err)
	done.Digests, err = t.digest(ctx, now)
	errs = append(errs, err)
	if t.Escalate != nil {
		done.Late, err = t.Escalate(ctx)
		errs = append(errs, err)
	}
	if t.Reports != nil {
		done.Reports, err = t.Reports(ctx)
		errs = append(errs, err)
	}
	if t.Hazards != nil {
		done.Hazards, err = t.Hazards(ctx)
		errs = append(errs, err)
	}
	if t.Retention != nil {
		n, err := t.Retention(ctx)
		done.Late += n
		errs = append(errs, err)
	}
	if t.Warnings != nil {
		done.Visits, err = t.Warnings(ctx)
		errs = append(errs, err)
	}
	if t.Mail != nil {
		done.Mail, err = mail.Deliver(ctx, t.City.store, t.Mail, t.Now)
		errs = append(errs, err)
	}
	_, err = t.City.Registers().Broken(ctx)
	errs = append(errs, err)
	gone, err := t.City.Registers().Expire(ctx)
	errs = append(errs, err)
	over, err := t.City.Retention().Expire(ctx)
	done.Expired = gone.Identities + gone.Rows + over.Files + over.Cases
	errs = append(errs, err)
	done.Swept, err = t.City.store.SweepFiles(ctx, now.Add(-sweepAfter))
	return done, errors.Join(append(errs, err)...)
}

// Close gives the work up, so that another server need not wait.
func (t *Ticker) Close(ctx context.Context) error { return t.City.store.Release(ctx, "tick", t.Holder) }

func (t *Ticker) remind(ctx context.Context, now time.Time) (int, error) {
	if t.Waiting == nil || t.Fillers == nil {
		return 0, nil
	}
	cal, err := t.City.Calendar(ctx)
	if err != nil {
		return 0, err
	}
	waiting, err := t.Waiting(ctx)
	if err != nil {
		return 0, err
	}
	nudges := collect.Nudges(waiting, cal, now)
	if len(nudges) == 0 {
		return 0, nil
	}
	var units []edu.UnitID
	for _, n := range nudges {
		units = append(units, n.Place.Unit)
	}
	fillers, err := t.Fillers(ctx, units)
	if err != nil {
		return 0, err
	}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, n := range nudges {
		for _, a := range fillers[n.Place.Unit] {
			messages = append(messages, n.Message(a.ID, now))
			accounts[a.ID] = a
		}
	}
	return t.City.Tell(ctx, messages, accounts, t.Site)
}

// Run ticks every so often until the context ends. tell is told what went
// wrong.
func (t *Ticker) Run(ctx context.Context, every time.Duration, tell func(error)) error {
	clock := time.NewTicker(every)
	defer clock.Stop()
	defer func() {
		if err := t.Close(context.WithoutCancel(ctx)); err != nil {
			tell(err)
		}
	}()
	for {
		if _, err := t.Tick(ctx); err != nil && ctx.Err() == nil {
			tell(err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-clock.C:
		}
	}
}
