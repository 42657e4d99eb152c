package demo

import (
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// grid is a sheet that is being written row by row under its header.
type grid struct {
	*excelize.StreamWriter
	row int // the last row written
}

func (g *grid) add(cells []any, opts ...excelize.RowOpts) error {
	g.row++
	return g.SetRow("A"+strconv.Itoa(g.row), cells, opts...)
}

// table starts a sheet: what it is and of whom, the header, frozen, and
// drop-downs for as many rows as will follow. Groups of columns get a row of
// their own above the header.
func (b *book) table(sheet string, cols []column, rows int, groups bool) (*grid, error) {
	if _, err := b.file.NewSheet(sheet); err != nil {
		return nil, err
	}
	landscape, a4 := "landscape", 9
	if err := b.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4}); err != nil {
		return nil, err
	}
	above := 3 // rows up to and including the header
	if groups {
		above++
	}
	if err := b.dropDowns(sheet, cols, above+1, above+rows); err != nil {
		return nil, err
	}
	// The header is printed on every page.
	if err := b.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheet, RefersTo: fmt.Sprintf("'%s'!$1:$%d", sheet, above)}); err != nil {
		return nil, err
	}
	sw, err := b.file.NewStreamWriter(sheet)
	if err != nil {
		return nil, err
	}
	g := &grid{StreamWriter: sw}
	frozen := 0
	header, group := make([]any, len(cols)), make([]any, len(cols))
	for i, col := range cols {
		if err := sw.SetColWidth(i+1, i+1, col.width); err != nil {
			return nil, err
		}
		style := b.styles.header
		if col.key {
			style = b.styles.keyHeader
		}
		header[i] = excelize.Cell{StyleID: style, Value: col.header}
		group[i] = excelize.Cell{StyleID: style, Value: col.group}
		if col.id == keyName {
			frozen = i + 1
		}
	}
	panes := &excelize.Panes{Freeze: true, XSplit: frozen, YSplit: above, ActivePane: "bottomRight"}
	if frozen == 0 {
		panes.ActivePane = "bottomLeft"
	}
	if panes.TopLeftCell, err = excelize.CoordinatesToCellName(frozen+1, above+1); err != nil {
		return nil, err
	}
	if err := sw.SetPanes(panes); err != nil {
		return nil, err
	}
	p := &counties[b.county]
	plain := func(style int, text string) any { return excelize.Cell{StyleID: style, Value: text} }
	if err := g.add([]any{plain(b.styles.title, "示例数据（虚构）· "+cityName.ZH+p.Short.ZH+" · "+sheet)}); err != nil {
		return nil, err
	}
	if err := g.add([]any{plain(b.styles.label, b.layout.keys[keyCounty]+"："+p.key()), plain(b.styles.label, b.layout.keys[keyCounty+keyNameOf]+"："+p.Short.ZH),
		plain(b.styles.label, b.layout.keys[keyPeriod]+"："+b.year.Label())}); err != nil {
		return nil, err
	}
	if groups {
		if err := g.add(group); err != nil {
			return nil, err
		}
		if err := mergeGroups(g, cols); err != nil {
			return nil, err
		}
	}
	return g, g.add(header, excelize.RowOpts{Height: 44})
}

// mergeGroups joins the cells of a group in the row just written.
func mergeGroups(g *grid, cols []column) error {
	for from := 0; from < len(cols); {
		to := from
		for to+1 < len(cols) && cols[to+1].group == cols[from].group {
			to++
		}
		if to > from {
			a, err := excelize.CoordinatesToCellName(from+1, g.row)
			if err != nil {
				return err
			}
			z, err := excelize.CoordinatesToCellName(to+1, g.row)
			if err != nil {
				return err
			}
			if err := g.MergeCell(a, z); err != nil {
				return err
			}
		}
		from = to + 1
	}
	return nil
}

func (b *book) dropDowns(sheet string, cols []column, from, to int) error {
	for i, col := range cols {
		if len(col.list) == 0 || to < from {
			continue
		}
		letters, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		dv := excelize.NewDataValidation(true)
		dv.Sqref = fmt.Sprintf("%s%d:%s%d", letters, from, letters, to)
		if err := dv.SetDropList(col.list); err != nil {
			return err
		}
		if err := b.file.AddDataValidation(sheet, dv); err != nil {
			return err
		}
	}
	return nil
}
