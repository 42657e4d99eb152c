package web

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/docx"
)

// archived is a Word file with a text, in which parts are replaced or added by name
// and content.
func archived(t *testing.T, text string, parts ...string) []byte {
	t.Helper()
	var plain, out bytes.Buffer
	d := docx.Document{Body: []docx.Block{docx.Text(text)}}
	if err := d.Write(&plain); err != nil {
		t.Fatal(err)
	}
	in, err := zip.NewReader(bytes.NewReader(plain.Bytes()), int64(plain.Len()))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&out)
	put := func(name, body string) {
		f, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(f, body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range in.File {
		if strings.Contains("\n"+strings.Join(parts, "\n")+"\n", "\n"+f.Name+"\n") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		put(f.Name, string(body))
	}
	for i := 0; i+1 < len(parts); i += 2 {
		put(parts[i], parts[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A template that could run, fetch or grow is refused at the page with why, and
// leaves nothing; a plain one is taken, names the fields that nobody fills, and goes
// again.
func TestHostileTemplatesAtThePage(t *testing.T) {
	w := newTown(t)
	_, _, secret := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	_, _, clerk := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	const to = "/report-templates/upload"
	rels := func(kind, target, mode string) string {
		return fmt.Sprintf(`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="v" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"%s/></Relationships>`, kind, target, mode)
	}
	const text = "{{标题}} {{没有的字段}}"
	outside := ` TargetMode="External"`
	for _, tt := range []struct {
		name, file string
		body       []byte
	}{
		{"a macro", "模板.docx", archived(t, text, "word/vbaProject.bin", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")},
		{"a file for macros", "模板.docm", archived(t, text)},
		{"a template from outside", "模板.docx", archived(t, text, "word/_rels/settings.xml.rels", rels("attachedTemplate", "http://example.org/a.dotm", outside))},
		{"a picture from outside", "模板.docx", archived(t, text, "word/_rels/document.xml.rels", rels("image", "http://example.org/a.png", outside))},
		{"a bomb", "模板.docx", archived(t, text, "word/media/x.png", strings.Repeat("\x00", 64<<20))},
		{"no Word file", "模板.docx", []byte("PK\x03\x04 nothing")},
		{"no field that is known", "模板.docx", archived(t, "{{没有的字段}}")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := w.sendFile(to, secret, tt.file, docx.Type, tt.body)
			if out.Code != http.StatusBadRequest && out.Code != http.StatusRequestEntityTooLarge {
				t.Errorf("status %d", out.Code)
			}
			m := saidWrong.FindStringSubmatch(out.Body.String())
			if m == nil || strings.TrimSpace(m[1]) == "" {
				t.Errorf("nobody is told why: %.300s", out.Body)
			}
		})
	}
	list, err := w.s.reports.Templates(t.Context(), auth.Operator())
	if err != nil || len(list) != 0 {
		t.Fatalf("%d templates were kept, %v", len(list), err)
	}
	plain := archived(t, text)
	if out := w.sendFile(to, clerk, "模板.docx", docx.Type, plain); out.Code != http.StatusForbidden && out.Code != http.StatusNotFound {
		t.Errorf("a county's clerk: status %d", out.Code)
	}
	out := w.sendFile(to, secret, "模板.docx", docx.Type, plain)
	if page := out.Body.String(); out.Code != http.StatusOK || !strings.Contains(page, "<code>{{没有的字段}}</code>") {
		t.Fatalf("a plain template: status %d: %s", out.Code, saidIn(page))
	}
	if list, err = w.s.reports.Templates(t.Context(), auth.Operator()); err != nil || len(list) != 1 {
		t.Fatalf("%d templates, %v", len(list), err)
	}
	if out := w.post("/report-templates/drop", secret, "hash", list[0].Hash); out.Code != http.StatusSeeOther {
		t.Errorf("dropped: status %d", out.Code)
	}
	if list, err = w.s.reports.Templates(t.Context(), auth.Operator()); err != nil || len(list) != 0 {
		t.Errorf("%d templates after it went, %v", len(list), err)
	}
}
