// What is known of a unit before anybody asks: last year's figures, exports of
// other systems, registers.

package form

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Source is what one place knows. It is made once and read by the papers of many
// units, by several goroutines at once.
type Source struct {
	Kind string     // pack.FromLastYear, pack.FromExport or pack.FromRegister
	Text edu.Text   // as pages show it: "2024年已锁定数据"
	Feed *pack.Feed // that it came by, nil for none; its comparisons are made

	set  *frame.Set
	rows map[string]map[string][]listed // by list and code of the unit
}

// listed is a row of a list table.
type listed struct {
	table *frame.Table
	row   int
}

// NewSource reads what tables of one period know.
func NewSource(p *pack.Pack, kind string, text edu.Text, tables []*frame.Table) (*Source, error) {
	opt, err := p.FrameOptions()
	if err != nil {
		return nil, err
	}
	// What the tables say against themselves was reported when they were imported;
	// what it concerns is known to nobody.
	set, _ := frame.Build(tables, opt)
	s := &Source{Kind: kind, Text: text, set: set, rows: map[string]map[string][]listed{}}
	for _, t := range tables {
		if t.List == "" {
			continue
		}
		if s.rows[t.List] == nil {
			s.rows[t.List] = map[string][]listed{}
		}
		for i := range t.N {
			code := keyOf(t, i)
			s.rows[t.List][code] = append(s.rows[t.List][code], listed{t, i})
		}
	}
	return s, nil
}

func keyOf(t *frame.Table, i int) string {
	if t.Key != nil {
		return t.Key.At(i)
	}
	return t.Name.At(i)
}

// Code is what stands for the unit in tables: its code, or its name where it
// has none, as a development zone.
func (u Unit) key() string {
	if u.Code != "" {
		return u.Code
	}
	return u.Name.ZH
}

// Know fills in what sources know of the paper's unit. Where several know a
// figure, the one that the form names first counts. Figures of another year, of
// another unit, and what the form does not ask are passed over.
func (p *Paper) Know(sources ...*Source) {
	for _, s := range sources {
		if s == nil {
			continue
		}
		if s.Kind == pack.FromLastYear {
			p.prev = s
		}
		if s.Feed != nil {
			p.feeds = append(p.feeds, s)
		}
		for k, f := range p.Cells() {
			known, ok := s.figure(p, k, f)
			if !ok {
				continue
			}
			known.Source, known.Sure = s.Text, s.Kind == pack.FromRegister
			if s.Kind == pack.FromLastYear {
				p.Prior[k] = known
			}
			if at := slices.Index(f.Ask.From, s.Kind); at >= 0 {
				if was, ok := p.rank[k]; !ok || at < was {
					p.Known[k], p.rank[k] = known, at
				}
			}
		}
		for i := range p.Lists {
			p.knowRows(&p.Lists[i], s)
		}
	}
}

// figure is what a source says of one cell.
func (s *Source) figure(p *Paper, k Key, f *Field) (Known, bool) {
	if f.IsText() {
		text := s.text(p, k, f)
		return Known{Text: text}, text != ""
	}
	v := s.value(p, k.Part, f.ID)
	if v.IsMissing() {
		return Known{}, false
	}
	if w := Format(v, f.Element); w != "" {
		return Known{Text: w, Value: v}, true
	}
	return Known{}, false
}

// at finds the frame and row of a part of the paper.
func (s *Source) at(p *Paper, part edu.Stage) (*frame.Frame, int, bool) {
	f := s.set.Stage(part)
	if p.Form.Level == edu.County {
		f = s.set.Counties
	}
	if f == nil {
		return nil, 0, false
	}
	row, ok := f.Find(p.Unit.key())
	return f, row, ok
}

// value is a figure of a part; of the whole school it is what was given once, or
// what its sections add up to.
func (s *Source) value(p *Paper, part edu.Stage, id string) edu.Value {
	if part != Whole {
		f, row, ok := s.at(p, part)
		if !ok {
			return edu.Value{}
		}
		return f.Value(row, id)
	}
	e := p.Pack.Element(id)
	total, any := 0.0, false
	for _, st := range p.Parts {
		f, row, ok := s.at(p, st)
		if !ok {
			continue
		}
		if e.Level == edu.School {
			return f.Value(row, id)
		}
		if sh, ok := f.Share(row, id); ok {
			return sh.Whole
		}
		v := f.Value(row, id)
		n, ok := v.Number()
		if !ok {
			return edu.Value{}
		}
		total, any = total+n, true
	}
	if !any {
		return edu.Value{}
	}
	return edu.Some(total)
}

func (s *Source) text(p *Paper, k Key, f *Field) string {
	part := k.Part
	if part == Whole && len(p.Parts) > 0 {
		part = p.Parts[0]
	}
	fr, row, ok := s.at(p, part)
	if !ok {
		return ""
	}
	return fr.Text(row, f.Element.ID)
}

// knowRows fills in the rows of a list that a source has.
func (p *Paper) knowRows(l *List, s *Source) {
	found := s.rows[l.List.ID][p.Unit.key()]
	if len(found) == 0 {
		return
	}
	var rows []Row
	for _, r := range found {
		row := Row{Cells: map[string]string{}}
		if row.Part = edu.Stage(r.table.Stage.At(r.row)); !slices.Contains(p.Parts, row.Part) {
			continue
		}
		for _, c := range l.List.Columns {
			if c.Type == edu.TypeText {
				if t := r.table.Texts[c.ID].At(r.row); t != "" {
					row.Cells[c.ID] = t
				}
			} else if col := r.table.Cols[c.ID]; col != nil {
				if t := Format(edu.FromFloat(col[r.row]), c); t != "" {
					row.Cells[c.ID] = t
				}
			}
		}
		rows = append(rows, row)
	}
	if s.Kind == pack.FromLastYear {
		l.Prior = rows
	}
	if at := slices.Index(l.Ask.From, s.Kind); at >= 0 {
		if was, ok := p.ranks[l.List.ID]; !ok || at < was {
			l.Known, l.Source, l.Sure = rows, s.Text, s.Kind == pack.FromRegister
			p.ranks[l.List.ID] = at
		}
	}
}
