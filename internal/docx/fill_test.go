package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"shuren/internal/attach"
	"shuren/internal/docx/docxtest"
	"shuren/internal/fault"
)

// template is a document of ours with another body, and parts changed or added.
func template(t testing.TB, body string, parts ...string) []byte {
	t.Helper()
	b := written(t, &Document{})
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for i := 0; i+1 < len(parts); i += 2 {
		set[parts[i]] = parts[i+1]
	}
	var out bytes.Buffer
	w := newArchive(&out).z
	put := func(name, text string) {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range z.File {
		text, there := set[p.Name]
		delete(set, p.Name)
		if !there {
			text = part(t, b, p.Name)
		}
		if p.Name == "word/document.xml" && !there {
			text = strings.Replace(text, "<w:body>", "<w:body>"+body, 1)
		}
		put(p.Name, text)
	}
	for name, text := range set {
		put(name, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	run0  = `<w:r><w:t>`
	run1  = `</w:t></w:r>`
	sdtOf = `<w:sdt><w:sdtPr><w:alias w:val="单位"/><w:tag w:val="unit"/><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:rPr><w:rStyle w:val="GWStrong"/></w:rPr><w:t>单击此处</w:t></w:r><w:r><w:t>输入</w:t></w:r></w:sdtContent></w:sdt>`
)

func TestFill(t *testing.T) {
	fields := map[string]string{"单位": "青林区", "unit": "青林区", "rate": "90.7", "many": "第一段\n第二段", "odd": `<w:p>&"\x00`, "brace": "{{rate}}", "empty": ""}
	for _, tt := range []struct {
		name, body, want string
		filled, unknown  []string
	}{
		{"a field in a text", `<w:p>` + run0 + `到{{单位}}为止` + run1 + `</w:p>`, "到青林区为止", []string{"单位"}, nil},
		{"a field over three runs", `<w:p>` + run0 + `到{` + run1 + run0 + `{单` + run1 + `<w:proofErr w:type="spellStart"/>` + run0 + `位}}为止` + run1 + `</w:p>`, "到青林区为止", []string{"单位"}, nil},
		{"two fields, one over runs", `<w:p>` + run0 + `{{单位}}、{{ra` + run1 + run0 + `te}}%` + run1 + `</w:p>`, "青林区、90.7%", []string{"rate", "单位"}, nil},
		{"blanks around a name", `<w:p>` + run0 + `{{ rate }}` + run1 + `</w:p>`, "90.7", []string{"rate"}, nil},
		{"a name that nobody knows stays", `<w:p>` + run0 + `{{那个}}` + run1 + `</w:p>`, "{{那个}}", nil, []string{"那个"}},
		{"a value is no field", `<w:p>` + run0 + `{{brace}}` + run1 + `</w:p>`, "{{rate}}", []string{"brace"}, nil},
		{"markup in a value is text", `<w:p>` + run0 + `{{odd}}` + run1 + `</w:p>`, `<w:p>&"\x00`, []string{"odd"}, nil},
		{"an empty value", `<w:p>` + run0 + `a{{empty}}b` + run1 + `</w:p>`, "ab", []string{"empty"}, nil},
		{"lines in a paragraph of their own are paragraphs", `<w:p><w:pPr><w:pStyle w:val="GWBody"/></w:pPr><w:r><w:rPr><w:rStyle w:val="GWStrong"/></w:rPr><w:t>{{many}}</w:t></w:r></w:p>`, "第一段\n第二段", []string{"many"}, nil},
		{"lines inside a text are lines", `<w:p>` + run0 + `a{{many}}` + run1 + `</w:p>`, "a第一段第二段", []string{"many"}, nil},
		{"a control by its tag", `<w:p>` + sdtOf + `</w:p>`, "青林区", []string{"unit"}, nil},
		{"a control around a paragraph", `<w:sdt><w:sdtPr><w:tag w:val="rate"/></w:sdtPr><w:sdtContent><w:p>` + run0 + `{{单位}}` + run1 + `</w:p></w:sdtContent></w:sdt>`, "90.7", []string{"rate"}, nil},
		{"a control that nobody knows", `<w:p>` + strings.ReplaceAll(strings.ReplaceAll(sdtOf, "unit", "x"), "单位", "y") + `</w:p>`, "单击此处输入", nil, nil},
		{"a field in a table", `<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="100"/></w:tblGrid><w:tr><w:tc><w:p>` + run0 + `{{rate}}` + run1 + `</w:p></w:tc></w:tr></w:tbl>`, "90.7", []string{"rate"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			got, err := Fill(&out, template(t, tt.body), fields)
			if err != nil {
				t.Fatal(err)
			}
			if s := strings.TrimRight(docxtest.Text(out.Bytes(), "word/document.xml"), "\n"); s != tt.want {
				t.Errorf("the text is %q, want %q", s, tt.want)
			}
			if !slices.Equal(got.Filled, tt.filled) || !slices.Equal(got.Unknown, tt.unknown) {
				t.Errorf("filled %v and left %v, want %v and %v", got.Filled, got.Unknown, tt.filled, tt.unknown)
			}
			if s := part(t, out.Bytes(), "word/document.xml"); strings.Contains(s, "showingPlcHdr") && strings.Contains(tt.want, "青林") {
				t.Error("a filled control still shows what to type")
			}
		})
	}
}

func TestFillKeepsTheLookOfAParagraph(t *testing.T) {
	var out bytes.Buffer
	if _, err := Fill(&out, template(t, `<w:p><w:pPr><w:pStyle w:val="GWBody"/></w:pPr><w:r><w:rPr><w:rStyle w:val="GWStrong"/></w:rPr><w:t>{{a}}</w:t></w:r></w:p>`), map[string]string{"a": "x\ny\nz"}); err != nil {
		t.Fatal(err)
	}
	docxtest.Check(t, out.Bytes())
	if s := part(t, out.Bytes(), "word/document.xml"); strings.Count(s, "GWBody") != 3 || strings.Count(s, "GWStrong") != 3 {
		t.Errorf("%s", s)
	}
}

func TestFillTheSameTwice(t *testing.T) {
	in := template(t, `<w:p>`+run0+`{{a}}`+run1+`</w:p>`)
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if _, err := Fill(b, in, map[string]string{"a": "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same template and fields gave two files")
	}
}

func TestHostileTemplatesAreRefused(t *testing.T) {
	b := written(t, &Document{})
	types, rels, main := part(t, b, "[Content_Types].xml"), part(t, b, "word/_rels/document.xml.rels"), part(t, b, "word/document.xml")
	with := func(rel string) string {
		return strings.Replace(rels, "</Relationships>", rel+"</Relationships>", 1)
	}
	for _, tt := range []struct {
		name string
		in   []byte
	}{
		{"no archive", []byte("PK\x03\x04 nothing")},
		{"no Word file", []byte("a text")},
		{"macros", template(t, "", "[Content_Types].xml", strings.Replace(types, ctDoc+"document.main+xml", "application/vnd.ms-word.document.macroEnabled.main+xml", 1))},
		{"a macro project", template(t, "", "word/vbaProject.bin", "\xd0\xcf\x11\xe0", "word/_rels/document.xml.rels", with(`<Relationship Id="v" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/>`))},
		{"a picture from outside", template(t, "", "word/_rels/document.xml.rels", with(`<Relationship Id="v" Type="`+relDoc+`image" Target="http://example.org/a.png" TargetMode="External"/>`))},
		{"a template from outside", template(t, "", "word/_rels/settings.xml.rels", `<Relationships xmlns="`+nsPack+`"><Relationship Id="v" Type="`+relDoc+`attachedTemplate" Target="http://example.org/a.dotm" TargetMode="External"/></Relationships>`)},
		{"a field that fetches", template(t, `<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> INCLUDETEXT "http://example.org" </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`)},
		{"entities", template(t, "", "word/document.xml", strings.Replace(main, "<w:document", `<!DOCTYPE x [<!ENTITY a "b">]><w:document`, 1))},
		{"a bomb", template(t, "<w:p>"+strings.Repeat(" ", 40<<20)+"</w:p>")},
		{"another file behind it", append(template(t, ""), "MZ and more"...)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Fill(new(bytes.Buffer), tt.in, nil)
			if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.TooLarge) {
				t.Errorf("taken: %v", err)
			}
			if _, ok := errors.AsType[*attach.Refusal](err); !ok {
				t.Errorf("nobody is told why: %v", err)
			}
		})
	}
}

// Whatever stands in a template: it is refused, or what comes out is as good a file
// as what went in.
func FuzzFill(f *testing.F) {
	for _, body := range []string{sdtOf, `<w:p>` + run0 + `{{a}}` + run1 + `</w:p>`, `<w:p>` + run0 + `{{a` + run1 + `<w:r><w:txbxContent><w:p>` + run0 + `}}{{b}}` + run1 + `</w:p></w:txbxContent></w:r></w:p>`, `<w:sdt><w:sdtPr><w:tag w:val="a"/></w:sdtPr><w:sdtContent><w:p>` + sdtOf + `</w:p></w:sdtContent></w:sdt>`, `<w:t>`, `<w:p/><w:t/><w:sdtContent/>`, `<![CDATA[{{a}}]]>`} {
		f.Add(body, "x\ny", "unit")
	}
	f.Fuzz(func(t *testing.T, body, value, name string) {
		in := template(t, body)
		var out bytes.Buffer
		_, err := Fill(&out, in, map[string]string{"a": value, "b": "", name: value})
		if err != nil {
			if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.TooLarge) {
				t.Fatalf("neither refused nor filled: %v", err)
			}
			return
		}
		if _, err := attach.Check("a.docx", bytes.NewReader(out.Bytes()), int64(out.Len())); err != nil {
			t.Fatalf("what came out is refused: %v\n%s", err, part(t, out.Bytes(), "word/document.xml"))
		}
	})
}

// The reader of one part: it stops with an error or gives a part in which as many
// elements end as begin.
func FuzzFillPart(f *testing.F) {
	for _, body := range []string{sdtOf, `<w:p>` + run0 + `{{a}}` + run1 + `</w:p>`, `<w:p>` + run0 + `{{` + run1 + `<w:p>` + run0 + `a}}{{a}}` + run1 + `</w:p></w:p>`, `<w:sdt><w:sdtPr><w:tag w:val="a"/></w:sdtPr><w:sdtContent>` + sdtOf + `</w:sdtContent></w:sdt>`, `<w:t><w:t>{{a}}</w:t></w:t>`, `<w:r/><w:t/>`} {
		f.Add(body, "x\ny")
	}
	f.Fuzz(func(t *testing.T, body, value string) {
		fl := &filler{fields: map[string]string{"a": value, "unit": value}, filled: map[string]bool{}, unknown: map[string]bool{}}
		out, err := fl.part([]byte(`<w:document>` + body + `</w:document>`))
		if err != nil {
			if !errors.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		depth := 0
		dec := xml.NewDecoder(bytes.NewReader(out))
		for {
			tok, err := dec.RawToken()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in\n%s", err, out)
			}
			switch tok.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
		}
		if depth != 0 {
			t.Fatalf("%d elements too many begin in\n%s", depth, out)
		}
	})
}
