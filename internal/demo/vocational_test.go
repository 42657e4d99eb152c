package demo

import (
	"testing"

	"shuren/internal/edu"
)

func vocationalScheme(year int) probe {
	return probe{ref: "cn-vocational@2022", year: year, list: "programmes", rows: (*City).programmes, section: (*City).vocational, answers: (*City).vocationalAnswers}
}

// Nine in ten schools reach the conditions in the newest year, few did at first;
// the counties with nothing left to do have them in every school.
func TestVocationalSchoolsCameUpToTheConditions(t *testing.T) {
	c := New(1)
	share := func(year int) (met, all int) {
		st := vocationalScheme(year).assess(t, c).Stage(edu.Vocational)
		for _, v := range st.Rule("school").Verdicts {
			switch v {
			case edu.Met:
				met++
				all++
			case edu.Short:
				all++
			case edu.Unknown:
				t.Errorf("%d: a school is unknown", year)
			}
		}
		return met, all
	}
	met, all := share(lastYear)
	if r := float64(met) / float64(all); r < .8 || r >= 1 {
		t.Errorf("%d of %d schools comply in %d, want most and not all", met, all, lastYear)
	}
	if first, of := share(firstYear); first*2 > of {
		t.Errorf("%d of %d schools complied in %d already", first, of, firstYear)
	}
	a := vocationalScheme(lastYear).assess(t, c)
	for i := range counties {
		if counties[i].failing == 0 && outcome(a, i, "compliance") != edu.Met {
			t.Errorf("%s: compliance is %v", counties[i].Name.EN, outcome(a, i, "compliance"))
		}
		if v := value(a, i, "i_match", edu.Vocational); !(v >= 0 && v <= 100) {
			t.Errorf("%s: match %v", counties[i].Name.EN, v)
		}
	}
}

// Of four colleges one has all that is asked, and one comes under the line at
// which the ministry restricts enrolment: for the third year running, so its card
// is red.
func TestColleges(t *testing.T) {
	c := New(1)
	st := probe{ref: "cn-higher@2004", year: lastYear, before: 2, section: (*City).higher}.assess(t, c).Stage(edu.Higher)
	row := map[string]int{}
	for i, r := range st.Frame.Rows {
		row[r.Code] = i
	}
	if len(row) != 4 {
		t.Fatalf("%d colleges", len(row))
	}
	for _, tt := range []struct {
		college, of string
		want        edu.Verdict
	}{
		{"4199099001", "qualified", edu.Met}, {"4199099001", "no_card", edu.Met},
		{"4199099002", "qualified", edu.Short}, {"4199099002", "no_card", edu.Met},
		{"4199099003", "qualified", edu.Short}, {"4199099003", "no_card", edu.Met},
		{"4199099004", "qualified", edu.Short}, {"4199099004", "no_card", edu.Short},
	} {
		if got := st.Rule(tt.of).Verdicts[row[tt.college]]; got != tt.want {
			t.Errorf("%s: %s is %v, want %v", tt.college, tt.of, got, tt.want)
		}
	}
	if got := st.Indicator("card_red").Verdict(row["4199099004"]); got != edu.Short {
		t.Errorf("the card is not red: %v", got)
	}
}
