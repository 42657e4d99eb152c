package web

import (
	"fmt"
	"net/http"
	"slices"

	"shuren/internal/task"
)

// The official papers of a task as pages to be printed: 督办单 on one sheet, and
// the draft of 提请函 towards whoever does not take tasks from the issuer. What
// stands in them is the task's own (task.Paper); a person gives the number and the
// seal.

type paperPrint struct {
	Shell
	Back    string
	Heading string
	No      string
	Parts   []sheetPart
	Paras   []string
	To      string
	From    string
	Day     string
	Why     string
	None    string // why there is no such paper
}

// sheetPart is one of the three parts of a sheet: what is given, what the owner
// fills, what the review says.
type sheetPart struct {
	Name string
	Rows [][]sheetCell
}

type sheetCell struct {
	Name, Value string
	Wide        bool
}

func (s *Server) taskSheet(w http.ResponseWriter, r *request) error {
	x, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	if x.Paper == nil {
		p := r.paperPrint(s, &x, &task.Paper{}, r.T("task.paper"))
		p.None = r.T("task.paper.none")
		return s.render(w, r, "tasksheet.html", p)
	}
	if r.asWord() {
		return s.sendDocument(w, r, x.Paper.Title.ZH+"-"+x.Title, sheetDocument(x.Paper))
	}
	p := r.paperPrint(s, &x, x.Paper, r.T("task.paper"))
	for k, name := range []string{r.T("task.part.given"), r.T("task.part.done"), r.T("task.part.review")} {
		p.Parts = append(p.Parts, sheetPart{Name: name, Rows: r.sheetRows(x.Paper, k)})
	}
	p.Parts = slices.DeleteFunc(p.Parts, func(x sheetPart) bool { return len(x.Rows) == 0 })
	return s.render(w, r, "tasksheet.html", p)
}

func (r *request) sheetRows(p *task.Paper, part int) (out [][]sheetCell) {
	for _, fields := range p.Rows(part) {
		var row []sheetCell
		for _, f := range fields {
			row = append(row, sheetCell{r.Text(f.Name), f.Value, len(fields) == 1})
		}
		out = append(out, row)
	}
	return out
}

func (s *Server) taskLetter(w http.ResponseWriter, r *request) error {
	x, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	if x.Letter == nil {
		p := r.paperPrint(s, &x, &task.Paper{}, r.T("task.letter"))
		p.None = r.T("task.letter.none")
		return s.render(w, r, "taskletter.html", p)
	}
	if r.asWord() {
		return s.sendDocument(w, r, r.inChinese().T("task.letter")+"-"+x.Title, letterDocument(x.Letter))
	}
	p := r.paperPrint(s, &x, x.Letter, r.T("task.letter"))
	p.Heading = x.Letter.Title.ZH // it goes out in Chinese
	p.Why = r.T("task.letter.why", r.bodyName(x.IssuerName), r.bodyName(x.LeadName))
	return s.render(w, r, "taskletter.html", p)
}

func (r *request) paperPrint(s *Server, x *task.Full, t *task.Paper, title string) paperPrint {
	return paperPrint{Shell: s.shell(r, title, taskSection(&x.Task), r.taskCrumb(&x.Task), Link{x.Title, "/tasks/" + x.ID}), Back: "/tasks/" + x.ID, Heading: r.Text(t.Title), No: t.No, Paras: t.Paras, To: t.To, From: t.From, Day: t.Day.Official()}
}
