package proposal_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/solve"
)

// Nothing is done and fewer pupils come: gaps per pupil close, none opens, and what
// is said is what the engine says of a county that has so many pupils. More pupils
// open gaps and close none.
func TestWaitingClosesGapsAsPupilsFall(t *testing.T) {
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := drawn(t, p)
		a := d.assess(t)
		c, n, err := propose.Of(a, "530300", d.in)
		if err != nil {
			t.Fatal(err)
		}
		x, err := proposal.Solve(context.Background(), c, n, proposal.Wait, solve.Options{})
		if err != nil {
			t.Fatal(err)
		}
		part := float64(rapid.IntRange(50, 150).Draw(t, "percent")) / 100
		now := func(code string, stage edu.Stage) float64 {
			f := a.Stage(stage).Frame
			row, _ := f.Find(code)
			v, _ := f.Value(row, "pupils").Number()
			return v
		}
		of := func(code string, stage edu.Stage) (float64, bool) {
			v := now(code, stage)
			if v < 100 {
				return 0, false // small schools stay: their rules change with their size
			}
			return max(100, part*v), true
		}
		if err := proposal.Waiting(x, a, []proposal.Pupils{{Period: edu.Year(2026), Of: func(code string, stage edu.Stage) (float64, bool) { return now(code, stage), true }}, {Period: edu.Year(2027), Of: of}}); err != nil {
			t.Fatal(err)
		}
		if same := x.Ease[0]; len(same.Gone)+len(same.New) > 0 || same.Met.Passing != x.Before.Passing {
			t.Fatalf("as many pupils, and %+v", same)
		}
		e := x.Ease[1]
		if part <= 1 && len(e.New) > 0 || part >= 1 && len(e.Gone) > 0 {
			t.Fatalf("%v of the pupils: gone %+v, new %+v", part, e.Gone, e.New)
		}
		for i := range d.code {
			if v, ok := of(d.code[i], d.stage[i]); ok {
				d.set(i, "pupils", float64(int(v+0.5)))
			}
		}
		b := d.assess(t)
		met, err := proposal.Check(&proposal.Proposal{County: "530300"}, b)
		if err != nil {
			t.Fatal(err)
		}
		if met.Passing != e.Met.Passing || met.Sections != e.Met.Sections || met.Spread != e.Met.Spread {
			t.Fatalf("says %+v, the engine %+v", e.Met, met)
		}
	})
}
