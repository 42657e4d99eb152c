package gallery_test

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/docx/docxtest"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/task"
	"shuren/internal/testkit"
)

// LibreOffice opens one of each kind of the gallery, all in one run, and prints what
// stands in it.
func TestOfficeOpensEveryKind(t *testing.T) {
	testkit.OutOfProcess(t)
	if testing.Short() {
		t.Skip("makes a city")
	}
	ctx := context.Background()
	c, err := flow.Open(ctx, filepath.Join(t.TempDir(), "city.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	d := demo.New(1)
	if err := d.Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	years := d.Years()
	for _, y := range years[len(years)-2:] {
		if err := d.ReadIn(ctx, c, y, nil); err != nil {
			t.Fatal(err)
		}
	}
	g, who := c.Gallery(), auth.Operator()
	county := d.Counties()[7].ID
	a, err := c.Assessment(ctx, years[len(years)-1])
	if err != nil {
		t.Fatal(err)
	}
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	snap := tree.On(a.Period)
	school := snap.Nodes[snap.ByKey(edu.School, a.Stage(edu.Junior).Frame.Rows[0].Code)[0]].Unit.ID
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
		if k == gallery.Completeness || k == gallery.Supervision {
			continue // of one shape with the other bulletins; no form and no task was given here
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
