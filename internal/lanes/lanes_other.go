//go:build !amd64

package lanes

// Elsewhere the loops in Go do everything.
const fast = false

func whole(*float64, int) uint64 { panic("not fast") }
func sum(*float64, int, *Sums)   { panic("not fast") }
func spreads(_, _ *float64, _ int, _ float64) (d, dd, ws, wd, wdd float64, sign uint64) {
	panic("not fast")
}
func mulDiv(_, _, _ *float64, _ int, _ float64)          { panic("not fast") }
func below(*uint8, *float64, int, float64, uint8, uint8) { panic("not fast") }
