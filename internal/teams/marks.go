// Marks of an appraisal: what somebody was given in each consideration of a scheme
// that no register tells, typed or read from a workbook.

package teams

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/sheet"
)

// Marks are those of a scheme's people. Who is named by a record's id, and nothing
// else of the person is in them.
type Marks struct {
	Rev    int                                      `json:"-"`
	Scheme string                                   `json:"scheme"`
	Of     map[register.PersonID]map[string]float64 `json:"of"`
}

// Marked are the criteria whose marks are given by people; the others are counted in
// the register.
func (s *Scheme) Marked() (out []Criterion) {
	for _, c := range s.Criteria {
		if c.Field == "mark" {
			out = append(out, c)
		}
	}
	return out
}

// Mark reads a mark as it is typed: empty is none, which takes one away that was
// there. What it must be is said where it is not.
func (c *Criterion) Mark(typed string) (float64, edu.Text) {
	if typed = strings.TrimSpace(typed); typed == "" {
		return math.NaN(), edu.Text{}
	}
	v, ok := sheet.Number(typed, 0)
	if !ok || v < 0 || v > float64(c.Full) {
		return 0, edu.Text{ZH: fmt.Sprintf("“%s”的评分“%s”不是0至%d之间的数", c.Name, cut(typed), c.Full), EN: fmt.Sprintf("%s: %q is not a mark from 0 to %d", c.Name, cut(typed), c.Full)}
	}
	if math.Abs(v*100-math.Round(v*100)) > 1e-6 {
		return 0, edu.Text{ZH: fmt.Sprintf("“%s”的评分“%s”最多两位小数", c.Name, cut(typed)), EN: fmt.Sprintf("%s: %q has more than two decimals", c.Name, cut(typed))}
	}
	return math.Round(v*100) / 100, edu.Text{}
}

// MarkText is a mark as it stands in a field; nothing where there is none.
func MarkText(v float64, ok bool) string {
	if !ok || math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// With are marks with some of them changed; a mark that is no number is taken away.
func (m Marks) With(changes map[register.PersonID]map[string]float64) Marks {
	out := m
	out.Of = make(map[register.PersonID]map[string]float64, len(m.Of)+len(changes))
	for id, marks := range m.Of {
		out.Of[id] = maps.Clone(marks)
	}
	for id, marks := range changes {
		for c, v := range marks {
			if math.IsNaN(v) {
				delete(out.Of[id], c)
				continue
			}
			if out.Of[id] == nil {
				out.Of[id] = map[string]float64{}
			}
			out.Of[id][c] = v
		}
		if len(out.Of[id]) == 0 {
			delete(out.Of, id)
		}
	}
	return out
}

// Lacking counts what is still to be given to some people.
func (m Marks) Lacking(s *Scheme, people []register.PersonID) (n int) {
	for _, c := range s.Marked() {
		for _, id := range people {
			if _, ok := m.Of[id][c.ID]; !ok {
				n++
			}
		}
	}
	return n
}

// KeepIDs gives the criteria of a changed scheme the ids that those of the same name
// had, so that marks that were given stay with what they were given for.
func (s *Scheme) KeepIDs(was *Scheme) {
	taken, old := map[string]bool{}, map[string]string{}
	for _, c := range was.Criteria {
		old[c.Name], taken[c.ID] = c.ID, true
	}
	for i := range s.Criteria {
		c := &s.Criteria[i]
		if id, ok := old[c.Name]; ok {
			c.ID = id
			delete(old, c.Name)
			continue
		}
		n := len(taken) + 1
		for taken["c"+strconv.Itoa(n)] {
			n++
		}
		c.ID = "c" + strconv.Itoa(n)
		taken[c.ID] = true
	}
}
