package web

import (
	"html/template"
	"regexp"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/report"
)

// entry is an indicator of the catalogue: what its pack says of it, whether the
// city has figures for it or not.
type entry struct {
	pack *pack.Pack
	d    *pack.Indicator
	held []*pack.Threshold // in force on the period's reference date
	tags []string          // of the definition and of the thresholds
}

// perCatalogue is how many indicators a page of the catalogue shows.
const perCatalogue = 50

// entries are the indicators of a pack.
func (r *request) entries(pk *pack.Pack) []entry {
	var out []entry
	for _, d := range pk.Indicators {
		e := entry{pack: pk, d: d, held: r.heldTo(pk, d.ID)}
		e.tags = appendNew(e.tags, d.Tag)
		for _, t := range e.held {
			e.tags = appendNew(e.tags, t.Tag)
		}
		out = append(out, e)
	}
	return out
}

// heldTo lists the thresholds of an indicator in any of a pack's standards that
// are in force on the period's reference date.
func (r *request) heldTo(pk *pack.Pack, id string) []*pack.Threshold {
	var out []*pack.Threshold
	for _, st := range pk.Standards {
		for _, t := range st.Thresholds {
			if t.Indicator == id && r.forced(t) {
				out = append(out, t)
			}
		}
	}
	return out
}

// forced tells that a threshold is in force on the period's reference date.
func (r *request) forced(t *pack.Threshold) bool {
	if r.period.IsZero() {
		return true
	}
	on := edu.DateOf(r.period.Reference())
	return (t.From == 0 || on >= t.From) && (t.To == 0 || on < t.To)
}

// weakest is the mark that says least for a figure: V, S, E, P, M.
func weakest(tags []string) string {
	const order = "VSEPM"
	out := ""
	for _, t := range tags {
		if t != "" && (out == "" || strings.Index(order, t) > strings.Index(order, out)) {
			out = t
		}
	}
	return out
}

// matches tells whether an entry is asked for by words: in Chinese or English, by
// code, by its source.
func (e *entry) matches(q string) bool {
	if q == "" {
		return true
	}
	parts := []string{e.d.ID, e.d.Code, e.d.Name.ZH, e.d.Name.EN, e.d.Short.ZH, e.d.Short.EN, e.d.Words.ZH, e.d.Words.EN, e.d.Source}
	for _, t := range e.held {
		parts = append(parts, t.Source)
	}
	return strings.Contains(strings.ToLower(strings.Join(parts, "\n")), strings.ToLower(q))
}

// at tells whether an entry is asked of a stage.
func (e *entry) at(s edu.Stage) bool {
	return s == "" || e.d.Level == edu.Section && (len(e.d.Stages) == 0 && (len(e.pack.Stages) == 0 || slices.Contains(e.pack.Stages, s)) || slices.Contains(e.d.Stages, s))
}

// limitWords writes what an entry is held to, stage by stage.
func (r *request) limitWords(e entry) string {
	var parts []string
	for _, t := range e.held {
		s := r.thresholdIn(e.pack, e.d, t)
		if t.Stage != "" {
			s = r.Stage(t.Stage) + " " + s
		}
		parts = appendNew(parts, s)
	}
	return strings.Join(parts, r.T("list.semicolon"))
}

// thresholdIn is a threshold in words, in the units of its pack.
func (r *request) thresholdIn(pk *pack.Pack, d *pack.Indicator, t *pack.Threshold) string {
	switch {
	case t.Formula != nil:
		return r.T("limit.byrow")
	case d != nil && d.Unit == pack.YesNo && t.Value == 0:
		return r.T("no")
	case d != nil && d.Unit == pack.YesNo:
		return r.T("yes")
	case d != nil:
		return r.measured(r.Op(t.Op)+r.Limit(t.Value), r.Uom(pk, d.Unit))
	default:
		return r.Op(t.Op) + r.Limit(t.Value)
	}
}

// unitOf is the unit of an indicator in words.
func (r *request) unitOf(pk *pack.Pack, d *pack.Indicator) string {
	if d.Unit == pack.YesNo {
		return r.T("unit.yesno")
	}
	return r.Uom(pk, d.Unit)
}

// wordsOf is the formula in words; a review says that it is one.
func (r *request) wordsOf(d *pack.Indicator) string {
	words := r.Text(d.Words)
	if words == "" && d.Unit == pack.YesNo {
		return r.T("words.review")
	}
	return words
}

// needsOf says which figures an indicator rests on, which form asks each and who
// answers: 在校生数（学校年度基本情况表，学校填）.
func (r *request) needsOf(pk *pack.Pack, d *pack.Indicator) []string {
	var out []string
	for _, id := range d.Needs {
		e := pk.Element(id)
		if e == nil {
			continue
		}
		name := r.Text(e.Name)
		var by []string
		if f := r.formOf(pk, e); f != nil {
			by = append(by, r.Text(f.Name))
		} else if e.Derive != nil {
			by = append(by, r.T("catalogue.derived"))
		}
		if e.Who != "" {
			by = append(by, r.Text(report.WhoName(e.Who)))
		}
		if len(by) > 0 {
			name = r.T("catalogue.need", name, r.List(by))
		}
		out = appendNew(out, name)
	}
	return out
}

// formOf finds the form that asks an element: of its own pack, or of any that the
// city collects with.
func (r *request) formOf(pk *pack.Pack, e *pack.Element) *pack.Form {
	for _, p := range append([]*pack.Pack{pk}, r.packs...) {
		for _, f := range p.Forms {
			if slices.ContainsFunc(f.Asks, func(a *pack.Ask) bool { return a.Element != nil && a.Element.ID == e.ID }) {
				return f
			}
		}
	}
	return nil
}

// catalogueTable is what the page shows of the entries.
func (r *request) catalogueTable(list []entry, several bool) Table {
	t := Table{ID: "catalogue", Caption: r.T("catalogue.caption"), List: true, Sheet: r.T("nav.indicators"), Empty: r.T("indicators.none"),
		Cols: []Col{{Label: r.T("indicator"), Wrap: true}, {Label: r.T("catalogue.words"), Wrap: true}, {Label: r.T("unit")}, {Label: r.T("standard"), Wrap: true}, {Label: r.T("source"), Wrap: true}, {Label: r.T("evidence")}}}
	if several {
		t.Cols = slices.Insert(t.Cols, 1, Col{Label: r.T("pack"), Wrap: true})
	}
	for _, e := range list {
		source := e.d.Source
		for _, th := range e.held {
			source = th.Source
			break
		}
		name := Cell{Text: joinCode(e.d.Code, r.Text(e.d.Name)), Href: r.toScheme(e.pack, []string{"indicators", e.d.ID})}
		cells := []Cell{name, text(r.wordsOf(e.d)), text(r.unitOf(e.pack, e.d)), text(r.limitWords(e)), r.cite(source), r.mark(weakest(e.tags))}
		if several {
			cells = slices.Insert(cells, 1, text(r.Text(e.pack.Name)))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// catalogueSheet is everything that is known of the entries, for the workbook.
func (r *request) catalogueSheet(list []entry) Table {
	t := Table{ID: "all", Caption: r.T("catalogue.caption"), Sheet: r.T("nav.indicators")}
	for _, c := range []string{"pack", "catalogue.id", "indicator", "catalogue.stages", "catalogue.level", "unit", "catalogue.words", "catalogue.notation", "formula.section", "formula.region", "catalogue.weight", "catalogue.needs", "catalogue.reference", "standard", "source", "evidence", "thresholds.source", "thresholds.evidence", "catalogue.history", "note"} {
		t.Cols = append(t.Cols, Col{Label: r.T(c)})
	}
	for _, e := range list {
		var stages, sources, marks []string
		for _, s := range e.d.Stages {
			stages = append(stages, r.Stage(s))
		}
		for _, th := range e.held {
			sources, marks = appendNew(sources, th.Source), appendNew(marks, th.Tag)
		}
		src := func(f *pack.Formula) string {
			if f == nil {
				return ""
			}
			return f.Src
		}
		weight := ""
		if w := e.pack.Element(e.d.Weight); w != nil {
			weight = r.Text(w.Name)
		}
		var history []string
		for _, h := range r.historyOf(e) {
			history = append(history, r.T("history.line", h.what, h.was, h.is))
		}
		var cells []Cell
		for _, s := range []string{e.pack.Ref(), e.d.ID, joinCode(e.d.Code, r.Text(e.d.Name)), r.List(stages), r.Level(e.d.Level), r.unitOf(e.pack, e.d), r.wordsOf(e.d), e.d.Notation, src(e.d.Section), src(e.d.Region), weight,
			strings.Join(r.needsOf(e.pack, e.d), r.T("list.semicolon")), r.Text(e.d.AsOf(r.period)), r.limitWords(e), e.d.Source, e.d.Tag, strings.Join(sources, r.T("list.semicolon")), strings.Join(marks, " "), strings.Join(history, r.T("list.semicolon")), r.Text(e.d.Note)} {
			cells = append(cells, text(s))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// replaced is one thing that a pack says otherwise than what it stands on.
type replaced struct {
	what, was, wasSource, is, isSource string
}

// historyOf lists what was replaced of an indicator and its thresholds, with both
// values and both sources, and the thresholds that are not in force.
func (r *request) historyOf(e entry) []replaced {
	var out []replaced
	if old := e.d.Replaces; old != nil {
		field := func(name, a, b string) {
			if a != b {
				out = append(out, replaced{r.T(name), a, old.Source + " · " + old.Pack, b, e.d.Source})
			}
		}
		field("catalogue.name", r.Text(old.Name), r.Text(e.d.Name))
		if old.Section != nil && e.d.Section != nil {
			field("formula.section", old.Section.Src, e.d.Section.Src)
		}
		if old.Region != nil && e.d.Region != nil {
			field("formula.region", old.Region.Src, e.d.Region.Src)
		}
		field("unit", old.Unit, e.d.Unit)
	}
	for _, st := range e.pack.Standards {
		for _, t := range st.Thresholds {
			if t.Indicator != e.d.ID {
				continue
			}
			what := r.T("standard")
			if t.Stage != "" {
				what += " " + r.Stage(t.Stage)
			}
			for old, now := t.Replaces, t; old != nil; old, now = old.Replaces, old {
				out = append(out, replaced{what, r.Text(old.Words()), old.Source + " · " + old.Pack, r.Text(now.Words()), now.Source})
			}
			if !r.forced(t) {
				out = append(out, replaced{what, r.Text(t.Words()), t.Source, r.T("history.notinforce", r.Period(r.period)), ""})
			}
		}
	}
	return out
}

func (r *request) historyTable(e entry) Table {
	t := Table{ID: "history", Caption: r.T("history.versions"), Sheet: r.T("catalogue.history"), Empty: r.T("history.none"), Cols: []Col{
		{Label: r.T("history.what"), Wrap: true}, {Label: r.T("history.was"), Wrap: true}, {Label: r.T("source"), Wrap: true}, {Label: r.T("history.is"), Wrap: true}, {Label: r.T("source"), Wrap: true}}}
	for _, h := range r.historyOf(e) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(h.what), text(h.was), text(h.wasSource), text(h.is), text(h.isSource)}})
	}
	return t
}

// Parts of a notation that are written lower or higher: T_q, X_{ij}, x^2.
var notationParts = regexp.MustCompile(`([_^])(\{[^}]*\}|[A-Za-z0-9]+)`)

// notation writes a formula as documents do, with indices below the line. There
// is no MathML in the oldest browser that is served.
func notation(s string) template.HTML {
	s = strings.NewReplacer("sqrt(", "√(", "sum(", "∑(", "<=", "≤", ">=", "≥", "*", "×").Replace(s)
	s = template.HTMLEscapeString(s)
	return template.HTML(notationParts.ReplaceAllStringFunc(s, func(m string) string {
		inner := strings.Trim(m[1:], "{}")
		if m[0] == '_' {
			return "<sub>" + inner + "</sub>"
		}
		return "<sup>" + inner + "</sup>"
	}))
}
