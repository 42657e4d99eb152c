// What schools say in forms, and what that adds up to in a county, beside the sums of
// the stored register: by stage and grade.

package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/reconcile"
)

// LevelLine is a number of pupils in forms that the register does not bear out.
type LevelLine struct {
	Unit     edu.UnitID `json:"unit"`
	Stage    edu.Stage  `json:"stage"`
	Grade    int        `json:"grade,omitempty"` // 0 for all of the stage
	Stated   int        `json:"stated"`          // in forms: a school's answer, or the sum of a county's schools
	Counted  int        `json:"counted"`         // rows of the register that have not left
	Children int        `json:"children"`        // of them: who is there twice counts once
}

// Off is how far the register is from what was stated.
func (l LevelLine) Off() int { return l.Counted - l.Stated }

// levels holds the answers that the database has of a year against the register that
// was compared. Without answers, or without a register, there is nothing to hold. Nor
// is there of a school that the register does not name at all: its register may not
// have come yet, which is not nobody. How many those are is told, and no sum has them.
func (r *Registers) levels(ctx context.Context, c comparison, res *reconcile.Result) (out []LevelLine, silent int, err error) {
	if !res.Given(reconcile.Register) {
		return nil, 0, nil
	}
	stated, err := r.stated(ctx, c.year)
	if err != nil || len(stated) == 0 {
		return nil, 0, err
	}
	tree, err := r.city.Tree(ctx)
	if err != nil {
		return nil, 0, err
	}
	holds := holdsIn(tree)
	d := caseDesk{tree: tree}
	above := func(id edu.UnitID) edu.UnitID {
		if u, ok := tree.Unit(id); ok && u.Level == edu.School {
			return cmp.Or(d.up(id, edu.County), d.up(id, edu.City))
		}
		return ""
	}
	type cell struct {
		unit  edu.UnitID
		stage edu.Stage
		grade int
	}
	sums := map[cell]*LevelLine{}
	var order []cell
	add := func(k cell, stated, counted, children int) {
		if sums[k] == nil {
			sums[k] = &LevelLine{Unit: k.unit, Stage: k.stage, Grade: k.grade}
			order = append(order, k)
		}
		l := sums[k]
		l.Stated, l.Counted, l.Children = l.Stated+stated, l.Counted+counted, l.Children+children
	}
	stageOf := map[reconcile.Total]edu.Stage{}
	var totals []reconcile.Total
	for _, s := range stated {
		if c.unit != "" && s.Unit != c.unit && !holds(c.unit, s.Unit) {
			continue
		}
		t := reconcile.Total{Unit: s.Unit, Grade: s.Grade, Pupils: s.Stated}
		stageOf[t] = s.Stage
		totals = append(totals, t)
	}
	held := res.Held(totals, above)
	named := map[edu.UnitID]int{} // rows of the register by school, for whose grades forms have a number
	for _, h := range held {
		named[h.Unit] += h.Counted
	}
	for _, n := range named {
		if n == 0 {
			silent++
		}
	}
	for _, h := range held {
		if named[h.Unit] == 0 {
			continue
		}
		stage, up := stageOf[h.Total], above(h.Unit)
		for _, unit := range []edu.UnitID{h.Unit, up} {
			if unit == "" || c.unit != "" && unit != c.unit && !holds(c.unit, unit) {
				continue // a township sees no sum of its county
			}
			add(cell{unit, stage, h.Grade}, h.Pupils, h.Counted, h.Children)
			add(cell{unit, stage, 0}, h.Pupils, h.Counted, h.Children)
		}
	}
	level := func(id edu.UnitID) edu.Level {
		u, _ := tree.Unit(id)
		return u.Level
	}
	for _, k := range order {
		if l := *sums[k]; l.Counted != l.Stated || l.Children != l.Stated {
			out = append(out, l)
		}
	}
	// Counties first and whole stages before grades; of schools the farthest off.
	rank := func(l LevelLine) (n int) {
		if level(l.Unit) == edu.School {
			n = 2
		}
		if l.Grade > 0 {
			n++
		}
		return n
	}
	slices.SortStableFunc(out, func(a, b LevelLine) int {
		far := 0
		if rank(a) == rank(b) && level(a.Unit) == edu.School {
			far = cmp.Compare(max(b.Off(), -b.Off()), max(a.Off(), -a.Off()))
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), far, cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Stage, b.Stage), cmp.Compare(a.Grade, b.Grade))
	})
	return out, silent, nil
}

// stated are the numbers of pupils by school, stage and grade that forms of a year
// hold: they are of 1 September, when the school year begins.
func (r *Registers) stated(ctx context.Context, year int) (out []LevelLine, err error) {
	for _, by := range r.city.Packs() {
		e := by.Element("pupils")
		if e == nil {
			continue
		}
		a, err := r.city.Measure(ctx, by.Ref(), edu.Year(year))
		if errors.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("answers of %d: %w", year, err)
		}
		tree, err := r.city.Tree(ctx)
		if err != nil {
			return nil, err
		}
		units := unitsByCode(tree)
		for _, st := range a.Stages {
			f := st.Frame
			for _, name := range f.Elements() {
				text, ok := strings.CutPrefix(name, "pupils.g")
				grade, err := strconv.Atoi(text)
				if !ok || err != nil {
					continue
				}
				for i := range f.Len() {
					n, known := f.Value(i, name).Number()
					unit, in := units[codeAt{edu.School, f.Rows[i].Code}]
					if known && in {
						out = append(out, LevelLine{Unit: unit, Stage: f.Stage, Grade: grade, Stated: int(n)})
					}
				}
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, nil
}
