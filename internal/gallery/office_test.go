package gallery_test

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/docx/docxtest"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/intake"
	"shuren/internal/task"
	"shuren/internal/testkit"
)

// LibreOffice opens one of each kind of the gallery, all in one run, and prints what
// stands in it; the city is a few schools of two years.
func TestOfficeOpensEveryKind(t *testing.T) {
	testkit.OutOfProcess(t)
	ctx := t.Context()
	c, err := flow.Open(ctx, filepath.Join(t.TempDir(), "city.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const county = "east"
	if err := c.Register(ctx, []edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100", Name: edu.Text{ZH: "某市"}}}},
		{ID: county, Level: edu.County, Attrs: []edu.Attrs{{Code: "990121", Name: edu.Text{ZH: "东县"}, Parent: "city"}}},
		{ID: "west", Level: edu.County, Attrs: []edu.Attrs{{Code: "990122", Name: edu.Text{ZH: "西县"}, Parent: "city"}}},
	}); err != nil {
		t.Fatal(err)
	}
	var years []intake.File
	for y := range 2 {
		var b strings.Builder
		b.WriteString("学年,学校标识码,学校名称,学段,地市代码,县区代码,县区名称,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,专任教师\n")
		for i, n := range []string{"甲小", "乙小", "丙小"} {
			fmt.Fprintf(&b, "%d,990121000%d,%s,小学,990100,990121,,121,211,%[4]d,%[4]d,%[4]d,%[4]d,%[4]d,%[4]d,20\n%[1]d,990122000%[2]d,西%[3]s,小学,990100,990122,,121,211,40,40,40,40,40,40,15\n", 2024+y, i+1, n, 50+10*i+y)
		}
		text := b.String()
		years = append(years, intake.File{Name: fmt.Sprintf("%d.csv", y), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	if err := c.Import(ctx, years, flow.ImportOptions{By: "clerk"}); err != nil {
		t.Fatal(err)
	}
	g, who := c.Gallery(), auth.Operator()
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	snap := tree.On(edu.Year(2025))
	school := snap.Nodes[snap.ByKey(edu.School, "9901210001")[0]].Unit.ID
	files, want := map[string][]byte{}, map[string]string{}
	keep := func(x *gallery.Draft) {
		var b bytes.Buffer
		if err := x.Document(nil).Write(&b); err != nil {
			t.Fatal(err)
		}
		docxtest.Check(t, b.Bytes())
		files[string(x.Kind)], want[string(x.Kind)] = b.Bytes(), strings.ReplaceAll(x.Title, "\n", "")
	}
	for _, k := range gallery.Kinds {
		o := flow.ReportOrder{Kind: k}
		switch k.Of() {
		case gallery.OfCounty:
			o.Unit = county
		case gallery.OfSchool:
			o.Unit = school
		case gallery.OfTask:
			keep(gallery.SheetOf(&task.Paper{Title: edu.Text{ZH: "督办单"}, No: "〔　　〕　　号", From: "市教育体育局", Fields: []task.Field{{Name: edu.Text{ZH: "事项"}, Value: "补齐教师"}}}, "某县教育体育局", 20500, gallery.Source{Name: "任务"}))
			continue
		case gallery.OfCity:
		}
		if k.Bulletin() && k != gallery.Standards { // the city has no figures for the others
			keep(gallery.Sample(k).Compose())
			continue
		}
		x, _, err := g.Compose(ctx, who, o)
		if err != nil {
			t.Fatalf("%s: %v", k, err)
		}
		keep(x)
	}
	for name, p := range docxtest.Print(t, files) {
		text := strings.Join(p.Texts, "")
		plain := strings.NewReplacer(" ", "", "\n", "").Replace(text)
		if len(p.Pages) == 0 || !strings.Contains(plain, want[name]) {
			t.Errorf("%s: %d pages, without its title %q", name, len(p.Pages), want[name])
		}
		if name == string(gallery.SchoolPlan) && len(p.Pages) > 2 {
			t.Errorf("%s has %d pages; it is to be of two", name, len(p.Pages))
		}
	}
}
