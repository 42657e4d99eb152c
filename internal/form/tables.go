// What a paper hands in: tables of its figures, as a file would give them.

package form

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/han"
	"shuren/internal/sheet"
)

// Page is the sheet that figures typed on the page are said to come from.
const Page = "网页"

// Tables are the figures of the paper that count, for the store and for trials.
// Every cell of the form is in them, empty ones as missing, so that emptying a
// cell and handing in again withdraws its figure.
func (p *Paper) Tables() []*frame.Table {
	var out []*frame.Table
	if p.Form.Level == edu.County {
		out = append(out, p.records(edu.County, []edu.Stage{""})...)
	} else {
		out = append(out, p.records(edu.Section, p.Parts)...)
		out = append(out, p.records(edu.School, []edu.Stage{Whole})...)
	}
	for i := range p.Lists {
		if t := p.listTable(&p.Lists[i]); t != nil {
			out = append(out, t)
		}
	}
	return out
}

// from is a sheet that cells come from.
type from struct{ file, sheet string }

// source is where a cell was filled; figures that were not brought by a file are
// of the page.
func (p *Paper) source(k Key, part, field int) (from, edu.Cell) {
	if _, typed := p.Content.Cells[k.String()]; typed {
		if c, ok := p.Content.Cites[k.String()]; ok {
			return from{c.File, c.Sheet}, c
		}
	}
	return from{"", Page}, edu.Cell{Sheet: Page, Row: part + 1, Column: sheet.Letters(field)}
}

// records are the tables of one level: one for each sheet that cells come from,
// the page first.
func (p *Paper) records(level edu.Level, parts []edu.Stage) []*frame.Table {
	type column struct {
		field *Field
		at    int
	}
	columns := map[from][]column{}
	sheets := []from{{"", Page}}
	for i := range p.Fields {
		f := &p.Fields[i]
		for n, part := range parts {
			k := Key{part, f.ID}
			if !p.Has(k) {
				continue
			}
			src, _ := p.source(k, n, i)
			if !slices.Contains(sheets, src) {
				sheets = append(sheets, src)
			}
			if cs := columns[src]; len(cs) == 0 || cs[len(cs)-1].field != f {
				columns[src] = append(cs, column{f, i})
			}
		}
	}
	var out []*frame.Table
	for _, src := range sheets {
		if len(columns[src]) == 0 {
			continue
		}
		t := p.table(level, src, len(parts))
		if level == edu.Section && parts[0] != "" {
			t.Stage = stages(parts)
		}
		for n := range parts {
			t.Rows[n] = int32(n + 1)
		}
		for _, c := range columns[src] {
			p.column(t, src, c.field, c.at, parts)
		}
		out = append(out, t)
	}
	return out
}

// column fills in one field of a table.
func (p *Paper) column(t *frame.Table, src from, f *Field, at int, parts []edu.Stage) {
	id := f.ID
	head := frame.Head{Header: f.Name().ZH, FilledIn: f.Element.FilledIn}
	if f.Evidence {
		id = f.Element.ID
	}
	values, words := make([]float64, len(parts)), make([]string, len(parts))
	for n, part := range parts {
		values[n] = edu.Missing()
		k := Key{part, f.ID}
		if !p.Has(k) {
			continue
		}
		where, cell := p.source(k, n, at)
		if where != src {
			continue
		}
		a := p.cell(k, false)
		values[n], words[n] = a.value.Float(), a.text
		if head.Column == "" {
			head.Column = cell.Column
			if cell.Header != "" {
				head.Header = cell.Header
			}
		}
		if src.sheet != Page || src.file != "" {
			if t.N == 1 {
				head.Row = int32(cell.Row)
			}
			t.Rows[n] = int32(cell.Row)
		}
	}
	if f.IsText() {
		t.Texts[id] = texts(words)
		if f.Evidence { // the head belongs to the answer that it is evidence of
			return
		}
	} else {
		t.Cols[id] = values
	}
	t.Heads[id] = head
}

// table is an empty table of the paper's unit.
func (p *Paper) table(level edu.Level, src from, n int) *frame.Table {
	t := &frame.Table{Period: p.Period, Level: level, File: src.file, Sheet: src.sheet, N: n, Rows: make([]int32, n),
		Key: constant(p.Unit.key(), n), Name: constant(p.Unit.Name.ZH, n),
		Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}, Heads: map[string]frame.Head{}}
	for _, u := range p.Above {
		t.Path[u.Level], t.PathName[u.Level] = constant(u.key(), n), constant(u.Name.ZH, n)
	}
	return t
}

// listTable is the table of a list's rows, nil where it has none.
func (p *Paper) listTable(l *List) *frame.Table {
	rows, _ := p.rows(l.List.ID, false)
	rows = slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !slices.Contains(p.Parts, r.Part) })
	if len(rows) == 0 {
		return nil
	}
	// A list of which a row was typed on the page is the page's.
	src := from{"", Page}
	if c := rows[0].Cite; !slices.ContainsFunc(rows, func(r Row) bool { return r.Cite.Row == 0 || r.Cite.File != c.File || r.Cite.Sheet != c.Sheet }) {
		src = from{c.File, c.Sheet}
	}
	t := p.table(edu.Section, src, len(rows))
	t.List = l.List.ID
	var of []edu.Stage
	for i, r := range rows {
		of = append(of, r.Part)
		if t.Rows[i] = int32(i + 1); src.sheet != Page || src.file != "" {
			t.Rows[i] = int32(r.Cite.Row)
		}
	}
	if p.Parts[0] != "" {
		t.Stage = stages(of)
	}
	for at, c := range l.List.Columns {
		t.Heads[c.ID] = frame.Head{Column: sheet.Letters(at), Header: c.Name.ZH, FilledIn: c.FilledIn}
		if c.Type == edu.TypeText {
			words := make([]string, len(rows))
			for i, r := range rows {
				words[i], _ = han.Normalise(r.Cells[c.ID]) // the draft keeps it as typed
			}
			t.Texts[c.ID] = texts(words)
			continue
		}
		col := make([]float64, len(rows))
		for i, r := range rows {
			v, _ := Read(r.Cells[c.ID], c, nil)
			col[i] = v.Float()
		}
		t.Cols[c.ID] = col
	}
	return t
}

func constant(s string, n int) *frame.Strings {
	return &frame.Strings{Dict: []string{s}, Code: make([]uint32, n)}
}

func texts(words []string) *frame.Strings {
	s := &frame.Strings{Code: make([]uint32, len(words))}
	for i, w := range words {
		at := slices.Index(s.Dict, w)
		if at < 0 {
			at = len(s.Dict)
			s.Dict = append(s.Dict, w)
		}
		s.Code[i] = uint32(at)
	}
	return s
}

func stages(parts []edu.Stage) *frame.Strings {
	words := make([]string, len(parts))
	for i, st := range parts {
		words[i] = string(st)
	}
	return texts(words)
}
