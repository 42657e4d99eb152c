package demo

import (
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/standard"
)

// twoYears measures the newest year by a scheme, with the year before as its past.
func twoYears(t *testing.T, c *City, sc probe) *standard.Assessment {
	t.Helper()
	before := sc
	before.year--
	past := before.assess(t, c).Set
	a := sc.assess(t, c)
	a, err := standard.Assess(a.Set.After(past, nil), a.Pack)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// rolls is what sections of any stage report of their pupils.
func rolls(c *City, s *section, y int) figures {
	f := figures{"teachers": c.headcount(s, y).teachers}
	switch {
	case s.compulsory():
		r := c.record(s, y)
		for _, id := range []string{"urban_rural", "boarders", "disabled_pupils", "funds_paid", "teachers_certified"} {
			f[id] = r[id]
		}
		f["teachers"] = s.at(y).teachers
	case s.stage == edu.Preschool:
		return c.kindergarten(s, y)
	}
	ids, pupils, _ := c.pupilsByGrade(s, y)
	for g, id := range ids {
		f["pupils."+id] = pupils[g]
	}
	return f
}

// The counties with nothing left to do in compulsory education pay what is due;
// somewhere a total fell while each pupil got more; those that cut a stage, pay
// small schools by head or never raised a rate fall short.
func TestMoneyOfEducation(t *testing.T) {
	c := New(1)
	a := twoYears(t, c, probe{ref: "cn-guarantee@2018", year: lastYear, section: func(c *City, s *section, y int) figures {
		f := rolls(c, s, y)
		if s.stage == edu.Preschool {
			for id := range f {
				if len(id) < 8 || id[:8] != "children" {
					delete(f, id)
				}
			}
		} else {
			delete(f, "teachers_certified")
		}
		return f
	}, answers: func(c *City, county, y int) (figures, map[string]string) {
		f, cited := c.financeAnswers(county, y)
		g, _ := c.countyAnswers(county, y)
		f["base_primary"], f["base_junior"] = g["base_primary"], g["base_junior"]
		return f, cited
	}})
	met, short, apart := 0, 0, 0
	for i := range counties {
		switch outcome(a, i, "guarantee") {
		case edu.Met:
			met++
		case edu.Short:
			short++
		default:
			t.Errorf("%s: guarantee is %v", counties[i].Name.EN, outcome(a, i, "guarantee"))
		}
		if value(a, i, "inc_preschool", "") < 0 && value(a, i, "inc_preschool_each", "") > 0 {
			apart++
		}
		if v := value(a, i, "f_gdp", ""); v < 2 || v > 14 {
			t.Errorf("%s spends %.1f %% of its product on education", counties[i].Name.EN, v)
		}
		if got, want := outcome(a, i, "never_less"), counties[i].answers.paylow; want && got != edu.Short {
			t.Errorf("%s cut a stage, and never_less is %v", counties[i].Name.EN, got)
		}
		if counties[i].failing == 0 && outcome(a, i, "entitlement") != edu.Met {
			t.Errorf("%s: entitlement is %v", counties[i].Name.EN, outcome(a, i, "entitlement"))
		}
	}
	if met < 1 || short < 3 || apart < 1 {
		t.Errorf("%d counties are met, %d short, and in %d the total fell while each got more", met, short, apart)
	}
}

// A city of the size has about full enrolment, nearly as many girls as boys on
// the rolls, hardly any repeaters, and figures that hang together over two years.
func TestUNESCOIndicatorsOfTheCity(t *testing.T) {
	c := New(1)
	a := twoYears(t, c, probe{ref: "unesco-uis", year: lastYear, section: func(c *City, s *section, y int) figures {
		f := rolls(c, s, y)
		for _, id := range []string{"urban_rural", "boarders", "disabled_pupils", "funds_paid"} {
			delete(f, id)
		}
		if s.stage == edu.Preschool {
			return figures{"teachers": f["teachers"], "children.small": s.total(y), "children.nursery": 0, "children.middle": 0, "children.big": 0, "children.mixed": 0}
		}
		for id, v := range c.register(s, y) {
			f[id] = v
		}
		return f
	}, answers: func(c *City, county, y int) (figures, map[string]string) {
		f := c.populationAnswers(county, y)
		g, _ := c.financeAnswers(county, y)
		for _, id := range []string{"gdp", "fiscal_education", "budget_stage.primary", "budget_stage.junior"} {
			f[id] = g[id]
		}
		h, _ := c.preschoolAnswers(county, y)
		f["population_3_5"] = h["population_3_5"]
		s, _ := c.seniorAnswers(county, y)
		for id, v := range s {
			if strings.HasPrefix(id, "population_15_17.") {
				f[id] = v
			}
		}
		return f, nil
	}})
	city := func(id string) float64 {
		return a.Counties.Item(id).Stats[edu.Root][0].Value
	}
	for _, tt := range []struct {
		id     string
		lo, hi float64
	}{
		{"ger_02", 80, 105}, {"ger_1", 95, 105}, {"ger_2", 95, 108}, {"ger_3", 80, 110}, {"ner_1", 92, 103}, {"oos_2", -6, 8}, {"gir_1", 93, 106},
		{"gpi_1", .97, 1.03}, {"gpi_2", .97, 1.03}, {"gpi_3", .95, 1.05}, {"p_3", 96, 104}, {"r_3", 0, .6}, {"surv_last_1", 85, 112}, {"tr_1", 90, 112},
		{"exp_gdp", 3, 10}, {"exp_primary", 8, 45},
	} {
		if v := city(tt.id); !(v >= tt.lo && v <= tt.hi) {
			t.Errorf("%s of the city is %.2f, want %v to %v", tt.id, v, tt.lo, tt.hi)
		}
	}
}
