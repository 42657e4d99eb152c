package web

import (
	"fmt"
	"net/http"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pinyin"
	"shuren/internal/task"
)

// The picker of bodies: who gives and who owes is typed by name, pinyin, initials
// or id. With script the field offers what fits; without, the server takes what
// was typed where it means one body, and otherwise says which it could be.

const bodiesShown = 20

// bodyIndex finds bodies.
type bodyIndex struct {
	list  []task.Body
	index *pinyin.Index
	label map[string]string // by id, under which a body is offered: its name, with its place where two are called so
}

func (s *Server) bodyIndex(r *request) (*bodyIndex, error) {
	list, err := s.tasks.Bodies(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	x := &bodyIndex{list: list, label: map[string]string{}}
	items := make([]pinyin.Item, len(list))
	called := map[string]int{}
	for i, b := range list {
		items[i] = pinyin.Item{Name: b.Name.ZH, Also: []string{b.Name.EN}, Codes: []string{b.ID}}
		called[r.Text(b.Name)]++
	}
	for _, b := range list {
		name := r.Text(b.Name)
		if called[name] > 1 {
			if place := s.bodyPlace(r, b); place != "" && place != name {
				name += " · " + place
			} else {
				name += " · " + b.ID
			}
		}
		x.label[b.ID] = name
	}
	x.index = pinyin.NewIndex(items)
	return x, nil
}

// bodyPlace is the county in which a body lies, in words; empty for the city's own.
func (s *Server) bodyPlace(r *request, b task.Body) string {
	if b.County == "" {
		return ""
	}
	t, err := s.tree(r)
	if err != nil {
		return ""
	}
	if i := t.Find(b.County); i >= 0 {
		return r.Text(t.Nodes[i].Name)
	}
	return string(b.County)
}

// find lists what fits, the best first.
func (x *bodyIndex) find(q string, most int) []task.Body {
	var out []task.Body
	for _, h := range x.index.Find(q, func(at int) bool { return !x.list[at].Ended }) {
		if out = append(out, x.list[h.At]); len(out) == most {
			break
		}
	}
	return out
}

// one is the body that was meant; where that is not one, why says what it could be.
func (x *bodyIndex) one(r *request, typed string) (b task.Body, why string) {
	typed = strings.TrimSpace(typed)
	if _, ok := task.UnitOf(typed); ok { // a link: schools of other parts are in no list
		return task.Body{ID: typed}, ""
	}
	var exact []task.Body
	for _, c := range x.list {
		switch {
		case c.ID == typed || x.label[c.ID] == typed:
			return c, ""
		case c.Name.ZH == typed || strings.EqualFold(c.Name.EN, typed):
			exact = append(exact, c)
		}
	}
	found := exact
	if len(found) == 0 {
		found = x.find(typed, bodiesShown)
	}
	switch len(found) {
	case 0:
		return task.Body{}, r.T("body.find.none", typed)
	case 1:
		return found[0], ""
	}
	var names []string
	for _, c := range found[:min(6, len(found))] {
		names = append(names, x.label[c.ID])
	}
	return task.Body{}, r.T("body.find.several", typed, r.List(names))
}

// named is under what a body is offered.
func (x *bodyIndex) named(id string) string {
	if id == "" {
		return ""
	}
	if name, ok := x.label[id]; ok {
		return name
	}
	return id
}

func (s *Server) bodyTyped(r *request, typed string) (task.Body, string, error) {
	x, err := s.bodyIndex(r)
	if err != nil {
		return task.Body{}, "", err
	}
	b, why := x.one(r, typed)
	return b, why, nil
}

// apiBodies offers bodies while one types: ?q=&limit=.
func (s *Server) apiBodies(w http.ResponseWriter, r *request) error {
	x, err := s.bodyIndex(r)
	if err != nil {
		return err
	}
	type body struct {
		ID    string        `json:"id"`
		Name  string        `json:"name"`
		Label string        `json:"label"`
		Kind  task.BodyKind `json:"kind"`
		Unit  edu.UnitID    `json:"unit,omitempty"`
	}
	out := struct {
		Items []body `json:"items"`
	}{[]body{}}
	list := x.list
	if q := strings.TrimSpace(r.query.Get("q")); q != "" {
		list = x.find(q, bodiesShown)
	}
	for _, b := range list[:min(bodiesShown, len(list))] {
		out.Items = append(out.Items, body{b.ID, r.Text(b.Name), x.label[b.ID], b.Kind, b.Unit})
	}
	return s.answer(w, r, out)
}
