// From the columns of a sheet to a table.

package intake

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// field is a column of a sheet that means something.
type field struct {
	column
	target
	shift    int
	filledIn string
	texts    bool // read as texts
	slot     int  // index in the data
	// only are the stages whose rows the column is read for, where its header
	// means something else in others; nil is all.
	only []edu.Stage
}

// work is one sheet while it is being read.
type work struct {
	*reader
	sheet   string
	head    *head
	fields  []*field
	roles   map[string]*field
	hints   map[string]string
	data    *sheet.Data
	level   edu.Level
	stageOf *frame.Strings // of each record, nil where stages are not told apart
	whole   *wholeRows     // nil where no row is about a school as a whole
}

func (r *reader) sheet(ctx context.Context, s *sheet.Sheet, progress func(done, total int64)) error {
	rows, err := s.Head(ctx, headRows)
	if err != nil {
		return r.refused(s.Name, err)
	}
	h := r.recognise(s.Name, rows)
	switch {
	case h == nil:
		if !s.Hidden && s.Name != "" && slices.ContainsFunc(rows, func(r sheet.Row) bool { return len(r.Cells) > 0 }) {
			r.problems.add(Problem{File: r.file, Sheet: s.Name, Kind: KindSheet,
				Wanted: both("工作表未识别，没有读取", "nothing in it is known, so it was not read")})
		}
		return nil
	case s.Hidden:
		r.problems.add(Problem{File: r.file, Sheet: s.Name, Kind: KindSheet, Wanted: both("是隐藏的工作表，没有读取", "the sheet is hidden, so it was not read")})
		return nil
	}
	r.known++
	w := &work{reader: r, sheet: s.Name, head: h, roles: map[string]*field{}, hints: r.hintsAbove(rows[:h.first])}
	from := h.last + 1
	for _, row := range rows {
		if row.Number == from && counting(row) {
			from++
		}
	}
	w.choose()
	width := 0
	for _, c := range h.columns {
		width = max(width, c.index+1)
	}
	var cols []sheet.Column
	slots := map[int]int{}
	for _, f := range w.fields {
		if slot, ok := slots[f.index]; ok {
			f.slot = slot // read for a field of other stages
			continue
		}
		f.slot = len(cols)
		slots[f.index] = f.slot
		c := sheet.Column{Index: f.index, Shift: f.shift}
		if f.texts {
			c.Kind = sheet.Texts
		}
		cols = append(cols, c)
	}
	if w.data, err = s.Read(ctx, from, width, cols, progress); err != nil {
		return r.refused(s.Name, err)
	}
	w.long()
	if h.shape.tall {
		w.tall()
	} else {
		w.table()
	}
	return nil
}

// hintsAbove notes what the cells above the header say of the whole file.
func (r *reader) hintsAbove(rows []sheet.Row) map[string]string {
	hints := r.hints(rows)
	if c := hints[edu.County.String()]; c != "" {
		r.counties, r.names = append(r.counties, c), append(r.names, hints[edu.County.String()+"_name"])
	}
	if p := hints["period"]; p != "" {
		if p, err := periodOf(p); err == nil {
			r.periods = append(r.periods, p)
		}
	}
	return hints
}

func (w *work) problem(p Problem) {
	p.File, p.Sheet = w.file, w.sheet
	w.problems.add(p)
}

// at places a problem in a cell.
func (w *work) at(f *field, record int, kind string, found, wanted edu.Text) {
	w.problem(Problem{Row: int(w.data.Rows[record]), Column: sheet.Letters(f.index), Header: f.header, Element: elementOf(f), Found: found, Wanted: wanted, Blocking: true, Kind: kind})
}

func elementOf(f *field) string {
	if f.el == nil {
		return ""
	}
	return f.id()
}

// long says which rows have more cells than the header. In a CSV file that is
// most often a comma inside a number without quotes around it, and every cell
// to its right is off by one; in a workbook it is a remark beside the table.
func (w *work) long() {
	if w.data.Longs == 0 {
		return
	}
	if w.format != sheet.CSV {
		first := w.data.Long[0]
		w.problem(Problem{Row: first.Row, Column: sheet.Letters(first.Cells - 1), Kind: KindRow,
			Wanted: textf("表格右侧 %d 行有表头以外的内容，没有读取", "%d rows have cells to the right of the header; these were not read", w.data.Longs)})
		return
	}
	for _, l := range w.data.Long {
		w.problem(Problem{Row: l.Row, Kind: KindRow, Blocking: true,
			Wanted: textf("有 %d 列，多于表头；数字中的逗号应加引号", "%d cells, more than the header has; a comma inside a number needs quotes around it", l.Cells)})
	}
	if n := w.data.Longs - len(w.data.Long); n > 0 {
		w.problem(Problem{Kind: KindRow, Blocking: true, Wanted: textf("另有 %d 行列数多于表头", "%d more rows have more cells than the header", n)})
	}
}

// choose settles what each column is read as, and says what is not clear.
func (w *work) choose() {
	byID := map[string]*field{}
	for _, c := range w.head.columns {
		header := func(kind string, blocking bool, found, wanted edu.Text) {
			w.problem(Problem{Row: w.head.last, Column: sheet.Letters(c.index), Header: c.header, Found: found, Wanted: wanted, Blocking: blocking, Kind: kind})
		}
		if len(c.targets) == 0 {
			w.ignored = append(w.ignored, Ignored{File: w.file, Sheet: w.sheet, Column: sheet.Letters(c.index), Header: c.header})
			continue
		}
		several := w.byStage(c.targets)
		ambiguous := func() {
			var zh, en []string
			for _, t := range c.targets {
				zh, en = append(zh, t.label().ZH), append(en, t.label().EN)
			}
			header(KindHeader, true, edu.Text{}, both("表头含义不唯一，可以是："+strings.Join(zh, "、"), "the header may mean "+strings.Join(en, " or ")))
		}
		if len(c.targets) > 1 && !several {
			ambiguous()
			continue
		}
		var here []*field
		for _, t := range c.targets {
			if t.role == roleIgnored {
				continue
			}
			f := &field{column: c, target: t}
			if several {
				f.only = w.stagesOf(t)
			}
			id := t.id()
			if t.evidence {
				id += " evidence"
			}
			if other := byID[id]; other != nil {
				header(KindHeader, true, edu.Text{}, both(
					fmt.Sprintf("与 %s 列“%s”重复，都是%s", sheet.Letters(other.index), other.header, t.label().ZH),
					fmt.Sprintf("is %s, and so is column %s (%s)", t.label().EN, sheet.Letters(other.index), other.header)))
				continue
			}
			byID[id] = f
			if t.el == nil || t.evidence {
				f.texts = true
				if t.el == nil {
					w.roles[t.role] = f
				}
			} else if wanted := w.measure(f); wanted != nil {
				header(KindHeader, true, edu.Text{}, *wanted)
				continue
			}
			here = append(here, f)
		}
		if several && len(here) > 1 && !readAlike(here) {
			ambiguous()
			continue
		}
		w.fields = append(w.fields, here...)
	}
}

// measure settles the unit of measure of a figure's column. It gives what is
// wrong where the header names a unit that cannot be converted.
func (w *work) measure(f *field) *edu.Text {
	switch f.el.Type {
	case edu.TypeCount, edu.TypeArea, edu.TypeMoney, edu.TypeRatio:
	default: // choices, yes or no, dates and texts
		f.texts = true
		return nil
	}
	var wanted *edu.Text
	f.shift, f.filledIn, wanted = w.shiftOf(f.el, f.unit)
	return wanted
}

// shiftOf says how far the decimal point of an element's figures moves where
// the header names a unit ("" for none).
func (v *vocabulary) shiftOf(e *pack.Element, unit string) (shift int, filledIn string, wanted *edu.Text) {
	measured, filled := v.measures.of(e)
	if unit != "" {
		u, _ := v.measures.parse(unit)
		if !u.fits(e, measured) {
			t := textf("表头单位是“%s”，应为“%s”", "the header says %q, but it is measured in %q", unit, e.Unit)
			return 0, "", &t
		}
		if shift = u.exp - measured.exp; shift != 0 {
			filledIn = unit
		}
		return shift, filledIn, nil
	}
	if shift = filled.exp - measured.exp; shift != 0 {
		filledIn = e.FilledIn
	}
	return shift, filledIn, nil
}

// table makes a table of a sheet whose rows are units, or a list's.
func (w *work) table() {
	w.level = w.rowLevel()
	t := &frame.Table{Level: w.level, File: w.file, Sheet: w.sheet, N: w.data.N, Rows: w.data.Rows,
		Cols: map[string][]float64{}, Texts: map[string]*frame.Strings{}, Heads: map[string]frame.Head{}}
	if w.head.shape.list != nil {
		t.List = w.head.shape.list.ID
	}
	codeRole, nameRole := "code", "name"
	if w.level == edu.County {
		codeRole, nameRole = edu.County.String(), edu.County.String()+"_name"
		if w.roles[codeRole] == nil && w.hints[codeRole] == "" && (w.roles[nameRole] != nil || w.hints[nameRole] != "") {
			codeRole = nameRole
		}
	}
	key := w.keyColumn(t, codeRole)
	t.Name = w.keyColumn(t, nameRole)
	named := key == nil && w.level != edu.County
	if named {
		key = w.codesOf(t.Name)
	}
	if key == nil && w.level != edu.County {
		w.problem(Problem{Row: w.head.last, Kind: KindKey, Blocking: true, Found: both("没有单位代码列", "no column for the code of the unit"), Wanted: w.wantedKey("code")})
		return
	}
	t.Key = key
	for l := edu.Nation; l <= edu.Township; l++ {
		if l == edu.County && w.level == edu.County {
			continue
		}
		t.Path[l] = w.keyColumn(t, l.String())
		t.PathName[l] = w.keyColumn(t, l.String()+"_name")
	}
	t.Path[edu.County] = orName(t.Path[edu.County], t.PathName[edu.County])
	if w.level == edu.County {
		t.Key = orName(t.Key, t.Name)
	}
	gone := w.notRecords(t)
	w.missingKeys(t, gone, codeRole)
	w.longNames(t, gone)
	w.cleaned(nameRole, gone)
	if named {
		w.strangers(t, gone)
	}
	w.stage(t, gone)
	w.stageOf, w.whole = t.Stage, wholeSchools(t, gone)
	periods := w.periodColumn(t, gone)
	w.duplicates(t, periods, gone)
	w.figures(t, gone)
	w.tables = append(w.tables, w.apart(t, periods, gone)...)
}

// orName fills codes that are empty: with the code that another row gives the
// name, otherwise with the name itself, for a development zone is a county-level
// unit without a code.
func orName(codes, names *frame.Strings) *frame.Strings {
	if codes == nil || names == nil || !slices.Contains(codes.Dict, "") {
		return codes
	}
	out := &frame.Strings{Dict: slices.Clone(codes.Dict), Code: slices.Clone(codes.Code)}
	at := map[string]uint32{}
	for i, c := range codes.Code {
		if name := names.At(i); codes.Dict[c] != "" && name != "" {
			at[name] = c
		}
	}
	for i, c := range codes.Code {
		name := names.At(i)
		if codes.Dict[c] != "" || name == "" {
			continue
		}
		if _, ok := at[name]; !ok {
			at[name] = uint32(len(out.Dict))
			out.Dict = append(out.Dict, name)
		}
		out.Code[i] = at[name]
	}
	return out
}

// rowLevel tells what a row of the sheet is by the elements in it, and leaves
// out columns that belong above that level.
func (w *work) rowLevel() edu.Level {
	if w.head.shape.list != nil {
		return edu.Section
	}
	deepest := edu.NoLevel
	for _, f := range w.fields {
		if f.el != nil {
			deepest = max(deepest, levelOf(f.el))
		}
	}
	if deepest < edu.County {
		deepest = edu.County
	}
	w.fields = slices.DeleteFunc(w.fields, func(f *field) bool {
		if f.el == nil || levelOf(f.el) >= edu.School || deepest <= edu.County {
			return false
		}
		w.problem(Problem{Row: w.head.last, Column: sheet.Letters(f.index), Header: f.header, Element: f.el.ID, Kind: KindHeader,
			Wanted: textf("是 %s 级数据项，本表每行是学校，没有读取", "is asked of a %s, but a row here is a school; it was not read", levelOf(f.el).String())})
		return true
	})
	return deepest
}

func levelOf(e *pack.Element) edu.Level {
	if e.Level == edu.NoLevel {
		return edu.Section
	}
	return e.Level
}

func (v *vocabulary) wantedKey(role string) edu.Text {
	for _, k := range v.pack.Keys {
		if k.Role == role && len(k.Headers) > 0 {
			return both("，表头应为："+strings.Join(k.Headers, "、"), ": its header should be "+strings.Join(k.Headers, ", "))
		}
	}
	return both(",方案未定义该列", ": the pack names none")
}

// figures fills the columns of figures, side by side.
func (w *work) figures(t *frame.Table, gone []bool) {
	odd := make([][]sheet.Odd, len(w.data.Num))
	for _, o := range w.data.Odd {
		odd[o.Column] = append(odd[o.Column], o)
	}
	cols := make([][]float64, len(w.fields))
	var wg sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, f := range w.fields {
		if f.el == nil {
			continue
		}
		if t.Heads[f.id()].Column == "" && !f.evidence {
			t.Heads[f.id()] = frame.Head{Column: sheet.Letters(f.index), Header: f.header, FilledIn: f.filledIn}
		}
		switch {
		case f.evidence, f.el.Type == edu.TypeText:
			t.Texts[f.id()] = w.data.Text[f.slot]
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			gone, num := gone, w.data.Num[f.slot]
			if f.only != nil {
				gone, num = w.others(f, gone), slices.Clone(num)
			}
			if f.texts {
				cols[i] = w.coded(f, gone)
			} else {
				cols[i] = num
				w.numbers(f, num, odd[f.slot], gone)
			}
			for r := range cols[i] {
				if f.only != nil && gone[r] {
					cols[i][r] = edu.Missing()
				}
			}
		})
	}
	wg.Wait()
	for i, f := range w.fields {
		if cols[i] != nil {
			t.Cols[f.id()] = cols[i]
		}
	}
}

// numbers checks a column of numbers and reads its odd cells.
func (w *work) numbers(f *field, col []float64, odd []sheet.Odd, gone []bool) {
	type reading struct {
		v      edu.Value
		wanted *edu.Text
	}
	read := map[uint32]reading{}
	told := map[int]bool{}
	for _, o := range odd {
		if gone != nil && gone[o.Record] {
			continue
		}
		r, ok := read[o.Text]
		if !ok {
			r.v, r.wanted = figure(w.data.OddText[o.Text], f.el, f.shift)
			read[o.Text] = r
		}
		if r.wanted != nil {
			w.at(f, o.Record, KindCell, quoted(w.data.OddText[o.Text]), *r.wanted)
			told[o.Record] = true
		}
		col[o.Record] = r.v.Float()
	}
	lo, hi, entire := bounds(f.el)
	codes := w.pack.MissingCodes
	for i, x := range col {
		if x >= lo && x <= hi && (!entire || x == float64(int64(x))) && len(codes) == 0 || x != x {
			continue
		}
		if slices.Contains(codes, x) {
			col[i] = edu.Missing()
		} else if wanted := outside(x, f.el); wanted != nil && (gone == nil || !gone[i]) {
			back, _ := sheet.Shift(x, -f.shift)
			w.at(f, i, KindCell, quoted(number(back)), *wanted)
			told[i] = true
			col[i] = edu.Missing()
		}
	}
	w.answers(f, col, gone, told)
}

// answers warns of records without a required figure, and refuses "/" where the
// question always arises: a school without a hall has 0 m² of it. A cell that
// was told of already is not told of again.
func (w *work) answers(f *field, col []float64, gone []bool, told map[int]bool) {
	if !f.el.Required && !f.el.Always {
		return
	}
	for i, x := range col {
		if x == x || gone != nil && gone[i] || told[i] {
			continue
		}
		if edu.FromFloat(x).IsNotApplicable() {
			if f.el.Always && f.part == "" && w.owed(f, col, i) {
				w.at(f, i, KindCell, quoted("/"), alwaysApplies(f.el))
				col[i] = edu.Missing()
			}
			continue
		}
		if !f.el.Required || !w.asked(f.target, i) || w.givenOnce(f, col, i) {
			continue
		}
		w.problem(Problem{Row: int(w.data.Rows[i]), Column: sheet.Letters(f.index), Header: f.header, Element: f.id(), Kind: KindMissing, Wanted: both("未填，此数据项必填", "is required, but missing here")})
	}
}

// asked reports that an element, or one part of it, is asked of the stage of a
// record: grade seven is not missing in a primary section.
func (w *work) asked(t target, record int) bool {
	if w.stageOf == nil {
		return true
	}
	stage := edu.Stage(w.stageOf.At(record))
	of := func(stages []edu.Stage) bool { return len(stages) == 0 || slices.Contains(stages, stage) }
	// Of a stage that the pack does not measure only the pupils are of use: they
	// have their share of what the school gave once.
	if stage != "" && stage != pack.WholeSchool && !of(w.pack.Stages) && (w.pack.Split == nil || w.pack.Split.By != t.el.ID) {
		return false
	}
	if t.part != "" {
		for _, o := range t.el.By.Parts {
			if o.ID == t.part && !of(o.Stages) {
				return false
			}
		}
	}
	return of(t.el.Stages)
}

// owed reports that a cell has to hold a figure: not a section's own where the
// school gave it once, nor a section's figure in a row about the whole school.
func (w *work) owed(f *field, col []float64, record int) bool {
	if w.whole != nil && w.whole.rows[record] {
		return w.shared(f.target)
	}
	return w.asked(f.target, record) && !w.givenOnce(f, col, record)
}

// rowList writes rows for people: 3, 4, 7 …
func rowList(rows []int32, n int) string {
	var b strings.Builder
	for i, r := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprint(&b, r)
	}
	if n > len(rows) {
		b.WriteString(" …")
	}
	return b.String()
}

// coded reads a column of choices, yes or no, or dates: each text once.
func (w *work) coded(f *field, gone []bool) []float64 {
	texts := w.data.Text[f.slot]
	values, wanted := make([]float64, len(texts.Dict)), make([]*edu.Text, len(texts.Dict))
	bad := false
	for c, text := range texts.Dict {
		if x, ok := sheet.Number(text, 0); ok && slices.Contains(w.pack.MissingCodes, x) {
			values[c] = edu.Missing()
			continue
		}
		var v edu.Value
		v, wanted[c] = figure(text, f.el, 0)
		values[c] = v.Float()
		bad = bad || wanted[c] != nil
	}
	col := make([]float64, len(texts.Code))
	for i, c := range texts.Code {
		col[i] = values[c]
	}
	told := map[int]bool{}
	if bad {
		for i, c := range texts.Code {
			if wanted[c] != nil && (gone == nil || !gone[i]) {
				w.at(f, i, KindCell, quoted(texts.Dict[c]), *wanted[c])
				told[i] = true
			}
		}
	}
	w.answers(f, col, gone, told)
	return col
}
