// A pull parser for the XML inside workbooks.
//
// It exists because a worksheet of a million rows has to pass in bounded
// memory, with the type, the style and the formula of each cell, in a tenth of
// the time encoding/xml takes. It knows elements, attributes, text, CDATA,
// comments and the five named entities; a document type is refused, so nothing
// can expand.

package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"
)

type xmlToken uint8

const (
	xmlEnd   xmlToken = iota + 1 // of an element
	xmlStart                     // of an element
	xmlText
	xmlEOF
)

// maxToken bounds one tag or one run of text: 32,767 characters written as
// entities fit.
const maxToken = 1 << 20

type xmlScanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	eof      bool
	depth    int
	begun    bool
	closing  bool // the last element closed itself; its end comes next

	name  []byte // of the element, without prefix
	attrs []byte // raw
	text  []byte // raw, or plain where cdata
	cdata bool
}

func newXMLScanner(r io.Reader) *xmlScanner {
	return &xmlScanner{r: r, buf: make([]byte, 64<<10)}
}

// damagedXML refuses a workbook that no spreadsheet program wrote so.
func damagedXML(cause string) *Refusal {
	return invalid("工作簿已损坏，请用 Excel 打开后另存再上传", "the workbook is damaged: "+cause)
}

// more reads on, moving what is not used yet to the front.
func (s *xmlScanner) more() error {
	if s.eof {
		return io.EOF
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= maxToken {
			return tooLarge("单元格内容过长", "a cell is too long")
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	if err == io.EOF {
		s.eof = true
		if n == 0 {
			return io.EOF
		}
		return nil
	}
	return err
}

// until finds a mark at or after pos+from and gives its offset from pos.
func (s *xmlScanner) until(mark string, from int) (int, error) {
	for {
		if s.end-s.pos >= from {
			if i := bytes.Index(s.buf[s.pos+from:s.end], []byte(mark)); i >= 0 {
				return from + i, nil
			}
			from = max(from, s.end-s.pos-len(mark)+1)
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// next gives the next token; its bytes hold until the call after.
func (s *xmlScanner) next() (xmlToken, error) {
	if s.closing {
		s.closing = false
		s.depth--
		return xmlEnd, nil
	}
	for {
		for s.end == s.pos {
			if err := s.more(); err == io.EOF {
				if s.depth > 0 || !s.begun {
					return 0, damagedXML("the file ends too early")
				}
				return xmlEOF, nil
			} else if err != nil {
				return 0, err
			}
		}
		if !s.begun && s.buf[s.pos] == 0xEF {
			if _, err := s.until("\xBF", 0); err == nil {
				s.pos += 3
				continue
			}
		}
		if s.buf[s.pos] != '<' {
			n, err := s.until("<", 0)
			if err == io.EOF {
				n = s.end - s.pos
			} else if err != nil {
				return 0, err
			}
			s.text, s.cdata = s.buf[s.pos:s.pos+n], false
			s.pos += n
			if s.depth == 0 {
				if len(bytes.TrimSpace(s.text)) > 0 {
					return 0, damagedXML("text outside of elements")
				}
				continue
			}
			return xmlText, nil
		}
		tok, err := s.markup()
		if err == io.EOF {
			return 0, damagedXML("the file ends too early")
		}
		if err != nil || tok != 0 {
			return tok, err
		}
	}
}

// markup reads what begins with "<"; no token for a comment or declaration.
func (s *xmlScanner) markup() (xmlToken, error) {
	for s.end-s.pos < 2 {
		if err := s.more(); err != nil {
			return 0, err
		}
	}
	switch s.buf[s.pos+1] {
	case '?':
		n, err := s.until("?>", 2)
		if err == nil {
			if d := bytes.ToLower(s.buf[s.pos : s.pos+n]); !s.begun && bytes.Contains(d, []byte("encoding")) && !bytes.Contains(d, []byte("utf-8")) && !bytes.Contains(d, []byte("ascii")) {
				return 0, damagedXML("it is not written in UTF-8")
			}
			s.pos += n + 2
		}
		return 0, err
	case '!':
		for s.end-s.pos < 9 {
			if err := s.more(); err != nil {
				return 0, err
			}
		}
		switch head := s.buf[s.pos:s.end]; {
		case bytes.HasPrefix(head, []byte("<!--")):
			n, err := s.until("-->", 4)
			if err == nil {
				s.pos += n + 3
			}
			return 0, err
		case bytes.HasPrefix(head, []byte("<![CDATA[")):
			n, err := s.until("]]>", 9)
			if err != nil {
				return 0, err
			}
			if s.depth == 0 {
				return 0, damagedXML("text outside of elements")
			}
			s.text, s.cdata = s.buf[s.pos+9:s.pos+n], true
			s.pos += n + 3
			return xmlText, nil
		}
		return 0, damagedXML("a document type is not allowed")
	case '/':
		n, err := s.until(">", 2)
		if err != nil {
			return 0, err
		}
		s.name = s.buf[s.pos+2 : s.pos+n]
		for len(s.name) > 0 && space(s.name[len(s.name)-1]) {
			s.name = s.name[:len(s.name)-1]
		}
		s.name = local(s.name)
		s.pos += n + 1
		if s.depth--; s.depth < 0 || len(s.name) == 0 {
			return 0, damagedXML("an element ends that never began")
		}
		return xmlEnd, nil
	}
	// A tag ends at the first > outside of quotes.
	n := 1
	for {
		i, err := s.tagPart(n)
		if err != nil {
			return 0, err
		}
		if n = i; s.buf[s.pos+n] == '>' {
			break
		}
		if n, err = s.until(string(s.buf[s.pos+n]), n+1); err != nil {
			return 0, err
		}
		n++
	}
	tag := s.buf[s.pos+1 : s.pos+n]
	s.pos += n + 1
	if s.closing = bytes.HasSuffix(tag, []byte("/")); s.closing {
		tag = tag[:len(tag)-1]
	}
	cut := 0
	for cut < len(tag) && !space(tag[cut]) {
		cut++
	}
	s.name, s.attrs = local(tag[:cut]), tag[cut:]
	if len(s.name) == 0 {
		return 0, damagedXML("an element without a name")
	}
	if s.depth++; s.depth > 64 {
		return 0, damagedXML("elements too deep in each other")
	}
	s.begun = true
	return xmlStart, nil
}

// tagPart finds the next quote or > of a tag.
func (s *xmlScanner) tagPart(from int) (int, error) {
	for {
		for i := s.pos + from; i < s.end; i++ {
			if c := s.buf[i]; c == '>' || c == '"' || c == '\'' {
				return i - s.pos, nil
			}
		}
		from = s.end - s.pos
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i > 0 && i < len(name)-1 && bytes.IndexByte(name[i+1:], ':') < 0 {
		return name[i+1:]
	}
	return name
}

// attr is the raw value of an attribute of the element that began last.
func (s *xmlScanner) attr(name string) []byte {
	a := s.attrs
	for {
		for len(a) > 0 && space(a[0]) {
			a = a[1:]
		}
		eq := bytes.IndexByte(a, '=')
		if eq < 0 {
			return nil
		}
		key := a[:eq]
		for len(key) > 0 && space(key[len(key)-1]) {
			key = key[:len(key)-1]
		}
		a = a[eq+1:]
		for len(a) > 0 && space(a[0]) {
			a = a[1:]
		}
		if len(a) == 0 || a[0] != '"' && a[0] != '\'' {
			return nil
		}
		q := bytes.IndexByte(a[1:], a[0])
		if q < 0 {
			return nil
		}
		if string(key) == name {
			return a[1 : 1+q]
		}
		a = a[q+2:]
	}
}

func space(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// appendText appends the meaning of a run of text.
func (s *xmlScanner) appendText(dst []byte) ([]byte, error) {
	if s.cdata {
		return append(dst, s.text...), nil
	}
	return unescape(dst, s.text)
}

// unescape appends text with its entities resolved.
func unescape(dst, raw []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return append(dst, raw...), nil
		}
		dst = append(dst, raw[:i]...)
		end := bytes.IndexByte(raw[i:], ';')
		if end < 0 {
			return nil, damagedXML("an entity without an end")
		}
		name := string(raw[i+1 : i+end])
		raw = raw[i+end+1:]
		switch name {
		case "lt":
			dst = append(dst, '<')
		case "gt":
			dst = append(dst, '>')
		case "amp":
			dst = append(dst, '&')
		case "apos":
			dst = append(dst, '\'')
		case "quot":
			dst = append(dst, '"')
		default:
			base, digits := 10, name
			if len(name) > 1 && name[0] == '#' {
				if digits = name[1:]; digits[0] == 'x' {
					base, digits = 16, digits[1:]
				}
			}
			n, err := strconv.ParseUint(digits, base, 32)
			if err != nil || digits == name || !utf8.ValidRune(rune(n)) || n == 0 {
				return nil, damagedXML(fmt.Sprintf("unknown entity %q", name))
			}
			dst = utf8.AppendRune(dst, rune(n))
		}
	}
}
