package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"shuren/internal/attach"
	"shuren/internal/fault"
)

// Filling tells what became of the fields of a template.
type Filling struct {
	Filled  []string // that were put in
	Unknown []string // that the template has and nobody filled: they stand as they were
}

// Fill puts values into a template: a Word file of the city's own that has fields,
// as {{name}} in its text or as content controls with that tag or title. A value of
// several lines in a paragraph of its own becomes as many paragraphs. All else in
// the template stays as it is.
//
// A template comes from outside: one that could run, fetch or hide something is
// refused as evidence is (package attach).
func Fill(to io.Writer, template []byte, fields map[string]string) (Filling, error) {
	var done Filling
	if _, err := attach.Check("template.docx", bytes.NewReader(template), int64(len(template))); err != nil {
		return done, fmt.Errorf("template: %w", err)
	}
	z, err := zip.NewReader(bytes.NewReader(template), int64(len(template)))
	if err != nil {
		return done, fmt.Errorf("template: %w: %w", err, fault.Invalid)
	}
	texts, err := textParts(z)
	if err != nil {
		return done, err
	}
	f := &filler{fields: fields, filled: map[string]bool{}, unknown: map[string]bool{}}
	out := newArchive(to)
	for _, p := range z.File {
		if !texts[strings.ToLower(p.Name)] {
			if err := out.z.Copy(p); err != nil {
				return done, err
			}
			continue
		}
		b, err := unpacked(p)
		if err != nil {
			return done, err
		}
		if b, err = f.part(b); err != nil {
			return done, fmt.Errorf("template, %s: %w", p.Name, err)
		}
		if err := out.add(p.Name, b); err != nil {
			return done, err
		}
	}
	done.Filled, done.Unknown = slices.Sorted(maps.Keys(f.filled)), slices.Sorted(maps.Keys(f.unknown))
	return done, out.z.Close()
}

// unpacked is a part whose size attach has held against what comes out.
func unpacked(p *zip.File) ([]byte, error) {
	r, err := p.Open()
	if err != nil {
		return nil, fmt.Errorf("template, %s: %w: %w", p.Name, err, fault.Invalid)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("template, %s: %w: %w", p.Name, err, fault.Invalid)
	}
	return b, nil
}

// textParts are the parts that hold text, by what the package says that they are.
func textParts(z *zip.Reader) (map[string]bool, error) {
	out := map[string]bool{}
	for _, p := range z.File {
		if !strings.EqualFold(p.Name, "[Content_Types].xml") {
			continue
		}
		b, err := unpacked(p)
		if err != nil {
			return nil, err
		}
		dec := xml.NewDecoder(bytes.NewReader(b))
		for {
			tok, err := dec.RawToken()
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("template: %w: %w", err, fault.Invalid)
			}
			e, ok := tok.(xml.StartElement)
			if !ok || e.Name.Local != "Override" {
				continue
			}
			var name, kind string
			for _, a := range e.Attr {
				switch a.Name.Local {
				case "PartName":
					name = strings.ToLower(strings.TrimPrefix(a.Value, "/"))
				case "ContentType":
					kind = strings.ToLower(a.Value)
				}
			}
			for _, k := range []string{"document.main+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml"} {
				if kind == strings.ToLower(ctDoc)+k {
					out[name] = true
				}
			}
		}
	}
	return out, nil
}
