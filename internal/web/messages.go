package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
)

// Inbox are one's own messages. flow implements it; nil leaves the page out.
type Inbox interface {
	Messages(ctx context.Context, who auth.Actor, offset, limit int) (collect.Inbox, error)
	MarkRead(ctx context.Context, who auth.Actor, id string) error
}

const messagesPerPage = 30

type messagesPage struct {
	Shell
	Found  string
	Unread int
	List   []messageLine
	Pages  []Choice
	Prev   string
	Next   string
}

type messageLine struct {
	ID, At, Title, Body, Link string
	Unread                    bool
}

// messages lists one's own messages, the newest first.
func (s *Server) messages(w http.ResponseWriter, r *request) error {
	if s.inbox == nil {
		return fmt.Errorf("messages: %w", fault.NotFound)
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	in, err := s.inbox.Messages(r.Context(), r.who, (page-1)*messagesPerPage, messagesPerPage)
	if err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	p := messagesPage{Shell: s.shell(r, r.T("messages.title"), "messages"), Found: r.T("messages.found", in.Total, in.Unread), Unread: in.Unread}
	for _, m := range in.List {
		l := messageLine{ID: m.ID, At: r.Minute(m.At.In(collect.China)), Title: r.Text(m.Title), Body: r.Text(m.Body), Unread: m.Read.IsZero()}
		if strings.HasPrefix(m.Link, "/") && !strings.HasPrefix(m.Link, "//") {
			l.Link = m.Link
		}
		p.List = append(p.List, l)
	}
	p.Pages, p.Prev, p.Next = r.pager(page, (in.Total+messagesPerPage-1)/messagesPerPage)
	return s.render(w, r, "messages.html", p)
}

// readMessage notes that a message was read, or all of them.
func (s *Server) readMessage(_ http.ResponseWriter, r *request) error {
	if s.inbox == nil {
		return fmt.Errorf("messages: %w", fault.NotFound)
	}
	if err := r.parse(); err != nil {
		return err
	}
	if err := s.inbox.MarkRead(r.Context(), r.who, r.PostFormValue("id")); err != nil {
		return fmt.Errorf("mark a message read: %w", err)
	}
	return away{"/messages"}
}

// unread is how many messages wait; 0 where that cannot be told.
func (s *Server) unread(r *request) int {
	if s.inbox == nil || r.who.Account == "" && !r.who.Local {
		return 0 // nobody is signed in
	}
	in, err := s.inbox.Messages(r.Context(), r.who, 0, 1)
	if err != nil && !errors.Is(err, context.Canceled) { // the reader has gone
		s.log.Error("count messages", "err", err)
	}
	return in.Unread
}
