package flow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"shuren/internal/collect"
	"shuren/internal/todo"
)

// A digest goes out between these hours of a working day, in local time: a server
// that was off in the morning catches up, one that starts in the afternoon waits
// for the next day.
const (
	digestFrom  = 8
	digestUntil = 12
)

// digest puts the digests of a day into the outbox, for who has switched them on
// and has something to do. The id holds the day, so that none goes out twice,
// whoever made it.
func (t *Ticker) digest(ctx context.Context, now time.Time) (int, error) {
	today := collect.Today(now)
	if h := now.In(collect.China).Hour(); t.digested == today || h < digestFrom || h >= digestUntil {
		return 0, nil
	}
	cal, err := t.City.Calendar(ctx)
	if err != nil || !cal.Working(today) {
		return 0, err
	}
	accounts, err := t.City.store.Digested(ctx)
	if err != nil {
		return 0, err
	}
	var mails []collect.Mail
	var errs []error
	for _, a := range accounts {
		items, err := t.City.Todos(ctx, a.Actor())
		if err != nil { // it comes with the next tick
			errs = append(errs, fmt.Errorf("digest of %s: %w", a.ID, err))
			continue
		}
		subject, body, ok := todo.Both(items, today, t.Site)
		if ok {
			mails = append(mails, collect.Mail{ID: "digest:" + today.String() + "@" + a.ID, To: a.Mail, Subject: subject, Body: body, State: collect.MailWaiting, Made: now, Next: now})
		}
	}
	if _, err := t.City.store.Notify(ctx, nil, mails); err != nil {
		return 0, errors.Join(append(errs, err)...)
	}
	if len(errs) == 0 {
		t.digested = today
	}
	return len(mails), errors.Join(errs...)
}
