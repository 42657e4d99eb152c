package places

import "context"

// reopen keeps what was closed where that costs no more: of two plans that cost
// the same, the one without a closing is the better one.
func (p *planner) reopen(ctx context.Context, d *design) error {
	in := p.in
	for s := range in.Schools {
		sc := &in.Schools[s]
		if sc.New || d.open[s][len(in.Years)-1] {
			continue
		}
		saved := int64(0)
		was := append([]bool(nil), d.open[s]...)
		for y := range in.Years {
			if was[y] {
				continue
			}
			closed, err := p.serve(ctx, sc.Stage, y, d)
			if err != nil {
				return err
			}
			d.open[s][y] = true
			open, err := p.serve(ctx, sc.Stage, y, d)
			if err != nil {
				return err
			}
			saved += fen(in.Stages[sc.Stage].Prices.Run) - (closed.fen - open.fen)
		}
		if saved > 0 {
			d.open[s] = was
		}
	}
	return nil
}
