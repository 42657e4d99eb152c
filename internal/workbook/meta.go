// What a workbook says of itself: which issue, form, version, period and units.

package workbook

import (
	"net/url"
	"strings"

	"shuren/internal/edu"
)

// Meta is what a workbook says of itself. It stands in a very hidden sheet, in
// the properties of the document and, short, in the corner of every sheet, so
// that a sheet that was copied elsewhere is still known.
type Meta struct {
	Issue  string
	Form   string // id of the form
	Pack   string // ref of its pack
	Hash   string // of the pack: the version of the template
	Period edu.Period
	Layout Layout
	Units  []edu.UnitID

	// Template is the id of this copy of the template, and Base what was saved of
	// each unit when it was made, as [form.Content.Digest] puts it. Both stand in
	// the very hidden sheet alone.
	Template string
	Base     map[edu.UnitID]string
}

// Layout is how the cells of a workbook lie. Reading does not depend on it.
type Layout string

const (
	Tall Layout = "tall" // one unit: a row for each field, a column for each stage
	Wide Layout = "wide" // many units: a row for each section, a column for each field
)

// The names of what the reader knows by name. Sheets of figures are known by
// their corners, whatever their names are.
const (
	metaSheet  = "_shuren"
	errorSheet = "错误清单"
	dictSheet  = "_字典"
	// corner is how the text in the corner of a sheet begins.
	corner = "shuren:1?"
	// idRows and idColumns are how far from the top and the left the corner is
	// looked for, should rows and columns have been put in before it.
	idRows, idColumns = 40, 40
)

// id is the address of a row, a column or a sheet as pairs: "f=area_hall",
// "p=primary&u=530000000001". The address of a cell is that of its sheet, its
// column and its row together; a cell with the pair "k" is not read.
type id = url.Values

func pairs(kv ...string) id {
	v := id{}
	for i := 0; i+1 < len(kv); i += 2 {
		if kv[i+1] != "" || kv[i] == "p" {
			v.Set(kv[i], kv[i+1])
		}
	}
	return v
}

// Keys of pairs.
const (
	keyUnit   = "u"
	keyPart   = "p"
	keyField  = "f"
	keyList   = "l" // a sheet of rows
	keyColumn = "c" // a column of a list
	keySame   = "g" // confirms a group as last year
	keySign   = "s" // a line of the signature block
	keyBase   = "d" // what was saved of a unit
	keyMade   = "t" // the id of the copy
	keyKind   = "k" // not for reading: "head", "prior", "help"
)

// Columns of a list that say where a row belongs.
const (
	columnUnit = "_unit"
	columnPart = "_part"
)

// mark is the text in the corner of a sheet.
func (m Meta) mark(sheet id) string {
	v := pairs("issue", m.Issue, "form", m.Form, "pack", m.Pack, "hash", m.Hash, "period", m.Period.String(), "layout", string(m.Layout))
	for k := range sheet {
		v.Set(k, sheet.Get(k))
	}
	return corner + v.Encode()
}

// parseMark reads the corner of a sheet.
func parseMark(text string) (Meta, id, bool) {
	rest, ok := strings.CutPrefix(text, corner)
	if !ok {
		return Meta{}, nil, false
	}
	v, err := url.ParseQuery(rest)
	if err != nil || v.Get("form") == "" {
		return Meta{}, nil, false
	}
	m := Meta{Issue: v.Get("issue"), Form: v.Get("form"), Pack: v.Get("pack"), Hash: v.Get("hash"), Layout: Layout(v.Get("layout"))}
	m.Period, _ = edu.ParsePeriod(v.Get("period"))
	for _, k := range []string{"issue", "form", "pack", "hash", "period", "layout"} {
		v.Del(k)
	}
	return m, v, true
}

// same reports that two sheets are of one workbook.
func (m Meta) same(o Meta) bool {
	return m.Issue == o.Issue && m.Form == o.Form && m.Pack == o.Pack && m.Hash == o.Hash && m.Period == o.Period
}

// version is the template's version as people read it.
func version(hash string) string {
	if len(hash) > 8 {
		return hash[:8]
	}
	return hash
}
