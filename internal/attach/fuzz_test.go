package attach

import (
	"bytes"
	"errors"
	"image"
	"strings"
	"testing"
)

// FuzzClean: whatever comes is taken or refused in words; what is taken stays as
// it is when it is taken again, and a picture can be drawn.
func FuzzClean(f *testing.F) {
	for _, c := range append(takenCases(), hostileCases()...) {
		if len(c.body) < 20_000 {
			f.Add(c.name, c.body)
		}
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		file, body, err := Clean(name, bytes.NewReader(b), int64(len(b)))
		if err != nil {
			if _, ok := errors.AsType[*Refusal](err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		again, body2, err := Clean(file.Name, bytes.NewReader(body), int64(len(body)))
		if err != nil || again != file || !bytes.Equal(body, body2) {
			t.Fatalf("taken again it is %+v, %v; it was %+v", again, err, file)
		}
		if file.Type.Image() {
			if _, _, err := image.DecodeConfig(bytes.NewReader(body)); err != nil {
				t.Fatalf("a picture that nobody can read: %v", err)
			}
		}
	})
}

// FuzzPDF goes around the outer checks.
func FuzzPDF(f *testing.F) {
	for _, c := range hostilePapers() {
		if len(c.body) < 20_000 {
			f.Add(c.body)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := checkPDF(append([]byte("%PDF-1.7\n"), append(b, "\n%%EOF\n"...)...)); err != nil {
			if _, ok := errors.AsType[*Refusal](err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
		}
	})
}

// FuzzPart goes around the archive: what a part of a document says.
func FuzzPart(f *testing.F) {
	f.Add(`<w:p><w:fldSimple w:instr="PAGE"/></w:p>`, "_rels/.rels")
	f.Add(wordField(" DDE x "), "word/document.xml")
	f.Add(`<svg onload="x"/>`, "word/media/a.svg")
	f.Add(`<xml><br></xml>`, "word/a.vml")
	f.Fuzz(func(t *testing.T, text, name string) {
		if strings.HasSuffix(name, "/") || strings.HasPrefix(name, "=") || len(name) > 1000 {
			return // the maker takes it for something else
		}
		left := int64(maxUnpacked)
		a, err := directory(DOCX, word("", name, text), &left)
		if err != nil {
			return
		}
		if err := checkOffice(a, DOCX, false); err != nil {
			if _, ok := errors.AsType[*Refusal](err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
		}
	})
}
