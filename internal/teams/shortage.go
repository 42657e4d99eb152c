// Teachers by subject: who there is, which schools have none, and how many lack by
// the county's own timetable.

package teams

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/edu"
)

// Subject is a subject at a stage.
type Subject struct {
	Stage    edu.Stage
	Name     string
	Main     int     // full-time teachers whose main subject it is
	Second   int     // who teach it beside another
	Schools  int     // on the register, that have classes of the stage or teachers of it
	Without  int     // of these, with no full-time teacher of it
	Needed   float64 // full posts by the county's plan of lessons, in schools of the register; NaN without a plan
	Lacks    float64 // whole posts; NaN without a plan
	Unlisted int     // schools of the register whose classes nobody told: not in Needed
}

// Subjects counts teachers on duty by stage and subject.
func Subjects(in *Input) (out []Subject) {
	at := map[string]int{}
	find := func(stage edu.Stage, name string) *Subject {
		key := string(stage) + "\x00" + name
		k, ok := at[key]
		if !ok {
			k = len(out)
			at[key] = k
			out = append(out, Subject{Stage: stage, Name: name, Needed: math.NaN(), Lacks: math.NaN()})
		}
		return &out[k]
	}
	type place struct {
		unit  edu.UnitID
		stage edu.Stage
	}
	has := map[place]map[string]bool{}
	staffed := in.staffed()
	for i := range in.Schools {
		for stage, n := range in.Schools[i].Classes {
			if n > 0 && staffed[in.Schools[i].ID] {
				has[place{in.Schools[i].ID, stage}] = map[string]bool{}
			}
		}
	}
	for i := range in.Staff {
		s := &in.Staff[i]
		if s.Post != "teacher" || s.Duty == "lent" || s.Duty == "away" {
			continue
		}
		p := place{s.Unit, s.Stage}
		if has[p] == nil {
			has[p] = map[string]bool{}
		}
		if s.Subject != "" {
			find(s.Stage, s.Subject).Main++
			has[p][s.Subject] = true
		}
		if s.Second != "" && s.Second != s.Subject {
			find(s.Stage, s.Second).Second++
		}
	}
	for _, l := range in.Lessons {
		if !(l.PerTeacher > 0) {
			continue
		}
		x := find(l.Stage, l.Subject)
		need := 0.0
		for i := range in.Schools {
			switch t := &in.Schools[i]; {
			case !staffed[t.ID]:
			case t.Classes == nil:
				x.Unlisted++
			default:
				need += float64(t.Classes[l.Stage]) * l.PerClass / l.PerTeacher
			}
		}
		x.Needed = need
		x.Lacks = math.Max(0, math.Ceil(need-1e-9)-float64(x.Main))
	}
	for i := range out {
		x := &out[i]
		for p, subjects := range has {
			if p.stage == x.Stage {
				x.Schools++
				if !subjects[x.Name] {
					x.Without++
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Subject) int {
		return cmp.Or(cmp.Compare(stageAt(a.Stage), stageAt(b.Stage)), -cmp.Compare(a.Main, b.Main), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// staffed are the schools of which anybody is on the register: of the others nothing
// is known, and they lack nobody.
func (in *Input) staffed() map[edu.UnitID]bool {
	out := map[edu.UnitID]bool{}
	for i := range in.Staff {
		out[in.Staff[i].Unit] = true
	}
	return out
}

func stageAt(s edu.Stage) int { return slices.Index(edu.Stages, s) }

func sortLeaving(out []Leaving) {
	slices.SortFunc(out, func(a, b Leaving) int {
		return cmp.Or(cmp.Compare(stageAt(a.Stage), stageAt(b.Stage)), -cmp.Compare(a.People, b.People), cmp.Compare(a.Subject, b.Subject))
	})
}
