package solve

import "math"

// eliminate works one column through the steps so far and picks its pivot.
func (f *factor) eliminate(p int32, col column) bool {
	ind, val := col(int(p))
	f.stamp++
	f.reach = f.reach[:0]
	for e, i := range ind {
		f.work[i] = val[e]
		f.visit(i)
	}
	// From the last reached to the first, each row's value is complete when its
	// turn comes.
	for k := len(f.reach) - 1; k >= 0; k-- {
		i := f.reach[k]
		v := f.work[i]
		s := f.step[i]
		if s < 0 || v == 0 {
			continue
		}
		for e := f.l.at[s]; e < f.l.at[s+1]; e++ {
			f.work[f.l.ind[e]] -= v * f.l.val[e]
		}
	}
	best := 0.0
	for _, i := range f.reach {
		if f.step[i] < 0 {
			best = math.Max(best, math.Abs(f.work[i]))
		}
	}
	r := int32(-1)
	if best > 1e-9 {
		for _, i := range f.reach {
			if f.step[i] < 0 && math.Abs(f.work[i]) >= 0.1*best &&
				(r < 0 || f.rowCount[i] < f.rowCount[r] || f.rowCount[i] == f.rowCount[r] && math.Abs(f.work[i]) > math.Abs(f.work[r])) {
				r = i
			}
		}
	}
	for _, i := range f.reach {
		v := f.work[i]
		f.work[i] = 0
		if r < 0 || i == r || math.Abs(v) < zeroTol {
			if i == r {
				f.work[i] = v
			}
			continue
		}
		if f.step[i] >= 0 {
			f.u.add(i, v)
		} else {
			f.l.add(i, v)
		}
	}
	if r < 0 {
		return false
	}
	d := f.work[r]
	f.work[r] = 0
	for e := int(f.l.at[len(f.l.at)-1]); e < len(f.l.val); e++ {
		f.l.val[e] /= d
	}
	f.closeStep(p, r, d)
	return true
}

// visit walks what a row's value reaches through L, deepest first.
func (f *factor) visit(i int32) {
	if f.mark[i] == f.stamp {
		return
	}
	f.mark[i] = f.stamp
	if f.step[i] < 0 {
		f.reach = append(f.reach, i)
		return
	}
	s := f.step[i]
	f.stack = append(f.stack[:0], frame{s, f.l.at[s]})
	for len(f.stack) > 0 {
		top := &f.stack[len(f.stack)-1]
		if top.next == f.l.at[top.step+1] {
			f.reach = append(f.reach, f.row[top.step])
			f.stack = f.stack[:len(f.stack)-1]
			continue
		}
		o := f.l.ind[top.next]
		top.next++
		if f.mark[o] == f.stamp {
			continue
		}
		f.mark[o] = f.stamp
		if s := f.step[o]; s >= 0 {
			f.stack = append(f.stack, frame{s, f.l.at[s]})
		} else {
			f.reach = append(f.reach, o)
		}
	}
}
