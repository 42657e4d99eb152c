package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"shuren/internal/chart"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/retention"
)

// casePage is one case: where it stands, whose turn it is, what was done, and the acts
// that this reader may do now.
type casePageView struct {
	Shell
	Lamp    Lamp
	Sub     string
	Said    string
	Error   string
	Stale   bool
	Acts    []caseAct
	Strip   []stripStep
	Clock   string
	Due     Lamp
	Notes   []note
	Facts   []Fact
	Visits  []entryLine
	Legal   Table
	Legals  bool // somebody of a township or county sends them
	Back    []Fact
	Receipt Lamp
	Files   Table
	Drops   []caseDrop // files that the reader may take off
	Base    string     // address of the case
	Log     Table
}

func (s *Server) casePage(w http.ResponseWriter, r *request) error {
	x, err := s.retention.Case(r.Context(), r.who, r.PathValue("case"))
	if err != nil {
		return fmt.Errorf("case: %w", err)
	}
	return s.showCase(w, r, http.StatusOK, &x, "", "")
}

func (s *Server) showCase(w http.ResponseWriter, r *request, status int, x *flow.CaseFull, tried retention.Act, why string) error {
	p := casePageView{Shell: s.shell(r, r.T("retention.case.of", x.Child), "retention", Link{r.T("retention.title"), "/retention"}), Lamp: r.caseLamp(x.Colour, x.Why), Error: why}
	if x.State == retention.Closed {
		p.Lamp = Lamp{chart.Good, r.label(x.State.Name()), ""}
	}
	p.Sub = r.List([]string{cmp.Or(r.Text(x.SchoolAt), r.T("retention.noschool")), r.gradeWords(x.Grade, x.Group)})
	if did := retention.Act(r.query.Get("did")); did == "drop" && why == "" {
		p.Said = r.T("retention.files.dropped")
	} else if did != "" && why == "" {
		p.Said = r.T("retention.did", r.Text(did.Name()))
	}
	p.Acts = r.caseActs(x, tried, why)
	p.Strip = r.caseStrip(x)
	if x.Runs {
		p.Clock, p.Due = r.T("retention.clock", r.Text(x.Clock.Do), x.Clock.Due.String()), r.caseDue(x)
	}
	for _, w := range x.Why {
		p.Notes = append(p.Notes, note{noteClass(w.Colour), r.Text(w.Text)})
	}
	if x.State == retention.Observing {
		p.Notes = append(p.Notes, note{"", r.T("retention.observed.until", x.Until.String())})
	}
	p.Facts = r.caseFacts(x)
	visited := r.stepFiles(x, retention.Persuade)
	for i := len(x.Visits) - 1; i >= 0; i-- {
		v := x.Visits[i]
		l := entryLine{Files: visited[i], Day: v.Day.String(), Who: v.Name, Text: r.T("retention.visit.line", r.Text(retention.Word(retention.Ways, v.Way)), v.Place, r.Text(retention.Word(retention.Saws, v.Saw)), r.Text(retention.Word(retention.Results, v.Result)))}
		for _, f := range []Fact{{Term: r.T("retention.visit.parts"), Text: r.partWords(v.Parts)}, {Term: r.T("retention.visit.text"), Text: v.Text}, {Term: r.T("retention.evidence"), Text: v.Proof}, {Term: r.T("retention.visit.next"), Text: v.Next.String()}} {
			if f.Text != "" {
				l.More = append(l.More, f)
			}
		}
		p.Visits = append(p.Visits, l)
	}
	p.Legal = r.legalTable(x)
	p.Back, p.Receipt = r.caseBack(x)
	p.Files, p.Drops, p.Base = r.caseFiles(x), r.caseDrops(x), flow.CaseLink(x.ID)
	p.Log = r.caseLog(x)
	return s.write(w, r, status, "retentioncase.html", p)
}

func noteClass(c retention.Colour) string {
	switch c {
	case retention.Red:
		return "bad"
	case retention.Amber:
		return "warn"
	}
	return ""
}

// caseDue says how long there is, or how late it is.
func (r *request) caseDue(x *flow.CaseFull) Lamp {
	for _, w := range x.Why {
		if w.From == x.Clock.Due+1 {
			return Lamp{chart.Near, r.T("retention.past"), ""}
		}
	}
	return Lamp{}
}

// caseStrip is the way of a case: where it has been, where it is, and what is still
// to come.
func (r *request) caseStrip(x *flow.CaseFull) []stripStep {
	way := []retention.State{retention.Suspected, retention.Confirmed, retention.Persuading, retention.Returned, retention.Observing, retention.Closed}
	switch x.State {
	case retention.Excluded, retention.Elsewhere, retention.Excepted:
		way = []retention.State{retention.Suspected, x.State}
	case retention.Transferred, retention.Placed:
		way[3] = x.State
	}
	last := map[retention.State]retention.Event{}
	for _, e := range x.Events {
		if e.From != e.To {
			last[e.To] = e
		}
	}
	for _, st := range []retention.State{retention.Transferred, retention.Placed} {
		if e, ok := last[st]; ok && e.Rev > last[retention.Returned].Rev && len(way) > 3 {
			way[3] = st
		}
	}
	past := true
	var out []stripStep
	for _, st := range way {
		step := stripStep{Name: r.label(st.Name())}
		if st == x.State {
			past, step.Now = false, true
		} else {
			step.Past = past
		}
		if e, ok := last[st]; ok && (step.Past || step.Now) {
			step.Note = r.T("strip.note", cmp.Or(e.Name, "–"), r.When(e.At))
		}
		out = append(out, step)
	}
	return out
}

func (r *request) caseFacts(x *flow.CaseFull) []Fact {
	var out []Fact
	fact := func(term, text string) {
		if text != "" {
			out = append(out, Fact{Term: term, Text: text})
		}
	}
	fact(r.T("retention.child"), x.Child)
	fact(r.T("retention.person"), flow.ShortPerson(x.Person))
	fact(r.T("retention.platform"), x.Platform)
	fact(r.T("retention.county"), r.Text(x.CountyAt))
	fact(r.T("retention.groups"), r.groupWords(x.Groups))
	fact(r.T("retention.found.on"), r.T("retention.found.by", x.Found.String(), r.Text(retention.Word(retention.Sources, x.Source))))
	if x.Absent > 0 {
		fact(r.T("retention.absent"), r.T("retention.days", x.Absent))
	}
	fact(r.T("retention.lost"), r.yes(x.Lost))
	fact(r.T("retention.guess"), r.Text(retention.Word(retention.Causes, x.Guess)))
	fact(r.T("retention.guard"), r.partWords(x.Guard))
	fact(r.T("retention.dropped"), x.Dropped.String())
	if x.Cause != "" {
		fact(r.T("retention.cause"), r.Text(retention.Word(retention.Causes, x.Cause)))
	}
	if x.Relapses > 0 {
		fact(r.T("retention.relapses"), fmt.Sprint(x.Relapses))
	}
	fact(r.T("retention.where"), x.Finding.Where)
	fact(r.T("retention.evidence"), x.Finding.Proof)
	fact(r.T("retention.checked"), x.Finding.Text)
	if e := x.Exception; e.Kind != "" {
		fact(r.Text(retention.Word(retention.Excuses, e.Kind)), r.T("retention.exception", r.Text(retention.Word(retention.Grounds, e.Ground)), e.From.String(), e.Until.String()))
		fact(r.T("retention.approver"), e.Approver+" "+e.Number)
		fact(r.T("retention.proof"), e.Proof)
	}
	return out
}

func (r *request) legalTable(x *flow.CaseFull) Table {
	t := Table{ID: "legal", Caption: r.T("retention.legal"), Empty: r.T("retention.legal.none"), Tight: true, Cols: []Col{{Label: r.T("retention.legal"), Wrap: true}, {Label: r.T("retention.number"), Wrap: true}, {Label: r.T("retention.notice.day")}, {Label: r.T("retention.delivered")}, {Label: r.T("log.who"), Wrap: true}}}
	for _, n := range x.Legal {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Text(retention.Word(retention.Legals, n.Step))), text(n.Number), text(n.Day.String()), text(n.Delivered.String()), text(n.Name)}})
	}
	return t
}

// caseBack is where the child is, and what the school there says.
func (r *request) caseBack(x *flow.CaseFull) (out []Fact, l Lamp) {
	if x.Placement.Day == 0 {
		return nil, Lamp{}
	}
	out = []Fact{{Term: r.T("retention.placement"), Text: r.Text(retention.Word(retention.Kinds, x.Placement.Kind))}, {Term: r.T("retention.receiver"), Text: r.Text(x.Receiver)}, {Term: r.T("retention.back"), Text: x.Placement.Day.String()}}
	if !x.Receipt.Given() {
		return out, Lamp{chart.Near, r.T("retention.receipt.none"), ""}
	}
	out = append(out, Fact{Term: r.T("retention.receipt"), Text: r.T("retention.receipt.of", x.Receipt.Day.String(), x.Receipt.Name)})
	if x.Receipt.Number != "" {
		out = append(out, Fact{Term: r.T("retention.receipt.number"), Text: x.Receipt.Number})
	}
	if given := r.stepFiles(x, retention.Accept); len(given) > 0 {
		for _, l := range given[len(given)-1] {
			out = append(out, Fact{Term: r.T("retention.receipt.file"), Link: &l})
		}
	}
	out = append(out, Fact{Term: r.T("retention.until"), Text: x.Until.String()})
	if x.State == retention.Closed {
		out = append(out, Fact{Term: r.T("retention.ended"), Text: r.T("retention.receipt.of", x.Ended.String(), x.EndedBy)})
	}
	return out, Lamp{chart.Good, r.T("retention.receipt.given"), ""}
}

func (r *request) caseLog(x *flow.CaseFull) Table {
	t := Table{Caption: r.T("task.log"), Cols: []Col{{Label: r.T("log.when")}, {Label: r.T("log.who")}, {Label: r.T("log.step")}, {Label: r.T("log.state")}, {Label: r.T("task.log.text"), Wrap: true}}}
	for i := len(x.Events) - 1; i >= 0 && len(t.Rows) < eventsShown; i-- {
		e := x.Events[i]
		state := ""
		if e.From != e.To {
			state = r.label(e.To.Name())
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.When(e.At)), text(e.Name), text(r.label(e.Act.Name())), text(state), text(e.Text)}})
	}
	return t
}

// doCase takes an act. Which may be done by whom is in the table of steps.
func (s *Server) doCase(w http.ResponseWriter, r *request) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	id := r.PathValue("case")
	act, rev, o, why, err := s.caseTyped(r)
	if err != nil {
		return err
	}
	if why == "" {
		var files []flow.Attached
		if r.MultipartForm != nil {
			files, err = s.takeCaseFiles(r)
		}
		if err == nil {
			_, err = s.retention.Act(r.Context(), r.who, id, rev, act, o, files...)
		}
		if err == nil {
			return away{flow.CaseLink(id) + "?did=" + string(act)}
		}
		if why = r.why(err); why == "" && !errors.Is(err, fault.Conflict) {
			return fmt.Errorf("%s case %s: %w", act, id, err)
		}
		why = cmp.Or(why, r.T("retention.stale"))
	}
	x, got := s.retention.Case(r.Context(), r.who, id)
	if got != nil {
		return cmp.Or(err, got)
	}
	status := http.StatusUnprocessableEntity
	switch {
	case errors.Is(err, fault.Conflict):
		status = http.StatusConflict
	case errors.Is(err, fault.Forbidden):
		status = http.StatusForbidden
	}
	return s.showCase(w, r, status, &x, act, why)
}
