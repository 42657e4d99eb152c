// Package pinyin finds Chinese names by what people type: the characters, some
// of them in order, whole pinyin, or initials.
//
// Characters that are read in several ways are found by each of them: 重庆 by cq
// and by zq. Nothing here guesses which reading is meant.
package pinyin

import (
	"slices"
	"strings"
	"unicode"

	dict "github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"

	"shuren/internal/han"
)

// Readings are the syllables of a character without tones, each once; none for
// one that is not Chinese.
func Readings(r rune) []string {
	listed, ok := dict.PinyinDict[int(r)]
	if !ok {
		return nil
	}
	var out []string
	for _, s := range strings.Split(listed, ",") {
		if s = plain(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// plain takes the tones off: lǜ is lv, as it is typed.
func plain(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case r == '\u0308': // ü
			t := strings.TrimSuffix(b.String(), "u")
			b.Reset()
			b.WriteString(t + "v")
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clean is a text as it is compared: small letters, simplified characters,
// without blanks.
func clean(s string) []rune {
	out := make([]rune, 0, len(s))
	for _, r := range han.Simplify(norm.NFKC.String(s)) {
		if !unicode.IsSpace(r) {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}

// letters tells that a query may be pinyin.
func letters(q []rune) bool {
	return len(q) > 0 && !slices.ContainsFunc(q, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// bit is the place of a letter or digit in a set of them.
func bit(c byte) uint64 {
	switch {
	case c >= 'a' && c <= 'z':
		return 1 << (c - 'a')
	case c >= '0' && c <= '9':
		return 1 << (26 + c - '0')
	}
	return 1 << 63
}
