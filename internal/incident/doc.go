// Package incident holds what a school does so that an emergency finds it ready,
// and what it does when one has come: drills with their norms, and incidents with
// the times at which they were reported and the clocks that run meanwhile.
//
// It replaces no telephone: the first report of an incident is a call, and what
// is kept here is that the call was made. Nothing kept here has room for the name
// of a child. What was entered stays; it is put right by a further entry.
package incident

import (
	"regexp"
	"unicode/utf8"

	"shuren/internal/edu"
)

// Source is where a rule was read and how sure it is: V read on an official page,
// S on another one, M from memory, P practice, E our own.
type Source struct {
	Text     string
	Evidence string
}

// sourcesEN are our own words about where a rule is from, in English. What is kept is
// the Chinese; titles and numbers of documents stay as they are.
var sourcesEN = map[string]string{
	from493.Text:  "国务院令第493号: to the county within 1 h, then each level within 2 h",
	fromRule.Text: "One district's rule for its schools: major events first within 2 h, in writing within 8 h, others within 24 h",
	fromOwn.Text:  "This system's default; the city sets its own",
	citySet:       "Set by the city",
	elsewhere:     "A page of somebody else",
}

// Words is where a rule was read, for a page in either language.
func (s Source) Words() edu.Text {
	if en, ok := sourcesEN[s.Text]; ok {
		return edu.Text{ZH: s.Text, EN: en}
	}
	return edu.Text{ZH: s.Text, EN: s.Text}
}

// CitySet is the source of a limit that a city set itself.
var CitySet = Source{citySet, "P"}

const (
	citySet   = "市级设定"
	elsewhere = "第三方资料"
)

// NoHotline says what this system is not, wherever an incident is shown or printed.
var NoHotline = edu.Text{
	ZH: "本系统不是报警或值班电话，不代替110、119、120和当地值班电话。发生突发事件，先救人、先打电话，再来登记。",
	EN: "This system is no hot line: it replaces neither 110, 119 and 120 nor the local duty telephone. Save people and call first, enter it here afterwards.",
}

// Prohibited is what no report may be (standards of the domain, section 7.4: from
// memory, to be checked against the document).
var Prohibited = edu.Text{
	ZH: "严禁迟报、漏报、谎报、瞒报。",
	EN: "Reporting late, leaving out, reporting falsely and hiding are prohibited.",
}

// ProhibitedSource is where that was read.
var ProhibitedSource = Source{"国务院令第493号", "M"}

// NoNames tells whoever types what does not belong here.
var NoNames = edu.Text{
	ZH: "不填写学生姓名、身份证号、学籍号和家长电话；人员只填人数。",
	EN: "No pupil's name, identity or student number and no parent's telephone: persons are counts.",
}

// Limits of what is typed.
const (
	MaxText   = 300 // characters
	maxShort  = 60
	maxPeople = 100_000
)

// digits finds what looks like a number of a person: an identity or student
// number, a telephone.
var digits = regexp.MustCompile(`[0-9０-９][0-9０-９\s-]{5,}[0-9０-９XxＸ]`)

// Personal tells whether a text carries what looks like the number of a person.
// Names cannot be told from words; the numbers that go with them can.
func Personal(s string) bool { return digits.MatchString(s) }

// checkText says what is wrong with a text that somebody typed.
func checkText(what edu.Text, s string, most int) (why []edu.Text) {
	if utf8.RuneCountInString(s) > most {
		why = append(why, edu.Text{ZH: what.ZH + "文字过长", EN: what.EN + " is too long"})
	}
	if Personal(s) {
		why = append(why, edu.Text{ZH: what.ZH + "中有形似证件号或电话的数字：" + NoNames.ZH, EN: what.EN + " has what looks like an identity number or a telephone: " + NoNames.EN})
	}
	return why
}
