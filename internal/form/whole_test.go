package form_test

import (
	"slices"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// A form that asks its figures once for the whole school has no cell of any
// section, and is checked all the same: once, however many sections there are.
func TestChecksOfWholeSchoolForms(t *testing.T) {
	p, err := pack.Open("cn-safety")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		stages []edu.Stage
		cells  map[string]string
		broken int
	}{
		{"more parts secured than there are", []edu.Stage{edu.Primary}, map[string]string{"school/key_parts": "3", "school/key_parts_covered": "5"}, 1},
		{"told once of a nine-year school", []edu.Stage{edu.Primary, edu.Junior}, map[string]string{"school/key_parts": "3", "school/key_parts_covered": "5"}, 1},
		{"nothing is wrong", []edu.Stage{edu.Primary}, map[string]string{"school/key_parts": "5", "school/key_parts_covered": "5"}, 0},
		{"what is not there breaks nothing", []edu.Stage{edu.Primary}, map[string]string{"school/key_parts": "3"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			paper := form.New(p, p.Form("cn-safety-base"), thisYear, unit, []form.Unit{aCounty}, tt.stages)
			paper.Content = form.Content{Cells: tt.cells}
			problems, err := paper.Check()
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, q := range problems {
				if q.Rule != "sf_parts" {
					continue
				}
				n++
				if !slices.Contains(q.Cells, form.Key{Part: form.Whole, Field: "key_parts"}) {
					t.Errorf("it points at %v", q.Cells)
				}
			}
			if n != tt.broken {
				t.Errorf("told %d times, want %d: %v", n, tt.broken, problems)
			}
		})
	}
}
