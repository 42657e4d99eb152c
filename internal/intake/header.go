// Headers: texts folded so that the same header written differently is the same.

package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold writes a text in one form: half-width, lower case, without white space
// and marks that only decorate. ㎡ becomes m2.
func fold(s string) string {
	if f, ok := foldPlain(s); ok {
		return f
	}
	return foldAny(s)
}

// foldPlain is foldAny of a text of Chinese characters, half- and full-width
// ASCII and the signs that headers of forms have, which is nearly every header: a
// sheet is looked at under each shape it may have, a thousand headers a time.
func foldPlain(s string) (folded string, ok bool) {
	var room [96]byte
	b := room[:0]
	for _, r := range s {
		switch {
		case r >= 0x4E00 && r <= 0x9FFF:
			b = utf8.AppendRune(b, r)
			continue
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		}
		switch {
		case r <= ' ' || r == 0x7F:
		case r >= 'A' && r <= 'Z':
			b = append(b, byte(r)+'a'-'A')
		case r == '[' || r == '{' || r == '【' || r == '〔' || r == '「' || r == '〈':
			b = append(b, '(')
		case r == ']' || r == '}' || r == '】' || r == '〕' || r == '」' || r == '〉':
			b = append(b, ')')
		case r == '~' || r == '—' || r == '–':
			b = append(b, '-')
		case r == '*' || r == '"' || r == '“' || r == '”' || r == '\u3000':
		case r == '㎡':
			b = append(b, "m2"...)
		case r == '、' || r == '。':
			b = utf8.AppendRune(b, r)
		case r < 0x80:
			b = append(b, byte(r))
		default:
			return "", false
		}
	}
	for len(b) > 0 && b[len(b)-1] == ':' {
		b = b[:len(b)-1]
	}
	if string(b) == s {
		return s, true
	}
	return string(b), true
}

// foldAny folds any text.
func foldAny(s string) string {
	s = strings.ToLower(norm.NFKC.String(s))
	s = strings.Map(func(r rune) rune {
		switch r {
		case '【', '[', '〔', '{', '「', '〈':
			return '('
		case '】', ']', '〕', '}', '」', '〉':
			return ')'
		case '—', '–', '‐', '−', '~':
			return '-'
		case '*', '★', '☆', '※', '\u200b', '\u200c', '\u200d', '\ufeff', '"', '“', '”':
			return -1
		}
		if unicode.IsSpace(r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
	// What stood apart may compose once the space between is gone.
	return strings.TrimRight(norm.NFC.String(s), ":")
}

// bracket splits a folded header into what stands before its last bracket and
// what stands inside, where the bracket ends the header.
func bracket(folded string) (base, inside string, ok bool) {
	if !strings.HasSuffix(folded, ")") {
		return folded, "", false
	}
	i := strings.LastIndexByte(folded, '(')
	if i <= 0 {
		return folded, "", false
	}
	return folded[:i], folded[i+1 : len(folded)-1], true
}
