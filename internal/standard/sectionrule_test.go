package standard

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/indicator"
	"shuren/internal/lanes"
	"shuren/internal/pack"
)

// A block comes out as its values one by one, beside zeros of either sign and
// neighbouring numbers too.
func TestCompareAll(t *testing.T) {
	figure := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), 4.5, math.Nextafter(4.5, 5), 5e-324, -5e-324, edu.Missing(), edu.NotApplicable.Float()}))
	rapid.Check(t, func(t *rapid.T) {
		op := rapid.SampledFrom([]pack.Op{pack.AtLeast, pack.AtMost, pack.Above, pack.Below, pack.Equal}).Draw(t, "op")
		limit := figure.Filter(func(v float64) bool { return v == v }).Draw(t, "limit")
		vals := rapid.SliceOf(figure).Draw(t, "values")
		out := make([]edu.Verdict, len(vals))
		compareAll(out, vals, lanes.Whole(vals), op, limit)
		for i, v := range vals {
			if want := Compare(v, op, limit); out[i] != want {
				t.Fatalf("%v %s %v: %v, want %v", v, op, limit, out[i], want)
			}
		}
	})
}

// Eight rows at a time come out as one by one, whatever the rule asks and
// wherever a stretch of rows begins and ends.
func TestEightAtATime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(0, 40).Draw(t, "rows")
		k := rapid.IntRange(1, 9).Draw(t, "indicators")
		rule := &pack.Rule{AtLeast: rapid.IntRange(0, k).Draw(t, "at least"), Floor: rapid.SampledFrom([]float64{0, 0.5, 0.85}).Draw(t, "floor")}
		out := &SectionRuled{Rule: rule, Verdicts: make([]edu.Verdict, rows)}
		var of []*Judged
		var lines []int
		s := newScratch()
		for range k {
			var values []float64
			jd := &Judged{Threshold: &pack.Threshold{Op: pack.AtLeast, Value: 10}, Item: &indicator.Item{}}
			byRow := rapid.Bool().Draw(t, "limits by row")
			for range rows {
				v := edu.Verdict(rapid.IntRange(0, 3).Draw(t, "verdict"))
				jd.Verdicts = append(jd.Verdicts, v)
				values = append(values, rapid.SampledFrom([]float64{1, 8.4, 8.5, 9, edu.Missing()}).Draw(t, "value"))
				if byRow {
					jd.Limits = append(jd.Limits, rapid.SampledFrom([]float64{10, 2}).Draw(t, "limit"))
				}
			}
			rule.Of = append(rule.Of, "r")
			lines = append(lines, len(lines))
			s.values = append(s.values, values)
			of = append(of, jd)
		}
		lo := rapid.IntRange(0, rows).Draw(t, "from")
		hi := rapid.IntRange(lo, rows).Draw(t, "to")

		for i := range s.values {
			s.values[i] = s.values[i][lo:hi]
		}
		r := newSectionRule(out, of, lines)
		r.oneByOne(lo, lo, hi, s)
		want := slices.Clone(out.Verdicts)
		for i := range out.Verdicts[lo:hi] {
			out.Verdicts[lo+i] = 77 // so that a row left out is seen
		}
		r.rows(lo, hi, s)
		if !slices.Equal(out.Verdicts, want) {
			t.Fatalf("rows %d to %d: %v, one by one %v", lo, hi-1, out.Verdicts, want)
		}
	})
}
