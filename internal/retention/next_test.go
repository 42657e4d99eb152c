package retention_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/retention"
)

// A Monday in the second week of a term.
var monday = time.Date(2025, 9, 8, 10, 0, 0, 0, collect.China)

func day(s string) edu.Date {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return edu.DateOf(t)
}

var levels = map[edu.UnitID]edu.Level{"east": edu.County, "town": edu.Township, "s1": edu.School, "s2": edu.School, "city": edu.City}

func at(now time.Time) retention.Env {
	return retention.Env{Now: now, Calendar: collect.Usual(), Rules: retention.Default, By: "officer", Name: "专员", Level: func(u edu.UnitID) (edu.Level, bool) { l, ok := levels[u]; return l, ok }}
}

func begun(t testing.TB) retention.Case {
	t.Helper()
	c, _, err := retention.Begin(retention.Case{ID: "c1", Person: "p1", School: "s1", Town: "town", County: "east", Source: retention.ByAttendance, Guess: "weary", Absent: 5}, at(monday))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// step is an act on a day, by somebody.
type step struct {
	act  retention.Act
	days int // after the step before
	o    retention.Options
	by   string // empty: the officer
	side retention.Side
}

func visit(next int) retention.Options {
	o := retention.Options{Visit: retention.Visit{Way: "home", Parts: []retention.Part{"class", "village"}, Place: "家中", Saw: "child", Result: retention.Promised}}
	if next > 0 {
		o.Visit.Result, o.Visit.Next = "undecided", edu.DateOf(monday)+edu.Date(next)
	}
	return o
}

var (
	confirm = step{retention.Confirm, 1, retention.Options{Cause: "weary", Day: day("2025-09-02")}, "", 0}
	persuad = step{retention.Persuade, 1, visit(0), "", 0}
	back    = step{retention.Return, 1, retention.Options{}, "", 0}
	receipt = step{retention.Accept, 1, retention.Options{Receiver: "s1"}, "head", retention.Receiver}
	closing = step{retention.Close, 300, retention.Options{}, "", 0}
)

func walk(c retention.Case, steps ...step) (retention.Case, error) {
	now := monday
	for _, s := range steps {
		now = now.AddDate(0, 0, s.days)
		env := at(now)
		if s.by != "" {
			env.By = s.by
		}
		side := retention.Everybody
		if s.side != 0 {
			side = s.side
		}
		next, _, err := retention.Next(c, s.act, side, s.o, env)
		if err != nil {
			return c, err
		}
		c = next
	}
	return c, nil
}

func TestWalks(t *testing.T) {
	notice := func(step retention.Legal, issuer edu.UnitID, no string, delivered edu.Date) retention.Options {
		return retention.Options{Notice: retention.Notice{Step: step, Issuer: issuer, Number: no, Delivered: delivered}}
	}
	educate := step{retention.Notify, 0, notice(retention.Educate, "town", "", 0), "", 0}
	except := retention.Options{Except: retention.Exception{Kind: retention.Leave, Ground: "illness", Proof: "诊断证明1", Approver: "东县教体局", Number: "1号", From: day("2025-09-01"), Until: day("2026-02-01")}}
	for _, tt := range []struct {
		name  string
		steps []step
		want  retention.State
		says  string // part of the refusal of the last step
		kind  error
	}{
		{"the whole way", []step{confirm, persuad, back, receipt, closing}, retention.Closed, "", nil},
		{"nothing closes without a receipt", []step{confirm, persuad, back, closing}, retention.Returned, "没有接收学校回执", fault.Conflict},
		{"nor does a suspicion", []step{closing}, retention.Suspected, "不能销号", fault.Conflict},
		{"not before a term was observed", []step{confirm, persuad, back, receipt, {retention.Close, 30, retention.Options{}, "", 0}}, retention.Observing, "未满一学期", fault.Conflict},
		{"who gave the receipt does not close", []step{confirm, persuad, back, receipt, {retention.Close, 300, retention.Options{}, "head", 0}}, retention.Observing, "不能审批销号", fault.Forbidden},
		{"a school does not close", []step{confirm, persuad, back, receipt, {retention.Close, 300, retention.Options{}, "", retention.Worker | retention.Receiver}}, retention.Observing, "控辍保学专员", fault.Forbidden},
		{"another school's receipt is none", []step{confirm, persuad, back, {retention.Accept, 1, retention.Options{Receiver: "s2"}, "head", retention.Receiver}}, retention.Returned, "接收学校出具", fault.Forbidden},
		{"an officer gives no receipt for a school of the city", []step{confirm, persuad, back, {retention.Accept, 1, retention.Options{Receiver: "s1"}, "", retention.Officer}}, retention.Returned, "接收学校出具", fault.Forbidden},
		{"a school outside gives its receipt on paper", []step{confirm, persuad, {retention.Move, 0, retention.Options{Place: retention.Placement{Outside: "昆明某中学"}}, "", 0}, {retention.Accept, 5, retention.Options{Number: "回执〔2025〕3号"}, "", retention.Officer}}, retention.Observing, "", nil},
		{"which has a number", []step{confirm, persuad, {retention.Move, 0, retention.Options{Place: retention.Placement{Outside: "昆明某中学"}}, "", 0}, {retention.Accept, 5, retention.Options{}, "", retention.Officer}}, retention.Transferred, "回执文号", fault.Invalid},
		{"a return needs a persuasion", []step{confirm, back}, retention.Confirmed, "不能返校", fault.Conflict},
		{"back to the former class is back to the former school", []step{confirm, persuad, {retention.Return, 1, retention.Options{Place: retention.Placement{School: "s2"}}, "", 0}}, retention.Persuading, "须是原学校", fault.Invalid},
		{"a transfer to the same school is none", []step{confirm, persuad, {retention.Move, 1, retention.Options{Place: retention.Placement{School: "s1"}}, "", 0}}, retention.Persuading, "与原学校相同", fault.Invalid},
		{"a township receives nobody", []step{confirm, persuad, {retention.Move, 1, retention.Options{Place: retention.Placement{School: "town"}}, "", 0}}, retention.Persuading, "没有这所接收学校", fault.Invalid},
		{"placed at home", []step{confirm, persuad, {retention.Place, 1, retention.Options{Place: retention.Placement{Kind: retention.HomeTaught, School: "s2"}}, "", 0}}, retention.Placed, "", nil},
		{"placed somehow", []step{confirm, persuad, {retention.Place, 1, retention.Options{Place: retention.Placement{Kind: retention.SameClass, School: "s2"}}, "", 0}}, retention.Persuading, "请选择安置方式", fault.Invalid},
		{"undecided, and no next day", []step{confirm, {retention.Persuade, 1, func() retention.Options { o := visit(3); o.Visit.Next = 0; return o }(), "", 0}}, retention.Confirmed, "下次劝返日期", fault.Invalid},
		{"a school sends no legal notice", []step{confirm, {retention.Notify, 0, notice(retention.Educate, "s1", "", 0), "", 0}}, retention.Confirmed, "学校不得发出", fault.Forbidden},
		{"nor does somebody of a school for the township", []step{confirm, {retention.Notify, 0, notice(retention.Educate, "town", "", 0), "", retention.Worker | retention.Receiver | retention.Officer}}, retention.Confirmed, "学校不得发出", fault.Forbidden},
		{"nor the city", []step{confirm, {retention.Notify, 0, notice(retention.Educate, "city", "", 0), "", 0}}, retention.Confirmed, "只能由乡镇", fault.Forbidden},
		{"the legal path goes step by step", []step{confirm, {retention.Notify, 0, notice(retention.Correct, "town", "1号", day("2025-09-09")), "", 0}}, retention.Confirmed, "依次进行", fault.Conflict},
		{"an order has its number and its delivery", []step{confirm, educate, {retention.Notify, 1, notice(retention.Correct, "town", "", 0), "", 0}}, retention.Confirmed, "文号；请填写送达日期", fault.Invalid},
		{"all four", []step{confirm, educate, {retention.Notify, 1, notice(retention.Correct, "town", "1号", day("2025-09-10")), "", 0}, {retention.Notify, 1, notice(retention.Penalise, "east", "2号", 0), "", 0}, {retention.Notify, 1, notice(retention.Court, "east", "3号", 0), "", 0}}, retention.Confirmed, "", nil},
		{"no way back on the legal path", []step{confirm, educate, {retention.Notify, 1, notice(retention.Correct, "town", "1号", day("2025-09-10")), "", 0}, educate}, retention.Confirmed, "已在前面进行", fault.Conflict},
		{"elsewhere needs the school and the proof", []step{{retention.Find, 1, retention.Options{}, "", 0}}, retention.Suspected, "请填写县外就读学校；请填写学籍截图", fault.Invalid},
		{"elsewhere", []step{{retention.Find, 1, retention.Options{Where: "昆明某小学", Proof: "截图1"}, "", 0}}, retention.Elsewhere, "", nil},
		{"excluded, then checked again", []step{{retention.Exclude, 1, retention.Options{Text: "病假", Proof: "假条"}, "", 0}, {retention.Reopen, 9, retention.Options{Text: "又未到校"}, "", retention.Worker}}, retention.Suspected, "", nil},
		{"a school does not exclude", []step{{retention.Exclude, 1, retention.Options{Text: "病假", Proof: "假条"}, "", retention.Worker}}, retention.Suspected, "控辍保学专员", fault.Forbidden},
		{"leave with its papers", []step{{retention.Except, 1, except, "", 0}}, retention.Excepted, "", nil},
		{"leave without its papers", []step{{retention.Except, 1, retention.Options{Except: retention.Exception{Kind: retention.Leave, Ground: "illness"}}, "", 0}}, retention.Suspected, "证明材料", fault.Invalid},
		{"back from leave is observed too", []step{{retention.Except, 1, except, "", 0}, {retention.Resume, 9, retention.Options{}, "", 0}, receipt, closing}, retention.Closed, "", nil},
		{"a relapse reopens, and the receipt is void", []step{confirm, persuad, back, receipt, closing, {retention.Relapse, 1, retention.Options{Cause: "work"}, "", 0}, {retention.Persuade, 1, visit(0), "", 0}, {retention.Return, 0, retention.Options{}, "", 0}, closing}, retention.Returned, "没有接收学校回执", fault.Conflict},
		{"an identity number is no number of a case", []step{{retention.Number, 0, retention.Options{Number: "11010519491231002X"}, "", 0}}, retention.Suspected, "全国平台编号", fault.Invalid},
		{"nor is it a finding", []step{{retention.Exclude, 1, retention.Options{Text: "身份证11010519491231002X已核", Proof: "假条"}, "", 0}}, retention.Suspected, "个人号码", fault.Invalid},
		{"tomorrow's persuasion", []step{confirm, {retention.Persuade, 0, func() retention.Options { o := visit(0); o.Visit.Day = day("2025-09-20"); return o }(), "", 0}}, retention.Confirmed, "不能晚于今天", fault.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := walk(begun(t), tt.steps...)
			if c.State != tt.want {
				t.Errorf("it is %s, want %s (%v)", c.State, tt.want, err)
			}
			var no *auth.Refusal
			switch {
			case tt.says == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.says != "" && (!errors.As(err, &no) || !errors.Is(err, tt.kind) || !strings.Contains(no.In("zh"), tt.says)):
				t.Errorf("got %v, want %v with %q", err, tt.kind, tt.says)
			}
		})
	}
}

// Every state can be reached from a suspicion by rows of the table, every row has
// its words, and every act has what it does.
func TestEveryStateIsReached(t *testing.T) {
	seen := map[retention.State]bool{retention.Suspected: true}
	for range retention.States {
		for _, s := range retention.Steps {
			for _, f := range s.From {
				if seen[f] && s.To != "" {
					seen[s.To] = true
				}
			}
		}
	}
	for _, s := range retention.States {
		if !seen[s] || s.Name().ZH == "" || s.Name().EN == "" {
			t.Errorf("%s: reached %v, called %v", s, seen[s], s.Name())
		}
	}
	for _, a := range append([]retention.Act{retention.Open}, retention.Acts...) {
		if a.Name().ZH == "" || a.Name().EN == "" {
			t.Errorf("%s has no name", a)
		}
	}
	for _, s := range retention.Steps {
		if s.By&retention.Worker == 0 || s.Act != retention.Notify {
			continue
		}
		t.Errorf("a school may %s", s.Act)
	}
}

func TestBegin(t *testing.T) {
	good := retention.Case{ID: "c", Person: "p", County: "east", Source: retention.ByReport, Guess: "other"}
	for _, tt := range []struct {
		name   string
		change func(*retention.Case)
		says   string
	}{
		{"a child on no roll", func(*retention.Case) {}, ""},
		{"nobody", func(c *retention.Case) { c.Person = "" }, "没有选择学生"},
		{"nowhere", func(c *retention.Case) { c.County = "" }, "没有县"},
		{"not found yet", func(c *retention.Case) { c.Found = day("2025-09-09") }, "不能晚于今天"},
		{"somehow", func(c *retention.Case) { c.Source = "gossip" }, "发现途径"},
		{"without a cause", func(c *retention.Case) { c.Guess = "" }, "初判原因"},
		{"kept by a name", func(c *retention.Case) { c.Guard = []retention.Part{"张三"} }, "没有参加人身份"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.change(&c)
			c, e, err := retention.Begin(c, at(monday))
			var no *auth.Refusal
			if tt.says == "" && (err != nil || c.State != retention.Suspected || c.Rev != 1 || e.Act != retention.Open) || tt.says != "" && (!errors.As(err, &no) || !strings.Contains(no.In("zh"), tt.says)) {
				t.Errorf("%+v, %v; want %q", c, err, tt.says)
			}
		})
	}
}

// An act changes its own copy: what somebody else reads stays as it was.
func TestNextKeepsWhatWasRead(t *testing.T) {
	c, err := walk(begun(t), confirm, persuad)
	if err != nil {
		t.Fatal(err)
	}
	was := slices.Clone(c.Visits)
	for range 3 {
		if _, _, err := retention.Next(c, retention.Persuade, retention.Everybody, visit(9), at(monday.AddDate(0, 0, 3))); err != nil {
			t.Fatal(err)
		}
	}
	if len(c.Visits) != len(was) || c.Visits[0].Result != was[0].Result {
		t.Errorf("the case that was read has %d visits", len(c.Visits))
	}
}
