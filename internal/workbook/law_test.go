package workbook

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"shuren/internal/form"
	"shuren/internal/han"
)

var answers = rapid.SampledFrom([]string{"0", "7", "12.5", "1.50", "007", "-3", "1,234", "十二", "/", "是", "否", "小学", "九年一贯制学校", "有 空格", "（1）班", "a&b<c>\"d\"", "2025-09-01", "45%", "1e3", "0.1", "123456789012345", "'7", "+1", "无"})

// A draft goes into a workbook and comes back as it was, whatever was typed and
// whatever the layout.
func TestDraftComesBackFromAWorkbook(t *testing.T) {
	p := testPack(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3).Draw(t, "schools")
		var papers []*form.Paper
		for i := range n {
			paper := testPaper(p, i+1+rapid.IntRange(0, 1).Draw(t, "which")*10)
			if slices.ContainsFunc(papers, func(q *form.Paper) bool { return q.Unit.ID == paper.Unit.ID }) {
				continue
			}
			paper.Content.Cells = map[string]string{}
			for k, f := range paper.Cells() {
				if _, kind := kindOf(paper, f, k.Part); kind == entry && rapid.Bool().Draw(t, "fill") {
					paper.Content.Cells[k.String()] = answers.Draw(t, "answer")
				}
			}
			if rapid.Bool().Draw(t, "classes") {
				paper.Content.Lists = map[string][]form.Row{"classes": {}}
				for range rapid.IntRange(0, 4).Draw(t, "rows") {
					paper.Content.Lists["classes"] = append(paper.Content.Lists["classes"], form.Row{Part: rapid.SampledFrom(paper.Parts).Draw(t, "part"),
						Cells: map[string]string{"grade": answers.Draw(t, "grade"), "class_no": answers.Draw(t, "class"), "class_pupils": answers.Draw(t, "pupils")}})
				}
			}
			if rapid.Bool().Draw(t, "same") {
				paper.Content.Same = []string{"premises"}
			}
			paper.Content.Sign = form.Sign{Filler: rapid.SampledFrom([]string{"", "张三"}).Draw(t, "filler"), Phone: "0874"}
			papers = append(papers, paper)
		}
		opt := Options{Issue: "x", Unit: county, Lang: rapid.SampledFrom([]string{"zh", "en"}).Draw(t, "lang")}
		if len(papers) == 1 && rapid.Bool().Draw(t, "wide") {
			opt.Layout = Wide
		}
		var b bytes.Buffer
		if err := Write(&b, papers, opt); err != nil {
			t.Fatal(err)
		}
		var twice bytes.Buffer
		if err := Write(&twice, papers, opt); err != nil || !bytes.Equal(b.Bytes(), twice.Bytes()) {
			t.Fatalf("the same papers give other bytes (%v)", err)
		}
		r, err := Read(context.Background(), "a.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), finder(papers))
		if err != nil || r.Blocked() || len(r.Units) != len(papers) {
			t.Fatalf("%v %+v", err, r.Problems)
		}
		for i, u := range r.Units {
			paper := papers[i]
			want := maps.Clone(paper.Content.Cells)
			for k, f := range paper.Cells() { // what is known and shown counts as given
				if _, ok := want[k.String()]; ok {
					continue
				}
				if text, known := shown(paper, f, k); known && text != "" {
					if _, kind := kindOf(paper, f, k.Part); kind == entry {
						want[k.String()] = text
					}
				}
			}
			got := maps.Clone(u.Content.Cells)
			for _, m := range []map[string]string{want, got} {
				for k, v := range m {
					key, _ := form.ParseKey(k)
					m[k] = meaning(paper.Field(key.Field), v)
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Fatalf("%s (-want +got)\n%s", paper.Unit.ID, d)
			}
			if d := cmp.Diff(paper.Content.Same, u.Content.Same); d != "" {
				t.Fatalf("same: %s", d)
			}
			if d := cmp.Diff(paper.Content.Sign, u.Content.Sign); d != "" {
				t.Fatalf("sign: %s", d)
			}
			if rows, ok := paper.Content.Lists["classes"]; ok {
				if len(rows) != len(u.Content.Lists["classes"]) {
					t.Fatalf("%d classes, want %d", len(u.Content.Lists["classes"]), len(rows))
				}
				for j, row := range u.Content.Lists["classes"] {
					if row.Part != rows[j].Part {
						t.Fatalf("class %d is of %q, want %q", j, row.Part, rows[j].Part)
					}
					for c, v := range rows[j].Cells {
						e := columnOf(paper.Lists[0].List, c)
						if a, b := meaning(&form.Field{Element: e}, v), meaning(&form.Field{Element: e}, row.Cells[c]); a != b {
							t.Fatalf("class %d: %s is %q, want %q", j, c, row.Cells[c], v)
						}
					}
				}
			}
		}
	})
}

// meaning is a text as far as the form cares: the figure, or the words.
func meaning(f *form.Field, text string) string {
	if !f.IsText() {
		if v, wanted := form.Read(text, f.Element, f.Part); wanted == nil {
			return v.String()
		}
	}
	clean, _ := han.Normalise(strings.TrimSpace(text))
	return clean
}

// A 0 that was typed over what a list would give stays: a formula over nothing
// shows the same, and the school said it.
func TestTypedZeroComesBack(t *testing.T) {
	paper := testPaper(testPack(t), 1)
	paper.Content.Cells = map[string]string{}
	n := 0
	for k, f := range paper.Cells() {
		if _, kind := kindOf(paper, f, k.Part); kind == computed && !paper.Locked(k) {
			paper.Content.Cells[k.String()] = "0"
			n++
		}
	}
	if n == 0 {
		t.Fatal("no cell of the paper is computed")
	}
	for _, layout := range []Layout{"", Wide} {
		var b bytes.Buffer
		if err := Write(&b, []*form.Paper{paper}, Options{Issue: "x", Unit: paper.Unit, Layout: layout}); err != nil {
			t.Fatal(err)
		}
		r, err := Read(context.Background(), "a.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), finder([]*form.Paper{paper}))
		if err != nil || len(r.Units) != 1 {
			t.Fatalf("%v %+v", err, r.Problems)
		}
		for k, v := range paper.Content.Cells {
			if got := r.Units[0].Content.Cells[k]; got != v {
				t.Errorf("layout %v: %s came back as %q", layout, k, got)
			}
		}
	}
}
