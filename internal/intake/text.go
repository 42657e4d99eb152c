// Texts for people: what a file may not put into a name or a message.

package intake

import (
	"strings"
	"unicode"
)

// hidden reports a character that is not seen, or turns what stands around it:
// controls, marks of direction, characters without a width, non-characters.
func hidden(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0, r == '\u2028', r == '\u2029':
		return true
	case r == '\u200c', r == '\u200d': // joiners: they shape letters of some scripts
		return false
	case r&0xfffe == 0xfffe:
		return true
	}
	return r >= 0x200b && unicode.Is(unicode.Cf, r)
}

// visible writes a text without hidden characters; what breaks a line is a
// blank.
func visible(s string) string {
	if strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, s))
}
