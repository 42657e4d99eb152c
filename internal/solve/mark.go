package solve

// A mark is a state of the simplex to come back to after a look ahead. Unless
// the basis was taken apart anew meanwhile, coming back costs a few copies.
type mark struct {
	head, pos  []int32
	where      []int8
	edge       []float64
	etas, fill int
	builds     int
	rows       int
}

func (l *lp) mark() mark {
	return mark{
		head: append([]int32(nil), l.head...), pos: append([]int32(nil), l.pos...),
		where: append([]int8(nil), l.where...), edge: append([]float64(nil), l.edge...),
		etas: len(l.f.eta), fill: l.f.fill, builds: l.builds, rows: l.m,
	}
}

func (l *lp) back(k mark) {
	if l.builds != k.builds || l.stale || l.m != k.rows {
		l.load(k.where)
		copy(l.edge, k.edge)
		return
	}
	copy(l.head, k.head)
	copy(l.pos, k.pos)
	copy(l.where, k.where)
	copy(l.edge, k.edge)
	l.f.eta, l.f.fill = l.f.eta[:k.etas], k.fill
	l.fresh = false
}
