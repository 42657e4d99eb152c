package council

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"shuren/internal/edu"
)

// Meeting is a meeting with its sub-venues. Columns: forms of the domain, 8.
type Meeting struct {
	ID   string
	Unit edu.UnitID // whose meeting it is; empty is the city's
	Rev  int        `json:"-"` // of the document in which it is kept
	Sent string     // id that the client made: a form sent twice makes one meeting

	Year, No int    // the No-th of its unit in the year: decisions are numbered by them
	Series   string // meetings of one series follow each other
	Name     string
	Session  string // 届次
	Day      edu.Date
	From     string // 14:30
	Until    string
	Place    string // of the main venue
	Form     Form
	Link     string // by which sub-venues join; empty where there is none
	Venues   []Venue
	Chair    string
	People   []Person
	Items    []Item
	Recorder string
	Signer   string
	Level    Level
	Range    []edu.UnitID // 印发范围: units that may read the minutes
	Copies   string       // 印发范围, in words

	State     State
	Decisions []Decision
	Given     int    // the last number that a decision was given: none is given twice
	Minutes   *Draft `json:",omitempty"` // as signed; nil until then
	SignedOn  edu.Date
	Log       []Line
}

// Form is how a meeting is held.
type Form string

const (
	OnSite Form = "onsite" // 现场
	Video  Form = "video"  // 视频
	Mixed  Form = "mixed"  // 现场+视频
)

// Forms lists the forms in the order in which they are shown.
var Forms = []Form{OnSite, Video, Mixed}

// Name is what a form is called.
func (f Form) Name() edu.Text {
	switch f {
	case OnSite:
		return edu.Text{ZH: "现场会议", EN: "On site"}
	case Video:
		return edu.Text{ZH: "视频会议", EN: "Video"}
	case Mixed:
		return edu.Text{ZH: "主会场现场、分会场视频", EN: "Main venue on site, others by video"}
	}
	return edu.Text{ZH: string(f), EN: string(f)}
}

// Level is how widely a meeting may be known. There is no level above internal:
// what is a state secret does not belong into the system.
type Level string

const (
	Internal Level = "internal" // 内部
	Public   Level = "public"   // 公开
)

// Levels lists the levels, the usual one first.
var Levels = []Level{Internal, Public}

// Name is what a level is called.
func (l Level) Name() edu.Text {
	if l == Public {
		return edu.Text{ZH: "公开", EN: "Public"}
	}
	return edu.Text{ZH: "内部", EN: "Internal"}
}

// Venue is a place from which a meeting is attended. That of the meeting's own
// unit is the main one and is not listed.
type Venue struct {
	Unit  edu.UnitID
	Place string
}

// Person is somebody who is asked to come: always an adult in office.
type Person struct {
	ID   string
	Name string // empty where only the post is known
	Post string
	Body string     // which body or office
	Unit edu.UnitID // of the venue; the meeting's own unit is the main venue
	As   As
}

// As is in which quality somebody comes.
type As string

const (
	Member   As = "member"   // 出席: must attend
	Observer As = "observer" // 列席
)

// Called is how a person is written in minutes.
func (p Person) Called() string {
	name := p.Name
	if name == "" {
		name = p.Post
	} else if p.Post != "" {
		name += "（" + p.Post + "）"
	}
	if p.Body != "" {
		return p.Body + " " + name
	}
	return name
}

// Item is an item of the agenda.
type Item struct {
	Title    string
	Reporter string // 汇报单位
	Material string // file number or id of the material
}

// Line is a line of a meeting's history.
type Line struct {
	At     time.Time
	Name   string
	Act    Act
	Reason string
}

// Number is that of the meeting in its year: 2025-3.
func (m *Meeting) Number() string { return fmt.Sprintf("%d-%d", m.Year, m.No) }

// IDOf is the id that a meeting of a unit has by its number: two that are made at
// the same moment cannot both have it.
func IDOf(unit edu.UnitID, year, no int) string {
	id := fmt.Sprintf("m%d-%d", year, no)
	if unit != "" {
		id += "-" + string(unit)
	}
	return id
}

// NextNo is the number of the next meeting of a unit in a year.
func NextNo(have []Meeting, unit edu.UnitID, year int) int {
	no := 0
	for i := range have {
		if m := &have[i]; m.Unit == unit && m.Year == year {
			no = max(no, m.No)
		}
	}
	return no + 1
}

// Before is the last meeting of the same series that came before m and was held;
// nil where m is the first.
func Before(m *Meeting, have []Meeting) *Meeting {
	var last *Meeting
	for i := range have {
		o := &have[i]
		if o.ID == m.ID || o.Unit != m.Unit || o.Series != m.Series || o.State != Held && o.State != Minuted || !o.before(m) {
			continue
		}
		if last == nil || last.before(o) {
			last = o
		}
	}
	return last
}

func (m *Meeting) before(o *Meeting) bool {
	switch {
	case m.Day != o.Day:
		return m.Day < o.Day
	case m.From != o.From:
		return m.From < o.From
	}
	return m.Year < o.Year || m.Year == o.Year && m.No < o.No
}

// Has tells whether a unit attends: it has a venue or somebody who comes.
func (m *Meeting) Has(unit edu.UnitID) bool {
	return slices.ContainsFunc(m.Venues, func(v Venue) bool { return v.Unit == unit }) ||
		slices.ContainsFunc(m.People, func(p Person) bool { return p.Unit == unit })
}

// Tidy takes blanks off what was typed, and empty rows out.
func (m *Meeting) Tidy() {
	for _, s := range []*string{&m.Series, &m.Name, &m.Session, &m.From, &m.Until, &m.Place, &m.Link, &m.Chair, &m.Recorder, &m.Signer, &m.Copies} {
		*s = strings.TrimSpace(*s)
	}
	if m.Level == "" {
		m.Level = Internal
	}
	if m.Form == "" {
		m.Form = OnSite
	}
	m.Items = slices.DeleteFunc(m.Items, func(i Item) bool { return strings.TrimSpace(i.Title+i.Reporter+i.Material) == "" })
	m.People = slices.DeleteFunc(m.People, func(p Person) bool { return strings.TrimSpace(p.Name+p.Post) == "" })
}
