// The clean text of a notice: simplified, without pinyin, line by line, with one
// form of each mark.

package draft

import (
	"strings"
	"unicode/utf8"

	"shuren/internal/han"
)

// clean gives the clean text and, for each of its characters and the end, the
// byte of the original.
func clean(text string) (string, []int) {
	var out []rune
	var at []int // where each character begins
	end := 0     // where the last one ends
	for base := 0; base < len(text); {
		line, next := text[base:], len(text)
		if i := strings.IndexAny(line, "\n\r\u2028\u2029\v\f"); i >= 0 {
			_, n := utf8.DecodeRuneInString(line[i:])
			line, next = line[:i], base+i+n
		}
		s, from := han.Trace(line)
		if rs := []rune(s); len(rs) > 0 {
			if len(out) > 0 {
				out, at = append(out, '\n'), append(at, end)
			}
			for i := range rs {
				out, at = append(out, fold(rs, i)), append(at, base+from[i])
			}
			end = base + from[len(rs)]
		}
		base = next
	}
	return string(out), append(at, end)
}

var full = map[rune]rune{',': '，', ';': '；', ':': '：', '?': '？', '!': '！', '(': '（', ')': '）', '％': '%', '﹑': '、', '｡': '。'}

// fold gives one form of marks and digits: half-width digits and letters,
// full-width marks, except a comma or colon inside a number.
func fold(rs []rune, i int) rune {
	r := rs[i]
	if r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' {
		return r - 0xfee0
	}
	if (r == ',' || r == ':') && i > 0 && i+1 < len(rs) && digit(rs[i-1]) && digit(rs[i+1]) {
		return r
	}
	if to, ok := full[r]; ok {
		return to
	}
	return r
}

func digit(r rune) bool { return r >= '0' && r <= '9' }
