package register

import (
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/ident"
)

// Problem is what is wrong with a row. It says what was found without the value of a
// person: a number is masked, a name is not told at all.
type Problem struct {
	Row      int      `json:"row,omitempty"` // in the file, from 1; 0 of a row that was typed
	Field    string   `json:"field"`         // what it is about, one of Fields
	Found    string   `json:"found,omitempty"`
	Why      edu.Text `json:"why"`
	Blocking bool     `json:"blocking,omitempty"`
}

// Words says the problem in both languages, with the row where there is one.
func (p Problem) Words() edu.Text {
	field := FieldName(p.Field)
	t := edu.Text{ZH: field.ZH + "：" + p.Why.ZH, EN: field.EN + ": " + p.Why.EN}
	if p.Found != "" {
		t = edu.Text{ZH: t.ZH + "（填的是“" + p.Found + "”）", EN: t.EN + fmt.Sprintf(" (found %q)", p.Found)}
	}
	if p.Row > 0 {
		t = edu.Text{ZH: fmt.Sprintf("第%d行，%s", p.Row, t.ZH), EN: fmt.Sprintf("row %d, %s", p.Row, t.EN)}
	}
	return t
}

// FieldName is how people call a field.
func FieldName(id string) edu.Text {
	for _, f := range append(append([]Field{}, ChildFields...), StaffFields...) {
		if f.ID == id {
			return edu.Text{ZH: f.Heads[0], EN: f.EN}
		}
	}
	if id == "hold" { // in no file
		return edu.Text{ZH: "暂不交流", EN: "Does not move for now"}
	}
	return edu.Text{ZH: id, EN: id}
}

// problems gathers what is wrong with one row.
type problems struct {
	row  int
	list []Problem
}

func (ps *problems) add(blocking bool, field, found string, zh, en string) {
	ps.list = append(ps.list, Problem{Row: ps.row, Field: field, Found: found, Why: edu.Text{ZH: zh, EN: en}, Blocking: blocking})
}

func (ps *problems) block(field, found, zh, en string) { ps.add(true, field, found, zh, en) }
func (ps *problems) warn(field, found, zh, en string)  { ps.add(false, field, found, zh, en) }

func (ps *problems) number(field, found string, why ident.Why) {
	w := why.Words()
	ps.block(field, ident.MaskNumber(found), w.ZH, w.EN)
}
