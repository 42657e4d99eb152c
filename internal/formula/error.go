package formula

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Error is a problem of a formula and where it is: Line and Col count from 1,
// Col in characters.
type Error struct {
	Line, Col int
	Msg       string
}

func (e *Error) Error() string { return fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg) }

// Problems lists every problem behind an error of this package, in order of
// position.
func Problems(err error) []*Error {
	var one *Error
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Error
		for _, e := range many.Unwrap() {
			all = append(all, Problems(e)...)
		}
		return all
	}
	if errors.As(err, &one) {
		return []*Error{one}
	}
	return nil
}

// errorAt is an error at a character of the source, counted from 0.
func errorAt(src string, at int, format string, args ...any) *Error {
	e := &Error{Line: 1, Col: 1, Msg: fmt.Sprintf(format, args...)}
	for _, r := range src {
		if at <= 0 {
			break
		}
		at--
		e.Col++
		if r == '\n' {
			e.Line++
			e.Col = 1
		}
	}
	return e
}

// join makes one error of several, the first at each position; one alone stays
// itself.
func join(errs []*Error) error {
	if len(errs) == 0 {
		return nil
	}
	slices.SortStableFunc(errs, func(a, b *Error) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	errs = slices.CompactFunc(errs, func(a, b *Error) bool { return a.Line == b.Line && a.Col == b.Col })
	if len(errs) == 1 {
		return errs[0]
	}
	all := make([]error, len(errs))
	for i, e := range errs {
		all[i] = e
	}
	return errors.Join(all...)
}

// DidYouMean ends a message about an unknown name: "; did you mean …?" with the
// nearest of the known names, or nothing if none is near enough to be meant.
func DidYouMean(name string, known []string) string {
	best, dist := "", 1+max(1, utf8.RuneCountInString(name)/3)
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := editDistance(name, k, dist); d < dist {
			best, dist = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// editDistance counts the letters to insert, delete, change or swap with their
// neighbour; limit stands for any distance from there on.
func editDistance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	var before []int
	last := make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(y)], limit)
}
