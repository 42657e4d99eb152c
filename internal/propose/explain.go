package propose

import (
	"context"
)

// explain names rules of an infeasible county that contradict each other, each of
// which is needed for that.
func (b *model) explain(ctx context.Context, p *Plan) error {
	// solve.Explain comes with the next step; until then the widest statement stands.
	return nil
}
