package pack

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

func TestShippedPacksLoad(t *testing.T) {
	for _, name := range Shipped() {
		p, err := Open(name)
		if err != nil {
			t.Errorf("%s:\n%v", name, err)
			continue
		}
		if p.Ref() != name {
			t.Errorf("the folder %s holds the pack %s", name, p.Ref())
		}
		for _, problem := range p.Check() {
			if !problem.Advice || strings.Contains(problem.Msg, "no worked example") {
				t.Error(problem)
			}
		}
	}
}

// The elements whose ids other parts of the program and the demo city rely on.
func TestCompulsoryElements(t *testing.T) {
	p, err := Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	for level, ids := range map[edu.Level]string{
		edu.Section: `pupils pupils.g1 pupils.g9 boarders migrant_pupils zone_pupils zone_enrolled left_behind_pupils disabled_pupils
			teachers teachers_qualified teachers_backbone teachers_pe teachers_music teachers_art teachers_arts teachers_pe_arts_shared teachers_certified teachers_trained
			area_teaching area_indoor_sport area_hall area_field area_sport_other area_sport_leased equipment multimedia_rooms
			funds_budget funds_final funds_paid training_budget training_final
			graduates entrants_3y transfer_in_3y transfer_out_3y deaths_3y
			school_kind urban_rural built_year crowded_center
			classes class_size_max classes_over_norm music_rooms_full art_rooms_full school_pupils`,
		edu.County: `base_primary base_junior special_funds special_pupils pay_teacher pay_civil exchange_eligible exchange_done exchange_backbone
			quota_plan quota_allocated quota_rural migrant_eligible migrant_public migrant_purchased disabled_school_age disabled_enrolled recognition
			monitor_level.chinese monitor_level.moral monitor_diff.maths monitor_diff.science
			review_g1 review_g2 review_g10 review_g15_care review_q3 review_q5 review_q6 review_q7 review_q8 veto_exam veto_choice veto_key veto_false`,
	} {
		for _, id := range strings.Fields(ids) {
			e := p.Element(id)
			_, part, hasPart := strings.Cut(id, ".")
			if e == nil || e.Level != level || hasPart && e.part(part) == nil {
				t.Errorf("element %s: %+v", id, e)
			}
		}
	}
	for _, id := range []string{"equipment", "funds_budget", "funds_paid", "training_budget", "pay_teacher", "pay_civil"} {
		if e := p.Element(id); e.Unit != "yuan" || e.FilledIn != "10000 yuan" {
			t.Errorf("%s is measured in %q and filled in %q", id, e.Unit, e.FilledIn)
		}
	}
}

// Of 15, 9, 1 and 4 items none is forgotten, and each can be reached from the
// verdict of the whole.
func TestCompulsoryItems(t *testing.T) {
	p, err := Open("cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	st := p.Standards[0]
	reached := map[string]bool{}
	var visit func(id string)
	visit = func(id string) {
		reached[id] = true
		if r := st.rule(id); r != nil {
			for _, o := range r.Of {
				visit(o)
			}
		}
	}
	visit(st.Root)
	for _, th := range st.Thresholds {
		if !reached[th.Indicator] {
			t.Errorf("the threshold of %s decides nothing", th.Indicator)
		}
	}
	for rule, n := range map[string]int{"school": 7, "dispersion": 7, "guarantee": 15, "quality": 9, "recognition_rule": 1, "veto": 4} {
		if r := st.rule(rule); r == nil || len(r.Of) != n {
			t.Errorf("rule %s: %+v, want %d items", rule, r, n)
		}
	}
	if r := st.rule("school"); r.AtLeast != 6 || r.Floor != 0.85 || r.Level != edu.Section {
		t.Errorf("school = %+v", r)
	}
	if r := st.rule("dispersion"); r.Limit[edu.Primary] != 0.5 || r.Limit[edu.Junior] != 0.45 || r.Statistic != "wcv" || r.Op != AtMost {
		t.Errorf("dispersion = %+v", r)
	}
	// A pass on a review item needs evidence.
	for _, th := range st.Thresholds {
		if i := p.Indicator(th.Indicator); i.Unit == YesNo && i.Group != "veto" && th.EvidenceOf != i.Needs[0] {
			t.Errorf("%s passes without evidence", i.ID)
		}
	}
}
