package web

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/council"
	"shuren/internal/docx"
	"shuren/internal/docx/docxtest"
	"shuren/internal/task"
)

// document asks for a page as a Word file, twice: the same paper is the same file.
func (w *town) document(t *testing.T, path, secret, name string, want ...string) []byte {
	t.Helper()
	var last []byte
	for range 2 {
		out := w.ask(http.MethodGet, path+"?as=docx", "", secret)
		h := out.Header()
		if out.Code != http.StatusOK || h.Get("Content-Type") != docx.Type || !strings.HasPrefix(h.Get("Content-Disposition"), `attachment; filename="export.docx"; filename*=UTF-8''`) {
			t.Fatalf("%s: %d %s %s", path, out.Code, h.Get("Content-Type"), h.Get("Content-Disposition"))
		}
		if last != nil && !bytes.Equal(last, out.Body.Bytes()) {
			t.Errorf("%s differs when it is asked for again", path)
		}
		last = out.Body.Bytes()
	}
	docxtest.Check(t, last)
	shows(t, docxtest.Text(last, "word/document.xml"), true, append(want, "示例数据")...)
	if dir := os.Getenv("SHUREN_DOCUMENTS"); dir != "" { // to be looked at
		if err := os.WriteFile(filepath.Join(dir, name+".docx"), last, 0o600); err != nil {
			t.Error(err)
		}
	}
	return last
}

func TestPapersOfTasksAsWord(t *testing.T) {
	d := newDesks(t)
	_, _, rival := d.person(d.other.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: d.other.Unit.ID})
	id := d.draft("配齐专任教师")
	d.does(id, d.city, task.Issue, task.ToSign)
	sheet := d.document(t, "/tasks/"+id+"/sheet", d.city, "sheet", "督办单", "交办单位", "配齐专任教师", "审核意见")
	letter := d.draft("落实经费", "lead", task.GovernmentOf(d.town.county.Unit.ID))
	d.document(t, "/tasks/"+letter+"/letter", d.city, "letter", "关于提请交办“落实经费”的函", "小组秘书组：", "三、牵头单位：", "妥否，请示。")
	for _, path := range []string{"/tasks/" + id + "/sheet", "/tasks/" + letter + "/letter"} {
		if out := d.ask(http.MethodGet, path+"?as=docx", "", rival); out.Code != http.StatusNotFound {
			t.Errorf("%s for another county: %d", path, out.Code)
		}
	}
	t.Run("on one sheet of paper", func(t *testing.T) {
		if n := len(docxtest.Print(t, map[string][]byte{"sheet": sheet})["sheet"].Pages); n != 1 {
			t.Errorf("a sheet has %d pages", n)
		}
	})
}

func TestMinutesAsWord(t *testing.T) {
	h := newHall(t)
	path := h.plan()
	if out := h.ask(http.MethodGet, path+"/minutes?as=docx", "", h.clerk); out.Code != http.StatusConflict {
		t.Errorf("minutes before they are signed: %d", out.Code)
	}
	h.document(t, path+"/minutes", h.planner, "draft", "示例工作会议纪要", "时间：2026年10月13日09:00至11:00", "一、会议议题", "纪要稿")
	h.step(path, council.Begin, http.StatusSeeOther)
	h.step(path, council.End, http.StatusSeeOther)
	h.step(path, council.Sign, http.StatusSeeOther)
	b := h.document(t, path+"/minutes", h.clerk, "minutes", "示例工作会议纪要")
	shows(t, docxtest.Text(b, "word/document.xml"), false, "纪要稿")
}
