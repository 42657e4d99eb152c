package edu

// Verdict is the outcome of one judgement. The zero Verdict is Unknown.
type Verdict uint8

const (
	// Unknown: not enough was reported to judge.
	Unknown Verdict = iota
	// Met: the requirement is fulfilled.
	Met
	// Short: the requirement is not fulfilled.
	Short
	// Exempt: outside the rule's scope.
	Exempt
)

var verdictNames = [...]string{"unknown", "met", "short", "exempt"}

func (v Verdict) String() string { return verdictNames[v] }

// ParseVerdict reads what String wrote.
func ParseVerdict(s string) (Verdict, bool) {
	for i, n := range verdictNames {
		if n == s {
			return Verdict(i), true
		}
	}
	return Unknown, false
}

// All combines verdicts that must all be met, by Kleene logic: one short makes
// the whole short even beside unknowns, an unknown keeps it unknown, and exempt
// ones are left out. All of nothing, or of exempt ones only, is Exempt.
func All(verdicts ...Verdict) Verdict {
	var a AllOf
	for _, v := range verdicts {
		a.Add(v)
	}
	return a.Verdict()
}

// AllOf gathers verdicts one by one; see [All].
type AllOf struct{ Count [4]int }

// Add takes one more verdict.
func (a *AllOf) Add(v Verdict) { a.Count[v]++ }

// Verdict is the combination of what was added.
func (a *AllOf) Verdict() Verdict {
	switch {
	case a.Count[Short] > 0:
		return Short
	case a.Count[Unknown] > 0:
		return Unknown
	case a.Count[Met] > 0:
		return Met
	default:
		return Exempt
	}
}

// Total is how many were added.
func (a *AllOf) Total() int { return a.Count[0] + a.Count[1] + a.Count[2] + a.Count[3] }
