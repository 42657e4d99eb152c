package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/docx/docxtest"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
)

// 一校一策 of all schools are written by one command: each of them once, with how long
// it took. Cut off, it goes on with what is missing; over documents of other
// data it stops, and begins anew only where it is told to.
func TestReportCommandWritesEverySchool(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	db, out := filepath.Join(dir, "a.db"), filepath.Join(dir, "plans")
	city, err := flow.Open(ctx, db, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	defer city.Close()
	if err := city.Register(ctx, []edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100", Name: edu.Text{ZH: "某市"}}}},
		{ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990121", Name: edu.Text{ZH: "东县"}, Parent: "city"}}},
		{ID: "west", Level: edu.County, Attrs: []edu.Attrs{{Code: "990122", Name: edu.Text{ZH: "西县"}, Parent: "city"}}},
	}); err != nil {
		t.Fatal(err)
	}
	imports := func(rooms int) {
		t.Helper()
		text := "学年,学校标识码,学校名称,学段,地市代码,县区代码,县区名称,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,网络多媒体教室\n"
		for i, county := range []string{"990121", "990121", "990122", "990122"} {
			text += fmt.Sprintf("2025,990%s%02d,%s小,小学,990100,%s,,121,211,60,60,60,60,60,60,%d\n", county[3:]+"00", i, string("甲乙丙丁"[3*i:3*i+3]), county, rooms)
		}
		file := intake.File{Name: "2025.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
		if err := city.Import(ctx, []intake.File{file}, flow.ImportOptions{By: "clerk"}); err != nil {
			t.Fatal(err)
		}
	}
	imports(6)
	writes := func(code int, says string, args ...string) {
		t.Helper()
		got, stdout, errs := run(t, "", append([]string{"report", "--db=" + db, "--out=" + out, "--date=2026-03-02", "--lang=en"}, args...)...)
		if got != code || !strings.Contains(stdout+errs, says) {
			t.Fatalf("%v: exit %d, want %d with %q\n%s%s", args, got, code, says, stdout, errs)
		}
	}
	files := func() map[string][]byte {
		t.Helper()
		list, err := filepath.Glob(filepath.Join(out, "*.docx"))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string][]byte{}
		for _, name := range list {
			if all[filepath.Base(name)], err = os.ReadFile(name); err != nil {
				t.Fatal(err)
			}
		}
		return all
	}
	writes(0, "wrote 4, 0 were there", "school", "--scope=all")
	first := files()
	if len(first) != 4 {
		t.Fatalf("%d files", len(first))
	}
	for name, b := range first {
		docxtest.Check(t, b)
		if text := docxtest.Text(b, "word/document.xml"); !strings.Contains(text, "小一校一策") {
			t.Errorf("%s: %s", name, text)
		}
	}
	writes(0, "wrote 0, 4 were there", "school", "--scope=all")

	// Killed in the middle: the last file is not whole on the list, another is gone.
	list := filepath.Join(out, "index.csv")
	index, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list, index[:len(index)-10], 0o644); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(index), "\n")
	gone, _, _ := strings.Cut(lines[1], ",")
	last, _, _ := strings.Cut(lines[4], ",")
	if err := os.Remove(filepath.Join(out, gone)); err != nil {
		t.Fatal(err)
	}
	writes(0, "wrote 2, 2 were there", "school", "--scope=all")
	again := files()
	for name := range first {
		docxtest.Check(t, again[name])
		written := name == gone || name == last // on another day they may say another one
		if !written && !bytes.Equal(first[name], again[name]) {
			t.Errorf("%s was written again", name)
		}
	}

	imports(12)
	writes(2, "documents of other data", "school", "--scope=all")
	writes(0, "wrote 4, 0 were there", "school", "--scope=all", "--anew")
	for name, b := range files() {
		if bytes.Equal(first[name], b) {
			t.Errorf("%s does not see the newer figures", name)
		}
	}

	// Of a county, and of all counties; each kind writes what it is called.
	out = filepath.Join(dir, "east")
	writes(0, "wrote 2, 0 were there", "school", "--scope=990121")
	for kind, says := range map[string]string{"county": "教育发展一县一案", "keeping": "控辍保学一县一案"} {
		out = filepath.Join(dir, kind)
		for range 2 { // ledgers may have gone on: a second run looks again
			writes(0, "wrote 2, 0 were there", kind, "--scope=all")
		}
		if b, err := os.ReadFile(filepath.Join(out, "index.csv")); err != nil || strings.Count(string(b), "\n") != 3 {
			t.Errorf("%s: the index has not a head and two lines: %v\n%s", kind, err, b)
		}
		for name, b := range files() {
			if text := docxtest.Text(b, "word/document.xml"); !strings.Contains(text, says) {
				t.Errorf("%s of %s is no %s", kind, name, says)
			}
		}
	}
}
