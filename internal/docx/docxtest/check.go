// Package docxtest tells whether a Word file is one that Word opens without repair,
// and how it looks on paper. It is for tests.
//
// The schemas themselves are not ours to copy. Check holds what the writer uses
// against the rules of ECMA-376 that make Word call a file damaged: parts without
// a type or a relation, elements out of order, ids that are given twice or lead
// nowhere, rows that do not fill their table.
package docxtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"testing"
)

// Check fails the test with all that is wrong with a document.
func Check(t testing.TB, b []byte) {
	t.Helper()
	for _, p := range Problems(b) {
		t.Error(p)
	}
}

// file is a package that is being looked at.
type file struct {
	parts    map[string][]byte
	names    []string
	problems []string
	styles   map[string]bool
}

// Problems are all that is wrong with a document.
func Problems(b []byte) []string {
	f := &file{parts: map[string][]byte{}, styles: map[string]bool{}}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return []string{err.Error()}
	}
	for _, p := range z.File {
		if f.parts[p.Name] != nil {
			f.bad("the part %s is there twice", p.Name)
		}
		r, err := p.Open()
		if err == nil {
			f.parts[p.Name], err = io.ReadAll(r)
		}
		if err != nil {
			f.bad("%s: %v", p.Name, err)
		}
		f.names = append(f.names, p.Name)
	}
	if len(f.names) == 0 || f.names[0] != "[Content_Types].xml" {
		f.bad("the content types are not the first part")
	}
	f.types()
	f.styleSheet()
	reached := map[string]bool{"[Content_Types].xml": true}
	for _, name := range f.names {
		if strings.HasSuffix(name, ".rels") {
			reached[name] = true
			f.relations(name, reached)
		}
	}
	for _, name := range f.names {
		if !reached[name] {
			f.bad("nothing leads to the part %s", name)
		}
		if strings.HasSuffix(name, ".xml") {
			f.part(name)
		}
	}
	return f.problems
}

func (f *file) bad(format string, args ...any) {
	f.problems = append(f.problems, fmt.Sprintf(format, args...))
}

// walk hands over each element with its path, prefixes as written.
func (f *file) walk(name string, begin func(e xml.StartElement, above []string), end func(e string)) {
	dec := xml.NewDecoder(bytes.NewReader(f.parts[name]))
	var above []string
	for {
		tok, err := dec.RawToken()
		if err == io.EOF {
			if len(above) > 0 {
				f.bad("%s: %s is not closed", name, above[len(above)-1])
			}
			return
		}
		if err != nil {
			f.bad("%s: %v", name, err)
			return
		}
		switch x := tok.(type) {
		case xml.StartElement:
			begin(x, above)
			above = append(above, named(x.Name))
		case xml.EndElement:
			if len(above) == 0 || above[len(above)-1] != named(x.Name) {
				f.bad("%s: %s ends out of turn", name, named(x.Name))
				return
			}
			above = above[:len(above)-1]
			if end != nil {
				end(named(x.Name))
			}
		}
	}
}

func named(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if named(a.Name) == name {
			return a.Value
		}
	}
	return ""
}

// types: every part has a type, and every type a part.
func (f *file) types() {
	byExt, byName := map[string]bool{}, map[string]bool{}
	f.walk("[Content_Types].xml", func(e xml.StartElement, _ []string) {
		switch e.Name.Local {
		case "Default":
			byExt[attr(e, "Extension")] = true
		case "Override":
			name := strings.TrimPrefix(attr(e, "PartName"), "/")
			if byName[name] || f.parts[name] == nil {
				f.bad("the type of %s is given twice, or to no part", name)
			}
			byName[name] = true
		}
	}, nil)
	for _, name := range f.names {
		if name != "[Content_Types].xml" && !byName[name] && (!byExt[strings.TrimPrefix(path.Ext(name), ".")] || path.Ext(name) == ".xml") {
			f.bad("the part %s has no type", name)
		}
	}
}

// relations: ids are given once, and lead to parts; what the part names is there.
func (f *file) relations(name string, reached map[string]bool) {
	base := path.Dir(path.Dir(name))
	of := path.Join(base, strings.TrimSuffix(path.Base(name), ".rels"))
	ids := map[string]bool{}
	f.walk(name, func(e xml.StartElement, _ []string) {
		if e.Name.Local != "Relationship" {
			return
		}
		id, to := attr(e, "Id"), attr(e, "Target")
		if id == "" || ids[id] {
			f.bad("%s: the id %q is given twice", name, id)
		}
		ids[id] = true
		if attr(e, "TargetMode") == "External" {
			return
		}
		to = path.Join(base, to)
		if f.parts[to] == nil {
			f.bad("%s: %s leads to no part", name, id)
		}
		reached[to] = true
	}, nil)
	if of == "." || f.parts[of] == nil {
		return
	}
	f.walk(of, func(e xml.StartElement, _ []string) {
		for _, a := range e.Attr {
			if a.Name.Space == "r" && !ids[a.Value] {
				f.bad("%s: %s names the relation %s, which is not there", of, named(e.Name), a.Value)
			}
		}
	}, nil)
}

// styleSheet: ids and names are given once, and what they are based on is there.
func (f *file) styleSheet() {
	names, based := map[string]bool{}, []string{}
	f.walk("word/styles.xml", func(e xml.StartElement, above []string) {
		switch named(e.Name) {
		case "w:style":
			if id := attr(e, "w:styleId"); id == "" || f.styles[id] {
				f.bad("the style %q is given twice", id)
			} else {
				f.styles[id] = true
			}
		case "w:name":
			if n := attr(e, "w:val"); names[n] {
				f.bad("two styles have the name %s", n)
			} else {
				names[n] = true
			}
		case "w:basedOn", "w:next":
			based = append(based, attr(e, "w:val"))
		}
	}, nil)
	for _, id := range based {
		if !f.styles[id] {
			f.bad("a style is based on %s, which is not there", id)
		}
	}
}

// part: elements are known and in their order, prefixes have been declared, ids of
// drawings are given once, tables are whole.
func (f *file) part(name string) {
	var last []int // the place of the last child, for each open element
	spaces := map[string]bool{"xml": true, "xmlns": true}
	drawn := map[string]bool{}
	tables := &tables{}
	f.walk(name, func(e xml.StartElement, above []string) {
		own := named(e.Name)
		for _, a := range e.Attr {
			if a.Name.Space == "xmlns" {
				spaces[a.Name.Local] = true
			}
		}
		for _, a := range append([]xml.Attr{{Name: e.Name}}, e.Attr...) {
			if s := a.Name.Space; s != "" && !spaces[s] {
				f.bad("%s: the prefix %s is not declared", name, s)
			}
		}
		if n := len(above); n > 0 {
			places, ok := ranks(above[n-1])
			at, known := places[own]
			switch {
			case !strings.Contains(own, ":") || strings.HasPrefix(own, "dc:") || strings.HasPrefix(own, "cp:") || strings.HasPrefix(own, "dcterms:"): // properties and content types
			case !ok || !known:
				f.bad("%s: %s must not stand in %s", name, own, above[n-1])
			case at < last[n-1]:
				f.bad("%s: %s stands too late in %s", name, own, above[n-1])
			default:
				last[n-1] = at
			}
		}
		last = append(last[:len(above)], -1)
		switch own {
		case "w:pStyle", "w:rStyle", "w:tblStyle":
			if id := attr(e, "w:val"); !f.styles[id] {
				f.bad("%s: the style %s is not there", name, id)
			}
		case "wp:docPr":
			if id := attr(e, "id"); drawn[id] || id == "0" || id == "" {
				f.bad("%s: the drawing %q has no id of its own", name, id)
			} else {
				drawn[id] = true
			}
		}
		tables.begin(f, name, own, e)
	}, func(e string) { tables.end(f, name, e) })
}

// Text is the text of a part, a line each paragraph.
func Text(b []byte, part string) string {
	f := &file{parts: map[string][]byte{}}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return ""
	}
	i := slices.IndexFunc(z.File, func(p *zip.File) bool { return p.Name == part })
	if i < 0 {
		return ""
	}
	r, err := z.File[i].Open()
	if err != nil {
		return ""
	}
	f.parts[part], _ = io.ReadAll(r)
	var out strings.Builder
	dec := xml.NewDecoder(bytes.NewReader(f.parts[part]))
	in := false
	for {
		tok, err := dec.RawToken()
		if err != nil {
			return out.String()
		}
		switch x := tok.(type) {
		case xml.StartElement:
			in = named(x.Name) == "w:t"
		case xml.EndElement:
			in = false
			if named(x.Name) == "w:p" {
				out.WriteByte('\n')
			}
		case xml.CharData:
			if in {
				out.Write(x)
			}
		}
	}
}
