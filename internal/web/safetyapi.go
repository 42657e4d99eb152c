package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"shuren/internal/attach"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
)

// What a page sends while somebody fills in an inspection on a phone. Each request
// carries an id that the page made or follows from its content, so that one whose
// answer was lost is sent again without harm.

type visitPatch struct {
	Sent    string                `json:"sent"`
	Answers map[string]answerJSON `json:"answers"`
}

type visitSaved struct {
	Rev   int              `json:"rev"`
	State inspection.State `json:"state"`
	Left  int              `json:"left"`
	Says  string           `json:"says"`
	Photo []photo          `json:"photos,omitempty"`
}

func decode(r *request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("body: %w: %w", err, fault.Invalid)
	}
	return nil
}

func (s *Server) savedVisit(r *request, x *inspection.Inspection) visitSaved {
	n, _ := x.Count()
	return visitSaved{Rev: x.Rev, State: x.State, Left: n[inspection.NoResult], Says: r.T("safety.saved.server", r.When(s.now()))}
}

func (s *Server) apiVisit(w http.ResponseWriter, r *request) error {
	if _, err := s.safety.Visit(r.Context(), r.who, r.PathValue("inspection")); err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	var in visitPatch
	if err := decode(r, &in); err != nil {
		return err
	}
	patch := map[string]inspection.Answer{}
	for _, id := range sortedItems(in.Answers) {
		a, err := r.visitAnswer(in.Answers[id])
		if err != nil {
			return s.refusedJSON(w, r, err)
		}
		patch[id] = a
	}
	x, err := s.safety.FillVisit(r.Context(), r.who, r.PathValue("inspection"), patch, in.Sent)
	if err != nil {
		return s.refusedJSON(w, r, err)
	}
	return s.answer(w, r, s.savedVisit(r, &x))
}

func (s *Server) apiVisitPhoto(w http.ResponseWriter, r *request) error {
	id, item := r.PathValue("inspection"), r.PathValue("item")
	if _, err := s.safety.Visit(r.Context(), r.who, id); err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	files, err := s.takePhotos(r, "file")
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no photo: %w", fault.Invalid)
	}
	if err != nil {
		return s.refusedJSON(w, r, err)
	}
	x, err := s.safety.AddVisitPhotos(r.Context(), r.who, id, item, files)
	if err != nil {
		return s.refusedJSON(w, r, err)
	}
	out := s.savedVisit(r, &x)
	base := flow.VisitLink(id) + "/photos/"
	for _, h := range x.Answers[item].Photos {
		out.Photo = append(out.Photo, photo{h, base + h + "/small", base + h})
	}
	return s.answer(w, r, out)
}

type visitSigned struct {
	Sent     string   `json:"sent"`
	Checkers []string `json:"checkers"`
	School   string   `json:"school"` // who signs for the school on the same page; empty is later
	Remark   string   `json:"remark"`
}

// apiSignVisit is the checkers' signature and, where somebody of the school stands
// beside them, the school's. Sent again after a lost answer it changes nothing.
func (s *Server) apiSignVisit(w http.ResponseWriter, r *request) error {
	if _, err := s.safety.Visit(r.Context(), r.who, r.PathValue("inspection")); err != nil {
		return fmt.Errorf("inspection: %w", err)
	}
	var in visitSigned
	if err := decode(r, &in); err != nil {
		return err
	}
	if in.Sent == "" {
		return fmt.Errorf("a signature without an id: %w", fault.Invalid)
	}
	id := r.PathValue("inspection")
	x, err := s.safety.SignVisit(r.Context(), r.who, id, signatures(in.Checkers), in.Sent)
	if err != nil {
		return s.refusedJSON(w, r, err)
	}
	if in.School != "" && x.State == inspection.Signed {
		if x, err = s.safety.CountersignVisit(r.Context(), r.who, id, inspection.Signature{Name: in.School, Remark: in.Remark}, "", in.Sent+"/school"); err != nil {
			return s.refusedJSON(w, r, err)
		}
	}
	return s.answer(w, r, s.savedVisit(r, &x))
}

// redraw makes the photo to store of a picture that was taken.
func (s *Server) redraw(f takenFile) (attach.File, []byte, error) {
	s.checking.Lock()
	defer s.checking.Unlock()
	return attach.Photo(f.Name, bytes.NewReader(f.Body), f.Size)
}

// sendProblem sends a problem as JSON.
func (s *Server) sendProblem(w http.ResponseWriter, r *request, p problem) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	return s.send(w, r, p.Status, "application/problem+json", b)
}
