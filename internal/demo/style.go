package demo

import "github.com/xuri/excelize/v2"

// styles are the cell styles of a workbook.
type styles struct {
	title, warning, label, wrapped, header, keyHeader, text, count, decimal int
}

func (b *book) makeStyles() error {
	border := []excelize.Border{{Type: "left", Color: "D7DDE5", Style: 1}, {Type: "right", Color: "D7DDE5", Style: 1},
		{Type: "top", Color: "D7DDE5", Style: 1}, {Type: "bottom", Color: "D7DDE5", Style: 1}}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	centred := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	twoDecimals := "0.00"
	for _, s := range []struct {
		into  *int
		style excelize.Style
	}{
		{&b.styles.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 14, Color: "174A85"}}},
		{&b.styles.warning, excelize.Style{Font: &excelize.Font{Bold: true, Color: "B3261E"}, Fill: fill("FBE6E4"), Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&b.styles.label, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top"}}},
		{&b.styles.wrapped, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
		{&b.styles.header, excelize.Style{Font: &excelize.Font{Bold: true, Color: "1B2733"}, Fill: fill("E8F0FB"), Border: border, Alignment: centred}},
		{&b.styles.keyHeader, excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: fill("1F5FA8"), Border: border, Alignment: centred}},
		{&b.styles.text, excelize.Style{Border: border, NumFmt: 49}},
		{&b.styles.count, excelize.Style{Border: border, NumFmt: 1}},
		{&b.styles.decimal, excelize.Style{Border: border, CustomNumFmt: &twoDecimals}},
	} {
		id, err := b.file.NewStyle(&s.style)
		if err != nil {
			return err
		}
		*s.into = id
	}
	return nil
}
