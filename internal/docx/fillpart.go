package docx

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"shuren/internal/fault"
)

// filler fills the parts of a template. It changes bytes of texts and leaves all
// others alone, so that what it does not know stays.
type filler struct {
	fields          map[string]string
	filled, unknown map[string]bool

	src   []byte
	paras []*para    // that are open
	sdts  []*control // that are open
	edits []edit
}

// edit puts other bytes in the place of some.
type edit struct {
	from, to int
	put      string
}

// para is a paragraph as it is read.
type para struct {
	from     int
	ppr      [2]int
	nodes    []*node
	simple   bool // nothing but runs of text
	controls int  // that are open around it
}

// node is a text, from its tag to the end of it.
type node struct {
	from, to int
	text     string
	rpr      [2]int // of its run
}

// control is a content control. What it holds is its value's place.
type control struct {
	names   []string
	name    string // the field it takes
	hint    bool   // it shows what to type, in a look of its own
	nodes   []*node
	drop    [][2]int // elements that make an office program show something else
	styles  [][2]int // looks of what it holds
	content bool
}

// Names are short, on one line and without brackets.
var fieldIn = regexp.MustCompile(`\{\{([^{}\n]{1,60})\}\}`)

// part fills one part.
func (f *filler) part(src []byte) ([]byte, error) {
	f.src, f.paras, f.sdts, f.edits = src, nil, nil, nil
	dec := xml.NewDecoder(bytes.NewReader(src))
	var (
		from, runFrom int
		rpr           [2]int
		open          *node
		starts        []int
		names         []xml.Name
	)
	for {
		from = int(dec.InputOffset())
		tok, err := dec.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", err, fault.Invalid)
		}
		to := int(dec.InputOffset())
		switch x := tok.(type) {
		case xml.StartElement:
			starts, names = append(starts, from), append(names, x.Name)
			switch word(x.Name) {
			case "p":
				f.paras = append(f.paras, &para{from: from, simple: true, controls: f.holding()})
			case "r":
				runFrom, rpr = from, [2]int{}
			case "t":
				open = &node{from: from, rpr: rpr}
			case "sdt":
				f.sdts = append(f.sdts, &control{})
			case "sdtContent":
				f.enter()
			}
			f.property(x)
		case xml.CharData:
			if open != nil {
				open.text += string(x)
			}
		case xml.EndElement:
			last := len(starts) - 1
			if last < 0 || names[last] != x.Name {
				return nil, fmt.Errorf("%s ends that did not begin: %w", x.Name.Local, fault.Invalid)
			}
			began := starts[last]
			starts, names = starts[:last], names[:last]
			span := [2]int{began, to}
			switch name := word(x.Name); name {
			case "t":
				if open != nil && open.to == 0 {
					open.to = to
					f.take(open)
				}
				open = nil
			case "rPr":
				if began >= runFrom && runFrom > 0 {
					rpr = span
				}
			case "pPr":
				if n := len(f.paras); n > 0 {
					f.paras[n-1].ppr = span
				}
			case "p":
				if n := len(f.paras); n > 0 {
					p := f.paras[n-1]
					f.paras = f.paras[:n-1]
					f.endPara(p, to)
				}
			case "sdt":
				if n := len(f.sdts); n > 0 {
					c := f.sdts[n-1]
					f.sdts = f.sdts[:n-1]
					f.endControl(c)
				}
			case "showingPlcHdr", "dataBinding", "rStyle":
				f.drop(name, span)
			}
		}
	}
	if len(starts) > 0 {
		return nil, fmt.Errorf("an element does not end: %w", fault.Invalid)
	}
	return f.applied(), nil
}

// word is the name of an element of Word, empty for others.
func word(n xml.Name) string {
	if n.Space == "w" {
		return n.Local
	}
	return ""
}

// holding is how many controls that are filled are open.
func (f *filler) holding() (n int) {
	for _, c := range f.sdts {
		if c.content && c.name != "" {
			n++
		}
	}
	return n
}

// property takes what a control is called, and finds what makes a paragraph more
// than runs of text.
func (f *filler) property(e xml.StartElement) {
	name := word(e.Name)
	if n := len(f.sdts); n > 0 && !f.sdts[n-1].content && (name == "tag" || name == "alias") {
		for _, a := range e.Attr {
			if c := f.sdts[n-1]; a.Name.Local == "val" && name == "tag" { // before the title
				c.names = append([]string{strings.TrimSpace(a.Value)}, c.names...)
			} else if a.Name.Local == "val" {
				c.names = append(c.names, strings.TrimSpace(a.Value))
			}
		}
	}
	if n := len(f.paras); n > 0 && slices.Contains([]string{"sdt", "sectPr", "drawing", "pict", "object", "hyperlink", "fldChar", "bookmarkStart", "commentRangeStart", "ins", "del"}, name) {
		f.paras[n-1].simple = false
	}
	if n := len(f.paras); n > 1 && name == "p" { // in a text box of the one around it
		f.paras[n-2].simple = false
	}
}

// enter begins what the innermost control holds: now its name is known.
func (f *filler) enter() {
	n := len(f.sdts)
	if n == 0 {
		return
	}
	c := f.sdts[n-1]
	c.content = true
	for _, name := range c.names {
		if _, ok := f.fields[name]; ok && f.holding() == 0 {
			c.name = name
			return
		}
	}
}

// drop notes an element that goes when its control is filled.
func (f *filler) drop(name string, span [2]int) {
	for _, c := range f.sdts {
		switch {
		case name == "rStyle" && c.content:
			c.styles = append(c.styles, span)
		case name != "rStyle" && !c.content:
			c.hint = c.hint || name == "showingPlcHdr"
			c.drop = append(c.drop, span)
		}
	}
}

func (f *filler) take(n *node) {
	if k := len(f.paras); k > 0 {
		f.paras[k-1].nodes = append(f.paras[k-1].nodes, n)
	}
	for _, c := range f.sdts {
		if c.name != "" {
			c.nodes = append(c.nodes, n)
		}
	}
}
