package demo

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	nouns "shuren/internal/register"
	cases "shuren/internal/retention"
	"shuren/internal/store"
)

// casing lets people work on cases of dropout prevention as on some day.
type casing struct {
	into    *flow.City
	now     time.Time
	today   edu.Date
	officer auth.Actor
}

func (k *casing) at(back int) *flow.Retention {
	t := (k.today - edu.Date(back)).Time().Add(2 * time.Hour) // ten in the morning in China
	if t.After(k.now) {
		t = k.now
	}
	return k.into.Retention().At(func() time.Time { return t })
}

func (k *casing) officerOf(county int) auth.Actor {
	return clerk(county, auth.RetentionOfficer, "控辍保学专员")
}

func headOf(u edu.UnitID) auth.Actor {
	return auth.Actor{Account: "demo-head-" + string(u), Name: "示例校长", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: u}}}
}

// did is an act of a story, some days ago.
type did struct {
	back int
	by   string // head, officer, or receiver: the head of the school that has the child
	act  cases.Act
	o    cases.Options
}

// caseStory is how a case was found and what was done since.
type caseStory struct {
	back int
	c    cases.Case
	then []did
}

func visit(r cases.Result, next edu.Date, text string) cases.Options {
	return cases.Options{Text: text, Visit: cases.Visit{Way: "home", Parts: []cases.Part{"class", "village"}, Place: "家中", Saw: "both", Result: r, Next: next}}
}

// caseStories are the ways of a case, so that each ledger has some. The child of one
// is received by the school next.
func caseStories(today edu.Date, next edu.UnitID) []caseStory {
	day := func(back int) edu.Date { return today - edu.Date(back) }
	found := func(source cases.Source, absent int, guess cases.Cause) cases.Case {
		return cases.Case{Source: source, Absent: absent, Guess: guess, Guard: []cases.Part{"class"}}
	}
	confirm := func(back int, cause cases.Cause) did {
		return did{back, "officer", cases.Confirm, cases.Options{Day: day(back + 3), Cause: cause}}
	}
	leave := cases.Exception{Kind: cases.Leave, Ground: "illness", Proof: "示例诊断证明1号", Approver: "示例教育体育局", Number: "示例批〔2026〕3号", From: day(20), Until: day(-25)}
	gone := cases.Placement{Kind: cases.OtherSeat, School: next}
	return []caseStory{
		{2, found(cases.ByAttendance, 3, "weary"), nil},
		{32, found(cases.ByVisit, 12, "weary"), []did{confirm(29, "weary"), {27, "head", cases.Persuade, visit("undecided", day(10), "示例：学生愿意回校，家长有顾虑")}, {20, "officer", cases.Notify, cases.Options{Notice: cases.Notice{Step: cases.Educate, Day: day(20)}}},
			{10, "head", cases.Persuade, visit("undecided", day(-3), "示例：已联系校内资助")}}},
		{90, found(cases.ByAttendance, 5, "family"), []did{confirm(88, "family"), {86, "head", cases.Persuade, visit(cases.Promised, 0, "示例：落实临时救助")}, {80, "head", cases.Return, cases.Options{}}, {79, "head", cases.Accept, cases.Options{}}}},
		{4, found(cases.ByAttendance, 6, "work"), nil},
		{6, found(cases.ByComparison, 0, "moved"), []did{confirm(2, "moved")}},
		{45, found(cases.ByTransfer, 4, "moved"), []did{confirm(42, "moved"), {40, "head", cases.Persuade, visit(cases.Promised, 0, "示例：随父母迁居")}, {36, "officer", cases.Move, cases.Options{Place: gone}}}},
		{15, found(cases.ByComparison, 0, "moved"), []did{{12, "officer", cases.Find, cases.Options{Where: "示例市外国语小学", Proof: "示例学籍截图1号"}}}},
		{24, found(cases.ByVisit, 8, "illness"), []did{{20, "officer", cases.Except, cases.Options{Except: leave}}}},
		{18, found(cases.ByReport, 3, "other"), []did{{15, "officer", cases.Exclude, cases.Options{Text: "示例：请假未登记，已到校", Proof: "示例考勤表2号"}}}},
		{400, found(cases.ByAttendance, 7, "weary"), []did{confirm(398, "weary"), {396, "head", cases.Persuade, visit(cases.Promised, 0, "示例：同意返校")}, {390, "officer", cases.Move, cases.Options{Place: gone}}, {388, "receiver", cases.Accept, cases.Options{}}, {30, "officer", cases.Close, cases.Options{}}}},
	}
}

// Cases lets two counties' schools and officers work on cases of dropout prevention
// through the front door, in all states; report who is not in class; and give zero
// reports. It does nothing without a register, or where there are cases already.
func (c *City) Cases(ctx context.Context, into *flow.City, now time.Time) error {
	if !into.HasKeys() {
		return nil
	}
	k := &casing{into: into, now: now, today: collect.Today(now)}
	have, err := into.Retention().Cases(ctx, auth.Operator(), store.CaseFilter{Size: 1})
	if err != nil || have.Total > 0 {
		return err
	}
	if err := c.compared(ctx, into); err != nil {
		return fmt.Errorf("lists of children of the demo city: %w", err)
	}
	schools := c.registered()
	for i, s := range schools {
		next := schools[(i+1)%len(schools)]
		if next.county != s.county {
			next = schools[0]
			for _, o := range schools {
				if o.county == s.county && o != s {
					next = o
				}
			}
		}
		k.officer = k.officerOf(s.county)
		if err := c.school(ctx, k, s, next.id(), i); err != nil {
			return fmt.Errorf("cases of the demo city: %w", err)
		}
	}
	if err := c.visits(ctx, k, schools); err != nil {
		return fmt.Errorf("suggested visits of the demo city: %w", err)
	}
	return c.zeros(ctx, k)
}

// school are the cases and the attendance of a school: the first has most.
func (c *City) school(ctx context.Context, k *casing, s *school, next edu.UnitID, i int) error {
	head := headOf(s.id())
	pupils, err := k.into.Retention().Classmates(ctx, head, s.id(), 0)
	if err != nil {
		return err
	}
	stories := caseStories(k.today, next)
	n := 4
	if i == 0 {
		n = len(stories)
	}
	for j := range n {
		if 2*j+1 >= len(pupils) {
			break
		}
		st := stories[(3*i+j)%len(stories)]
		if err := k.tell(ctx, st, pupils[len(pupils)-1-2*j].Person, head, next); err != nil { // the older ones first
			return err
		}
	}
	marks := []cases.Mark{{Kind: cases.Absent, Days: 3 + i%4, Since: k.today - edu.Date(5+i%4)}, {Kind: cases.OnLeave, Since: k.today - 20}, {Kind: cases.Absent, Days: 1, Since: k.today - 1}}
	for j := range marks {
		at := 3 * j
		if j > 0 && i > 0 || at >= len(pupils)-2*n {
			break
		}
		marks[j].Person = pupils[at].Person
		if err := k.at(0).Mark(ctx, head, marks[j]); err != nil {
			return err
		}
	}
	return nil
}

// tell makes a story a case.
func (k *casing) tell(ctx context.Context, st caseStory, child nouns.PersonID, head auth.Actor, next edu.UnitID) error {
	st.c.Person, st.c.Found = child, k.today-edu.Date(st.back)
	x, err := k.at(st.back).Open(ctx, head, st.c, "demo "+string(child))
	if err != nil {
		return err
	}
	for i, d := range st.then {
		who := k.officer
		switch d.by {
		case "head":
			who = head
		case "receiver":
			who = headOf(next)
		}
		d.o.Sent = fmt.Sprint("demo ", i)
		var files []flow.Attached // a photo of the visit, of the notice, of the receipt
		if d.act == cases.Persuade || d.act == cases.Notify || d.act == cases.Accept {
			if files, err = drawn(300 + i); err != nil {
				return err
			}
		}
		if x, err = k.at(d.back).Act(ctx, who, x.ID, x.Rev, d.act, d.o, files...); err != nil {
			return fmt.Errorf("%s after %d days: %w", d.act, st.back-d.back, err)
		}
	}
	return nil
}

// zeros are the zero reports of the last month of some schools in the first county:
// those of the central school of the demo accounts, and some more.
func (c *City) zeros(ctx context.Context, k *casing) error {
	last := k.today.Time().AddDate(0, 0, -k.today.Time().Day())
	month := last.Format("2006-01")
	x := k.at(k.today.Time().Day() - min(3, k.today.Time().Day()))
	for _, of := range []edu.UnitID{c.nineYear().township.id()} {
		town := auth.Actor{Account: "demo-town", Name: "示例中心学校", Grants: []auth.Grant{{Role: auth.TownshipClerk, Unit: of}}}
		list, err := x.Zeros(ctx, town, month)
		if err != nil {
			return fmt.Errorf("zero reports of the demo city: %w", err)
		}
		for i, z := range list {
			if z.Cases || !z.Mine || i%4 == 3 {
				continue
			}
			if err := x.Zero(ctx, town, z.School, month); err != nil {
				return fmt.Errorf("zero reports of the demo city: %w", err)
			}
		}
	}
	return nil
}

// compared enters a household list and a roll of the first county, in which some
// children are that the register has not, and some are not in class: so a comparison
// finds something.
func (c *City) compared(ctx context.Context, into *flow.City) error {
	var pupils bytes.Buffer
	n := 0
	for _, s := range c.registered() {
		for _, sec := range s.sections {
			if !sec.compulsory() {
				continue
			}
			was := pupils.Len()
			if c.pupilLines(&pupils, sec, &n); s.county != 0 {
				pupils.Truncate(was)
			}
		}
	}
	rows, err := csv.NewReader(&pupils).ReadAll()
	if err != nil {
		return err
	}
	home := [][]string{{"姓名", "身份证号", "户籍地单位", "监护人"}}
	roll := [][]string{{"姓名", "学籍号", "身份证号", "学校标识码", "学段", "年级", "班级"}}
	for i, r := range rows {
		home = append(home, []string{r[0], r[2], r[4], r[10]})
		if i%23 != 22 {
			roll = append(roll, []string{r[0], r[1], r[2], r[3], r[5], r[6], r[7]})
		}
	}
	for i := range 6 { // on no register
		r := c.random("household", i)
		born := edu.DateOf(time.Date(lastYear-8-i%4, time.Month(1+r.IntN(8)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC))
		home = append(home, []string{c.personName(r), personNumber(born, 900+i), rows[0][4], c.personName(r)})
	}
	for i := range 3 { // whose number differs from the register's: perhaps one child
		r := rows[7*i]
		born, err := time.Parse("20060102", r[2][6:14])
		if err != nil {
			return err
		}
		home[1+7*i][1] = personNumber(edu.DateOf(born), 960+i)
	}
	for _, l := range []struct {
		list nouns.List
		rows [][]string
	}{{nouns.Household, home}, {nouns.InClass, roll}} {
		var b strings.Builder
		if err := csv.NewWriter(&b).WriteAll(l.rows); err != nil {
			return err
		}
		got, err := into.Registers().Import(ctx, auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(b.String())), nil }, flow.RegisterOptions{Kind: store.AChild, List: l.list, Year: lastYear})
		if err != nil {
			why := ""
			if len(got.Problems) > 0 {
				why = got.Problems[0].Words().EN
			}
			return fmt.Errorf("%s: %s: %w", cmp.Or(string(l.list), "register"), why, err)
		}
	}
	return nil
}
