package lanes

import "golang.org/x/sys/cpu"

var fast = cpu.X86.HasAVX2

// n is a multiple of 4 and above 0.

//go:noescape
func whole(x *float64, n int) (gap uint64)

//go:noescape
func sum(x *float64, n int, to *Sums)

//go:noescape
func spreads(x, w *float64, n int, point float64) (d, dd, ws, wd, wdd float64, sign uint64)

//go:noescape
func mulDiv(dst, x, y *float64, n int, k float64)

//go:noescape
func below(dst *uint8, x *float64, n int, limit float64, yes, no uint8)
