package indicator

import (
	"runtime"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/lanes"
)

// The values of sections. An evaluation needs them chunk by chunk and lets go of
// them: a nation's would go out to memory and back, which costs more than to
// compute them again for the indicators that somebody looks at.

// Value is the value of one row, NaN where it is missing or does not apply.
func (it *Item) Value(row int) float64 { return it.Values()[row] }

// Values are the values of all rows, which must not be changed. They are
// computed when they are first asked for; any goroutine may ask.
func (it *Item) Values() []float64 {
	it.asked.Do(func() {
		values := make([]float64, it.result.Frame.Len())
		workers := max(1, min(runtime.GOMAXPROCS(0), len(values)/chunkRows))
		var wg sync.WaitGroup
		for k := range workers {
			lo, hi := len(values)*k/workers, len(values)*(k+1)/workers
			wg.Go(func() { it.eval(lo, hi, values[lo:hi], formula.NewScratch()) })
		}
		wg.Wait()
		it.values = values
	})
	return it.values
}

// eval evaluates the section formula over rows lo to hi-1, and tells whether
// every row has a value. A value is "not applicable" where no figure is missing
// but one does not apply.
func (it *Item) eval(lo, hi int, out []float64, s *formula.Scratch) (whole bool) {
	if it.section == nil {
		for i := range out {
			out[i] = edu.Missing()
		}
		return false
	}
	it.section.Eval(lo, hi, out, s)
	if lanes.Whole(out) {
		return true
	}
	na := anyNA(it.fields)
	for i, v := range out {
		if v == v {
			continue
		}
		out[i] = edu.Missing()
		if na && applies(it.fields, lo+i) == edu.Exempt {
			out[i] = edu.NotApplicable.Float()
		}
	}
	return false
}
