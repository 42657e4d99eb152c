package flow

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/mail"
	"shuren/internal/store"
	"shuren/internal/task"
	"shuren/internal/todo"
)

// postbox is a real SMTP server that keeps what it takes.
type postbox struct {
	mu  sync.Mutex
	got []string
	to  []string
}

func (p *postbox) NewSession(*smtp.Conn) (smtp.Session, error) { return &postSession{p}, nil }

type postSession struct{ *postbox }

func (*postSession) Reset()                               {}
func (*postSession) Logout() error                        { return nil }
func (*postSession) Mail(string, *smtp.MailOptions) error { return nil }

func (s *postSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.to = append(s.to, to)
	return nil
}

func (s *postSession) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, string(b))
	return err
}

func (p *postbox) serve(t *testing.T) *mail.Sender {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(p)
	srv.Domain = "localhost"
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	s, err := mail.New(mail.Config{Addr: l.Addr().String(), Security: mail.Plain, From: "教育局 <noreply@edu.example>", Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// given makes a task of the city's bureau for county a's, and gives it.
func given(o *office, w *Office, planner auth.Actor, title string, due edu.Date) task.Task {
	o.t.Helper()
	made, err := w.NewTask(ctx, planner, task.Task{Title: title, Lead: task.BureauOf("a"), Source: task.Source{Kind: task.FromDocument, Name: "1号"}, Due: due}, title)
	o.must(err)
	made, err = w.Act(ctx, planner, made.ID, made.Rev, task.Issue, task.Options{Sent: "issue " + title})
	o.must(err)
	return made
}

// A digest reaches, through a real mail server, who switched it on and has
// something to do: once a working day, in the morning, whichever server ticks, and
// it says nothing that somebody typed.
func TestDigestByMail(t *testing.T) {
	o := newOffice(t, sqlite(t))
	var at clock
	o.city.SetClock(at.now)
	w := NewOffice(o.city, "")
	at.set(t, "2026-03-02 09:00")
	o.clock = at.now()
	clerk := o.person("clerk", "a", auth.Grant{Role: auth.CountyClerk, Unit: "a"})
	other := o.person("other", "b", auth.Grant{Role: auth.CountyClerk, Unit: "b"})
	silent := o.person("silent", "a", auth.Grant{Role: auth.CountyReviewer, Unit: "a"})
	planner := auth.Actor{Account: "p", Name: "名p", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}}
	given(o, w, planner, "某生的事", edu.DateOf(at.now())+30)
	for _, a := range []auth.Account{clerk, other, silent} { // who had no address when the task was given
		_, err := o.city.store.ChangeLogin(ctx, local, a.ID, func(l *store.Login) (store.Change, error) {
			l.Mail = l.Login + "@edu.example"
			return store.Change{}, nil
		})
		o.must(err)
	}
	o.must(o.city.SetDigest(ctx, clerk.Actor(), true))
	o.must(o.city.SetDigest(ctx, other.Actor(), true)) // who has nothing to do
	box := &postbox{}
	sender := box.serve(t)
	servers := []*Ticker{{City: o.city, Holder: "one", Mail: sender, Site: "https://edu.example", Now: at.now}, {City: o.city, Holder: "two", Mail: sender, Site: "https://edu.example", Now: at.now}}
	for _, tt := range []struct {
		now  string
		want int // mails by then
	}{
		{"2026-03-03 07:59", 0},
		{"2026-03-03 08:00", 1},
		{"2026-03-03 08:01", 1},
		{"2026-03-03 11:59", 1},
		{"2026-03-04 12:00", 1}, // a server that was off until noon
		{"2026-03-05 09:30", 2},
		{"2026-03-07 08:30", 2}, // a Saturday
		{"2026-03-09 08:30", 3},
	} {
		at.set(t, tt.now)
		for _, s := range servers {
			if _, err := s.Tick(ctx); err != nil {
				t.Fatal(err)
			}
			o.must(s.Close(ctx)) // so that the other one works too
		}
		box.mu.Lock()
		if len(box.got) != tt.want {
			t.Errorf("%s: %d mails, want %d", tt.now, len(box.got), tt.want)
		}
		box.mu.Unlock()
	}
	for _, to := range box.to {
		if to != "clerk@edu.example" {
			t.Errorf("a digest went to %s", to)
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(box.got[0]))
	o.must(err)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	o.must(err)
	outbox := ""
	for _, b := range box.got {
		outbox += decoded(t, b)
	}
	if subject != "待办：今天1项 / To-dos: today 1" || !strings.Contains(outbox, "· 签收：任务 2026-03-03") || !strings.Contains(outbox, "https://edu.example/todo") {
		t.Errorf("%q\n%s", subject, outbox)
	}
	if strings.Contains(outbox, "某生") || strings.Contains(outbox, "名p") {
		t.Errorf("what somebody typed was sent:\n%s", outbox)
	}
	o.must(o.city.SetDigest(ctx, clerk.Actor(), false))
	at.set(t, "2026-03-10 08:30")
	if done, err := servers[0].Tick(ctx); err != nil || done.Digests != 0 || len(box.got) != 3 {
		t.Errorf("after it was switched off: %+v %v", done, err)
	}
}

// decoded is the text of a mail.
func decoded(t *testing.T, raw string) string {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var r io.Reader = m.Body
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(body), "\r\n", "\n")
}

// What is to be done goes from hand to hand: the owner signs, reports and
// finishes, the giver reviews; nobody else has it.
func TestTaskTodos(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.city.SetClock(func() time.Time { return o.clock })
	w := NewOffice(o.city, "")
	of := func(account string, r auth.Role, unit edu.UnitID) auth.Actor {
		return auth.Actor{Account: account, Name: "名" + account, Grants: []auth.Grant{{Role: r, Unit: unit, Whole: unit == ""}}}
	}
	planner, clerk, other := of("p", auth.CityPlanner, ""), of("c", auth.CountyClerk, "a"), of("o", auth.CountyClerk, "b")
	leader, admin := of("l", auth.Leader, ""), of("s", auth.SystemAdmin, "")
	has := func(when string, want map[string]string) {
		t.Helper()
		o.later(time.Minute) // beyond what a count stands for
		for name, who := range map[string]auth.Actor{"planner": planner, "clerk": clerk, "other": other, "leader": leader, "admin": admin} {
			items, err := o.city.Todos(ctx, who)
			o.must(err)
			var got []string
			for _, i := range items {
				got = append(got, i.Do.ZH)
			}
			if s := strings.Join(got, " "); s != want[name] {
				t.Errorf("%s: %s has %q, want %q", when, name, s, want[name])
			}
			if n, err := o.city.TodoCount(ctx, who); n != len(items) || err != nil {
				t.Errorf("%s: %d counted for %s, %v; want %d", when, n, name, err, len(items))
			}
		}
	}
	has("before", nil)
	made := given(o, w, planner, "核定编制", edu.DateOf(o.clock)+30)
	has("given", map[string]string{"clerk": "签收"})
	act := func(who auth.Actor, a task.Act, opt task.Options) {
		t.Helper()
		opt.Sent = string(a)
		next, err := w.Act(ctx, who, made.ID, made.Rev, a, opt)
		o.must(err)
		made = next
	}
	act(clerk, task.Sign, task.Options{})
	has("signed", map[string]string{"clerk": "办结"})
	o.later(25 * 24 * time.Hour)
	has("at the end of a month", map[string]string{"clerk": "填报进展 办结"})
	act(clerk, task.HandIn, task.Options{Text: "已核定到校", Head: "某局长"})
	has("handed in", map[string]string{"planner": "审核"})
	if _, err := o.city.Todos(ctx, auth.Actor{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("nobody's list: %v; want forbidden", err)
	}
	o.city.AddTodos(func(context.Context, auth.Actor) ([]todo.Item, error) { return nil, fault.Full })
	if items, err := o.city.Todos(ctx, planner); !errors.Is(err, fault.Full) || len(items) != 1 {
		t.Errorf("one source fails: %d items, %v; want the others' with its error", len(items), err)
	}
}

// The secret address is shown once, leads to its maker's list alone and ends when
// it is taken back; without an account there is none.
func TestFeedAddress(t *testing.T) {
	o := newOffice(t, sqlite(t))
	o.city.SetClock(func() time.Time { return o.clock })
	w := NewOffice(o.city, "")
	clerk := o.person("clerk", "a", auth.Grant{Role: auth.CountyClerk, Unit: "a"}).Actor()
	given(o, w, auth.Actor{Account: "p", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}}, "核定编制", edu.DateOf(o.clock)+30)
	first, err := o.city.MakeFeed(ctx, clerk)
	o.must(err)
	if items, err := o.city.Feed(ctx, first); err != nil || len(items) != 1 || items[0].Do.ZH != "签收" {
		t.Errorf("%+v %v", items, err)
	}
	second, err := o.city.MakeFeed(ctx, clerk)
	o.must(err)
	if first == second || len(first) < 40 {
		t.Errorf("addresses %q, %q", first, second)
	}
	gone := func(what, key string) {
		t.Helper()
		if items, err := o.city.Feed(ctx, key); !errors.Is(err, fault.NotFound) || len(items) > 0 {
			t.Errorf("%s: %d items, %v; want not found", what, len(items), err)
		}
	}
	gone("the former address", first)
	gone("no address", "")
	o.must(o.city.DropFeed(ctx, clerk))
	gone("taken back", second)
	third, err := o.city.MakeFeed(ctx, clerk)
	o.must(err)
	o.must(o.Close(ctx, auth.Operator(), clerk.Account, "left"))
	gone("of a closed account", third)
	for _, do := range []func() error{
		func() error { _, err := o.city.MakeFeed(ctx, auth.Operator()); return err }, func() error { return o.city.DropFeed(ctx, auth.Operator()) }, func() error { return o.city.SetDigest(ctx, auth.Operator(), true) },
	} {
		if err := do(); !errors.Is(err, fault.Forbidden) {
			t.Errorf("without an account: %v; want forbidden", err)
		}
	}
}
