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
	Open bool       // a register that nobody has locked: what it knows is to be confirmed
	// Past says whose figures are a unit's where the source is of another time:
	// those of the schools that were merged into it. nil: the unit's own code.
	Past *frame.Prior

	set  *frame.Set
	rows map[string]map[string][]listed // by list and code of the unit
}

// sure tells whether what the source knows counts without a word.
func (s *Source) sure() bool { return s.Kind == pack.FromRegister && !s.Open }

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
	s := sourceOf(set, tables)
	s.Kind, s.Text = kind, text
	return s, nil
}

func sourceOf(set *frame.Set, tables []*frame.Table) *Source {
	s := &Source{set: set, rows: map[string]map[string][]listed{}}
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
	return s
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
			if s.Kind == pack.FromEarlier {
				known, ok = s.earlier(p, k, f)
			}
			if !ok {
				continue
			}
			known.Source, known.Sure = s.Text, s.sure()
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
			if s.Kind == pack.FromEarlier {
				break // a list of some years ago is of other pupils
			}
			p.knowRows(&p.Lists[i], s)
		}
	}
}

// Earlier lists how many years ago a form looks back to, beside last year: of
// each a source of the kind pack.FromEarlier may be made.
func Earlier(f *pack.Form) []int {
	var years []int
	for _, a := range f.Asks {
		if a.Earlier != nil && !slices.Contains(years, a.Earlier.Years) {
			years = append(years, a.Earlier.Years)
		}
	}
	return years
}

// earlier is what a source of some years ago says of one cell.
func (s *Source) earlier(p *Paper, k Key, f *Field) (Known, bool) {
	x := f.Ask.Earlier
	if x == nil || s.set.Period.IsZero() {
		return Known{}, false
	}
	then := p.Period
	for range x.Years {
		then = then.LastTime()
	}
	if s.set.Period != then {
		return Known{}, false
	}
	v := s.value(p, k.Part, x.Of)
	return Known{Text: Format(v, f.Element), Value: v}, !v.IsMissing()
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

// codes are those under which the source knows the paper's unit.
func (s *Source) codes(p *Paper) []string {
	code := p.Unit.key()
	if s.Past == nil {
		return []string{code}
	}
	of := s.Past.Schools
	if p.Form.Level == edu.County {
		of = s.Past.Counties
	}
	if codes, ok := of[code]; ok {
		return codes
	}
	return []string{code}
}

// at finds the frame and rows of a part of the paper.
func (s *Source) at(p *Paper, part edu.Stage) (f *frame.Frame, rows []int) {
	f = s.set.Stage(part)
	if p.Form.Level == edu.County {
		f = s.set.Counties
	}
	if f == nil {
		return nil, nil
	}
	for _, code := range s.codes(p) {
		if row, ok := f.Find(code); ok {
			rows = append(rows, row)
		}
	}
	return f, rows
}

// value is a figure of a part; of the whole school it is what was given once, or
// what its sections add up to.
func (s *Source) value(p *Paper, part edu.Stage, id string) edu.Value {
	if part != Whole {
		f, rows := s.at(p, part)
		return s.sum(rows, id, func(row int) edu.Value { return f.Value(row, id) })
	}
	e := p.Pack.Element(id)
	var given []edu.Value
	for _, st := range p.Parts {
		f, rows := s.at(p, st)
		if len(rows) == 0 {
			continue
		}
		if _, shared := f.Share(rows[0], id); e.Level == edu.School || shared {
			return s.sum(rows, id, func(row int) edu.Value {
				switch sh, ok := f.Share(row, id); {
				case ok:
					return sh.Whole
				case e.Level == edu.School:
					return f.Value(row, id)
				}
				return edu.Value{} // one gave it once, another by section
			})
		}
		given = append(given, s.sum(rows, id, func(row int) edu.Value { return f.Value(row, id) }))
	}
	return addUp(given)
}

// sum adds up what several units of the past say, where that adds up.
func (s *Source) sum(rows []int, id string, of func(row int) edu.Value) edu.Value {
	if len(rows) > 1 && (s.Past.Adds == nil || !s.Past.Adds(id)) {
		return edu.Value{}
	}
	var given []edu.Value
	for _, row := range rows {
		given = append(given, of(row))
	}
	return addUp(given)
}

// addUp is a sum, missing where a part of it is.
func addUp(given []edu.Value) edu.Value {
	if len(given) == 1 {
		return given[0]
	}
	total := 0.0
	for _, v := range given {
		n, ok := v.Number()
		if !ok {
			return edu.Value{}
		}
		total += n
	}
	if len(given) == 0 {
		return edu.Value{}
	}
	return edu.Some(tidy(total))
}

func (s *Source) text(p *Paper, k Key, f *Field) string {
	part := k.Part
	if part == Whole && len(p.Parts) > 0 {
		part = p.Parts[0]
	}
	fr, rows := s.at(p, part)
	if len(rows) != 1 {
		return ""
	}
	return fr.Text(rows[0], f.Element.ID)
}

// rowsOf are the rows of a list that a source has of the paper's sections, each
// with the place that it stood at.
func (s *Source) rowsOf(p *Paper, l *pack.List) []Row {
	var rows []Row
	for _, code := range s.codes(p) {
		for _, r := range s.rows[l.ID][code] {
			row := Row{Part: edu.Stage(r.table.Stage.At(r.row)), Cells: map[string]string{}, Cite: edu.Cell{File: r.table.File, Sheet: r.table.Sheet}}
			if r.row < len(r.table.Rows) {
				row.Cite.Row = int(r.table.Rows[r.row])
			}
			if !slices.Contains(p.Parts, row.Part) {
				continue
			}
			for _, c := range l.Columns {
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
	}
	return rows
}

// knowRows fills in the rows of a list that a source has.
func (p *Paper) knowRows(l *List, s *Source) {
	found := s.rowsOf(p, l.List)
	rows := make([]Row, len(found))
	for i, r := range found {
		rows[i] = Row{Part: r.Part, Cells: r.Cells} // whoever confirms it says it
	}
	if len(rows) == 0 {
		return
	}
	if s.Kind == pack.FromLastYear {
		l.Prior = rows
	}
	if at := slices.Index(l.Ask.From, s.Kind); at >= 0 {
		if was, ok := p.ranks[l.List.ID]; !ok || at < was {
			l.Known, l.Source, l.Sure = rows, s.Text, s.sure()
			p.ranks[l.List.ID] = at
		}
	}
}
