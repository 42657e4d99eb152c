package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/attach"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/store"
	"shuren/internal/task"
)

// The evidence of a task: a file is stored once, under its content's hash, and
// cited by any entry or by what is handed in. It is sent to be kept, never shown;
// of a photo a small picture is drawn anew.

type filesCard struct {
	List   []fileLine
	Boxes  []fileBox
	Base   string // address of the task
	Upload string
	Accept string
	Hint   string
}

type fileLine struct {
	Name, Href, Note string
	Small            string // address of a photo's small picture
	Drop             string // hash by which it is taken off; empty where the reader may not
}

func (r *request) filesCard(x *task.Full, uses []store.FileUse) *filesCard {
	c := &filesCard{Base: "/tasks/" + x.ID, Accept: attach.Accept(), Hint: r.T("task.files.hint", attach.MaxFile>>20)}
	for _, u := range uses {
		l := fileLine{Name: u.Name, Href: fileHref(x.ID, u.Hash), Note: r.T("task.files.note", u.ByName, r.When(u.At), sizeWords(u.Size))}
		if x.State.Live() && u.By == r.account() {
			l.Drop = u.Hash
		}
		if u.Type.Image() {
			l.Small = l.Href + "/small"
		}
		c.List = append(c.List, l)
	}
	c.Boxes = c.boxes(nil)
	if x.Side != 0 && x.State.Live() {
		c.Upload = "/tasks/" + x.ID + "/files/upload"
	}
	return c
}

// boxes are the files as an act can cite them.
func (c *filesCard) boxes(cited []string) []fileBox {
	var out []fileBox
	for _, l := range c.List {
		_, hash, _ := strings.Cut(l.Href, "/files/")
		out = append(out, fileBox{hash, l.Name, slices.Contains(cited, hash)})
	}
	return out
}

func fileHref(id, hash string) string { return "/tasks/" + id + "/files/" + hash }

// fileLinks are the files that an entry cites, by the names that they have.
func fileLinks(id string, hashes []string, uses []store.FileUse) []Link {
	var out []Link
	for _, h := range hashes {
		if i := slices.IndexFunc(uses, func(u store.FileUse) bool { return u.Hash == h }); i >= 0 {
			out = append(out, Link{uses[i].Name, fileHref(id, h)})
		}
	}
	return out
}

func sizeWords(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", (n+1<<9)>>10)
	}
	return fmt.Sprintf("%d B", n)
}

// takeEvidence takes files: all of a form, or none.
func (s *Server) takeEvidence(w http.ResponseWriter, r *request) error {
	id := r.PathValue("task")
	x, err := s.tasks.Task(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("task: %w", err)
	}
	files, err := s.takeFiles(r, "file")
	if err == nil && len(files) == 0 {
		return s.showTask(w, r, http.StatusUnprocessableEntity, x, &typedAct{why: r.T("upload.none")})
	}
	if err == nil {
		var taken []flow.Attached
		for _, f := range files {
			taken = append(taken, flow.Attached{File: f.File, Body: f.Body})
		}
		_, err = s.tasks.AddTaskFiles(r.Context(), r.who, id, taken)
	}
	if err == nil {
		return away{"/tasks/" + id + "?did=file#files"}
	}
	why := r.why(err)
	if why == "" {
		return fmt.Errorf("evidence of task %s: %w", id, err)
	}
	status := http.StatusUnprocessableEntity
	if errors.Is(err, fault.Forbidden) {
		status = http.StatusForbidden
	}
	return s.showTask(w, r, status, x, &typedAct{why: why})
}

// account is under which name the reader's acts are kept.
func (r *request) account() string {
	if r.who.Local {
		return "local"
	}
	return r.who.Account
}

// dropEvidence takes a file off a task, where nothing cites it yet.
func (s *Server) dropEvidence(w http.ResponseWriter, r *request) error {
	id := r.PathValue("task")
	if err := r.parse(); err != nil {
		return err
	}
	hash := r.PostFormValue("hash")
	if hash == "" {
		return fmt.Errorf("which file is not said: %w", fault.Invalid)
	}
	err := s.tasks.DropTaskFile(r.Context(), r.who, id, hash)
	if err == nil {
		return away{"/tasks/" + id + "?did=drop#files"}
	}
	why := r.why(err)
	if why == "" {
		return fmt.Errorf("take evidence off task %s: %w", id, err)
	}
	x, got := s.tasks.Task(r.Context(), r.who, id)
	if got != nil {
		return fmt.Errorf("task: %w", got)
	}
	status := http.StatusConflict
	if errors.Is(err, fault.Forbidden) {
		status = http.StatusForbidden
	}
	return s.showTask(w, r, status, x, &typedAct{why: why})
}

// sendEvidence sends a file to be kept.
func (s *Server) sendEvidence(w http.ResponseWriter, r *request) error {
	use, body, err := s.tasks.TaskFile(r.Context(), r.who, r.PathValue("task"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	return s.serveFile(w, r, use, body)
}

// smallEvidence sends a small picture of a photo.
func (s *Server) smallEvidence(w http.ResponseWriter, r *request) error {
	use, body, err := s.tasks.TaskFile(r.Context(), r.who, r.PathValue("task"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	return s.serveThumb(w, r, use, func() ([]byte, error) { return body, nil })
}
