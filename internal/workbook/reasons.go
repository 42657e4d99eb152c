// What was answered in the list of errors: reasons for figures that 需说明 rules
// asked about. Nothing else of that sheet is read.

package workbook

import (
	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/han"
)

// Columns and pairs of the list of errors.
const (
	columnReason = "_reason"
	columnWords  = "_words"
	keyProblem   = "r"
)

// reasons reads the reasons that were given in a marked workbook.
func (rd *reader) reasons() error {
	if rd.errors == nil || !rd.errors.meta.same(rd.meta) {
		return nil
	}
	cols := rd.errors.named()
	return rd.each(rd.errors, func(l line) error {
		u, key := edu.UnitID(l.id.Get(keyUnit)), l.id.Get(keyProblem)
		p := rd.papers[u]
		if p == nil || key == "" {
			return nil
		}
		var r form.Reason
		for i, c := range cols {
			switch c.id.Get(keyColumn) {
			case columnReason:
				for _, o := range p.Form.Reasons {
					if t := fold(l.text[i]); t != "" && (t == fold(o.ID) || t == fold(o.Name.ZH) || t == fold(o.Name.EN)) {
						r.Code = o.ID
					}
				}
			case columnWords:
				r.Text, _ = han.Normalise(l.text[i])
			}
		}
		if r == (form.Reason{}) {
			return nil
		}
		if rd.why[u] == nil {
			rd.why[u] = map[string]form.Reason{}
		}
		rd.why[u][key] = r
		return nil
	})
}
