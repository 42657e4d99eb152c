package workbook

import (
	"bytes"
	"fmt"
	"os"
	"sync"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// loadTest reads the pack of these tests, once.
var loadTest = sync.OnceValues(func() (*pack.Pack, error) { return pack.Load(os.DirFS("testdata/pack")) })

func testPack(t testing.TB) *pack.Pack {
	t.Helper()
	p, err := loadTest()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// testPaper is the paper of school n: even ones have two sections.
func testPaper(p *pack.Pack, n int) *form.Paper {
	f := p.Form("test-annual")
	code := fmt.Sprintf("53000000%04d", n)
	unit := form.Unit{ID: edu.UnitID("u" + code), Level: edu.School, Code: code, Name: edu.Text{ZH: fmt.Sprintf("霁川县第%d学校", n), EN: fmt.Sprintf("School %d", n)}}
	parts := []edu.Stage{edu.Primary}
	if n%2 == 0 {
		parts = append(parts, edu.Junior)
	}
	out := form.New(p, f, edu.Year(2025), unit, []form.Unit{county}, parts)
	export := edu.Text{ZH: "事业统计导出 2025-09-12", EN: "statistics export 2025-09-12"}
	last := edu.Text{ZH: "2024年已锁定数据", EN: "locked figures of 2024"}
	for _, s := range out.Parts {
		at := func(field string) form.Key { return form.Key{Part: s, Field: field} }
		out.Known[at("school_kind")] = form.Known{Text: "小学", Value: edu.Some(0), Source: edu.Text{ZH: "学校名录", EN: "register of schools"}, Sure: true}
		out.Known[at("teachers_old")] = form.Known{Text: "38", Value: edu.Some(38), Source: export}
		out.Prior[at("teachers_old")] = form.Known{Text: "37", Value: edu.Some(37), Source: last}
		out.Prior[at("boarders")] = form.Known{Text: "210", Value: edu.Some(210), Source: last}
	}
	whole := out.Parts[0]
	if len(out.Parts) > 1 {
		whole = form.Whole
	}
	k := form.Key{Part: whole, Field: "area_teaching"}
	out.Known[k] = form.Known{Text: "3650.5", Value: edu.Some(3650.5), Source: last}
	out.Prior[k] = out.Known[k]
	out.Prior[form.Key{Part: whole, Field: "funds_budget"}] = form.Known{Text: "86.4", Value: edu.Some(864000), Source: last}
	for i, g := range []string{"一年级", "一年级", "二年级", "七年级"} {
		s := edu.Primary
		if g == "七年级" {
			if s = edu.Junior; n%2 == 1 {
				continue
			}
		}
		out.Lists[0].Known = append(out.Lists[0].Known, form.Row{Part: s, Cells: map[string]string{"grade": g, "class_no": fmt.Sprintf("（%d）班", i+1), "class_pupils": fmt.Sprint(40 + i)}})
	}
	out.Lists[0].Source = export
	out.Lists[1].Known = []form.Row{{Part: out.Parts[0], Cells: map[string]string{"room_no": "301", "room_area": "90.5"}}}
	out.Lists[1].Prior, out.Lists[1].Source = out.Lists[1].Known, last
	return out
}

func testPapers(t testing.TB, n int) []*form.Paper {
	t.Helper()
	p := testPack(t)
	var out []*form.Paper
	for i := range n {
		out = append(out, testPaper(p, i+1))
	}
	return out
}

var (
	county   = form.Unit{ID: "c1", Level: edu.County, Code: "530399", Name: edu.Text{ZH: "霁川县", EN: "Jichuan county"}}
	testDate = edu.Date(20417)
)

// written is a workbook of papers.
func written(t testing.TB, papers []*form.Paper, opt Options) []byte {
	t.Helper()
	if opt.Issue == "" {
		opt.Issue = "test-annual-2025"
	}
	opt.Made, opt.Due, opt.Fictional = testDate, testDate+30, true
	if len(papers) > 1 && opt.Unit.ID == "" {
		opt.Unit = county
	}
	var b bytes.Buffer
	if err := Write(&b, papers, opt); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
