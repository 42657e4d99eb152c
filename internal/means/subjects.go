// What a county's own plan of lessons asks of teachers, subject by subject, against
// who teaches the subject.

package means

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
)

// What a class has, or a teacher gives, in a week; beyond is a mistake and not a plan.
const (
	LeastLessons = 0.1
	MostLessons  = 60
)

// Section is a school's stage with its classes; NaN where they were not told.
type Section struct {
	School  string // code
	Stage   edu.Stage
	Classes float64
}

// StageNeeds are the subjects of a stage. Only sections whose staff and classes were
// both told are counted: people of some schools against classes of all would lack
// where nobody does.
type StageNeeds struct {
	Stage              edu.Stage
	Sections           int     // all of the county
	NoStaff, NoClasses int     // of Sections, not counted
	Classes            float64 // of those that are counted
	// Untold are people of these sections whose subject was not told: each may be of
	// any, so that what lacks is an upper bound.
	Untold   int `json:",omitempty"`
	Subjects []Need
}

// Need is a subject of a stage. What is not known is never nothing.
type Need struct {
	Subject string
	People  int      // who teach it as their main subject
	Counts  []Count  `json:",omitempty"` // of People, by what they count to
	Leave   int      `json:",omitempty"` // of People, away on 1 September
	Leaving int      `json:",omitempty"` // of People, who retire in the years that were told
	Known   bool     // Needed and Net are
	Needed  float64  // full-time teachers that the plan asks for
	Why     edu.Text `json:",omitzero"` // not Known
	Lesson  Lesson   // of the plan; without a Subject where it has none
}

// Count is how many count to an element of the pack: qualified, backbone …
type Count struct {
	Element string
	Name    edu.Text
	People  int
}

// Net is how many there are beyond what is needed, below 0 how many lack.
func (n *Need) Net() float64 { return float64(n.People) - n.Needed }

// Counted are the sections that the figures are of.
func (s *StageNeeds) Counted() int { return s.Sections - s.NoStaff - s.NoClasses }

// Needs holds who teaches what against a plan of lessons: classes times lessons over
// what a teacher gives; elements name what people count to. Stages that neither staff nor the plan name are left out.
func Needs(sections []Section, staff *Staff, plan *Lessons, elements []Element) (out []StageNeeds) {
	for _, st := range edu.Stages {
		s := StageNeeds{Stage: st}
		counted := map[string]bool{}
		for _, x := range sections {
			if x.Stage != st {
				continue
			}
			s.Sections++
			switch {
			case !slices.ContainsFunc(staff.Groups, func(g Group) bool { return g.School == x.School && g.Stage == st }):
				s.NoStaff++
			case math.IsNaN(x.Classes) || x.Classes < 0:
				s.NoClasses++
			default:
				counted[x.School] = true
				s.Classes += x.Classes
			}
		}
		s.gather(staff, counted, elements)
		s.ask(plan)
		if len(s.Subjects) > 0 || s.Untold > 0 {
			slices.SortFunc(s.Subjects, func(a, b Need) int {
				return cmp.Or(cmp.Compare(planned(plan, st, a.Subject), planned(plan, st, b.Subject)), cmp.Compare(a.Subject, b.Subject))
			})
			out = append(out, s)
		}
	}
	return out
}

// planned is where a subject stands in the plan: those that it has not come last.
func planned(plan *Lessons, st edu.Stage, subject string) int {
	if i := slices.IndexFunc(plan.Lines, func(l Lesson) bool { return l.Stage == st && l.Subject == subject }); i >= 0 {
		return i
	}
	return len(plan.Lines)
}

// gather counts who teaches what in the sections that are counted. A subject that is
// taught only elsewhere stands with nobody, and is not known.
func (s *StageNeeds) gather(staff *Staff, counted map[string]bool, elements []Element) {
	for i := range staff.Groups {
		g := &staff.Groups[i]
		if g.Stage != s.Stage {
			continue
		}
		if g.Subject == "" {
			if counted[g.School] {
				s.Untold += g.People
			}
			continue
		}
		n := s.subject(g.Subject)
		if !counted[g.School] {
			continue
		}
		n.People, n.Leave = n.People+g.People, n.Leave+g.Leave
		for _, k := range g.Retiring {
			n.Leaving += k
		}
		for _, e := range elements {
			if slices.Contains(g.Counts, e.ID) {
				n.count(e, g.People)
			}
		}
	}
	at := func(c Count) int {
		return slices.IndexFunc(elements, func(e Element) bool { return e.ID == c.Element })
	}
	for i := range s.Subjects {
		slices.SortFunc(s.Subjects[i].Counts, func(a, b Count) int { return cmp.Compare(at(a), at(b)) })
	}
}

// count adds people who count to an element.
func (n *Need) count(e Element, people int) {
	for i := range n.Counts {
		if n.Counts[i].Element == e.ID {
			n.Counts[i].People += people
			return
		}
	}
	n.Counts = append(n.Counts, Count{e.ID, e.Name, people})
}

func (s *StageNeeds) subject(name string) *Need {
	i := slices.IndexFunc(s.Subjects, func(n Need) bool { return n.Subject == name })
	if i < 0 {
		i, s.Subjects = len(s.Subjects), append(s.Subjects, Need{Subject: name})
	}
	return &s.Subjects[i]
}

// ask says what the plan needs of each subject, or why that is not known.
func (s *StageNeeds) ask(plan *Lessons) {
	any := false
	for _, l := range plan.Lines {
		if l.Stage != s.Stage {
			continue
		}
		any = true
		s.subject(l.Subject).Lesson = l
	}
	for i := range s.Subjects {
		n := &s.Subjects[i]
		switch l := n.Lesson; {
		case !any:
			n.Why = edu.Text{ZH: "本县未填写该学段的课程课时计划", EN: "the county has told no plan of lessons for the stage"}
		case l.Subject == "":
			n.Why = edu.Text{ZH: "课程课时计划中没有该学科", EN: "the plan of lessons has no such subject"}
		case s.Counted() == 0:
			n.Why = edu.Text{ZH: fmt.Sprintf("%d个学段均未同时填报教职工人数和班级数", s.Sections), EN: fmt.Sprintf("of %d sections none has told both its staff and its classes", s.Sections)}
		default:
			n.Known, n.Needed = true, s.Classes*l.PerClass/l.PerTeacher
		}
	}
}
