package solve

import "testing"

// What a point breaks of convex rules is asked of the model itself, without a
// search: rows that the point breaks and no point within the rule does.
func TestBrokenRules(t *testing.T) {
	m := &Model{}
	x, y := m.Continuous("", 0, 9, 1), m.Continuous("", 0, 9, 1)
	c := Cone{Parts: []Affine{{Terms: []Term{x.Times(1)}}, {Terms: []Term{y.Times(1)}}}, Limit: Affine{Const: 5}}
	m.Convex("within 5", c.Separate)
	for _, tt := range []struct {
		x, y float64
		want int
	}{{3, 4, 0}, {3.000001, 4, 0}, {3.1, 4, 1}, {9, 9, 1}} {
		rows, err := m.Broken([]float64{tt.x, tt.y})
		if err != nil || len(rows) != tt.want {
			t.Errorf("%d rows at %v, %v, %v; want %d", len(rows), tt.x, tt.y, err, tt.want)
		}
	}
	if l := m.Linear(); l.Rules() != 0 || l.Vars() != 2 || m.Rules() != 1 {
		t.Error("a linear copy has no rules, and the model keeps its own")
	}
}
