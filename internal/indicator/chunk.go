package indicator

import (
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/lanes"
)

// One piece of work, from the rows of a county up to the county; and the merging
// of the counties into what lies above them.

// Chunk evaluates the rows lo to hi-1, which must be one of Chunks, and the
// regions inside them up to the level that chunks are cut by.
func (e *Eval) Chunk(lo, hi int, w *Worker) {
	if e.scope != nil {
		e.judgeScope(lo, hi, w)
	}
	i, ok := slices.BinarySearchFunc(e.chunks, lo, func(c chunk, lo int) int { return c.lo - lo })
	if !ok || e.chunks[i].hi != hi {
		panic(fmt.Sprintf("rows %d to %d are no chunk", lo, hi))
	}
	c := &e.chunks[i]
	for i := range e.items {
		if it := &e.items[i]; it.region != nil {
			for p := range c.parts {
				it.parts[c.part+p].Reset()
			}
		}
	}
	// A formula runs over the whole chunk at once: long runs of rows suit the
	// processor, and the values are still near when the regions ask for them.
	for i := range e.items {
		w.values[i] = w.values[i][:hi-lo]
		w.whole[i] = e.items[i].eval(lo, hi, w.values[i], w.scratch)
	}
	w.lo = lo
	rs := e.frame.Regions[e.levels[e.split]]
	for r := c.region; r < len(rs) && rs[r].Lo < hi; r++ {
		reg := &rs[r]
		w.weight = nil
		all := e.in == nil || !slices.Contains(e.in[reg.Lo:reg.Hi], false)
		for i := range e.items {
			it := &e.items[i]
			whole := w.whole[i] || lanes.Whole(w.values[i][reg.Lo-lo:reg.Hi-lo])
			e.regionOf(i, e.split, r, all, whole, w)
			if it.region != nil && c.parts > 0 {
				it.parts[c.part+reg.Parent-c.up].Merge(&w.accs[i][0])
			}
		}
	}
}

func (e *Eval) judgeScope(lo, hi int, w *Worker) {
	w.scope = slices.Grow(w.scope[:0], hi-lo)[:hi-lo]
	e.scope.Eval(lo, hi, w.scope, w.scratch)
	for i, v := range w.scope {
		switch {
		case v != v:
			e.result.Scope[lo+i] = edu.Unknown
		case v == 0:
			e.result.Scope[lo+i] = edu.Exempt
		default:
			e.result.Scope[lo+i] = edu.Met
		}
		e.in[lo+i] = v != 0 && v == v
	}
}

// applies tells of a row's figures whether they are all there (Met), one is
// missing (Unknown), or none is missing but one does not apply (Exempt).
func applies(cols []*column, row int) edu.Verdict {
	v := edu.Met
	for _, c := range cols {
		switch {
		case c.data == nil:
			return edu.Unknown
		case c.data[row] == c.data[row]:
		case edu.FromFloat(c.data[row]).IsNotApplicable():
			v = edu.Exempt
		default:
			return edu.Unknown
		}
	}
	return v
}

// regionOf evaluates one indicator over one region of level k, from its rows at
// the lowest level, otherwise by merging the regions inside. all tells that
// every row is in scope, whole that every row has a value.
func (e *Eval) regionOf(item, k, r int, all, whole bool, w *Worker) {
	it := &e.items[item]
	reg := &e.frame.Regions[e.levels[k]][r]
	st := &it.Stats[e.levels[k]][r]
	*st = Stat{}
	var acc *formula.Acc
	if it.region != nil {
		acc = &w.accs[item][k-e.split]
		acc.Reset()
	}
	if k == len(e.levels)-1 {
		e.gather(it, reg.Lo, reg.Hi, all, whole, acc, st, &w.probe[item], w)
	} else {
		for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
			e.regionOf(item, k+1, c, all, whole, w)
			st.merge(&it.Stats[e.levels[k+1]][c])
			if acc != nil {
				acc.Merge(&w.accs[item][k+1-e.split])
			}
		}
	}
	st.finish(acc)
}

// merge takes in the region of a lower level. The counts of rows that lack
// something, and of those that do not apply, are gathered in Missing.
func (s *Stat) merge(o *Stat) {
	s.Plain.Merge(o.Plain)
	s.Weighted.Merge(o.Weighted)
	s.Missing += o.Missing
}

// finish takes the value from the accumulator.
func (s *Stat) finish(acc *formula.Acc) {
	if acc == nil {
		s.Value = edu.Missing()
		s.N = s.Plain.N
		return
	}
	s.Value, s.N, _ = acc.Result()
}

// gather evaluates one region of the lowest level from its rows.
func (e *Eval) gather(it *evalItem, lo, hi int, all, whole bool, acc *formula.Acc, st *Stat, probe *formula.Acc, w *Worker) {
	in := e.in
	if all {
		in = nil
	}
	e.moments(it, lo, hi, in, whole, st, w)
	if acc == nil && it.section != nil {
		for i, v := range w.values[it.at][lo-w.lo : hi-w.lo] {
			if v != v && (in == nil || in[lo+i]) && !edu.FromFloat(v).IsNotApplicable() {
				st.Missing++
			}
		}
	} else if acc != nil {
		it.region.Add(acc, lo, hi, in, w.scratch)
		st.Missing = acc.Missing()
		if st.Missing > 0 && anyNA(it.inputs) {
			st.Missing -= e.notApplicable(it, lo, hi, in, probe, w)
		}
	}
	if in != nil {
		for _, v := range e.result.Scope[lo:hi] {
			if v == edu.Unknown {
				st.Missing++
			}
		}
	}
}

// notApplicable counts the rows that the region formula left out although
// nothing is missing there: a figure does not apply.
func (e *Eval) notApplicable(it *evalItem, lo, hi int, in []bool, probe *formula.Acc, w *Worker) int {
	n := 0
	for row := lo; row < hi; row++ {
		if in != nil && !in[row] {
			continue
		}
		if applies(it.inputs, row) != edu.Exempt {
			continue
		}
		probe.Reset()
		it.region.Add(probe, row, row+1, nil, w.scratch)
		n += probe.Missing()
	}
	return n
}

// Finish merges what the chunks have into the regions above them, in the order
// of the tree.
func (e *Eval) Finish() *Result {
	for i := range e.items {
		it := &e.items[i]
		if it.region != nil && e.split > 0 {
			up := it.accs[e.split-1]
			for r := range up {
				up[r].Reset()
			}
			for _, c := range e.chunks {
				for p := range c.parts {
					up[c.up+p].Merge(&it.parts[c.part+p])
				}
			}
		}
		for k := e.split - 1; k >= 0; k-- {
			for r := range e.frame.Regions[e.levels[k]] {
				st := &it.Stats[e.levels[k]][r]
				*st = Stat{}
				var acc *formula.Acc
				if it.region != nil {
					acc = &it.accs[k][r]
				}
				for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
					st.merge(&it.Stats[e.levels[k+1]][c])
				}
				if acc != nil && k < e.split-1 {
					acc.Reset()
					for c := e.first[k][r]; c < e.first[k][r+1]; c++ {
						acc.Merge(&it.accs[k+1][c])
					}
				}
				st.finish(acc)
			}
		}
	}
	return e.result
}
