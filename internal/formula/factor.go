package formula

// Factor is what a figure of one unit of measure is multiplied by to count in
// another: 10000 from "10000 yuan" to "yuan". ok is false where they measure
// different things.
func Factor(from, to Unit) (factor float64, ok bool) {
	if !sameDims(from, to) {
		return 0, false
	}
	return from.effective() / to.effective(), true
}
