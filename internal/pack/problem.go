// What is wrong with a pack, and where.

package pack

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/fault"
)

// Problem is one thing that is wrong in a pack's files.
type Problem struct {
	File string // with the pack's name before it: cn-compulsory@2017/standard.yaml
	// Line and Col count from 1, Col in characters; 0 is the file as a whole.
	Line, Col int
	Msg       string
	// Advice marks what is worth knowing but does not keep a pack from loading.
	Advice bool
}

func (p Problem) String() string {
	switch {
	case p.File == "":
		return p.Msg
	case p.Line == 0:
		return p.File + ": " + p.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Col, p.Msg)
}

// Problems are all the problems of a pack, as an error.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Unwrap says that the pack's author can mend it.
func (ps Problems) Unwrap() error { return fault.Invalid }

// pos is a place in a file.
type pos struct {
	file      string
	line, col int
}

// didYouMean ends a message about an unknown name: the nearest known name, if
// one is near enough to be what was meant.
func didYouMean(name string, known []string) string {
	best, dist := "", 1+max(1, utf8.RuneCountInString(name)/3)
	for _, k := range slices.Sorted(slices.Values(known)) {
		if d := editDistance([]rune(name), []rune(k)); d < dist {
			best, dist = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// editDistance counts the letters to insert, delete or change.
func editDistance(a, b []rune) int {
	if len(a) > 100 || len(b) > 100 {
		return 100
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
