package solve

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
)

// WriteMPS writes a model as free MPS, which other solvers read. Variables and
// rows are called C0, C1… and R0, R1… by their numbers, since MPS allows no
// spaces in names. A model with convex rules cannot be written: they are not
// known but at points.
func WriteMPS(w io.Writer, m *Model) error {
	if err := m.Check(); err != nil {
		return err
	}
	if len(m.conv) > 0 {
		return errors.New("mps: the model has convex rules")
	}
	p := m.problem()
	b := bufio.NewWriter(w)
	num := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	free := func(r *packed) bool { return math.IsInf(r.lo, -1) && math.IsInf(r.hi, 1) }
	fmt.Fprintln(b, "NAME model FREE\nROWS\n N COST")
	columns := make([]spread, len(p.lo))
	for i := range p.rows {
		r := &p.rows[i]
		kind := "L"
		switch {
		case free(r):
			continue
		case r.lo == r.hi:
			kind = "E"
		case math.IsInf(r.hi, 1):
			kind = "G"
		}
		fmt.Fprintf(b, " %s R%d\n", kind, i)
		for k, j := range r.ind {
			columns[j].add(int32(i), r.val[k])
		}
	}
	fmt.Fprintln(b, "COLUMNS")
	whole := false
	marker := func(want bool) {
		if want != whole {
			fmt.Fprintf(b, " M 'MARKER' %s\n", map[bool]string{true: "'INTORG'", false: "'INTEND'"}[want])
			whole = want
		}
	}
	for j := range columns {
		marker(p.whole[j])
		fmt.Fprintf(b, " C%d COST %s\n", j, num(p.cost[j])) // also 0, so that it is there
		for k, i := range columns[j].ind {
			fmt.Fprintf(b, " C%d R%d %s\n", j, i, num(columns[j].val[k]))
		}
	}
	marker(false)
	fmt.Fprintln(b, "RHS")
	if p.offset != 0 {
		fmt.Fprintf(b, " RHS COST %s\n", num(-p.offset))
	}
	ranges := false
	for i := range p.rows {
		r := &p.rows[i]
		side := r.hi
		if math.IsInf(side, 1) {
			side = r.lo
		}
		if !free(r) && side != 0 {
			fmt.Fprintf(b, " RHS R%d %s\n", i, num(side))
		}
		ranges = ranges || ranged(r)
	}
	if ranges {
		fmt.Fprintln(b, "RANGES")
		for i := range p.rows {
			if r := &p.rows[i]; ranged(r) {
				fmt.Fprintf(b, " RNG R%d %s\n", i, num(r.hi-r.lo))
			}
		}
	}
	fmt.Fprintln(b, "BOUNDS")
	for j := range columns {
		lo, hi := p.lo[j], p.hi[j]
		switch {
		case math.IsInf(lo, -1) && math.IsInf(hi, 1):
			fmt.Fprintf(b, " FR BND C%d\n", j)
		case lo == hi:
			fmt.Fprintf(b, " FX BND C%d %s\n", j, num(lo))
		default:
			if math.IsInf(lo, -1) {
				fmt.Fprintf(b, " MI BND C%d\n", j)
			} else {
				fmt.Fprintf(b, " LO BND C%d %s\n", j, num(lo))
			}
			if math.IsInf(hi, 1) {
				fmt.Fprintf(b, " PL BND C%d\n", j)
			} else {
				fmt.Fprintf(b, " UP BND C%d %s\n", j, num(hi))
			}
		}
	}
	fmt.Fprintln(b, "ENDATA")
	return b.Flush()
}

func ranged(r *packed) bool {
	return r.lo < r.hi && !math.IsInf(r.lo, -1) && !math.IsInf(r.hi, 1)
}
