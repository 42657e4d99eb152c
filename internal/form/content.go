// What fillers gave, as JSON: strictly read, within limits.

package form

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Limits on a content, far above what any form needs.
const (
	MaxContent = 2 << 20 // bytes of JSON
	maxCells   = 5_000
	maxRows    = 3_000 // of all lists together
	maxText    = 2_000 // characters of one answer
	maxReasons = 500
	maxShort   = 100 // characters of an id or of a name in the signature block
)

// ReadContent reads a content as drafts, pages and the API carry it. What it does
// not know is an error: a word that nobody reads is a figure that somebody lost.
func ReadContent(b []byte) (Content, error) {
	if len(b) > MaxContent {
		return Content{}, fmt.Errorf("a content has at most %d bytes, this one has %d: %w", MaxContent, len(b), fault.TooLarge)
	}
	var c Content
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return Content{}, fmt.Errorf("content: %s: %w", err, fault.Invalid)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Content{}, fmt.Errorf("content: more than one JSON value: %w", fault.Invalid)
	}
	if err := c.Limits(); err != nil {
		return Content{}, err
	}
	return c, nil
}

// JSON is the content as [ReadContent] reads it. The same content gives the same
// bytes.
func (c Content) JSON() []byte {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // texts, maps and numbers only
	}
	return b
}

// Limits reports a content that no form can have. What is saved without asking
// could not be read again.
func (c *Content) Limits() error {
	rows := 0
	for _, l := range c.Lists {
		rows += len(l)
	}
	for _, x := range []struct {
		what    string
		n, most int
	}{
		{"cells", len(c.Cells), maxCells}, {"rows", rows, maxRows}, {"lists", len(c.Lists), maxShort}, {"reasons", len(c.Reasons), maxReasons},
		{"groups", len(c.Same), maxShort}, {"places of cells", len(c.Cites), maxCells},
	} {
		if x.n > x.most {
			return fmt.Errorf("a content has at most %d %s, this one has %d: %w", x.most, x.what, x.n, fault.TooLarge)
		}
	}
	var err error
	text := func(s string, most int) {
		if n := utf8.RuneCountInString(s); n > most && err == nil {
			err = fmt.Errorf("a text of %d characters, where at most %d are read: %w", n, most, fault.TooLarge)
		}
	}
	cite := func(at edu.Cell) {
		for _, s := range []string{at.Submission, at.File, at.Sheet, at.Column, at.Header, at.Text} {
			text(s, maxText)
		}
	}
	for k, v := range c.Cells {
		text(k, maxShort)
		text(v, maxText)
	}
	for id, rows := range c.Lists {
		text(id, maxShort)
		for _, r := range rows {
			text(string(r.Part), maxShort)
			cite(r.Cite)
			if len(r.Cells) > maxShort {
				return fmt.Errorf("a row has at most %d columns: %w", maxShort, fault.TooLarge)
			}
			for k, v := range r.Cells {
				text(k, maxShort)
				text(v, maxText)
			}
		}
	}
	for k, r := range c.Reasons {
		text(k, 2*maxShort)
		text(r.Code, maxShort)
		text(r.Text, maxText)
	}
	for k, at := range c.Cites {
		text(k, maxShort)
		cite(at)
	}
	for _, s := range c.Same {
		text(s, maxShort)
	}
	for _, s := range []string{c.Sign.Filler, c.Sign.Phone, c.Sign.Reviewer, c.Sign.Head} {
		text(s, maxShort)
	}
	return err
}

// IsEmpty tells whether nothing was filled in yet.
func (c *Content) IsEmpty() bool { return len(c.Cells) == 0 && len(c.Lists) == 0 && len(c.Same) == 0 }
