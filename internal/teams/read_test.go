package teams

import (
	"context"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/sheet"
)

func read(t testing.TB, text string) (*Taken, error) {
	t.Helper()
	book, err := sheet.Open(io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var out Taken
	return &out, out.Read(context.Background(), book, "in.csv")
}

const rosterHead = "姓名*,身份证号*,性别,所在单位*,人员类别,在岗状态,岗位,本校起始年月,骨干层级,五年学时,班主任,豁免事由\n"

func TestReadRoster(t *testing.T) {
	got, err := read(t, rosterHead+"张三,,女,一小,在编,在岗,专任,2018年9月,县级,200,是,\n李四,,男,一小,特岗,借出,行政,2019.9,无,,否,哺乳期\n")
	if err != nil || len(got.Problems) > 0 || len(got.Staff) != 2 {
		t.Fatalf("%v %+v", err, got)
	}
	a, b := got.Staff[0], got.Staff[1]
	if a.Since != on(2018, time.September) || a.Backbone != "county" || a.Training != 200 || !a.ClassHead || a.Sex != register.Female || a.Person == "" {
		t.Errorf("%+v", a)
	}
	if b.Category != "special_post" || b.Duty != "lent" || !math.IsNaN(b.Training) || b.Hold != "nursing" || b.Backbone != "" {
		t.Errorf("%+v", b)
	}
}

// A problem says where and what, and repeats neither a name nor a number of a person.
func TestReadProblems(t *testing.T) {
	for _, tt := range []struct{ name, line, want string }{
		{"a word of no list", "张三丰,,女,一小,临聘,在岗,专任,2018-09,,,,", "“临聘”不在可选值中"},
		{"a month that is none", "张三丰,,女,一小,在编,在岗,专任,去年,,,,", "“去年”不是年月"},
		{"an identity number with an error", "张三丰,530302199001010000,女,一小,在编,在岗,专任,2018-09,,,,", "身份证号不正确"},
		{"a rung that is none", "张三丰,,女,一小,在编,在岗,专任,2018-09,乡,,,", "“乡”不是无、县、市、省或国"},
		{"hours below 0", "张三丰,,女,一小,在编,在岗,专任,2018-09,,-1,,", "不是0至10000之间的数"},
		{"no school", "张三丰,,女,,在编,在岗,专任,2018-09,,,,", "没有填写"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := read(t, rosterHead+tt.line+"\n")
			if err != nil || len(got.Problems) != 1 || len(got.Staff) != 0 {
				t.Fatalf("%v %+v", err, got)
			}
			if s := got.Problems[0].In("zh"); !strings.Contains(s, tt.want) || strings.Contains(s, "张三丰") || strings.Contains(s, "5303") {
				t.Error(s)
			}
		})
	}
	if _, err := read(t, "a,b\n1,2\n"); !errors.Is(err, fault.Invalid) {
		t.Errorf("no table: %v", err)
	}
}

func TestReadExchangesAndSchools(t *testing.T) {
	got, err := read(t, "person,to,way,begins,document\np1,村小,支教,2026-09-01,\np2,村小,transfer,2026-09,曲教〔2026〕1号\np2,村小,transfer,2026-09,x\n")
	if err != nil || len(got.Moves) != 2 || len(got.Problems) != 1 {
		t.Fatalf("%v %+v", err, got)
	}
	if got.Moves[0].Stage != Planned || got.Moves[1].Stage != Done || got.Moves[0].Way != Support {
		t.Errorf("%+v", got.Moves)
	}
	got, err = read(t, "学校,城乡分类,优质学校,小学班级数\n一小,121,否,12\n村小,220,是,\n")
	if err != nil || len(got.Problems) > 0 || got.Schools[0].Classes[edu.Primary] != 12 || got.Schools[1].Classes != nil || !got.Schools[1].Good {
		t.Errorf("%v %+v", err, got)
	}
}

// The table that is given out names everybody who is due; a line that nobody filled in
// arranges nothing, one that was begun says what it lacks.
func TestUnfilledLinesOfTheGivenTable(t *testing.T) {
	got, err := read(t, "记录编号,姓名,学科,原校,交流校,方式,开始日期,结束日期,状态,文号\np1,李**,语文,一小,,,2026-09-01,,,\np2,王**,数学,一小,村小,支教,2026-09-01,,,\np3,赵**,数学,一小,村小,,2026-09-01,,,\np4,钱**,数学,一小,,,2026-09-01,,,某号\n")
	if err != nil || len(got.Moves) != 1 || got.Moves[0].Person != "p2" || len(got.Problems) != 3 {
		t.Fatalf("%v %+v", err, got)
	}
	for _, p := range got.Problems {
		if !strings.HasSuffix(p.In("zh"), "：没有填写") || p.Cell.Row < 4 {
			t.Error(p.In("zh"))
		}
	}
}

// What cannot be meant is refused wherever it comes from, a page or a file.
func TestExchangesThatCannotBeMeant(t *testing.T) {
	good := Exchange{Person: "p", From: "a", To: "b", Way: Support, Stage: Planned, Begins: on(2026, time.September)}
	if wrong := good.Problems(); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	for want, spoil := range map[string]func(*Exchange){
		"2000年至2100年": func(x *Exchange) { x.Begins = on(1900, time.January) },
		"没有开始日期":      func(x *Exchange) { x.Begins = 0 },
		"文号至多80字":     func(x *Exchange) { x.Document = strings.Repeat("号", 81) },
		"早于开始日期":      func(x *Exchange) { x.Ends = on(2026, time.August) },
		"交流校相同":       func(x *Exchange) { x.To = "a" },
	} {
		x := good
		spoil(&x)
		if wrong := x.Problems(); len(wrong) != 1 || !strings.Contains(wrong[0].ZH, want) {
			t.Errorf("%s: %v", want, wrong)
		}
	}
	good.Document = strings.Repeat("号", 80)
	if wrong := good.Problems(); len(wrong) > 0 {
		t.Error(wrong)
	}
}

func TestMonth(t *testing.T) {
	for in, want := range map[string]string{"2018-09": "2018-09-01", "2018.9": "2018-09-01", "201809": "2018-09-01", "2018年9月": "2018-09-01", "2018/9/3": "2018-09-03", "20180903": "2018-09-03", "2018-09-03 00:00:00": "2018-09-03", "2018-13": "", "": "", "1800-01": ""} {
		if d, ok := Month(in); ok != (want != "") || ok && d.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, d, ok, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(rosterHead + "张三,,女,一小,在编,在岗,专任,2018年9月,县级,200,是,\n")
	f.Add("person,to,way,begins\np1,a,调动,2026-09\n")
	f.Add("school,urban_rural,primary classes\na,121,3\n")
	f.Fuzz(func(t *testing.T, in string) {
		got, err := read(t, in)
		if err != nil {
			return
		}
		for _, s := range got.Staff {
			if s.Unit == "" || s.Category == "" || s.Duty == "" || s.Post == "" || s.Person == "" {
				t.Errorf("a line without what must be there: %+v", s)
			}
		}
		r := Exchanges(got.Input(Default), 2026)
		if r.Moved.Num > r.Moved.Den || r.Backbone.Num > r.Backbone.Den || len(r.People) != len(got.Staff) {
			t.Errorf("%+v", r)
		}
	})
}
