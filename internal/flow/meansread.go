// Reading what a county has to work with, from a table that was typed, pasted or sent.

package flow

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/means"
	"shuren/internal/sheet"
)

// MeansHeads are the heads of a table of means, as the template has them. The first
// MeansMust of them must be there.
func MeansHeads(k MeansKind) []string { return slices.Clone(meansHeads[k]) }

var meansHeads = map[MeansKind][]string{
	MeansPrices: {"项目", "单价", "单位", "年份", "依据"},
	MeansStaff:  {"学校代码", "学段", "学科", "计入", "人数", "其中编制在本校", "借出借入", "孕期哺乳", "病休", "五年内退休", "符合交流条件", "9月1日不在岗"},
	MeansWays:   {"乡镇", "到乡镇", "路程", "时间"},
	MeansMoney:  {"学年", "金额", "来源"},
}

// meansMust are the heads without which a table is none of its kind.
var meansMust = map[MeansKind][]string{
	MeansPrices: {"项目", "单价", "年份", "依据"}, MeansStaff: {"学校代码", "学段", "人数"}, MeansWays: {"乡镇", "到乡镇", "路程"}, MeansMoney: {"学年", "金额", "来源"},
}

// retiringHead ends the heads of columns of retirements: 2027退休.
const retiringHead = "退休"

// meansLimits are far above what a county has to tell.
var meansLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns, l.Cells = 4<<20, 4<<20, 16<<20, maxMeansLines+20, 60, 1_000_000
	return l
}()

const maxMeansProblems = 200

// ReadMeans takes lines of one kind. It closes r. Where something must be mended it
// says what, and gives nothing.
func (c *City) ReadMeans(ctx context.Context, k MeansKind, name string, r io.ReadCloser) (*Means, []edu.Text, error) {
	book, err := sheet.Open(r, meansLimits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	t, err := findMeans(ctx, book, k)
	if err != nil {
		return nil, nil, err
	}
	m := &Means{}
	p := &meansReader{k: k, m: m, counts: c.countNames()}
	if err := t.each(ctx, p.take); err != nil {
		return nil, nil, err
	}
	if p.lines == 0 && len(p.problems) == 0 {
		p.say(0, "没有一行数据", "there is no line")
	}
	if len(p.problems) > 0 {
		return nil, p.problems, nil
	}
	return m, nil, nil
}

// countNames are the elements to which staff may count, by all that they are called.
func (c *City) countNames() map[string]string {
	out := map[string]string{}
	for _, p := range c.Packs() {
		for _, l := range p.Levers {
			for _, id := range append(slices.Clone(l.Elements), l.Each...) {
				if e := p.Element(id); e != nil {
					for _, n := range append([]string{id, e.Name.ZH, e.Name.EN}, e.Headers...) {
						out[cleanHead(n)] = id
					}
				}
			}
		}
	}
	return out
}

// cleanHead is a head without what people put around it.
func cleanHead(s string) string {
	s = strings.NewReplacer(" ", "", "\u00a0", "", "\ufeff", "", "*", "", "\n", "", "（", "(", "）", ")").Replace(strings.TrimSpace(s))
	if head, _, ok := strings.Cut(s, "("); ok && head != "" {
		s = head
	}
	return strings.ToLower(s)
}

// meansTable is a sheet of which the heads were found.
type meansTable struct {
	sheet *sheet.Sheet
	row   int
	width int
	at    map[string]int // by clean head
}

// findMeans finds the sheet that has the heads of a kind.
func findMeans(ctx context.Context, book *sheet.Book, k MeansKind) (*meansTable, error) {
	for _, s := range book.Sheets {
		if s.Hidden {
			continue
		}
		rows, err := s.Head(ctx, 12)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			t := &meansTable{sheet: s, row: row.Number, width: len(row.Cells), at: map[string]int{}}
			for i, c := range row.Cells {
				if h := cleanHead(c); h != "" {
					if _, twice := t.at[h]; !twice {
						t.at[h] = i
					}
				}
			}
			if !slices.ContainsFunc(meansMust[k], func(h string) bool { _, ok := t.at[cleanHead(h)]; return !ok }) {
				return t, nil
			}
		}
	}
	want := strings.Join(meansMust[k], "、")
	return nil, &sheet.Refusal{Kind: fault.Invalid, Text: edu.Text{ZH: "没有找到表头：应有列 " + want, EN: "no heading was found: want the columns " + want}}
}

// each gives the rows below the heads, without those that are empty.
func (t *meansTable) each(ctx context.Context, take func(row int, cell func(head string) string, heads map[string]int)) error {
	var cols []sheet.Column
	place := map[string]int{}
	for h, i := range t.at {
		place[h] = len(cols)
		cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
	}
	return t.sheet.Stream(ctx, t.row+1, t.width, cols, nil, func(d *sheet.Data) error {
		for i := range d.N {
			any := false
			for k := range cols {
				any = any || strings.TrimSpace(d.Text[k].At(i)) != ""
			}
			if any {
				take(int(d.Rows[i]), func(head string) string {
					if k, ok := place[cleanHead(head)]; ok {
						return strings.TrimSpace(d.Text[k].At(i))
					}
					return ""
				}, t.at)
			}
		}
		return nil
	})
}

// meansReader reads rows of a kind.
type meansReader struct {
	k        MeansKind
	m        *Means
	counts   map[string]string
	lines    int
	problems []edu.Text
}

func (p *meansReader) say(row int, zh, en string) {
	if len(p.problems) >= maxMeansProblems {
		return
	}
	if row > 0 {
		zh, en = fmt.Sprintf("第 %d 行：%s", row, zh), fmt.Sprintf("row %d: %s", row, en)
	}
	p.problems = append(p.problems, edu.Text{ZH: zh, EN: en})
}

func (p *meansReader) take(row int, cell func(string) string, heads map[string]int) {
	p.lines++
	switch p.k {
	case MeansPrices:
		p.price(row, cell)
	case MeansStaff:
		p.group(row, cell, heads)
	case MeansWays:
		w := means.Way{From: cell("乡镇"), To: cell("到乡镇"), Km: p.number(row, "路程", cell("路程"), false), Minutes: p.number(row, "时间", cell("时间"), true)}
		p.m.Ways.Lines = append(p.m.Ways.Lines, w)
	case MeansMoney:
		y, err := edu.ParsePeriod(yearWritten(cell("学年")))
		if err != nil || y.Kind() != edu.SchoolYear {
			p.say(row, "学年写的是“"+cut(cell("学年"))+"”，应为2026这样的学年", fmt.Sprintf("the school year is %q, want one such as 2026", cut(cell("学年"))))
		}
		p.m.Money.Lines = append(p.m.Money.Lines, means.Budget{Year: y, Yuan: p.number(row, "金额", cell("金额"), false), Source: cell("来源")})
	}
}

// yearWritten is 2026 of 2026—2027 学年.
func yearWritten(s string) string {
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "学年"))
	for _, dash := range []string{"—", "-", "–", "－"} {
		s, _, _ = strings.Cut(s, dash)
	}
	return strings.TrimSpace(s)
}

func cut(s string) string { return clipRunes(s, 30) }

// number reads a number; where it may be empty, nothing is NaN.
func (p *meansReader) number(row int, head, s string, empty bool) float64 {
	if s == "" && empty {
		return math.NaN()
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		p.say(row, fmt.Sprintf("“%s”写的是“%s”，应为数", head, cut(s)), fmt.Sprintf("%s is %q, want a number", head, cut(s)))
		return 0
	}
	return x
}

// people reads a count of people; nothing is none.
func (p *meansReader) people(row int, head, s string) int {
	if s == "" {
		return 0
	}
	x := p.number(row, head, s, false)
	if x != math.Trunc(x) || x < 0 || x > 1e6 {
		p.say(row, fmt.Sprintf("“%s”写的是“%s”，应为整数", head, cut(s)), fmt.Sprintf("%s is %q, want a whole number", head, cut(s)))
		return 0
	}
	return int(x)
}

func (p *meansReader) price(row int, cell func(string) string) {
	name := cell("项目")
	if cell("单价") == "" {
		return // an item of the template that the county leaves out
	}
	x := means.Price{Item: name, Name: name, Unit: cell("单位"), Yuan: p.number(row, "单价", cell("单价"), false), Year: p.people(row, "年份", cell("年份")), Basis: cell("依据")}
	for _, it := range means.Items {
		if cleanHead(name) == cleanHead(it.Name.ZH) || name == it.ID {
			x.Item, x.Name = it.ID, it.Name.ZH
			if x.Unit == "" {
				x.Unit = it.Unit.ZH
			}
		}
	}
	p.m.Prices.Lines = append(p.m.Prices.Lines, x)
}

func (p *meansReader) group(row int, cell func(string) string, heads map[string]int) {
	g := means.Group{School: cell("学校代码"), Subject: cell("学科"), People: p.people(row, "人数", cell("人数")), Posts: p.people(row, "其中编制在本校", cell("其中编制在本校")),
		Eligible: p.people(row, "符合交流条件", cell("符合交流条件")), Leave: p.people(row, "9月1日不在岗", cell("9月1日不在岗"))}
	if _, told := heads[cleanHead("其中编制在本校")]; !told {
		g.Posts = g.People
	}
	for _, st := range edu.Stages {
		if s := cell("学段"); s == string(st) || s == stageNames[st] {
			g.Stage = st
		}
	}
	if g.Stage == "" {
		p.say(row, "学段写的是“"+cut(cell("学段"))+"”，应为小学、初中等", fmt.Sprintf("the stage is %q, want 小学, 初中 or the like", cut(cell("学段"))))
	}
	for _, x := range strings.FieldsFunc(cell("计入"), func(r rune) bool { return strings.ContainsRune("、,，;； ", r) }) {
		id, ok := p.counts[cleanHead(x)]
		if !ok {
			p.say(row, "“计入”中的“"+cut(x)+"”不是可流动的教师类别", fmt.Sprintf("%q is nothing that staff counts to", cut(x)))
			continue
		}
		if !slices.Contains(g.Counts, id) {
			g.Counts = append(g.Counts, id)
		}
	}
	for _, h := range []struct {
		head string
		hold means.Hold
	}{{"借出借入", means.OnLoan}, {"孕期哺乳", means.Nursing}, {"病休", means.Ill}, {"五年内退休", means.Retiring}} {
		if n := p.people(row, h.head, cell(h.head)); n > 0 {
			if g.Held == nil {
				g.Held = map[means.Hold]int{}
			}
			g.Held[h.hold] = n
		}
	}
	for head := range heads {
		y, ok := strings.CutSuffix(head, retiringHead)
		year, err := edu.ParsePeriod(yearWritten(y))
		if !ok || err != nil || year.Kind() != edu.SchoolYear {
			continue
		}
		if n := p.people(row, head, cell(head)); n > 0 {
			if g.Retiring == nil {
				g.Retiring = map[edu.Period]int{}
			}
			g.Retiring[year] = n
		}
	}
	p.m.Staff.Groups = append(p.m.Staff.Groups, g)
}

// stageNames are how people write stages in tables.
var stageNames = map[edu.Stage]string{edu.Preschool: "幼儿园", edu.Primary: "小学", edu.Junior: "初中", edu.Senior: "普通高中", edu.Vocational: "中职", edu.Special: "特殊教育", edu.Higher: "高等教育"}
