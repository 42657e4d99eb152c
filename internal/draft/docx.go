// The text of a Word document: the paragraphs of word/document.xml and nothing
// else. Nothing in the file is run, followed or fetched.

package draft

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"shuren/internal/fault"
)

func notWord() error {
	return refuse(fault.Invalid, "不是 Word 文档，或文件已损坏", "this is no Word document, or it is damaged")
}

func bomb() error {
	return refuse(fault.TooLarge, fmt.Sprintf("Word 文档解压后的正文超过 %d MB", maxXML>>20), fmt.Sprintf("the text part of the Word document unpacks to more than %d MB", maxXML>>20))
}

// docx gives the paragraphs of a Word document, a line each.
func docx(b []byte) (string, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return "", notWord()
	}
	if len(z.File) > maxParts {
		return "", refuse(fault.TooLarge, fmt.Sprintf("Word 文档的部件超过 %d 个", maxParts), fmt.Sprintf("the Word document has more than %d parts", maxParts))
	}
	for _, f := range z.File {
		if f.Name != "word/document.xml" {
			continue
		}
		if f.UncompressedSize64 > maxXML {
			return "", bomb()
		}
		r, err := f.Open()
		if err != nil {
			return "", notWord()
		}
		defer r.Close()
		// The header may lie about the size, so what comes out is counted too.
		return paragraphs(&atMost{r, maxXML})
	}
	return "", notWord()
}

var errTooMuch = errors.New("more than allowed")

type atMost struct {
	r    io.Reader
	left int64
}

func (l *atMost) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooMuch
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// skipped hold what is not the text as it stands: taken out, moved away, or the
// same again for old programs.
var skipped = map[string]bool{"del": true, "moveFrom": true, "Fallback": true, "instrText": true, "delText": true}

// paragraphs reads the text of a document part.
func paragraphs(r io.Reader) (string, error) {
	dec := xml.NewDecoder(r)
	var out strings.Builder
	depth, skip, text := 0, 0, false
	for {
		tok, err := dec.Token()
		switch {
		case errors.Is(err, errTooMuch):
			return "", bomb()
		case err == io.EOF:
			if depth != 0 {
				return "", notWord()
			}
			return out.String(), nil
		case err != nil:
			return "", notWord()
		}
		switch t := tok.(type) {
		case xml.Directive:
			return "", refuse(fault.Invalid, "Word 文档中有不允许的声明（DOCTYPE）", "the Word document holds a declaration that is not allowed (DOCTYPE)")
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return "", refuse(fault.TooLarge, "Word 文档的层次过深", "the Word document is nested too deeply")
			}
			switch {
			case skip > 0, skipped[t.Name.Local]:
				skip++
			case t.Name.Local == "t":
				text = true
			case t.Name.Local == "tab":
				out.WriteByte(' ')
			case t.Name.Local == "br", t.Name.Local == "cr":
				out.WriteByte('\n')
			}
		case xml.EndElement:
			depth--
			switch {
			case skip > 0:
				skip--
			case t.Name.Local == "t":
				text = false
			case t.Name.Local == "p":
				out.WriteByte('\n')
			}
		case xml.CharData:
			if text && skip == 0 {
				out.Write(t)
			}
		}
		if out.Len() > 4*MaxChars+4096 {
			return out.String(), nil // Check refuses it
		}
	}
}
