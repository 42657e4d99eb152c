// Cells in another colour, with all else of their style as it was.

package workbook

import "github.com/xuri/excelize/v2"

// recolour fills a cell with a colour, or with none, and gives the colour that
// it had. All else of its style stays as it is: what an office program wrote is
// copied, not read and written anew.
func (m *marker) recolour(sheet, cell, colour string) (before string, err error) {
	old, err := m.file.GetCellStyle(sheet, cell)
	if err != nil {
		return "", err
	}
	before = m.colourOf(old)
	n, ok := m.styles[recoloured{old, colour}]
	if !ok {
		if n, err = m.restyle(old, colour); err != nil {
			return "", err
		}
		m.styles[recoloured{old, colour}] = n
	}
	return before, m.file.SetCellStyle(sheet, cell, cell, n)
}

// recoloured is a style of the workbook in another colour.
type recoloured struct {
	style  int
	colour string
}

// restyle copies a style with another fill.
func (m *marker) restyle(old int, colour string) (int, error) {
	var s excelize.Style
	if colour != "" {
		s.Fill = fill(colour)
	}
	plain, err := m.file.NewStyle(&s)
	if err != nil {
		return 0, err
	}
	x := m.file.Styles.CellXfs
	if old < 0 || old >= len(x.Xf) {
		return plain, nil
	}
	filled, yes := 0, true
	if id := x.Xf[plain].FillID; id != nil && colour != "" {
		filled = *id
	}
	c := x.Xf[old]
	c.FillID, c.ApplyFill = &filled, &yes
	x.Xf = append(x.Xf, c)
	x.Count = len(x.Xf)
	return len(x.Xf) - 1, nil
}

// colourOf is the colour that a style fills cells with, or "".
func (m *marker) colourOf(style int) string { return colourOf(m.file, style) }

func colourOf(f *excelize.File, style int) string {
	if _, err := f.GetStyle(style); err != nil || f.Styles == nil || f.Styles.CellXfs == nil || f.Styles.Fills == nil {
		return "" // GetStyle has read the styles
	}
	id := f.Styles.CellXfs.Xf[style].FillID
	if id == nil || *id < 0 || *id >= len(f.Styles.Fills.Fill) {
		return ""
	}
	p := f.Styles.Fills.Fill[*id].PatternFill
	if p == nil || p.PatternType != "solid" || p.FgColor == nil || len(p.FgColor.RGB) < 6 {
		return ""
	}
	return p.FgColor.RGB[len(p.FgColor.RGB)-6:]
}
