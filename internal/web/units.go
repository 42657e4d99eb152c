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
	return asTyped(typed, func(typed string) (out []int) {
		for i := range t.Nodes {
			n := &t.Nodes[i]
			if n.Unit.Level == edu.Section {
				continue
			}
			if (n.Key == typed || string(n.Unit.ID) == typed || n.Name.ZH == typed || strings.EqualFold(n.Name.EN, typed)) && within(t, reach, i) {
				out = append(out, i)
			}
		}
		return out
	})
}

// asTyped finds what somebody typed as it stands, since English names have spaces; or
// else, where it is a choice of a list, by the code before its name.
func asTyped[T any](typed string, find func(typed string) []T) []T {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		return nil
	}
	if out := find(typed); len(out) > 0 {
		return out
	}
	if code, _, ok := strings.Cut(typed, " "); ok {
		return find(code)
	}
	return nil
}
