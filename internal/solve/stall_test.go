package solve

import (
	"context"
	"testing"
	"time"
)

// The simplex itself ends when its context does, not only the search between two
// runs of it: a run of a large model may take minutes.
func TestSimplexHeedsItsContext(t *testing.T) {
	m := &Model{}
	var all []Term
	for range 50 {
		all = append(all, m.Continuous("", 0, 10, -1).Times(1))
	}
	for i := range all {
		m.AtMost("", float64(i+3), all[:i+1]...)
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := newLP(m.problem())
	l.ctx = ctx
	cancel()
	if end := l.run(Inf, 0); end != tired || l.iterations > 32 {
		t.Errorf("outcome %d after %d iterations of an ended context, want tired at once", end, l.iterations)
	}
	r, err := Solve(ctx, m, Options{})
	if err != nil || r.Status != Stopped {
		t.Errorf("%v, %v of an ended context, want stopped", r.Status, err)
	}
	// One that ends later does not change the answer.
	ctx, cancel = context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if r, err = Solve(ctx, m, Options{}); err != nil || r.Status != Optimal {
		t.Errorf("%v, %v", r.Status, err)
	}
}
