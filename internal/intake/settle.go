// What a file says once holds for all its sheets.

package intake

import (
	"path/filepath"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
)

// settle gives every table of the file its period, and its county where the
// file speaks of one only.
func (r *reader) settle() error {
	period := periodIn(filepath.Base(r.file))
	if len(r.periods) > 0 {
		period = r.periods[0]
	}
	county, name := r.oneCounty()
	kept := r.tables[:0]
	for _, t := range r.tables {
		if t.Period.IsZero() {
			t.Period = period
		}
		if t.Period.IsZero() {
			t.Period = r.opt.Period
		}
		switch {
		case t.Level == edu.County && t.Key == nil && county == "":
			r.problems.add(Problem{File: r.file, Sheet: t.Sheet, Kind: KindKey, Blocking: true, Found: both("没有县区代码", "no code of the county"), Wanted: r.wantedKey(edu.County.String())})
			continue
		case t.Level == edu.County && t.Key == nil:
			t.Key, t.Name = constant(county, t.N), constant(name, t.N)
		case t.Level > edu.County && t.Path[edu.County] == nil && t.PathName[edu.County] == nil && county != "":
			t.Path[edu.County] = constant(county, t.N)
			if name != "" {
				t.PathName[edu.County] = constant(name, t.N)
			}
		}
		kept = append(kept, t)
	}
	r.tables = kept
	return nil
}

// oneCounty is the county that the file speaks of, if it is only one.
func (r *reader) oneCounty() (code, name string) {
	see := func(c, n string) bool {
		if c == "" || c == code {
			if name == "" {
				name = n
			}
			return true
		}
		if code != "" {
			return false
		}
		code, name = c, n
		return true
	}
	for i, c := range r.counties {
		if !see(c, r.names[i]) {
			return "", ""
		}
	}
	for _, t := range r.tables {
		column, names := t.Path[edu.County], t.PathName[edu.County]
		if t.Level == edu.County {
			column, names = t.Key, t.Name
		}
		for _, c := range distinct(column, t.N) {
			if !see(column.Dict[c], names.At(slices.Index(column.Code, c))) {
				return "", ""
			}
		}
	}
	return code, name
}

// distinct are the codes that occur in a column, at most the first two.
func distinct(s *frame.Strings, n int) []uint32 {
	if s == nil || n == 0 {
		return nil
	}
	seen := []uint32{s.Code[0]}
	for _, c := range s.Code {
		if c != seen[0] {
			return append(seen, c)
		}
	}
	return seen
}
