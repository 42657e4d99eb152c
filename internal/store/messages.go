package store

import (
	"context"
	"database/sql"
	"time"

	"shuren/internal/collect"
)

// Messages belong to accounts, not to parts of the tree: whoever reads names
// the own account, and flow takes it from the session.

// Notify keeps messages and the mails that go with them, all of it or nothing.
// What is there already, by its id, is left as it is. It tells how many messages
// are new.
func (s *Store) Notify(ctx context.Context, messages []collect.Message, mails []collect.Mail) (fresh int, err error) {
	if len(messages)+len(mails) == 0 {
		return 0, nil
	}
	err = s.write(ctx, "keep messages", func(tx *sql.Tx, _ *state) error {
		fresh = 0
		for _, m := range messages {
			n, err := affected(tx.ExecContext(ctx, `INSERT INTO messages (account, id, at_time, kind, title_zh, title_en, body_zh, body_en, link, read_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '') ON CONFLICT (account, id) DO NOTHING`,
				m.Account, m.ID, formatTime(m.At), m.Kind, m.Title.ZH, m.Title.EN, m.Body.ZH, m.Body.EN, m.Link))
			if err != nil {
				return err
			}
			fresh += n
		}
		for _, m := range mails {
			_, err := tx.ExecContext(ctx, `INSERT INTO outbox (id, channel, recipient, subject, body, state, attempts, made_at, next_at, done_at, error)
				VALUES ($1, 'mail', $2, $3, $4, $5, 0, $6, $6, '', '') ON CONFLICT (id) DO NOTHING`,
				m.ID, m.To, m.Subject, m.Body, string(collect.MailWaiting), formatTime(m.Made))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, err
}

// Messages gives an account's messages, the newest first.
func (s *Store) Messages(ctx context.Context, account string, offset, limit int) (in collect.Inbox, err error) {
	const what = "read messages"
	err = s.r.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(CASE WHEN read_at = '' THEN 1 ELSE 0 END), 0) FROM messages WHERE account = $1`, account).
		Scan(&in.Total, &in.Unread)
	if err != nil {
		return in, s.wrap(what, err)
	}
	err = each(ctx, s.r, `SELECT id, at_time, kind, title_zh, title_en, body_zh, body_en, link, read_at FROM messages
		WHERE account = $1 ORDER BY at_time DESC, id LIMIT $2 OFFSET $3`, []any{account, limit, offset}, func(rows *sql.Rows) error {
		m := collect.Message{Account: account}
		var at, read string
		if err := rows.Scan(&m.ID, &at, &m.Kind, &m.Title.ZH, &m.Title.EN, &m.Body.ZH, &m.Body.EN, &m.Link, &read); err != nil {
			return err
		}
		var err error
		if m.At, err = parseTime(at); err != nil {
			return err
		}
		if m.Read, err = maybeTime(read); err != nil {
			return err
		}
		in.List = append(in.List, m)
		return nil
	})
	return in, s.wrap(what, err)
}

// MarkRead notes that an account has read a message, or, with an empty id, all
// of them. It tells how many were unread.
func (s *Store) MarkRead(ctx context.Context, account, id string, at time.Time) (n int, err error) {
	err = s.write(ctx, "mark messages read", func(tx *sql.Tx, _ *state) error {
		var err error
		n, err = affected(tx.ExecContext(ctx, `UPDATE messages SET read_at = $1 WHERE account = $2 AND read_at = '' AND ($3 = '' OR id = $3)`, formatTime(at), account, id))
		return err
	})
	return n, err
}

func affected(r sql.Result, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	n, err := r.RowsAffected()
	return int(n), err
}

// maybeTime reads a time that may not be there.
func maybeTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return parseTime(text)
}
