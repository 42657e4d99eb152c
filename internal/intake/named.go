// Names of units: cleaned, with the original in a note; and codes of records that
// give a name only.

package intake

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/han"
	"shuren/internal/sheet"
)

// cleanName is a name without what is not seen, in simplified characters and
// without bracketed pinyin.
func cleanName(s string) string {
	clean, _ := han.Normalise(visible(s))
	return clean
}

// Cleaned is a name that was read otherwise than it stands in its cell: the clean
// form finds the unit, and what was written is kept.
type Cleaned struct {
	Cell edu.Cell // with the original as its text
	Name string   // as it was read
}

// cleaned says which names were read otherwise than they stand in the file, each
// once: nobody should wonder where a school has gone.
func (w *work) cleaned(role string, gone []bool) {
	f := w.roles[role]
	if f == nil {
		return
	}
	raw := w.data.Text[f.slot]
	for c, s := range raw.Dict {
		was := visible(s)
		clean, changed := han.Normalise(was)
		if !changed {
			continue
		}
		if i := slices.Index(raw.Code, uint32(c)); i >= 0 && (gone == nil || !gone[i]) {
			w.cleanly = append(w.cleanly, Cleaned{edu.Cell{File: w.file, Sheet: w.sheet, Row: int(w.data.Rows[i]), Column: sheet.Letters(f.index), Header: f.header, Text: was}, clean})
			w.problem(Problem{Row: int(w.data.Rows[i]), Column: sheet.Letters(f.index), Header: f.header, Kind: KindName,
				Found: quoted(was), Wanted: edu.Text{ZH: "按“" + clean + "”读取（繁体字或注音）", EN: "was read as " + clean}})
		}
	}
}

// codesOf finds the codes of records by their names, where the file has no codes
// and somebody knows the units. Names that nobody knows get none.
func (w *work) codesOf(names *frame.Strings) *frame.Strings {
	if w.opt.Named == nil || names == nil || w.roles["name"] == nil {
		return nil
	}
	return recode(names, func(name string) string {
		if name == "" {
			return ""
		}
		code, _ := w.opt.Named(name)
		return code
	})
}

// strangers says which records have a name that nobody knows.
func (w *work) strangers(t *frame.Table, gone []bool) {
	f := w.roles["name"]
	if f == nil {
		return
	}
	for i := range t.N {
		if t.Key.At(i) != "" || gone != nil && gone[i] {
			continue
		}
		if t.Name.At(i) == "" {
			w.at(f, i, KindKey, edu.Text{}, both("未填，每行都需要", "the cell is empty; every record needs one"))
			continue
		}
		_, wanted := w.opt.Named(t.Name.At(i))
		w.at(f, i, KindKey, quoted(t.Name.At(i)), wanted)
	}
}
