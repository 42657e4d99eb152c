package standard

import (
	"math"
	"math/bits"

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

	// The columns of the indicators, side by side.
	verdicts       [][]edu.Verdict
	values, limits [][]float64
}

func newSectionRule(out *SectionRuled, of []*Judged) *sectionRule {
	k := len(of)
	columns := make([][]float64, 2*k)
	r := &sectionRule{out: out, of: of, atLeast: k, floors: make([]float64, k), verdicts: make([][]edu.Verdict, k), values: columns[:k], limits: columns[k:]}
	if n := out.Rule.AtLeast; n > 0 {
		// The rule is stated for all its indicators; those that this stage lacks
		// may not be counted as failures.
		r.atLeast = max(1, n-(len(out.Rule.Of)-len(of)))
	}
	for i, jd := range of {
		f := math.NaN()
		if out.Rule.Floor > 0 && jd.Threshold.Op == pack.AtLeast && jd.Limits == nil {
			f = exactly(out.Rule.Floor * jd.Threshold.Value)
		}
		r.floors[i], r.verdicts[i], r.values[i], r.limits[i] = f, jd.Verdicts, jd.Item.Values, jd.Limits
	}
	return r
}

// rows judges rows lo to hi-1, eight at a time: their verdicts are the bytes of
// one word, so that one instruction counts for all eight.
func (r *sectionRule) rows(lo, hi int) {
	slack := len(r.of) - r.atLeast // how many may be short
	if len(r.of) > 127 {           // more than a byte can count
		r.oneByOne(lo, hi)
		return
	}
	for ; lo+8 <= hi; lo += 8 {
		var short, unknown uint64
		exempt := uint64(ones)
		for _, verdicts := range r.verdicts {
			v := eight(verdicts[lo : lo+8])
			low, high := v&ones, v>>1&ones
			short += high &^ low
			unknown |= ones &^ (low | high)
			exempt &= low & high
		}
		fails := (short + uint64(127-slack)*ones) >> 7 & ones
		if r.out.Rule.Floor > 0 {
			// How far below matters only where the rule would still pass.
			if some := (short + 127*ones) >> 7 & ones &^ fails; some != 0 {
				fails |= r.belowFloor(lo, some)
			}
		}
		// Exempt is 3, short 2, unknown 0 and met 1; the first that holds counts.
		met := ones &^ (fails | unknown)
		setEight(r.out.Verdicts[lo:lo+8], exempt|exempt<<1|(fails<<1|met)&^(exempt|exempt<<1))
	}
	r.oneByOne(lo, hi)
}

// A verdict in each byte of a word: the lowest bit of each.
const ones = 0x0101010101010101

func eight(v []edu.Verdict) uint64 {
	_ = v[7]
	return uint64(v[0]) | uint64(v[1])<<8 | uint64(v[2])<<16 | uint64(v[3])<<24 |
		uint64(v[4])<<32 | uint64(v[5])<<40 | uint64(v[6])<<48 | uint64(v[7])<<56
}

func setEight(v []edu.Verdict, w uint64) {
	_ = v[7]
	v[0], v[1], v[2], v[3] = edu.Verdict(w), edu.Verdict(w>>8), edu.Verdict(w>>16), edu.Verdict(w>>24)
	v[4], v[5], v[6], v[7] = edu.Verdict(w>>32), edu.Verdict(w>>40), edu.Verdict(w>>48), edu.Verdict(w>>56)
}

// oneByOne judges rows each by itself.
func (r *sectionRule) oneByOne(lo, hi int) {
	for row := lo; row < hi; row++ {
		var n [4]int
		below := false
		for k, verdicts := range r.verdicts {
			v := verdicts[row]
			n[v]++
			below = below || r.out.Rule.Floor > 0 && v == edu.Short && r.values[k][row] < r.floor(k, row)
		}
		r.out.Verdicts[row] = verdictOf(len(r.of), r.atLeast, n[edu.Met], n[edu.Unknown], n[edu.Exempt], below)
	}
}

// belowFloor picks from eight rows, those of which the bit is set in among, the
// ones that have an indicator not only short but below the floor.
func (r *sectionRule) belowFloor(lo int, among uint64) (below uint64) {
	for k, verdicts := range r.verdicts {
		v := eight(verdicts[lo : lo+8])
		for short := v >> 1 &^ v & among; short != 0; short &= short - 1 {
			at := bits.TrailingZeros64(short)
			below |= uint64(bit(r.values[k][lo+at/8] < r.floor(k, lo+at/8))) << at
		}
	}
	return below
}

func (r *sectionRule) floor(indicator, row int) float64 {
	if l := r.limits[indicator]; l != nil {
		return exactly(r.out.Rule.Floor * l[row])
	}
	return r.floors[indicator]
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
