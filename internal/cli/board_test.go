package cli_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/bulletin"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
)

const boardSchools = `学年,学校标识码,学校名称,学段,地市代码,县区代码,县区名称,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,专任教师
2025,9901210001,甲小,小学,990100,990121,,121,211,60,60,60,60,60,60,20
2025,9901220001,丙小,小学,990100,990122,,121,211,80,80,80,80,80,80,20
`

// The public board is written from a database: nothing while it is off or nobody has
// approved it, never over what is there already, the same bytes each time, and no
// school in any file.
func TestBoardCommand(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	db := filepath.Join(dir, "a.db")
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
	file := intake.File{Name: "2025.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(boardSchools)), nil }}
	if err := city.Import(ctx, []intake.File{file}, flow.ImportOptions{By: "clerk"}); err != nil {
		t.Fatal(err)
	}
	lock, err := city.Desk(auth.Operator()).LockDown(ctx, "定稿")
	if err != nil {
		t.Fatal(err)
	}
	writes := func(code int, says, to string, more ...string) {
		t.Helper()
		got, out, errs := run(t, "", append([]string{"board", "--db=" + db, "--out=" + to}, more...)...)
		if got != code || !strings.Contains(out+errs, says) {
			t.Errorf("to %s: exit %d, want %d with %q\n%s%s", filepath.Base(to), got, code, says, out, errs)
		}
		if _, err := os.Stat(to); code != 0 && err == nil && filepath.Base(to) != "full" {
			t.Errorf("%s was written", to)
		}
	}
	folder := filepath.Join(dir, "public")
	writes(2, "the public board is off", folder)
	person := func(account string, role auth.Role) auth.Actor {
		return auth.Actor{Account: account, Name: account, Grants: []auth.Grant{{Role: role, Whole: true}}}
	}
	one, other, b := person("one", auth.CityPlanner), person("other", auth.CitySection), city.Board()
	if err := b.Switch(ctx, other, true, 0, "试行"); err != nil {
		t.Fatal(err)
	}
	e, err := b.Propose(ctx, one, lock.ID, edu.Year(2025), "", "sent")
	if err != nil {
		t.Fatal(err)
	}
	writes(2, "no edition was approved", folder)
	writes(2, "this edition was not approved", folder, "--edition="+e.ID)
	writes(2, "not found", folder, "--edition=none")
	if _, err := b.Act(ctx, other, e.ID, e.Rev, bulletin.Approve, ""); err != nil {
		t.Fatal(err)
	}
	writes(0, "files written", folder)
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "of something"), 0o750); err != nil {
		t.Fatal(err)
	}
	writes(2, "not empty", full)
	first, second := filepath.Join(dir, "1.zip"), filepath.Join(dir, "2.zip")
	writes(0, "files written", first)
	writes(0, "files written", second, "--edition="+e.ID)
	x, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if y, err := os.ReadFile(second); err != nil || !bytes.Equal(x, y) {
		t.Errorf("written twice it is not the same: %v", err)
	}
	z, err := zip.NewReader(bytes.NewReader(x), int64(len(x)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(f.Name)))
		if err != nil {
			t.Errorf("in the archive and not in the folder: %v", err)
		}
		for _, school := range []string{"甲小", "丙小", "9901210001"} {
			if bytes.Contains(text, []byte(school)) {
				t.Errorf("%s names a school", f.Name)
			}
		}
	}
	if data, err := os.ReadFile(filepath.Join(folder, "data", "pupils.csv")); err != nil || !bytes.Contains(data, []byte("990122")) {
		t.Errorf("no county in the open data, %v: %s", err, data)
	}
}
