package standard

import (
	"math"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		name  string
		v     float64
		op    pack.Op
		limit float64
		want  edu.Verdict
	}{
		{"exactly at the floor", 4.5, pack.AtLeast, 4.5, edu.Met},
		{"below, though shown as 4.50", 4.4999, pack.AtLeast, 4.5, edu.Short},
		{"zero is a value", 0, pack.AtLeast, 4.5, edu.Short},
		{"missing is not zero", edu.Missing(), pack.AtLeast, 4.5, edu.Unknown},
		{"nor a pass", edu.Missing(), pack.AtMost, 4.5, edu.Unknown},
		{"no threshold, no verdict", 4.5, pack.AtLeast, edu.Missing(), edu.Unknown},
		{"at most is inclusive (不超过)", 45, pack.AtMost, 45, edu.Met},
		{"below is strict (低于)", 0.15, pack.Below, 0.15, edu.Short},
		{"above is strict (超过)", 50, pack.Above, 50, edu.Short},
		{"yes is yes", 1, pack.Equal, 1, edu.Met},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Compare(tt.v, tt.op, tt.limit); got != tt.want {
				t.Errorf("Compare(%v, %s, %v) = %v, want %v", tt.v, tt.op, tt.limit, got, tt.want)
			}
			if out := make([]edu.Verdict, 1); !math.IsNaN(tt.limit) {
				if compareAll(out, []float64{tt.v}, !math.IsNaN(tt.v), tt.op, tt.limit); out[0] != tt.want {
					t.Errorf("in a block: %v, want %v", out[0], tt.want)
				}
			}
		})
	}
}

func TestVerdictOf(t *testing.T) {
	for _, tt := range []struct {
		name                          string
		k, need, met, unknown, exempt int
		below                         bool
		want                          edu.Verdict
	}{
		{"all seven", 7, 6, 7, 0, 0, false, edu.Met},
		{"six of seven", 7, 6, 6, 0, 0, false, edu.Met},
		{"six of seven, the other below the floor", 7, 6, 6, 0, 0, true, edu.Short},
		{"five of seven", 7, 6, 5, 0, 0, false, edu.Short},
		{"six met and one not reported: it may lie below the floor", 7, 6, 6, 1, 0, false, edu.Unknown},
		{"short even if the unknown one is met", 7, 6, 4, 1, 0, false, edu.Short},
		{"below the floor decides beside unknowns", 7, 6, 0, 6, 0, true, edu.Short},
		{"nothing reported", 7, 6, 0, 7, 0, false, edu.Unknown},
		{"an exempt one is left out", 7, 6, 6, 0, 1, false, edu.Met},
		{"all exempt", 7, 6, 0, 0, 7, false, edu.Exempt},
		{"all must be met, one unknown", 3, 3, 2, 1, 0, false, edu.Unknown},
		{"all must be met, one short", 3, 3, 1, 1, 0, false, edu.Short},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := verdictOf(tt.k, tt.need, tt.met, tt.unknown, tt.exempt, tt.below); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestEverySection(t *testing.T) {
	tally := func(unknown, met, short, exempt int) (a edu.AllOf) {
		a.Count = [4]int{unknown, met, short, exempt}
		return a
	}
	for _, tt := range []struct {
		name  string
		in    edu.AllOf
		share float64
		want  edu.Verdict
	}{
		{"every section met", tally(0, 9, 0, 2), 0, edu.Met},
		{"one short", tally(3, 9, 1, 0), 0, edu.Short},
		{"one unknown", tally(1, 9, 0, 0), 0, edu.Unknown},
		{"half of them is enough", tally(0, 5, 5, 3), 0.5, edu.Met},
		{"less than half", tally(0, 4, 6, 0), 0.5, edu.Short},
		{"the unknown ones could bring half", tally(2, 4, 4, 0), 0.5, edu.Unknown},
		{"even the unknown ones cannot", tally(1, 3, 6, 0), 0.5, edu.Short},
		{"nobody in scope", tally(0, 0, 0, 4), 0.5, edu.Exempt},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := every(tt.in, tt.share); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The floors of 教督〔2017〕6号 as a person computes them: the product in binary
// must not lie a hair above or below.
func TestFloorsAreTheDecimalOnes(t *testing.T) {
	for _, tt := range [][2]float64{
		{4.2, 3.57}, {1, 0.85}, {0.9, 0.765}, {4.5, 3.825}, {7.5, 6.375}, {2000, 1700}, {2.3, 1.955},
		{5.3, 4.505}, {5.8, 4.93}, {10.2, 8.67}, {2500, 2125}, {2.4, 2.04},
	} {
		if got := exactly(0.85 * tt[0]); got != tt[1] {
			t.Errorf("0.85 × %v = %v, want %v", tt[0], got, tt[1])
		}
	}
}

func TestIncompleteValueIsNotAPass(t *testing.T) {
	if got := incomplete(edu.Met, 1); got != edu.Unknown {
		t.Errorf("met with one missing = %v, want unknown", got)
	}
	if got := incomplete(edu.Short, 1); got != edu.Short {
		t.Errorf("short with one missing = %v, want short", got)
	}
	if got := incomplete(edu.Met, 0); got != edu.Met {
		t.Errorf("met with none missing = %v, want met", got)
	}
}
