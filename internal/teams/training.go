// Training hours against the cycle, and who retires when.

package teams

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// Pace is how far somebody is with the hours of the cycle.
type Pace string

const (
	Finished Pace = "finished" // all the hours
	OnTrack  Pace = "on_track" // as many as the time that has passed
	Behind   Pace = "behind"
	NotKnown Pace = "unknown" // hours not told, or of a cycle whose beginning nobody said
)

// Paces are in the order in which they are shown.
var Paces = []register.Term{
	{ID: string(Finished), Text: edu.Text{ZH: "已满学时", EN: "All hours"}},
	{ID: string(OnTrack), Text: edu.Text{ZH: "进度正常", EN: "On track"}},
	{ID: string(Behind), Text: edu.Text{ZH: "落后", EN: "Behind"}},
	{ID: string(NotKnown), Text: edu.Text{ZH: "无法判断", EN: "Not known"}},
}

// Trained is a teacher against the hours of the cycle.
type Trained struct {
	Person *register.Staff
	School *School
	Hours  float64 // NaN if unknown
	Wanted float64 // by the day, pro rata; NaN where the cycle is not known
	Pace   Pace
}

// Training is how teachers stand in the cycle.
type Training struct {
	People  []Trained
	Count   map[Pace]int
	Share   Ratio // of those whose hours are known, who have them all: 100 % is asked at the end
	Elapsed float64
}

// TrainingOn holds full-time teachers' hours against the cycle on a day. Somebody
// short of the full hours is behind only where the county said when the cycle began.
func TrainingOn(in *Input, day edu.Date) *Training {
	out := &Training{Count: map[Pace]int{}, Elapsed: math.NaN()}
	if from := in.Rules.CycleFrom; from != 0 && from <= day && in.Rules.Cycle.Value > 0 {
		out.Elapsed = math.Min(1, float64(monthsFrom(from, day))/(12*in.Rules.Cycle.Value))
	}
	schools := in.schools()
	known := 0
	for i := range in.Staff {
		s := &in.Staff[i]
		if s.Post != "teacher" || s.Duty == "lent" {
			continue
		}
		t := Trained{Person: s, School: schools[s.Unit], Hours: s.Training, Wanted: in.Rules.Hours.Value * out.Elapsed, Pace: NotKnown}
		switch {
		case math.IsNaN(s.Training):
		case s.Training >= in.Rules.Hours.Value:
			t.Pace = Finished
		case math.IsNaN(t.Wanted):
		case s.Training >= t.Wanted:
			t.Pace = OnTrack
		default:
			t.Pace = Behind
		}
		if !math.IsNaN(s.Training) {
			known++
		}
		out.Count[t.Pace]++
		out.People = append(out.People, t)
	}
	out.Share = ratio(out.Count[Finished], known, Param{100, "教督〔2017〕6号 政府保障程度第9项", "S"})
	return out
}

// Leaving is how many teachers of a stage and subject retire in each school year.
type Leaving struct {
	Stage   edu.Stage
	Subject string
	People  int
	ByYear  []int // from the first year asked on
	Unknown int   // of whom nobody said when they retire
}

// Retiring counts who retires in each of some school years, by stage and subject.
func Retiring(in *Input, first, years int) (out []Leaving) {
	at := map[string]int{}
	for i := range in.Staff {
		s := &in.Staff[i]
		if s.Post != "teacher" || s.Category != "established" {
			continue
		}
		key := string(s.Stage) + "\x00" + s.Subject
		k, there := at[key]
		if !there {
			k = len(out)
			at[key] = k
			out = append(out, Leaving{Stage: s.Stage, Subject: s.Subject, ByYear: make([]int, years)})
		}
		l := &out[k]
		l.People++
		day, ok := in.Rules.Retires(s)
		if !ok {
			l.Unknown++
			continue
		}
		// Who retires in September does so at the beginning of the school year.
		if y := (monthsFrom(Summer(first), day) + 1200) / 12; y >= 100 && y-100 < years {
			l.ByYear[y-100]++
		}
	}
	sortLeaving(out)
	return out
}
