package web

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
)

// AuditLog is the log of what was done, for audit administrators to read. Nobody
// can write it here. flow implements it.
type AuditLog interface {
	// AuditLog lists records within reach, the newest first, and how many there are.
	AuditLog(ctx context.Context, who auth.Actor, f audit.Filter) ([]audit.Record, int, error)
	// AccountNames names the accounts in the records, by id.
	AccountNames(ctx context.Context, who auth.Actor) (map[string]string, error)
	// ExportAudit passes the whole log by, and notes that it did.
	ExportAudit(ctx context.Context, who auth.Actor, visit func(audit.Record) error) error
	// Verify checks every chain whole and tells what is wrong.
	Verify(ctx context.Context, who auth.Actor) (records int64, problems []audit.Problem, err error)
	// LogRead notes that personal data were shown or sent.
	LogRead(ctx context.Context, who auth.Actor, what string, unit edu.UnitID) error
}

// noteRead notes in the log that personal data go out with this answer. Where
// they cannot be noted they are not shown.
func (s *Server) noteRead(r *request, what string, unit edu.UnitID) error {
	if s.audit == nil {
		return nil // one person at the machine
	}
	if err := s.audit.LogRead(auth.WithRemote(r.Context(), s.proxies.client(r.Request)), r.who, what, unit); err != nil {
		return fmt.Errorf("note that %s was read: %w", what, err)
	}
	return nil
}

const linesPerPage = 50

type auditPage struct {
	Shell
	Account, Action, From, To string
	Actions                   []Choice
	Filtered                  bool
	Rows                      []auditLine
	Found                     string
	Pages                     []Choice
	Prev, Next                string
	Checked                   string
	Problems                  []string
	All                       bool // the reader sees the whole log, and may verify and export it
}

type auditLine struct{ At, No, Who, Role, Action, Object, Unit, Detail, Remote string }

// actionKeys are the names of actions in the catalogues; one without a name is
// shown as the log keeps it.
var actionKeys = map[audit.Action]string{
	"retention.expire": "audit.retention.expire", "register.expire": "audit.register.expire", "register.periods": "audit.register.periods", "register.rotate": "audit.register.rotate",
	"register.import": "audit.register.import", "register.import.drop": "audit.register.import.drop", "register.pupil.keep": "audit.register.pupil", "register.staff.keep": "audit.register.staff",
	"retention.rules": "audit.retention.rules", "retention.zero": "audit.retention.zero", "retention.mark": "audit.retention.mark",
	"register.compare": "audit.register.compare", "register.pair": "audit.register.pair", "register.list.delete": "audit.register.list",
	audit.SignIn: "audit.session.begin", audit.SignInRefused: "audit.session.refused", audit.SignInLocked: "audit.session.locked", audit.SignOut: "audit.session.end",
	audit.PasswordSet: "audit.password.set", audit.PasswordWrong: "audit.password.refused", audit.RecoveryMade: "audit.recovery.make", audit.RecoveryUsed: "audit.recovery.use",
	audit.TOTPOn: "audit.totp.on", audit.TOTPOff: "audit.totp.off", audit.AccountMade: "audit.account.make", audit.AccountClosed: "audit.account.close",
	audit.AccountLinked: "audit.account.link", audit.AccountUnlocks: "audit.account.unlock", audit.RoleGranted: "audit.role.grant", audit.RoleRevoked: "audit.role.revoke",
	audit.TokenMade: "audit.token.make", audit.TokenDropped: "audit.token.drop", audit.SetUp: "audit.setup", audit.PersonRead: "audit.person.read", audit.LogRead: "audit.audit.read",
	"calendar.change":   "audit.calendar.change",
	"warning.choose":    "audit.warning.choose",
	"warning.train":     "audit.warning.train",
	"warning.on":        "audit.warning.on",
	"warning.off":       "audit.warning.off",
	"warning.drift":     "audit.warning.drift",
	"warning.list":      "audit.warning.list",
	"warning.visit":     "audit.warning.visit",
	"units.change":      "audit.units.change",
	"units.undo":        "audit.units.undo",
	"form.issue":        "audit.form.issue",
	"form.close":        "audit.form.close",
	"form.list":         "audit.form.list",
	"form.budget":       "audit.form.budget",
	"form.route":        "audit.form.route",
	"form.adapt":        "audit.form.adapt",
	"figures.lockdown":  "audit.figures.lockdown",
	"county.progress":   "audit.county.progress",
	"county.answering":  "audit.county.answering",
	"evidence.document": "audit.evidence.document",
	"evidence.drop":     "audit.evidence.drop",
	"evidence.cite":     "audit.evidence.cite",
	"evidence.uncite":   "audit.evidence.uncite",
	"feed.make":         "audit.feed.make",
	"feed.drop":         "audit.feed.drop",
	"file.add":          "audit.file.add",
	"file.drop":         "audit.file.drop",
	"pack.propose":      "audit.pack.propose",
	"pack.decide":       "audit.pack.decide",
	"pack.write":        "audit.pack.write",
	"valueadded.run":    "audit.valueadded.run",
	"valueadded.drop":   "audit.valueadded.drop",
	"links.add":         "audit.links.add",
	"links.end":         "audit.links.end",
	"links.undo":        "audit.links.undo",
	"settings.switch":   "audit.settings.switch",
	"body.keep":         "audit.body.keep",
	"task.rules":        "audit.task.rules",
	"plan.save":         "audit.plan.save",
	"plan.follow":       "audit.plan.follow",
	"plan.hand_in":      "audit.plan.hand_in",
	"plan.approve":      "audit.plan.approve",
	"plan.return":       "audit.plan.return",
	"plan.drop":         "audit.plan.drop",
	"plan.draft":        "audit.plan.draft",
	"plan.project":      "audit.plan.project",
	"meeting.keep":      "audit.meeting.keep",
	"report.make":       "audit.report.make",
	"report.change":     "audit.report.change",
	"report.schedule":   "audit.report.schedule",
	"meeting.step":      "audit.meeting.step",
	"meeting.checkin":   "audit.meeting.checkin",
	"meeting.decide":    "audit.meeting.decide",
	"meeting.tasks":     "audit.meeting.tasks",
	"drill.add":         "audit.drill.add",
	"drill.plan":        "audit.drill.plan",
	"incident.add":      "audit.incident.add",
	"incident.act":      "audit.incident.act",
	"incident.rules":    "audit.incident.rules",
	"dutylist.switch":   "audit.dutylist.switch",
	"dutylist.mark":     "audit.dutylist.mark",
	"board.switch":      "audit.board.switch",
	"board.act":         "audit.board.act",
	"births.keep":       "audit.births.keep",
	"housing.keep":      "audit.housing.keep",
	"means.keep":        "audit.means.keep",
	"places.keep":       "audit.places.keep",
	"places.make":       "audit.places.make",
	"proposal.make":     "audit.proposal.make",
	"proposal.decide":   "audit.proposal.decide",
	"proposal.undo":     "audit.proposal.undo",
	"proposal.tasks":    "audit.proposal.tasks",
	"duty.keep":         "audit.duty.keep",
	"duty.done":         "audit.duty.done",
	"linked.keep":       "audit.linked.keep",
	"visit.keep":        "audit.visit.keep",
	"visit.tasks":       "audit.visit.tasks",
	"honour.keep":       "audit.honour.keep",
	"honour.drop":       "audit.honour.drop",
	"pay.keep":          "audit.pay.keep",
	"merit.pool":        "audit.merit.pool",
	"merit.scheme":      "audit.merit.scheme",
	"merit.marks":       "audit.merit.marks",
	"merit.decide":      "audit.merit.decide",
	"exchange.task":     "audit.exchange.task",
	"exchange.keep":     "audit.exchange.keep",
	"teams.more":        "audit.teams.more",
	"teams.rules":       "audit.teams.rules",
}

// actions are those that can be filtered by, in the order of the list.
var actions = []audit.Action{
	audit.SignIn, audit.SignInRefused, audit.SignInLocked, audit.SignOut, audit.PasswordSet, audit.PasswordWrong, audit.RecoveryMade, audit.RecoveryUsed, audit.TOTPOn, audit.TOTPOff,
	audit.AccountMade, audit.AccountClosed, audit.AccountLinked, audit.AccountUnlocks, audit.RoleGranted, audit.RoleRevoked, audit.TokenMade, audit.TokenDropped, audit.SetUp, audit.PersonRead, audit.LogRead,
	"filing.submit", "filing.recall", "filing.pass", "filing.return", "filing.lock", "filing.extend", "filing.excuse", "filing.ask_unlock", "filing.grant_unlock",
	"calendar.change", "units.change", "units.undo", "form.issue", "form.close", "form.list", "form.budget", "form.route", "form.adapt", "figures.lockdown",
}

// Action names what was done.
func (l locale) Action(a audit.Action) string {
	if key, ok := actionKeys[a]; ok {
		return l.T(key)
	}
	if act, ok := strings.CutPrefix(string(a), "retention."); ok {
		if name := l.Text(retention.Act(act).Name()); name != "" {
			return l.T("audit.retention", name)
		}
	}
	if step, ok := strings.CutPrefix(string(a), "filing."); ok {
		return l.T("audit.filing", l.StepName(collect.Action(step)))
	}
	return string(a)
}

// detail says what the log keeps for machines in the reader's language, where it
// is one of the usual things.
func (l locale) detail(text string) string {
	if no, ok := strings.CutPrefix(text, "revision "); ok {
		return l.T("audit.revision", no)
	}
	if day, ok := strings.CutPrefix(text, "due "); ok {
		return l.T("audit.due", day)
	}
	if text == "password" {
		return l.T("audit.bypassword")
	}
	return text
}

// itemName names what a pack of the city calls by an id: an indicator, an
// element, or the pack itself; empty where none does.
func (r *request) itemName(id string) string {
	for _, p := range r.city.Packs() { // what a scheme calls things is no secret
		if d := p.Indicator(id); d != nil {
			return joinCode(d.Code, r.Text(d.Name))
		}
		if e := p.Element(id); e != nil {
			return r.Text(e.Name)
		}
		if id == p.ID || id == p.Ref() {
			return r.Text(p.Name)
		}
	}
	return ""
}

// logged is the detail of a line of the log in the reader's language.
func (r *request) logged(x audit.Record) string {
	parts := strings.Split(x.Detail, " ")
	if x.Action == "county.progress" && len(parts) == 3 { // scheme, step, year
		out := []string{cmp.Or(r.itemName(parts[0]), parts[0]), cmp.Or(r.Text(county.Step(parts[1]).Name()), parts[1])}
		if parts[2] != "0" {
			out = append(out, parts[2])
		}
		return strings.Join(out, " · ")
	}
	if x.Action == "evidence.cite" && len(parts) == 2 && parts[1] != "" { // document, page
		return parts[0] + r.T("evidence.at", parts[1])
	}
	return r.detail(x.Detail)
}

// issueNames name the issues of all forms by the beginning of their ids. What a
// form is called is no secret: who reads the log need not see any paper.
func (s *Server) issueNames(r *request) func(id string) string {
	var list []collect.Entry
	if s.desk != nil {
		if l, ok := s.desk(auth.Operator()).(FormList); ok {
			list, _ = l.Forms(r.Context()) // without them the ids stand
		}
	}
	return func(id string) string {
		for _, e := range list {
			if text, ok := strings.CutPrefix(id, e.Form.ID+"-"); ok {
				if p, err := edu.ParsePeriod(text); err == nil {
					return r.Text(e.Form.Name) + " " + p.Label()
				}
			}
		}
		return id
	}
}

// auditFilter reads what the address asks for.
func (s *Server) auditFilter(r *request, p *auditPage) (audit.Filter, error) {
	p.Account, p.Action, p.From, p.To = strings.TrimSpace(r.query.Get("account")), r.query.Get("action"), r.query.Get("from"), r.query.Get("to")
	f := audit.Filter{Account: p.Account, Action: audit.Action(p.Action)}
	for _, x := range []struct {
		text string
		into *time.Time
		days int
	}{{p.From, &f.From, 0}, {p.To, &f.To, 1}} {
		if x.text == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, x.text, collect.China)
		if err != nil {
			return f, fmt.Errorf("day %q: want 2026-11-25: %w", x.text, fault.Invalid)
		}
		*x.into = day.AddDate(0, 0, x.days)
	}
	p.Filtered = p.Account+p.Action+p.From+p.To != ""
	return f, nil
}

// auditLog shows the log.
func (s *Server) auditLog(w http.ResponseWriter, r *request) error {
	if s.audit == nil {
		return fmt.Errorf("audit log: %w", fault.NotFound)
	}
	return s.showAudit(w, r, auditPage{})
}

func (s *Server) showAudit(w http.ResponseWriter, r *request, p auditPage) error {
	p.Shell, p.All = s.shell(r, r.T("nav.audit"), "audit"), r.who.Reach(auth.ReadAudit).Whole
	f, err := s.auditFilter(r, &p)
	if err != nil {
		return err
	}
	names, err := s.audit.AccountNames(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("names of accounts: %w", err)
	}
	for id, name := range names { // people know login names, the log knows ids
		if login, _, _ := strings.Cut(name, " "); strings.EqualFold(login, f.Account) {
			f.Account = id
		}
	}
	if r.query.Get("as") == "csv" {
		return s.exportAudit(w, r, f)
	}
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	f.Offset, f.Limit = (page-1)*linesPerPage, linesPerPage
	list, total, err := s.audit.AuditLog(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	issue := s.issueNames(r)
	named := func(id string) string { return cmp.Or(names[id], issue(id)) }
	object := func(id string) string { return cmp.Or(names[id], r.itemName(id), issue(id)) }
	for _, x := range list {
		p.Rows = append(p.Rows, auditLine{
			r.Minute(x.At.In(collect.China)), fmt.Sprintf("%s/%d", x.Shard, x.No), named(x.Account), x.Role, r.Action(x.Action), object(x.Object), s.unitLabel(r, x.Unit), r.logged(x), x.Remote,
		})
	}
	for _, a := range actions {
		p.Actions = append(p.Actions, Choice{Link{r.Action(a), string(a)}, string(a) == p.Action})
	}
	p.Found = r.T("audit.found", total)
	p.Pages, p.Prev, p.Next = r.pager(page, (total+linesPerPage-1)/linesPerPage)
	p.Export = r.here("as", "csv", "page", "")
	return s.render(w, r, "audit.html", p)
}

// exportAudit sends the filtered log as CSV with its hashes, so that it can be
// checked elsewhere.
func (s *Server) exportAudit(w http.ResponseWriter, r *request, f audit.Filter) error {
	var c *csv.Writer
	head := func() {
		h := w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", `attachment; filename="audit.csv"`)
		h.Set("Cache-Control", "no-store")
		c = csv.NewWriter(w)
		_ = c.Write([]string{"\ufeffshard", "no", "at", "account", "role", "action", "object", "unit", "detail", "remote", "prev", "hash"})
	}
	err := s.audit.ExportAudit(r.Context(), r.who, func(x audit.Record) error {
		if f.Account != "" && x.Account != f.Account || f.Action != "" && x.Action != f.Action || x.At.Before(f.From) || !f.To.IsZero() && !x.At.Before(f.To) {
			return nil
		}
		if c == nil {
			head()
		}
		row := []string{x.Shard, fmt.Sprint(x.No), x.At.UTC().Format(time.RFC3339Nano), x.Account, x.Role, string(x.Action), x.Object, string(x.Unit), x.Detail, x.Remote, x.Prev, x.Hash}
		for i, v := range row {
			if v != "" && strings.ContainsRune("=+-@\t", rune(v[0])) {
				row[i] = "'" + v // a sheet would take it for a formula
			}
		}
		return c.Write(row)
	})
	if err != nil && c == nil {
		return fmt.Errorf("export the audit log: %w", err)
	}
	if c == nil {
		head()
	}
	c.Flush()
	if err = errors.Join(err, c.Error()); err != nil {
		s.log.Error("the export of the audit log was cut short", "err", err)
		panic(http.ErrAbortHandler) // the reader must not take it for whole
	}
	return nil
}

// verifyAudit checks the chains and shows what came out.
func (s *Server) verifyAudit(w http.ResponseWriter, r *request) error {
	if s.audit == nil {
		return fmt.Errorf("audit log: %w", fault.NotFound)
	}
	n, problems, err := s.audit.Verify(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("verify the audit log: %w", err)
	}
	p := auditPage{Checked: r.T("audit.good", int(n))}
	if len(problems) > 0 {
		p.Checked = r.T("audit.bad", int(n), len(problems))
	}
	for _, x := range problems[:min(20, len(problems))] {
		p.Problems = append(p.Problems, r.Text(x.Text))
	}
	return s.showAudit(w, r, p)
}
