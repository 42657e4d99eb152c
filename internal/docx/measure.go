package docx

import "unicode"

// Measures of GB/T 9704-2012 in twentieths of a point, as a Word file has them.
// The type area is 156 × 225 mm, of 22 lines with 28 characters each.
const (
	pageWidth, pageHeight           = 11906, 16838
	marginTop, marginBottom         = 2098, 1984 // 37 and 35 mm
	marginLeft, marginRight         = 1587, 1474 // 28 and 26 mm
	areaWidth                       = pageWidth - marginLeft - marginRight
	line                            = 579  // 22 of them in 225 mm
	char                            = 315  // 28 of them in 156 mm
	tighter                         = -5   // what is taken from a letter of 16 pt, so that 28 of them fit
	bodySize                        = 32   // of the letters in half points: 三号
	footerUp                        = 1134 // 20 mm from the edge of the paper: the second rule of a letter
	mm                      float64 = 1440 / 25.4
	emu                             = 914400 / 25.4 // of a drawing, to the millimetre
)

func twips(millimetres float64) int { return int(millimetres*mm + 0.5) }

// halves is how wide a text is, in halves of a Chinese character.
func halves(s string) (n int) {
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

// wide tells that a character takes a whole square.
func wide(r rune) bool {
	switch {
	case r < 0x2E80:
		return r == '—' || r == '“' || r == '”' || r == '‘' || r == '’' || r == '…' || r >= 0x2460 && r < 0x2600
	case r >= 0xFF61 && r <= 0xFFDC:
		return false
	}
	return r <= 0xFFE6 || unicode.Is(unicode.Han, r)
}
