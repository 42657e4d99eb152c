package gallery

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"shuren/internal/docx"
	"shuren/internal/edu"
	"shuren/internal/task"
)

// A bulletin says in words which way a rate went: 较上期+3.3个百分点 is a table's.
func TestChangesAreSaidInWords(t *testing.T) {
	for _, tt := range []struct {
		was  float64
		want string
	}{{260, "较上期提高3.3个百分点"}, {285, "较上期下降5.0个百分点"}, {270, "较上期持平"}} {
		x := sample(Completeness)
		x.Whole.WasDone = num(tt.was)
		d := x.Compose()
		if text := textOf(d); !strings.Contains(text, tt.want) {
			t.Errorf("from %v to 270 of 300: no %q in\n%s", tt.was, tt.want, text)
		}
		if wrong := d.Wrong(); len(wrong) > 0 {
			t.Error(wrong)
		}
	}
}

// What is left out is said to be left out; no sentence has a dash for a number.
func TestASentenceHasNoDashForANumber(t *testing.T) {
	x := sample(Retention)
	x.Whole = Place{Name: "全市", All: num(250), Done: []Num{{Few: true, Href: "/x"}}}
	d := x.Compose()
	for i := range d.Blocks {
		if b := &d.Blocks[i]; b.Kind == Para && strings.Contains(d.Plain(b.Text), hidden) {
			t.Error(d.Plain(b.Text))
		}
	}
	if text := textOf(d); !strings.Contains(text, "应报250份；已锁定、未锁定的份数和锁定率"+notTold) {
		t.Error(text)
	}
}

// Where there is no register nothing is left out for being few: it is not known, and
// that is what is said.
func TestNoRegisterIsNotFewPersons(t *testing.T) {
	lost := []Num{{Value: math.NaN(), Href: "/x"}}
	x := sample(Retention)
	x.Whole, x.Places[0].All, x.Places[0].Done = Place{Name: "全市", All: lost, Done: lost}, lost, lost
	text := textOf(x.Compose())
	for _, want := range []string{"全市没有名册，应报、已锁定的份数和锁定率未计", "白水县|—/—|—|"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	tables := tablesOf(x.Compose())
	if note := tables[0].Note; !strings.HasSuffix(note, "没有名册的单位未计。") {
		t.Errorf("the table says %q", note)
	}
	k := &Keeping{Of: "白水县", Agency: "白水县教育体育局", Sources: x.Sources, Base: Place{All: lost, Done: lost}}
	d := k.Compose()
	if plan := textOf(d); !strings.Contains(plan, "没有名册，义务教育阶段应在校、实在校人数和在校率未计。") {
		t.Error(plan)
	}
	for _, said := range []string{text, textOf(d)} {
		if strings.Contains(said, notTold) {
			t.Errorf("it says that they are few:\n%s", said)
		}
	}
	// With a register nothing of the kind is said.
	for _, list := range tablesOf(sample(Retention).Compose()) {
		if strings.Contains(list.Note, "没有名册") {
			t.Error(list.Note)
		}
	}
}

// A county is 全县, 全区 or 全市, by its own name.
func TestTheWholeOfACounty(t *testing.T) {
	for name, want := range map[string]string{"霁川县": "全县", "栖梧区": "全区", "鹿衔市": "全市", "云岫经济技术开发区": "全区", "某某旗": "全旗", "某某新村": "全县"} {
		if got := wholeOf(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func tablesOf(d *Draft) (out []*Table) {
	for i := range d.Blocks {
		if t := d.Blocks[i].Table; t != nil {
			out = append(out, t)
		}
	}
	return out
}

// A meeting reads what is late longest; the bulletin lists all. What every line would
// repeat stands once, and a column of nothing is left out.
func TestListsOfWhatIsLate(t *testing.T) {
	x := sample(Completeness)
	x.Late = nil
	for i := range 400 {
		x.Late = append(x.Late, Late{Unit: fmt.Sprintf("第%d小学", i), Matter: "年报", Due: "2026年2月1日", Days: Num{Value: float64(i), Href: "/t"}})
	}
	p := &Papers{City: "云岫市", Agency: "云岫市教育体育局", Period: x.Period, Day: x.Day, Parts: []*Bulletin{x}}
	tables := tablesOf(p.Compose())
	list := tables[len(tables)-1]
	if len(list.Rows) != top20 || p.Compose().Plain(list.Rows[0][0]) != "第399小学" || !strings.Contains(list.Note, "其余见数据填报通报") {
		t.Errorf("a meeting reads %d lines, first %v, with the note %q", len(list.Rows), list.Rows[0], list.Note)
	}
	tables = tablesOf(x.Compose())
	list = tables[len(tables)-1]
	if len(list.Rows) != 400 || strings.Join(list.Head, " ") != "单位 期限 逾期（天）" || list.Caption != "未报、逾期名单（年报）" {
		t.Errorf("the bulletin lists %d under %v, %q", len(list.Rows), list.Head, list.Caption)
	}
	for i := range x.Late { // those whose figures are missing are not late by days
		x.Late[i].Due, x.Late[i].Days = "", None
	}
	tables = tablesOf(p.Compose())
	if list = tables[len(tables)-1]; len(list.Rows) != top20 || p.Compose().Plain(list.Rows[0][0]) != "第0小学" || list.Note != "只列前20条，其余见数据填报通报。" {
		t.Errorf("without days a meeting reads %d lines, first %v, with the note %q", len(list.Rows), list.Rows[0], list.Note)
	}
	x.Late = []Late{{Unit: "甲校（小学）", Matter: "缺数据：生均体育运动场馆面积", Days: None}, {Unit: "乙校（初中）", Matter: "缺数据：生均教学仪器设备值", Days: None}}
	tables = tablesOf(x.Compose())
	if list = tables[len(tables)-1]; strings.Join(list.Head, " ") != "单位 事项" {
		t.Errorf("without days it has %v", list.Head)
	}
}

// One attachment alone has no number (GB/T 9704), and its table does not repeat its
// title.
func TestOneAttachmentHasNoNumber(t *testing.T) {
	b := &builder{d: &Draft{Kind: Consolidation, Title: "报告", Sources: []Source{{}}}}
	b.attach(1, "清单")
	b.table(Table{Caption: "清单", Head: []string{"学校"}, Rows: [][][]Run{{say("甲校")}}})
	of := func() []docx.Attachment {
		var out []docx.Attachment
		for _, x := range b.d.Document(nil).Body {
			if a, ok := x.(docx.Attachment); ok {
				out = append(out, a)
			}
		}
		return out
	}
	if a := of(); len(a) != 1 || a[0].No != 0 || a[0].Body[0].(docx.Table).Caption != "" || b.d.AttachmentNo(&b.d.Blocks[0]) != "附件" {
		t.Errorf("one alone: %+v", a)
	}
	b.attach(2, "另一清单")
	if a := of(); len(a) != 2 || a[0].No != 1 || a[1].No != 2 || b.d.AttachmentNo(&b.d.Blocks[0]) != "附件1" {
		t.Errorf("two: %+v", a)
	}
}

// What a rule asks, which its name has in brackets, must not read as what came out; and
// where rounding would turn a verdict round the paper says so.
func TestTablesDoNotContradictThemselves(t *testing.T) {
	if got := rulesName("政府保障程度（15项全部达到）"); got != "政府保障程度（标准：15项全部达到）" {
		t.Error(got)
	}
	if got := unrounded([]string{"乙", "甲", "乙"}); got != "乙、甲：表内数值已四舍五入，判定以未取整的数值为准。" || unrounded(nil) != "" {
		t.Error(got)
	}
}

// A chart is called by what its bars are: places or years.
func TestAChartIsCalledByItsBars(t *testing.T) {
	d := sample(Completeness).Compose()
	for _, head := range []string{"单位", "学年"} {
		b := tablesOf(d)[0]
		b.Head[0] = head
		if s, ok := d.chart(b); !ok || s.Title != "各"+head+"锁定率（%）" {
			t.Errorf("%q, %v", s.Title, ok)
		}
	}
}

// A supervision sheet is one table of pairs under its title; the parts that nobody has
// filled in are there to be filled in.
func TestASheetIsAForm(t *testing.T) {
	p := task.PaperOf(task.Task{Title: "补齐音体美教师", Demand: "年底前配齐", Sheet: task.Sheet{Urgency: task.Ordinary, Year: 2026, No: 3}}, func(string) edu.Text { return edu.Text{ZH: "某局"} }, nil)
	d := SheetOf(p, "", 20500, Source{})
	if d.Name() != "督办单：补齐音体美教师" || d.Title != "督办单" {
		t.Errorf("in a list it is %q", d.Name())
	}
	table := tablesOf(d)[0]
	parts := 0
	for _, row := range table.Rows {
		if len(row) != 1 && len(row) != 2 && len(row) != 4 {
			t.Errorf("a row of %d", len(row))
		}
		if len(row) == 1 {
			parts++
		}
	}
	body := d.Document(nil).Body
	if form, ok := body[1].(docx.Table); !ok || form.Caption != "" || len(form.Head) != 0 || parts != 3 || len(table.Rows) > 25 {
		t.Errorf("%d rows of %d parts: %+v", len(table.Rows), parts, body[1])
	}
}
