package flow

import (
	"context"
	"fmt"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
)

// own is the account whose messages somebody reads: the own one.
func own(who auth.Actor) (string, error) {
	switch {
	case who.Account != "":
		return who.Account, nil
	case who.Local:
		return "local", nil
	}
	return "", fmt.Errorf("messages: %w", fault.Forbidden)
}

// Messages gives one's own messages, the newest first.
func (c *City) Messages(ctx context.Context, who auth.Actor, offset, limit int) (collect.Inbox, error) {
	account, err := own(who)
	if err != nil {
		return collect.Inbox{}, err
	}
	return c.store.Messages(ctx, account, max(offset, 0), min(max(limit, 1), 200))
}

// MarkRead notes that one has read a message of one's own, or all where id is
// empty.
func (c *City) MarkRead(ctx context.Context, who auth.Actor, id string) error {
	account, err := own(who)
	if err != nil {
		return err
	}
	_, err = c.store.MarkRead(ctx, account, id, time.Now())
	return err
}

// Tell keeps messages for accounts, and mails for those that have an address.
func (c *City) Tell(ctx context.Context, messages []collect.Message, accounts map[string]auth.Account, site string) (fresh int, err error) {
	var mails []collect.Mail
	for _, m := range messages {
		if a, ok := accounts[m.Account]; ok && a.Mail != "" && !a.Closed {
			mails = append(mails, m.Mail(a.Mail, "zh", site))
		}
	}
	return c.store.Notify(ctx, messages, mails)
}
