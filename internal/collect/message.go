package collect

import (
	"time"

	"shuren/internal/edu"
)

// Message tells an account something. It is shown on the page of messages; one
// who has an address gets it as a Mail too.
type Message struct {
	Account string
	ID      string // what it is about: telling the same again does nothing
	At      time.Time
	Kind    string // "remind", "return", …
	Title   edu.Text
	Body    edu.Text
	Link    string // page of this system, "/papers/…"
	Read    time.Time
}

// Inbox is one page of an account's messages, the newest first.
type Inbox struct {
	List   []Message
	Total  int
	Unread int
}

// MailState is how far a mail has come.
type MailState string

const (
	MailWaiting MailState = "waiting"
	MailSent    MailState = "sent"
	MailFailed  MailState = "failed" // given up
)

// Mail is a message that leaves the system. It names no pupil and no figure of
// one: whoever wants to know more signs in.
type Mail struct {
	ID       string // of the message and its account
	To       string
	Subject  string
	Body     string
	State    MailState
	Attempts int
	Made     time.Time
	Next     time.Time // not before this time
	Done     time.Time // when it was sent or given up
	Error    string    // of the last attempt
}
