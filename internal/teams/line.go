// Lines of files of staff: what a cell must hold, and what is said where it does not.

package teams

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/sheet"
)

type line struct {
	r    *reader
	n    int
	text func(id string) string
	bad  bool
}

func (x *line) problem(id, zh, en string) {
	x.bad = true
	t := x.r.taken
	if len(t.Problems) >= maxProblems {
		t.More++
		return
	}
	c := edu.Cell{File: x.r.file, Sheet: x.r.sheet.Name, Row: x.n}
	if i, ok := x.r.at[id]; ok {
		c.Column, c.Header = sheet.Letters(i), strings.TrimSpace(x.r.heads[i])
	}
	t.Problems = append(t.Problems, Problem{Cell: c, Text: edu.Text{ZH: zh, EN: en}})
}

func (x *line) must(id string) string {
	s := x.text(id)
	if s == "" {
		x.problem(id, "没有填写", "is empty")
	}
	return s
}

// term reads a word of a closed list, by its id or in either language.
func (x *line) term(id string, terms []register.Term, must bool) string {
	s := x.text(id)
	if s == "" {
		if must {
			x.problem(id, "没有填写", "is empty")
		}
		return ""
	}
	for _, t := range terms {
		if f := fold(s); f == fold(t.ID) || f == fold(t.Text.ZH) || f == fold(t.Text.EN) {
			return t.ID
		}
	}
	var zh, en []string
	for _, t := range terms {
		zh, en = append(zh, t.Text.ZH), append(en, t.Text.EN)
	}
	x.problem(id, fmt.Sprintf("“%s”不在可选值中，应为%s", cut(s), strings.Join(zh, "、")), fmt.Sprintf("%q is none of %s", cut(s), strings.Join(en, ", ")))
	return ""
}

// number reads a figure from 0; an empty cell is none.
func (x *line) number(id string, most float64, none float64) float64 {
	s := x.text(id)
	if s == "" || s == "/" {
		return none
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= most) {
		x.problem(id, fmt.Sprintf("“%s”不是0至%g之间的数", cut(s), most), fmt.Sprintf("%q is not a number from 0 to %g", cut(s), most))
		return none
	}
	return v
}

func (x *line) whole(id string, most int) int {
	v := x.number(id, float64(most), 0)
	if v != math.Trunc(v) {
		x.problem(id, fmt.Sprintf("“%g”不是整数", v), fmt.Sprintf("%g is not a whole number", v))
	}
	return int(v)
}

func (x *line) yes(id string) bool {
	switch s := strings.ToLower(x.text(id)); s {
	case "", "否", "0", "no", "false", "×":
	case "是", "1", "yes", "true", "√", "✓":
		return true
	default:
		x.problem(id, fmt.Sprintf("“%s”不是“是”或“否”", cut(s)), fmt.Sprintf("%q is neither yes nor no", cut(s)))
	}
	return false
}

// Month reads a month or a day as people write it: 2018-09, 2018.9, 201809,
// 2018年9月1日, 2018/9/1. A month is its first day.
func Month(s string) (edu.Date, bool) {
	s = strings.NewReplacer("年", "-", "月", "-", "日", "", ".", "-", "/", "-", "．", "-", " ", "").Replace(strings.TrimSpace(s))
	s = strings.TrimSuffix(s, "-")
	if i := strings.IndexByte(s, 'T'); i > 0 {
		s = s[:i]
	}
	if len(s) > 10 && strings.Count(s, "-") == 2 { // with a time after the day
		s = s[:10]
	}
	for _, layout := range []string{"2006-1-2", "2006-1", "200601", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
			return edu.DateOf(t), true
		}
	}
	return 0, false
}

func (x *line) month(id string) edu.Date {
	s := x.text(id)
	if s == "" || s == "/" {
		return 0
	}
	d, ok := Month(s)
	if !ok {
		x.problem(id, fmt.Sprintf("“%s”不是年月，应如2018-09", cut(s)), fmt.Sprintf("%q is no month; want 2018-09", cut(s)))
	}
	return d
}

func cut(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return s
}

// once reports somebody or something that is there already.
func (x *line) once(id, key string) {
	key = x.r.kind + "\x00" + key
	if first := x.r.taken.seen[key]; first > 0 {
		x.problem(id, fmt.Sprintf("与第%d行重复", first), fmt.Sprintf("is the same as in row %d", first))
		return
	}
	x.r.taken.seen[key] = x.n
}

// Holds are why somebody does not move (豁免事由).
var Holds = []register.Term{
	{ID: "pregnant", Text: edu.Text{ZH: "孕期", EN: "Pregnancy"}},
	{ID: "nursing", Text: edu.Text{ZH: "哺乳期", EN: "Nursing"}},
	{ID: "ill", Text: edu.Text{ZH: "重病", EN: "Serious illness"}},
}

var sexes = []register.Term{{ID: "1", Text: edu.Text{ZH: "女", EN: "female"}}, {ID: "2", Text: edu.Text{ZH: "男", EN: "male"}}}

var stageTerms = []register.Term{
	{ID: string(edu.Preschool), Text: edu.Text{ZH: "学前", EN: "kindergarten"}}, {ID: string(edu.Primary), Text: edu.Text{ZH: "小学", EN: "primary"}},
	{ID: string(edu.Junior), Text: edu.Text{ZH: "初中", EN: "junior"}}, {ID: string(edu.Senior), Text: edu.Text{ZH: "高中", EN: "senior"}},
	{ID: string(edu.Vocational), Text: edu.Text{ZH: "中职", EN: "vocational"}}, {ID: string(edu.Special), Text: edu.Text{ZH: "特教", EN: "special"}},
}

func (x *line) staff() {
	s := register.Staff{Person: register.PersonID(x.text("person")), Unit: edu.UnitID(x.must("unit")), Category: x.term("category", register.Categories, true), Duty: x.term("duty", register.Duties, true), Post: x.term("post", register.PostKinds, true), Stage: edu.Stage(x.term("stage", stageTerms, false)),
		Subject: x.text("subject"), Second: x.text("second"), Hours: x.number("hours", 60, 0), Title: x.text("title"), Since: x.month("since"), HeadSince: x.month("head_since"), HeadTerms: x.whole("head_terms", 20), Training: x.number("training", 10_000, math.NaN()), ClassHead: x.yes("class_head"), ClassYears: x.whole("class_years", 60), Hold: x.term("hold", Holds, false)}
	if v := x.text("backbone"); v != "" && fold(v) != "无" && fold(v) != "none" {
		v = strings.TrimSuffix(strings.TrimSuffix(v, "级"), "骨干")
		for _, t := range register.Backbones[1:] {
			if f := fold(v); f == fold(t.ID) || f == fold(t.Text.ZH) || f == fold(t.Text.EN) {
				s.Backbone = t.ID
			}
		}
		if s.Backbone == "" {
			x.problem("backbone", fmt.Sprintf("“%s”不是无、县、市、省或国", cut(v)), fmt.Sprintf("%q is none of none, county, city, province, nation", cut(v)))
		}
	}
	switch x.term("sex", sexes, false) {
	case "1":
		s.Sex = register.Female
	case "2":
		s.Sex = register.Male
	}
	s.Born = x.month("born")
	// The number itself is read for the day and the sex in it, and dropped.
	if n := x.text("citizen"); n != "" {
		c, why := ident.ParseCitizen(n, 0)
		switch {
		case why != "":
			x.problem("citizen", "身份证号不正确", "the identity number is not right")
		default:
			if s.Born == 0 {
				s.Born = c.Born
			}
			if s.Sex == register.UnknownSex {
				s.Sex = register.Female
				if c.Sex == ident.Male {
					s.Sex = register.Male
				}
			}
		}
	}
	if s.Person == "" {
		s.Person = register.PersonID(fmt.Sprintf("%s-%d", x.r.sheet.Name, x.n))
	}
	x.once("person", string(s.Person))
	if !x.bad {
		x.r.taken.Staff = append(x.r.taken.Staff, s)
	}
}

// exchange reads a line of the table of exchanges. The table that is given out names
// everybody who is due: a line in which only that still stands arranges nothing.
func (x *line) exchange() {
	if x.text("to")+x.text("way")+x.text("state")+x.text("ends")+x.text("document") == "" {
		return
	}
	m := Exchange{Person: register.PersonID(x.must("person")), Stage: Planned, From: edu.UnitID(x.text("from")), To: edu.UnitID(x.must("to")), Way: x.term("way", Ways, true), Begins: x.month("begins"), Ends: x.month("ends"), Subject: x.text("subject"), Document: x.text("document"), Years: -1}
	if st := x.term("state", Stages, false); st != "" {
		m.Stage = st
	} else if m.Document != "" {
		m.Stage = Done
	}
	m.ID = fmt.Sprintf("%s-%d", x.r.sheet.Name, x.n)
	if m.Begins == 0 && !x.bad {
		x.problem("begins", "没有填写", "is empty")
	}
	x.once("person", string(m.Person)+"\x00"+m.Begins.String())
	if !x.bad {
		x.r.taken.Moves = append(x.r.taken.Moves, m)
	}
}

func (x *line) school() {
	s := School{ID: edu.UnitID(x.must("unit")), Class: x.text("class")}
	s.Name = string(s.ID)
	if c := s.Class; c != "" && (len(c) != 3 || c[0] != '1' && c[0] != '2') {
		x.problem("class", fmt.Sprintf("“%s”不是城乡分类代码，应如111、121、210、220", cut(c)), fmt.Sprintf("%q is no urban-rural code such as 111, 121, 210, 220", cut(c)))
	}
	s.Good = x.yes("good")
	for id, stage := range map[string]edu.Stage{"primary": edu.Primary, "junior": edu.Junior, "senior": edu.Senior} {
		if x.text(id) != "" {
			if s.Classes == nil {
				s.Classes = map[edu.Stage]int{}
			}
			s.Classes[stage] = x.whole(id, 500)
		}
	}
	x.once("unit", string(s.ID))
	if !x.bad {
		x.r.taken.Schools = append(x.r.taken.Schools, s)
	}
}

// Input is what was taken as what a summer is worked out from. Schools that no table
// tells of are known by their name and nothing else.
func (t *Taken) Input(rules Rules) *Input {
	in := &Input{Rules: rules, Staff: t.Staff, Schools: t.Schools, Moves: t.Moves}
	at := map[edu.UnitID]bool{}
	home := map[register.PersonID]edu.UnitID{}
	for i := range in.Schools {
		at[in.Schools[i].ID] = true
	}
	for i := range in.Staff {
		s := &in.Staff[i]
		home[s.Person] = s.Unit
		if !at[s.Unit] {
			at[s.Unit] = true
			in.Schools = append(in.Schools, School{ID: s.Unit, Name: string(s.Unit)})
		}
	}
	for i := range in.Moves {
		if in.Moves[i].From == "" {
			in.Moves[i].From = home[in.Moves[i].Person]
		}
	}
	return in
}
