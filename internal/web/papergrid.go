package web

import (
	"cmp"
	"slices"
	"strconv"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// gridView is the sheet of a paper: rows of fields under their headings, and for
// every part the cell to fill with last year's figure beside it.
type gridView struct {
	Parts  []string // names of the parts; one without a name for a county
	Groups []gridGroup
	Years  [2]string // this period and the one before
	Source bool      // there is a column of sources
	Edit   bool
	Pages  []Choice // of a form that is too large for one page
}

// Span is the columns beside the first two.
func (g gridView) Span() int { return 2*len(g.Parts) + 1 }

type gridGroup struct {
	Part    string // the small form that asks it and what follows, in a joined one
	ID      string
	Name    string
	Same    []sameGroup
	Prefill int // cells that are known from elsewhere and not yet confirmed
	Rows    []gridRow
}

// shown are the texts of the cells, by key.
func (g gridView) shown() map[string]string {
	out := map[string]string{}
	for _, group := range g.Groups {
		for _, row := range group.Rows {
			for _, c := range row.Cells {
				if c.Value != "" {
					out[c.Key] = c.Value
				}
			}
		}
	}
	return out
}

// sameGroup is a group of cells and lists that 与上年一致 confirms in one act.
type sameGroup struct {
	ID, Name string
	On       bool
}

type gridRow struct {
	Name   string
	Unit   string
	Help   string
	Must   bool
	Part   bool   // a part of a breakdown, under its heading
	Total  string // id of the breakdown that the row adds up; no cells of its own
	Source string
	Cells  []gridCell
}

// gridCell is one cell to fill, or a place where there is none.
type gridCell struct {
	Key    string // form.Key
	None   bool
	Span   int // columns of a cell that stands for all parts
	Value  string
	Prior  string
	Pre    bool // known from elsewhere, not confirmed
	Auto   bool // computed from a list, never typed
	Number bool
	Local  bool // may be kept in the browser: no names, no free text
	List   string
	Label  string
	Error  string
	Warn   string
	Need   bool   // still to be filled or confirmed
	Sum    string // what it is added up in: "primary/pupils"
	From   string // how a computed cell follows from a list, for the live figure
}

// maxFields is how many cells of the sheet one page holds at most; longer forms
// are turned over like paper.
const maxFields = 150

// grid is the sheet of a paper. page counts from 0.
func (r *request) grid(p *form.Paper, problems []form.Problem, edit bool, page int) gridView {
	g := gridView{Edit: edit, Years: [2]string{p.Period.Label(), p.Period.LastTime().Label()}}
	for _, part := range p.Parts {
		name := ""
		if part != "" {
			name = r.Stage(part)
		}
		g.Parts = append(g.Parts, name)
	}
	found := map[string]*form.Problem{}
	for i, q := range problems {
		for j, k := range q.Cells {
			at := k.String()
			if old := found[at]; j == 0 && (old == nil || unfinished(old) || q.Blocking && !old.Blocking) {
				found[at] = &problems[i]
			}
		}
	}
	fields, pages := cutPages(p.Fields, page, max(1, len(p.Parts)))
	for i := range pages {
		g.Pages = append(g.Pages, Choice{Link{strconv.Itoa(i + 1), r.here("p", strconv.Itoa(i+1))}, i == page})
	}
	same := map[string]bool{}
	var group *gridGroup
	asks := "" // the small form that the group above came from
	last := ""
	for i := range fields {
		f := &fields[i]
		if len(p.PartsOf(f)) == 0 {
			continue // none of the unit's parts has it
		}
		if group == nil || group.ID != f.Element.Group {
			g.Groups = append(g.Groups, gridGroup{ID: f.Element.Group, Name: r.groupName(p.Pack, f.Element.Group)})
			group = &g.Groups[len(g.Groups)-1]
			if part := r.askedBy(p.Form, f.Element.ID); part != asks {
				group.Part, asks = part, part
			}
			last = ""
		}
		if f.Part != nil && f.Element.ID != last {
			group.Rows = append(group.Rows, r.totalRow(p, f))
		}
		last = f.Element.ID
		row := r.gridRow(p, f, found)
		if id := f.Ask.Same; id != "" && !same[id] && hasPrior(p, id) {
			same[id] = true
			group.Same = append(group.Same, sameGroup{id, r.sameName(p.Form, id), slices.Contains(p.Content.Same, id)})
		}
		for _, c := range row.Cells {
			if c.Pre {
				group.Prefill++
			}
		}
		g.Source = g.Source || row.Source != ""
		group.Rows = append(group.Rows, row)
	}
	return g
}

// shownRows are the rows of a list for the filler to see.
func shownRows(p *form.Paper, id string) []form.Row {
	rows, _ := p.ShownRows(id)
	return rows
}

// hasPrior tells whether anything of a group was there last year.
func hasPrior(p *form.Paper, same string) bool {
	for k := range p.Prior {
		if f := p.Field(k.Field); f != nil && f.Ask.Same == same {
			return true
		}
	}
	return slices.ContainsFunc(p.Lists, func(l form.List) bool { return l.Ask.Same == same && len(l.Prior) > 0 })
}

// sameName names a group by what it confirms.
func (r *request) sameName(f *pack.Form, id string) string {
	for _, g := range f.Same {
		if g.ID == id {
			return r.T("grid.same.of", g.Name)
		}
	}
	return r.T("grid.same")
}

// unfinished tells that a problem is only that the filler has not come to it yet.
// A new paper is full of those: they are counted and marked quietly, and stand
// as errors only when somebody hands the paper in.
func unfinished(q *form.Problem) bool {
	return q.Rule == form.RuleRequired || q.Rule == form.RuleConfirm || q.Rule == form.RuleSign
}

// cutPages cuts the fields into pages of about the same size.
func cutPages(fields []form.Field, page, parts int) ([]form.Field, int) {
	per := max(1, maxFields/parts)
	if len(fields) <= per {
		return fields, 0
	}
	pages := (len(fields) + per - 1) / per
	lo := min(page, pages-1) * per
	return fields[lo:min(lo+per, len(fields))], pages
}

func (r *request) groupName(p *pack.Pack, id string) string {
	for _, g := range p.Groups {
		if g.ID == id {
			return r.Text(g.Name)
		}
	}
	return id
}

// totalRow heads a breakdown: its parts follow, and it adds them up.
func (r *request) totalRow(p *form.Paper, f *form.Field) gridRow {
	row := gridRow{Name: r.Text(f.Element.Name), Unit: r.uomIn(p.Pack, f.Element), Help: r.Text(f.Element.Help), Total: f.Element.ID}
	for _, part := range p.Parts {
		k := form.Key{Part: part, Field: f.Element.ID}
		row.Cells = append(row.Cells, gridCell{Key: k.String(), Prior: p.Prior[k].Text})
	}
	return row
}

func (r *request) gridRow(p *form.Paper, f *form.Field, found map[string]*form.Problem) gridRow {
	row := gridRow{Name: r.Text(f.Element.Name), Unit: r.uomIn(p.Pack, f.Element), Help: r.Text(f.Element.Help), Part: f.Part != nil, Must: f.Ask.Required}
	if f.Part != nil {
		row.Name, row.Help = r.Text(f.Part.Name), ""
	}
	if f.Ask.Whole {
		row.Cells = []gridCell{r.gridCell(p, f, form.Whole, &row, found)}
		if n := len(p.Parts); n > 1 {
			row.Cells[0].Span = 2*n - 1
		}
		return row
	}
	for _, part := range p.Parts {
		if len(f.Stages) > 0 && !slices.Contains(f.Stages, part) {
			row.Cells = append(row.Cells, gridCell{None: true})
			continue
		}
		row.Cells = append(row.Cells, r.gridCell(p, f, part, &row, found))
	}
	return row
}

func (r *request) gridCell(p *form.Paper, f *form.Field, part edu.Stage, row *gridRow, found map[string]*form.Problem) gridCell {
	k := form.Key{Part: part, Field: f.ID}
	e := f.Element
	c := gridCell{Key: k.String(), Prior: r.shownChoice(e, p.Prior[k].Text), Number: numeric(e), Local: e.Type != edu.TypeText, Auto: p.Locked(k)}
	text, origin := p.Shown(k)
	c.Value = r.shownChoice(e, text)
	c.Pre = origin == form.FromKnown
	switch origin {
	case form.FromKnown, form.FromSure:
		row.Source = cmp.Or(row.Source, r.Text(p.Known[k].Source))
	case form.FromSame:
		row.Source = cmp.Or(row.Source, r.T("grid.same"))
	case form.FromCells:
		row.Source = r.T("paper.auto", r.T("grid.others"))
		if f.Ask.Compute.List != "" {
			row.Source = r.T("paper.auto", r.listName(p, f.Ask.Compute.List))
		}
	}
	if f.Ask.Compute != nil {
		c.From = liveRule(f)
	}
	if f.Part != nil {
		c.Sum = form.Key{Part: part, Field: e.ID}.String()
	}
	c.List = choiceList(e)
	if f.Evidence {
		c.List = evidenceList
	}
	c.Label = row.Name
	if f.Part != nil {
		c.Label = r.Text(e.Name) + " " + row.Name
	}
	if part != "" {
		c.Label += "，" + r.partName(part)
	}
	if q := found[k.String()]; q != nil {
		if unfinished(q) {
			c.Need = true
		} else if q.Blocking {
			c.Error = r.Text(q.Text)
		} else if q.Reason == nil {
			c.Warn = r.Text(q.Text)
		}
	}
	return c
}

func (r *request) partName(s edu.Stage) string {
	if s == form.Whole {
		return r.T("paper.whole")
	}
	return r.Stage(s)
}

func (r *request) listName(p *form.Paper, id string) string {
	if l := p.Pack.List(id); l != nil {
		return r.Text(l.Name)
	}
	return id
}

// liveRule says how the page may compute a cell itself while it is offline:
// "classes|sum|class_pupils|grade=g7". Rules with a condition wait for the server.
func liveRule(f *form.Field) string {
	c := f.Ask.Compute
	if c.List == "" || c.Where != nil || c.Unless != nil {
		return ""
	}
	rule := c.List + "|" + c.Agg + "|" + c.Of + "|"
	if f.Part != nil && c.PartBy != "" {
		rule += c.PartBy + "=" + f.Part.ID
	}
	return rule
}

func numeric(e *pack.Element) bool {
	switch e.Type {
	case edu.TypeCount, edu.TypeArea, edu.TypeMoney, edu.TypeRatio:
		return true
	}
	return false
}

// choiceList is the id of the list of choices that a cell offers.
func choiceList(e *pack.Element) string {
	switch e.Type {
	case edu.TypeChoice:
		return "dl-" + e.ID
	case edu.TypeYesNo:
		return "dl-yesno"
	}
	return ""
}

// shownChoice shows a choice by its name in the reader's language, whether it was
// given by its id or by a name.
func (r *request) shownChoice(e *pack.Element, text string) string {
	for _, c := range e.Choices {
		if text == c.ID || text == c.Name.ZH || text == c.Name.EN {
			return r.Text(c.Name)
		}
	}
	if e.Type == edu.TypeYesNo {
		switch text {
		case "是", "yes", "1":
			return r.T("yes")
		case "否", "no", "0":
			return r.T("no")
		}
	}
	return text
}

// uomIn is the unit in which an element is filled.
func (r *request) uomIn(p *pack.Pack, e *pack.Element) string {
	return r.Uom(p, cmp.Or(e.FilledIn, e.Unit))
}

// datalist is a list of choices, once for the page.
type datalist struct {
	ID      string
	Options []Link // name and id
}

// datalists are the choices of all cells and columns of a paper.
func (r *request) datalists(p *form.Paper) []datalist {
	var out []datalist
	add := func(e *pack.Element) {
		id := choiceList(e)
		if id == "" || slices.ContainsFunc(out, func(d datalist) bool { return d.ID == id }) {
			return
		}
		d := datalist{ID: id}
		for _, c := range e.Choices {
			if len(c.Stages) == 0 || slices.ContainsFunc(c.Stages, func(s edu.Stage) bool { return slices.Contains(p.Parts, s) }) {
				d.Options = append(d.Options, Link{r.Text(c.Name), c.ID})
			}
		}
		if e.Type == edu.TypeYesNo {
			d.Options = []Link{{r.T("yes"), "yes"}, {r.T("no"), "no"}}
		}
		out = append(out, d)
	}
	for _, f := range p.Fields {
		add(f.Element)
	}
	for _, l := range p.Lists {
		for _, c := range l.List.Columns {
			add(c)
		}
	}
	if len(p.Parts) > 1 && len(p.Lists) > 0 {
		d := datalist{ID: "dl-part"}
		for _, part := range p.Parts {
			d.Options = append(d.Options, Link{r.Stage(part), string(part)})
		}
		out = append(out, d)
	}
	return out
}

// askedBy names the small form that asks an element; empty where the form is one.
func (r *request) askedBy(f *pack.Form, element string) string {
	i := slices.IndexFunc(f.Asks, func(a *pack.Ask) bool { return a.Element.ID == element })
	if i < 0 || f.Asks[i].Part == (edu.Text{}) {
		return ""
	}
	return r.T("grid.part", f.Asks[i].Part)
}
