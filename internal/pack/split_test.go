package pack

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// The published example: 166 primary and 210 junior pupils share 23226 books.
func TestSharesPublished(t *testing.T) {
	p, err := Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	shares := p.Split.Shares(map[edu.Stage]float64{edu.Primary: 166, edu.Junior: 210})
	for stage, want := range map[edu.Stage]float64{edu.Primary: 9711.63, edu.Junior: 13514.37} {
		if got := 23226 * shares[stage]; math.Abs(got-want) > 0.005 {
			t.Errorf("%s gets %v books, want %v", stage, got, want)
		}
	}
	// A complete secondary school: junior : senior = 1 : 1.2.
	shares = p.Split.Shares(map[edu.Stage]float64{edu.Junior: 300, edu.Senior: 500})
	if got, want := shares[edu.Junior], 300/(300+1.2*500); math.Abs(got-want) > 1e-12 {
		t.Errorf("junior share %v, want %v", got, want)
	}
}

// Kindergarten classes have rooms of their own: how many children they have does
// not matter to what the school's other sections share.
func TestSharesOfNoPart(t *testing.T) {
	p, err := Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	with := p.Split.Shares(map[edu.Stage]float64{edu.Primary: 100, edu.Junior: 100, edu.Preschool: edu.Missing()})
	without := p.Split.Shares(map[edu.Stage]float64{edu.Primary: 100, edu.Junior: 100})
	if len(with) != 2 || with[edu.Primary] != without[edu.Primary] {
		t.Errorf("with a kindergarten class %v, without %v", with, without)
	}
}

func TestSharesUnknown(t *testing.T) {
	s := Split{Weights: map[edu.Stage]float64{edu.Primary: 1, edu.Junior: 1.1}}
	for name, pupils := range map[string]map[edu.Stage]float64{
		"missing pupils of one stage": {edu.Primary: 10, edu.Junior: edu.Missing()},
		"a stage without a weight":    {edu.Primary: 10, edu.Senior: 10},
		"nobody":                      {edu.Primary: 0, edu.Junior: 0},
		"no stage":                    {},
		"negative":                    {edu.Primary: 10, edu.Junior: -1},
		"infinite":                    {edu.Primary: math.Inf(1), edu.Junior: 1},
	} {
		if got := s.Shares(pupils); got != nil {
			t.Errorf("%s: %v, want no shares", name, got)
		}
	}
}

func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Split{Weights: map[edu.Stage]float64{}}
		pupils := map[edu.Stage]float64{}
		for _, stage := range []edu.Stage{edu.Primary, edu.Junior, edu.Senior} {
			s.Weights[stage] = rapid.Float64Range(0.1, 10).Draw(t, "weight")
			pupils[stage] = rapid.Float64Range(1, 1e5).Draw(t, "pupils")
		}
		total := 0.0
		for _, x := range s.Shares(pupils) {
			total += x
		}
		if math.Abs(total-1) > 1e-12 {
			t.Errorf("shares add up to %v", total)
		}
	})
}
