// The count of messages beside the navigation, when it cannot be told.

package web

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
)

// brokenInbox answers with its error alone.
type brokenInbox struct{ err error }

func (b brokenInbox) Messages(context.Context, auth.Actor, int, int) (collect.Inbox, error) {
	return collect.Inbox{}, b.err
}

func (b brokenInbox) MarkRead(context.Context, auth.Actor, string) error { return b.err }

func TestReaderWhoLeftIsNoErrorOfTheServer(t *testing.T) {
	for err, logs := range map[error]bool{errors.New("the disk is full"): true, errors.Join(errors.New("read messages"), context.Canceled): false} {
		var said bytes.Buffer
		s := &Server{inbox: brokenInbox{err}, log: slog.New(slog.NewTextHandler(&said, nil))}
		if n := s.unread(&request{Request: httptest.NewRequest("GET", "/", nil), who: auth.Actor{Local: true}}); n != 0 {
			t.Errorf("%v: %d messages wait", err, n)
		}
		if got := said.Len() > 0; got != logs {
			t.Errorf("%v: logged is %t: %s", err, got, said.String())
		}
	}
}
