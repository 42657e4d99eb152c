package flow

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
	"shuren/internal/task"
)

// The workbook of tasks is edited and read back: a preview keeps nothing, keeping is
// all or nothing and once, the history says so, and nobody gives in another's name.
func TestTaskBook(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { testTaskBook(t, newDesks(t, begun.SQLite(t))) })
	t.Run("postgres", func(t *testing.T) { testTaskBook(t, newDesks(t, begun.Postgres(t))) })
}

func testTaskBook(t *testing.T, d *desks) {
	section := d.by["section"]
	made, err := d.NewTasks(d.ctx, section, []task.Task{
		{Title: "甲", Lead: task.BureauOf("east"), Source: task.Source{Kind: task.FromDocument, Name: "1号"}, Due: edu.DateOf(d.clock.now()) + 45},
		{Title: "乙", Lead: task.BureauOf("west"), Source: task.Source{Kind: task.FromDocument, Name: "1号"}, Due: edu.DateOf(d.clock.now()) + 45}}, "n")
	must(t, err)
	edited := func(set map[string]string) io.ReadCloser {
		t.Helper()
		var b, out bytes.Buffer
		must(t, d.ExportTaskBook(d.ctx, section, task.Filter{Sort: "no"}, "zh", &b))
		f, err := excelize.OpenReader(&b)
		must(t, err)
		for cell, v := range set {
			must(t, f.SetCellStr("任务分解表", cell, v))
		}
		must(t, f.Write(&out))
		return io.NopCloser(&out)
	}
	all := func() (out []string) {
		page, err := d.Tasks(d.ctx, auth.Operator(), task.Filter{Sort: "no", Size: -1})
		must(t, err)
		for _, x := range page.Tasks {
			out = append(out, x.Title+"/"+x.LeadName.ZH)
		}
		return out
	}
	const before = "甲/东县教育体育局 乙/西县教育体育局"
	change := map[string]string{"F3": "甲（改）", "I3": "西县教育体育局", "F5": "丙", "I5": "东县教育体育局"}
	book, err := d.ReadTaskBook(d.ctx, section, edited(change))
	if err != nil || len(book.Rows) != 2 || len(book.Changes()) != 3 || strings.Join(all(), " ") != before {
		t.Fatalf("%+v, %v; tasks %v", book, err, all())
	}
	if _, err := d.ReadTaskBook(d.ctx, d.by["eastclerk"], edited(change)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a county's clerk read the city's drafts from a workbook: %v", err)
	}
	// One bad row, and nothing of it is kept.
	bad := append(append([]task.BookRow{}, book.Rows...), task.BookRow{Row: 9, Task: task.Task{Title: "丁", Serves: []task.Serves{{Plan: "none", Measure: "M1"}}}}, task.BookRow{Row: 10, Task: task.Task{Title: "戊", Issuer: "gov:"}})
	var faults sheet.Faults
	if err := d.KeepTaskBook(d.ctx, section, bad, "k"); !errors.As(err, &faults) || len(faults) != 2 || !strings.Contains(faults.In("zh"), "任务分解表 B9：现行方案中没有措施“none/M1”") || !strings.Contains(faults.In("zh"), "任务分解表 B10：无权") || strings.Join(all(), " ") != before {
		t.Fatalf("%v; tasks %v", err, all())
	}
	for range 2 {
		must(t, d.KeepTaskBook(d.ctx, section, book.Rows, "k"))
	}
	const after = "甲（改）/西县教育体育局 乙/西县教育体育局 丙/东县教育体育局"
	if got := strings.Join(all(), " "); got != after {
		t.Errorf("tasks %s, want %s", got, after)
	}
	x, err := d.Task(d.ctx, section, made[0].ID)
	must(t, err)
	if last := x.Events[len(x.Events)-1]; x.Rev != 2 || last.Act != task.Edit || last.Text != "由工作簿导入" || last.By != section.Account {
		t.Errorf("the history says %+v", last)
	}
	// Over what was changed meanwhile nothing is kept, of a task under way neither.
	if err := d.KeepTaskBook(d.ctx, section, book.Rows, "k2"); !errors.As(err, &faults) || strings.Join(all(), " ") != after {
		t.Errorf("an older preview is kept: %v; %v", err, all())
	}
	d.must("section", x.Task, task.Issue, task.Options{})
	if _, err := d.ReadTaskBook(d.ctx, section, edited(map[string]string{"O3": "2026-12-31"})); !errors.As(err, &faults) || !strings.Contains(faults.In("zh"), "任务分解表 O3：任务待签收，不能在工作簿中修改完成时限") {
		t.Errorf("a task under way: %v", err)
	}
	if book, err := d.ReadTaskBook(d.ctx, section, edited(nil)); err != nil || len(book.Rows) != 0 {
		t.Errorf("unchanged: %+v, %v", book, err)
	}
}
