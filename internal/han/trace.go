// Normalising with the way back: which character of the original each came from.

package han

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Trace is Normalise with the way back: at[i] is the byte of s at which the
// i-th character of clean began there, and at[len] is where the last one ended.
// What a reader marks in the clean text can so be shown in the original.
func Trace(s string) (clean string, at []int) {
	t := traced{}
	for i, r := range s {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			if _, n = utf8.DecodeRuneInString(s[i:]); n == 1 {
				continue // a broken byte, which Normalise drops
			}
		}
		t.add(r, i, i+n)
	}
	for range 8 {
		next := t.pass()
		if string(next.rs) == string(t.rs) {
			break
		}
		t = next
	}
	end := 0
	if n := len(t.rs); n > 0 {
		end = t.to[n-1]
	}
	return string(t.rs), append(t.from, end)
}

// traced are characters with the part of the original that each stands for.
type traced struct {
	rs       []rune
	from, to []int
}

func (t *traced) add(r rune, from, to int) {
	t.rs, t.from, t.to = append(t.rs, r), append(t.from, from), append(t.to, to)
}

// pass does what once does.
func (t traced) pass() traced {
	var shown traced
	for i, r := range t.rs {
		if r = seen(r); r >= 0 {
			shown.add(r, t.from[i], t.to[i])
		}
	}
	if !ascii(string(t.rs)) {
		shown = shown.composed()
		var kin traced
		for _, i := range kept(shown.rs) {
			kin.add(shown.rs[i], shown.from[i], shown.to[i])
		}
		shown = kin.simplified()
	}
	lo, hi := 0, len(shown.rs)
	for lo < hi && strings.TrimSpace(string(shown.rs[lo])) == "" {
		lo++
	}
	for hi > lo && strings.TrimSpace(string(shown.rs[hi-1])) == "" {
		hi--
	}
	return traced{shown.rs[lo:hi], shown.from[lo:hi], shown.to[lo:hi]}
}

func (t traced) composed() traced {
	s := string(t.rs)
	if norm.NFC.IsNormalString(s) {
		return t
	}
	var out traced
	var it norm.Iter
	it.InitString(norm.NFC, s)
	for i := 0; !it.Done(); {
		lo := it.Pos()
		text := it.Next()
		n := utf8.RuneCountInString(s[lo:it.Pos()])
		out.replace(t, i, i+n, string(text))
		i += n
	}
	return out
}

func (t traced) simplified() traced {
	s := string(t.rs)
	var out traced
	done, bytes := 0, 0 // characters and bytes that are in out
	replacements(s, func(from, to int, text string) {
		i := done + utf8.RuneCountInString(s[bytes:from])
		n := utf8.RuneCountInString(s[from:to])
		out.replace(t, done, i, s[bytes:from])
		out.replace(t, i, i+n, text)
		done, bytes = i+n, to
	})
	out.replace(t, done, len(t.rs), s[bytes:])
	return out
}

// replace puts text in the place of the characters lo to hi of t: one for one
// where there are as many, otherwise each stands for all of them.
func (out *traced) replace(t traced, lo, hi int, text string) {
	if lo == hi {
		return
	}
	one := utf8.RuneCountInString(text) == hi-lo
	i := lo
	for _, r := range text {
		if one {
			out.add(r, t.from[i], t.to[i])
		} else {
			out.add(r, t.from[lo], t.to[hi-1])
		}
		i++
	}
}
