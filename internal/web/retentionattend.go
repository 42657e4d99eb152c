package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// attendancePage is where a school says who is not in class, and where officers see
// what that warns of.
type attendancePage struct {
	Shell
	Sub    string
	Said   string
	Error  string
	Table  Table
	Marks  []markLine
	Grades []Choice
	Kids   []Choice // of the grade chosen
	Fields []caseField
	Grade  string
	None   string // why nobody can be chosen
	Cut    string // that not all of a long list can be chosen
	May    bool

	Pages      []Choice
	Prev, Next string
}

// markRows is how many reports of attendance a page shows, the reddest first.
const markRows = 50

// gradeKids is how many children of a grade can be chosen from: a page has at most 1,500
// elements.
const gradeKids = 900

type markLine struct {
	Child, School, What, Since string
	Grade                      string
	Lamp                       Lamp
	Open                       string // address that opens a case
	Case                       string
}

func (s *Server) attendance(w http.ResponseWriter, r *request) error {
	return s.showAttendance(w, r, http.StatusOK, "")
}

func (s *Server) showAttendance(w http.ResponseWriter, r *request, status int, why string) error {
	p := attendancePage{Shell: s.shell(r, r.T("retention.attendance"), "retention", Link{r.T("retention.title"), "/retention"}), Sub: r.T("retention.attendance.sub"), Error: why, May: !r.who.May(auth.EndCases)}
	if r.query.Get("did") == "mark" {
		p.Said = r.T("retention.did.mark")
	}
	list, err := s.retention.Marks(r.Context(), r.who, store.MarkFilter{})
	if err != nil {
		return fmt.Errorf("attendance: %w", err)
	}
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, r.T("retention.attendance"), r.markTable(list))
	}
	p.Export = r.here("as", "xlsx", "did", "", "page", "")
	page, err := pageOf(r)
	if err != nil {
		return err
	}
	pages := max(1, (len(list)+markRows-1)/markRows)
	page = min(page, pages)
	p.Pages, p.Prev, p.Next = r.pager(page, pages)
	list = list[(page-1)*markRows : min(page*markRows, len(list))]
	for i := range list {
		m := &list[i]
		l := markLine{Child: m.Child, Grade: r.gradeWords(m.Grade, m.Class), School: r.Text(m.SchoolAt), What: r.markWords(m), Since: m.Since.String(), Lamp: r.caseLamp(m.Colour, m.Why), Case: m.Case}
		if m.Case == "" && m.Kind != retention.OnLeave {
			l.Open = "/retention/new?child=" + caseQuery(m.Person)
		} else if m.Case != "" {
			l.Case = flow.CaseLink(m.Case)
		}
		p.Marks = append(p.Marks, l)
	}
	if p.May {
		if err := s.classOf(r, &p); err != nil {
			return err
		}
	}
	return s.write(w, r, status, "attendance.html", p)
}

// classOf are the children of the grade that is chosen.
func (s *Server) classOf(r *request, p *attendancePage) error {
	grade := 0
	p.Grade = r.FormValue("grade")
	if p.Grade != "" {
		var err error
		if grade, err = strconv.Atoi(p.Grade); err != nil || grade < 1 || grade > 12 {
			return fmt.Errorf("grade %q: %w", p.Grade, fault.Invalid)
		}
	}
	for g := 1; g <= 9; g++ {
		p.Grades = append(p.Grades, Choice{Link{r.T("retention.grade.only", g), fmt.Sprint(g)}, grade == g})
	}
	p.Fields = []caseField{r.selectField(r.T("retention.mark.kind"), "kind", true, retention.MarkKinds), r.field("number", r.T("retention.absent"), "days", false, 0), r.field("date", r.T("retention.mark.since"), "since", false, 0)}
	if grade == 0 {
		return nil
	}
	kids, err := s.retention.Classmates(r.Context(), r.who, "", grade)
	if err != nil {
		if p.None = r.why(err); p.None != "" {
			return nil
		}
		return fmt.Errorf("children of a grade: %w", err)
	}
	for i, k := range kids {
		if i == gradeKids {
			p.Cut = r.T("retention.class.cut", gradeKids, len(kids))
			break
		}
		p.Kids = append(p.Kids, Choice{Link{cmp.Or(k.Name, flow.ShortPerson(k.Person)) + " · " + r.gradeWords(k.Grade, k.Class), string(k.Person)}, string(k.Person) == r.PostFormValue("child")})
	}
	if len(p.Kids) == 0 {
		p.None = r.T("retention.children.none")
	}
	return nil
}

func (r *request) markWords(m *flow.MarkRow) string {
	word := r.Text(retention.Word(retention.MarkKinds, m.Kind))
	if m.Kind == retention.Absent {
		return word + " " + r.T("retention.days", m.Days)
	}
	return word
}

func (r *request) markTable(list []flow.MarkRow) Table {
	t := Table{ID: "marks", Caption: r.T("retention.attendance"), Sheet: r.T("retention.attendance"), Cols: []Col{{Label: r.T("retention.child")}, {Label: r.T("retention.grade")}, {Label: r.T("retention.school")}, {Label: r.T("retention.mark.kind")}, {Label: r.T("retention.mark.since")}, {Label: r.T("retention.colour")}, {Label: r.T("retention.mark.day")}}}
	for i := range list {
		m := &list[i]
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(m.Child), text(r.gradeWords(m.Grade, m.Class)), text(r.Text(m.SchoolAt)), text(r.markWords(m)), text(m.Since.String()), lampCell(r.caseLamp(m.Colour, m.Why)), text(m.Day.String())}})
	}
	return t
}

func (s *Server) markAbsent(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	m := retention.Mark{Person: register.PersonID(r.PostFormValue("child")), Kind: retention.MarkKind(r.PostFormValue("kind"))}
	why := ""
	var err error
	if d := r.PostFormValue("days"); d != "" {
		if m.Days, err = strconv.Atoi(strings.TrimSpace(d)); err != nil {
			why = r.T("retention.wrong.days")
		}
	}
	if m.Since, err = r.dayTyped(r.PostFormValue("since")); err != nil && why == "" {
		why = r.why(err)
	}
	if why == "" {
		if err = s.retention.Mark(r.Context(), r.who, m); err == nil {
			return away{"/retention/attendance?did=mark&grade=" + url.QueryEscape(r.PostFormValue("grade"))}
		}
		if why = r.why(err); why == "" {
			return fmt.Errorf("attendance: %w", err)
		}
	}
	return s.showAttendance(w, r, http.StatusUnprocessableEntity, why)
}
