// Whether a text that people write has somebody's number in it.

package ident

import (
	"regexp"
	"strings"
)

// gap is what people and spreadsheets put between the digits of one number.
const gap = `[ \t'\-\x{3000}\x{a0}\x{200b}\x{feff}]`

// run is digits with nothing but gaps between them, a letter of student numbers before
// and an X behind.
var (
	run  = regexp.MustCompile(`(?:\b[GLJ]` + gap + `*)?[0-9](?:` + gap + `*[0-9])*(?:` + gap + `*X)?`)
	gaps = regexp.MustCompile(gap + `+`)
)

// Within tells whether a text has a citizen or student number in it. A number stands by
// itself: a longer one is a device's, and days or telephones side by side are none. One
// that is broken by spaces or hyphens must be right to its check character, since its
// parts may have nothing to do with each other; one that is not may be mistyped.
func Within(text string) bool {
	text = strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == 'х' || r == 'Х': // Cyrillic, from some input methods
			r = 'X'
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, text)
	for _, s := range run.FindAllString(text, -1) {
		letter := strings.TrimRight(s[:1], "0123456789")
		parts := gaps.Split(strings.TrimLeft(s[len(letter):], " \t'-　\u00a0\u200b\ufeff"), -1)
		for i := range parts {
			whole := ""
			for j := i; j < len(parts) && len(whole) <= 18; j++ {
				whole += parts[j]
				alone := i == j || i == 0 && j == len(parts)-1
				if number(whole, alone, i == j) || i == 0 && letter != "" && student(letter+whole, alone) {
					return true
				}
			}
		}
	}
	return false
}

// number tells whether digits are an identity number. Those of 15 have no check
// character: alone, they are one by province and day.
func number(s string, alone, unbroken bool) bool {
	if len(s) == 15 {
		_, ok := day("19" + s[6:12])
		return alone && ok && strings.Contains(provinces, " "+s[:2]+" ")
	}
	_, why := ParseCitizen(s, 0)
	return why == "" || unbroken && why == BadCheck
}

// student tells whether a letter and digits are a student number. That of a G is an
// identity number's to say; the others have no check character.
func student(s string, alone bool) bool {
	_, why := ParseStudent(s, 0)
	return alone && why == ""
}
