package gallery

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/docx/docxtest"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

func num(v float64) []Num { return []Num{{Value: v, Href: "/x", At: []string{"a"}}} }

// sample is a bulletin of three counties, the second without anything late.
func sample(k Kind) *Bulletin {
	place := func(code, name string, all, done, late float64) Place {
		return Place{Code: code, Name: name, All: num(all), Done: num(done), Late: num(late), WasAll: num(all), WasDone: num(done - 2)}
	}
	return &Bulletin{Kind: k, Of: "云岫市", Agency: "云岫市教育体育局", Office: "云岫市教育体育局办公室", Period: edu.Year(2025), Day: 20500, Until: 20514, AsOf: 20500, Sources: []Source{{Name: "数据", Version: "v1", Day: "2026年2月15日"}},
		Words: Words{Purpose: "为推动工作，", Subject: "数据填报", Unit: "份", All: "应报", Done: "已锁定", Rate: "锁定率", Open: "未锁定", Late: "逾期", Act: "补齐报表"},
		Whole: place("990100", "全市", 300, 270, 12), Places: []Place{place("990103", "白水县", 100, 70, 12), place("990101", "青林区", 100, 100, 0), place("990102", "云麓区", 100, 100, 0)},
		Locked: [2]Num{{Value: 270, Href: "/m"}, {Value: 300, Href: "/m"}}, Owing: []string{"白水县"}, Late: []Late{{Unit: "甲校", Matter: "年报", Due: "2026年2月1日", Days: Num{Value: 14, Href: "/t"}}}, Mark: "示例数据"}
}

func textOf(d *Draft) string {
	var b strings.Builder
	for i := range d.Blocks {
		b.WriteString(d.Plain(d.Blocks[i].Text) + "\n")
		if t := d.Blocks[i].Table; t != nil {
			for _, row := range t.Rows {
				for _, c := range row {
					b.WriteString(d.Plain(c) + "|")
				}
				b.WriteString("\n")
			}
		}
	}
	return b.String()
}

// forms.md §10: the parts of a 通报, in order, each with its unit, figure and day.
func TestABulletinHasItsParts(t *testing.T) {
	text := textOf(sample(Completeness).Compose())
	at := 0
	for _, want := range []string{"数据口径：截至2026年2月16日", "已锁定270/300份", "尚未报齐的单位：白水县", "一、总体情况", "应报300份，已锁定270份，锁定率90.0%，较上期", "二、主要成效", "云麓区锁定率100.0%（100/100份）", "三、存在问题", "白水县未锁定30份，锁定率70.0%，逾期12份", "四、下一步工作要求", "责任单位：白水县教育体育局；完成时限：2026年3月2日", "各县（市、区）情况表", "青林区|100/100|100.0|+2.0|0|0|", "未报、逾期名单", "甲校|年报|2026年2月1日|14|"} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("no %q after %q in\n%s", want, text[:at], text)
		}
		at += i
	}
}

// Counties stand in code order; by rank only where the city has switched that on, and
// then equal ones share a rank.
func TestOrderOfCounties(t *testing.T) {
	for _, tt := range []struct {
		ranked bool
		want   string
	}{{false, "青林区 云麓区 白水县 石门县 全市"}, {true, "云麓区 石门县 青林区 白水县 全市"}} {
		x := sample(Completeness)
		x.Places[1].Done = num(90) // the first by code is not the first by rank
		x.Places = append(x.Places, Place{Code: "990104", Name: "石门县", All: num(100), Done: num(100), Late: num(0), WasAll: num(100), WasDone: num(98)})
		x.Ranked = tt.ranked
		d := x.Compose()
		var names, ranks []string
		for _, b := range d.Blocks {
			if b.Table != nil && b.Table.Bars > 0 {
				for _, row := range b.Table.Rows {
					names = append(names, d.Plain(row[0]))
					ranks = append(ranks, d.Plain(row[len(row)-1]))
				}
			}
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("ranked %v: %s", tt.ranked, got)
		}
		if tt.ranked && strings.Join(ranks, " ") != "1 1 3 4 —" {
			t.Errorf("ranks %v", ranks)
		}
		if text, err := json.Marshal(d); err != nil || strings.Contains(string(text), "位次") != tt.ranked {
			t.Errorf("ranked %v, and ranks are there: %v, %v", tt.ranked, !tt.ranked, err)
		}
	}
}

// forms.md §9: a retention plan has base, the three ledgers, groups, duties, measures and
// the calendar of reports; what is left out of the ledgers is not worked out again.
func TestARetentionPlanHasItsParts(t *testing.T) {
	few := Num{Few: true, Href: "/c"}
	k := &Keeping{Of: "白水县", Agency: "白水县教育体育局", Day: 20500, AsOf: 20500, Span: "2026年第1季度", Sources: []Source{{Name: "台账", Version: "v1"}},
		Base: Place{All: num(21000), Done: []Num{few}}, Counts: []Count{{"适龄儿童台账：应在校", num(21000)[0]}, {"疑似辍学台账：疑似", few}, {"辍学台账：未返校", num(12)[0]}},
		Reports: []ReportDue{{"学校月报", "每月", "2026年2月", "2026年2月28日"}}}
	d := k.Compose()
	text, at := textOf(d), 0
	for _, want := range []string{"一、基数", "应在校21\u2009000人；实在校人数和在校率不足10人或可由此推算，不写", "二、台账", "适龄儿童台账：应在校|21\u2009000|", "疑似辍学台账：疑似|—|", "辍学台账：未返校|12|", "三、重点群体", "四、保障与责任分工", "五、措施", "六、报告日历", "学校月报|每月|2026年2月|2026年2月28日|"} {
		i := strings.Index(text[at:], want)
		if i < 0 {
			t.Fatalf("no %q after\n%s", want, text[:at])
		}
		at += i
	}
	if wrong := d.Wrong(); len(wrong) > 0 {
		t.Error(wrong)
	}
	// Nine that are not in school are neither written nor left as a difference.
	k.Base.Done = num(20991)
	if text := textOf(k.Compose()); strings.Contains(text, "20\u2009991") || strings.Contains(text, "99.9") {
		t.Errorf("it tells of nine:\n%s", text)
	}
}

// 较上期 is by what the last bulletin wrote, place by place; what it left out stays
// untold, and so does what was not in it.
func TestABulletinIsComparedWithTheLast(t *testing.T) {
	last := sample(Supervision)
	last.Places[2] = Place{Code: "990102", Name: "云麓区", All: num(100), Done: []Num{{Few: true, Href: "/x"}}, Late: num(0)}
	places, whole, ok := last.Compose().Standing()
	if !ok || whole != (Stood{300, 270}) || len(places) != 2 || places["白水县"] != (Stood{100, 70}) {
		t.Fatalf("it said %v of the whole (%v) and %v", whole, ok, places)
	}
	now := sample(Supervision)
	now.Places[0].Done = num(80)
	now.Whole.Done = num(280)
	for _, p := range []*Place{&now.Whole, &now.Places[0], &now.Places[1], &now.Places[2]} {
		p.WasAll, p.WasDone = nil, nil
	}
	now.Since(places, whole, "/reports/r1", Source{Name: "上期督办事项通报", Version: "v0"})
	d := now.Compose()
	text := textOf(d)
	for _, want := range []string{"较上期提高3.3个百分点", "白水县|80/100|80.0|+10.0|", "云麓区|100/100|100.0|—|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if wrong := d.Wrong(); len(wrong) > 0 {
		t.Error(wrong)
	}
}

// A number stands in a text as a figure with its source, but for days, numbers of
// annexes and the year.
func TestNoLooseFigure(t *testing.T) {
	dated := regexp.MustCompile(`\d+年(\d+月(\d+日)?)?|附件\d|\d{4}—\d{4}|不足10人|@\d+|\d{10}`)
	digit := regexp.MustCompile(`\d`)
	for _, k := range []Kind{Completeness, Retention} {
		d := sample(k).Compose()
		for i := range d.Blocks {
			texts := [][]Run{d.Blocks[i].Text}
			if tb := d.Blocks[i].Table; tb != nil {
				for _, row := range tb.Rows {
					texts = append(texts, row...)
				}
			}
			for _, rs := range texts {
				for _, r := range rs {
					if digit.MatchString(dated.ReplaceAllString(r.Text, "")) {
						t.Errorf("%s: %q", k, r.Text)
					}
				}
			}
		}
		if w := d.Wrong(); len(w) > 0 {
			t.Errorf("%s: %v", k, w)
		}
	}
}

// Of persons no number below ten is written or follows from what is, and no school is
// named.
func TestFewPersonsAreNotCounted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		x := sample(Retention)
		x.Places, x.Late = nil, append(x.Late, Late{Unit: "某某学校", Matter: "某事", Days: Num{Value: 3, Href: "/t"}})
		all, done := 0.0, 0.0
		n := rapid.IntRange(1, 6).Draw(r, "counties")
		for i := range n {
			a := float64(rapid.IntRange(1, 900).Draw(r, "all"))
			left := float64(rapid.IntRange(0, 30).Draw(r, "left"))
			left = math.Min(left, a)
			x.Places = append(x.Places, Place{Code: fmt.Sprint(i), Name: fmt.Sprintf("县%c", 'a'+i), All: num(a), Done: num(a - left)})
			all, done = all+a, done+a-left
		}
		x.Whole = Place{Name: "全市", All: num(all), Done: num(done)}
		d := x.Compose()
		if strings.Contains(textOf(d), "某某学校") {
			r.Fatal("a school is named")
		}
		b, err := json.Marshal(d)
		if err != nil {
			r.Fatal(err)
		}
		hiddenCounties, open := 0, 0
		for _, p := range x.Places {
			left := p.All[0].Value - p.Done[0].Value
			if left > 0 && left < FewerThan {
				open++
			}
		}
		for _, f := range d.Figures {
			if f.Few {
				if f.Known || f.Value != 0 {
					r.Fatalf("a hidden number is kept: %+v in %s", f, b)
				}
				if f.By == "" && (f.Text == few || f.Text == hidden) {
					hiddenCounties++ // twice of each: what is done, and what is not
				}
			}
			if f.By == Minus && f.Known && f.Value > 0 && f.Value < FewerThan {
				r.Fatalf("%v persons are written", f.Value)
			}
		}
		hiddenCounties /= 2
		wholeLeft := all - done
		if wholeLeft > 0 && wholeLeft < FewerThan {
			hiddenCounties--
		}
		others := 0
		for _, p := range x.Places {
			if left := p.All[0].Value - p.Done[0].Value; left >= FewerThan {
				others++
			}
		}
		if open == 1 && others > 0 && hiddenCounties < 2 {
			r.Fatalf("one county alone is hidden: it follows from the sum (%d hidden)", hiddenCounties)
		}
	})
}

// What figures are counted from, they come to; a changed one is found.
func TestWrongFiguresAreFound(t *testing.T) {
	d := sample(Completeness).Compose()
	n := 0
	for i := range d.Figures {
		if d.Figures[i].By == "" || !d.Figures[i].Known {
			continue
		}
		n++
		d.Figures[i].Value++
		if len(d.Wrong()) == 0 {
			t.Errorf("figure %d, by %s, may be anything", i+1, d.Figures[i].By)
		}
		d.Figures[i].Value--
	}
	if n < 8 {
		t.Errorf("only %d figures are counted from others", n)
	}
	d.Figures[0].Href = ""
	if len(d.Wrong()) == 0 {
		t.Error("a figure may lead nowhere")
	}
}

// The final file has its figures as plain text, no link, is whole by the rules of the
// format, and is the same from a draft that was kept and read back.
func TestTheFileOfADraft(t *testing.T) {
	d := sample(Completeness).Compose()
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	kept := &Draft{}
	if err := json.Unmarshal(text, kept); err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if err := d.Document(nil).Write(&a); err != nil {
		t.Fatal(err)
	}
	if err := kept.Document(Edits{}).Write(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the file of the kept draft is another")
	}
	docxtest.Check(t, a.Bytes())
	got := docxtest.Text(a.Bytes(), "word/document.xml")
	for _, want := range []string{"示例数据", "〔　　〕　　号", "锁定率90.0%", "附件：1.各县（市、区）情况表", "抄送："} {
		if want != "抄送：" && !strings.Contains(got, want) {
			t.Errorf("no %q in %s", want, got)
		}
	}
	var book bytes.Buffer
	if err := d.Book("https://edu.example").Write(&book); err != nil {
		t.Fatal(err)
	}
}

func TestStepsOfADocument(t *testing.T) {
	for _, s := range States {
		for _, a := range Acts {
			to, err := Next(s, a)
			closed := s == Final || s == Dropped
			if closed != (err != nil) || closed && !errors.Is(err, fault.Conflict) || !closed && !slices.Contains(States, to) {
				t.Errorf("%s of %s: %s, %v", a, s, to, err)
			}
		}
	}
}

// A schedule runs on its day, makes up what was missed once, and never twice.
func TestSchedulesRunOnTheirDays(t *testing.T) {
	monday := edu.Date(20503) // 2026-02-19 is a Thursday
	for monday.Time().Weekday() != 1 {
		monday++
	}
	rapid.Check(t, func(r *rapid.T) {
		s := Schedule{Every: rapid.SampledFrom(Everies).Draw(r, "every"), On: rapid.IntRange(1, 7).Draw(r, "on"), From: monday}
		runs := 0
		day := monday
		for range 400 {
			if at, due := s.Due(day); due {
				if at > day || at < s.From || at <= s.Last {
					r.Fatalf("on %s it runs for %s", day, at)
				}
				s.Last = at
				runs++
			}
			if next := s.Next(day); next <= day {
				r.Fatalf("after %s comes %s", day, next)
			}
			day += edu.Date(rapid.IntRange(1, 3).Draw(r, "step"))
		}
		days := int(day - monday)
		most := map[Every]int{Week: days/7 + 2, Month: days/28 + 2, Quarter: days/90 + 2}[s.Every]
		if runs > most || runs < most/2-3 {
			r.Fatalf("%s ran %d times in %d days", s.Every, runs, days)
		}
	})
	for _, tt := range []struct {
		name string
		s    Schedule
		ok   bool
	}{
		{"each Friday", Schedule{Kind: Standards, Every: Week, On: 5, Account: "a"}, true},
		{"the eighth day of a week", Schedule{Kind: Standards, Every: Week, On: 8, Account: "a"}, false},
		{"the 29th of a month", Schedule{Kind: Standards, Every: Month, On: 29, Account: "a"}, false},
		{"for nobody", Schedule{Kind: Standards, Every: Month, On: 1}, false},
		{"a sheet of one task", Schedule{Kind: Order, Every: Month, On: 1, Account: "a"}, false},
	} {
		if err := tt.s.Check(); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestEveryKindHasWords(t *testing.T) {
	for _, k := range Kinds {
		if k.Name().ZH == "" || k.Name().EN == "" || k.About().ZH == "" || k.About().EN == "" || k.Of() == "" {
			t.Errorf("%s lacks words", k)
		}
	}
}
