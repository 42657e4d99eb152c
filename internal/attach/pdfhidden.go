package attach

import (
	"bytes"
	"errors"
)

var errHidden = errors.New("an object where none is to be")

// hidden tells that in what is no object of its own, a text, a comment or a
// stream, one begins: "12 0 obj". A program that goes by the table of places
// would find it there.
func hidden(b []byte) bool {
	for from := 0; ; {
		i := bytes.Index(b[from:], []byte("obj"))
		if i < 0 {
			return false
		}
		at := from + i
		from = at + 3
		rest, ok := beforeNumber(b[:at])
		if !ok {
			continue
		}
		if n := len(rest); n == 0 || !pdfSpace(rest[n-1]) {
			continue
		}
		if _, ok := beforeNumber(rest); ok {
			return true
		}
	}
}

// beforeNumber cuts blanks and a number off the end.
func beforeNumber(b []byte) ([]byte, bool) {
	n := len(b)
	for n > 0 && pdfSpace(b[n-1]) {
		n--
	}
	end := n
	for n > 0 && b[n-1] >= '0' && b[n-1] <= '9' {
		n--
	}
	return b[:n], n < end
}
