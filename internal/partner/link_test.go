package partner

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

func tree(t *testing.T) *edu.Tree {
	t.Helper()
	school := func(id string) edu.Unit {
		return edu.Unit{ID: edu.UnitID(id), Level: edu.School, Attrs: []edu.Attrs{{Code: id, Parent: "county"}}}
	}
	late := school("late")
	late.Attrs[0].From = 19000
	tr, err := edu.NewTree([]edu.Unit{{ID: "county", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101"}}}, school("a"), school("b"), school("c"), late})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestCheck(t *testing.T) {
	tr := tree(t)
	have := []Link{
		{ID: "1", Kind: Group, Lead: "a", Member: "b", From: 18000, To: 18500, Document: "1号"},
		{ID: "2", Kind: Custody, Lead: "a", Member: "b", From: 18000, Document: "2号", Undone: time.Unix(1, 0)},
	}
	good := Link{ID: "n", Kind: Group, Lead: "a", Member: "b", From: 18500, Document: "9号"}
	for _, tt := range []struct {
		name  string
		alter func(l *Link)
		wrong string
	}{
		{"follows the one that ended", func(*Link) {}, ""},
		{"another kind beside it", func(l *Link) { l.Kind, l.From = Paired, 18000 }, ""},
		{"the same as one that was undone", func(l *Link) { l.Kind, l.From = Custody, 18000 }, ""},
		{"two at a time", func(l *Link) { l.From = 18499 }, "have had such a link"},
		{"the other way round", func(l *Link) { l.From, l.Lead, l.Member = 18100, "b", "a" }, "other way round"},
		{"without a document", func(l *Link) { l.Document = "  " }, "document's number is missing"},
		{"with itself", func(l *Link) { l.Member = "a" }, "with itself"},
		{"a county is no school", func(l *Link) { l.Lead = "county" }, "lead school is not a school"},
		{"nobody", func(l *Link) { l.Member = "x" }, "member school is not a school"},
		{"before the school was there", func(l *Link) { l.Member = "late" }, "does not exist on"},
		{"ends before it begins", func(l *Link) { l.To = 18500 }, "not after its first day"},
		{"without a day", func(l *Link) { l.From = 0 }, "first day is missing"},
		{"of no kind", func(l *Link) { l.Kind = "club" }, "kind of link is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := good
			tt.alter(&l)
			ps := Check(&l, tr, have)
			if tt.wrong == "" && len(ps) > 0 || !strings.Contains(ps.Error(), tt.wrong) {
				t.Errorf("%q, want %q", ps.Error(), tt.wrong)
			}
			if len(ps) > 0 && (!errors.Is(ps, fault.Invalid) || ps.In("zh") == ps.In("en")) {
				t.Errorf("%q in Chinese, kind of %v", ps.In("zh"), ps.Unwrap())
			}
		})
	}
}

func TestOn(t *testing.T) {
	l := Link{From: 100, To: 200}
	for d, want := range map[edu.Date]bool{99: false, 100: true, 199: true, 200: false} {
		if l.On(d) != want {
			t.Errorf("day %d: %v", d, !want)
		}
	}
	if l.To = 0; !l.On(1 << 20) {
		t.Error("an open link has ended")
	}
	if l.Undone = time.Unix(1, 0); l.On(150) {
		t.Error("one that was undone counts")
	}
}

func read(text string) ([]Line, error) {
	return Read(context.Background(), io.NopCloser(strings.NewReader(text)), sheet.DefaultLimits)
}

func TestRead(t *testing.T) {
	const head = "关系类型,牵头学校,成员学校,开始日期,结束日期,依据文号\n"
	lines, err := read("某市学校结对情况,,,,,\n" + head + "教育集团,一小,二小,2022-09-01,,某教〔2022〕1号\npaired,A,B,2021年3月1日,2023/3/1,2号\n")
	if err != nil || len(lines) != 2 {
		t.Fatalf("%+v, %v", lines, err)
	}
	if l := lines[1]; l.Row != 4 || l.Link.Kind != Paired || l.Lead != "A" || l.Link.From.String() != "2021-03-01" || l.Link.To.String() != "2023-03-01" || l.Link.Document != "2号" {
		t.Errorf("%+v", l)
	}
	if lines, err := read("文号,成员校,核心校,起始日期,类型\n3号,二小,一小,45536,托管帮扶\n"); err != nil || len(lines) != 1 || lines[0].Link.From.String() != "2024-09-01" || lines[0].Lead != "一小" {
		t.Errorf("columns in another order, without an end, a serial day: %+v, %v", lines, err)
	}
	for name, tt := range map[string][2]string{
		"no head":      {"a,b,c\n1,2,3\n", "no head"},
		"a bad date":   {head + "group,A,B,2022-13-01,,1号\n", `"2022-13-01" is not a date`},
		"a bad kind":   {head + "club,A,B,2022-09-01,,1号\n", `row 2: kind "club"`},
		"no document":  {head + "group,A,B,2022-09-01,,\n", "document's number is missing"},
		"all of them":  {head + "group,,,,,\n", "lead school is missing; row 2: the member school"},
		"nobody leads": {head + "group,A,B,2022-09-01,,1号\ngroup,,B,2022-09-01,,1号\n", "row 3: the lead school is missing"},
	} {
		if lines, err := read(tt[0]); err == nil || !strings.Contains(err.Error(), tt[1]) || !errors.Is(err, fault.Invalid) || lines != nil {
			t.Errorf("%s: %v, %v; want %q", name, lines, err, tt[1])
		}
	}
}

// Whatever a file holds, it gives lines that are whole, or an error.
func FuzzRead(f *testing.F) {
	f.Add([]byte("关系类型,牵头学校,成员学校,开始日期,结束日期,依据文号\n教育集团,一小,二小,2022-09-01,,1号\n"))
	f.Add([]byte("kind,lead,member,from,to,document\ngroup,A,B,45536,2025.9.1,1\n"))
	f.Add([]byte("\xef\xbb\xbfkind;lead"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, err := Read(context.Background(), io.NopCloser(bytes.NewReader(data)), sheet.DefaultLimits)
		if err != nil && lines != nil {
			t.Error("lines beside an error")
		}
		for _, l := range lines {
			if l.Link.Kind == "" || l.Lead == "" || l.Member == "" || l.Link.From == 0 || l.Link.Document == "" || l.Row < 2 {
				t.Errorf("%+v", l)
			}
		}
	})
}
