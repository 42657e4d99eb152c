package web

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/retention"
)

// The evidence files of a case. They are sent to be kept, never shown in a page: not
// even a small picture of a child.

// takeCaseFiles checks the files of an act. Photos are drawn anew.
func (s *Server) takeCaseFiles(r *request) (out []flow.Attached, err error) {
	files, err := s.takeFiles(r, "file")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.Type.Image() {
			if f.File, f.Body, err = s.redraw(f); err != nil {
				return nil, err
			}
		}
		out = append(out, flow.Attached{File: f.File, Body: f.Body})
	}
	return out, nil
}

// stepNames are what the lines of a case's history are called, by their revs.
func (r *request) stepNames(x *flow.CaseFull) map[int]string {
	out := map[int]string{}
	notices := x.Legal
	for _, e := range x.Events {
		name := r.Text(e.Act.Name())
		if e.Act == retention.Notify && len(notices) > 0 { // each is one step of the legal path
			name, notices = r.Text(retention.Word(retention.Legals, notices[0].Step)), notices[1:]
		}
		out[e.Rev] = r.T("retention.files.stepof", name, e.Day.String())
	}
	return out
}

// fileWords is a file as it is called: by its kind and size, since what somebody named
// a photo of a child is not kept.
func (r *request) fileWords(f flow.CaseFile) string {
	return strings.ToUpper(strings.TrimPrefix(path.Ext(f.Name), ".")) + " " + sizeWords(f.Size)
}

func caseFileHref(x *flow.CaseFull, hash string) string {
	return flow.CaseLink(x.ID) + "/files/" + hash
}

// stepFiles are the files of each act of a kind, in the order of the acts.
func (r *request) stepFiles(x *flow.CaseFull, a retention.Act) (out [][]Link) {
	for _, e := range x.Events {
		if e.Act != a {
			continue
		}
		var links []Link
		for _, f := range x.Files {
			if f.Step == e.Rev {
				links = append(links, Link{r.fileWords(f), caseFileHref(x, f.Hash)})
			}
		}
		out = append(out, links)
	}
	return out
}

// stepField asks to which step a file is added, the newest first.
func (r *request) stepField(x *flow.CaseFull) caseField {
	f := caseField{Label: r.T("retention.files.step"), Name: "step", Type: "select", Must: true, Value: r.PostFormValue("step")}
	for i := len(x.Events) - 1; i >= 0; i-- {
		e := x.Events[i]
		if e.Act == retention.Attach {
			continue
		}
		rev := fmt.Sprint(e.Rev)
		f.Choices = append(f.Choices, Choice{Link{r.stepNames(x)[e.Rev], rev}, f.Value == rev})
	}
	return f
}

// caseFiles is the table of all files, by their steps.
func (r *request) caseFiles(x *flow.CaseFull) Table {
	t := Table{ID: "casefiles", Caption: r.T("retention.files"), Empty: r.T("retention.files.none"), Cols: []Col{{Label: r.T("retention.files.step"), Wrap: true}, {Label: r.T("retention.files.file")}, {Label: r.T("retention.files.by"), Wrap: true}, {Label: r.T("log.when")}}}
	names := r.stepNames(x)
	for _, f := range x.Files {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(names[f.Step]), {Text: r.fileWords(f), Href: caseFileHref(x, f.Hash)}, text(f.ByName), text(r.When(f.At))}})
	}
	return t
}

// caseDrop is a file that the reader may take off.
type caseDrop struct{ Hash, Text string }

func (r *request) caseDrops(x *flow.CaseFull) (out []caseDrop) {
	if !x.State.Live() {
		return nil
	}
	names, seen := r.stepNames(x), map[string]bool{}
	for _, f := range x.Files {
		if f.By == r.account() && !seen[f.Hash] {
			seen[f.Hash] = true
			out = append(out, caseDrop{f.Hash, r.List([]string{names[f.Step], r.fileWords(f), r.When(f.At)})})
		}
	}
	return out
}

// sendCaseFile sends a file of a case to be kept. That it was read is logged, with
// from where.
func (s *Server) sendCaseFile(w http.ResponseWriter, r *request) error {
	use, body, err := s.retention.File(auth.WithRemote(r.Context(), s.proxies.client(r.Request)), r.who, r.PathValue("case"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("file of a case: %w", err)
	}
	return s.serveFile(w, r, use, body)
}

// dropCaseFile takes a file off a case.
func (s *Server) dropCaseFile(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id, hash := r.PathValue("case"), r.PostFormValue("hash")
	if hash == "" {
		return fmt.Errorf("which file is not said: %w", fault.Invalid)
	}
	err := s.retention.DropFile(r.Context(), r.who, id, hash)
	if err == nil {
		return away{flow.CaseLink(id) + "?did=drop#files"}
	}
	why := r.why(err)
	if why == "" {
		return fmt.Errorf("take a file off a case: %w", err)
	}
	x, got := s.retention.Case(r.Context(), r.who, id)
	if got != nil {
		return fmt.Errorf("case: %w", got)
	}
	status := http.StatusConflict
	if errors.Is(err, fault.Forbidden) {
		status = http.StatusForbidden
	}
	return s.showCase(w, r, status, &x, "", why)
}
