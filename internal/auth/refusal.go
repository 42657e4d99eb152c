package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Refusal is a no of which the person is told the reasons, all at once: a weak
// password, two roles that do not go together.
type Refusal struct {
	Kind  error // fault.Invalid, fault.Forbidden or fault.Conflict
	Texts []edu.Text
}

func (r *Refusal) Error() string { return r.In("en") }

func (r *Refusal) Unwrap() error { return r.Kind }

// In gives the reasons in a language.
func (r *Refusal) In(lang string) string {
	var parts []string
	for _, t := range r.Texts {
		parts = append(parts, t.In(lang))
	}
	if lang == "zh" {
		return strings.Join(parts, "；")
	}
	return strings.Join(parts, "; ")
}

// Refuse makes a refusal of one reason.
func Refuse(kind error, zh, en string) error {
	return &Refusal{Kind: kind, Texts: []edu.Text{{ZH: zh, EN: en}}}
}

func forbid(zh, en string) error { return Refuse(fault.Forbidden, zh, en) }

// Locked is ErrLocked with the time until which it holds.
type Locked struct {
	Until time.Time
	// Address: not the account but the address has tried too often.
	Address bool
}

func (l *Locked) Error() string {
	return fmt.Sprintf("%v, until %s", ErrLocked, l.Until.UTC().Format(time.RFC3339))
}

func (l *Locked) Unwrap() error { return ErrLocked }

// LockedUntil is when the next try is taken.
func (l *Locked) LockedUntil() time.Time { return l.Until }

// SignInError tells that an error is one of what sign-in answers.
func SignInError(err error) bool {
	return errors.Is(err, ErrRefused) || errors.Is(err, ErrLocked) || errors.Is(err, ErrCode) || errors.Is(err, ErrChange)
}

type remoteKey struct{}

// WithRemote notes the address that a request came from, for limits and for the
// audit log. Whoever takes requests calls it once.
func WithRemote(ctx context.Context, addr string) context.Context {
	return context.WithValue(ctx, remoteKey{}, addr)
}

// Remote is the address that a request came from; empty for a command.
func Remote(ctx context.Context) string {
	addr, _ := ctx.Value(remoteKey{}).(string)
	return addr
}
