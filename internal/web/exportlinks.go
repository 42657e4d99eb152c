package web

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Every figure of a workbook leads to its own explanation: its cell carries a
// hyperlink, so that no rule has to be known to find the address. The writer of
// workbooks looks through all links for each one it adds, which is too slow for
// the list of a city's schools, so they are put into its file afterwards.

// cellLink is a cell of a sheet and the address that explains it.
type cellLink struct{ cell, address string }

// mostLinks is how many links a sheet may have.
const mostLinks = 65_530

// cellTrace is where a figure is explained: where its own cell leads, otherwise
// where its row does.
func cellTrace(row Row, col int) string {
	c := row.Cells[col]
	switch {
	case c.Href != "":
		return c.Href
	case !figured(c) || col == 0:
		return ""
	case traced.MatchString(row.Cells[0].Href):
		return row.Cells[0].Href
	default:
		return rowTrace(row)
	}
}

// withLinks puts links into the sheets of a workbook, those of the first sheet
// first.
func withLinks(book []byte, links [][]cellLink) ([]byte, error) {
	in, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		return nil, err
	}
	of := map[string][]cellLink{}
	for i, l := range links {
		if len(l) > 0 {
			of[fmt.Sprintf("sheet%d.xml", i+1)] = l[:min(len(l), mostLinks)]
		}
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		name, sheet := strings.CutPrefix(f.Name, "xl/worksheets/")
		if !sheet || len(of[name]) == 0 {
			if err := out.Copy(f); err != nil {
				return nil, err
			}
			continue
		}
		if err := linkSheet(out, f, name, of[name]); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// linkSheet writes a sheet with its links, and the list of their addresses, each
// once.
func linkSheet(out *zip.Writer, f *zip.File, name string, links []cellLink) error {
	const end, relations = "</sheetData>", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	r, err := f.Open()
	if err != nil {
		return err
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	at := bytes.LastIndex(body, []byte(end))
	if at < 0 {
		return fmt.Errorf("%s has no rows", f.Name)
	}
	at += len(end)
	var list, rels bytes.Buffer
	ids := map[string]string{}
	for _, l := range links {
		id, ok := ids[l.address]
		if !ok {
			id = fmt.Sprintf("rId%d", len(ids)+1)
			ids[l.address] = id
			fmt.Fprintf(&rels, `<Relationship Id="%s" Type="%s/hyperlink" Target="`, id, relations)
			if err := xml.EscapeText(&rels, []byte(l.address)); err != nil {
				return err
			}
			rels.WriteString(`" TargetMode="External"/>`)
		}
		fmt.Fprintf(&list, `<hyperlink ref="%s" r:id="%s"/>`, l.cell, id)
	}
	w, err := out.Create(f.Name)
	if err != nil {
		return err
	}
	// A writer of a zip file keeps its first error for Close.
	_, _ = w.Write(body[:at])
	fmt.Fprintf(w, `<hyperlinks xmlns:r="%s">%s</hyperlinks>`, relations, list.Bytes())
	if _, err := w.Write(body[at:]); err != nil {
		return err
	}
	if w, err = out.Create("xl/worksheets/_rels/" + name + ".rels"); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, `%s<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>`, xml.Header, rels.Bytes())
	return err
}
