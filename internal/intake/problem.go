// Problems, as a clerk reads them.

package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// Kinds of problem.
const (
	KindFile      = "file"      // the file, or a sheet of it, cannot be read
	KindSheet     = "sheet"     // a sheet that is not known
	KindHeader    = "header"    // a column that is not clear, or lacks
	KindKey       = "key"       // a record whose unit is not clear
	KindStage     = "stage"     // a stage nobody knows
	KindPeriod    = "period"    // a period that cannot be read
	KindCell      = "cell"      // a figure that cannot be read
	KindDuplicate = "duplicate" // a unit that comes twice
	KindCheck     = "check"     // a rule of the pack that does not hold
	KindMissing   = "missing"   // a required figure that is not there
	KindRow       = "row"       // a row that was not read as a record
	KindName      = "name"      // a name that was read otherwise than it stands there
)

// Problem is one thing to mend, or to look at where it does not block.
type Problem struct {
	File    string
	Sheet   string // empty in CSV and Parquet
	Row     int    // 1-based, 0 where the whole sheet is meant
	Column  string // spreadsheet letters
	Header  string // the header as it stands in the file
	Element string
	// Found and Wanted make the sentence: Found is what stands there, with its
	// quotes, and Wanted what is wrong about it; Found may be empty.
	Found, Wanted edu.Text
	Blocking      bool
	Kind          string
}

// String is the problem in one English line: where, what was found, what was
// wanted.
func (p Problem) String() string {
	what := p.Wanted.EN
	if p.Found.EN != "" {
		if !strings.HasPrefix(what, ":") {
			what = " " + what
		}
		what = p.Found.EN + what
	}
	if p.at() == (edu.Cell{}) {
		return visible(what)
	}
	return visible(frame.Place(p.at()) + ": " + what)
}

// at is the place of the problem.
func (p Problem) at() edu.Cell {
	return edu.Cell{File: p.File, Sheet: p.Sheet, Row: p.Row, Column: p.Column, Header: p.Header}
}

// Chinese is the problem in one Chinese line.
func (p Problem) Chinese() string {
	what := p.Found.ZH + p.Wanted.ZH
	if p.at() == (edu.Cell{}) {
		return visible(what)
	}
	return visible(frame.PlaceZH(p.at()) + "：" + what)
}

// In is the problem in a language, "zh" or "en".
func (p Problem) In(lang string) string {
	if lang == "zh" {
		return p.Chinese()
	}
	return p.String()
}

// quoted is a found text as both languages quote it.
func quoted(s string) edu.Text {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "…"
	}
	return edu.Text{ZH: "“" + s + "”", EN: `"` + s + `"`}
}

func both(zh, en string) edu.Text { return edu.Text{ZH: zh, EN: en} }

func textf(zh, en string, args ...any) edu.Text {
	return edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}
}

// collector gathers the problems of one file: as many as are worth reading,
// and the count of all.
type collector struct {
	mu       sync.Mutex
	max      int
	blocking []Problem
	notes    []Problem
	total    int
	blockers int
}

func (c *collector) add(p Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.total++
	if p.Blocking {
		c.blockers++
		if len(c.blocking) < c.max {
			c.blocking = append(c.blocking, p)
		}
	} else if len(c.notes) < c.max {
		c.notes = append(c.notes, p)
	}
}

// list gives the problems in the order of the file, those that block before
// others where both do not fit. Problems of the whole file or sheet go first.
func (c *collector) list() []Problem {
	all := c.blocking
	if room := c.max - len(all); room > 0 {
		all = append(all, c.notes[:min(room, len(c.notes))]...)
	}
	sheets := map[string]int{}
	for _, p := range all {
		if _, ok := sheets[p.Sheet]; !ok && p.Sheet != "" {
			sheets[p.Sheet] = len(sheets) + 1
		}
	}
	slices.SortStableFunc(all, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(sheets[a.Sheet], sheets[b.Sheet]), cmp.Compare(a.Row, b.Row),
			cmp.Compare(len(a.Column), len(b.Column)), cmp.Compare(a.Column, b.Column))
	})
	return all
}
