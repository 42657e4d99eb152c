package reconcile_test

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/reconcile"
	"shuren/internal/register"
	"shuren/internal/testkit"
)

var update = flag.Bool("update", false, "write the figures of docs/reconciliation.md")

// county is a made-up county whose errors are known.
type county struct {
	*rand.Rand
	rows
	truth   map[reconcile.Source][]int // child of each row
	planted map[string]map[int]bool    // children by the kind of error
}

const (
	surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
	given    = "晓明国华丽红军伟芳娜强磊洋艳勇杰娟涛超秀霞平刚桂英玉兰梅春生文武志建新宇浩然子轩梓涵欣怡思雨佳琪俊凯雪婷慧敏龙凤云山海燕鹏飞"
)

// older are characters as the older script has them.
var older = strings.NewReplacer("晓", "曉", "国", "國", "华", "華", "丽", "麗", "红", "紅", "军", "軍", "伟", "偉", "杰", "傑", "刚", "剛", "兰", "蘭", "龙", "龍", "凤", "鳳", "云", "雲", "鹏", "鵬", "飞", "飛", "张", "張", "刘", "劉", "陈", "陳", "杨", "楊", "赵", "趙", "黄", "黃", "吴", "吳", "孙", "孫", "马", "馬", "罗", "羅", "郑", "鄭", "谢", "謝", "韩", "韓", "冯", "馮", "邓", "鄧", "许", "許", "吕", "呂", "强", "強", "涛", "濤", "宁", "寧")

// sounds are pairs of characters that sound alike.
var sounds = strings.NewReplacer("晓", "小", "华", "花", "丽", "莉", "红", "洪", "伟", "维", "芳", "方", "强", "墙", "磊", "垒", "洋", "阳", "艳", "燕", "勇", "永", "杰", "洁", "涛", "桃", "秀", "绣", "霞", "侠", "平", "萍", "刚", "钢", "英", "瑛", "玉", "钰", "梅", "眉", "文", "雯", "武", "伍", "志", "智", "宇", "羽", "浩", "皓", "欣", "新", "怡", "宜", "佳", "嘉", "琪", "奇", "俊", "君", "慧", "惠", "敏", "抿", "鹏", "朋")

func (c *county) pick(s string) string {
	r := []rune(s)
	return string(r[c.IntN(len(r))])
}

func (c *county) name(surname string) string {
	n := surname + c.pick(given)
	if c.IntN(5) > 0 {
		n += c.pick(given)
	}
	return n
}

func (c *county) put(s reconcile.Source, child int, e reconcile.Entry) {
	e.Row = len(c.rows[s]) + 1
	c.rows[s] = append(c.rows[s], e)
	c.truth[s] = append(c.truth[s], child)
}

// slip makes a slip of the pen in a number: a digit, or two that changed places.
func (c *county) slip(n string) string {
	b := []byte(n)
	i := 6 + c.IntN(11)
	if j := i + 1; c.IntN(2) == 0 && j < 17 && b[i] != b[j] {
		b[i], b[j] = b[j], b[i]
	} else {
		b[i] = '0' + (b[i]-'0'+byte(1+c.IntN(9)))%10
	}
	return string(b)
}

var kinds = []string{"", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "",
	"missing", "vanished", "not in class", "two schools", "moved, proven", "moved, no receipt", "grade jump",
	"typo", "idless", "script", "sound", "roll idless"}

// makeCounty plants errors in about one child of three.
func makeCounty(seed uint64, n int) *county {
	c := &county{Rand: rand.New(rand.NewPCG(seed, 1)), rows: rows{}, truth: map[reconcile.Source][]int{}, planted: map[string]map[int]bool{}}
	plant := func(kind string, child int) {
		if c.planted[kind] == nil {
			c.planted[kind] = map[int]bool{}
		}
		c.planted[kind][child] = true
	}
	numbers := map[string]bool{}
	var before reconcile.Entry // a brother or sister comes now and then
	for child := range n {
		surname := c.pick(surnames)
		e := reconcile.Entry{Identity: register.Identity{Name: c.name(surname), Guardian: c.name(surname)}, Home: edu.UnitID(fmt.Sprint("t", c.IntN(12)))}
		grade := 2 + c.IntN(7)
		e.Born = on(2025-6-grade, 9, 1) + edu.Date(c.IntN(365))
		if child > 0 && c.IntN(20) == 0 { // twins
			e.Guardian, e.Home, e.Born = before.Guardian, before.Home, before.Born
			e.Name = string([]rune(before.Name)[:1]) + c.pick(given) + c.pick(given)
			grade = before.Grade
		}
		e.Sex = register.Sex(1 + c.IntN(2))
		for e.Citizen == "" || numbers[e.Citizen] {
			e.Citizen = number(e.Born, c.IntN(500)*2+int(e.Sex)-1)
		}
		numbers[e.Citizen] = true
		e.Grade = grade
		before = e
		kind := kinds[c.IntN(len(kinds))]
		if kind == "script" && older.Replace(e.Name) == e.Name || kind == "sound" && sounds.Replace(e.Name) == e.Name {
			kind = ""
		}
		if kind != "" {
			plant(kind, child)
		}
		school := edu.UnitID(fmt.Sprint("s", c.IntN(40)))
		home, reg, last, roll := e, e, e, e
		home.Grade, home.Unit = 0, ""
		reg.Unit, last.Unit, roll.Unit = school, school, school
		last.Grade--
		roll.Guardian, roll.Home = "", "" // a roll has neither
		if c.IntN(5) == 0 {
			reg.Guardian, last.Guardian = c.name(c.pick(surnames)), "" // the other parent
		}
		has := map[reconcile.Source]bool{H: true, R: true, L: true, A: true}
		bare := func(e *reconcile.Entry) { e.Citizen = "" }
		switch kind {
		case "missing":
			has[R], has[L], has[A] = false, false, false
		case "vanished":
			has[R], has[A] = false, false
		case "not in class":
			has[A] = false
		case "two schools":
			second := reg
			second.Unit = edu.UnitID(fmt.Sprint("s", 40+c.IntN(5)))
			c.put(R, child, second)
		case "moved, proven":
			has[R], has[A] = false, false
			home.Status, home.Marks = register.Elsewhere, reconcile.Proof
		case "moved, no receipt":
			has[A], reg.Left = false, today-31-edu.Date(c.IntN(60))
		case "grade jump":
			reg.Grade++
			reg.Grade, last.Grade = max(reg.Grade, 3), min(last.Grade, reg.Grade-2)
		case "typo":
			home.Citizen = c.slip(home.Citizen)
		case "idless":
			bare(&home)
		case "script":
			bare(&home)
			home.Name = older.Replace(home.Name)
		case "sound":
			bare(&home)
			home.Name = sounds.Replace(home.Name)
		case "roll idless":
			bare(&roll)
		}
		for s, e := range map[reconcile.Source]reconcile.Entry{H: home, R: reg, L: last, A: roll} {
			if has[s] {
				c.put(s, child, e)
			}
		}
		if c.IntN(8) == 0 {
			c.put(P, child, reconcile.Entry{Identity: e.Identity})
		}
	}
	// The numbers of two neighbours on the register change places.
	r, clean := c.rows[R], func(i int) bool {
		for _, kind := range c.planted {
			if kind[c.truth[R][i]] {
				return false
			}
		}
		return true
	}
	for i := 0; i+1 < len(r); i += 40 {
		if clean(i) && clean(i+1) {
			r[i].Citizen, r[i+1].Citizen = r[i+1].Citizen, r[i].Citizen
			plant("swap", c.truth[R][i])
			plant("swap", c.truth[R][i+1])
		}
	}
	return c
}

// Of each kind of error: how many of those found are errors, and how many of those
// planted are found. What is joined by name is right when all rows of the child are
// one child's.
func TestPlantedErrorsAreFound(t *testing.T) {
	const n = 8000
	c := makeCounty(7, n)
	r, err := reconcile.Compare(context.Background(), c.lists(t), reconcile.Options{Today: today, Year: 2025})
	if err != nil {
		t.Fatal(err)
	}
	truth := func(row reconcile.Row) int { return c.truth[row.Source][row.Number-1] }
	found := map[string]map[int]bool{}
	find := func(kind string, child int) {
		if found[kind] == nil {
			found[kind] = map[int]bool{}
		}
		found[kind][child] = true
	}
	records := map[int]int{} // of each child: how many it was left in
	mixed := 0
	for i := range r.Len() {
		o := r.Outcome(i)
		who := map[int]bool{}
		for _, row := range o.Rows {
			who[truth(row)] = true
		}
		if !r.Reasons[i].Has(reconcile.Conflict) && len(who) > 1 {
			mixed++
		}
		for child := range who {
			records[child]++
			for kind, reason := range map[string]reconcile.Reason{
				"missing": reconcile.NeverEnrolled, "vanished": reconcile.Vanished, "vanished ": reconcile.NotPromoted, "not in class": reconcile.NotInClass,
				"two schools": reconcile.TwoSchools, "moved, proven": reconcile.ElsewhereProof, "moved, no receipt": reconcile.NoReceipt,
				"grade jump": reconcile.GradeJump, "swap": reconcile.Conflict,
			} {
				// What a person is asked about first is not said yet.
				if r.Reasons[i].Has(reason) && !(reason == reconcile.NeverEnrolled && r.Reasons[i].Has(reconcile.MaybeSame)) {
					find(strings.TrimSpace(kind), child)
				}
			}
		}
	}
	asked := map[int]bool{}
	for _, p := range r.Pairs {
		if truth(p.RowA) == truth(p.RowB) {
			asked[truth(p.RowA)] = true
		}
	}
	page := "| planted | how many | found | precision | recall | a person is asked |\n|---|---|---|---|---|---|\n"
	for _, kind := range []string{"missing", "vanished", "not in class", "two schools", "moved, proven", "moved, no receipt", "grade jump", "swap"} {
		right := 0
		for child := range found[kind] {
			if c.planted[kind][child] {
				right++
			}
		}
		page += report(t, kind, right, len(found[kind]), len(c.planted[kind]), 0, 0.99, 0.99)
	}
	// Of the kinds that are joined: the share in one record, and the share that a
	// person is asked about: of one child in five the lists name different parents.
	// No two children are ever made one.
	if mixed > 0 {
		t.Errorf("%d records of several children", mixed)
	}
	for _, k := range []struct {
		kind  string
		floor float64
	}{{"typo", 0.97}, {"idless", 0.75}, {"script", 0.75}, {"sound", 0.70}, {"roll idless", 0.97}} {
		one, ask := 0, 0
		for child := range c.planted[k.kind] {
			if records[child] == 1 {
				one++
			} else if asked[child] {
				ask++
			}
		}
		page += report(t, k.kind, one, one, len(c.planted[k.kind]), ask, 1, k.floor)
		if one+ask < len(c.planted[k.kind])*99/100 {
			t.Errorf("%s: %d joined, %d asked, of %d", k.kind, one, ask, len(c.planted[k.kind]))
		}
	}
	wrong := 0
	for _, p := range r.Pairs {
		if truth(p.RowA) != truth(p.RowB) {
			wrong++
		}
	}
	page += fmt.Sprintf("\n%d rows, %d children; %d pairs for a person, %d of them two children; no two children in one record.\n", r.Rows, n, len(r.Pairs), wrong)
	testkit.Figures(t, "docs/reconciliation.md", "planted", page, *update)
}

// report holds a kind to its floors, and gives its row of the table.
func report(t *testing.T, kind string, right, found, planted, asked int, precision, recall float64) string {
	t.Helper()
	p, q := float64(right)/float64(max(found, 1)), float64(right)/float64(max(planted, 1))
	t.Logf("%-18s planted %4d  found %4d  precision %.3f  recall %.3f  asked %d", kind, planted, found, p, q, asked)
	if planted < 50 || p < precision || q < recall {
		t.Errorf("%s: %d planted, precision %.3f, recall %.3f; want 50, %.3f, %.3f", kind, planted, p, q, precision, recall)
	}
	return fmt.Sprintf("| %s | %d | %d | %.3f | %.3f | %d |\n", kind, planted, found, p, q, asked)
}
