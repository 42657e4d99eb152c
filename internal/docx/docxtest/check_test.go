package docxtest

import (
	"archive/zip"
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"
)

// whole are the parts of the smallest document that has nothing wrong.
func whole() map[string]string {
	const w = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	return map[string]string{
		"[Content_Types].xml":          `<Types><Default Extension="rels" ContentType="r"/><Override PartName="/word/document.xml" ContentType="d"/><Override PartName="/word/styles.xml" ContentType="s"/></Types>`,
		"_rels/.rels":                  `<Relationships><Relationship Id="rId1" Type="t" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels": `<Relationships><Relationship Id="rId1" Type="s" Target="styles.xml"/></Relationships>`,
		"word/styles.xml":              `<w:styles` + w + `><w:style w:styleId="A"><w:name w:val="a"/></w:style></w:styles>`,
		"word/document.xml": `<w:document` + w + ` xmlns:r="r" xmlns:wp="wp"><w:body><w:p><w:pPr><w:pStyle w:val="A"/><w:jc w:val="left"/></w:pPr><w:r><w:t>x</w:t></w:r></w:p>` +
			`<w:tbl><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl></w:body></w:document>`,
	}
}

func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(parts[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	// The content types come first by name: [ stands before _ and letters.
	return b.Bytes()
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	if p := Problems(zipped(t, whole())); len(p) > 0 {
		t.Fatalf("a whole document: %v", p)
	}
	for _, tt := range []struct{ name, part, old, new, want string }{
		{"a part without a type", "[Content_Types].xml", `<Override PartName="/word/styles.xml" ContentType="s"/>`, ``, "has no type"},
		{"a type without a part", "[Content_Types].xml", `/word/styles.xml`, `/word/other.xml`, "to no part"},
		{"a relation to nothing", "_rels/.rels", `word/document.xml`, `word/other.xml`, "leads to no part"},
		{"an id that is given twice", "word/_rels/document.xml.rels", `<Relationship `, `<Relationship Id="rId1" Type="h" Target="x" TargetMode="External"/><Relationship `, "given twice"},
		{"a part that nothing leads to", "word/_rels/document.xml.rels", `<Relationship Id="rId1" Type="s" Target="styles.xml"/>`, ``, "nothing leads to"},
		{"a relation that is not there", "word/document.xml", `<w:p>`, `<w:p><w:hyperlink r:id="rId9"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p><w:p>`, "is not there"},
		{"elements out of order", "word/document.xml", `<w:pStyle w:val="A"/><w:jc w:val="left"/>`, `<w:jc w:val="left"/><w:pStyle w:val="A"/>`, "too late"},
		{"an element where it must not stand", "word/document.xml", `<w:r><w:t>x</w:t></w:r>`, `<w:t>x</w:t>`, "must not stand"},
		{"a style that is not there", "word/document.xml", `w:val="A"`, `w:val="B"`, "the style B"},
		{"a row that does not fill its table", "word/document.xml", `<w:gridSpan w:val="2"/>`, ``, "1 columns of 2"},
		{"a cell without a paragraph", "word/document.xml", `<w:p/>`, ``, "end with a paragraph"},
		{"a cell that goes on from nothing", "word/document.xml", `<w:gridSpan w:val="2"/>`, `<w:gridSpan w:val="2"/><w:vMerge/>`, "from none above"},
		{"a prefix that is not declared", "word/document.xml", ` xmlns:wp="wp"`, ` a:x="1"`, "prefix a"},
		{"an element that is not closed", "word/document.xml", `</w:document>`, ``, "not closed"},
		{"a style that is given twice", "word/styles.xml", `</w:styles>`, `<w:style w:styleId="A"><w:name w:val="b"/></w:style></w:styles>`, "given twice"},
		{"two styles of one name", "word/styles.xml", `</w:styles>`, `<w:style w:styleId="B"><w:name w:val="a"/></w:style></w:styles>`, "have the name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parts := whole()
			parts[tt.part] = strings.Replace(parts[tt.part], tt.old, tt.new, 1)
			if got := strings.Join(Problems(zipped(t, parts)), "; "); !strings.Contains(got, tt.want) {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}
