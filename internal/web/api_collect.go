package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
	"shuren/internal/workbook"
)

// apiFiling is a filing as programs read it.
type apiFiling struct {
	Issue  string        `json:"issue"`
	Unit   edu.UnitID    `json:"unit"`
	State  collect.State `json:"state"`
	Rev    int           `json:"rev"`
	Handed int           `json:"handed,omitempty"`
	Check  string        `json:"check,omitempty"`
	Due    string        `json:"due"`
	Inner  string        `json:"inner_due,omitempty"` // the county's own earlier day
	Asked  bool          `json:"unlock_asked,omitempty"`
	Reason string        `json:"reason,omitempty"`
	At     time.Time     `json:"at,omitzero"`
}

func filingJSON(f collect.Filing) apiFiling {
	inner := ""
	if f.Inner != 0 {
		inner = f.Inner.String()
	}
	return apiFiling{f.Issue, f.Unit, f.State, f.Rev, f.Handed, f.Check, f.Due.String(), inner, f.Asked, f.Reason, f.At.UTC()}
}

type apiTask struct {
	apiFiling
	Name     edu.Text         `json:"-"`
	Title    string           `json:"name"`
	Code     string           `json:"code"`
	County   edu.UnitID       `json:"county,omitempty"`
	Form     string           `json:"form"`
	Period   string           `json:"period"`
	Mine     bool             `json:"mine"`
	Late     int              `json:"late_days"`
	Left     int              `json:"left_days"`
	Todo     []collect.Action `json:"todo"`
	Required int              `json:"required_empty"`
	Blocking int              `json:"blocking"`
}

// apiProblem is a problem of a paper or a file as programs and the page read it.
type apiProblem struct {
	Key      string       `json:"key,omitempty"`
	Rule     string       `json:"rule"`
	Blocking bool         `json:"blocking"`
	Cells    []string     `json:"cells,omitempty"`
	List     string       `json:"list,omitempty"`
	Row      *int         `json:"row,omitempty"`
	Column   string       `json:"column,omitempty"`
	Place    string       `json:"place,omitempty"`
	Text     string       `json:"text"`
	Do       string       `json:"do,omitempty"`
	Reason   *form.Reason `json:"reason,omitempty"`
}

func (r *request) problemsJSON(p *form.Paper, problems []form.Problem) []apiProblem {
	out := make([]apiProblem, 0, len(problems))
	for _, q := range problems {
		v := apiProblem{Key: q.Key, Rule: q.Rule, Blocking: q.Blocking, List: q.List, Column: q.Column, Text: r.Text(q.Text), Do: r.Text(q.Do), Reason: q.Reason}
		for _, k := range q.Cells {
			v.Cells = append(v.Cells, k.String())
		}
		switch {
		case q.List != "":
			v.Row = &q.Row
			v.Place = q.List
			if p != nil {
				v.Place = r.listName(p, q.List)
			}
		case len(q.Cells) > 0 && p != nil:
			v.Place = r.cellName(p, q.Cells[0])
		}
		out = append(out, v)
	}
	return out
}

// apiTasks lists filings, to-dos by deadline.
func (s *Server) apiTasks(w http.ResponseWriter, r *request) error {
	q := r.query
	f := collect.Filter{Issue: q.Get("issue"), Unit: edu.UnitID(q.Get("unit")), State: collect.State(q.Get("state")), Query: q.Get("q"), Mine: q.Get("mine") == "1", Late: q.Get("late") == "1"}
	for key, to := range map[string]*int{"offset": &f.Offset, "limit": &f.Limit} {
		if v := q.Get(key); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < 0 || n > 1_000_000 || key == "limit" && n > 200 {
				return fmt.Errorf("%s %q: want a whole number, a limit of at most 200: %w", key, v, fault.Invalid)
			}
			*to = n
		}
	}
	ts, err := s.desk(r.who).Tasks(r.Context(), f)
	if err != nil {
		return fmt.Errorf("tasks: %w", err)
	}
	out := struct {
		Total int       `json:"total"`
		Tasks []apiTask `json:"tasks"`
	}{ts.Total, []apiTask{}}
	for _, t := range ts.List {
		out.Tasks = append(out.Tasks, apiTask{filingJSON(t.Filing), t.Place.Name, r.Text(t.Place.Name), t.Place.Code, t.Place.County, r.Text(t.Form), t.Period.String(), t.Mine, t.Late, t.Left, slices.Concat([]collect.Action{}, t.Todo), t.Required, t.Blocking})
	}
	return s.answer(w, r, out)
}

// apiMatrix is the completeness of a period, counties by forms.
func (s *Server) apiMatrix(w http.ResponseWriter, r *request) error {
	d := s.desk(r.who)
	issues, err := d.Issues(r.Context(), edu.Period{})
	if err != nil {
		return fmt.Errorf("issues: %w", err)
	}
	period, err := periodOf(r, issues)
	if err != nil {
		return err
	}
	m, err := d.Matrix(r.Context(), period)
	if err != nil {
		return fmt.Errorf("matrix: %w", err)
	}
	type cell struct {
		Total int                   `json:"total"`
		By    map[collect.State]int `json:"by"`
		Late  int                   `json:"late"`
	}
	type row struct {
		County edu.UnitID      `json:"county"`
		Name   string          `json:"name"`
		Forms  map[string]cell `json:"forms"`
	}
	out := struct {
		Period string `json:"period"`
		Rows   []row  `json:"rows"`
	}{period.String(), []row{}}
	for i, c := range m.Rows {
		v := row{c.Unit, r.Text(c.Name), map[string]cell{}}
		for k, is := range m.Issues {
			v.Forms[is.ID] = cell{m.Cells[i][k].Total, m.Cells[i][k].By, m.Cells[i][k].Late}
		}
		out.Rows = append(out.Rows, v)
	}
	return s.answer(w, r, out)
}

// apiPaper is a unit's paper: what was filled in, what is known, what is wrong.
func (s *Server) apiPaper(w http.ResponseWriter, r *request) error {
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	problems, err := d.Check(r.Context(), f.filing.Issue, f.filing.Unit, f.paper.Content)
	if err != nil {
		return err
	}
	if f.paper.Content.Sign != (form.Sign{}) {
		if err := s.noteRead(r, "signature block", f.filing.Unit); err != nil {
			return err
		}
	}
	known := map[string]string{}
	prior := map[string]string{}
	for k, v := range f.paper.Known {
		known[k.String()] = v.Text
	}
	for k, v := range f.paper.Prior {
		prior[k.String()] = v.Text
	}
	return s.answer(w, r, struct {
		apiFiling
		Content  form.Content      `json:"content"`
		Known    map[string]string `json:"known"`
		Prior    map[string]string `json:"prior"`
		Problems []apiProblem      `json:"problems"`
	}{filingJSON(f.filing), f.paper.Content, known, prior, r.problemsJSON(f.paper, problems)})
}

// apiDraft saves a draft: what changed, or the whole content.
func (s *Server) apiDraft(w http.ResponseWriter, r *request) error {
	pt, err := readPatch(r.Body)
	if err != nil {
		return err
	}
	d, f, err := s.filed(r)
	if err != nil {
		return err
	}
	if pt.Rev != f.filing.Rev {
		return s.conflictAt(w, r, f.filing)
	}
	for id, lp := range pt.Lists {
		for i := range lp.Rows {
			lp.Rows[i].Part = r.partOf(f.paper, string(lp.Rows[i].Part))
		}
		pt.Lists[id] = lp
	}
	if pt.Sign != nil && pt.Sign.At.IsZero() {
		pt.Sign.At = time.Now().UTC()
	}
	c, err := pt.apply(f.paper)
	if err != nil {
		return err
	}
	saved, err := d.Save(r.Context(), f.filing.Issue, f.filing.Unit, pt.Rev, c)
	if errors.Is(err, fault.Conflict) {
		if _, f, err = s.filed(r); err != nil {
			return err
		}
		return s.conflictAt(w, r, f.filing)
	}
	if err != nil {
		return fmt.Errorf("save %s: %w", f.filing.Unit, err)
	}
	problems, err := d.Check(r.Context(), f.filing.Issue, f.filing.Unit, c)
	if err != nil {
		return err
	}
	// What follows from lists has changed with them.
	p, _, _, err := d.Paper(r.Context(), f.filing.Issue, f.filing.Unit)
	if err != nil {
		return err
	}
	auto := map[string]string{}
	for k := range p.Cells() {
		if text, origin := p.Shown(k); origin == form.FromCells {
			auto[k.String()] = text
		}
	}
	return s.answer(w, r, struct {
		apiFiling
		Says     string            `json:"says"`
		Problems []apiProblem      `json:"problems"`
		Auto     map[string]string `json:"computed"`
		Rows     map[string]int    `json:"rows"`
	}{filingJSON(saved), r.T("paper.saved.server", r.Clock(saved.At)), r.problemsJSON(p, problems), auto, rowCounts(p)})
}

// rowCounts are the lengths of the lists as they are saved.
func rowCounts(p *form.Paper) map[string]int {
	out := map[string]int{}
	for _, l := range p.Lists {
		out[l.List.ID] = len(shownRows(p, l.List.ID))
	}
	return out
}

// conflictAt says that somebody else wrote meanwhile, and which revision stands.
func (s *Server) conflictAt(w http.ResponseWriter, r *request, now collect.Filing) error {
	return s.failed(w, r, problem{Title: r.T("error.conflict"), Status: http.StatusConflict, Detail: r.T("paper.conflict.detail"), Rev: now.Rev})
}

// failed sends what was wrong as problem details.
func (s *Server) failed(w http.ResponseWriter, r *request, p problem) error {
	p.Type = "about:blank"
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.send(w, r, p.Status, "application/problem+json", body)
}

// apiStep takes a step with a filing.
func (s *Server) apiStep(w http.ResponseWriter, r *request) error {
	var ask struct {
		Rev    int            `json:"rev"`
		Action collect.Action `json:"action"`
		Reason string         `json:"reason"`
		Due    string         `json:"due"`
		ID     string         `json:"id"`
		// Content is handed in instead of the saved draft.
		Content *form.Content `json:"content"`
	}
	dec := json.NewDecoder(r.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&ask); err != nil {
		return fmt.Errorf("step: %w: %w", err, fault.Invalid)
	}
	opt := collect.StepOptions{Reason: ask.Reason, ID: ask.ID, Content: ask.Content}
	if ask.Due != "" {
		due, err := parseDate(ask.Due)
		if err != nil {
			return err
		}
		opt.Due = due
	}
	if !slices.Contains(offered, ask.Action) {
		return fmt.Errorf("step %q: %w", ask.Action, fault.Invalid)
	}
	issue, unit := r.PathValue("issue"), edu.UnitID(r.PathValue("unit"))
	f, problems, err := s.desk(r.who).Step(r.Context(), issue, unit, ask.Rev, ask.Action, opt)
	if errors.Is(err, fault.Blocked) {
		var p *form.Paper // which names the cells
		if _, now, err := s.filed(r); err == nil {
			p = now.paper
		}
		return s.failed(w, r, problem{Title: r.T("error.blocked"), Status: http.StatusUnprocessableEntity, Problems: r.problemsJSON(p, problems), Rev: ask.Rev})
	}
	if err != nil {
		return fmt.Errorf("%s of %s for %s: %w", ask.Action, unit, issue, err)
	}
	return s.answer(w, r, filingJSON(f))
}

// apiUpload takes one filled workbook as the body of the request. It is saved as
// a whole or not at all.
func (s *Server) apiUpload(w http.ResponseWriter, r *request) error {
	src, size, err := spool(r.Body)
	if err != nil {
		return err
	}
	defer src.Close()
	name := "workbook.xlsx"
	if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition")); err == nil && params["filename"] != "" {
		name = params["filename"]
	}
	up, err := s.desk(r.who).Upload(r.Context(), name, src, size, collect.UploadOptions{Submit: r.query.Get("submit") == "1", Overwrite: r.query.Get("overwrite") == "1", Issue: r.PathValue("issue")})
	if up == nil || err != nil && !errors.Is(err, fault.Blocked) {
		return fmt.Errorf("workbook %s: %w", name, err)
	}
	type unit struct {
		Unit     edu.UnitID   `json:"unit"`
		Name     string       `json:"name"`
		Filing   *apiFiling   `json:"filing,omitempty"`
		Problems []apiProblem `json:"problems"`
	}
	out := struct {
		File     string       `json:"file"`
		Saved    int          `json:"saved"`
		Handed   int          `json:"handed"`
		Repeated bool         `json:"repeated"`
		Problems []apiProblem `json:"problems"`
		Units    []unit       `json:"units"`
		// Marked is where the workbook with its bad cells marked can be fetched.
		Marked string `json:"marked,omitempty"`
	}{up.File, up.Saved, up.Handed, up.Repeated, r.fileProblems(up.Problems), []unit{}, ""}
	for i, u := range up.Units {
		v := unit{Unit: u.Unit.ID, Name: r.Text(u.Unit.Name), Problems: r.problemsJSON(nil, u.Problems)}
		if i < len(up.Filings) {
			f := filingJSON(up.Filings[i])
			v.Filing = &f
		}
		out.Units = append(out.Units, v)
	}
	if len(up.Marked) > 0 {
		out.Marked = "/work/marked/" + s.kept.put(r.who.Account, name, up.Marked)
	}
	status := http.StatusOK
	if up.Saved == 0 && up.Handed == 0 && !up.Repeated {
		status = http.StatusUnprocessableEntity
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return s.send(w, r, status, "application/json", body)
}

func (r *request) fileProblems(list []workbook.FileProblem) []apiProblem {
	out := []apiProblem{}
	for _, q := range list {
		out = append(out, apiProblem{Rule: q.Rule, Blocking: q.Blocking, Place: r.place(q.Cell), Text: r.Text(q.Text), Do: r.Text(q.Do)})
	}
	return out
}
