package formula

// What characters a formula may hold. The parser we use reads a larger language
// (pipes, ranges, comments, closures); most of that is recognised, and refused
// in our words, before it gets there.

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// advice says what to write in place of what is not in the language.
var advice = []struct{ found, say string }{
	{"&&", `"&&" is written and`},
	{"||", `"||" is written or`},
	{"//", `a formula has no comments`},
	{"/*", `a formula has no comments`},
	{"**", `a power is written as a product: x * x`},
	{"??", `"??" is written coalesce(a, b)`},
	{"?:", `"?:" is written coalesce(a, b), or c ? a : b with both choices`},
	{"?.", `a number begins with a digit: c ? 0.5 : 1`},
	{"..", `".." is not part of a formula`},
	{"::", `"::" is not part of a formula`},
	{"<>", `"<>" is written !=`},
	{"=<", `"=<" is written <=`},
	{"=>", `"=>" is written >=`},
	{"!=", ""},
	{"!", `"!" is written not`},
	{"%", `a percentage is written as a number: 85 % is 0.85`},
	{"^", `a power is written as a product: x * x`},
	{"'", `a text stands between " and "`},
	{"`", `a text stands between " and "`},
	{"&", `"&" is written and`},
	{"|", `"|" is written or`},
	{"≥", `"≥" is written >=`},
	{"≤", `"≤" is written <=`},
	{"≠", `"≠" is written !=`},
	{"×", `"×" is written *`},
	{"÷", `"÷" is written /`},
	{"−", `"−" is written - with the minus sign of the keyboard`},
	{"–", `"–" is written - with the minus sign of the keyboard`},
	{"“", `a text stands between " and "`},
	{"”", `a text stands between " and "`},
}

// scan finds the first thing that no formula holds.
func scan(src string) *Error {
	if len(src) > maxLength {
		return errorAt(src, 0, "the formula is %d bytes long; at most %d are read", len(src), maxLength)
	}
	inText := false
	at := 0 // in characters
	for i := 0; i < len(src); at++ {
		r, size := utf8.DecodeRuneInString(src[i:])
		fail := func(format string, args ...any) *Error { return errorAt(src, at, format, args...) }
		switch {
		case r == utf8.RuneError && size == 1:
			return fail("the formula is not UTF-8 text")
		case r == '"':
			inText = !inText
		case inText && (r == '\\' || r == '\n'):
			return fail("a text holds no line breaks and no backslashes")
		case inText:
		case r == ' ' || r == '\t' || r == '\n' || r == '\r' || r == '_',
			r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		default:
			rest := src[i:]
			ok := strings.ContainsRune("+-*/<>=?:,().", r)
			for _, a := range advice {
				if strings.HasPrefix(rest, a.found) {
					if a.say != "" {
						return fail("%s", a.say)
					}
					ok = true
					break
				}
			}
			if ok && len(rest) > 1 && rest[:2] == "!=" {
				i++
				at++
			}
			if !ok {
				return fail("%s", stray(r))
			}
		}
		i += size
	}
	if inText {
		return errorAt(src, at, `a text is not closed with "`)
	}
	return nil
}

// stray says what to do about a character that is not in the language. Chinese
// input methods type full-width forms of the ASCII characters.
func stray(r rune) string {
	if r >= '！' && r <= '～' {
		return fmt.Sprintf("%q is a full-width character; write %q", r, r-'！'+'!')
	}
	if r == '　' {
		return "a full-width space; write an ordinary one"
	}
	return fmt.Sprintf("%q is not part of a formula", r)
}
