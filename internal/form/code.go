// The check code of what was handed in, printed on the sign-and-seal page.

package form

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"shuren/internal/edu"
)

// Code is the check code of the paper's figures as they were handed in for the
// handed-th time: 12 letters and digits that change with any figure, reason or
// name in the signature block. Paper and system agree where their codes do.
func (p *Paper) Code(handed int) string {
	h := sha256.New()
	put := func(parts ...string) {
		for _, s := range parts {
			h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) // no two lists of texts read the same
			h.Write([]byte(s))
		}
	}
	put(p.Pack.Ref(), p.Form.ID, p.Period.String(), string(p.Unit.ID), p.Unit.Code, strconv.Itoa(handed))
	for k, f := range p.Cells() {
		a := p.cell(k, false)
		switch {
		case f.IsText():
			put(k.String(), a.text)
		case a.wanted != nil: // a figure that cannot be read is still what was written
			put(k.String(), "?", a.text)
		default:
			put(k.String(), a.value.String())
		}
	}
	for i := range p.Lists {
		l := &p.Lists[i]
		rows, _ := p.rows(l.List.ID, false)
		put("list", l.List.ID, strconv.Itoa(len(rows)))
		for _, r := range rows {
			put(string(r.Part))
			for _, c := range l.List.Columns {
				text := r.Cells[c.ID]
				if v, wanted := Read(text, c, nil); c.Type != edu.TypeText && wanted == nil {
					text = v.String()
				}
				put(c.ID, text)
			}
		}
	}
	for _, k := range sorted(p.Content.Reasons) {
		put("reason", k, p.Content.Reasons[k].Code, p.Content.Reasons[k].Text)
	}
	s := p.Content.Sign
	put("sign", s.Filler, s.Phone, s.Reviewer, s.Head)
	return base32.StdEncoding.EncodeToString(h.Sum(nil))[:12]
}

// Digest tells contents apart, wherever they came from: "" is that of an empty
// one. Unlike [Paper.Code] it does not move with what is known.
func (c Content) Digest() string {
	c.Cites, c.Sign.At = nil, time.Time{}
	lists := map[string][]Row{}
	for id, rows := range c.Lists {
		lists[id] = slices.Clone(rows)
		for i := range lists[id] {
			lists[id][i].Cite = edu.Cell{}
		}
	}
	c.Lists = lists
	b := c.JSON()
	if string(b) == "{}" {
		return ""
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:16])
}
