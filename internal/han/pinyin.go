// Bracketed pinyin: 树(shù)人(rén), 曲靖（qǔ jìng）市.

package han

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var brackets = map[rune]rune{'(': ')', '（': '）', '[': ']', '［': '］', '【': '】', '〔': '〕'}

// WithoutPinyin takes out brackets that hold nothing but the pinyin of the
// characters before them. Any other bracket stays: （东校区）, (A), （1）.
//
// Pinyin without any tone is left alone, because "(an)" may be anything, and so
// is pinyin of more syllables than there are characters before it.
func WithoutPinyin(s string) string {
	if !strings.ContainsAny(s, "(（[［【〔") {
		return s
	}
	rs := []rune(s)
	keep := kept(rs)
	out := make([]rune, len(keep))
	for i, at := range keep {
		out[i] = rs[at]
	}
	return string(out)
}

// kept are the places of the characters that stay when pinyin is taken out.
func kept(rs []rune) []int {
	out := make([]int, 0, len(rs))
	for i := 0; i < len(rs); i++ {
		end := brackets[rs[i]]
		if end != 0 {
			if n := closing(rs[i+1:], end); n >= 0 {
				before := trimBlank(rs, out)
				k := syllables(string(rs[i+1 : i+1+n]))
				if k > 0 && k <= tail(rs, before) {
					out = before
					i += n + 1
					// 曲靖 (qǔ jìng) 市: the blank behind it went with it.
					j := i + 1
					for j < len(rs) && rs[j] == ' ' {
						j++
					}
					if j < len(rs) && unicode.Is(unicode.Han, rs[j]) {
						i = j - 1
					}
					continue
				}
			}
		}
		out = append(out, i)
	}
	return out
}

// closing finds the closing bracket before any other bracket, at most 40
// characters on, or -1. The half-width and full-width forms close each other.
func closing(rs []rune, end rune) int {
	for i, r := range rs[:min(len(rs), 41)] {
		switch {
		case r == end, end == ')' && r == '）', end == '）' && r == ')':
			return i
		case brackets[r] != 0:
			return -1
		}
	}
	return -1
}

func trimBlank(rs []rune, at []int) []int {
	for len(at) > 0 && rs[at[len(at)-1]] == ' ' {
		at = at[:len(at)-1]
	}
	return at
}

// tail counts the Chinese characters at the end.
func tail(rs []rune, at []int) int {
	n := 0
	for n < len(at) && unicode.Is(unicode.Han, rs[at[len(at)-1-n]]) {
		n++
	}
	return n
}

// syllables counts the syllables of a text that is pinyin with tones, and gives
// 0 for any other text.
func syllables(s string) int {
	toned, digits, upper := false, false, false
	var b strings.Builder
	for _, r := range norm.NFD.String(norm.NFKC.String(s)) {
		switch {
		case r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			upper = true
			b.WriteRune(r + 'a' - 'A')
		case r == '\u0304', r == '\u0301', r == '\u030c', r == '\u0300':
			toned = true
		case r == '\u0308': // ü
			if t := b.String(); strings.HasSuffix(t, "u") {
				b.Reset()
				b.WriteString(t[:len(t)-1] + "v")
			}
		case r == '\u0302': // ê
		case r == 'ɡ':
			b.WriteByte('g')
		case r >= '1' && r <= '5':
			digits = true
			b.WriteByte(' ')
		case r == ' ', r == '\'', r == '’', r == '-', r == '·', r == ',', r == '、':
			b.WriteByte(' ')
		default:
			return 0
		}
	}
	if !toned && (!digits || upper) {
		return 0
	}
	n := 0
	for _, word := range strings.Fields(b.String()) {
		k := split(word)
		if k == 0 || !toned && len(word) < 2 {
			return 0
		}
		n += k
	}
	return n
}

// split gives the least number of syllables that make up the word, or 0.
func split(word string) int {
	best := make([]int, len(word)+1)
	for i := 1; i <= len(word); i++ {
		for j := max(0, i-6); j < i; j++ {
			if (j == 0 || best[j] > 0) && syllable(word[j:i]) && (best[i] == 0 || best[j]+1 < best[i]) {
				best[i] = best[j] + 1
			}
		}
	}
	return best[len(word)]
}

var initials = []string{"zh", "ch", "sh", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "r", "z", "c", "s", "y", "w"}

var finals = map[string]bool{}

func init() {
	for _, f := range strings.Fields("a o e i u v ai ei ui ao ou iu ie ve ue er an en in un vn ang eng ing ong ia iao ian iang iong ua uo uai uan uang van") {
		finals[f] = true
	}
}

// syllable reports a syllable of pinyin, ü written v.
func syllable(s string) bool {
	switch s {
	case "a", "o", "e", "ai", "ei", "ao", "ou", "er", "an", "en", "ang", "eng", "ng", "n", "m":
		return true
	}
	for _, in := range initials {
		if rest, ok := strings.CutPrefix(s, in); ok {
			return finals[rest]
		}
	}
	return false
}
