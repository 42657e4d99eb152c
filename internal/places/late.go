// A room costs the same in every year; it is built when it is wanted.

package places

import "context"

// putOff moves what is built to later years where it makes no way longer or
// dearer and the later year has the money. What it costs stays the same or falls.
func (p *planner) putOff(ctx context.Context, d *design) error {
	in := p.in
	for y := 0; y+1 < len(in.Years); y++ {
		for s := range in.Schools {
			least := 0
			if in.Schools[s].New {
				least = in.Schools[s].Least
			}
			if err := p.later(ctx, d, d.rooms[s], y, least, in.Schools[s].Stage); err != nil {
				return err
			}
			if in.Schools[s].New && d.open[s][y] && d.rooms[s][y] == 0 {
				d.open[s][y] = false
			}
		}
		for i, c := range in.Convert {
			if err := p.later(ctx, d, d.given[i], y, 0, in.Schools[c.From].Stage, in.Schools[c.To].Stage); err != nil {
				return err
			}
		}
	}
	return nil
}

// later lowers a count of a year as far as it goes, by halves: with fewer rooms
// nothing gets better.
func (p *planner) later(ctx context.Context, d *design, count []int, y, least int, stages ...int) error {
	now, before := at(count, y)
	if now == before {
		return nil
	}
	var was []*served
	for _, st := range stages {
		v, err := p.serve(ctx, st, y, d)
		if err != nil {
			return err
		}
		was = append(was, v)
	}
	good := func(n int) (bool, error) {
		if n < least && n > 0 {
			return false, nil
		}
		count[y] = n
		defer func() { count[y] = now }()
		if b := p.in.Years[y+1].Budget; b >= 0 && p.in.spent(d, y+1) > b {
			return false, nil
		}
		for i, st := range stages {
			v, err := p.serve(ctx, st, y, d)
			if err != nil || v.without > 0 || v.fen > was[i].fen || v.length > was[i].length {
				return false, err
			}
		}
		return true, nil
	}
	lo, hi := before, now // hi is good
	for lo < hi {
		mid := (lo + hi) / 2
		ok, err := good(mid)
		if err != nil {
			return err
		}
		if ok {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	count[y] = hi
	return nil
}
