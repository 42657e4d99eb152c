package web

import (
	"bytes"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/register"
)

// An empty template holds every column in our words, keeps an identity number as it is
// typed, and is read back once it is filled in.
func TestTemplateOfARegisterIsReadBack(t *testing.T) {
	l := newLeaks(t, filepath.Join(t.TempDir(), "city.db"))
	no := neverIssued("20150310", 121)
	for kind, row := range map[string]map[string]string{
		"pupils": {"name": "欧阳清霁", "citizen": no, "school": "2199000001", "stage": "小学", "grade": "4", "class": "1", "sex": "男", "boards": "是"},
		"staff":  {"name": "司徒远黛", "citizen": neverIssued("19850310", 121), "unit": "2199000001", "category": "在编", "duty": "在岗", "post": register.PostKinds[0].Text.ZH, "stage": "小学"},
	} {
		fields, login := register.ChildFields, "officer"
		if kind == "staff" {
			fields, login = register.StaffFields, "head"
		}
		if page := l.ask(login, "GET", "/registers/"+kind+"/import", nil, "", true).Body.String(); !strings.Contains(page, "/registers/"+kind+"/import?as=template") {
			t.Errorf("%s: the page does not lead to a template", kind)
		}
		sent := l.ask(login, "GET", "/registers/"+kind+"/import?as=template", nil, "", true)
		f, err := excelize.OpenReader(bytes.NewReader(sent.Body.Bytes()))
		if err != nil {
			t.Fatalf("%s: %d %v", kind, sent.Code, err)
		}
		offers, err := f.GetDataValidations("名册")
		if err != nil || len(offers) < 5 {
			t.Errorf("%s: %d columns offer words, %v", kind, len(offers), err)
		}
		for i, x := range fields {
			col, _ := excelize.ColumnNumberToName(i + 1)
			if head, _ := f.GetCellValue("名册", col+"1"); strings.TrimSuffix(head, "*") != x.Heads[0] || strings.HasSuffix(head, "*") != x.Must {
				t.Errorf("%s: column %s is called %q", kind, col, head)
			}
			style, err := f.GetColStyle("名册", col)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := f.GetStyle(style); err != nil || got.NumFmt != 49 {
				t.Errorf("%s: cells of %s are no text: %+v, %v", kind, x.Heads[0], got, err)
			}
			if v := row[x.ID]; v != "" {
				_ = f.SetCellStr("名册", col+"2", v)
			}
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		f.Close()
		if got := l.imported(login, kind, url.Values{"y": {"2024"}}, b.String()); !strings.Contains(got, "已生效") {
			t.Errorf("%s: the template, filled in: %s", kind, got)
		}
	}
}

// A refused form keeps what was typed, and says which field it was.
func TestRefusedFormOfARegisterKeepsWhatWasTyped(t *testing.T) {
	l := newLeaks(t, filepath.Join(t.TempDir(), "city.db"))
	for path, form := range map[string]url.Values{
		"/registers/staff":  {"y": {"2024"}, "unit": {"2199000001"}, "class_years": {"3年"}, "since": {"2020-09-01"}},
		"/registers/pupils": {"y": {"2024"}, "school": {"2199000001"}, "left": {"九月初"}},
	} {
		out := l.ask("head", "POST", path, form, "", false)
		body, typed, says := out.Body.String(), `name="class_years" value="3年"`, "任班主任年限：不是可用的整数"
		if path == "/registers/pupils" {
			typed, says = `name="left" value="九月初"`, "离校日期：日期不可用"
		}
		if out.Code != http.StatusUnprocessableEntity || !strings.Contains(body, typed) || !strings.Contains(body, says) {
			t.Errorf("%s: %d %s", path, out.Code, body)
		}
	}
}
