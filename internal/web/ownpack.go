package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// OwnPack is the keeping of the city's own pack. flow implements it; nil leaves
// its pages out.
type OwnPack interface {
	OwnPack() *pack.Pack
	OwnFiles(ctx context.Context, who auth.Actor) ([]flow.OwnFile, error)
	CheckOwn(ctx context.Context, who auth.Actor, ch flow.OwnChange) (*flow.OwnChecked, error)
	ProposeOwn(ctx context.Context, who auth.Actor, ch flow.OwnChange) error
	OwnProposals(ctx context.Context, who auth.Actor) ([]store.Proposal, error)
	DecideOwn(ctx context.Context, who auth.Actor, id string, approve bool, reason string) error
}

type ownPage struct {
	Shell
	Pack        []Fact
	Files       Table
	Changes     Table
	Proposes    bool
	Indicators  []Choice
	Stages      []Choice
	Tags        []Choice
	Error, Said string
}

// ownPack lists the files of the city's own pack and the changes of it.
func (s *Server) ownPack(w http.ResponseWriter, r *request) error {
	p := ownPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("own.did")
	}
	return s.showOwn(w, r, p)
}

func (s *Server) showOwn(w http.ResponseWriter, r *request, p ownPage) error {
	own := s.own.OwnPack()
	if own == nil {
		return fmt.Errorf("the city's own pack: %w", fault.NotFound)
	}
	files, err := s.own.OwnFiles(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("own pack: %w", err)
	}
	list, err := s.own.OwnProposals(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("own pack: %w", err)
	}
	p.Shell = s.shell(r, r.T("own.title"), "indicators", Link{r.T("nav.indicators"), r.to([]string{"indicators"})})
	p.Pack = []Fact{{Term: r.T("pack"), Text: r.Text(own.Name) + " · " + own.Ref()}, {Term: r.T("source"), Text: own.Source}}
	if own.Base != nil {
		p.Pack = append(p.Pack, Fact{Term: r.T("own.extends"), Text: own.Base.Ref()})
	}
	p.Proposes = r.who.Reach(auth.ProposePack).Whole
	p.Files = Table{ID: "files", Caption: r.T("own.files"), Sheet: r.T("own.files"), Empty: r.T("own.files.none"), Cols: []Col{{Label: r.T("own.file")}, {Label: r.T("own.last"), Wrap: true}, {Label: r.T("own.lines"), Num: true}}}
	for _, f := range files {
		name := text(f.Name)
		if p.Proposes {
			name.Href = "/own-pack/edit?file=" + f.Name
		}
		p.Files.Rows = append(p.Files.Rows, Row{Cells: []Cell{name, text(strings.Join(f.Head, r.T("list.semicolon"))), count(strings.Count(f.Body, "\n"))}})
	}
	p.Changes = r.changeTable(list)
	for _, d := range own.Indicators {
		if held := r.heldTo(own, d.ID); len(held) > 0 && d.Unit != pack.YesNo {
			p.Indicators = append(p.Indicators, Choice{Link{joinCode(d.Code, r.Text(d.Name)) + "  " + r.limitWords(entry{pack: own, d: d, held: held}), d.ID}, d.ID == r.query.Get("indicator")})
		}
	}
	for _, x := range own.Stages {
		p.Stages = append(p.Stages, Choice{Link{r.Stage(x), string(x)}, false})
	}
	for _, x := range []string{"V", "S", "M", "P", "E"} {
		p.Tags = append(p.Tags, Choice{Link{x + " · " + r.Evidence(x), x}, x == "P"})
	}
	p.Export = r.here("as", "xlsx", "did", "")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, p.Title, p.Changes, p.Files)
	}
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "ownpack.html", p)
}

func (r *request) changeTable(list []store.Proposal) Table {
	t := Table{ID: "changes", Caption: r.T("own.changes"), Sheet: r.T("own.changes"), Empty: r.T("own.changes.none"), List: true, Cols: []Col{
		{Label: r.T("own.no"), Num: true}, {Label: r.T("own.what"), Wrap: true}, {Label: r.T("own.why"), Wrap: true}, {Label: r.T("own.file")}, {Label: r.T("own.by"), Wrap: true}, {Label: r.T("status")}, {Label: r.T("own.decided"), Wrap: true}}}
	for _, c := range list {
		decided := ""
		if !c.Decided.IsZero() {
			decided = r.Minute(c.Decided.In(collect.China)) + " " + c.DeciderName
			if c.Reason != "" {
				decided += r.T("list.semicolon") + c.Reason
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: strconv.FormatInt(c.No, 10), Value: float64(c.No), Number: true}, {Text: c.Title, Href: "/own-pack/change?id=" + c.ID}, text(c.Why), text(c.File), text(r.Minute(c.At.In(collect.China)) + " " + c.Name), lampCell(r.proposalLamp(c.State)), text(decided)}})
	}
	return t
}

func (r *request) proposalLamp(s store.ProposalState) Lamp {
	switch s {
	case store.Written:
		return Lamp{"g", r.T("own.written"), ""}
	case store.Approved:
		return Lamp{"y", r.T("own.approved"), r.T("own.approved.why")}
	case store.Rejected:
		return Lamp{"r", r.T("own.rejected"), ""}
	default:
		return Lamp{"o", r.T("own.proposed"), ""}
	}
}

type ownEditPage struct {
	Shell
	Change  flow.OwnChange
	New     bool
	Checked *ownChecked
	Error   string
}

// ownChecked is what comes of a change, for a page.
type ownChecked struct {
	Problems []string
	Changes  Table
	Said     string
	Sections Table
	Units    Table
	Figures  Table
}

// editOwn shows a file of the pack for editing.
func (s *Server) editOwn(w http.ResponseWriter, r *request) error {
	p := ownEditPage{Change: flow.OwnChange{ID: rand.Text(), File: r.query.Get("file")}}
	files, err := s.own.OwnFiles(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("own pack: %w", err)
	}
	for _, f := range files {
		if f.Name == p.Change.File {
			p.Change.Body, p.Change.Base = f.Body, f.Hash
		}
	}
	return s.showEdit(w, r, p)
}

func (s *Server) showEdit(w http.ResponseWriter, r *request, p ownEditPage) error {
	p.Shell = s.shell(r, r.T("own.edit"), "indicators", Link{r.T("own.title"), "/own-pack"})
	p.New = p.Change.Base == ""
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "ownedit.html", p)
}

// checkedView puts what comes of a change into words and tables.
func (r *request) checkedView(c *flow.OwnChecked) *ownChecked {
	out := &ownChecked{Problems: c.Problems}
	if len(c.Problems) > 0 {
		return out
	}
	out.Changes = r.listed(c.Differences, "own-changes", r.T("own.changes.what"))
	if c.Effect != nil && r.a != nil {
		var p whatIfPage
		p.outcome(r, c.Effect)
		out.Said, out.Sections, out.Units, out.Figures = p.Said, p.Sections, p.Units, p.Figures
		out.Sections.Rows = out.Sections.Rows[:min(len(out.Sections.Rows), mostFlips)]
		out.Units.Rows = out.Units.Rows[:min(len(out.Units.Rows), mostFlips)]
	}
	return out
}

// proposeOwn checks a change, or proposes it: of a threshold, or of a whole file.
func (s *Server) proposeOwn(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	ch := flow.OwnChange{ID: v("id"), File: v("file"), Base: v("base"), Body: strings.ReplaceAll(r.PostFormValue("body"), "\r\n", "\n"), Title: v("title"), Why: v("why")}
	if v("do") == "threshold" {
		var err error
		if ch, err = s.ownThreshold(r, v); err != nil {
			return s.orSay(err, func(why string) error { return s.showOwn(w, r, ownPage{Error: why}) }, r)
		}
	}
	p := ownEditPage{Change: ch}
	checked, err := s.own.CheckOwn(r.Context(), r.who, ch)
	if err != nil {
		return s.orSay(err, func(why string) error { p.Error = why; return s.showEdit(w, r, p) }, r)
	}
	p.Checked = r.checkedView(checked)
	if v("do") != "propose" {
		return s.showEdit(w, r, p)
	}
	if err := s.own.ProposeOwn(r.Context(), r.who, ch); err != nil {
		return s.orSay(err, func(why string) error { p.Error = why; return s.showEdit(w, r, p) }, r)
	}
	return away{"/own-pack?did=1"}
}

// ownThreshold makes of the fields of a threshold the file that holds it.
func (s *Server) ownThreshold(r *request, v func(string) string) (ch flow.OwnChange, err error) {
	files, err := s.own.OwnFiles(r.Context(), r.who)
	if err != nil {
		return ch, err
	}
	own := s.own.OwnPack()
	bodies, hashes := map[string][]byte{}, map[string]string{}
	for _, f := range files {
		bodies[f.Name], hashes[f.Name] = []byte(f.Body), f.Hash
	}
	value, err := strconv.ParseFloat(v("value"), 64)
	if err != nil || own == nil || len(own.Standards) == 0 {
		return ch, auth.Refuse(fault.Invalid, "标准应为一个数", "want a number for the threshold")
	}
	t := pack.ThresholdEdit{Standard: own.Standards[0].ID, Indicator: v("indicator"), Stage: edu.Stage(v("stage")), Value: value, Source: v("source"), Tag: v("tag")}
	for _, old := range own.Standards[0].Thresholds {
		if old.Indicator == t.Indicator && (t.Stage == "" || old.Stage == "" || old.Stage == t.Stage) {
			t.Op = old.Op
		}
	}
	if t.Op == "" || t.Source == "" {
		return ch, auth.Refuse(fault.Invalid, "未选指标或未填依据", "the indicator or the source is missing")
	}
	if err := dayInto(r, "from", func(d edu.Date) { t.From = d }); err != nil {
		return ch, err
	}
	file, body, err := pack.SetThreshold(bodies, t)
	if err != nil {
		return ch, err
	}
	name := t.Indicator
	if d := own.Indicator(t.Indicator); d != nil {
		name = joinCode(d.Code, d.Name.ZH)
	}
	title := name + " " + r.Op(t.Op) + r.Limit(value)
	if t.Stage != "" {
		title = name + "（" + r.Stage(t.Stage) + "）" + r.Op(t.Op) + r.Limit(value)
	}
	return flow.OwnChange{ID: rand.Text(), File: file, Base: hashes[file], Body: string(body), Title: title, Why: v("why")}, nil
}

type ownChangePage struct {
	Shell
	Facts    []Fact
	Lamp     Lamp
	Before   string
	Body     string
	Checked  *ownChecked
	ID       string
	Decides  bool
	Conflict bool
	Error    string
}

// ownChange shows one change of the pack: what it changes, what comes of it, and
// how it was decided.
func (s *Server) ownChange(w http.ResponseWriter, r *request) error {
	return s.showOwnChange(w, r, r.query.Get("id"), "")
}

func (s *Server) showOwnChange(w http.ResponseWriter, r *request, id, wrong string) error {
	list, err := s.own.OwnProposals(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("own pack: %w", err)
	}
	var c *store.Proposal
	for i := range list {
		if list[i].ID == id {
			c = &list[i]
		}
	}
	if c == nil {
		return fmt.Errorf("change %s: %w", id, fault.NotFound)
	}
	files, err := s.own.OwnFiles(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("own pack: %w", err)
	}
	p := ownChangePage{Shell: s.shell(r, c.Title, "indicators", Link{r.T("own.title"), "/own-pack"}), Lamp: r.proposalLamp(c.State), Body: c.Body, ID: id, Error: wrong}
	hash := ""
	for _, f := range files {
		if f.Name == c.File {
			hash, p.Before = f.Hash, f.Body
		}
	}
	for _, row := range r.changeTable([]store.Proposal{*c}).Rows {
		for i, col := range r.changeTable(nil).Cols {
			p.Facts = append(p.Facts, Fact{Term: col.Label, Text: row.Cells[i].Text})
		}
	}
	open := c.State == store.Proposed || c.State == store.Approved
	p.Conflict = open && hash != c.Base
	mine := c.By == r.who.Account || r.who.Local && c.By == "local"
	p.Decides = c.State == store.Proposed && r.who.Reach(auth.DecidePack).Whole && !mine
	if open && !p.Conflict {
		checked, err := s.own.CheckOwn(r.Context(), r.who, flow.OwnChange{File: c.File, Base: c.Base, Body: c.Body})
		if err != nil {
			return fmt.Errorf("own pack: %w", err)
		}
		p.Checked = r.checkedView(checked)
	}
	status := http.StatusOK
	if wrong != "" {
		status = http.StatusConflict
	}
	return s.write(w, r, status, "ownchange.html", p)
}

// decideOwn approves or rejects a change.
func (s *Server) decideOwn(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := r.PostFormValue("id")
	if err := s.own.DecideOwn(r.Context(), r.who, id, r.PostFormValue("do") == "approve", r.PostFormValue("reason")); err != nil {
		return s.orSay(err, func(why string) error { return s.showOwnChange(w, r, id, why) }, r)
	}
	return away{"/own-pack?did=1"}
}
