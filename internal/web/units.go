package web

import (
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
)

// unitOf names what a grant is over.
func (s *Server) unitOf(r *request, g auth.Grant) string {
	if g.Whole {
		return r.T("account.whole")
	}
	return s.unitLabel(r, g.Unit)
}

// unitLabel names a unit with the county that holds it.
func (s *Server) unitLabel(r *request, id edu.UnitID) string {
	t, err := s.tree(r)
	if err != nil || id == "" {
		return string(id)
	}
	i := t.Find(id)
	if i < 0 {
		return string(id)
	}
	name := r.Text(t.Nodes[i].Name)
	if k := t.Above(i, edu.County); k >= 0 && k != i {
		name = r.Text(t.Nodes[k].Name) + " · " + name
	}
	return name
}

// findUnit finds the unit that somebody typed: a code, an id or a full name, of
// those within reach. It gives all that fit.
func findUnit(t *edu.Snapshot, reach auth.Reach, typed string) []int {
	typed = strings.TrimSpace(typed)
	if code, _, ok := strings.Cut(typed, " "); ok && code != "" {
		typed = code // a choice from the list: code and name
	}
	var out []int
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Unit.Level == edu.Section || typed == "" {
			continue
		}
		if (n.Key == typed || string(n.Unit.ID) == typed || n.Name.ZH == typed || strings.EqualFold(n.Name.EN, typed)) && within(t, reach, i) {
			out = append(out, i)
		}
	}
	return out
}
