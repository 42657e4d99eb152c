package web

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/store"
)

// A list that was exported with names is read back, in either language: every column of
// it is known, and nothing changes.
func TestAnExportOfARegisterIsReadBack(t *testing.T) {
	l, many := newLeaks(t, filepath.Join(t.TempDir(), "city.db")), map[string]string{"pupils": "3", "staff": "2"}
	for kind, file := range map[string]string{
		"pupils": "姓名,身份证号,学校标识码,学段,年级,班级,性别,是否住校,群体标记,就学状态,离校日期,离校类型,去向学校,转学回执,证明材料,证明类型,监护人,联系电话,现住址,户籍地\n" +
			"欧阳清霁," + neverIssued("20150310", 121) + ",2199000001,小学,4,1,男,是,监测户、留守,本县在读,,,,,,,欧阳伯庸,19976540001,植入里1号院,植入镇\n" +
			"司徒远黛," + neverIssued("20150310", 122) + ",2199000001,小学,4,1,女,否,,本县在读,2024-10-08,转学,外县一小,是,在读证明第1号,在读证明,,,,\n" +
			"上官怀瑾," + neverIssued("20150310", 124) + ",2199000001,小学,4,1,女,否,,本县在读,2024-10-08,转学,外县一小,否,,,,,,\n",
		"staff": "姓名,身份证号,所在单位代码,人员类别,在岗状态,岗位,任教学段,主教学科,职称,骨干层级,班主任,教师资格,周课时,联系电话\n" +
			"上官怀瑾," + neverIssued("19850310", 121) + ",2199000001,在编,在岗,专任,小学,英语,一级教师,县,是,小学英语,12,19976540002\n" +
			"诸葛云岫," + neverIssued("19850310", 122) + ",2199000001,在编,在岗,专任,小学,生物学,高级教师,无,否,,,\n",
	} {
		year := url.Values{"y": {"2024"}}
		if got := l.imported("head", kind, year, file); !strings.Contains(got, "新增 "+many[kind]) || strings.Contains(got, `id="unread"`) {
			t.Fatalf("%s: %s", kind, got)
		}
		for _, lang := range []string{"zh", "en"} {
			sent := l.ask("head", "POST", "/registers/"+kind+"/export?lang="+lang, url.Values{"reason": {"核对后更正名册"}, "y": {"2024"}}, "", true)
			if sent.Code != http.StatusOK {
				t.Fatalf("%s %s: %d", kind, lang, sent.Code)
			}
			if got := l.imported("head", kind, year, sent.Body.String()); !strings.Contains(got, "更新 0，不变 "+many[kind]) || strings.Contains(got, `id="unread"`) {
				t.Errorf("%s %s: %s", kind, lang, got)
			}
		}
	}
}

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
	officer := auth.Actor{Grants: []auth.Grant{{Role: auth.RetentionOfficer, Unit: "east"}}}
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) { // what it replaced is swept behind it
		at, err := l.city.Registers().Importing(t.Context(), officer, store.AChild)
		if err != nil || time.Now().After(end) {
			t.Fatal(at, err)
		}
		if at.State == flow.MakingDone {
			break
		}
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
