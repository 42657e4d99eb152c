package pack

import (
	"strings"
	"testing"
	"testing/fstest"

	"shuren/internal/edu"
)

const datedPack = `id: dated
name: {zh: 时点, en: Dates}
source: made up
sources: {doc: 文件}
stages: [primary]
units: [{id: pupil, name: {zh: 人, en: pupils}}, {id: yuan, name: {zh: 元, en: yuan}}, {id: drill, name: {zh: 次, en: drills}}]
keys: [{role: code, headers: [代码]}]
elements:
  - {id: pupils, name: {zh: 学生, en: Pupils}, type: count, unit: pupil, source: [doc], evidence: V}
  - {id: money, name: {zh: 拨款, en: Paid}, type: money, unit: yuan, dated: calendar_year, source: [doc], evidence: V}
  - {id: drills, name: {zh: 演练, en: Drills}, type: count, unit: drill, dated: last_school_year, source: [doc], evidence: V}
  - {id: talks, name: {zh: 指导, en: Talks}, type: count, unit: drill, dated: term, source: [doc], evidence: V}
  - {id: walks, name: {zh: 巡查, en: Walks}, type: count, unit: drill, dated: month, source: [doc], evidence: V}
  - {id: guess, name: {zh: 估计, en: Guess}, type: count, unit: drill, dated: unsaid, source: [doc], evidence: V}
  - {id: all_money, name: {zh: 全县拨款, en: Paid in all}, level: county, type: money, unit: yuan, source: [doc], evidence: V, derive: {over: county, agg: sum, of: money}}
  - {id: all_pupils, name: {zh: 全县学生, en: Pupils in all}, level: county, type: count, unit: pupil, source: [doc], evidence: V, derive: {over: county, agg: sum, of: pupils}}
  - {id: per_head, name: {zh: 人均, en: Each}, type: money, unit: yuan/pupil, source: [doc], evidence: V, derive: {formula: money / pupils}}
indicators:
  - {id: roll, name: {zh: 甲, en: A}, unit: pupil, section: pupils, region: sum(pupils), better: higher, source: [doc], evidence: V}
  - {id: paid, name: {zh: 乙, en: B}, unit: yuan, section: money, region: sum(money), better: higher, source: [doc], evidence: V}
  - {id: each, name: {zh: 丙, en: C}, unit: yuan/pupil, section: money / pupils, region: sum(money) / sum(pupils), better: higher, source: [doc], evidence: V}
  - {id: each_derived, name: {zh: 丁, en: D}, unit: yuan/pupil, section: per_head, better: higher, source: [doc], evidence: V}
  - {id: county, name: {zh: 戊, en: E}, level: county, unit: yuan/pupil, section: all_money / all_pupils, better: higher, source: [doc], evidence: V}
  - {id: growth, name: {zh: 己, en: F}, unit: pupil, section: pupils - prev(pupils), better: higher, source: [doc], evidence: V}
  - {id: dropout, name: {zh: 庚, en: G}, unit: drill/pupil, section: drills / prev(pupils), better: lower, source: [doc], evidence: V}
  - {id: many, name: {zh: 辛, en: H}, unit: drill, section: drills + talks + walks + guess, better: higher, source: [doc], evidence: V}
  - {id: unsaid, name: {zh: 壬, en: I}, unit: drill, section: guess, better: higher, source: [doc], evidence: V}
`

// Whoever reads a figure is told of when it is: an indicator that mixes dates
// says all of them, through totals and derived elements, and a comparison with
// last year says with what.
func TestAsOf(t *testing.T) {
	p, err := Load(fstest.MapFS{"pack.yaml": file(datedPack)})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ id, zh, en string }{
		{"roll", "截至2025年9月1日", "as of 1 September 2025"},
		{"paid", "2024年度", "calendar year 2024"},
		{"each", "截至2025年9月1日；经费为2024年度", "as of 1 September 2025; money: calendar year 2024"},
		{"each_derived", "截至2025年9月1日；经费为2024年度", "as of 1 September 2025; money: calendar year 2024"},
		{"county", "截至2025年9月1日；经费为2024年度", "as of 1 September 2025; money: calendar year 2024"},
		{"growth", "截至2025年9月1日；比较期为2024年9月1日", "as of 1 September 2025; compared with 1 September 2024"},
		{"dropout", "演练为2024—2025学年；学生为2024年9月1日", "Drills: school year 2024—2025; Pupils: 1 September 2024"},
		{"many", "演练为2024—2025学年；指导为2024—2025学年各学期；巡查为2024—2025学年各月", "Drills: school year 2024—2025; Talks: each term of the school year 2024—2025; Walks: each month of the school year 2024—2025"},
		{"unsaid", "", ""},
	} {
		got := p.Indicator(tt.id).AsOf(edu.Year(2025))
		if got.ZH != tt.zh || got.EN != tt.en {
			t.Errorf("%s: %s | %s\nwant %s | %s", tt.id, got.ZH, got.EN, tt.zh, tt.en)
		}
	}
	if got := p.Indicator("each").AsOf(edu.Period{}); got.ZH != "截至9月1日；经费为上一自然年度" || got.EN != "as of 1 September; money: the calendar year before" {
		t.Errorf("of any year: %+v", got)
	}
	term, _ := edu.ParsePeriod("2025T2")
	if got := p.Indicator("each").AsOf(term); got.ZH != "截至2026年3月1日；经费为2025年度" {
		t.Errorf("of a term: %+v", got)
	}
	if got := p.Element("drills").AsOf(edu.Year(2025)); got.ZH != "2024—2025学年" {
		t.Errorf("of an element: %+v", got)
	}
}

// A fact has one date in the whole city: packs that declare it say the same, and
// who does not say it takes it over.
func TestDatedAgrees(t *testing.T) {
	a := &Element{ID: "x", Type: edu.TypeCount, Dated: DatedCalendar}
	for _, tt := range []struct {
		name string
		of   Dating
		want string
	}{{"another date", DatedTerm, "dated"}, {"the same", DatedCalendar, ""}, {"nothing said", "", ""}} {
		b := &Element{ID: "x", Type: edu.TypeCount, Dated: tt.of}
		why := b.join(a)
		if (tt.want == "") != (why == "") || !strings.Contains(why, tt.want) {
			t.Errorf("%s: %q", tt.name, why)
		}
		if tt.want == "" && b.Dated != DatedCalendar {
			t.Errorf("%s: dated %q", tt.name, b.Dated)
		}
	}
}

// Every indicator of every shipped pack knows when its figures are of, and money
// that a year spends is never shown as of one day.
func TestShippedPacksAreDated(t *testing.T) {
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range p.Indicators {
			if len(i.Dated) == 0 {
				t.Errorf("%s: %s does not know when its figures are of", name, i.ID)
			}
			if s := i.AsOf(edu.Year(2025)); (s.ZH == "") != (s.EN == "") {
				t.Errorf("%s: %s is told of in one language: %+v", name, i.ID, s)
			}
		}
		for _, e := range p.Elements {
			if strings.HasPrefix(e.Help.ZH, "上一自然年") && e.Dating() != DatedCalendar {
				t.Errorf("%s: %s is of the calendar year before, and dated %s", name, e.ID, e.Dating())
			}
			if strings.HasPrefix(e.Help.ZH, "上一学年") && e.Dating() != DatedLastYear && e.Dating() != DatedTerm && e.Dating() != DatedMonth {
				t.Errorf("%s: %s is of the last school year, and dated %s", name, e.ID, e.Dating())
			}
		}
	}
}
