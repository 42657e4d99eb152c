package docx

import (
	"bytes"
	"strconv"
	"sync"
)

// xmlPart is the text of a part as it grows.
type xmlPart struct{ bytes.Buffer }

// put writes markup as it stands.
func (b *xmlPart) put(parts ...string) {
	for _, p := range parts {
		b.WriteString(p)
	}
}

// say writes text. Characters that XML has no place for are left out: whoever
// pasted them saw nothing of them.
func (b *xmlPart) say(s string) {
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r < ' ' && r != '\t' && r != '\n', r == 0xFFFD, r == 0xFFFE, r == 0xFFFF:
		case r == '\t' || r == '\n':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
}

func said(s string) string {
	var b xmlPart
	b.say(s)
	return b.String()
}

func itoa(n int) string { return strconv.Itoa(n) }

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// buffers are used again: thousands of documents are written in one command.
var buffers = sync.Pool{New: func() any { return new(xmlPart) }}

func newPart() *xmlPart {
	b := buffers.Get().(*xmlPart)
	b.Reset()
	return b
}

func (b *xmlPart) done() {
	if b.Cap() < 1<<22 {
		buffers.Put(b)
	}
}
