package demo

import (
	"fmt"
	"io"
	"math"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
	books "shuren/internal/workbook"
)

// Sheets of a workbook.
const (
	SheetNotes    = "说明"
	SheetSections = "学校基本数据"
	SheetCounty   = "县级填报"
	SheetOthers   = "其他学段"
)

// Workbook writes what one county reports for one school year. The same seed,
// county and year give the same bytes.
func (c *City) Workbook(w io.Writer, county int, year edu.Period) error {
	y, err := yearIndex(year)
	if err != nil {
		return fmt.Errorf("%w: %w", err, fault.NotFound)
	}
	if county < 0 || county >= len(counties) {
		return fmt.Errorf("county %d: the demo city has %d: %w", county, len(counties), fault.NotFound)
	}
	p, err := openPack()
	if err != nil {
		return err
	}
	b := &book{City: c, layout: newLayout(p), file: excelize.NewFile(), county: county, y: y, year: year}
	defer b.file.Close()
	if err := b.write(w); err != nil {
		return fmt.Errorf("workbook of %s in %s: %w", counties[county].Name.EN, year, err)
	}
	return nil
}

// FileName is the name of a county's workbook: 云岫市-霁川县-2025-示例数据.xlsx.
func (c *City) FileName(county int, year edu.Period) string {
	return fmt.Sprintf("%s-%s-%s-示例数据.xlsx", cityName.ZH, counties[county].Short.ZH, year)
}

// book is a workbook that is being written.
type book struct {
	*City
	layout *layout
	file   *excelize.File
	county int
	y      int
	year   edu.Period
	styles styles
}

// begin sets up the file and names its first sheet.
func (b *book) begin(title string) error {
	b.file.SetZipWriter(books.SortedZip)
	if err := b.makeStyles(); err != nil {
		return err
	}
	if err := b.file.SetDocProps(&excelize.DocProperties{Title: title, Subject: "示例数据", Creator: "Shuren demo", Created: "2025-09-01T00:00:00Z", Modified: "2025-09-01T00:00:00Z"}); err != nil {
		return err
	}
	return b.file.SetSheetName("Sheet1", SheetNotes)
}

func (b *book) write(w io.Writer) error {
	if err := b.begin(b.title()); err != nil {
		return err
	}
	for _, sheet := range []func() error{b.notes, b.sectionSheet, b.classSheet, b.roomSheet, b.countySheet, b.otherSheet} {
		if err := sheet(); err != nil {
			return err
		}
	}
	_, err := b.file.WriteTo(w)
	return err
}

func (b *book) title() string {
	return fmt.Sprintf("%s%s义务教育优质均衡基础数据（%s学年）", cityName.ZH, counties[b.county].Short.ZH, b.year.Label())
}

// cell is what stands in a column for a figure.
func (b *book) cell(col column, v any) any {
	style := b.styles.count
	switch {
	case col.key || col.list != nil:
		style = b.styles.text
	case col.decimal:
		style = b.styles.decimal
	case col.ratio:
		style = b.styles.text
	}
	switch x := v.(type) {
	case nil:
		return excelize.Cell{StyleID: style}
	case bool:
		return excelize.Cell{StyleID: style, Value: map[bool]string{true: "是", false: "否"}[x]}
	case string:
		if word, ok := col.choices[x]; ok {
			x = word
		}
		return excelize.Cell{StyleID: style, Value: x}
	case float64:
		if col.scale > 1 {
			x /= col.scale
		}
		if x == math.Trunc(x) && !col.decimal {
			return excelize.Cell{StyleID: style, Value: int(x)}
		}
		return excelize.Cell{StyleID: style, Value: x}
	default:
		return excelize.Cell{StyleID: style, Value: v}
	}
}

// row puts figures in the order of the columns.
func (b *book) row(cols []column, f figures) []any {
	cells := make([]any, len(cols))
	for i, col := range cols {
		cells[i] = b.cell(col, f[col.id])
	}
	return cells
}

// identity are a section's keys.
func (b *book) identity(s *section, f figures) figures {
	f[keyCode], f[keyName], f[keyStage] = s.school.code, s.school.name.zh, b.layout.stages[s.stage]
	f[keyTownship], f[keyTownship+keyNameOf] = s.school.township.code, s.school.township.name.zh
	return f
}

// open are the county's sections of the year, in the order of the register.
func (b *book) open(compulsory bool) []*section {
	var all []*section
	for _, s := range b.sections {
		if s.school.county == b.county && s.compulsory() == compulsory && s.in(b.y) && s.total(b.y) > 0 {
			all = append(all, s)
		}
	}
	return all
}

func (b *book) sectionSheet() error {
	open := b.open(true)
	g, err := b.table(SheetSections, b.layout.sections, len(open), true)
	if err != nil {
		return err
	}
	for _, s := range open {
		if err := g.add(b.row(b.layout.sections, b.identity(s, b.record(s, b.y)))); err != nil {
			return err
		}
	}
	return g.Flush()
}

var gradeChoice = [...]string{"", "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g8", "g9"}

func (b *book) classSheet() error {
	g, err := b.table(b.layout.classSheet, b.layout.classes, 0, false)
	if err != nil {
		return err
	}
	for _, s := range b.open(true) {
		f := b.identity(s, figures{})
		for _, x := range b.classes(s, b.y) {
			f["grade"], f["class_no"], f["class_kind"], f["class_pupils"], f["class_boarders"] = gradeChoice[x.grade], x.no, x.kind, x.pupils, x.boarders
			if err := g.add(b.row(b.layout.classes, f)); err != nil {
				return err
			}
		}
	}
	return g.Flush()
}

func (b *book) roomSheet() error {
	g, err := b.table(b.layout.roomSheet, b.layout.rooms, 0, false)
	if err != nil {
		return err
	}
	for _, s := range b.open(true) {
		f := b.identity(s, figures{})
		for _, x := range b.rooms(s, b.y) {
			f["room_no"], f["room_kind"], f["room_area"], f["room_year"] = x.no, x.kind, x.area, x.year
			if err := g.add(b.row(b.layout.rooms, f)); err != nil {
				return err
			}
		}
	}
	return g.Flush()
}

func (b *book) otherSheet() error {
	g, err := b.table(SheetOthers, b.layout.others, 0, false)
	if err != nil {
		return err
	}
	for _, s := range b.open(false) {
		h := b.headcount(s, b.y)
		if err := g.add(b.row(b.layout.others, b.identity(s, figures{"pupils": h.pupils, "classes": h.classes, "teachers": h.teachers}))); err != nil {
			return err
		}
	}
	return g.Flush()
}

// countySheet has one row for each item that the county answers.
func (b *book) countySheet() error {
	g, err := b.table(SheetCounty, []column{{header: "项目", width: 56, key: true}, {header: "数值", width: 16}, {header: "佐证材料", width: 34}}, 0, false)
	if err != nil {
		return err
	}
	f, evidence := b.countyAnswers(b.county, b.y)
	text := func(s string) any { return excelize.Cell{StyleID: b.styles.text, Value: s} }
	for _, item := range b.layout.county {
		if err := g.add([]any{text(item.header), b.cell(item, f[item.id]), text(evidence[item.id])}); err != nil {
			return err
		}
	}
	return g.Flush()
}
