package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/report"
	"shuren/internal/standard"
)

// Dossier is what counties keep of themselves beside their figures. flow
// implements it; nil leaves its pages out.
type Dossier interface {
	Progress(ctx context.Context, who auth.Actor, of edu.UnitID, scheme string) ([]county.Progress, error)
	AddProgress(ctx context.Context, who auth.Actor, p county.Progress, seen int64) error
	Evidence(ctx context.Context, who auth.Actor, of edu.UnitID, p edu.Period) (*county.Register, error)
	KeepDocument(ctx context.Context, who auth.Actor, d county.Document) (string, error)
	DropDocument(ctx context.Context, who auth.Actor, of edu.UnitID, p edu.Period, id string) error
	CiteDocument(ctx context.Context, who auth.Actor, c county.Cite, drop bool) error
	NameAnswering(ctx context.Context, who auth.Actor, a county.Answering) error
}

// ofCounty finds the county that the address names: in the assessment, and its
// permanent id, by which everything it keeps is kept.
func (s *Server) ofCounty(r *request) (at standard.Unit, index int, id edu.UnitID, err error) {
	i := -1
	if r.a != nil && s.dossier != nil {
		i = r.lens.county(r.PathValue("county"))
	}
	if i < 0 {
		return at, -1, "", fmt.Errorf("county %s: %w", r.PathValue("county"), fault.NotFound)
	}
	at = r.a.Units[edu.County][i]
	n, err := s.countyNode(r, at)
	if err != nil {
		return at, -1, "", err
	}
	return at, i, n.Unit.ID, nil
}

// countyNode is a county of the assessment in the tree of the year.
func (s *Server) countyNode(r *request, u standard.Unit) (*edu.Node, error) {
	t, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	at := t.ByKey(edu.County, codeOf(u))
	if len(at) != 1 {
		return nil, fmt.Errorf("county %s in the tree of %s: %w", codeOf(u), r.period, fault.NotFound)
	}
	return &t.Nodes[at[0]], nil
}

// keepsCounty tells whether the reader may write about a county.
func (s *Server) keepsCounty(r *request, id edu.UnitID) bool {
	t, err := s.tree(r)
	return r.who.Local || err == nil && within(t, r.who.Reach(auth.KeepCounty), t.Find(id))
}

// countySummary sends a county's summary tables (县级汇总表) as a workbook.
func (s *Server) countySummary(w http.ResponseWriter, r *request) error {
	u, i, id, err := s.ofCounty(r)
	if err != nil {
		return err
	}
	opt := report.CountyOptions{Lang: r.Lang()}
	if r.city.Fictional() {
		opt.Mark = r.T("sample.mark")
	}
	if opt.Progress, err = s.dossier.Progress(r.Context(), r.who, id, r.a.Pack.ID); err != nil {
		return err
	}
	if opt.Register, err = s.dossier.Evidence(r.Context(), r.who, id, r.period); err != nil {
		return err
	}
	if at, err := r.city.AsOf(r.Context(), r.period); err == nil && !at.IsZero() {
		opt.AsOf = at.In(collect.China)
	}
	var b bytes.Buffer
	if err := report.CountyBook(r.a, i, opt).Write(&b); err != nil {
		return fmt.Errorf("summary tables of %s: %w", u.Name, err)
	}
	s.sendFile(w, r, fmt.Sprintf("%s-%s-%s.xlsx", u.Name, r.T("summary.file"), r.period), b.Bytes())
	return nil
}

// dated is a step with its day, for the form.
type datedStep struct {
	Key, Name, Day string
	On             bool
}

type progressPage struct {
	Shell
	Keeps         bool
	Action        string
	Now           []Fact
	Steps, Checks []datedStep
	Last          county.Progress
	Year          string
	History       Table
	Hows          []how
	Error, Said   string
}

// progress shows how far a county's recognition has come, and its history.
func (s *Server) progress(w http.ResponseWriter, r *request) error {
	p := progressPage{}
	if r.query.Get("did") != "" {
		p.Said = r.T("progress.did")
	}
	return s.showProgress(w, r, p, nil)
}

func (s *Server) showProgress(w http.ResponseWriter, r *request, p progressPage, typed *county.Progress) error {
	u, _, id, err := s.ofCounty(r)
	if err != nil {
		return err
	}
	list, err := s.dossier.Progress(r.Context(), r.who, id, r.a.Pack.ID)
	if err != nil {
		return fmt.Errorf("progress of %s: %w", u.Name, err)
	}
	code := codeOf(u)
	p.Shell = s.shell(r, r.T("progress.title"), "counties", Link{r.T("nav.counties"), r.to([]string{"counties"})}, Link{u.Name, r.toCounty(code)})
	p.Keeps, p.Action = s.keepsCounty(r, id), r.to([]string{"counties", code, "progress"})
	if len(list) > 0 {
		p.Last, p.Now = list[0], r.progressFacts(list[0])
	}
	p.History, p.Hows = r.progressTable(list)
	p.Export = r.here("as", "xlsx", "did", "")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, u.Name+"-"+p.Title, p.History)
	}
	if typed != nil {
		no := p.Last.No
		p.Last = *typed
		p.Last.No = no
	}
	if p.Last.Year > 0 {
		p.Year = strconv.Itoa(p.Last.Year)
	}
	for _, x := range county.Steps {
		p.Steps = append(p.Steps, datedStep{string(x), r.Text(x.Name()), p.Last.Dates[x].String(), x == p.Last.Step})
	}
	for _, x := range county.Checks {
		p.Checks = append(p.Checks, datedStep{Key: string(x), Name: r.Text(x.Name()), Day: p.Last.Checks[x].String()})
	}
	status := http.StatusOK
	if p.Error != "" {
		status = http.StatusBadRequest
	}
	return s.write(w, r, status, "progress.html", p)
}

// progressFacts is an entry as the county's page shows it.
func (r *request) progressFacts(p county.Progress) []Fact {
	year := r.T("progress.unplanned")
	if p.Year > 0 {
		year = strconv.Itoa(p.Year)
	}
	out := []Fact{{Term: r.T("progress.year"), Text: year}, {Term: r.T("progress.step"), Text: r.Text(p.Step.Name())}}
	var done []string
	for _, x := range county.Steps {
		if d := p.Dates[x]; d != 0 {
			done = append(done, r.Text(x.Name())+" "+d.String())
		}
	}
	for _, x := range county.Checks {
		if d := p.Checks[x]; d != 0 {
			done = append(done, r.Text(x.Name())+" "+d.String())
		}
	}
	if len(done) > 0 {
		out = append(out, Fact{Term: r.T("progress.dates"), Text: strings.Join(done, r.T("list.semicolon"))})
	}
	if p.Conclusion != "" {
		out = append(out, Fact{Term: r.T("progress.conclusion"), Text: p.Conclusion})
	}
	out = append(out, Fact{Term: r.T("progress.issues"), Text: r.T("progress.closed", p.Issues, p.Closed)})
	if p.Note != "" {
		out = append(out, Fact{Term: r.T("note"), Text: p.Note})
	}
	return append(out, Fact{Term: r.T("progress.updated"), Text: r.Minute(p.At.In(collect.China)) + " " + p.ByName})
}

// progressTable is the history of a county's recognition, and by whom and when
// each entry was typed and what it changed.
func (r *request) progressTable(list []county.Progress) (t Table, hows []how) {
	t = Table{ID: "progress", Caption: r.T("progress.history"), Sheet: r.T("progress.title"), Empty: r.T("progress.none"), Cols: []Col{
		{Label: r.T("progress.updated")}, {Label: r.T("progress.year")}, {Label: r.T("progress.step")}, {Label: r.T("progress.dates"), Wrap: true}, {Label: r.T("progress.conclusion"), Wrap: true}, {Label: r.T("progress.found"), Num: true}, {Label: r.T("progress.done"), Num: true}, {Label: r.T("progress.by")}}}
	for i, p := range list {
		facts, dates := r.progressFacts(p), ""
		for _, f := range facts {
			if f.Term == r.T("progress.dates") {
				dates = f.Text
			}
		}
		id := fmt.Sprintf("entry-%d", p.No)
		to, at := howHref(id), r.Minute(p.At.In(collect.China))
		row := []Cell{text(at), text(facts[0].Text), text(facts[1].Text), text(dates), text(p.Conclusion), count(p.Issues), count(p.Closed), text(p.ByName)}
		for k := 1; k < len(row); k++ {
			if figured(row[k]) {
				row[k] = row[k].to(to)
			}
		}
		t.Rows = append(t.Rows, Row{Cells: row})
		h := how{ID: id, Name: at, Lines: []string{r.T("progress.typed", cmp.Or(p.ByName, "—"), at)}}
		if i+1 < len(list) {
			h.Lines = append(h.Lines, r.progressChange(list[i+1], p))
		} else {
			h.Lines = append(h.Lines, r.T("progress.first"))
		}
		hows = append(hows, h)
	}
	return t, hows
}

// progressChange says what an entry changed of the one before it.
func (r *request) progressChange(was, is county.Progress) string {
	before := map[string]string{}
	for _, f := range r.progressFacts(was) {
		before[f.Term] = f.Text
	}
	var parts []string
	for _, f := range r.progressFacts(is) {
		if old := before[f.Term]; f.Term != r.T("progress.updated") && old != f.Text {
			parts = append(parts, r.T("progress.changed", f.Term, cmp.Or(old, "—"), f.Text))
		}
	}
	if len(parts) == 0 {
		return r.T("progress.same")
	}
	return strings.Join(parts, r.T("list.semicolon"))
}

// keepProgress adds an entry to a county's recognition.
func (s *Server) keepProgress(w http.ResponseWriter, r *request) error {
	u, _, id, err := s.ofCounty(r)
	if err != nil {
		return err
	}
	if err := r.parse(); err != nil {
		return err
	}
	p := county.Progress{County: id, Scheme: r.a.Pack.ID, Step: county.Step(r.PostFormValue("step")), Dates: map[county.Step]edu.Date{}, Checks: map[county.Check]edu.Date{},
		Conclusion: strings.TrimSpace(r.PostFormValue("conclusion")), Note: strings.TrimSpace(r.PostFormValue("note"))}
	seen, err := strconv.ParseInt(cmp.Or(r.PostFormValue("seen"), "0"), 10, 64)
	if err != nil {
		return fmt.Errorf("seen: %w", fault.Invalid)
	}
	again := func(err error) error {
		return s.orSay(err, func(why string) error { return s.showProgress(w, r, progressPage{Error: why}, &p) }, r)
	}
	for name, to := range map[string]*int{"year": &p.Year, "issues": &p.Issues, "closed": &p.Closed} {
		if v := strings.TrimSpace(r.PostFormValue(name)); v != "" {
			if *to, err = strconv.Atoi(v); err != nil {
				return again(auth.Refuse(fault.Invalid, "年度、问题数、销号数应为整数", "want whole numbers for year and issues"))
			}
		}
	}
	for _, x := range county.Steps {
		if err := dayInto(r, "day_"+string(x), func(d edu.Date) { p.Dates[x] = d }); err != nil {
			return again(err)
		}
	}
	for _, x := range county.Checks {
		if err := dayInto(r, "check_"+string(x), func(d edu.Date) { p.Checks[x] = d }); err != nil {
			return again(err)
		}
	}
	if err := s.dossier.AddProgress(r.Context(), r.who, p, seen); err != nil {
		return again(err)
	}
	return away{r.to([]string{"counties", codeOf(u), "progress"}, "did", "1")}
}

func dayInto(r *request, name string, keep func(edu.Date)) error {
	v := strings.TrimSpace(r.PostFormValue(name))
	if v == "" {
		return nil
	}
	d, err := dayOf(v)
	if err == nil {
		keep(d)
	}
	return err
}

// countyCard is the county's recognition on its own page.
type countyCard struct {
	Facts []Fact
	Links []Link
}

// dossierCard is what a county's page shows of what it keeps; nil without.
func (s *Server) dossierCard(r *request, u standard.Unit) (*countyCard, error) {
	if s.dossier == nil {
		return nil, nil
	}
	n, err := s.countyNode(r, u)
	if err != nil {
		return nil, nil // figures without a tree: nothing can be kept of them
	}
	list, err := s.dossier.Progress(r.Context(), r.who, n.Unit.ID, r.a.Pack.ID)
	if err != nil {
		return nil, fmt.Errorf("progress of %s: %w", u.Name, err)
	}
	code := codeOf(u)
	c := &countyCard{Links: []Link{
		{r.T("progress.more"), r.to([]string{"counties", code, "progress"})},
		{r.T("evidence.title"), r.to([]string{"counties", code, "evidence"})},
		{r.T("summary.title"), r.to([]string{"counties", code, "summary"})},
		{r.T("whatif.title"), r.to([]string{"what-if"}, "county", code)},
	}}
	if len(list) > 0 {
		c.Facts = r.progressFacts(list[0])
	}
	return c, nil
}
