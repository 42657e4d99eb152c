package web

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// places keeps the tree of the last days that were asked for, since every
// request looks its units up.
type places struct {
	mu   sync.Mutex
	tree *edu.Tree
	days map[edu.Date]*edu.Snapshot
}

// on is the tree of a day.
func (p *places) on(t *edu.Tree, day edu.Date) *edu.Snapshot {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tree != t || len(p.days) > 16 {
		p.tree, p.days = t, map[edu.Date]*edu.Snapshot{}
	}
	if p.days[day] == nil {
		p.days[day] = t.At(day)
	}
	return p.days[day]
}

// tree is the whole tree as it stands in the year that is shown, today where
// there are no figures yet. It is for deciding, not for showing: it holds more
// than the reader may see.
func (s *Server) tree(r *request) (*edu.Snapshot, error) {
	t, err := s.city.Tree(r.Context())
	if err != nil {
		return nil, fmt.Errorf("tree of units: %w", err)
	}
	day := collect.Today(s.now())
	if !r.period.IsZero() {
		day = edu.DateOf(r.period.Reference())
	}
	return s.places.on(t, day), nil
}

// within tells whether node i of a tree lies within reach.
func within(t *edu.Snapshot, r auth.Reach, i int) bool {
	for ; i >= 0; i = t.Nodes[i].Up {
		if r.Whole || slices.Contains(r.Units, t.Nodes[i].Unit.ID) {
			return true
		}
	}
	return false
}

// below lists the units of a level that lie wholly within reach, at most n.
func below(t *edu.Snapshot, r auth.Reach, level edu.Level, n int) []int {
	var out []int
	if r.None() {
		return nil
	}
	for i := range t.Nodes {
		if t.Nodes[i].Unit.Level == level && within(t, r, i) {
			if out = append(out, i); len(out) == n {
				break
			}
		}
	}
	return out
}

// wide tells that the reader sees figures of several counties, and may compare
// them.
func (s *Server) wide(r *request) bool {
	reach := r.who.Reach(auth.ReadRegion)
	if reach.Whole {
		return true
	}
	t, err := s.tree(r)
	return err == nil && len(below(t, reach, edu.County, 2)) > 1
}

// oneCounty takes the column of counties out of a page for who sees one county alone:
// it would say the same in every row. A workbook keeps it, for it is sent on.
func (s *Server) oneCounty(r *request, t *Table) {
	at := slices.IndexFunc(t.Cols, func(c Col) bool { return c.Label == r.T("level.county") || c.Label == r.T("county") })
	if at < 0 || r.query.Get("as") == "xlsx" || s.wide(r) {
		return
	}
	t.Cols = slices.Delete(slices.Clone(t.Cols), at, at+1)
	for i := range t.Rows {
		t.Rows[i].Cells = slices.Delete(t.Rows[i].Cells, at, at+1)
	}
}

// named looks up the unit that the request names and checks that it lies where
// the reader has the permission. What lies outside is not found: that it exists
// is nobody's business either.
func (s *Server) named(r *request, rt route) error {
	if r.who.Local {
		return nil
	}
	reach := r.who.Reach(rt.needs)
	level, key := edu.NoLevel, ""
	switch rt.about {
	case aboutNone, aboutReach, aboutAccount, aboutMeeting, aboutSafety: // who keeps accounts gets only those of the own part
		return nil
	case aboutCase:
		if r.Method == http.MethodGet { // the page asks for the case itself
			return nil
		}
		_, err := s.retention.Case(r.Context(), r.who, r.PathValue("case"))
		return err
	case aboutTask:
		if r.Method == http.MethodGet { // the page asks for the task itself
			return nil
		}
		_, err := s.tasks.Task(r.Context(), r.who, r.PathValue("task"))
		return err
	case aboutRegion:
		if s.wide(r) {
			return nil
		}
		return s.nearest(r)
	case aboutWhole:
		if !reach.Whole {
			return forbidden(rt.pattern)
		}
		return nil
	case aboutCounty:
		level, key = edu.County, r.PathValue("county")
	case aboutSchool:
		level, key = edu.School, r.PathValue("school")
	case aboutTraced:
		l, err := edu.ParseLevel(r.PathValue("level"))
		if err != nil {
			return fmt.Errorf("%w: %w", err, fault.Invalid)
		}
		if l == edu.Root { // the whole of what the reader sees
			return nil
		}
		level, key = l, r.PathValue("unit")
		if level == edu.Section {
			level = edu.School // a section is named by its school
		}
	case aboutUnit:
		key = r.PathValue("unit")
	default:
		return fmt.Errorf("%s does not say what it is about", rt.pattern)
	}
	if reach.Whole {
		return nil
	}
	t, err := s.tree(r)
	if err != nil {
		return err
	}
	var found []int
	if rt.about == aboutUnit {
		found = []int{t.Find(edu.UnitID(key))}
		if found[0] < 0 {
			if all, err := s.city.Tree(r.Context()); err == nil { // one that is opened after the year that is shown
				t = s.places.on(all, collect.Today(s.now()))
				found[0] = t.Find(edu.UnitID(key))
			}
		}
	} else {
		found = t.ByKey(level, key)
	}
	if len(found) == 0 || slices.ContainsFunc(found, func(i int) bool { return !within(t, reach, i) }) {
		return fmt.Errorf("%s: %w", r.URL.Path, fault.NotFound)
	}
	return nil
}

// clock is the time, which tests move.
func (s *Server) now() time.Time {
	if s.clock != nil {
		return s.clock()
	}
	return time.Now()
}
