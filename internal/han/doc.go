// Package han cleans Chinese text as people type and paste it: traditional
// characters become simplified ones, and pinyin that a system put in brackets
// behind a character is taken out.
//
// It never decides that two names are the same: it gives the clean form, and the
// caller keeps the original beside it.
package han

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Normalise gives the clean form of a name or a short text, and whether that is
// another text than s: simplified, without bracketed pinyin, without characters
// that are not seen, and without blanks around it. Cleaning a clean text changes
// nothing.
func Normalise(s string) (clean string, changed bool) {
	clean = s
	for range 8 {
		next := once(clean)
		if next == clean {
			break
		}
		clean = next
	}
	return clean, clean != s
}

func once(s string) string {
	if ascii(s) {
		return strings.TrimSpace(strings.Map(seen, s))
	}
	s = norm.NFC.String(strings.Map(seen, strings.ToValidUTF8(s, "")))
	return strings.TrimSpace(Simplify(WithoutPinyin(s)))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// seen drops characters without a width, and makes every blank one.
func seen(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r', r == '\u00a0', r == '\u3000', r == '\u2028', r == '\u2029':
		return ' '
	case r < 0x20, r >= 0x7f && r < 0xa0, unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	}
	return r
}
