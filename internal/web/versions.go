package web

import (
	"context"
	"fmt"
	"net/http"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// Versions are the versions of a pack, oldest first; the pack itself is the last.
// flow implements it.
type Versions interface {
	Versions(ctx context.Context, of *pack.Pack) ([]*pack.Pack, error)
}

type versionsPage struct {
	Shell
	Which   Table
	Changes []Table // from each version to the next, the newest first
}

// packVersions shows the versions of the scheme, and in words what changed from
// each to the next.
func (s *Server) packVersions(w http.ResponseWriter, r *request) error {
	if s.versions == nil || r.scheme == nil {
		return fmt.Errorf("versions: %w", fault.NotFound)
	}
	list, err := s.versions.Versions(r.Context(), r.scheme)
	if err != nil {
		return fmt.Errorf("versions of %s: %w", r.scheme.Ref(), err)
	}
	p := versionsPage{Shell: s.shell(r, r.T("versions.title"), "indicators", Link{r.T("nav.indicators"), r.to([]string{"indicators"})})}
	p.Which = Table{ID: "versions", Caption: r.T("versions.list"), Sheet: r.T("versions.title"), Cols: []Col{{Label: r.T("pack"), Wrap: true}, {Label: r.T("versions.ref")}, {Label: r.T("source"), Wrap: true}, {Label: r.T("versions.hash")}, {Label: r.T("versions.now")}}}
	budget := 160 // lines on the page; the workbook has all
	whole := r.query.Get("as") == "xlsx"
	for i := len(list) - 1; i >= 0; i-- {
		v := list[i]
		now := ""
		if i == len(list)-1 {
			now = r.T("versions.current")
		}
		p.Which.Rows = append(p.Which.Rows, Row{Cells: []Cell{text(r.Text(v.Name)), text(v.Ref()), r.cite(v.Source), {Text: v.Hash[:min(12, len(v.Hash))], Title: v.Hash}, text(now)}})
		if i == 0 {
			continue
		}
		t := r.differenceTable(list[i-1], v, i)
		if n := len(t.Rows); !whole && n > budget {
			t.Rows = t.Rows[:budget]
			t.Caption += r.T("versions.cut", budget, n)
		}
		budget -= len(t.Rows)
		if budget > 0 || whole {
			p.Changes = append(p.Changes, t)
		}
	}
	p.Export = r.here("as", "xlsx")
	if whole {
		return s.export(w, r, p.Title, append([]Table{p.Which}, p.Changes...)...)
	}
	return s.render(w, r, "versions.html", p)
}

func (r *request) differenceTable(was, is *pack.Pack, i int) Table {
	t := r.listed(pack.Differences(was, is), fmt.Sprintf("changes-%d", i), r.T("versions.between", was.Ref(), is.Ref()))
	t.Sheet = fmt.Sprintf("%d %s", i, is.Ref())
	return t
}

// listed puts differences into a table.
func (r *request) listed(list []pack.Difference, id, caption string) Table {
	t := Table{ID: id, Caption: caption, Sheet: caption, Empty: r.T("versions.nothing"), Tight: true,
		Cols: []Col{{Label: r.T("versions.kind")}, {Label: r.T("history.what"), Wrap: true}, {Label: r.T("history.was"), Wrap: true}, {Label: r.T("history.is"), Wrap: true}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
	for _, d := range list {
		what := r.Text(d.Name)
		if d.Stage != "" {
			what += " · " + r.Stage(d.Stage)
		}
		if f := r.Text(d.Field); f != "" {
			what += " · " + f
		}
		kind := r.T("rule")
		switch d.Kind {
		case pack.OfThreshold:
			kind = r.T("standard")
		case pack.OfIndicator:
			kind = r.T("indicator")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(kind), text(what), r.definedAt(d, d.Was), r.definedAt(d, d.Is), r.cite(d.Source), r.mark(d.Tag)}})
	}
	return t
}

// definedAt is one side of a difference; that of an indicator or its threshold
// leads to the indicator's page, that of a rule to the verdict by it.
func (r *request) definedAt(d pack.Difference, side edu.Text) Cell {
	c := text(r.Text(side))
	switch {
	case c.Text == "" || r.scheme == nil:
	case d.Kind == pack.OfThreshold || d.Kind == pack.OfIndicator:
		if r.scheme.Indicator(d.ID) != nil {
			c = c.to(r.to([]string{"indicators", d.ID}, "stage", string(d.Stage)))
		}
	case r.lens != nil && r.lens.rule(d.ID) != nil:
		c = c.to(r.toTop(d.ID))
	}
	return c
}
