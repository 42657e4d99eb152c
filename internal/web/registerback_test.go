package web

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The answer to a file tells which of its columns were not read, by their letters, since
// what stands in a head that nobody knows may be somebody's name; of a file that was
// refused it counts nobody as new, and in English it has no Chinese.
func TestWhatAnImportSaysOfItsFile(t *testing.T) {
	l := newLeaks(t, filepath.Join(t.TempDir(), "city.db"))
	file := "姓名,上官怀瑾,身份证号,学校标识码,学段,年级,群体标记,年级\n" +
		"欧阳清霁,x," + neverIssued("20150310", 121) + ",2199000001,小学,4,,5\n" +
		"司徒远黛,x," + neverIssued("20150310", 123) + ",2199000001,小学,4,外星来客,5\n"
	if page := l.imported("officer", "pupils", url.Values{"y": {"2024"}}, file); !strings.Contains(page, "第 B、H 列") || strings.Contains(page, "上官") {
		t.Errorf("columns that were not read: %s", page)
	}
	page := l.ask("officer", "GET", "/registers/pupils/import?run=1&lang=en", nil, "", false).Body.String()
	_, said, _ := strings.Cut(page, `id="run"`)
	said, _, _ = strings.Cut(said, `id="file"`)
	if han := regexp.MustCompile(`\p{Han}+`).FindString(said); han != "" || !strings.Contains(said, "****") || !strings.Contains(said, "B, H") {
		t.Errorf("in English: %q in %s", han, said)
	}
	_, runs, _ := strings.Cut(page, `id="t-runs"`)
	if cells := regexp.MustCompile(`>–<`).FindAllString(runs, -1); len(cells) != 2 {
		t.Errorf("what counts of a refused file: %s", runs)
	}
}

// Of an import that is being deleted no page says that the same file goes on.
func TestAnImportThatIsBeingDeletedSaysSo(t *testing.T) {
	dsn := filepath.Join(t.TempDir(), "city.db")
	l := newLeaks(t, dsn)
	if got := l.imported("officer", "pupils", url.Values{"y": {"2024"}}, "姓名,身份证号,学校标识码,学段,年级\n欧阳清霁,"+neverIssued("20150310", 121)+",2199000001,小学,4\n"); !strings.Contains(got, "已生效") {
		t.Fatal(got)
	}
	for _, tt := range []struct {
		chunks      string
		says, never string
	}{{"1", "从中断处继续", "清除"}, {"-1", "正在清除写入的行", "从中断处继续"}} {
		l.exec(`UPDATE register_runs SET state = 'writes', touched = '2000-01-01T00:00:00.000Z', chunks = ` + tt.chunks)
		page := l.ask("officer", "GET", "/registers/pupils/import", nil, "", false)
		if body := page.Body.String(); !strings.Contains(body, tt.says) || strings.Contains(body, tt.never) || page.Header().Get("Refresh") != "" {
			t.Errorf("chunks %s: %s", tt.chunks, body)
		}
	}
}
