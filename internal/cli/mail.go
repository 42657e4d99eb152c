package cli

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/mail"
)

// mailFlags say by which server mails go out; without them they wait in the
// outbox, and people read them on the page of messages.
type mailFlags struct {
	SMTP             string `name:"smtp" help:"Mail server for reminders, HOST:PORT; without it they are read on the pages only." placeholder:"ADDR"`
	SMTPSecurity     string `name:"smtp-security" help:"starttls, tls, or plain (only to this machine)." enum:"starttls,tls,plain" default:"starttls"`
	SMTPUser         string `name:"smtp-user" help:"Who signs in at the mail server." placeholder:"NAME"`
	SMTPPasswordFile string `name:"smtp-password-file" help:"File with the password; otherwise SHUREN_SMTP_PASSWORD has it." placeholder:"FILE"`
	SMTPFrom         string `name:"smtp-from" help:"Sender of the mails: 'Bureau <noreply@edu.example>'." placeholder:"ADDRESS"`
	Site             string `help:"Address of these pages as people reach it, for links in mails." placeholder:"URL"`
}

// sender is the mail server, nil where none is named.
func (f mailFlags) sender() (*mail.Sender, error) {
	if f.SMTP == "" {
		return nil, nil
	}
	if f.SMTPFrom == "" {
		return nil, fmt.Errorf("--smtp wants --smtp-from: %w", fault.Invalid)
	}
	password, err := secretOf("SHUREN_SMTP_PASSWORD", "--smtp-password-file", f.SMTPPasswordFile)
	if err != nil {
		return nil, err
	}
	return mail.New(mail.Config{Addr: f.SMTP, Security: mail.Security(f.SMTPSecurity), User: f.SMTPUser, Password: password, From: f.SMTPFrom})
}

// tick does what is due from minute to minute until the context ends.
func (a *app) tick(ctx context.Context, city *flow.City, sender *mail.Sender, site string) error {
	var id [8]byte
	rand.Read(id[:])
	t := &flow.Ticker{
		City: city, Holder: hex.EncodeToString(id[:]), Mail: sender, Site: site, Now: time.Now,
		Waiting:   city.Waiting,
		Fillers:   city.Fillers,
		Escalate:  flow.NewOffice(city, site).Escalate,
		Hazards:   flow.NewOffice(city, site).Safety().EscalateDue,
		Retention: flow.NewRetention(city, site).Remind,
		Warnings:  city.Warnings().Weekly,
		Reports:   city.Gallery().RunDue,
		Ahead:     city.Ahead,
	}
	return t.Run(ctx, time.Minute, func(err error) {
		if !errors.Is(err, context.Canceled) {
			fmt.Fprintln(a.Err, "shuren:", err)
		}
	})
}

// secretOf is a secret from the environment, or from a file where a flag names
// one. It is never a flag itself: the list of processes shows flags.
func secretOf(env, flag, file string) (string, error) {
	if file == "" {
		return os.Getenv(env), nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flag, err)
	}
	return strings.TrimSpace(string(b)), nil
}
