package docx

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"shuren/internal/attach"
	"shuren/internal/chart"
	"shuren/internal/docx/docxtest"
	"shuren/internal/fault"
)

func written(t testing.TB, d *Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// variants are documents that between them have every part there is.
func variants() map[string]*Document {
	letter, up, minutes, plain, bare := sample(), sample(), sample(), sample(), &Document{}
	letter.Head = &Head{Kind: Letter, Agency: "云岫市教育体育局"}
	up.Head.Signer = "张三"
	minutes.Head = &Head{Kind: Minutes, Agency: "云岫市教育工作领导小组会议纪要", Number: "〔2027〕3号"}
	plain.Head, plain.Footer = nil, Colophon{}
	return map[string]*Document{"issued": sample(), "letter": letter, "upward": up, "minutes": minutes, "plain": plain, "empty": bare}
}

func TestDocumentsAreWhole(t *testing.T) {
	for name, d := range variants() {
		t.Run(name, func(t *testing.T) {
			b := written(t, d)
			docxtest.Check(t, b)
			if _, err := attach.Check("a.docx", bytes.NewReader(b), int64(len(b))); err != nil {
				t.Errorf("our own check of evidence refuses it: %v", err)
			}
		})
	}
}

func TestTheSameContentGivesTheSameBytes(t *testing.T) {
	for name, d := range variants() {
		first := written(t, d)
		time.Sleep(time.Millisecond)
		if !bytes.Equal(first, written(t, d)) {
			t.Errorf("%s differs when it is written again", name)
		}
	}
}

func TestTextIsWrittenAsItIs(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"markup is text", `<w:p>&"x"`, `<w:p>&"x"`},
		{"what XML cannot hold is left out", "a\x00b\x1bc\uFFFEd", "abcd"},
		{"text that is no UTF-8", "a\xffb", "ab"},
		{"half-width punctuation beside Chinese", "各县(市、区),限期:", "各县（市、区），限期："},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := written(t, &Document{Body: []Block{Text(tt.in)}})
			docxtest.Check(t, b)
			if got := strings.TrimRight(docxtest.Text(b, "word/document.xml"), "\n"); got != tt.want {
				t.Errorf("%q became %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestPunctuationOfAParagraphIsOneText(t *testing.T) {
	got := punctuated([]Run{{Text: "达标("}, {Text: "7项", Strong: true}, {Text: "),"}, {Text: "见(a)", Raw: true}, {Text: ",b"}})
	want := []string{"达标（", "7项", "），", "见(a)", ",b"}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("run %d is %q, want %q", i, got[i], want[i])
		}
	}
}

func TestLinksLeadToPagesOnly(t *testing.T) {
	for href, ok := range map[string]bool{"https://example.org/a?x=1&y=2": true, "mailto:a@example.org": true, "javascript:alert(1)": false, "file:///etc/passwd": false, "\\\\host\\share": false, "//host/x": false, "/trace/1": false} {
		err := (&Document{Body: []Block{Para{Runs: []Run{{Text: "x", Href: href}}}}}).Write(new(bytes.Buffer))
		if ok && err != nil || !ok && !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", href, err)
		}
	}
}

func TestTablesAreWhole(t *testing.T) {
	cell := func(text string, span, down int) Cell { return Cell{Text: text, Span: span, Down: down} }
	for _, tt := range []struct {
		name string
		t    Table
	}{
		{"a head of two rows", Table{Head: [][]Cell{{cell("a", 0, 2), cell("b", 2, 0)}, {cell("c", 0, 0), cell("d", 0, 0)}}, Rows: [][]Cell{{cell("1", 0, 0), cell("2", 0, 0), cell("3", 0, 0)}}}},
		{"rows that are too short", Table{Rows: [][]Cell{{cell("1", 0, 0), cell("2", 0, 0)}, {cell("3", 0, 0)}, nil}}},
		{"a cell that goes down past the end", Table{Rows: [][]Cell{{cell("1", 0, 9), cell("2", 0, 0)}, {cell("3", 0, 0)}}}},
		{"a wide cell that meets one from above", Table{Rows: [][]Cell{{cell("1", 0, 0), cell("2", 0, 3), cell("3", 0, 0)}, {cell("4", 3, 0)}, {cell("5", 0, 0)}}}},
		{"lines in a cell", Table{Rows: [][]Cell{{cell("a\nb", 0, 0)}}}},
		{"nothing in it", Table{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			docxtest.Check(t, written(t, &Document{Body: []Block{tt.t, tt.t}}))
		})
	}
}

func TestHeadsOfTablesAreRepeated(t *testing.T) {
	b := written(t, &Document{Body: []Block{Table{Head: [][]Cell{{{Text: "a"}}, {{Text: "b"}}}, Rows: [][]Cell{{{Text: "c"}}}}}})
	if n := strings.Count(part(t, b, "word/document.xml"), "<w:tblHeader/>"); n != 2 {
		t.Errorf("%d rows are repeated, want 2", n)
	}
}

func TestNumbersHaveTheirBrackets(t *testing.T) {
	for in, want := range map[string]string{"云教体[2027]18号": "云教体〔2027〕18号", "云教体（2027）18号": "云教体〔2027〕18号", "〔2027〕3号": "〔2027〕3号", Blank: "〔　　〕　　号", "[27]3号": "[27]3号"} {
		if got := number(in); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}

func TestOutlineNumbersHeadings(t *testing.T) {
	var o Outline
	var got []string
	for _, level := range []int{1, 2, 2, 3, 4, 1, 2, 3} {
		got = append(got, o.Next(level, "x").Text)
	}
	if s := strings.Join(got, " "); s != "一、x （一）x （二）x 1.x （1）x 二、x （一）x 1.x" {
		t.Error(s)
	}
	for n, want := range map[int]string{1: "一", 10: "十", 11: "十一", 20: "二十", 29: "二十九", 99: "九十九", 100: "100"} {
		if got := Numeral(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

func TestKindsWithoutAChartBecomeTheirTable(t *testing.T) {
	b := written(t, &Document{Body: []Block{Chart{Spec: chart.Spec{Kind: chart.Tiles, XName: "县", Unit: "%", Cells: []chart.Cell{{Label: "青林区", Value: "90.7"}}}}}})
	docxtest.Check(t, b)
	if s := docxtest.Text(b, "word/document.xml"); !strings.Contains(s, "青林区") || !strings.Contains(s, "90.7") {
		t.Errorf("the figures are not there: %s", s)
	}
}

func TestADocumentHasOnlyTheTimeItIsGiven(t *testing.T) {
	d := sample()
	if s := part(t, written(t, d), "docProps/core.xml"); !strings.Contains(s, "2027-03-31T08:00:00Z") {
		t.Error(s)
	}
	d.Made = time.Time{}
	if s := part(t, written(t, d), "docProps/core.xml"); strings.Contains(s, "dcterms:created") {
		t.Error(s)
	}
}
