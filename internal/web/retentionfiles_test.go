package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/i18n"
	"shuren/internal/retention"
)

// upload sends the form of an act with files, given as name and content.
func (w *ward) upload(who, path string, form url.Values, files ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for k, list := range form {
		for _, v := range list {
			if err := mw.WriteField(k, v); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	for i := 0; i < len(files); i += 2 {
		part, err := mw.CreateFormFile("file", files[i])
		if err == nil {
			_, err = io.WriteString(part, files[i+1])
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := mw.Close(); err != nil {
		w.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	return w.asked(who, "zh", r)
}

// placedPhoto is a photo that says where it was taken.
func placedPhoto(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 6)), nil); err != nil {
		t.Fatal(err)
	}
	said := "Exif\x00\x00GPS 25.0N 102.7E"
	return "\xff\xd8\xff\xe1" + string([]byte{0, byte(len(said) + 2)}) + said + b.String()[2:]
}

func caseZip(t *testing.T, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(f, parts[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var caseFileAddress = regexp.MustCompile(`/retention/cases/[^/"]+/files/[0-9a-f]{64}`)

// Evidence over the pages: a photo comes with a visit and loses its place and its name,
// what is hostile is refused with what was typed kept and no visit entered, the receipt
// is a file beside its day, and a download is logged and never shown in a page.
func TestEvidencePages(t *testing.T) {
	w := newWard(t)
	c, err := w.x().Open(t.Context(), wardPeople["head"], retention.Case{Person: w.child, Source: retention.ByAttendance, Guess: "weary"}, "")
	if err != nil {
		t.Fatal(err)
	}
	address, rev := "/retention/cases/"+c.ID, 1
	photo := placedPhoto(t)
	send := func(who string, status int, act retention.Act, kv []string, files ...string) string {
		t.Helper()
		form := url.Values{"act": {string(act)}, "rev": {fmt.Sprint(rev)}, "sent": {fmt.Sprint(act, who, rev, status, files)}}
		for i := 0; i < len(kv); i += 2 {
			form.Add(kv[i], kv[i+1])
		}
		out := w.upload(who, address+"/acts/upload", form, files...)
		if out.Code != status {
			t.Fatalf("%s by %s: status %d, want %d: %s", act, who, out.Code, status, tag.ReplaceAllString(out.Body.String(), " "))
		}
		if status == http.StatusSeeOther {
			rev++
		}
		return out.Body.String()
	}
	send("officer", http.StatusSeeOther, retention.Confirm, []string{"day", "2025-09-03", "cause", "weary"}, "", "") // the field was left empty
	visit := []string{"way", "home", "part", "class", "part", "village", "place", "家中", "saw", "both", "result", "promised"}
	for name, x := range map[string][2]string{
		"a drawing":                  {"入户.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`},
		"a drawing named as a photo": {"入户.png", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`},
		"an archive behind a photo":  {"入户.jpg", photo + caseZip(t, "a.exe", "MZ")},
		"a document with macros":     {"文书.docx", caseZip(t, "[Content_Types].xml", "<a/>", "word/document.xml", "<a/>", "word/vbaProject.bin", "x")},
	} {
		says := send("head", http.StatusUnprocessableEntity, retention.Persuade, visit, "情况.txt", "好", x[0], x[1])
		if !strings.Contains(says, "“"+x[0]+"”：") || strings.Contains(says, "“情况.txt”：") || !strings.Contains(says, `value="家中"`) {
			t.Errorf("%s: what is wrong is not said beside what was typed", name)
		}
	}
	if full, err := w.x().Case(t.Context(), wardPeople["head"], c.ID); err != nil || len(full.Visits) != 0 || len(full.Files) != 0 {
		t.Errorf("after refusals: %d visits, %d files, %v", len(full.Visits), len(full.Files), err)
	}
	send("head", http.StatusSeeOther, retention.Persuade, visit, wardName+".jpg", photo)
	send("officer", http.StatusSeeOther, retention.Notify, []string{"legal", "educate"}, "通知.txt", "宣传教育记录")
	if body := w.page("officer", address, "zh", nil).Body.String(); !strings.Contains(body, "宣传教育：2025-09-10") {
		t.Error("evidence of a legal step does not say which step")
	}
	if says := send("head", http.StatusUnprocessableEntity, retention.Attach, []string{"step", "3"}); !strings.Contains(says, "请选择佐证材料文件") {
		t.Error("that no file was chosen is not said")
	}
	send("head", http.StatusSeeOther, retention.Attach, []string{"step", "3"}, "补充.txt", "签到表")
	send("officer", http.StatusSeeOther, retention.Move, []string{"school", "东镇二小"})
	send("other", http.StatusSeeOther, retention.Accept, []string{"day", "2025-09-10"}, "回执.txt", "已到校")

	for _, lang := range i18n.Languages {
		body := w.page("officer", address, lang, nil).Body.String()
		found := map[string]int{}
		for _, a := range caseFileAddress.FindAllString(body, -1) {
			found[a]++
		}
		if len(found) != 4 {
			t.Errorf("%s: %d files are shown, want 4", lang, len(found))
		}
		for _, card := range []string{"visits", "back", "files"} { // beside the step, and all of them in one table
			_, part, _ := strings.Cut(body, `id="`+card+`"`)
			part, _, _ = strings.Cut(part, "</section>")
			if !caseFileAddress.MatchString(part) {
				t.Errorf("%s: no file in the card %s", lang, card)
			}
		}
		if strings.Contains(body, wardName) || strings.Contains(body, "<img") || strings.Contains(body, "通知.txt") || strings.Contains(body, "回执.txt") {
			t.Errorf("%s: the page shows a photo, or the name that a file came with", lang)
		}
		t.Run(lang, func(t *testing.T) { check(t, body, lang) })
	}
	full, err := w.x().Case(t.Context(), wardPeople["head"], c.ID)
	if err != nil || len(full.Files) != 4 {
		t.Fatalf("%d files, %v", len(full.Files), err)
	}
	kept := full.Files[0].Hash
	out := w.page("officer", address+"/files/"+kept, "zh", nil)
	if h := out.Header(); out.Code != http.StatusOK || strings.Contains(out.Body.String(), "GPS") || !strings.HasPrefix(out.Body.String(), "\xff\xd8") || h.Get("Content-Type") != "image/jpeg" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("Content-Security-Policy") != ownPolicy || h.Get("Cache-Control") != "no-store" || strings.Contains(h.Get("Content-Disposition"), url.QueryEscape(wardName)) {
		t.Errorf("the photo: status %d, %v", out.Code, out.Header())
	}
	if recs, n, err := w.city.AuditLog(t.Context(), auth.Operator(), audit.Filter{Action: audit.PersonRead}); err != nil || n != 1 || recs[0].Account != "officer" || recs[0].Remote == "" {
		t.Errorf("the download is not logged: %d, %+v, %v", n, recs, err)
	}
	if out := w.page("stranger", address+"/files/"+kept, "zh", nil); out.Code != http.StatusNotFound {
		t.Errorf("the officer of another county reads the photo: %d", out.Code)
	}
	drop := func(who string, want int) {
		t.Helper()
		if out := w.page(who, address+"/files/drop", "zh", url.Values{"hash": {kept}}); out.Code != want {
			t.Errorf("%s takes it off: %d, want %d", who, out.Code, want)
		}
	}
	drop("officer", http.StatusForbidden)
	drop("head", http.StatusSeeOther)
	if out := w.page("officer", address+"/files/"+kept, "zh", nil); out.Code != http.StatusNotFound {
		t.Errorf("what was taken off is sent: %d", out.Code)
	}
}
