package standard_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// A school that has exactly 4.5 m² a pupil meets 4.5, though 8194.80 − 387.30
// is a hair less than 7807.50 in binary; and so with a floor, and with a limit
// from above.
func TestExactlyAtTheLimit(t *testing.T) {
	exact := with(map[string]float64{"pupils": 1735, "area_teaching": 8194.80, "area_indoor_sport": 387.30})
	if v := (exact["area_teaching"] - exact["area_indoor_sport"]) / 1735; v >= 4.5 {
		t.Fatalf("%v shows nothing: choose figures whose binary quotient lies below", v)
	}
	short := with(map[string]float64{"pupils": 1735, "area_teaching": 8194.79, "area_indoor_sport": 387.30})
	a := assess(t, school{"s1", "c1", "211", exact}, school{"s2", "c1", "211", short})
	r4 := a.Stages[0].Indicator("r4")
	if r4.Verdict(0) != edu.Met || r4.Verdict(1) != edu.Short {
		t.Errorf("exactly 4.5: %v, a hundredth of a square metre less: %v; want met and short", r4.Verdict(0), r4.Verdict(1))
	}
	if v := standard.Compare(0.1+0.2, pack.AtMost, 0.3); v != edu.Met {
		t.Errorf("0.1 + 0.2 at most 0.3: %v", v)
	}
	if v := standard.Compare(0.1+0.2, pack.Above, 0.3); v != edu.Short {
		t.Errorf("0.1 + 0.2 above 0.3: %v", v)
	}
}

// Zoned enrolment is asked of urban and town public schools: a county without
// any owes nothing, one whose only town school did not answer is unknown.
func TestZonedEnrolmentOfRuralCounty(t *testing.T) {
	const town, village = 2, 6 // places of 121 and 220 among the choices
	rural := with(map[string]float64{"urban_rural": village, "boarders": 0})
	for _, tt := range []struct {
		name  string
		given map[string]float64
		want  edu.Verdict
	}{
		{"a village", rural, edu.Exempt},
		{"a town where all board", with(map[string]float64{"urban_rural": town, "boarders": 500, "zone_enrolled": 0}), edu.Exempt},
		{"a town that did not say", with(map[string]float64{"urban_rural": town, "boarders": 0}), edu.Unknown},
		{"all of the zone", with(map[string]float64{"urban_rural": town, "boarders": 100, "zone_enrolled": 400}), edu.Met},
		{"one from elsewhere", with(map[string]float64{"urban_rural": town, "boarders": 100, "zone_enrolled": 399}), edu.Short},
		{"nobody knows where it lies", with(map[string]float64{"boarders": 0, "zone_enrolled": 500}), edu.Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := assess(t, school{"s1", "c1", "211", rural}, school{"s2", "c1", "211", tt.given})
			st := a.Stages[0]
			level := st.Frame.Levels[0]
			if got := st.Indicator("g13").RegionVerdicts[level][0]; got != tt.want {
				t.Errorf("g13 = %v, want %v", got, tt.want)
			}
		})
	}
}

// A nine-year school is judged as one: what its migrant share allows, it allows
// to both its sections.
func TestSchoolSizeIsOfTheSchool(t *testing.T) {
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	f := p.Standards[0].Thresholds
	for _, th := range f {
		if th.Indicator != "g4" {
			continue
		}
		for _, field := range th.Formula.Expr.Fields() {
			if field == "pupils" || field == "migrant_pupils" {
				t.Errorf("the limit of G4 reads %s, which is of one section", field)
			}
		}
	}
}

// The scope leaves schools out of the seven indicators only: a point of 40
// pupils still needs its music room, and trained teachers.
func TestScopeIsOfTheSeven(t *testing.T) {
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range p.Standards[0].Thresholds {
		i := p.Indicator(th.Indicator)
		if i.Level == edu.Section && th.Scoped != (i.Group == "resources") {
			t.Errorf("%s (%s): scoped is %v", i.ID, i.Group, th.Scoped)
		}
	}
	a := assess(t, school{"s1", "c1", "218", with(map[string]float64{"pupils": 40, "urban_rural": 6, "built_year": 1990, "classes": 6, "class_size_max": 9,
		"music_rooms_54": 0, "funds_budget": 100, "training_budget": 4})})
	st := a.Stages[0]
	for id, want := range map[string]edu.Verdict{"r1": edu.Exempt, "g3_music": edu.Short, "q4": edu.Short} {
		if got := st.Indicator(id).Verdict(0); got != want {
			t.Errorf("%s = %v, want %v", id, got, want)
		}
	}
}

// A point that nobody attends any more owes nothing that is asked of a school
// with pupils, so that it does not leave its county undecided.
func TestNobodyAttends(t *testing.T) {
	a := assess(t, school{"s1", "c1", "218", map[string]float64{"pupils": 0, "urban_rural": 6, "teachers": 0, "funds_budget": 0, "training_budget": 0, "funds_paid": 0}})
	st := a.Stages[0]
	for _, id := range []string{"r1", "g3_music", "g3_art", "g5", "g5_bands", "g6", "q4"} {
		if got := st.Indicator(id).Verdict(0); got != edu.Exempt {
			t.Errorf("%s = %v, want exempt", id, got)
		}
	}
}
