// How cells look. Colours follow the pages': tint for what is known, grey for
// what is not typed, red for what must be mended.

package workbook

import "github.com/xuri/excelize/v2"

type look uint8

const (
	plain     look = iota
	title          // of the sheet
	subtitle       // unit, period, due date
	note           // how to fill
	head           // header
	heading        // of a group of fields
	label          // name of a field
	measure        // its unit
	help           // its counting rule
	blank          // to fill
	needed         // to fill, required
	known          // filled with what is known
	choose         // to fill, a text
	fixed          // known for certain, computed, or a key
	either         // follows from a list, and may be typed where the list does not tell
	fixedText      // the same, aligned left
	former         // last year
	example        // the row that shows how
	unused         // no such cell
	idLook         // ids
	signLabel      // of the signature block
	signBlank
	looks int = iota
)

const (
	ink, faint, hairline = "1B2733", "8A94A0", "C3CBD5"
	primary, tint        = "1F5FA8", "E8F0FB"
	grey, ground         = "ECEFF3", "F3F5F8"
	yellow, lightRed     = "FFF9E5", "FBD9D7"
	fontName             = "微软雅黑"
	bodySize, bigSize    = 10, 16
)

type styles [looks]int

func border(colour string) []excelize.Border {
	var b []excelize.Border
	for _, side := range []string{"left", "top", "right", "bottom"} {
		b = append(b, excelize.Border{Type: side, Color: colour, Style: 1})
	}
	return b
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// makeStyles enters the looks into a workbook.
func makeStyles(f *excelize.File) (s styles, err error) {
	font := func(size float64, colour string, bold bool) *excelize.Font {
		return &excelize.Font{Family: fontName, Size: size, Color: colour, Bold: bold}
	}
	align := func(h string) *excelize.Alignment {
		a := &excelize.Alignment{Horizontal: h, Vertical: "center", WrapText: true}
		if h != "center" {
			a.Indent = 1
		}
		return a
	}
	open := &excelize.Protection{Locked: false}
	all := map[look]*excelize.Style{
		title:     {Font: font(bigSize, ink, true), Alignment: align("center")},
		subtitle:  {Font: font(bodySize, ink, false), Alignment: align("left")},
		note:      {Font: font(9, "526070", false), Alignment: align("left")},
		head:      {Font: font(bodySize, "FFFFFF", true), Fill: fill(primary), Border: border(hairline), Alignment: align("center")},
		heading:   {Font: font(bodySize, primary, true), Fill: fill(tint), Border: border(hairline), Alignment: align("left")},
		label:     {Font: font(bodySize, ink, false), Border: border(hairline), Alignment: align("left")},
		measure:   {Font: font(bodySize, "526070", false), Border: border(hairline), Alignment: align("center")},
		help:      {Font: font(9, "526070", false), Border: border(hairline), Alignment: align("left")},
		blank:     {Font: font(bodySize, ink, false), Border: border(hairline), Alignment: align("right"), Protection: open},
		needed:    {Font: font(bodySize, ink, false), Fill: fill(yellow), Border: border(hairline), Alignment: align("right"), Protection: open},
		known:     {Font: font(bodySize, ink, false), Fill: fill(tint), Border: border(hairline), Alignment: align("right"), Protection: open},
		choose:    {Font: font(bodySize, ink, false), Border: border(hairline), Alignment: align("left"), Protection: open},
		fixed:     {Font: font(bodySize, "526070", false), Fill: fill(grey), Border: border(hairline), Alignment: align("right")},
		either:    {Font: font(bodySize, "526070", false), Fill: fill(ground), Border: border(hairline), Alignment: align("right"), Protection: open},
		fixedText: {Font: font(bodySize, ink, false), Fill: fill(ground), Border: border(hairline), Alignment: align("left")},
		example:   {Font: &excelize.Font{Family: fontName, Size: bodySize, Color: faint, Italic: true}, Fill: fill(ground), Border: border(hairline), Alignment: align("left")},
		former:    {Font: font(bodySize, faint, false), Fill: fill(ground), Border: border(hairline), Alignment: align("right")},
		unused:    {Font: font(bodySize, faint, false), Fill: excelize.Fill{Type: "pattern", Pattern: 14, Color: []string{hairline}}, Border: border(hairline), Alignment: align("center")},
		idLook:    {Font: font(8, faint, false)},
		signLabel: {Font: font(bodySize, ink, false), Alignment: align("right")},
		signBlank: {Font: font(bodySize, ink, false), Border: []excelize.Border{{Type: "bottom", Color: ink, Style: 1}}, Alignment: align("left"), Protection: open},
	}
	for l := range look(looks) { // in order, so that the same papers give the same bytes
		if style := all[l]; style != nil {
			if s[l], err = f.NewStyle(style); err != nil {
				return s, err
			}
		}
	}
	return s, nil
}
