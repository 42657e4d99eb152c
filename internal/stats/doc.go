// Package stats measures spread and inequality over plain slices.
//
// A statistic that is not defined — of nothing, with a total weight of zero, a
// mean of zero, or a negative value where the definition wants none — is NaN,
// which is how a column says "missing". Rows without a value or a weight are
// the caller's to leave out (see [Known] and [KnownPairs]): a NaN that gets in
// comes out again.
//
// Figures do not depend on the order of the rows beyond the last digits, and
// every product that is added up is rounded first: the compiler must not fuse
// the two on some machines only, because a published figure has to come out
// the same on all of them.
package stats

import "math"

var nan = math.NaN()

// finite gives NaN for an infinity.
func finite(x float64) float64 { return x + (x - x) }
