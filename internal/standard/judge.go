package standard

import (
	"math"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/indicator"
	"shuren/internal/lanes"
	"shuren/internal/pack"
)

// judge holds what is needed to judge the rows of one frame.
type judge struct {
	stage *Stage
	lines []line
	rules []*sectionRule
}

// line is one indicator with a threshold for every row.
type line struct {
	judged *Judged
	eval   int            // which evaluation has the indicator
	limit  *formula.Bound // nil: the threshold is a number
	when   *formula.Bound // nil: always
}

// block is how many rows are judged at a time, so that scratch stays in cache.
const block = 1024

type scratch struct {
	formula *formula.Scratch
	when    []float64
	values  [][]float64 // by line, of the rows of the block
	counts  [block / 8]count
	low     [block]uint8
}

func newScratch() *scratch {
	return &scratch{formula: formula.NewScratch(), when: make([]float64, block)}
}

// rows judges rows lo to hi-1, a chunk that the workers have just evaluated:
// every indicator, then every section rule.
func (j *judge) rows(lo, hi int, ws []*indicator.Worker, s *scratch) {
	for b := lo; b < hi; b += block {
		e := min(b+block, hi)
		s.values = s.values[:0]
		for i := range j.lines {
			l := &j.lines[i]
			s.values = append(s.values, ws[l.eval].Values(l.judged.Item)[b-lo:e-lo])
			j.line(l, b, e, s.values[i], s)
		}
		for _, r := range j.rules {
			r.rows(b, e, s)
		}
	}
}

func (j *judge) line(l *line, lo, hi int, vals []float64, s *scratch) {
	jd := l.judged
	t := jd.Threshold
	out := jd.Verdicts[lo:hi]
	whole := lanes.Whole(vals)
	if l.limit != nil {
		l.limit.Eval(lo, hi, jd.Limits[lo:hi], s.formula)
		for i, v := range vals {
			out[i] = Compare(v, t.Op, jd.Limits[lo+i])
		}
	} else {
		compareAll(out, vals, whole, t.Op, t.Value)
	}
	if l.when != nil {
		when := s.when[:hi-lo]
		l.when.Eval(lo, hi, when, s.formula)
		for i, w := range when {
			switch {
			case w == 0:
				out[i] = edu.Exempt
			case w != w && (out[i] == edu.Met || out[i] == edu.Short):
				out[i] = edu.Unknown // nobody knows whether it is asked at all
			}
		}
	}
	f := j.stage.Frame
	if t.EvidenceOf != "" {
		for i := range out {
			if out[i] == edu.Met && f.Text(lo+i, t.EvidenceOf) == "" {
				out[i] = edu.Unknown
			}
		}
	}
	if scope := j.stage.Scope; scope != nil && t.Scoped {
		for i, sc := range scope[lo:hi] {
			out[i] = inScope(out[i], sc)
		}
	}
	if whole {
		return
	}
	for i, v := range vals {
		// A figure that the school marked "/" asks nothing of it.
		if v != v && edu.FromFloat(v).IsNotApplicable() {
			out[i] = edu.Exempt
		}
	}
}

// inScope puts a verdict under the scope of the standard.
func inScope(v, scope edu.Verdict) edu.Verdict {
	switch scope {
	case edu.Exempt:
		return edu.Exempt
	case edu.Unknown:
		if v == edu.Met || v == edu.Short {
			return edu.Unknown
		}
	}
	return v
}

// Compare judges one unrounded value.
func Compare(v float64, op pack.Op, limit float64) edu.Verdict {
	if math.IsNaN(v) || math.IsNaN(limit) {
		return edu.Unknown
	}
	if holds(v, op, limit) {
		return edu.Met
	}
	return edu.Short
}

// noise is how far, as a part of a limit, the binary arithmetic of decimal
// figures may stray: 8194.80 − 387.30 over 1735 is 4.5, and a hair less as a
// float. Figures that differ as decimals lie a hundred thousand times further
// apart, so this rounds nothing.
const noise = 1e-12

// downTo and upTo are a limit with the noise on its lower and its upper side.
func downTo(limit float64) float64 { return limit - noise*math.Abs(limit) }
func upTo(limit float64) float64   { return limit + noise*math.Abs(limit) }

func holds(v float64, op pack.Op, limit float64) bool {
	switch op {
	case pack.AtLeast:
		return v >= downTo(limit)
	case pack.AtMost:
		return v <= upTo(limit)
	case pack.Above:
		return v > upTo(limit)
	case pack.Below:
		return v < downTo(limit)
	default:
		return v == limit
	}
}

// compareAll is Compare over a block with one limit, which is a number; whole
// tells that no value is missing. Nearly every threshold asks for at least so
// much, so that comparison is the quick one.
func compareAll(out []edu.Verdict, vals []float64, whole bool, op pack.Op, limit float64) {
	if op != pack.AtLeast {
		for i, v := range vals {
			out[i] = Compare(v, op, limit)
		}
		return
	}
	lanes.Below(out, vals, downTo(limit), edu.Short, edu.Met)
	if whole {
		return
	}
	for i, v := range vals {
		if v != v {
			out[i] = edu.Unknown
		}
	}
}

// bit is 1 for true; the compiler makes it one instruction.
func bit(b bool) uint8 {
	var x uint8
	if b {
		x = 1
	}
	return x
}

// judgeRegions holds the values of regions to the region threshold.
func (jd *Judged) judgeRegions(f *frame.Frame) {
	if jd.Region == nil {
		return
	}
	for _, level := range f.Levels {
		stats := jd.Item.Stats[level]
		vs := make([]edu.Verdict, len(stats))
		for i, s := range stats {
			switch {
			case s.N == 0 && s.Missing == 0, s.Value != s.Value && jd.asksNothing(f.Regions[level][i]):
				vs[i] = edu.Exempt // nothing there that is asked for
			default:
				vs[i] = incomplete(Compare(s.Value, jd.Region.Op, limitOf(jd.Region)), s.Missing)
			}
		}
		jd.RegionVerdicts[level] = vs
	}
}

// asksNothing tells that the threshold's condition holds for no row of a region:
// zoned enrolment asks nothing of a county whose schools are all rural.
func (jd *Judged) asksNothing(r frame.Region) bool {
	if jd.asked == nil {
		return false
	}
	for _, w := range jd.asked[r.Lo:r.Hi] {
		if w != 0 {
			return false
		}
	}
	return true
}

func limitOf(t *pack.Threshold) float64 { return t.Value }

// incomplete is the verdict on a value from which some rows are missing:
// unknown unless it is already short.
func incomplete(v edu.Verdict, missing int) edu.Verdict {
	if missing > 0 && v == edu.Met {
		return edu.Unknown
	}
	return v
}
