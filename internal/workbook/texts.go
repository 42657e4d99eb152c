// Texts that must fit: into a column, into a message.

package workbook

import "unicode/utf8"

// lines estimates how many lines a text takes in a column of a width: a Chinese
// character is as wide as two letters.
func lines(s string, width float64) int {
	n, at := 1, 0.0
	for _, r := range s {
		w := 1.1
		if r >= 0x2e80 {
			w = 2.1
		}
		if r == '\n' {
			n, at = n+1, 0
			continue
		}
		if at += w; at > width {
			n, at = n+1, w
		}
	}
	return n
}

// shorten cuts a text to at most n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
