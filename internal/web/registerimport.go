package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/sheet"
	"shuren/internal/store"
)

// registerImportPage takes a file of a register and says what became of it.
type registerImportPage struct {
	Shell
	Base     string
	Year     string
	Lists    []Choice // of pupils
	Lamp     Lamp     // what became of the file that was sent
	Says     string
	Lacks    string
	Problems Table
	Runs     Table
	Error    string
	Columns  string // what a file may have
	list     string // that was chosen
}

func (s *Server) pupilImport(w http.ResponseWriter, r *request) error {
	return s.showImport(w, r, store.AChild, registerImportPage{}, http.StatusOK)
}

func (s *Server) staffImport(w http.ResponseWriter, r *request) error {
	return s.showImport(w, r, store.AStaff, registerImportPage{}, http.StatusOK)
}

func (s *Server) takePupilFile(w http.ResponseWriter, r *request) error {
	return s.takeRegister(w, r, store.AChild)
}

func (s *Server) takeStaffFile(w http.ResponseWriter, r *request) error {
	return s.takeRegister(w, r, store.AStaff)
}

func (s *Server) showImport(w http.ResponseWriter, r *request, kind store.PersonKind, p registerImportPage, status int) error {
	of, title, fields := "pupils", r.T("register.import.pupils"), register.ChildFields
	if kind == store.AStaff {
		of, title, fields = "staff", r.T("register.import.staff"), register.StaffFields
	}
	p.Base = "/registers/" + of
	p.Shell = s.shell(r, title, "registers", Link{r.registerTitle(of), p.Base})
	if p.Year == "" {
		p.Year = strconv.Itoa(s.now().Year() - yearTurned(s.now().Month()))
	}
	if kind == store.AChild {
		for _, t := range register.Lists {
			p.Lists = append(p.Lists, Choice{Link{r.Text(t.Text), t.ID}, p.list == t.ID})
		}
	}
	var names []string
	for _, f := range fields {
		names = append(names, register.FieldName(f.ID).In(r.Lang()))
	}
	p.Columns = strings.Join(names, r.T("register.and"))
	runs, err := s.registers.Imports(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("imports: %w", err)
	}
	p.Runs = r.runTable(s, runs, kind)
	return s.write(w, r, status, "registerimport.html", p)
}

// runTable lists imports: whoever looks while one runs sees how far it is.
func (r *request) runTable(s *Server, runs []flow.RegisterReceipt, kind store.PersonKind) Table {
	t := Table{ID: "runs", Caption: r.T("register.runs"), Empty: r.T("register.runs.none"), Cols: []Col{{Label: r.T("register.began")}, {Label: r.T("year")}, {Label: r.T("unit"), Wrap: true}, {Label: r.T("status")}, {Label: r.T("register.rows"), Num: true}, {Label: r.T("register.fresh"), Num: true}, {Label: r.T("register.changed"), Num: true}, {Label: r.T("register.problems"), Num: true}}}
	if kind == store.AChild {
		t.Cols = append(t.Cols, Col{Label: r.T("register.list")})
	}
	for _, x := range runs {
		if x.Kind != kind {
			continue
		}
		tone := map[store.RunState]chart.Tone{store.RunDone: chart.Good, store.RunWrites: chart.Near, store.RunRefused: chart.Bad, store.RunDropped: chart.Open}[x.State]
		n := func(v int) Cell { return Cell{Text: strconv.Itoa(v), Value: float64(v), Number: true} }
		row := Row{Cells: []Cell{{Text: r.Minute(x.Began.In(collect.China))}, {Text: edu.Year(x.Year).Label()}, {Text: s.unitLabel(r, x.Unit)}, {Lamp: &Lamp{Tone: tone, Word: r.runName(x.State)}, Small: r.progressText(x)},
			n(x.Rows), n(x.New + x.Moved), n(x.Changed), n(x.Found)}}
		if kind == store.AChild {
			row.Cells = append(row.Cells, Cell{Text: r.Text(register.Words(register.Lists, string(x.List)))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// runName is what became of an import, in words.
func (r *request) runName(s store.RunState) string {
	switch s {
	case store.RunDone:
		return r.T("register.run.done")
	case store.RunRefused:
		return r.T("register.run.refused")
	case store.RunDropped:
		return r.T("register.run.dropped")
	default:
		return r.T("register.run.writes")
	}
}

func (r *request) progressText(x flow.RegisterReceipt) string {
	if x.State != store.RunWrites || x.Total <= 0 {
		return ""
	}
	return fmt.Sprintf("%d%%", min(x.Done*100/x.Total, 100))
}

// takeRegister reads a file into a register. Who leaves the page meanwhile does not
// break it off.
func (s *Server) takeRegister(w http.ResponseWriter, r *request, kind store.PersonKind) error {
	file, form, err := sealedUpload(r, "file")
	if err != nil {
		return err
	}
	defer file.Close()
	p := registerImportPage{Year: strings.TrimSpace(form.Get("y")), list: form.Get("list")}
	opt := flow.RegisterOptions{Kind: kind, Skip: form.Get("skip") != "", Replace: form.Get("replace") != ""}
	if kind == store.AChild {
		opt.List = register.List(oneTerm(register.Lists, p.list))
	}
	opt.Year, _ = strconv.Atoi(p.Year) // what is no year is refused
	got, err := s.registers.Import(context.WithoutCancel(r.Context()), r.who, file.again, opt)
	status := http.StatusOK
	switch no, unreadable := errors.AsType[*sheet.Refusal](err); {
	case err == nil:
		p.Lamp = Lamp{Tone: chart.Good, Word: r.T("register.run.done")}
		p.Says = r.T("register.receipt", got.Rows, got.New+got.Moved, got.Changed, got.Same, got.Skipped)
		if got.Resumed {
			p.Says = r.T("register.resumed") + p.Says
		}
	case errors.Is(err, fault.Blocked):
		status = http.StatusUnprocessableEntity
		p.Lamp = Lamp{Tone: chart.Bad, Word: r.T("register.run.refused")}
		p.Says = r.T("register.refused", got.Blocking)
	case unreadable:
		p.Error, status = r.Text(no.Text), http.StatusUnprocessableEntity
	default:
		if p.Error = r.why(err); p.Error == "" {
			return fmt.Errorf("register: %w", err)
		}
		status = statusOf(err)
	}
	var lacks []string
	for _, f := range got.Lacks {
		lacks = append(lacks, register.FieldName(f).In(r.Lang()))
	}
	p.Lacks = strings.Join(lacks, r.T("register.and"))
	const shown = 100
	p.Problems = Table{ID: "problems", Caption: r.T("register.problems"), Show: true, Cols: []Col{{Label: r.T("register.row"), Num: true}, {Label: r.T("register.column")}, {Label: r.T("register.must")}, {Label: r.T("register.what"), Wrap: true}, {Label: r.T("register.foundthere")}}}
	for _, q := range got.Problems[:min(len(got.Problems), shown)] {
		must := ""
		if q.Blocking {
			must = "■"
		}
		p.Problems.Rows = append(p.Problems.Rows, Row{Cells: []Cell{{Text: strconv.Itoa(q.Row), Value: float64(q.Row), Number: true}, {Text: register.FieldName(q.Field).In(r.Lang())}, {Text: must}, {Text: r.Text(q.Why)}, {Text: q.Found}}})
	}
	if got.Found > shown {
		p.Problems.Caption = r.T("register.problems.first", shown, got.Found)
	}
	return s.showImport(w, r, kind, p, status)
}
