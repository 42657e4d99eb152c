package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const conference = "会议决定，由市教体局牵头，2025年底前新建公办幼儿园3所。\n周明强調(diào)，要抓实控辍保学。\n要提高政治站位。\n"

func TestDraftExitCodes(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		args     []string
		code     int
		says     string
	}{
		{"proposals", conference, nil, 0, "decision 1  requirement 1  principle 1  sentences; 2 proposals"},
		{"what the text does not give", conference, nil, 0, "to be set"},
		{"nothing found", "要提高政治站位。", nil, 0, "nothing was found that could be a task"},
		{"a PDF", "%PDF-1.7", nil, 2, "-: a PDF is not read"},
		{"no text", " \n", nil, 2, "there is no text"},
		{"no text file", "\xff\xff\x80", nil, 2, "no text file"},
		{"an unknown format", conference, []string{"--out=x.docx"}, 2, ".xlsx, .csv or .json"},
		{"an unknown pack", conference, []string{"--pack=nowhere"}, 2, "nowhere"},
		{"CSV on standard output", conference, []string{"--out=-"}, 0, "No.,Confirmed,Class,Task"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, tt.in, append([]string{"--lang=en", "draft", "-"}, tt.args...)...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
		})
	}
	if code, _, errs := run(t, "", "draft", filepath.Join(t.TempDir(), "none.txt")); code != 2 || !strings.Contains(errs, "none.txt") {
		t.Errorf("a file that is not there: %d %s", code, errs)
	}
	if code, _, errs := run(t, "", "--lang=zh", "draft", t.TempDir()); code != 2 || !strings.Contains(errs, "文件夹") {
		t.Errorf("a folder: %d %s", code, errs)
	}
}

func TestDraftFilesHoldTheProposals(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "notice.txt")
	if err := os.WriteFile(in, []byte(conference), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.xlsx", "a.csv", "a.json"} {
		if code, _, errs := run(t, "", "--lang=zh", "draft", in, "--out="+filepath.Join(dir, name)); code != 0 {
			t.Fatalf("%s: %d %s", name, code, errs)
		}
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "a.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows, err := f.GetRows(f.GetSheetName(0)); err != nil || len(rows) != 4 || rows[2][7] != "市教体局" || rows[3][7] != "待定" {
		t.Errorf("%q, %v", rows, err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "a.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []map[string]string
	if err := json.Unmarshal(b, &lines); err != nil || len(lines) != 2 || lines[0]["day"] != "2025-12-31" || lines[1]["row"] != "S12" || lines[1]["sentence"] != "周明强調(diào)，要抓实控辍保学。" {
		t.Errorf("%v, %v", lines, err)
	}
}
