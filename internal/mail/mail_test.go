package mail

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"shuren/internal/collect"
	"shuren/internal/fault"
)

var start = time.Date(2025, 11, 26, 4, 0, 0, 0, time.UTC)

// post is a real SMTP server that takes mail from whoever signs in.
type post struct {
	mu     sync.Mutex
	got    []string // whole messages
	users  []string // who signed in
	secure []bool
	refuse map[string][]*smtp.SMTPError // by recipient: what its next deliveries are answered
}

func (p *post) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, secure := c.TLSConnectionState()
	return &session{post: p, secure: secure}, nil
}

type session struct {
	post   *post
	user   string
	secure bool
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "bureau" || password != "correct" {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }

func (s *session) Mail(string, *smtp.MailOptions) error {
	if s.user == "" {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	if rest := s.post.refuse[to]; len(rest) > 0 {
		s.post.refuse[to] = rest[1:]
		return rest[0]
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.got, s.post.users, s.post.secure = append(s.post.got, string(b)), append(s.post.users, s.user), append(s.post.secure, s.secure)
	return err
}

// serve runs a server until the test ends.
func serve(t *testing.T, p *post, sec Security) (addr string, roots *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, _ := x509.ParseCertificate(der)
	roots = x509.NewCertPool()
	roots.AddCert(cert)
	conf := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}

	srv := smtp.NewServer(p)
	srv.Domain, srv.ErrorLog = "localhost", quiet{}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	switch sec {
	case StartTLS:
		srv.TLSConfig = conf
	case TLS:
		l = tls.NewListener(l, conf)
	case Plain:
		srv.AllowInsecureAuth = true
	}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return l.Addr().String(), roots
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}

// box is an outbox in memory.
type box struct{ mails []collect.Mail }

func (b *box) DueMail(_ context.Context, now time.Time, limit int) (out []collect.Mail, err error) {
	for _, m := range b.mails {
		if m.State == collect.MailWaiting && !m.Next.After(now) && len(out) < limit {
			out = append(out, m)
		}
	}
	return out, nil
}

func (b *box) SetMail(_ context.Context, m collect.Mail) error {
	i := slices.IndexFunc(b.mails, func(o collect.Mail) bool { return o.ID == m.ID })
	b.mails[i] = m
	return nil
}

func mailTo(to ...string) *box {
	b := &box{}
	for i, a := range to {
		b.mails = append(b.mails, collect.Mail{ID: fmt.Sprint("remind:", i), To: a, Subject: "已逾期：基础数据表\r\nBcc: all@example.org", Body: "请尽快报送。\n.\n完", State: collect.MailWaiting, Made: start, Next: start})
	}
	return b
}

func sender(t *testing.T, addr string, sec Security, roots *x509.CertPool, password string) *Sender {
	t.Helper()
	s, err := New(Config{Addr: addr, Security: sec, User: "bureau", Password: password, From: "教育局 <noreply@edu.example>", Timeout: 5 * time.Second, Roots: roots})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(d time.Duration) func() time.Time { return func() time.Time { return start.Add(d) } }

func TestDeliver(t *testing.T) {
	for _, sec := range []Security{StartTLS, TLS, Plain} {
		t.Run(string(sec), func(t *testing.T) {
			p := &post{}
			addr, roots := serve(t, p, sec)
			b := mailTo("a@example.org", "b@example.org")
			r, err := Deliver(context.Background(), b, sender(t, addr, sec, roots, "correct"), at(0))
			if err != nil || r != (Report{Sent: 2}) {
				t.Fatalf("%+v, %v", r, err)
			}
			if len(p.got) != 2 || p.users[0] != "bureau" || p.secure[0] != (sec != Plain) {
				t.Fatalf("the server got %d mails from %v, secure %v", len(p.got), p.users, p.secure)
			}
			m, err := netmail.ReadMessage(strings.NewReader(p.got[0]))
			if err != nil {
				t.Fatal(err)
			}
			if m.Header.Get("Bcc") != "" || m.Header.Get("Auto-Submitted") != "auto-generated" || !strings.HasSuffix(m.Header.Get("Message-ID"), "@edu.example>") {
				t.Errorf("headers %v", m.Header)
			}
			if b.mails[0].State != collect.MailSent || b.mails[0].Attempts != 1 || !b.mails[0].Done.Equal(start) {
				t.Errorf("noted: %+v", b.mails[0])
			}
			if r, err := Deliver(context.Background(), b, sender(t, addr, sec, roots, "correct"), at(time.Hour)); err != nil || r != (Report{}) {
				t.Errorf("a second delivery: %+v, %v", r, err)
			}
		})
	}
}

// A server that asks to wait is asked again, later and later; one that refuses
// for good is not.
func TestDeliverRefused(t *testing.T) {
	grey := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"}
	none := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such box"}
	p := &post{refuse: map[string][]*smtp.SMTPError{"a@example.org": {grey, grey}, "b@example.org": {none}}}
	addr, roots := serve(t, p, StartTLS)
	b := mailTo("a@example.org", "b@example.org", "c@example.org", "not an address")
	s := sender(t, addr, StartTLS, roots, "correct")
	for i, tt := range []struct {
		after time.Duration
		want  Report
	}{
		{0, Report{Sent: 1, Later: 1, Failed: 2}},
		{30 * time.Second, Report{}},
		{time.Minute, Report{Later: 1}},
		{4 * time.Minute, Report{}},
		{5 * time.Minute, Report{Sent: 1}},
		{24 * time.Hour, Report{}},
	} {
		if r, err := Deliver(context.Background(), b, s, at(tt.after)); err != nil || r != tt.want {
			t.Errorf("delivery %d, after %s: %+v, %v; want %+v", i+1, tt.after, r, err, tt.want)
		}
	}
	if m := b.mails[1]; m.State != collect.MailFailed || !strings.Contains(m.Error, "no such box") {
		t.Errorf("refused: %+v", m)
	}
	if len(p.got) != 2 {
		t.Errorf("the server took %d mails", len(p.got))
	}
}

func TestGivenUp(t *testing.T) {
	m, now := collect.Mail{State: collect.MailWaiting}, start
	for m.State == collect.MailWaiting {
		settle(&m, later, errors.New("busy"), now)
		if m.State == collect.MailWaiting && !m.Next.After(now) {
			t.Fatalf("after %d attempts the next is at %s", m.Attempts, m.Next)
		}
		now = m.Next
	}
	if m.State != collect.MailFailed || m.Attempts != maxAttempts || now.Sub(start) < 36*time.Hour || now.Sub(start) > 72*time.Hour {
		t.Errorf("%s after %d attempts in %s", m.State, m.Attempts, now.Sub(start))
	}
}

// What is wrong with the server or our way in costs no mail anything.
func TestServerOutOfReach(t *testing.T) {
	p := &post{}
	addr, roots := serve(t, p, StartTLS)
	plain, _ := serve(t, p, Plain)
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead.Close()
	for _, tt := range []struct {
		name string
		s    *Sender
	}{
		{"wrong password", sender(t, addr, StartTLS, roots, "wrong")},
		{"a certificate nobody vouches for", sender(t, addr, StartTLS, x509.NewCertPool(), "correct")},
		{"no TLS where TLS is wanted", sender(t, plain, StartTLS, roots, "correct")},
		{"nobody there", sender(t, dead.Addr().String(), StartTLS, roots, "correct")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := mailTo("a@example.org")
			if r, err := Deliver(context.Background(), b, tt.s, at(0)); err == nil || r != (Report{}) {
				t.Errorf("%+v, %v; want an error", r, err)
			} else if strings.Contains(err.Error(), "correct") || strings.Contains(err.Error(), "wrong") {
				t.Errorf("the error tells the password: %v", err)
			}
			if m := b.mails[0]; m.State != collect.MailWaiting || m.Attempts != 0 {
				t.Errorf("the mail: %+v", m)
			}
		})
	}
	if len(p.got) > 0 {
		t.Errorf("the server got %d mails", len(p.got))
	}
}

// A mail that goes out twice has the same Message-ID, so that the second is
// known for what it is.
func TestMessageIDIsStable(t *testing.T) {
	p := &post{}
	addr, roots := serve(t, p, StartTLS)
	s := sender(t, addr, StartTLS, roots, "correct")
	for range 2 { // cut off before it was noted
		if _, err := Deliver(context.Background(), mailTo("a@example.org"), s, at(0)); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for _, g := range p.got {
		m, err := netmail.ReadMessage(strings.NewReader(g))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.Header.Get("Message-ID"))
	}
	if len(ids) != 2 || ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("Message-IDs %v", ids)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []Config{
		{Addr: "smtp.example.org", From: "a@example.org"},
		{Addr: "smtp.example.org:x", From: "a@example.org"},
		{Addr: "smtp.example.org:25", From: "nobody"},
		{Addr: "smtp.example.org:25", From: "a@example.org", Security: Plain},
		{Addr: "smtp.example.org:25", From: "a@example.org", Security: "ssl"},
	} {
		if _, err := New(c); !errors.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v; want invalid", c, err)
		}
	}
}
