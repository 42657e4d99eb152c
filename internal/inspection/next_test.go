package inspection_test

import (
	"errors"
	"strings"
	"testing"

	"shuren/internal/fault"
	"shuren/internal/inspection"
)

// The whole way of a hazard that a school cannot pay for: the clock moves to the
// receiver with the sum, comes back with the money, and another person closes it.
func TestPassedUpAndClosed(t *testing.T) {
	env := envOf(0, "a")
	h, _, err := inspection.Report(inspection.Hazard{ID: "h", School: "s", Category: "fire", Text: "线路老化", Part: "教学楼", Source: inspection.FromSchool, FoundAt: env.Today, Due: env.Today + 5}, env)
	if err != nil {
		t.Fatal(err)
	}
	const school, county, keeper = inspection.SideSchool | inspection.SideHolder, inspection.SideHolder | inspection.SideKeeper, inspection.SideKeeper
	for _, tt := range []struct {
		name  string
		day   int
		who   string
		act   inspection.HazardAct
		side  inspection.Side
		o     inspection.HazardOptions
		wrong error
		says  string
		state inspection.HazardState
		late  int
	}{
		{"mended without a photo", 1, "a", inspection.Mend, school, inspection.HazardOptions{Person: "甲", Measure: "更换"}, fault.Invalid, "整改后照片", inspection.ToMend, 0},
		{"passed up without a sum", 1, "a", inspection.Pass, school, inspection.HazardOptions{Text: "无经费", Due: env.Today + 9}, fault.Invalid, "资金", inspection.ToMend, 0},
		{"escalated before it is late", 2, "c", inspection.Escalate, keeper, inspection.HazardOptions{Task: "t"}, fault.Conflict, "待整改", inspection.ToMend, 0},
		{"late after its limit", 7, "c", inspection.Note, keeper, inspection.HazardOptions{Text: "催"}, nil, "", inspection.Overdue, 2},
		{"escalated when it is late", 7, "c", inspection.Escalate, keeper, inspection.HazardOptions{Task: "t"}, nil, "", inspection.Overdue, 2},
		{"escalated twice", 7, "c", inspection.Escalate, keeper, inspection.HazardOptions{Task: "u"}, fault.Conflict, "已转督办", inspection.Overdue, 2},
		{"passed up: the clock is the receiver's", 7, "a", inspection.Pass, school, inspection.HazardOptions{Text: "无经费", Sum: 30000, Due: env.Today + 10}, nil, "", inspection.PassedUp, 0},
		{"a school does not mend what is above", 8, "a", inspection.Mend, inspection.SideSchool, inspection.HazardOptions{Photos: []string{"p"}, Person: "甲", Measure: "x"}, fault.Conflict, "上报待解决", inspection.PassedUp, 0},
		{"the receiver is late", 12, "c", inspection.Note, keeper, inspection.HazardOptions{Text: "催"}, nil, "", inspection.Overdue, 2},
		{"answered with the money", 12, "c", inspection.Reply, county, inspection.HazardOptions{Text: "安排资金", Funds: "县级公用经费", Due: env.Today + 20}, nil, "", inspection.Mending, 0},
		{"mended with a photo", 15, "a", inspection.Mend, school, inspection.HazardOptions{Person: "甲", Measure: "更换线路", Photos: []string{"p"}}, nil, "", inspection.ToCheck, 0},
		{"checked by the one who mended it", 16, "a", inspection.Accept, inspection.SideChecker, inspection.HazardOptions{Text: "已换"}, fault.Forbidden, "复查人", inspection.ToCheck, 0},
		{"refused: mended again by a new limit", 30, "b", inspection.Refuse, inspection.SideChecker, inspection.HazardOptions{Text: "仍有裸露", Due: env.Today + 40}, nil, "", inspection.Mending, 0},
		{"mended again", 31, "a", inspection.Mend, school, inspection.HazardOptions{Photos: []string{"q"}}, nil, "", inspection.ToCheck, 0},
		{"on the list", 31, "c", inspection.List, keeper, inspection.HazardOptions{Text: "县安委会"}, nil, "", inspection.ToCheck, 0},
		{"closed by another than the keepers of the list", 32, "b", inspection.Accept, inspection.SideChecker, inspection.HazardOptions{Text: "合格"}, fault.Forbidden, "挂牌", inspection.ToCheck, 0},
		{"closed", 32, "c", inspection.Accept, inspection.SideChecker | keeper, inspection.HazardOptions{Text: "合格"}, nil, "", inspection.Closed, 0},
		{"closed is closed", 33, "a", inspection.Take, school, inspection.HazardOptions{Person: "甲", Measure: "x"}, fault.Conflict, "已销号", inspection.Closed, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now := envOf(tt.day, tt.who)
			next, _, err := inspection.Next(h, tt.act, tt.side, tt.o, now)
			if tt.wrong != nil {
				var says interface{ In(string) string }
				if !errors.Is(err, tt.wrong) || !errors.As(err, &says) || !strings.Contains(says.In("zh"), tt.says) {
					t.Fatalf("%v; want %v saying %s", err, tt.wrong, tt.says)
				}
			} else if err != nil {
				t.Fatal(err)
			}
			h = next
			if got, late := h.Shown(now.Today), h.Late(now.Today); got != tt.state || late != tt.late {
				t.Errorf("%s, %d days late; want %s, %d", got, late, tt.state, tt.late)
			}
		})
	}
	if h.OnTime() {
		t.Error("a hazard that was mended after its first limit counts as on time")
	}
	if can, told := h.SelfMend(); can || !told {
		t.Errorf("passed up for want of money, and the ledger says that the school can mend it: %v, %v", can, told)
	}
}

// Whose turn it is follows from the state: a hazard that waits for its re-check is not
// the school's to act on.
func TestWhoseTurn(t *testing.T) {
	for _, tt := range []struct {
		state  inspection.HazardState
		holder inspection.Holder
		want   string
	}{
		{inspection.ToMend, inspection.HeldBySchool, "学校"},
		{inspection.Mending, inspection.HeldBySchool, "学校"},
		{inspection.ToCheck, inspection.HeldBySchool, "检查人员"},
		{inspection.PassedUp, inspection.HeldByCounty, "县级教育行政部门"},
		{inspection.PassedUp, inspection.HeldByCity, "市级教育行政部门"},
		{inspection.Closed, inspection.HeldBySchool, ""},
	} {
		if got := (&inspection.Hazard{State: tt.state, Holder: tt.holder}).Turn().ZH; got != tt.want {
			t.Errorf("%s with %s: %q, want %q", tt.state, tt.holder, got, tt.want)
		}
	}
}

// No number of a person comes into an inspection or a hazard, wherever it is typed; a
// date, a sum or a number of a device may stand there.
func TestNoNumbersOfPersons(t *testing.T) {
	env := envOf(0, "a")
	for _, tt := range []struct {
		typed string
		ok    bool
	}{
		{"学生 11010120150307123x 反映", false},
		{"１１０１０１２０１５０３０７１２３４", false},
		{"G110101201503071234", false},
		{"110101 20150307 123X", false}, // broken, and right
		{"2026-03-02至2026-12-31整改，灭火器编号20231105", true},
		{"2026-03-02 - 2026-12-31", true},
		{"电梯代码31101101002015030123", true},
		{"13800000000 13900000000", true},
	} {
		visit := visitOf()
		hazard, _, err := inspection.Report(inspection.Hazard{ID: "h", School: "s", Category: "fire", Text: "堵塞", Part: "楼梯", Source: inspection.FromSchool, FoundAt: env.Today, Due: env.Today + 5}, env)
		if err != nil {
			t.Fatal(err)
		}
		fill := func(a inspection.Answer) error {
			_, err := inspection.Fill(*visit, map[string]inspection.Answer{"one": a}, env)
			return err
		}
		report := func(change func(*inspection.Hazard)) error {
			h := inspection.Hazard{ID: "h", School: "s", Category: "fire", Text: "堵塞", Part: "楼梯", Source: inspection.FromSchool, FoundAt: env.Today, Due: env.Today + 5}
			change(&h)
			_, _, err := inspection.Report(h, env)
			return err
		}
		next := func(a inspection.HazardAct, o inspection.HazardOptions) error {
			_, _, err := inspection.Next(hazard, a, 15, o, env)
			return err
		}
		signed := *visit
		signed.State = inspection.Signed
		bySchool := func(s inspection.Signature, refused string) error {
			_, err := inspection.Countersign(signed, s, refused, env)
			return err
		}
		sign := func(names ...string) error {
			full, signatures := *visitOf(), []inspection.Signature(nil)
			for _, it := range full.Items {
				full.Answers[it.ID] = inspection.Answer{Result: inspection.Fit}
			}
			for _, n := range names {
				signatures = append(signatures, inspection.Signature{Name: n})
			}
			full.Day = env.Today
			_, err := inspection.Sign(full, signatures, env)
			return err
		}
		scrap := func(why string) error {
			_, err := inspection.Scrap(*visit, why, env)
			return err
		}
		if err := sign(tt.typed, tt.typed); !tt.ok && (err == nil || strings.Contains(err.Error(), tt.typed)) {
			t.Errorf("%q signs twice: %v", tt.typed, err)
		}
		for where, err := range map[string]error{
			"problem": fill(inspection.Answer{Result: inspection.Unfit, Problem: tt.typed}),
			"place":   fill(inspection.Answer{Result: inspection.Unfit, Part: tt.typed}),
			"control": fill(inspection.Answer{Result: inspection.Unfit, Control: tt.typed}),
			"hazard":  report(func(h *inspection.Hazard) { h.Text = tt.typed }),
			"note":    next(inspection.Note, inspection.HazardOptions{Text: tt.typed}),
			"measure": next(inspection.Take, inspection.HazardOptions{Person: "甲", Measure: tt.typed}),
			"remark":  bySchool(inspection.Signature{Name: "丙", Remark: tt.typed}, ""),
			"refusal": bySchool(inspection.Signature{}, tt.typed),
			"checker": sign("甲", tt.typed),
			"void":    scrap(tt.typed),
		} {
			if (err == nil) != tt.ok || err != nil && !errors.Is(err, fault.Invalid) || err != nil && strings.Contains(err.Error(), "110101") {
				t.Errorf("%s: %q: %v", where, tt.typed, err)
			}
		}
	}
}

// A text that was kept before the rule refuses no photo of its item, and no answer but
// one that types such a text anew; why an inspection is void is not endless.
func TestKeptTextsRefuseNoPhoto(t *testing.T) {
	const number = "11010120150307123X"
	x := visitOf()
	x.Answers["one"] = inspection.Answer{Result: inspection.Unfit, Problem: "学生" + number + "反映"}
	for name, tt := range map[string]struct {
		change func(*inspection.Answer)
		ok     bool
	}{
		"a photo":      {func(a *inspection.Answer) { a.Photos = []string{"p"} }, true},
		"a place":      {func(a *inspection.Answer) { a.Part = "楼梯" }, true},
		"mended":       {func(a *inspection.Answer) { a.Problem = "学生反映" }, true},
		"in the place": {func(a *inspection.Answer) { a.Part = number }, false},
		"changed":      {func(a *inspection.Answer) { a.Problem += "堵塞" }, false},
	} {
		a := x.Answers["one"]
		tt.change(&a)
		if _, err := inspection.Fill(*x, map[string]inspection.Answer{"one": a}, envOf(0, "a")); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := inspection.Scrap(*x, strings.Repeat("误", 301), envOf(0, "a")); !errors.Is(err, fault.Invalid) {
		t.Errorf("void for 301 characters: %v", err)
	}
	if _, err := inspection.Scrap(*x, strings.Repeat("误", 300), envOf(0, "a")); err != nil {
		t.Error(err)
	}
}
