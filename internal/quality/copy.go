package quality

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// minSame is how many counts, and how many different ones, must agree before
// two rows are called the same: small schools agree on a few by chance.
const (
	minSame      = 8
	minDifferent = 5
)

// copies finds whole rows that are last year's, or another school's. Only
// counts are compared: areas and rooms are meant to stay as they were, and are
// confirmed so.
func copies(f *frame.Frame, p *pack.Pack) (out []Finding) {
	ids := counts(f, p)
	rows := make([][]float64, f.Len())
	was := make([][]float64, f.Len())
	for _, id := range ids {
		x, _ := f.Column(id)
		w, hasPrev := f.Column(id + formula.PrevSuffix)
		for row := range rows {
			rows[row] = append(rows[row], x[row])
			if hasPrev {
				was[row] = append(was[row], w[row])
			} else {
				was[row] = append(was[row], edu.Missing())
			}
		}
	}
	seen := map[string]int{}
	for row, x := range rows {
		if !telling(x) {
			continue
		}
		if n := agree(x, was[row]); n >= minSame && telling(both(x, was[row])) {
			out = append(out, Finding{Method: SameYear, School: school(f, row), Value: float64(n), Score: float64(n), Cells: cells(f, row, ids),
				Reason: edu.Text{ZH: fmt.Sprintf("%d项人数、班级等数据与上年逐项相同，疑为照抄上年", n), EN: fmt.Sprintf("all %d counts are those of last year: copied?", n)}})
		}
		key := fmt.Sprint(x)
		first, dup := seen[key]
		if !dup {
			seen[key] = row
			continue
		}
		a, b := school(f, first), school(f, row)
		n := known(x)
		out = append(out, Finding{Method: SameRow, School: b, Other: &a, Value: float64(n), Score: float64(n), Cells: cells(f, row, ids),
			Reason: edu.Text{ZH: fmt.Sprintf("%d项数据与%s%s逐项相同，疑为误填他校数据", n, a.Of, a.Name), EN: fmt.Sprintf("all %d counts are those of %s, %s: another school's sheet?", n, a.Name, a.Of)}})
	}
	return out
}

// counts are the counts that a section gives itself, in the order of the pack.
func counts(f *frame.Frame, p *pack.Pack) (ids []string) {
	own := map[string]bool{}
	for _, id := range f.Elements() {
		own[id] = true
	}
	for _, e := range p.Elements {
		if e.Type != edu.TypeCount || e.Derive != nil || !asked(f, e) {
			continue
		}
		if e.By == nil {
			if own[e.ID] {
				ids = append(ids, e.ID)
			}
			continue
		}
		for _, part := range e.By.Parts {
			if id := e.ID + "." + part.ID; own[id] {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// telling reports that a row has enough different figures to tell it from
// others.
func telling(x []float64) bool {
	n := 0
	diff := map[float64]bool{}
	for _, v := range x {
		if !math.IsNaN(v) && v != 0 {
			n++
			diff[v] = true
		}
	}
	return n >= minSame && len(diff) >= minDifferent
}

func known(x []float64) int {
	n := 0
	for _, v := range x {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// agree counts the figures that both rows have, 0 where any two differ.
func agree(x, y []float64) int {
	n := 0
	for i := range x {
		if math.IsNaN(x[i]) || math.IsNaN(y[i]) {
			continue
		}
		if x[i] != y[i] {
			return 0
		}
		n++
	}
	return n
}

// both keeps the figures of x that y has too.
func both(x, y []float64) []float64 {
	out := slices.Clone(x)
	for i := range out {
		if math.IsNaN(y[i]) {
			out[i] = edu.Missing()
		}
	}
	return out
}

// minClasses is from how many classes on two lists of classes do not agree by
// chance.
const minClasses = 6

// lists finds lists of one school that are another's, number by number.
func lists(f *frame.Frame, p *pack.Pack) (out []Finding) {
	for _, l := range p.Lists {
		keys := make([]strings.Builder, f.Len())
		rows := make([]int, f.Len())
		different := make([]map[float64]bool, f.Len())
		for _, c := range l.Columns {
			if c.Type != edu.TypeCount {
				continue
			}
			for row, xs := range f.ListColumn(l.ID, c.ID) {
				fmt.Fprint(&keys[row], c.ID, xs)
				rows[row] = max(rows[row], len(xs))
				if different[row] == nil {
					different[row] = map[float64]bool{}
				}
				for _, x := range xs {
					if !math.IsNaN(x) {
						different[row][x] = true
					}
				}
			}
		}
		seen := map[string]int{}
		for row := range keys {
			if rows[row] < minClasses || len(different[row]) < minDifferent {
				continue
			}
			key := keys[row].String()
			first, dup := seen[key]
			if !dup {
				seen[key] = row
				continue
			}
			a := school(f, first)
			out = append(out, Finding{Method: SameList, School: school(f, row), Other: &a, Item: l.ID, Name: l.Name, Value: float64(rows[row]), Score: float64(rows[row]),
				Reason: edu.Text{ZH: fmt.Sprintf("%s的%d行与%s%s逐行相同", l.Name.ZH, rows[row], a.Of, a.Name), EN: fmt.Sprintf("the %d rows of %s are those of %s, %s", rows[row], l.Name.In("en"), a.Name, a.Of)}})
		}
	}
	return out
}
