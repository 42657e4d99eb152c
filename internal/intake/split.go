// Splitting a table by period, and leaving out rows that are no records.

package intake

import (
	"shuren/internal/frame"
)

// split gives one table for each period, without the rows that are gone.
func split(t *frame.Table, ps *periods, gone []bool) []*frame.Table {
	if len(ps.values) == 1 && gone == nil {
		t.Period = ps.values[0]
		return []*frame.Table{t}
	}
	var out []*frame.Table
	for p, period := range ps.values {
		var pick []int32
		for i := range t.N {
			if int(ps.at(i)) == p && (gone == nil || !gone[i]) {
				pick = append(pick, int32(i))
			}
		}
		if len(pick) == 0 {
			continue
		}
		part := pickRows(t, pick)
		part.Period = period
		out = append(out, part)
	}
	return out
}

// pickRows is a table of some of the records of t.
func pickRows(t *frame.Table, pick []int32) *frame.Table {
	p := *t
	p.N = len(pick)
	p.Rows = gather(t.Rows, pick)
	p.Stage, p.Key, p.Name = gatherTexts(t.Stage, pick), gatherTexts(t.Key, pick), gatherTexts(t.Name, pick)
	for l := range t.Path {
		p.Path[l], p.PathName[l] = gatherTexts(t.Path[l], pick), gatherTexts(t.PathName[l], pick)
	}
	p.Cols, p.Texts = make(map[string][]float64, len(t.Cols)), make(map[string]*frame.Strings, len(t.Texts))
	for id, c := range t.Cols {
		p.Cols[id] = gather(c, pick)
	}
	for id, c := range t.Texts {
		p.Texts[id] = gatherTexts(c, pick)
	}
	return &p
}

func gather[T any](from []T, pick []int32) []T {
	to := make([]T, len(pick))
	for i, at := range pick {
		to[i] = from[at]
	}
	return to
}

func gatherTexts(s *frame.Strings, pick []int32) *frame.Strings {
	if s == nil {
		return nil
	}
	return &frame.Strings{Dict: s.Dict, Code: gather(s.Code, pick)}
}
