package sheet

import (
	"fmt"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Fault is what is wrong with a cell of a workbook that somebody edited: where,
// what was found and what is wanted.
type Fault struct {
	Sheet string
	Cell  string // D14; empty where the sheet itself is wrong
	Text  edu.Text
}

// Faults are all faults of a workbook: with one, nothing of it counts.
type Faults []Fault

// mostSaid is how many faults are said one by one.
const mostSaid = 30

// In says them, each in its line.
func (f Faults) In(lang string) string {
	var out []string
	for i, x := range f {
		if i == mostSaid {
			out = append(out, edu.Text{ZH: fmt.Sprintf("等共%d处", len(f)), EN: fmt.Sprintf("and more, %d in all", len(f))}.In(lang))
			break
		}
		line := x.Text
		if at := strings.TrimSpace(x.Sheet + " " + x.Cell); at != "" {
			line = edu.Text{ZH: at + "：" + line.ZH, EN: at + ": " + line.EN}
		}
		out = append(out, line.In(lang))
	}
	return strings.Join(out, "\n")
}

func (f Faults) Error() string { return f.In("en") }

// Unwrap makes them input that the person who sent it can mend.
func (f Faults) Unwrap() error { return fault.Invalid }
