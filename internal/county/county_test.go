package county

import (
	"testing"
	"time"

	"shuren/internal/edu"
)

func TestProgressProblems(t *testing.T) {
	day := func(s string) edu.Date { t, _ := time.Parse(time.DateOnly, s); return edu.DateOf(t) }
	for _, tt := range []struct {
		name string
		p    Progress
		bad  int
	}{
		{"only planned", Progress{Year: 2027, Step: Planned}, 0},
		{"no year is planned", Progress{Step: Planned}, 0},
		{"dates in order", Progress{Step: Province, Dates: map[Step]edu.Date{Self: day("2025-03-01"), City: day("2025-05-01")}}, 0},
		{"no step", Progress{}, 1},
		{"a year that is none", Progress{Step: Planned, Year: 27}, 1},
		{"closed more than found", Progress{Step: City, Issues: 3, Closed: 4}, 1},
		{"a later step has a date", Progress{Step: Self, Dates: map[Step]edu.Date{Province: day("2025-03-01")}}, 1},
		{"dates the wrong way round", Progress{Step: Province, Dates: map[Step]edu.Date{Self: day("2025-06-01"), City: day("2025-05-01")}}, 1},
		{"national parts before the nation", Progress{Step: City, Checks: map[Check]edu.Date{Survey: day("2025-06-01")}}, 1},
		{"national parts at the nation", Progress{Step: Nation, Checks: map[Check]edu.Date{Survey: day("2025-06-01")}}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.p.Problems(); len(got) != tt.bad {
				t.Errorf("%v, want %d problems", got, tt.bad)
			}
		})
	}
}

// One document may be cited by many items; a longer number is another document.
func TestRegister(t *testing.T) {
	r := &Register{
		Documents: []Document{{ID: "a", Number: "教督〔2024〕3号"}, {ID: "b", Number: "3号"}, {ID: "c", Number: "教督〔2024〕33号"}},
		Cites:     []Cite{{Item: "g1", Document: "a", Page: "12"}, {Item: "g2", Document: "a"}, {Item: "g1", Document: "c", Page: "2—3"}, {Item: "g1", Document: "gone"}},
	}
	if got := r.Of("g1", ""); got != "教督〔2024〕3号 p.12；教督〔2024〕33号 p.2—3" {
		t.Errorf("g1 cites %q", got)
	}
	if got := r.Of("g1", "教督〔2024〕3号 p.7"); got != "教督〔2024〕3号 p.7；教督〔2024〕33号 p.2—3" {
		t.Errorf("what stands beside the answer is cited again: %q", got)
	}
	for text, want := range map[string]int{"见教督〔2024〕33号 p.12": 1, "教督〔2024〕3号 p.1": 2, "13号": 0, "": 0} {
		if got := r.In(text); len(got) != want {
			t.Errorf("%q names %v, want %d", text, got, want)
		}
	}
}
