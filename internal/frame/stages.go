package frame

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
)

// Stages of a unit that no table, or more than one, tells.
const (
	noStage      = 255
	severalStage = 254
)

// listStages notes the stages that the tables have, in the order in which they
// are shown, and whether any table tells stages apart.
func (b *builder) listStages(tables []placed) (staged bool) {
	found := map[edu.Stage]bool{}
	for _, t := range tables {
		if t.Stage == nil {
			found[""] = true
			continue
		}
		staged = true
		used := make([]bool, len(t.Stage.Dict))
		for _, c := range t.Stage.Code[:t.N] {
			used[c] = true
		}
		for c, s := range t.Stage.Dict {
			if used[c] {
				found[edu.Stage(s)] = true
			}
		}
	}
	for _, s := range slices.Concat(b.opt.Stages, edu.Stages) {
		if found[s] {
			b.stages = append(b.stages, s)
			delete(found, s)
		}
	}
	var rest []edu.Stage
	for s := range found {
		rest = append(rest, s)
	}
	slices.Sort(rest)
	b.stages = append(b.stages, rest...)
	if len(b.stages) >= severalStage {
		b.problem(Problem{Blocking: true, Cells: []edu.Cell{tables[0].cell(0, "")}, Message: edu.Text{
			EN: fmt.Sprintf("%d different stages; the stage column holds something else", len(b.stages)),
			ZH: fmt.Sprintf("学段列中有 %d 种不同的内容，应不是学段", len(b.stages)),
		}})
		b.stages = b.stages[:severalStage]
	}
	return staged
}

// stageOf numbers the stage of each record, as positions in b.stages. It is nil
// where the data tell no stages apart. A table that does not tell them, beside
// others that do, speaks of a school's only section; where a school has several
// it is a problem, and the record is left out.
func (b *builder) stageOf(tables []placed) []uint8 {
	if !b.listStages(tables) {
		return nil
	}
	sole := slices.Repeat([]uint8{noStage}, len(b.units.codes))
	n := 0
	for _, t := range tables {
		n += t.N
		if t.Stage == nil {
			continue
		}
		number := b.numbers(t.Stage)
		for i, u := range t.unit {
			if u == none {
				continue
			}
			switch s := number[t.Stage.Code[i]]; {
			case sole[u] == noStage:
				sole[u] = s
			case sole[u] != s:
				sole[u] = severalStage
			}
		}
	}
	b.sole = sole
	out := make([]uint8, 0, n)
	for i := range tables {
		out = append(out, b.stagesIn(&tables[i])...)
	}
	return out
}

// stagesIn numbers the stages of one table, and leaves out the records whose
// stage cannot be told.
func (b *builder) stagesIn(t *placed) []uint8 {
	out := make([]uint8, t.N)
	if t.Stage != nil {
		number := b.numbers(t.Stage)
		for i, c := range t.Stage.Code[:t.N] {
			out[i] = number[c]
		}
		return out
	}
	t.unit = slices.Clone(t.unit) // it may be the table's own column of keys
	for i, u := range t.unit {
		switch {
		case u == none:
		case b.sole[u] < severalStage:
			out[i] = b.sole[u]
		case b.sole[u] == noStage:
			out[i] = b.numberOf("")
		default:
			t.unit[i] = none
			code := t.keys().At(i)
			b.problem(Problem{Blocking: true, Cells: []edu.Cell{t.cell(i, "")}, Message: edu.Text{
				EN: fmt.Sprintf("%s has several stages, and this table does not say which; add a stage column", code),
				ZH: fmt.Sprintf("%s 有多个学段，此表没有说明是哪个学段，请增加学段列", code),
			}})
		}
	}
	return out
}

// numbers gives the position of each text of a stage column in b.stages.
func (b *builder) numbers(s *Strings) []uint8 {
	out := make([]uint8, len(s.Dict))
	for c, name := range s.Dict {
		out[c] = b.numberOf(edu.Stage(name))
	}
	return out
}

// numberOf is the position of a stage in b.stages, noStage where no section has it.
func (b *builder) numberOf(s edu.Stage) uint8 {
	if i := slices.Index(b.stages, s); i >= 0 {
		return uint8(i)
	}
	return noStage
}
