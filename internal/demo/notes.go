package demo

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// notes is the first sheet: what this is, and how the figures are counted.
func (b *book) notes() error {
	sw, err := b.file.NewStreamWriter(SheetNotes)
	if err != nil {
		return err
	}
	p := &counties[b.county]
	if err := sw.SetColWidth(1, 1, 26); err != nil {
		return err
	}
	if err := sw.SetColWidth(2, 2, 96); err != nil {
		return err
	}
	g := &grid{StreamWriter: sw}
	put := func(left, right any, style int) error {
		return g.add([]any{excelize.Cell{StyleID: style, Value: left}, excelize.Cell{StyleID: b.styles.wrapped, Value: right}})
	}
	lines := [][2]string{
		{"示例数据", "本表的市、县区、学校、代码、文号和全部数字均为虚构，由程序生成，仅供演示，与任何真实地区和单位无关。"},
		{"Demo data", "The city, its counties, schools, codes, document numbers and figures are invented by a program, for demonstration only."},
		{"县区", p.Name.ZH + "（" + p.key() + "）"},
		{"学年", b.year.Label()},
		{"统计时点", fmt.Sprintf("学生、教师：%d年9月1日；经费：%d年", b.year.Int(), b.year.Int()-1)},
		{"填写约定", "空白表示未报；0表示没有；“/”表示不适用。金额列名注明万元的以万元填写，面积以平方米填写。"},
		{"工作表", strings.Join([]string{SheetSections, b.layout.classSheet, b.layout.roomSheet, SheetCounty, SheetOthers}, "、")},
	}
	if err := put(b.title(), nil, b.styles.title); err != nil {
		return err
	}
	for i, line := range lines {
		style := b.styles.label
		if i < 2 {
			style = b.styles.warning
		}
		if err := put(line[0], line[1], style); err != nil {
			return err
		}
	}
	if err := put("指标口径", nil, b.styles.title); err != nil {
		return err
	}
	last := ""
	for _, col := range b.layout.sections {
		if col.help == "" || col.help == last {
			continue
		}
		last = col.help
		name := col.header
		if strings.HasPrefix(col.id, "pupils.") {
			name = "各年级在校生数"
		}
		// In one cell with its help: a name alone would look like a header.
		if err := put("口径", name+"："+col.help, b.styles.label); err != nil {
			return err
		}
	}
	return sw.Flush()
}
