package web

import (
	"encoding/json"
	"math"
	"net/http"
	"regexp"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/means"
)

// A small count of retirements is not told by its total, its bar or what the chart
// says.
func TestRetirementsAreNotTold(t *testing.T) {
	y := func(n int) edu.Period { return edu.Year(2025 + n) }
	group := func(st edu.Stage, retiring map[edu.Period]int) means.Group {
		return means.Group{Stage: st, Retiring: retiring}
	}
	for _, tt := range []struct {
		name   string
		stage  edu.Stage
		groups []means.Group
		few    []bool // by year
	}{
		{"one stage", edu.Primary, []means.Group{group(edu.Primary, map[edu.Period]int{y(1): 7, y(2): 23})}, []bool{true, false}},
		{"all few", edu.Primary, []means.Group{group(edu.Primary, map[edu.Period]int{y(1): 7, y(2): 8})}, []bool{true, true}},
		{"several stages", "", []means.Group{group(edu.Primary, map[edu.Period]int{y(1): 7, y(2): 23}), group(edu.Junior, map[edu.Period]int{y(1): 31, y(2): 32})}, []bool{true, false}},
	} {
		v := &staffing{request: &request{locale: locale{catalogue("zh")}}, stage: tt.stage, wide: true, means: map[edu.UnitID]*flow.Means{"x": {Staff: means.Staff{Groups: tt.groups}}}}
		c, table := v.retiring()
		for i, few := range tt.few {
			cells := table.Rows[i].Cells
			if few != math.IsNaN(c.Spec.Series[0].Values[i]) || few != (cells[len(cells)-1].Text == hiddenMark) {
				t.Errorf("%s, year %d: bar %v, cells %+v", tt.name, i, c.Spec.Series[0].Values[i], cells)
			}
			for _, x := range cells[1:] {
				if few && x.Text != hiddenMark && x.Text != "31" {
					t.Errorf("%s, year %d: %q is shown", tt.name, i, x.Text)
				}
			}
		}
		if regexp.MustCompile(`，[78] 人|38`).MatchString(c.Spec.Says) {
			t.Errorf("%s: the chart says %s", tt.name, c.Spec.Says)
		}
	}
}

// A program that asks for staff of one stage is given that stage.
func TestStaffOfOneStage(t *testing.T) {
	w, _ := gapTown(t)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	for query, want := range map[string]bool{"": true, "?stage=junior": false} {
		var got struct{ Lines []struct{ Stage string } }
		out := w.ask(http.MethodGet, "/api/v1/staff"+query, "", planner)
		if err := json.Unmarshal(out.Body.Bytes(), &got); err != nil || len(got.Lines) == 0 {
			t.Fatalf("%s: %d, %v", query, out.Code, err)
		}
		others := false
		for _, l := range got.Lines {
			others = others || l.Stage != "junior"
		}
		if others != want {
			t.Errorf("%q: stages besides: %v", query, others)
		}
	}
}
