package web

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
)

type accountPage struct {
	Shell
	Login   string
	Facts   []Fact
	TOTP    bool
	Must    bool // the role must have a second factor
	Tokens  []tokenLine
	Days    []int
	Secret  string // a new key, shown once
	Said    string
	Error   string
	Linked  string
	Link    string // the label of the button that ties the account to a provider
	Longest int
	Todos   *todoSettings
	FeedURL string // the new address of the calendar, shown once
}

type tokenLine struct{ ID, Label, Made, Until, Used string }

// tokenDays are the lives that a new key can have.
var tokenDays = []int{30, 90, 180, 365}

// account is what a person does with the own account.
func (s *Server) account(w http.ResponseWriter, r *request) error {
	return s.showAccount(w, r, accountPage{Said: r.said()})
}

// said is what the page before did, in words.
func (r *request) said() string {
	switch r.query.Get("did") {
	case "password":
		return r.T("account.did.password")
	case "totp":
		return r.T("account.did.totp")
	case "untotp":
		return r.T("account.did.untotp")
	case "key":
		return r.T("account.did.key")
	case "linked":
		return r.T("account.did.linked")
	case "digest":
		return r.T("todo.did.digest")
	case "undigest":
		return r.T("todo.did.undigest")
	case "unfeed":
		return r.T("todo.did.unfeed")
	}
	return ""
}

func (s *Server) showAccount(w http.ResponseWriter, r *request, p accountPage) error {
	if r.session == nil {
		return away{"/"}
	}
	a := r.session.Account
	p.Shell, p.Login, p.TOTP, p.Days = s.shell(r, r.T("account.title"), "account"), a.Login, a.TOTP, tokenDays
	p.Facts = []Fact{{Term: r.T("account.name"), Text: a.Name}, {Term: r.T("signin.login"), Text: a.Login, Code: true}}
	for _, g := range a.Grants {
		p.Facts = append(p.Facts, Fact{Term: r.T("account.role"), Text: r.Role(g.Role) + " · " + s.unitOf(r, g)})
	}
	p.Facts = append(p.Facts, Fact{Term: r.T("account.began"), Text: r.Minute(r.session.Began.In(collect.China))})
	if !r.session.Ends.IsZero() {
		p.Facts = append(p.Facts, Fact{Term: r.T("account.ends"), Text: r.T("account.ends.text", r.Minute(r.session.Ends.In(collect.China)), int(s.accounts.Policy(r.Context()).Idle.Minutes()))})
	}
	if a.Issuer != "" {
		p.Linked = a.Issuer
	} else if s.links() {
		p.Link = s.oidc.label(r.locale)
	}
	tokens, err := s.accounts.Tokens(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("keys of an account: %w", err)
	}
	for _, t := range tokens {
		l := tokenLine{t.ID, t.Label, r.Day(t.Made.In(collect.China)), r.Day(t.Until.In(collect.China)), r.T("account.key.never")}
		if !t.Used.IsZero() {
			l.Used = r.Minute(t.Used.In(collect.China))
		}
		p.Tokens = append(p.Tokens, l)
	}
	if p.Todos, err = s.todoSettings(r); err != nil {
		return err
	}
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "account.html", p)
}

// makeKey makes a key for a program. It is shown once, on this page.
func (s *Server) makeKey(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	days, err := strconv.Atoi(r.PostFormValue("days"))
	label := strings.TrimSpace(r.PostFormValue("label"))
	if err != nil || !slices.Contains(tokenDays, days) || label == "" || len(label) > 120 {
		return s.showAccount(w, r, accountPage{Error: r.T("account.key.wrong")})
	}
	if r.keyed {
		return forbidden("a key that makes keys")
	}
	key, err := s.accounts.MakeToken(r.Context(), r.who, label, days)
	if err != nil {
		return s.orSay(err, func(why string) error { return s.showAccount(w, r, accountPage{Error: why}) }, r)
	}
	return s.showAccount(w, r, accountPage{Secret: key})
}

func (s *Server) dropKey(_ http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	if err := s.accounts.DropToken(r.Context(), r.who, r.PostFormValue("key")); err != nil && !errors.Is(err, fault.NotFound) {
		return fmt.Errorf("drop a key: %w", err)
	}
	return away{"/account?did=key"}
}

// orSay shows an error that has words for the person on the page it belongs to;
// any other goes up.
func (s *Server) orSay(err error, show func(why string) error, r *request) error {
	if why := r.why(err); why != "" {
		return show(why)
	}
	return err
}

// why is what an error says to the person; empty where it says nothing.
func (r *request) why(err error) string {
	if said, ok := errors.AsType[interface {
		error
		In(lang string) string
	}](err); ok {
		return said.In(r.Lang())
	}
	switch {
	case errors.Is(err, auth.ErrCode):
		return r.T("signin.code.wrong")
	case errors.Is(err, auth.ErrRefused):
		return r.T("account.refused")
	case errors.Is(err, fault.Conflict):
		return r.T("error.conflict")
	}
	return ""
}

type passwordPage struct {
	Shell
	Must   bool
	Policy []string
	Min    int
	Error  string
	Login  string
}

// rules state what a password must be.
func (r *request) rules(p auth.Policy) []string {
	out := []string{r.T("password.length", p.MinLength), r.T("password.classes", p.Classes)}
	if p.HistorySize > 0 {
		out = append(out, r.T("password.history", p.HistorySize))
	}
	return append(out, r.T("password.name"))
}

func (s *Server) passwordPage(w http.ResponseWriter, r *request) error {
	return s.askPassword(w, r, "")
}

func (s *Server) askPassword(w http.ResponseWriter, r *request, why string) error {
	if r.session == nil {
		return away{"/"}
	}
	policy := s.accounts.Policy(r.Context())
	p := passwordPage{Shell: s.shell(r, r.T("password.title"), "account", Link{r.T("account.title"), "/account"}), Must: s.owes(r) == "/account/password", Policy: r.rules(policy), Min: policy.MinLength, Error: why, Login: r.session.Account.Login}
	if p.Must {
		p.Crumbs = nil
	}
	status := http.StatusOK
	if why != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "password.html", p)
}

// changePassword takes the old password and the new one twice.
func (s *Server) changePassword(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	next := r.PostFormValue("new")
	if next != r.PostFormValue("again") {
		return s.askPassword(w, r, r.T("password.differ"))
	}
	if err := s.accounts.ChangePassword(r.Context(), r.who, r.PostFormValue("old"), next); err != nil {
		return s.orSay(err, func(why string) error {
			if errors.Is(err, auth.ErrRefused) {
				why = r.T("password.old.wrong")
			}
			return s.askPassword(w, r, why)
		}, r)
	}
	// A new session, so that whoever knew the old secret is out. Where the
	// accounts have ended this one too, the sign-in page says why.
	if _, err := s.accounts.Session(r.Context(), r.secret); err != nil {
		return away{"/sign-in?why=changed"}
	}
	return away{"/account?did=password"}
}

type totpPage struct {
	Shell
	Must   bool
	On     bool
	Begun  bool
	QR     template.HTML
	Secret string
	Error  string
}

func (s *Server) totpPage(w http.ResponseWriter, r *request) error {
	return s.askTOTP(w, r, totpPage{})
}

func (s *Server) askTOTP(w http.ResponseWriter, r *request, p totpPage) error {
	if r.session == nil {
		return away{"/"}
	}
	p.Shell = s.shell(r, r.T("totp.title"), "account", Link{r.T("account.title"), "/account"})
	p.Must, p.On = s.owes(r) == "/account/totp", r.session.Account.TOTP
	if p.Must {
		p.Crumbs = nil
	}
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "totp.html", p)
}

// changeTOTP sets the second factor up: begin shows a code to scan, confirm
// takes the first number from the phone; drop switches it off.
func (s *Server) changeTOTP(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	again := func(begun bool) func(string) error {
		return func(why string) error { return s.askTOTP(w, r, totpPage{Begun: begun, Error: why}) }
	}
	switch r.PostFormValue("do") {
	case "begin":
		secret, uri, err := s.accounts.BeginTOTP(r.Context(), r.who)
		if err != nil {
			return s.orSay(err, again(false), r)
		}
		code, err := picture(uri, r.T("totp.qr"))
		if err != nil {
			return fmt.Errorf("QR code: %w", err)
		}
		return s.askTOTP(w, r, totpPage{Begun: true, QR: code, Secret: grouped(secret)})
	case "confirm":
		if err := s.accounts.ConfirmTOTP(r.Context(), r.who, digitsOf(r.PostFormValue("code"))); err != nil {
			return s.orSay(err, again(true), r)
		}
		s.keep(w, r.Request, codeName, "1", 365*24*time.Hour)
		return away{"/account?did=totp"}
	case "drop":
		if err := s.accounts.DropTOTP(r.Context(), r.who, r.PostFormValue("password")); err != nil {
			return s.orSay(err, again(false), r)
		}
		return away{"/account?did=untotp"}
	}
	return fmt.Errorf("second factor: %w", fault.Invalid)
}

// picture draws a QR code as SVG: rows of dark cells as one path.
func picture(text, says string) (template.HTML, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return "", err
	}
	const edge = 4 // the quiet zone that readers need
	var d strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			n := 0
			for x+n < code.Size && code.Black(x+n, y) {
				n++
			}
			if n > 0 {
				fmt.Fprintf(&d, "M%d %dh%dv1h-%dz", x+edge, y+edge, n, n)
				x += n
			}
		}
	}
	size := code.Size + 2*edge
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="%s" shape-rendering="crispEdges"><path d="%s"/></svg>`,
		size, size, template.HTMLEscapeString(says), d.String())), nil
}

// grouped is a secret in groups of four, for typing.
func grouped(s string) string {
	var parts []string
	for ; len(s) > 4; s = s[4:] {
		parts = append(parts, s[:4])
	}
	return strings.Join(append(parts, s), " ")
}
