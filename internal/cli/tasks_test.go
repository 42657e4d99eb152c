package cli_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// The commands of tasks choose as the pages do, and an export holds what was
// chosen.
func TestTasksCommands(t *testing.T) {
	ctx, db := context.Background(), filepath.Join(t.TempDir(), "tasks.db")
	c, err := flow.Open(ctx, db, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Register(ctx, []edu.Unit{{ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101", Name: edu.Text{ZH: "东县", EN: "East"}}}}}); err != nil {
		t.Fatal(err)
	}
	office, who := c.Office(), auth.Operator()
	draft := task.Task{Title: "校舍达标整改", Lead: "bureau:east", Sheet: task.Sheet{Urgency: task.Ordinary}, Source: task.Source{Kind: task.FromPetition, Name: "热线"}}
	for i := range 3 {
		made, err := office.NewTask(ctx, who, draft, "")
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			if _, err := office.Act(ctx, who, made.ID, made.Rev, task.Issue, task.Options{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"tasks", "list", "--db=" + db, "--all"}, 0, "3 tasks: ■ 0, ▲ 0, ● 0, ○ 3"},
		{[]string{"tasks", "list", "--db=" + db, "--state=drafted"}, 0, "○ 1"},
		{[]string{"tasks", "list", "--db=" + db, "--lamp=pink"}, 2, "pink"},
		{[]string{"tasks", "export", "--db=" + db, "--out=" + filepath.Join(t.TempDir(), "a.doc")}, 2, "xlsx, csv or json"},
	} {
		code, out, errs := run(t, "", tt.args...)
		if code != tt.code || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%v: code %d\n%s%s", tt.args, code, out, errs)
		}
	}
	book := filepath.Join(t.TempDir(), "tasks.xlsx")
	if code, _, errs := run(t, "", "tasks", "export", "--db="+db, "--out="+book, "--ledger=book", "--all"); code != 0 {
		t.Fatal(errs)
	}
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	sheet := f.GetSheetName(0)
	f.SetCellStr(sheet, "F6", "工作簿新增的任务")
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"tasks", "import", book, "--db=" + db, "--dry"}, 0, `new task "工作簿新增的任务"`},
		{[]string{"tasks", "list", "--db=" + db, "--state=drafted"}, 0, "○ 1"},
		{[]string{"tasks", "import", book, "--db=" + db}, 0, "1 tasks kept"},
		{[]string{"tasks", "list", "--db=" + db, "--state=drafted"}, 0, "○ 2"},
	} {
		if code, out, errs := run(t, "", tt.args...); code != tt.code || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%v: code %d\n%s%s", tt.args, code, out, errs)
		}
	}
	f.SetCellStr(sheet, "O6", "年底")
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	if code, out, errs := run(t, "", "tasks", "import", book, "--db="+db); code != 2 || !strings.Contains(out+errs, `O6: "年底" is not a date`) {
		t.Errorf("a wrong cell: code %d\n%s%s", code, out, errs)
	}
	file := filepath.Join(t.TempDir(), "sheets.json")
	if code, _, errs := run(t, "", "tasks", "export", "--db="+db, "--out="+file, "--ledger=sheet", "--sheets", "--all"); code != 0 {
		t.Fatal(errs)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	if err := json.Unmarshal(b, &rows); err != nil || len(rows) != 3 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	numbers := map[string]bool{}
	for _, r := range rows {
		if n := r["number"]; n != "" && numbers[n] {
			t.Errorf("the number %s is there twice", n)
		}
		numbers[r["number"]] = true
	}
}
