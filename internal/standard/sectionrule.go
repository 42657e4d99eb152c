package standard

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/lanes"
	"shuren/internal/pack"
)

// sectionRule is a rule that holds each section to several indicators: at
// least so many met, and none below a floor.
type sectionRule struct {
	out     *SectionRuled
	of      []*Judged
	atLeast int
	floors  []float64 // by indicator; NaN where the limit is by row or no floor

	// What the indicators have, side by side.
	lines    []int // among the judge's lines
	verdicts [][]edu.Verdict
	limits   [][]float64
}

func newSectionRule(out *SectionRuled, of []*Judged, lines []int) *sectionRule {
	k := len(of)
	r := &sectionRule{out: out, of: of, atLeast: k, floors: make([]float64, k), lines: lines, verdicts: make([][]edu.Verdict, k), limits: make([][]float64, k)}
	if n := out.Rule.AtLeast; n > 0 {
		// The rule is stated for all its indicators; those that this stage lacks
		// may not be counted as failures.
		r.atLeast = max(1, n-(len(out.Rule.Of)-len(of)))
	}
	for i, jd := range of {
		f := math.NaN()
		if out.Rule.Floor > 0 && jd.Threshold.Op == pack.AtLeast && jd.Limits == nil {
			f = downTo(exactly(out.Rule.Floor * jd.Threshold.Value))
		}
		r.floors[i], r.verdicts[i], r.limits[i] = f, jd.Verdicts, jd.Limits
	}
	return r
}

// rows judges rows lo to hi-1, at most a block, eight at a time: their verdicts
// are the bytes of one word, so that one instruction counts for all eight.
func (r *sectionRule) rows(lo, hi int, s *scratch) {
	if len(r.of) > 127 { // more than a byte can count
		r.oneByOne(lo, lo, hi, s)
		return
	}
	words := (hi - lo) / 8
	counts := s.counts[:words]
	for i := range counts {
		counts[i] = count{exempt: ones}
	}
	for k, verdicts := range r.verdicts {
		low := r.low(k, lo, lo+8*words, s)
		for i := range counts {
			c, v := &counts[i], eight(verdicts[lo+8*i:])
			short := v >> 1 &^ v & ones
			c.short += short
			c.unknown |= ones &^ (v | v>>1)
			c.exempt &= v & (v >> 1)
			if low != nil {
				c.below |= short & eight(low[8*i:])
			}
		}
	}
	slack := uint64(127-(len(r.of)-r.atLeast)) * ones // so that one short too many carries into a byte's top bit
	for i := range counts {
		c := &counts[i]
		exempt := c.exempt & ones
		fails := (c.short+slack)>>7&ones | c.below
		met := ones &^ (fails | c.unknown)
		// Exempt is 3, short 2, met 1 and unknown 0; the first that holds counts.
		setEight(r.out.Verdicts[lo+8*i:], exempt|exempt<<1|(fails<<1|met)&^(exempt|exempt<<1))
	}
	r.oneByOne(lo, lo+8*words, hi, s)
}

// count is what eight rows have come to so far, each in its byte.
type count struct {
	short                  uint64 // how many
	unknown, exempt, below uint64 // in the lowest bit: any, all, any
}

// low marks the rows of which an indicator's value lies below the floor; nil if
// there is no floor.
func (r *sectionRule) low(k, lo, hi int, s *scratch) []uint8 {
	if r.out.Rule.Floor <= 0 {
		return nil
	}
	low, values := s.low[:hi-lo], s.values[r.lines[k]]
	if r.limits[k] == nil {
		lanes.Below(low, values[:hi-lo], r.floors[k], 1, 0)
		return low
	}
	for i := range low {
		low[i] = 0
		if r.verdicts[k][lo+i] == edu.Short {
			low[i] = bit(values[i] < r.floor(k, lo+i))
		}
	}
	return low
}

// A verdict in each byte of a word: the lowest bit of each.
const ones = 0x0101010101010101

func eight[T ~uint8](v []T) uint64 {
	_ = v[7]
	return uint64(v[0]) | uint64(v[1])<<8 | uint64(v[2])<<16 | uint64(v[3])<<24 |
		uint64(v[4])<<32 | uint64(v[5])<<40 | uint64(v[6])<<48 | uint64(v[7])<<56
}

func setEight(v []edu.Verdict, w uint64) {
	_ = v[7]
	v[0], v[1], v[2], v[3] = edu.Verdict(w), edu.Verdict(w>>8), edu.Verdict(w>>16), edu.Verdict(w>>24)
	v[4], v[5], v[6], v[7] = edu.Verdict(w>>32), edu.Verdict(w>>40), edu.Verdict(w>>48), edu.Verdict(w>>56)
}

// oneByOne judges rows from to hi-1 of the block that begins at lo, each by itself.
func (r *sectionRule) oneByOne(lo, from, hi int, s *scratch) {
	for row := from; row < hi; row++ {
		var n [4]int
		below := false
		for k, verdicts := range r.verdicts {
			v := verdicts[row]
			n[v]++
			below = below || r.out.Rule.Floor > 0 && v == edu.Short && s.values[r.lines[k]][row-lo] < r.floor(k, row)
		}
		r.out.Verdicts[row] = verdictOf(len(r.of), r.atLeast, n[edu.Met], n[edu.Unknown], n[edu.Exempt], below)
	}
}

func (r *sectionRule) floor(indicator, row int) float64 {
	if l := r.limits[indicator]; l != nil {
		return downTo(exactly(r.out.Rule.Floor * l[row]))
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
