package draft

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"shuren/internal/fault"
)

const wordBody = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>` +
	`<w:p><w:r><w:t>会议</w:t></w:r><w:r><w:t xml:space="preserve">决定，</w:t></w:r><w:del><w:r><w:delText>不</w:delText><w:t>不</w:t></w:r></w:del><w:r><w:t>由市教体局牵头</w:t></w:r></w:p>` +
	`<w:tbl><w:tr><w:tc><w:p><w:r><w:t>新建幼儿园3所</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2025年底前</w:t></w:r></w:p></w:tc></w:tr></w:tbl>` +
	`<mc:AlternateContent><mc:Choice Requires="wps"><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>框</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>` +
	`</w:body></w:document>`

// word makes a Word document with one part.
func word(t testing.TB, name, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadGivesTheText(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("全市教育发展大会"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, file string
		in         []byte
		want       string
	}{
		{"UTF-8", "a.txt", []byte("全市教育"), "全市教育"},
		{"with a mark", "a.txt", []byte("\xEF\xBB\xBF全市"), "全市"},
		{"GB18030", "a.txt", gb, "全市教育发展大会"},
		{"UTF-16", "a.txt", []byte("\xFF\xFE\x02\x5e"), "市"},
		{"Word: what was taken out is not read, a box is read once", "a.docx", word(t, "word/document.xml", wordBody), "会议决定，由市教体局牵头\n新建幼儿园3所\n2025年底前\n框\n"},
		{"Word under another name", "a.txt", word(t, "word/document.xml", wordBody), "会议决定，由市教体局牵头\n新建幼儿园3所\n2025年底前\n框\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := Read(tt.file, tt.in); err != nil || got != tt.want {
				t.Errorf("%q, %v; want %q", got, err, tt.want)
			}
		})
	}
}

func TestHostileFilesAreRefusedWithWords(t *testing.T) {
	open := `<w:document xmlns:w="x"><w:body>`
	for _, tt := range []struct {
		name string
		in   []byte
		kind error
		says string
	}{
		{"empty", nil, fault.Invalid, "没有文字"},
		{"only blanks", []byte(" \n\t"), fault.Invalid, "没有文字"},
		{"bytes of no text", []byte("\xff\xff\xff\x80"), fault.Invalid, "文本"},
		{"zero bytes", []byte("会\x00议"), fault.Invalid, "文本"},
		{"an old .doc", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), fault.Invalid, ".doc"},
		{"a PDF", []byte("%PDF-1.7"), fault.Invalid, "PDF"},
		{"a workbook", word(t, "xl/workbook.xml", "<x/>"), fault.Invalid, "Word"},
		{"a broken package", []byte("PK\x03\x04rubbish"), fault.Invalid, "Word"},
		{"a name that lies", []byte("全市"), fault.Invalid, "Word"},
		{"a declaration", word(t, "word/document.xml", `<!DOCTYPE x [<!ENTITY a "b">]>`+wordBody), fault.Invalid, "DOCTYPE"},
		{"cut off", word(t, "word/document.xml", open+`<w:p><w:t>会`), fault.Invalid, "Word"},
		{"too deep", word(t, "word/document.xml", open+strings.Repeat("<w:p>", 1000)), fault.TooLarge, "层次"},
		{"a bomb of marks", word(t, "word/document.xml", open+strings.Repeat("<w:i/>", maxXML/6+1)), fault.TooLarge, "MB"},
		{"a bomb of text", word(t, "word/document.xml", open+"<w:p><w:t>"+strings.Repeat("会", 5*MaxChars)+"</w:t></w:p></w:body></w:document>"), fault.TooLarge, "个字"},
		{"a text too long", []byte(strings.Repeat("会", MaxChars+1)), fault.TooLarge, "个字"},
		{"a file too large", make([]byte, MaxFile+1), fault.TooLarge, "MB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			name := "a.txt"
			if strings.Contains(tt.name, "lies") {
				name = "a.docx"
			}
			text, err := Read(name, tt.in)
			var no *Refusal
			if !errors.As(err, &no) || !errors.Is(err, tt.kind) || !strings.Contains(no.Text.ZH, tt.says) || no.Text.EN == "" || text != "" {
				t.Errorf("%d characters, %v; want %v that says %q", len(text), err, tt.kind, tt.says)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add("a.docx", word(f, "word/document.xml", wordBody))
	f.Add("a.txt", []byte("会议决定，由市教体局牵头，2025年底前完成。"))
	f.Add("a.txt", []byte("\xFF\xFE\x02\x5e"))
	f.Add("", []byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		text, err := Read(name, b)
		if err != nil {
			var no *Refusal
			if !errors.As(err, &no) {
				t.Errorf("%v says nothing to the person", err)
			}
			return
		}
		sound(t, Make(text, Options{}))
	})
}

func FuzzParagraphs(f *testing.F) {
	f.Add([]byte(wordBody))
	f.Add([]byte(`<a><del><t>x</t></del><t>y</t>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if text, err := paragraphs(bytes.NewReader(b)); err != nil && text != "" {
			t.Errorf("%q beside %v", text, err)
		}
	})
}
