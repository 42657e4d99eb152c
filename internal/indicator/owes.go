package indicator

import (
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// Owe is what a row would have to give for its region's value to be whole.
type Owe struct {
	Row    int
	Fields []string // figures that are missing; none where one that is there makes it so
	Reason string   // in English, where Fields does not say it: "division by zero: pupils = 0"
}

// Owes lists the rows of a region that its value had to leave out, and what
// each of them lacks.
func (it *Item) Owes(level edu.Level, region int) []Owe {
	r := it.result.Frame.Regions[level][region]
	var out []Owe
	for row := r.Lo; row < r.Hi; row++ {
		switch {
		case it.result.Scope != nil && it.result.Scope[row] == edu.Unknown:
			out = append(out, Owe{Row: row, Reason: "the scope cannot be told"})
		case it.result.holds(row):
			if o, ok := it.owes(row); ok {
				out = append(out, o)
			}
		}
	}
	return out
}

// owes tells what a row lacks to enter its region's value.
func (it *Item) owes(row int) (Owe, bool) {
	if it.region == nil {
		if it.Def.Section == nil || !edu.FromFloat(it.Value(row)).IsMissing() {
			return Owe{}, false
		}
		return Owe{Row: row, Fields: it.lacks(row).Missing, Reason: it.Reason(row)}, true
	}
	acc := it.region.NewAcc()
	it.region.Add(acc, row, row+1, nil, formula.NewScratch())
	if _, n, _ := acc.Result(); n > 0 {
		return Owe{}, false
	}
	f := it.result.Frame
	o := Owe{Row: row}
	na := false
	for _, field := range it.Def.Region.Expr.Fields() {
		switch v := f.Value(row, field); {
		case v.IsMissing():
			o.Fields = append(o.Fields, field)
		case v.IsNotApplicable():
			na = true
		}
	}
	if len(o.Fields) > 0 {
		return o, true
	}
	if na {
		return Owe{}, false
	}
	o.Reason = "no figure can be computed"
	if it.Def.Section != nil {
		if r := it.Reason(row); r != "" {
			o.Reason = r
		}
	}
	return o, true
}

// Reason says in English why a row has no value: "needs pupils" or "division by
// zero: pupils = 0". It is empty where there is a value or the question does
// not arise.
func (it *Item) Reason(row int) string {
	if !edu.FromFloat(it.Value(row)).IsMissing() {
		return ""
	}
	t := it.lacks(row)
	for i, field := range t.Missing {
		t.Missing[i] = spoken(field)
	}
	return t.Reason()
}

// lacks is the trace of a row whose missing inputs are only those that somebody
// owes: one that does not apply is not missing.
func (it *Item) lacks(row int) formula.Trace {
	t := it.Trace(row)
	t.Missing = slices.DeleteFunc(t.Missing, func(field string) bool {
		return it.result.Frame.Value(row, field).IsNotApplicable()
	})
	return t
}

// RegionReason says in English why a region has no value although no row owes
// anything: "division by zero: sum(pupils) = 0".
func (it *Item) RegionReason(level edu.Level, region int) string {
	st := it.Stats[level][region]
	if st.Value == st.Value || it.region == nil {
		return ""
	}
	if st.N == 0 {
		return "no section has a figure"
	}
	t := it.RegionTrace(level, region)
	undefined := t.Missing
	t.Missing = nil
	reasons := []string{}
	for _, aggregate := range undefined {
		reasons = append(reasons, aggregate+" is not defined for these figures")
	}
	if r := t.Reason(); r != "" {
		reasons = append(reasons, r)
	}
	return strings.Join(reasons, "; ")
}

// spoken writes a field as formulas do: last time's pupils are prev(pupils).
func spoken(field string) string {
	return formula.Written(field)
}

// Needs says what a list of Owe comes to, for a person: "pupils of s3, s5; area
// of s7". Rows are named by their codes, at most limit of them for each figure.
func (it *Item) Needs(owes []Owe, limit int) string {
	var order []string
	rows := map[string][]string{}
	note := func(what, code string) {
		if !slices.Contains(order, what) {
			order = append(order, what)
		}
		rows[what] = append(rows[what], code)
	}
	for _, o := range owes {
		code := it.result.Frame.Rows[o.Row].Code
		for _, f := range o.Fields {
			note(spoken(f)+" of ", code)
		}
		if len(o.Fields) == 0 {
			note(o.Reason+" in ", code)
		}
	}
	var parts []string
	for _, what := range order {
		codes := rows[what]
		text := strings.Join(codes[:min(limit, len(codes))], ", ")
		if len(codes) > limit {
			text += ", …"
		}
		parts = append(parts, what+text)
	}
	return strings.Join(parts, "; ")
}

// Trace says how a row's value came about.
func (it *Item) Trace(row int) formula.Trace {
	if it.Def.Section == nil {
		return formula.Trace{}
	}
	return it.Def.Section.Expr.Explain(func(field string) edu.Value { return it.result.Frame.Value(row, field) })
}

// RegionTrace says how a region's value came about.
func (it *Item) RegionTrace(level edu.Level, region int) formula.Trace {
	if it.region == nil {
		return formula.Trace{}
	}
	r := it.result.Frame.Regions[level][region]
	var in []bool
	if it.result.Scope != nil {
		in = make([]bool, it.result.Frame.Len())
		for row := r.Lo; row < r.Hi; row++ {
			in[row] = it.result.holds(row)
		}
	}
	acc := it.region.NewAcc()
	it.region.Add(acc, r.Lo, r.Hi, in, formula.NewScratch())
	return acc.Explain()
}
