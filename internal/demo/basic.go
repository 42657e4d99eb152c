package demo

import (
	"fmt"
	"math"
)

// Books, computers and titles: what the scheme of 2012 looks at beside the rest.
// All counties were found basically balanced years ago.

// basicFrom is the first year in which schools report what the scheme needs;
// before, counties typed the coefficients of the published tables.
const basicFrom = 2

var _ = register(scheme{
	pack: "cn-basic@2012", sheet: "图书与计算机", elements: []string{"books", "computers"},
	record: (*City).basicEquipment, county: (*City).basicAnswers,
})

// basicEquipment is what a compulsory section reports of books and computers;
// nothing in the first years.
func (c *City) basicEquipment(s *section, y int) figures {
	r := c.random("books", s.index)
	if y < basicFrom {
		return nil
	}
	n := float64(s.total(s.last()))
	ago := float64(newest - y)
	books := math.Round(n * r.around(24, .22, 12, 48) * math.Pow(.985, ago))
	computers := math.Round(n * r.around(.12, .25, .05, .3) * math.Pow(.95, ago))
	return figures{"books": int(max(books, 60)), "computers": int(max(computers, 1))}
}

// titles divides a section's full-time teachers by professional title; part of
// what it reports for compulsory education.
func (c *City) titles(s *section, y int) figures {
	r := c.random("titles", s.index)
	if y < basicFrom {
		return figures{}
	}
	n := s.at(y).teachers
	senior := int(math.Round(float64(n) * r.between(.12, .22)))
	full := 0
	if senior > 12 {
		full = 1
	}
	first := int(math.Round(float64(n) * r.between(.36, .46)))
	second := int(math.Round(float64(n) * r.between(.24, .3)))
	third := (n - senior - first - second) / 3
	return figures{"staff_title.senior_full": full, "staff_title.senior": senior - full, "staff_title.first": first,
		"staff_title.second": second, "staff_title.third": third, "staff_title.none": n - senior - first - second - third}
}

// basicAnswers are the coefficients that a county typed while its schools did not
// report.
func (c *City) basicAnswers(county, y int) (figures, map[string]string) {
	f := figures{}
	if y >= basicFrom {
		return f, nil
	}
	r := c.random("basic answers", county)
	for _, of := range []struct {
		stage string
		mean  float64
	}{{"primary", .38}, {"junior", .31}} {
		for k := range 8 {
			x := of.mean * r.between(.6, 1.5) * (1 - .03*float64(y))
			f[fmt.Sprintf("basic_cv_%s.b%d", of.stage, k+1)] = math.Round(1000*x) / 1000
		}
	}
	return f, nil
}
