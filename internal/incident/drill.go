package incident

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
)

// Drill is one drill that a school held. It is never changed: one that was entered
// wrongly is replaced by another, or by one that is void.
type Drill struct {
	ID       string
	Unit     edu.UnitID
	Sent     string `json:",omitempty"` // id that the form made: sent twice it is one
	Day      edu.Date
	Kind     DrillKind
	Whole    bool   // everybody of the school took part (全员)
	People   int    // who took part
	Seconds  int    // from the alarm until all were safe; 0 where nobody is to be cleared
	Lead     Post   // who led it: a post, never a person
	Problems string // what went wrong, in words
	Replaces string `json:",omitempty"` // drill that this entry puts right
	Void     bool   `json:",omitempty"` // the replaced drill never was
	Reason   string `json:",omitempty"` // why it is put right
	By       string `json:",omitempty"` // as shown
	At       time.Time
}

// DrillKind is what is practised.
type DrillKind string

const (
	Evacuation DrillKind = "evacuation" // 应急疏散
	Fire       DrillKind = "fire"       // 消防
	Quake      DrillKind = "quake"      // 防震
	Bus        DrillKind = "bus"        // 校车突发事件
	Intruder   DrillKind = "intruder"   // 防暴反恐
	Drowning   DrillKind = "drowning"   // 防溺水
	Food       DrillKind = "food"       // 食品安全
	Epidemic   DrillKind = "epidemic"   // 传染病
	Stampede   DrillKind = "stampede"   // 防踩踏
	Flood      DrillKind = "flood"      // 防汛、地质灾害
)

// DrillKinds lists the kinds in the order in which they are offered.
var DrillKinds = []DrillKind{Evacuation, Fire, Quake, Stampede, Bus, Intruder, Drowning, Food, Epidemic, Flood}

// Name is what a kind is called.
func (k DrillKind) Name() edu.Text {
	switch k {
	case Evacuation:
		return edu.Text{ZH: "应急疏散", EN: "Evacuation"}
	case Fire:
		return edu.Text{ZH: "消防", EN: "Fire"}
	case Quake:
		return edu.Text{ZH: "防震", EN: "Earthquake"}
	case Bus:
		return edu.Text{ZH: "校车突发事件", EN: "School bus"}
	case Intruder:
		return edu.Text{ZH: "防暴反恐", EN: "Intruder"}
	case Drowning:
		return edu.Text{ZH: "防溺水", EN: "Drowning"}
	case Food:
		return edu.Text{ZH: "食品安全", EN: "Food safety"}
	case Epidemic:
		return edu.Text{ZH: "传染病", EN: "Infectious disease"}
	case Stampede:
		return edu.Text{ZH: "防踩踏", EN: "Crowd crush"}
	case Flood:
		return edu.Text{ZH: "防汛和地质灾害", EN: "Flood and landslide"}
	}
	return edu.Text{ZH: string(k), EN: string(k)}
}

// Clears tells whether in a drill of the kind the buildings are cleared, so that
// its time is asked.
func (k DrillKind) Clears() bool {
	return slices.Contains([]DrillKind{Evacuation, Fire, Quake, Stampede}, k)
}

// Wrong is everything that is wrong with a drill as it was typed.
func (d *Drill) Wrong(today edu.Date) (why []edu.Text) {
	add := func(bad bool, zh, en string) {
		if bad {
			why = append(why, edu.Text{ZH: zh, EN: en})
		}
	}
	add(d.Replaces != "" && strings.TrimSpace(d.Reason) == "", "未填更正理由", "why it is put right is missing")
	why = append(why, checkText(edu.Text{ZH: "更正理由", EN: "the reason"}, d.Reason, maxShort)...)
	if d.Void {
		add(d.Replaces == "", "未说明撤销哪一次演练", "which drill is void is not said")
		return why
	}
	add(d.Day == 0, "未填演练日期", "the day is missing")
	add(d.Day > today, "演练日期还没有到", "the day has not come yet")
	add(!slices.Contains(DrillKinds, d.Kind), "未选演练类型", "the kind of drill is missing")
	add(d.People < 1 || d.People > maxPeople, "参加人数应为1以上的整数", "how many took part is not a number of one or more")
	add(d.Kind.Clears() && (d.Seconds < 1 || d.Seconds > 3600), "未填疏散用时（秒，1至3600）", "the time to clear is missing (seconds, 1 to 3600)")
	add(!d.Kind.Clears() && d.Seconds != 0, "这类演练不填疏散用时", "no time to clear is asked of this kind")
	add(!d.Lead.Known(), "未选组织者职务", "the post of who led it is missing")
	return append(why, checkText(edu.Text{ZH: "问题", EN: "what went wrong"}, d.Problems, MaxText)...)
}

// Standing leaves out of a list of drills, in the order in which they were
// entered, those that a later entry put right.
func Standing(all []Drill) (out []Drill) {
	gone := map[string]bool{}
	for _, d := range all {
		if d.Replaces != "" {
			gone[d.Replaces] = true
		}
	}
	for _, d := range all {
		if !gone[d.ID] && !d.Void {
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Drill) int { return int(a.Day - b.Day) })
	return out
}

// Seconds is a time in seconds as people say it.
func Seconds(n int) edu.Text {
	if n < 60 {
		return edu.Text{ZH: fmt.Sprintf("%d秒", n), EN: fmt.Sprintf("%d s", n)}
	}
	if n%60 == 0 {
		return edu.Text{ZH: fmt.Sprintf("%d分", n/60), EN: fmt.Sprintf("%d min", n/60)}
	}
	return edu.Text{ZH: fmt.Sprintf("%d分%d秒", n/60, n%60), EN: fmt.Sprintf("%d min %d s", n/60, n%60)}
}
