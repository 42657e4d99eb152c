package incident

import (
	"slices"

	"shuren/internal/edu"
)

// Level is how grave an incident is. The four upper ones are those of accidents
// by 国务院令第493号, from memory [M]; the two lower ones are what schools' own
// rules tell apart.
type Level string

const (
	Extreme  Level = "extreme"  // 特别重大事故
	Grave    Level = "grave"    // 重大事故
	Serious  Level = "serious"  // 较大事故
	Accident Level = "accident" // 一般事故
	Major    Level = "major"    // 校园重大事件, no accident by the figures
	Other    Level = "other"    // 其他事件
)

// Levels lists the levels, the gravest first.
var Levels = []Level{Extreme, Grave, Serious, Accident, Major, Other}

// Name is what a level is called.
func (l Level) Name() edu.Text {
	switch l {
	case Extreme:
		return edu.Text{ZH: "特别重大事故", EN: "Extremely grave accident"}
	case Grave:
		return edu.Text{ZH: "重大事故", EN: "Grave accident"}
	case Serious:
		return edu.Text{ZH: "较大事故", EN: "Serious accident"}
	case Accident:
		return edu.Text{ZH: "一般事故", EN: "Accident"}
	case Major:
		return edu.Text{ZH: "重大事件", EN: "Major event"}
	case Other:
		return edu.Text{ZH: "其他事件", EN: "Other event"}
	}
	return edu.Text{ZH: string(l), EN: string(l)}
}

// Passes tells whether whoever takes the first report passes it on to the next
// level within a clock.
func (l Level) Passes() bool { return l != Other }

// Harm is what an incident did, as counts: who was hurt is not kept.
type Harm struct {
	Dead int
	Hurt int     // 重伤: seriously
	Loss float64 // 直接经济损失, in 万元
}

// Grade is a line of the table of grades: the least of any of the three makes it.
type Grade struct {
	Level Level
	Least Harm
}

// Grades is the table of grades, the gravest first. Their boundaries are
// inclusive (以上).
var Grades = []Grade{
	{Extreme, Harm{30, 100, 10000}},
	{Grave, Harm{10, 50, 5000}},
	{Serious, Harm{3, 10, 1000}},
}

// GradesSource is where the grades come from.
var GradesSource = Source{"国务院令第493号", "M"}

// LevelOf is the grade that the figures give. Anybody dead or seriously hurt, or
// any loss, makes an accident; nothing at all gives no level.
func LevelOf(h Harm) (Level, bool) {
	for _, g := range Grades {
		if h.Dead >= g.Least.Dead || h.Hurt >= g.Least.Hurt || h.Loss >= g.Least.Loss {
			return g.Level, true
		}
	}
	return Accident, h.Dead > 0 || h.Hurt > 0 || h.Loss > 0
}

// graver is the graver of two levels.
func graver(a, b Level) Level {
	if i := slices.Index(Levels, b); i >= 0 && (i < slices.Index(Levels, a) || a == "") {
		return b
	}
	return a
}
