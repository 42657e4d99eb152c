package proposal

import (
	"errors"
	"testing"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// A line may be done from another year of the plan on: its cost and the money of the
// years follow, and the year that has too little says so. A line by which somebody
// leaves a school stays in its year.
func TestALineMayBeDoneInAnotherYear(t *testing.T) {
	y := func(n int) edu.Period { return edu.Year(2026 + n) }
	p := &Proposal{Years: []Year{{Period: y(0), Budget: 50}, {Period: y(1), Budget: 100}, {Period: y(2), Budget: -1}}, Lines: []Line{
		{No: 1, Act: Hire, Period: y(0), Amount: 2, Cost: 60}, // 20 a year
		{No: 2, Act: Construct, Period: y(0), Amount: 10, Cost: 30},
		{No: 3, Act: Exchange, Period: y(0), Amount: 1, Cost: 5, From: &Place{}},
	}}
	spent := func() (out [3]float64) {
		for i, x := range p.SpentNow() {
			out[i] = x.Spent
		}
		return out
	}
	if got := spent(); got != [3]float64{55, 20, 20} || !p.SpentNow()[0].Over() || p.SpentNow()[1].Over() {
		t.Fatalf("as proposed: %v", got)
	}
	edit := func(no int, amount float64, year edu.Period) error {
		return p.Decide([]int{no}, Choice{Decision: Edit, Amount: amount, Year: year, At: time.Unix(1, 0)})
	}
	if err := edit(1, 3, y(1)); err != nil || p.Lines[0].Year() != y(1) || p.Lines[0].CostNow() != 60 {
		t.Fatalf("a hire a year later: %v, %+v", err, p.Lines[0])
	}
	if err := edit(2, 10, y(2)); err != nil || spent() != [3]float64{5, 30, 60} || p.CostNow() != 95 {
		t.Fatalf("a building two years later: %v, %v", err, spent())
	}
	for name, err := range map[string]error{"an exchange": edit(3, 1, y(1)), "no year of the plan": edit(1, 1, y(7)), "nothing at all": edit(1, 0, y(1))} {
		if !errors.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p.Lines[0].Year() != y(1) || p.Lines[2].Year() != y(0) {
		t.Error("what was refused changed a line")
	}
	if err := edit(3, 1, y(0)); err != nil {
		t.Errorf("in its own year: %v", err)
	}
	if err := p.Decide([]int{1}, Choice{Decision: Reopen}); err != nil || p.Lines[0].Year() != y(0) || p.Lines[0].CostNow() != 60 {
		t.Errorf("taken back: %v, %+v", err, p.Lines[0])
	}
}
