package council

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"shuren/internal/edu"
)

// CheckIn is what a venue says of itself when a meeting begins: who is there. It
// is the venue's own document, so that ten venues can check in at once.
type CheckIn struct {
	Meeting string
	Unit    edu.UnitID // of the venue
	Rev     int        `json:"-"`
	Ready   bool       // picture and sound were tried
	Present []string   // ids of people
	Instead map[string]string
	Leave   map[string]string // id of a person: the reason of absence
	Note    string
	At      time.Time
	Name    string // who checked in
}

// Problems is everything that is wrong with a check-in to a meeting.
func (c *CheckIn) Problems(m *Meeting) (why []edu.Text) {
	add := func(zh, en string) { why = append(why, edu.Text{ZH: zh, EN: en}) }
	if m.State != Planned && m.State != Running && m.State != Held {
		add("会议现为“"+m.State.Name().ZH+"”，不能签到", "the meeting is in the state “"+m.State.Name().EN+"”: nobody checks in any more")
	}
	here := map[string]bool{}
	for _, p := range m.People {
		here[p.ID] = p.Unit == c.Unit
	}
	ids := slices.Concat(c.Present, slices.Sorted(maps.Keys(c.Leave)), slices.Sorted(maps.Keys(c.Instead)))
	for _, id := range ids {
		if !here[id] {
			add("签到名单中有不属于本会场的人员", "somebody who is checked in does not come to this venue")
			break
		}
	}
	for _, id := range c.Present {
		if c.Leave[id] != "" {
			add("同一人不能既到会又请假", "somebody is both there and on leave")
			break
		}
	}
	for _, s := range slices.Concat([]string{c.Note}, slices.Collect(maps.Values(c.Instead)), slices.Collect(maps.Values(c.Leave))) {
		if utf8.RuneCountInString(s) > maxField {
			add(fmt.Sprintf("说明不能超过%d字", maxField), fmt.Sprintf("a note has more than %d characters", maxField))
			break
		}
	}
	return why
}

// Mark is how somebody's attendance stands.
type Mark string

const (
	Unsaid  Mark = ""        // the venue has not said
	Present Mark = "present" // 到会
	Instead Mark = "instead" // 替会: another came instead
	OnLeave Mark = "leave"   // 请假
	Absent  Mark = "absent"  // 未到
)

// Name is what a mark is called.
func (k Mark) Name() edu.Text {
	switch k {
	case Present:
		return edu.Text{ZH: "到会", EN: "Present"}
	case Instead:
		return edu.Text{ZH: "替会", EN: "Another came"}
	case OnLeave:
		return edu.Text{ZH: "请假", EN: "On leave"}
	case Absent:
		return edu.Text{ZH: "未到", EN: "Absent"}
	}
	return edu.Text{ZH: "未签到", EN: "Not checked in"}
}

// Attended is somebody with a mark and what was said of it.
type Attended struct {
	Person
	Mark Mark
	Said string
}

// Counts are the numbers of a venue, or of the whole meeting. Must counts those
// who must attend (应到); they are Present, of whom Instead by another, OnLeave,
// Absent or Unsaid.
type Counts struct {
	Must, Present, Instead, OnLeave, Absent, Unsaid int
	Observers                                       int // who were there
}

// Add adds the numbers of another venue.
func (c *Counts) Add(o Counts) {
	c.Must += o.Must
	c.Present += o.Present
	c.Instead += o.Instead
	c.OnLeave += o.OnLeave
	c.Absent += o.Absent
	c.Unsaid += o.Unsaid
	c.Observers += o.Observers
}

// VenueRoll is the roll of a venue.
type VenueRoll struct {
	Unit    edu.UnitID
	Place   string
	Main    bool
	CheckIn *CheckIn // nil until the venue has checked in
	People  []Attended
	Counts
}

// Roll is a meeting's attendance, venue by venue; the main one is first. It is
// computed from the list of people and the venues' check-ins and never typed.
func Roll(m *Meeting, ins []CheckIn) (venues []VenueRoll, all Counts) {
	for _, v := range append([]Venue{{m.Unit, m.Place}}, m.Venues...) {
		r := VenueRoll{Unit: v.Unit, Place: v.Place, Main: v.Unit == m.Unit}
		for i := range ins {
			if ins[i].Unit == v.Unit && ins[i].Meeting == m.ID {
				r.CheckIn = &ins[i]
			}
		}
		for _, p := range m.People {
			if p.Unit != v.Unit {
				continue
			}
			a := Attended{Person: p}
			if c := r.CheckIn; c != nil {
				switch {
				case slices.Contains(c.Present, p.ID):
					if a.Mark, a.Said = Present, strings.TrimSpace(c.Instead[p.ID]); a.Said != "" {
						a.Mark = Instead
					}
				case strings.TrimSpace(c.Leave[p.ID]) != "":
					a.Mark, a.Said = OnLeave, c.Leave[p.ID]
				default:
					a.Mark = Absent
				}
			}
			r.People = append(r.People, a)
			r.count(a)
		}
		venues = append(venues, r)
		all.Add(r.Counts)
	}
	return venues, all
}

func (c *Counts) count(a Attended) {
	there := a.Mark == Present || a.Mark == Instead
	if a.As != Member {
		if there {
			c.Observers++
		}
		return
	}
	c.Must++
	switch a.Mark {
	case Present:
		c.Present++
	case Instead:
		c.Present++
		c.Instead++
	case OnLeave:
		c.OnLeave++
	case Absent:
		c.Absent++
	case Unsaid:
		c.Unsaid++
	}
}
