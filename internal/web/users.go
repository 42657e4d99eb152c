package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// The accounts as two administrators see them: the system administrator makes,
// closes and recovers them, the security administrator grants roles and
// unlocks. Nobody does both, so neither can make an account and give it power.

const usersPerPage = 50

type usersPage struct {
	Shell
	Keeps        bool // the system administrator's page; otherwise the security administrator's
	Base         string
	Q, Unit      string
	Role         string
	Roles        []Choice
	Filtered     bool
	Rows         []userLine
	Found        string
	Pages        []Choice
	Prev, Next   string
	Said, Failed string
}

type userLine struct {
	ID, Login, Name, Unit, Roles, LastIn string
	State                                Lamp
}

// accountsPage lists accounts for who keeps them, rolesPage for who grants roles.
func (s *Server) accountsPage(w http.ResponseWriter, r *request) error { return s.users(w, r, true) }
func (s *Server) rolesPage(w http.ResponseWriter, r *request) error    { return s.users(w, r, false) }

func usersBase(keeps bool) string {
	if keeps {
		return "/admin/accounts"
	}
	return "/admin/roles"
}

func (s *Server) users(w http.ResponseWriter, r *request, keeps bool) error {
	p := usersPage{Keeps: keeps, Base: usersBase(keeps), Q: strings.TrimSpace(r.query.Get("q")), Unit: strings.TrimSpace(r.query.Get("unit")), Role: r.query.Get("role")}
	section, title := "roles", r.T("roles.title")
	if keeps {
		section, title = "accounts", r.T("accounts.title")
	}
	p.Shell = s.shell(r, title, section)
	f := auth.AccountFilter{Query: p.Q, Role: auth.Role(p.Role), Limit: usersPerPage}
	if p.Role != "" && !slices.Contains(auth.Roles, f.Role) {
		return fmt.Errorf("role %q: %w", p.Role, fault.Invalid)
	}
	if p.Unit != "" {
		id, why, err := s.oneUnit(r, p.Unit, keeps)
		if err != nil {
			return err
		}
		if f.Unit = id; why != "" {
			p.Failed = why
		}
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	f.Offset = (page - 1) * usersPerPage
	var list []auth.Account
	total := 0
	if p.Failed == "" {
		if list, total, err = s.accounts.List(r.Context(), r.who, f); err != nil {
			return fmt.Errorf("list accounts: %w", err)
		}
	}
	for _, a := range list {
		l := userLine{ID: a.ID, Login: a.Login, Name: a.Name, Unit: s.unitLabel(r, a.Unit), Roles: r.roleWords(a.Grants), State: s.state(r, a), LastIn: r.T("accounts.never")}
		if !a.LastIn.IsZero() {
			l.LastIn = r.Minute(a.LastIn.In(collect.China))
		}
		p.Rows = append(p.Rows, l)
	}
	for _, role := range auth.Roles {
		p.Roles = append(p.Roles, Choice{Link{r.Role(role), string(role)}, string(role) == p.Role})
	}
	p.Filtered = p.Q+p.Unit+p.Role != ""
	p.Found = r.T("accounts.found", total)
	p.Pages, p.Prev, p.Next = r.pager(page, (total+usersPerPage-1)/usersPerPage)
	return s.render(w, r, "users.html", p)
}

// pageOf is the page of a list that the address names, from 1.
func pageOf(r *request) (int, error) { return pageBy(r, "page") }

// pageBy is the page of a list that has its own parameter, as a second one of a page.
func pageBy(r *request, param string) (int, error) {
	text := r.query.Get(param)
	if text == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1_000_000 {
		return 0, fmt.Errorf("page %q: %w", text, fault.Invalid)
	}
	return n, nil
}

// pagesOf is how many pages a list has, one at least.
func pagesOf(rows, size int) int { return max(1, (rows+size-1)/size) }

// onPage is a page of a list.
func onPage[T any](list []T, page, size int) []T {
	from := min((page-1)*size, len(list))
	return list[from:min(from+size, len(list))]
}

// pager links the pages of a list: the first, the last, and those near.
func (r *request) pager(page, pages int) (out []Choice, prev, next string) {
	return r.pagerBy("page", page, pages)
}

func (r *request) pagerBy(param string, page, pages int) (out []Choice, prev, next string) {
	if pages < 2 {
		return nil, "", ""
	}
	href := func(n int) string { return r.here(param, strconv.Itoa(n), "did", "") }
	gap := false
	for n := 1; n <= pages; n++ {
		if n > 1 && n < pages && (n < page-2 || n > page+2) {
			gap = true
			continue
		}
		if gap {
			out, gap = append(out, Choice{Link{"…", ""}, false}), false
		}
		out = append(out, Choice{Link{strconv.Itoa(n), href(n)}, n == page})
	}
	if page > 1 {
		prev = href(page - 1)
	}
	if page < pages {
		next = href(page + 1)
	}
	return out, prev, next
}

// state is how an account stands.
func (s *Server) state(r *request, a auth.Account) Lamp {
	switch {
	case a.Closed:
		return Lamp{"n", r.T("accounts.closed"), ""}
	case a.LockedUntil.After(s.now()):
		return Lamp{"r", r.T("accounts.locked"), r.Minute(a.LockedUntil.In(collect.China))}
	case len(a.Grants) == 0:
		return Lamp{"y", r.T("accounts.norole"), ""}
	case a.LastIn.IsZero():
		return Lamp{"n", r.T("accounts.unused"), ""}
	}
	return Lamp{"g", r.T("accounts.open"), ""}
}

// oneUnit finds the unit that an administrator typed, within reach; why says in
// words that there is none, or several.
func (s *Server) oneUnit(r *request, typed string, keeps bool) (id edu.UnitID, why string, err error) {
	t, err := s.tree(r)
	if err != nil {
		return "", "", err
	}
	reach := r.who.Reach(auth.GrantRoles)
	if keeps {
		reach = r.who.Reach(auth.KeepUsers)
	}
	switch found := findUnit(t, reach, typed); len(found) {
	case 0:
		return "", r.T("accounts.unit.none", typed), nil
	case 1:
		return t.Nodes[found[0]].Unit.ID, "", nil
	default:
		var keys []string
		for _, i := range found[:min(5, len(found))] {
			keys = append(keys, t.Nodes[i].Key)
		}
		return "", r.T("accounts.unit.many", typed, r.List(keys)), nil
	}
}

// findAccount gives an account that the administrator may see.
func (s *Server) findAccount(r *request) (auth.Account, error) {
	id := r.PathValue("account")
	const step = 1000
	for from := 0; ; from += step {
		list, total, err := s.accounts.List(r.Context(), r.who, auth.AccountFilter{Offset: from, Limit: step})
		if err != nil {
			return auth.Account{}, fmt.Errorf("list accounts: %w", err)
		}
		for _, a := range list {
			if a.ID == id {
				return a, nil
			}
		}
		if from+step >= total {
			return auth.Account{}, fmt.Errorf("account %s: %w", id, fault.NotFound)
		}
	}
}

type userPage struct {
	Shell
	Keeps  bool
	Base   string // of this account's forms
	ID     string
	State  Lamp
	Closed bool
	Locked bool
	Facts  []Fact
	Grants []grantLine
	Roles  []Choice
	Units  []Choice // to choose from, of the upper levels
	Unit   string
	Slip   *slip
	Links  bool // there is an identity provider to tie the account to
	Linked bool
	Said   string
	Error  string
}

type grantLine struct{ Role, Where, Key, Unit string }

// slip is a one-time code, shown once, to be printed and handed over.
type slip struct {
	Name, Login, Unit, Code, Until, Where string
}

func (s *Server) accountPage(w http.ResponseWriter, r *request) error {
	return s.user(w, r, true, userPage{})
}
func (s *Server) rolePage(w http.ResponseWriter, r *request) error {
	return s.user(w, r, false, userPage{})
}

func (s *Server) user(w http.ResponseWriter, r *request, keeps bool, p userPage) error {
	a, err := s.findAccount(r)
	if err != nil {
		return err
	}
	section, up := "roles", Link{r.T("roles.title"), "/admin/roles"}
	if keeps {
		section, up = "accounts", Link{r.T("accounts.title"), "/admin/accounts"}
	}
	p.Shell = s.shell(r, a.Name, section, up)
	p.Keeps, p.Base, p.ID, p.State, p.Closed, p.Locked = keeps, usersBase(keeps)+"/"+a.ID, a.ID, s.state(r, a), a.Closed, a.LockedUntil.After(s.now())
	p.Facts = []Fact{
		{Term: r.T("signin.login"), Text: a.Login, Code: true}, {Term: r.T("accounts.unit"), Text: s.unitLabel(r, a.Unit)},
		{Term: r.T("accounts.made"), Text: r.Day(a.Made.In(collect.China))}, {Term: r.T("accounts.last"), Text: r.T("accounts.never")},
		{Term: r.T("totp.title"), Text: r.T("totp.off")},
	}
	if !a.LastIn.IsZero() {
		p.Facts[3].Text = r.Minute(a.LastIn.In(collect.China))
	}
	if a.TOTP {
		p.Facts[4].Text = r.T("totp.on")
	}
	if a.Phone != "" && keeps {
		if err := s.noteRead(r, "telephone number of the account "+a.ID, a.Unit); err != nil {
			return err
		}
		p.Facts = append(p.Facts, Fact{Term: r.T("accounts.phone"), Text: a.Phone})
	}
	if p.Linked, p.Links = a.Issuer != "", s.oidc != nil; p.Linked {
		p.Facts = append(p.Facts, Fact{Term: r.T("account.linked"), Text: a.Issuer})
	}
	for _, g := range a.Grants {
		p.Grants = append(p.Grants, grantLine{r.Role(g.Role), s.unitOf(r, g), string(g.Role), string(g.Unit)})
	}
	for _, role := range auth.Roles {
		p.Roles = append(p.Roles, Choice{Link{r.Role(role), string(role)}, false})
	}
	p.Units = s.upperUnits(r, r.who.Reach(auth.GrantRoles))
	if t, err := s.tree(r); err == nil {
		if i := t.Find(a.Unit); i >= 0 {
			p.Unit = t.Nodes[i].Key
		}
	}
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "user.html", p)
}

// upperUnits are the units to choose from by name; schools are typed by code,
// there are thousands.
func (s *Server) upperUnits(r *request, reach auth.Reach) []Choice {
	t, err := s.tree(r)
	if err != nil {
		return nil
	}
	var out []Choice
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Unit.Level <= edu.County && within(t, reach, i) && len(out) < maxScope {
			out = append(out, Choice{Link{r.Text(n.Name), n.Key}, false})
		}
	}
	return out
}

// act does something to the account of the address and shows it again.
func (s *Server) act(w http.ResponseWriter, r *request, keeps bool, do func(id string) (userPage, error)) error {
	if err := r.parse(); err != nil {
		return err
	}
	a, err := s.findAccount(r)
	if err != nil {
		return err
	}
	p, err := do(a.ID)
	if err != nil {
		if why := r.why(err); why != "" && !errors.Is(err, auth.ErrRefused) {
			return s.user(w, r, keeps, userPage{Error: why})
		}
		return err
	}
	return s.user(w, r, keeps, p)
}

func (s *Server) recovery(w http.ResponseWriter, r *request) error {
	return s.act(w, r, true, func(id string) (userPage, error) {
		code, until, err := s.accounts.RecoveryCode(r.Context(), r.who, id)
		if err != nil {
			return userPage{}, err
		}
		a, err := s.findAccount(r)
		return userPage{Slip: s.slipOf(r, a, code, until)}, err
	})
}

func (s *Server) slipOf(r *request, a auth.Account, code string, until time.Time) *slip {
	scheme := "http"
	if s.proxies.secure(r.Request) {
		scheme = "https"
	}
	out := &slip{a.Name, a.Login, s.unitLabel(r, a.Unit), code, "", scheme + "://" + r.Host + "/recover"}
	if !until.IsZero() {
		out.Until = r.Minute(until.In(collect.China))
	}
	return out
}

func (s *Server) closeAccount(w http.ResponseWriter, r *request) error {
	return s.act(w, r, true, func(id string) (userPage, error) {
		reason := strings.TrimSpace(r.PostFormValue("reason"))
		if reason == "" {
			return userPage{Error: r.T("accounts.reason.wanted")}, nil
		}
		return userPage{Said: r.T("accounts.did.close")}, s.accounts.Close(r.Context(), r.who, id, reason)
	})
}

// linker ties an account to an identity; flow's accounts do.
type linker interface {
	Link(ctx context.Context, who auth.Actor, id, issuer, subject string) error
}

// linkAccount ties an account to an identity of the provider, or loosens it
// where no subject is given.
func (s *Server) linkAccount(w http.ResponseWriter, r *request) error {
	return s.act(w, r, true, func(id string) (userPage, error) {
		l, ok := s.accounts.(linker)
		if !ok || s.oidc == nil {
			return userPage{}, fmt.Errorf("identity provider: %w", fault.NotFound)
		}
		subject := strings.TrimSpace(r.PostFormValue("subject"))
		if subject == "" {
			return userPage{Said: r.T("accounts.did.unlink")}, l.Link(r.Context(), r.who, id, "", "")
		}
		return userPage{Said: r.T("account.did.linked")}, l.Link(r.Context(), r.who, id, s.oidc.cfg.Issuer, subject)
	})
}

func (s *Server) grantRole(w http.ResponseWriter, r *request) error {
	return s.act(w, r, false, func(id string) (userPage, error) {
		g := auth.Grant{Role: auth.Role(r.PostFormValue("role")), Whole: r.PostFormValue("whole") != ""}
		if !g.Whole {
			unit, why, err := s.oneUnit(r, r.PostFormValue("unit"), false)
			if err != nil || why != "" {
				return userPage{Error: why}, err
			}
			g.Unit = unit
		}
		return userPage{Said: r.T("roles.did.grant", r.Role(g.Role), s.unitOf(r, g))}, s.accounts.Grant(r.Context(), r.who, id, g)
	})
}

func (s *Server) revokeRole(w http.ResponseWriter, r *request) error {
	return s.act(w, r, false, func(id string) (userPage, error) {
		g := auth.Grant{Role: auth.Role(r.PostFormValue("role")), Unit: edu.UnitID(r.PostFormValue("unit"))}
		g.Whole = g.Unit == ""
		return userPage{Said: r.T("roles.did.revoke", r.Role(g.Role), s.unitOf(r, g))}, s.accounts.Revoke(r.Context(), r.who, id, g)
	})
}

func (s *Server) unlock(w http.ResponseWriter, r *request) error {
	return s.act(w, r, false, func(id string) (userPage, error) {
		return userPage{Said: r.T("roles.did.unlock")}, s.accounts.Unlock(r.Context(), r.who, id)
	})
}

type newUserPage struct {
	Shell
	Login, Name, Unit, Phone string
	Units                    []Choice
	Slip                     *slip
	Error                    string
}

func (s *Server) newAccount(w http.ResponseWriter, r *request) error {
	return s.askNew(w, r, newUserPage{})
}

func (s *Server) askNew(w http.ResponseWriter, r *request, p newUserPage) error {
	p.Shell = s.shell(r, r.T("accounts.new"), "accounts", Link{r.T("accounts.title"), "/admin/accounts"})
	p.Units = s.upperUnits(r, r.who.Reach(auth.KeepUsers))
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "newuser.html", p)
}

// makeAccount makes an account without a role, and shows its one-time code.
func (s *Server) makeAccount(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	value := func(key string) string { return strings.TrimSpace(r.PostFormValue(key)) }
	p := newUserPage{Login: value("login"), Name: value("name"), Unit: value("unit"), Phone: value("phone")}
	fail := func(why string) error { p.Error = why; return s.askNew(w, r, p) }
	if p.Login == "" || p.Name == "" {
		return fail(r.T("accounts.wanted"))
	}
	a := auth.Account{Login: p.Login, Name: p.Name, Phone: p.Phone}
	if p.Unit != "" || !r.who.Reach(auth.KeepUsers).Whole {
		id, why, err := s.oneUnit(r, p.Unit, true)
		if err != nil {
			return err
		}
		if why != "" {
			return fail(why)
		}
		a.Unit = id
	}
	made, code, err := s.accounts.Make(r.Context(), r.who, a)
	if err != nil {
		return s.orSay(err, fail, r)
	}
	return s.askNew(w, r, newUserPage{Slip: s.slipOf(r, made, code, s.now().Add(s.accounts.Policy(r.Context()).CodeFor))})
}
