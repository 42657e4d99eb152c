// How the bytes of a CSV file become UTF-8, and what separates its cells.

package sheet

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset is what a CSV file is written in. It is decided by the first bytes
// that are not ASCII, for in ASCII all of them agree.
type charset uint8

const (
	unknown charset = iota
	utf8Text
	gb18030
)

// unmark takes a byte order mark off the front, turning UTF-16 into UTF-8.
func unmark(r *bufio.Reader) (io.Reader, charset, error) {
	head, err := r.Peek(4)
	if err != nil && err != io.EOF {
		return nil, unknown, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		_, err = r.Discard(3)
		return r, utf8Text, err
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(r), utf8Text, nil
	}
	return r, unknown, nil
}

// charsetOf decides by the first text that is not ASCII.
func charsetOf(b []byte) charset {
	if isASCII(b) {
		return unknown
	}
	if utf8.Valid(b) {
		return utf8Text
	}
	// Chinese in GB18030 is nearly all invalid as UTF-8. Where only little of it
	// is, it is UTF-8 with a broken place, to be refused there, not misread.
	foreign, bad := 0, 0
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		foreign += n
		if r == utf8.RuneError && n == 1 {
			bad++
		}
		b = b[n:]
	}
	if foreign > 40 && bad*10 < foreign {
		return utf8Text
	}
	return gb18030
}

func isASCII(b []byte) bool {
	for len(b) >= 8 {
		if (b[0]|b[1]|b[2]|b[3]|b[4]|b[5]|b[6]|b[7])&0x80 != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// decode gives the UTF-8 of a block; row is where it breaks, counted from 0.
func decode(b []byte, cs charset) (text []byte, row int, err *Refusal) {
	switch cs {
	case gb18030:
		out, e := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if at := bytes.IndexRune(out, utf8.RuneError); e != nil || at >= 0 {
			return nil, bytes.Count(out[:max(at, 0)], []byte{'\n'}), invalid("文字既不是 UTF-8 也不是 GB18030 编码", "the text is neither UTF-8 nor GB18030")
		}
		return out, 0, nil
	case utf8Text:
		if !utf8.Valid(b) {
			at := 0
			for at < len(b) {
				r, n := utf8.DecodeRune(b[at:])
				if r == utf8.RuneError && n == 1 {
					break
				}
				at += n
			}
			return nil, bytes.Count(b[:at], []byte{'\n'}), invalid("文字不是有效的 UTF-8 编码", "the text is not valid UTF-8")
		}
	}
	return b, 0, nil
}

// separator is the comma, tab or semicolon that is most frequent outside
// quotes in the first record that has any; a comma where there is none.
func separator(b []byte) byte {
	var count [3]int
	const seps = ",\t;"
	quoted := false
	for _, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\n':
			if count != [3]int{} {
				goto done
			}
		default:
			if i := bytes.IndexByte([]byte(seps), c); i >= 0 {
				count[i]++
			}
		}
	}
done:
	best := 0
	for i := range count {
		if count[i] > count[best] {
			best = i
		}
	}
	return seps[best]
}
