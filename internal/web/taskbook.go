package web

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// The 任务分解表 as a workbook: exported from the list as it is filtered, edited, and
// read back. What it would change is shown first; nothing is kept until that is
// confirmed.

type taskBookPage struct {
	Shell
	Files   []Link // what can be exported to be edited
	Errors  []string
	Changes []string
	Notes   []string
	Same    bool
	Sent    string
	Body    string
	New     int
	Changed int
}

func (s *Server) taskBookPage(r *request) taskBookPage {
	p := taskBookPage{Shell: s.shell(r, r.T("task.book.title"), "tasks", Link{r.T("task.title"), "/tasks"}), Sent: rand.Text()}
	if q := r.query; r.Method == http.MethodGet && len(q) > 0 {
		p.Files = append(p.Files, Link{r.T("task.book.chosen"), "/tasks?" + with(q, "as", "book").Encode()})
	}
	p.Files = append(p.Files, []Link{{r.T("task.book.drafts"), "/tasks?state=drafted&as=book"}, {r.T("task.book.live"), "/tasks?as=book"}, {r.T("task.book.empty"), "/tasks/import?as=book"}}...)
	return p
}

func (s *Server) taskBook(w http.ResponseWriter, r *request) error {
	if r.query.Get("as") == "book" {
		return s.sendTaskBook(w, r, nil)
	}
	return s.render(w, r, "taskbook.html", s.taskBookPage(r))
}

func (s *Server) sendTaskBook(w http.ResponseWriter, r *request, rows []task.Row) error {
	var b bytes.Buffer
	if err := s.tasks.WriteTaskBook(r.Context(), rows, r.Lang(), &b); err != nil {
		return fmt.Errorf("workbook of tasks: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", xlsx)
	h.Set("Content-Disposition", `attachment; filename="tasks.xlsx"; filename*=UTF-8''`+url.PathEscape(r.T("task.book.file")+"-"+collect.Today(s.now()).String()+".xlsx"))
	h.Set("Cache-Control", "no-store")
	_, err := b.WriteTo(w)
	return err
}

// readTaskBook shows what an edited workbook would change.
func (s *Server) readTaskBook(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	p := s.taskBookPage(r)
	if len(files) == 0 {
		p.Errors = []string{r.T("task.book.none")}
		return s.write(w, r, http.StatusUnprocessableEntity, "taskbook.html", p)
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	book, err := s.tasks.ReadTaskBook(r.Context(), r.who, f)
	if err != nil {
		return s.taskBookWrong(w, r, p, err)
	}
	for _, c := range book.Changes() {
		p.Changes = append(p.Changes, r.Text(c))
	}
	for _, n := range book.Notes {
		p.Notes = append(p.Notes, r.Text(n))
	}
	for _, x := range book.Rows {
		if x.Task.ID == "" {
			p.New++
		} else {
			p.Changed++
		}
	}
	if p.Same = len(book.Rows) == 0; !p.Same {
		body, err := json.Marshal(book.Rows)
		if err != nil {
			return err
		}
		p.Body = string(body)
	}
	const most = 200 // lines that a page shows; the counts are of all
	if n := len(p.Changes); n > most {
		p.Changes = append(p.Changes[:most:most], r.T("task.book.more", n-most))
	}
	return s.render(w, r, "taskbook.html", p)
}

// keepTaskBook keeps what was confirmed. It travels in the form, so it is checked as
// any other edit is.
func (s *Server) keepTaskBook(w http.ResponseWriter, r *request) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	var rows []task.BookRow
	if err := json.Unmarshal([]byte(r.PostFormValue("rows")), &rows); err != nil || r.PostFormValue("sent") == "" || len(rows) > 500 {
		return fmt.Errorf("the form holds no rows: %w", fault.Invalid)
	}
	if err := s.tasks.KeepTaskBook(r.Context(), r.who, rows, r.PostFormValue("sent")); err != nil {
		return s.taskBookWrong(w, r, s.taskBookPage(r), err)
	}
	return away{"/tasks?state=drafted&did=book"}
}

func (s *Server) taskBookWrong(w http.ResponseWriter, r *request, p taskBookPage, err error) error {
	return s.orSay(err, func(why string) error {
		p.Errors = strings.Split(why, "\n")
		return s.write(w, r, http.StatusUnprocessableEntity, "taskbook.html", p)
	}, r)
}

// bookLinks is where the list, as it is filtered, can be exported to be edited, and read
// back.
func (s *Server) bookLinks(r *request) []Link {
	if !r.who.May(auth.GiveTasks) {
		return nil
	}
	_, query, _ := strings.Cut(r.here("page", "", "size", "", "did", "", "lang", ""), "?")
	if query != "" {
		query = "?" + query
	}
	return []Link{{r.T("task.book.title"), "/tasks/import" + query}}
}
