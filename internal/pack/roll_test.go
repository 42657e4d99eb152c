package pack_test

import (
	"math"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/register"
)

// Each row protects a rule by which pupils of a register are counted; what it does not
// tell is unknown, not none.
func TestRoll(t *testing.T) {
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	f := p.Feed("register-pupils")
	nan := math.NaN()
	type of = map[string]float64
	in := func(c register.ClassCount, marked ...int) register.ClassCount {
		if c.School == "" {
			c.School = "s"
		}
		if c.Stage == "" {
			c.Stage = edu.Primary
		}
		for _, bit := range marked {
			c.Marked[bit] = c.Pupils
		}
		return c
	}
	const disabled, leftBehind = 4, 5
	other := in(register.ClassCount{School: "other", Grade: 1, Class: "1", Pupils: 9, Boarders: 9}, disabled, leftBehind) // the county keeps these
	for _, tt := range []struct {
		name    string
		all     []register.ClassCount
		want    of
		classes int
	}{
		{"a class", []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3, Boarders: 1})}, of{"pupils.g1": 3, "pupils.g2": 0, "boarders": 1, "left_behind_pupils": 0, "migrant_pupils": nan}, 1},
		{"states of schooling come to one class", []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3}), in(register.ClassCount{Grade: 1, Class: "1", Schooling: register.Enrolled, Pupils: 2})}, of{"pupils.g1": 5}, 1},
		{"on leave is not at school", []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3}), in(register.ClassCount{Grade: 1, Class: "1", Schooling: register.OnLeave, Pupils: 2}, leftBehind)}, of{"pupils.g1": 3, "left_behind_pupils": 0}, 1},
		{"taught at home counts to children with a disability alone", []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3}), in(register.ClassCount{Grade: 1, Class: "1", Schooling: register.AtHome, Pupils: 2}, disabled, leftBehind)}, of{"pupils.g1": 3, "disabled_pupils": 2, "left_behind_pupils": 0}, 1},
		{"without a class there is no class list", []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3}), in(register.ClassCount{Grade: 1, Pupils: 1})}, of{"pupils.g1": 4}, 0},
		{"without a grade there is no number of any", []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3}), in(register.ClassCount{Class: "1", Pupils: 1})}, of{"pupils.g1": nan, "pupils.g2": nan, "boarders": 0}, 0},
		{"the sixth grade of a junior school is no part of a junior school's pupils", []register.ClassCount{in(register.ClassCount{Stage: edu.Junior, Grade: 6, Class: "1", Pupils: 3}), in(register.ClassCount{Stage: edu.Junior, Grade: 7, Class: "1", Pupils: 2})}, of{"pupils.g7": nan, "pupils.g8": nan, "left_behind_pupils": 0}, 2},
	} {
		county := func(edu.UnitID) edu.UnitID { return "c" }
		got := p.Roll(f, append(tt.all, other), county)
		if len(got) != 2 || got[0].School != "s" || len(got[0].Classes) != tt.classes {
			t.Errorf("%s: %+v", tt.name, got)
			continue
		}
		for id, want := range tt.want {
			if v, ok := got[0].Of[id]; !ok || v != want && !(math.IsNaN(v) && math.IsNaN(want)) {
				t.Errorf("%s: %s is %v, want %v", tt.name, id, v, want)
			}
		}
	}
	stray := in(register.ClassCount{Grade: 1, Class: "1", Pupils: 1})
	stray.Stage = ""
	if got := p.Roll(f, []register.ClassCount{in(register.ClassCount{Grade: 1, Class: "1", Pupils: 3}), stray}, func(edu.UnitID) edu.UnitID { return "c" }); len(got) != 0 {
		t.Errorf("a school with a pupil of no stage: %+v", got)
	}
}
