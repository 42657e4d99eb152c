// Package mail delivers what the outbox holds over SMTP.
//
// Delivery is at least once: a mail is noted as sent after the server took it,
// so one that is cut off in between goes out again, under the same Message-ID. A
// mail that a server refuses for good is given up and says why; a server that
// cannot be reached costs no mail anything.
package mail

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"shuren/internal/collect"
	"shuren/internal/fault"
)

// Security is how the connection to the server is kept secret.
type Security string

const (
	StartTLS Security = "starttls" // begins in the clear, then TLS or nothing
	TLS      Security = "tls"      // TLS from the first byte
	Plain    Security = "plain"    // none: only to a server on this machine
)

// Config says where mail goes.
type Config struct {
	Addr     string // HOST:PORT
	Security Security
	User     string // no user: no sign-in
	Password string
	From     string // "教育局 <noreply@edu.example>"
	Timeout  time.Duration
	Roots    *x509.CertPool // who vouches for the server; nil is the system's
}

// Sender sends mails through one server.
type Sender struct {
	client *gomail.Client
	from   *mail.Address
	addr   string
}

// New checks a configuration. It does not connect.
func New(c Config) (*Sender, error) {
	bad := func(format string, args ...any) (*Sender, error) {
		return nil, fmt.Errorf("mail: "+format+": %w", append(args, fault.Invalid)...)
	}
	host, port, err := net.SplitHostPort(c.Addr)
	n, err2 := strconv.Atoi(port)
	if err != nil || err2 != nil || host == "" || n < 1 || n > 65535 {
		return bad("server %q: want HOST:PORT, such as smtp.edu.example:587", c.Addr)
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return bad("sender %q: want an address such as noreply@edu.example", c.From)
	}
	opts := []gomail.Option{gomail.WithPort(n), gomail.WithTimeout(cmp.Or(c.Timeout, 30*time.Second)),
		gomail.WithTLSConfig(&tls.Config{ServerName: host, RootCAs: c.Roots, MinVersion: tls.VersionTLS12})}
	switch c.Security {
	case StartTLS, "":
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	case TLS:
		opts = append(opts, gomail.WithSSL())
	case Plain:
		if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return bad("server %q: without TLS only a server on this machine", c.Addr)
		}
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		return bad("security %q: want starttls, tls or plain", c.Security)
	}
	if c.User != "" {
		auth := gomail.SMTPAuthAutoDiscover
		if c.Security == Plain {
			auth = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(auth), gomail.WithUsername(c.User), gomail.WithPassword(c.Password))
	}
	client, err := gomail.NewClient(host, opts...)
	if err != nil {
		return bad("%v", err)
	}
	return &Sender{client: client, from: from, addr: c.Addr}, nil
}

// compose makes the message of a mail. An address that is none is the mail's
// own fault.
func (s *Sender) compose(m collect.Mail) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return nil, err
	}
	msg.Subject(strings.Join(strings.Fields(m.Subject), " "))
	sum := sha256.Sum256([]byte(m.ID))
	_, domain, _ := strings.Cut(s.from.Address, "@")
	msg.SetMessageIDWithValue(hex.EncodeToString(sum[:16]) + "@" + domain)
	msg.SetDateWithValue(m.Made)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	return msg, nil
}

// verdict is what a server's answer means for a mail.
type verdict int

const (
	sent   verdict = iota
	later          // try again
	never          // refused for good
	broken         // the connection is gone: it says nothing about the mail
)

func judge(err error) verdict {
	if err == nil {
		return sent
	}
	var e *gomail.SendError
	if !errors.As(err, &e) {
		return broken
	}
	switch code := e.ErrorCode(); {
	case code >= 500 && code < 600:
		return never
	case code >= 400 && code < 500 && code != 421:
		return later
	}
	return broken
}

// Box is where the mails are kept.
type Box interface {
	DueMail(ctx context.Context, now time.Time, limit int) ([]collect.Mail, error)
	SetMail(ctx context.Context, m collect.Mail) error
}

// Report says what a delivery did.
type Report struct {
	Sent, Later, Failed int
}

// batch is how many mails one connection carries at most.
const batch = 100

// Deliver sends what is due. The error says that the server could not be
// reached, or would not let us in: what was not tried yet stays as it is.
func Deliver(ctx context.Context, box Box, s *Sender, clock func() time.Time) (r Report, err error) {
	due, err := box.DueMail(ctx, clock(), batch)
	if err != nil || len(due) == 0 {
		return r, err
	}
	if err := s.client.DialWithContext(ctx); err != nil {
		return r, fmt.Errorf("mail server %s: %w", s.addr, err)
	}
	defer s.client.Close() // what was sent was noted already
	for _, m := range due {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		msg, err := s.compose(m)
		v := never
		if err == nil {
			err = s.client.Send(msg)
			v = judge(err)
		}
		settle(&m, v, err, clock())
		switch {
		case v == sent:
			r.Sent++
		case m.State == collect.MailFailed:
			r.Failed++
		default:
			r.Later++
		}
		if err := box.SetMail(context.WithoutCancel(ctx), m); err != nil {
			return r, err
		}
		if v == broken {
			return r, fmt.Errorf("mail server %s: %w", s.addr, err)
		}
	}
	return r, nil
}

// maxAttempts is when a mail is given up: after about two days.
const maxAttempts = 12

// settle notes on a mail what became of it.
func settle(m *collect.Mail, v verdict, err error, now time.Time) {
	m.Attempts++
	m.Error = ""
	if err != nil {
		m.Error = clip(err.Error(), 300)
	}
	switch {
	case v == sent:
		m.State, m.Done = collect.MailSent, now
	case v == never || m.Attempts >= maxAttempts:
		m.State, m.Done = collect.MailFailed, now
	default:
		m.Next = now.Add(backOff(m.Attempts))
	}
}

// backOff is how long to wait after a number of attempts: a minute, four, a
// quarter of an hour, an hour, then every six hours.
func backOff(attempts int) time.Duration {
	d := time.Minute
	for range attempts - 1 {
		if d *= 4; d > 6*time.Hour {
			return 6 * time.Hour
		}
	}
	return d
}

func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
