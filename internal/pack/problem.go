// What is wrong with a pack, and where.

package pack

import (
	"fmt"
	"strings"

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
