// How pupils of the city's own register of pupils are counted: the headers of a feed
// of the kind "pupils".

package pack

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// What a feed of the kind "pupils" may give; beside these the marks of children, as
// the register calls them: 随迁, 留守, 残疾 and so on.
const (
	RollGrade    = "年级"   // column of the class list
	RollClass    = "班级"   // likewise
	RollCount    = "人数"   // likewise
	RollBoarders = "寄宿人数" // likewise
	RollPupils   = "在校生"  // element: all, and by grade where it has such parts
	RollBoards   = "寄宿生"  // element
)

// rollWord tells whether a header of such a feed is known.
func rollWord(h string) (why string) {
	if slices.Contains([]string{RollGrade, RollClass, RollCount, RollBoarders, RollPupils, RollBoards}, h) || rollMark(h) >= 0 {
		return ""
	}
	return fmt.Sprintf("%q is nothing that pupils of the register are counted by", h)
}

// rollMark is the bit of a mark of children; -1 for none.
func rollMark(h string) int {
	return slices.IndexFunc(register.GroupTerms, func(t register.Term) bool { return t.Text.ZH == h })
}

// Rolled is what the register of pupils comes to at one school and stage. Of has NaN
// where the register does not tell.
type Rolled struct {
	School edu.UnitID
	Stage  edu.Stage
	Of     map[string]float64 // by element, and by part of grade
	// Classes are the rows of the class list; none where a pupil's grade or class is not
	// told, since a list that lacks pupils would pass for a whole one.
	Classes []RolledClass
}

// RolledClass is a class by its cells: texts, choices by their index, and numbers.
type RolledClass struct {
	Grade            int
	Class            string
	Pupils, Boarders float64
}

// Roll counts pupils by a feed's headers. Who is enrolled counts, and of children with
// a disability who is taught at home too. county tells which schools keep one register:
// a mark that nobody there has is not kept there, which is not none.
func (p *Pack) Roll(f *Feed, all []register.ClassCount, county func(edu.UnitID) edu.UnitID) []Rolled {
	counted := func(c *register.ClassCount) bool { return c.Schooling == "" || c.Schooling == register.Enrolled }
	disabled := rollMark("残疾")
	boards, marked := map[edu.UnitID]bool{}, map[edu.UnitID][8]bool{}
	nowhere := map[edu.UnitID]bool{} // a pupil there has no stage
	for i := range all {
		c := &all[i]
		of := county(c.School)
		boards[of] = boards[of] || c.Boarders > 0
		m := marked[of]
		for bit, n := range c.Marked {
			m[bit] = m[bit] || n > 0
		}
		marked[of] = m
		nowhere[c.School] = nowhere[c.School] || counted(c) && c.Stage == ""
	}
	type key struct {
		school edu.UnitID
		stage  edu.Stage
	}
	at := map[key]*Rolled{}
	var order []key
	graded, classed := map[key]bool{}, map[key]bool{} // some pupil has none
	odd := map[key]bool{}                             // some pupil's grade is no part of the stage
	for i := range all {
		c := &all[i]
		if nowhere[c.School] || c.Stage == "" || !counted(c) && c.Schooling != register.AtHome {
			continue
		}
		k := key{c.School, c.Stage}
		r := at[k]
		if r == nil {
			r = &Rolled{School: c.School, Stage: c.Stage, Of: p.rollZero(f, c.Stage)}
			at[k], order = r, append(order, k)
		}
		for h, id := range f.Headers {
			bit := rollMark(h)
			switch {
			case bit >= 0 && (counted(c) || bit == disabled):
				r.Of[id] += float64(c.Marked[bit])
			case h == RollBoards && counted(c):
				r.Of[id] += float64(c.Boarders)
			case h == RollPupils && counted(c):
				part, of := p.gradePart(id, c.Grade, c.Stage)
				if !of {
					odd[k] = odd[k] || c.Pupils > 0
					continue
				}
				r.Of[part] += float64(c.Pupils)
			}
		}
		if !counted(c) {
			continue
		}
		graded[k], classed[k] = graded[k] || c.Grade == 0, classed[k] || c.Class == ""
		if n := len(r.Classes); n > 0 && r.Classes[n-1].Grade == c.Grade && r.Classes[n-1].Class == c.Class {
			r.Classes[n-1].Pupils += float64(c.Pupils) // of another state of schooling
			r.Classes[n-1].Boarders += float64(c.Boarders)
		} else {
			r.Classes = append(r.Classes, RolledClass{c.Grade, c.Class, float64(c.Pupils), float64(c.Boarders)})
		}
	}
	var out []Rolled
	for _, k := range order {
		r := at[k]
		if len(r.Classes) == 0 {
			continue // nobody but children taught at home
		}
		of := county(k.school)
		for h, id := range f.Headers {
			bit := rollMark(h)
			if bit >= 0 && !marked[of][bit] || h == RollBoards && !boards[of] {
				r.Of[id] = math.NaN()
			}
			if h == RollPupils && (graded[k] || odd[k]) {
				for name := range r.Of {
					if base, _, _ := strings.Cut(name, "."); base == id {
						r.Of[name] = math.NaN()
					}
				}
			}
		}
		if graded[k] || classed[k] {
			r.Classes = nil
		}
		for i := range r.Classes {
			if !boards[of] {
				r.Classes[i].Boarders = math.NaN()
			}
		}
		out = append(out, *r)
	}
	return out
}

// rollZero is nobody: every element of the feed, and every grade of the stage.
func (p *Pack) rollZero(f *Feed, stage edu.Stage) map[string]float64 {
	out := map[string]float64{}
	for h, id := range f.Headers {
		if h != RollPupils && h != RollBoards && rollMark(h) < 0 {
			continue
		}
		parts := 0
		if e := p.Element(id); h == RollPupils && e != nil && e.By != nil {
			for _, o := range e.By.Parts {
				if len(o.Stages) == 0 || slices.Contains(o.Stages, stage) {
					out[id+"."+o.ID], parts = 0, parts+1
				}
			}
		}
		if parts == 0 {
			out[id] = 0
		}
	}
	return out
}

// gradePart is the part of an element that has a grade, or the element where it has no
// parts. It has none where the grade is no part of the stage, as the sixth of a junior
// school: then what the other grades come to is not all.
func (p *Pack) gradePart(id string, grade int, stage edu.Stage) (part string, ok bool) {
	e := p.Element(id)
	if e == nil || e.By == nil {
		return id, true
	}
	part = "g" + strconv.Itoa(grade)
	return id + "." + part, slices.ContainsFunc(e.By.Parts, func(o Option) bool {
		return o.ID == part && (len(o.Stages) == 0 || slices.Contains(o.Stages, stage))
	})
}
