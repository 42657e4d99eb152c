package standard

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// sectionRule is a rule that holds each section to several indicators: at
// least so many met, and none below a floor.
type sectionRule struct {
	out     *SectionRuled
	of      []*Judged
	atLeast int
	floors  []float64 // by indicator; NaN where the limit is by row or no floor
}

func newSectionRule(out *SectionRuled, of []*Judged) *sectionRule {
	r := &sectionRule{out: out, of: of, atLeast: len(of)}
	if n := out.Rule.AtLeast; n > 0 {
		// The rule is stated for all its indicators; those that this stage lacks
		// may not be counted as failures.
		r.atLeast = max(1, n-(len(out.Rule.Of)-len(of)))
	}
	for _, jd := range of {
		f := math.NaN()
		if out.Rule.Floor > 0 && jd.Threshold.Op == pack.AtLeast && jd.Limits == nil {
			f = exactly(out.Rule.Floor * jd.Threshold.Value)
		}
		r.floors = append(r.floors, f)
	}
	return r
}

func (r *sectionRule) rows(lo, hi int, s *scratch) {
	n := hi - lo
	met, unknown, exempt, below := s.met[:n], s.unknown[:n], s.exempt[:n], s.below[:n]
	clear(met)
	clear(unknown)
	clear(exempt)
	clear(below)
	for k, jd := range r.of {
		vals, vs := jd.Item.Values[lo:hi], jd.Verdicts[lo:hi]
		floor := r.floors[k]
		vals, vs = vals[:n], vs[:n]
		for i := range n {
			v := vs[i]
			met[i] += bit(v == edu.Met)
			unknown[i] += bit(v == edu.Unknown)
			exempt[i] += bit(v == edu.Exempt)
			below[i] |= bit(vals[i] < floor) & bit(v == edu.Short)
		}
		if r.out.Rule.Floor > 0 && jd.Limits != nil {
			for i := range n {
				f := exactly(r.out.Rule.Floor * jd.Limits[lo+i])
				below[i] |= bit(vals[i] < f) & bit(vs[i] == edu.Short)
			}
		}
	}
	out := r.out.Verdicts[lo:hi]
	for i := range n {
		out[i] = verdictOf(len(r.of), r.atLeast, int(met[i]), int(unknown[i]), int(exempt[i]), below[i] != 0)
	}
}

// verdictOf combines k judgements of which atLeast must be met and none may be
// below the floor. What is unknown could still turn out either way, so it
// decides nothing unless the rest has decided already.
func verdictOf(k, atLeast, met, unknown, exempt int, below bool) edu.Verdict {
	need := max(0, atLeast-exempt)
	switch {
	case exempt == k:
		return edu.Exempt
	case below || met+unknown < need:
		return edu.Short
	case unknown > 0:
		return edu.Unknown
	default:
		return edu.Met
	}
}
