// Traditional to simplified characters, by the longest entry of a dictionary.

package han

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed data/simplify.tsv
var table string

// dictionary holds single characters apart from phrases: nearly every look-up
// is one of a character that no phrase begins with.
type dictionary struct {
	chars   map[rune]string
	phrases map[rune][][2]string // by first character, longest first
}

var entries = sync.OnceValue(func() *dictionary {
	d := &dictionary{chars: map[rune]string{}, phrases: map[rune][][2]string{}}
	for line := range strings.Lines(table) {
		from, to, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		first, n := utf8.DecodeRuneInString(from)
		if n == len(from) {
			d.chars[first] = to
			continue
		}
		list := d.phrases[first]
		i := 0
		for i < len(list) && len(list[i][0]) >= len(from) {
			i++
		}
		d.phrases[first] = append(list[:i], append([][2]string{{from, to}}, list[i:]...)...)
	}
	return d
})

// Simplify writes traditional characters as simplified ones. Where a character
// has several simplified forms, the phrase that it stands in decides.
func Simplify(s string) string {
	var out strings.Builder
	done := 0 // s up to here is in out
	replacements(s, func(from, to int, text string) {
		out.WriteString(s[done:from])
		out.WriteString(text)
		done = to
	})
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// Begins reports that some text beginning with this character has a simplified
// form. A text without such characters is simplified as it is.
func Begins(r rune) bool {
	d := entries()
	_, char := d.chars[r]
	return char || len(d.phrases[r]) > 0
}

// replacements calls for each part of s that has a simplified form.
func replacements(s string, each func(from, to int, text string)) {
	d := entries()
next:
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r < 0x2e80 {
			i += n
			continue
		}
		for _, p := range d.phrases[r] {
			if strings.HasPrefix(s[i:], p[0]) {
				each(i, i+len(p[0]), p[1])
				i += len(p[0])
				continue next
			}
		}
		if to, ok := d.chars[r]; ok {
			each(i, i+n, to)
		}
		i += n
	}
}
