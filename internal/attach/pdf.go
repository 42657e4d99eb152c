// PDF: every object is read, those in packed streams of objects too, and what
// runs, fetches, opens or carries something else is refused by its name.

package attach

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// pdf is a PDF that is being read.
type pdf struct {
	objects map[int][]any // all that stand under a number: a change is added at the end
	opening []any         // what is done when it is opened
	left    int64         // bytes that may still be unpacked
}

func checkPDF(b []byte) error {
	tail := bytes.LastIndex(b, []byte("%%EOF"))
	switch {
	case !bytes.HasPrefix(b, []byte("%PDF-1.")) && !bytes.HasPrefix(b, []byte("%PDF-2.")), tail < 0:
		return damaged(PDF)
	case len(bytes.Trim(b[tail+5:], "\x00\t\n\f\r ")) > 0:
		return twoKinds()
	}
	p := &pdf{objects: map[int][]any{}, left: maxObjects}
	err := p.file(b)
	if err == nil {
		err = p.checkOpening()
	}
	switch {
	case errors.Is(err, errPDF):
		return damaged(PDF)
	case errors.Is(err, errHidden):
		return twoKinds()
	}
	return err
}

// file reads a file from end to end: objects, tables of places, trailers. Any
// other word between them is another kind of file.
func (p *pdf) file(b []byte) error {
	l := &pdfLexer{b: b, name: forbiddenName, entry: p.entry}
	var before []int // the numbers before a word
	for {
		v, done, err := l.next()
		if done || err != nil {
			return err
		}
		switch v := v.(type) {
		case int:
			if before = append(before, v); len(before) > 2 {
				before = before[1:]
			}
			continue
		case pdfDict: // of a trailer
			if _, ok := v["Encrypt"]; ok {
				return locked()
			}
		case pdfWord:
			switch {
			case v == "obj" && len(before) == 2:
				if err := p.object(l, before[0]); err != nil {
					return err
				}
			case slices.Contains([]pdfWord{"xref", "trailer", "startxref", "n", "f", "endobj", "endstream"}, v), strings.Trim(string(v), "0123456789") == "":
			default:
				return errPDF
			}
		default:
			return errPDF
		}
		before = nil
	}
}

// object reads what stands behind "12 0 obj".
func (p *pdf) object(l *pdfLexer, number int) error {
	var v any
	for {
		at := l.at
		next, done, err := l.next()
		if err != nil {
			return err
		}
		switch w, word := next.(pdfWord); {
		case done, word && w == "endobj":
			p.objects[number] = append(p.objects[number], v)
			return nil
		case word && w == "stream":
			d, ok := v.(pdfDict)
			if !ok {
				return errPDF
			}
			if err := p.stream(l, d); err != nil {
				return err
			}
		case word && w == "obj":
			return errPDF
		case word && (w == "xref" || w == "trailer" || w == "startxref"):
			l.at = at // an object that was left open
			p.objects[number] = append(p.objects[number], v)
			return nil
		case word && w == "R":
			v = pdfRef(0) // a reference as an object: not to be followed
		default:
			if v == nil {
				v = next
			}
		}
	}
}

// stream goes over the bytes of a stream, and reads those that hold objects.
func (p *pdf) stream(l *pdfLexer, d pdfDict) error {
	if bytes.HasPrefix(l.b[l.at:], []byte("\r\n")) {
		l.at += 2
	} else if l.at < len(l.b) && (l.b[l.at] == '\n' || l.b[l.at] == '\r') {
		l.at++
	}
	rest := l.b[l.at:]
	n, ok := d["Length"].(int)
	if !ok || n < 0 || n > len(rest) || !bytes.HasPrefix(bytes.TrimLeft(rest[n:min(len(rest), n+16)], "\x00\t\n\f\r "), []byte("endstream")) {
		if n = bytes.Index(rest, []byte("endstream")); n < 0 {
			return errPDF
		}
	}
	body := rest[:n]
	l.at += n
	if hidden(body) {
		return errHidden
	}
	if _, ok := d["F"]; ok {
		return outward()
	}
	if _, ok := d["Encrypt"]; ok {
		return locked()
	}
	// Whatever else it says, a stream without First cannot be read as objects.
	if _, ok := d["First"]; ok || d["Type"] == pdfName("ObjStm") {
		return p.packed(d, body)
	}
	return nil
}

// entry looks at an entry of a dictionary.
func (p *pdf) entry(key pdfName, v any) error {
	switch key {
	case "AA":
		return active("自动执行的动作", "actions that run by themselves", printDo.ZH, printDo.EN)
	case "EF", "Collection":
		return embedded()
	case "Encrypt":
		return locked()
	case "OpenAction":
		p.opening = append(p.opening, v)
	case "S", "Subtype":
		switch v {
		case pdfName("Rendition"), pdfName("Movie"), pdfName("Sound"), pdfName("Screen"), pdfName("3D"):
			return active("音频、视频或三维模型", "sound, video or models", printDo.ZH, printDo.EN)
		}
	case "URI":
		if t, ok := v.(pdfText); ok {
			if u, err := url.Parse(strings.TrimSpace(string(t))); err == nil && u.Scheme != "" && !webLink(string(t)) {
				return outward()
			}
		}
	}
	return nil
}

// checkOpening lets a file open at a page, and do nothing else.
func (p *pdf) checkOpening() error {
	for _, v := range p.opening {
		all := []any{v}
		if ref, ok := v.(pdfRef); ok {
			all = p.objects[int(ref)]
		}
		for _, v := range all {
			d, ok := v.(pdfDict)
			if !ok {
				if _, again := v.(pdfRef); again {
					return errPDF
				}
				continue // a page
			}
			if _, more := d["Next"]; more || d["S"] != pdfName("GoTo") {
				return active("打开时自动执行的动作", "an action that runs when it is opened", printDo.ZH, printDo.EN)
			}
		}
	}
	return nil
}
