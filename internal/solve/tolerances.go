package solve

// What counts as equal. Rows and bounds of a Model are met when they are broken
// by no more than Feasible times the larger of 1 and the size of what is added
// up; a value is whole when it is within Integral of a whole number, and is then
// made whole and checked again.
const (
	Feasible = 1e-6
	Integral = 1e-6
)

// Inside the simplex, after scaling.
const (
	primalTol = 1e-8 // how far a basic variable may be outside its bounds
	dualTol   = 1e-8 // how far a reduced cost may have the wrong sign
	pivotTol  = 1e-7 // the smallest element to pivot on
	zeroTol   = 1e-13
)

// Huge is the largest coefficient, cost or finite bound that a Model takes. Sums
// of larger ones have lost the digits that a tolerance of Feasible speaks of.
const Huge = 1e12

// hugeWhole is the largest value that a whole variable without bounds is given.
// Beyond it a tolerance of Feasible would span whole numbers.
const hugeWhole = 1e9
