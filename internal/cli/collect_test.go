package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/flow"
)

// From a form that is issued to a folder of workbooks that is read in, by
// commands alone: the bad file is named and marked, and a second run reads
// nothing twice.
func TestIssueAndCollect(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	db, folder, marked := filepath.Join(dir, "city.db"), filepath.Join(dir, "in"), filepath.Join(dir, "marked")
	city, err := flow.Open(ctx, db, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.New(1).Found(ctx, city); err != nil {
		t.Fatal(err)
	}
	if err := city.Close(); err != nil {
		t.Fatal(err)
	}
	must := func(code int, args ...string) string {
		t.Helper()
		got, out, errs := run(t, "", append(args, "--lang=zh")...)
		if got != code {
			t.Fatalf("%v: exit code %d, want %d\n%s%s", args, got, code, out, errs)
		}
		return out + errs
	}
	if out := must(0, "forms", "list", "--db="+db); !strings.Contains(out, "cn-annual-base") || !strings.Contains(out, "教督〔2017〕6号") {
		t.Errorf("the list of forms:\n%s", out)
	}
	must(2, "issue", "no-such-form", "--period=2025", "--db="+db)
	if out := must(2, "issue", "cn-annual-base", "--period=2025", "--due=2000-01-04", "--db="+db); !strings.Contains(out, "2000-01-04") {
		t.Errorf("a due date in the past:\n%s", out)
	}
	due := "--due=2099-10-23"
	if out := must(0, "issue", "cn-annual-base", "--period=2025", due, "--db="+db); !strings.Contains(out, "cn-annual-base-2025") {
		t.Errorf("issued:\n%s", out)
	}

	// Three templates as they are handed out, and a file that is none.
	if city, err = flow.Open(ctx, db, ""); err != nil {
		t.Fatal(err)
	}
	desk := city.Desk(auth.Operator())
	list, err := desk.Tasks(ctx, collect.Filter{Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(folder, "sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for i, x := range list.List {
		var b bytes.Buffer
		if _, err := desk.Template(ctx, &b, x.Issue, x.Unit, "zh"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "sub", fmt.Sprint(i, ".xlsx")), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := city.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "bad.xlsx"), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "~$0.xlsx"), []byte("lock"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := must(3, "collect", folder, "--submit", "--marked="+marked, "--db="+db)
	if !strings.Contains(out, "bad.xlsx") || !strings.Contains(out, "共4个文件：提交0个单位，存为草稿3个单位；此前已读0个文件，退回1个文件") {
		t.Errorf("collected:\n%s", out)
	}
	if _, err := os.Stat(filepath.Join(marked, "sub", "0.xlsx")); err != nil {
		t.Errorf("the marked workbook: %v", err)
	}
	if out := must(3, "collect", folder, "--submit", "--db="+db); !strings.Contains(out, "此前已读3个文件") {
		t.Errorf("collected again:\n%s", out)
	}
}
