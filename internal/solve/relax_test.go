package solve

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// bound draws two bounds, often missing, sometimes equal, seldom contradicting.
func drawBounds(t *rapid.T, span int) (lo, hi float64) {
	lo = float64(rapid.IntRange(-span, span).Draw(t, "lo"))
	hi = lo + float64(rapid.IntRange(0, span).Draw(t, "room"))
	switch rapid.IntRange(0, 11).Draw(t, "kind") {
	case 0:
		lo, hi = -Inf, Inf
	case 1, 2, 3:
		hi = Inf
	case 4, 5:
		lo = -Inf
	case 6:
		hi = lo
	case 7:
		if rapid.IntRange(0, 9).Draw(t, "contradiction") == 0 {
			hi = lo - 1
		}
	}
	return lo, hi
}

// drawModel is a small model of all kinds: free, fixed and doubly bounded
// variables, empty rows, equalities, ranges, ties.
func drawModel(t *rapid.T, vars, rows int) *Model {
	m := &Model{Offset: float64(rapid.IntRange(-3, 3).Draw(t, "offset"))}
	n := rapid.IntRange(0, vars).Draw(t, "vars")
	scale := rapid.SampledFrom([]float64{1, 1, 1, 1000, 1e-3}).Draw(t, "scale")
	for range n {
		lo, hi := drawBounds(t, 5)
		if rapid.Bool().Draw(t, "usual") {
			lo, hi = 0, Inf
		}
		m.Continuous("", lo, hi, float64(rapid.IntRange(-5, 9).Draw(t, "cost")))
	}
	for range rapid.IntRange(0, rows).Draw(t, "rows") {
		lo, hi := drawBounds(t, 12)
		var terms []Term
		if n > 0 {
			for range rapid.IntRange(0, n+1).Draw(t, "terms") {
				terms = append(terms, Var(rapid.IntRange(0, n-1).Draw(t, "var")).Times(scale*float64(rapid.IntRange(-4, 6).Draw(t, "coef"))))
			}
		}
		m.Between("", lo, hi, terms...)
	}
	return m
}

// flaw says which condition of optimality, infeasibility or unboundedness does
// not hold. It looks at nothing but the model and the answer.
func flaw(m *Model, r Linear) string {
	near := func(v, bound float64) bool { return math.Abs(v-bound) <= 1e-5*math.Max(1, math.Abs(bound)) }
	keeps := func(x []float64) bool {
		for j := range m.Vars() {
			lo, hi := m.Bounds(Var(j))
			if x[j] < lo || x[j] > hi {
				return false
			}
		}
		for i := range m.Rows() {
			lo, hi := m.Limits(Row(i))
			sum, size := 0.0, 1.0
			for _, t := range m.Terms(Row(i)) {
				sum += t.Coef * x[t.Var]
				size = math.Max(size, math.Abs(t.Coef*x[t.Var]))
			}
			if sum < lo-Feasible*size || sum > hi+Feasible*size {
				return false
			}
		}
		return true
	}
	switch r.Status {
	case Optimal:
		if !keeps(r.X) {
			return "the point breaks a rule"
		}
		reduced := make([]float64, m.Vars())
		for j := range reduced {
			reduced[j] = m.Cost(Var(j))
		}
		for i, y := range r.Dual {
			lo, hi := m.Limits(Row(i))
			sum := 0.0
			for _, t := range m.Terms(Row(i)) {
				sum += t.Coef * r.X[t.Var]
				reduced[t.Var] -= y * t.Coef
			}
			if y > 1e-6 && !near(sum, lo) || y < -1e-6 && !near(sum, hi) {
				return "a row that does not bind has a price"
			}
		}
		for j, d := range reduced {
			lo, hi := m.Bounds(Var(j))
			if math.Abs(d-r.Reduced[j]) > 1e-9*math.Max(1, math.Abs(d)) {
				return "a reduced cost is another"
			}
			if d > 1e-6 && !near(r.X[j], lo) || d < -1e-6 && !near(r.X[j], hi) {
				return "a variable could still gain"
			}
		}
		if v := m.Value(r.X); !near(r.Value, v) || !near(r.Bound, v) || r.Bound > r.Value+1e-6*math.Max(1, math.Abs(v)) {
			return "value and bound differ"
		}
	case Infeasible:
		for j := range m.Vars() {
			if lo, hi := m.Bounds(Var(j)); lo > hi {
				return ""
			}
		}
		sum := make([]float64, m.Vars())
		least, size := 0.0, 1.0
		take := func(v, lo, hi float64) {
			b := lo
			if v < 0 {
				b = hi
			}
			if math.Abs(v) > 1e-9 {
				least += v * b
				size = math.Max(size, math.Abs(v*b))
			}
		}
		for i, y := range r.Proof {
			lo, hi := m.Limits(Row(i))
			if lo > hi {
				return ""
			}
			for _, t := range m.Terms(Row(i)) {
				sum[t.Var] += y * t.Coef
			}
			take(-y, lo, hi)
		}
		for j, v := range sum {
			lo, hi := m.Bounds(Var(j))
			take(v, lo, hi)
		}
		if !(least > 1e-10*size) {
			return "the proof proves nothing"
		}
		if !m.Refutes(r.Proof) {
			return "Refutes does not see the proof"
		}
	case Unbounded:
		far := append([]float64(nil), r.X...)
		for j, v := range r.Way {
			far[j] += 1e3 * v
		}
		if !keeps(r.X) || !keeps(far) || m.Value(far) > m.Value(r.X)-1e-3 {
			return "the way leads nowhere"
		}
	default:
		return "no status"
	}
	return ""
}

func TestRelaxProvesItsAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawModel(t, 7, 7)
		r, err := Relax(m)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := flaw(m, r); wrong != "" {
			t.Fatalf("%v: %s\n%+v\n%+v", r.Status, wrong, m, r)
		}
	})
}

func TestRelaxCases(t *testing.T) {
	for _, tt := range []struct {
		name   string
		m      func(m *Model)
		status Status
		value  float64
	}{
		{"an empty model", func(*Model) {}, Optimal, 0},
		{"only variables", func(m *Model) { m.Continuous("", 1, 2, -3) }, Optimal, -6},
		{"a free variable without rows", func(m *Model) { m.Continuous("", -Inf, Inf, 1) }, Unbounded, 0},
		{"an empty row that cannot be kept", func(m *Model) { m.AtLeast("", 1) }, Infeasible, 0},
		{"a row without bounds", func(m *Model) { m.Between("", -Inf, Inf, m.Continuous("", 0, 1, 1).Times(1)) }, Optimal, 0},
		{"a variable named twice counts twice", func(m *Model) {
			x := m.Continuous("", 0, Inf, 1)
			m.AtLeast("", 6, x.Times(1), x.Times(2))
		}, Optimal, 2},
		{"a variable that cancels itself", func(m *Model) {
			x := m.Continuous("", 0, Inf, 1)
			m.AtLeast("", 6, x.Times(1), x.Times(-1))
		}, Infeasible, 0},
		{"free variables meet", func(m *Model) {
			x, y := m.Continuous("", -Inf, Inf, 1), m.Continuous("", -Inf, Inf, 0)
			m.AtLeast("", 2, x.Times(1), y.Times(1))
			m.AtMost("", 5, y.Times(1))
		}, Optimal, -3},
		// Beale's example, on which the plain simplex goes in circles.
		{"circles", func(m *Model) {
			x := []Var{m.Continuous("", 0, Inf, -0.75), m.Continuous("", 0, Inf, 150), m.Continuous("", 0, Inf, -0.02), m.Continuous("", 0, Inf, 6)}
			m.AtMost("", 0, x[0].Times(0.25), x[1].Times(-60), x[2].Times(-0.04), x[3].Times(9))
			m.AtMost("", 0, x[0].Times(0.5), x[1].Times(-90), x[2].Times(-0.02), x[3].Times(3))
			m.AtMost("", 1, x[2].Times(1))
		}, Optimal, -0.05},
		// Klee and Minty's cube, with numbers far apart.
		{"a cube with long edges", func(m *Model) {
			const n = 8
			var x []Var
			for i := range n {
				x = append(x, m.Continuous("", 0, Inf, -math.Pow(2, float64(n-1-i))))
			}
			for i := range n {
				var terms []Term
				for j := range i {
					terms = append(terms, x[j].Times(math.Pow(2, float64(i-j+1))))
				}
				m.AtMost("", math.Pow(5, float64(i+1)), append(terms, x[i].Times(1))...)
			}
		}, Optimal, -math.Pow(5, 8)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m Model
			tt.m(&m)
			r, err := Relax(&m)
			if err != nil {
				t.Fatal(err)
			}
			if r.Status != tt.status || r.Status == Optimal && math.Abs(r.Value-tt.value) > 1e-7 {
				t.Errorf("%v at %v; want %v at %v", r.Status, r.Value, tt.status, tt.value)
			}
			if wrong := flaw(&m, r); wrong != "" {
				t.Error(wrong)
			}
		})
	}
}

// Many ties: assignment has n pivots of length zero for each that is not.
func TestRelaxAssignment(t *testing.T) {
	const n = 40
	var m Model
	rows, cols := make([][]Term, n), make([][]Term, n)
	for i := range n {
		for j := range n {
			x := m.Continuous("", 0, Inf, float64((i*7+j*13+i*j)%11))
			rows[i], cols[j] = append(rows[i], x.Times(1)), append(cols[j], x.Times(1))
		}
	}
	for i := range n {
		m.Equal("", 1, rows[i]...)
		m.Equal("", 1, cols[i]...)
	}
	r, err := Relax(&m)
	if err != nil {
		t.Fatal(err)
	}
	if wrong := flaw(&m, r); wrong != "" || r.Status != Optimal {
		t.Error(r.Status, wrong)
	}
}

func TestModelRefusesWhatIsNoNumber(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name string
		m    func(m *Model)
		err  string
	}{
		{"a cost", func(m *Model) { m.Continuous("x", 0, 1, nan) }, `the cost of variable 0 "x" is NaN`},
		{"an endless cost", func(m *Model) { m.Continuous("x", 0, 1, Inf) }, `the cost of variable 0 "x" is +Inf`},
		{"a bound", func(m *Model) { m.Continuous("x", nan, 1, 0) }, `the lower bound of variable 0 "x" is NaN`},
		{"a lower bound of infinity", func(m *Model) { m.Continuous("x", Inf, Inf, 0) }, "the lower bound"},
		{"an upper bound of minus infinity", func(m *Model) { m.Continuous("x", -Inf, -Inf, 0) }, "the upper bound"},
		{"a coefficient", func(m *Model) { m.AtMost("r", 1, m.Binary("x", 1).Times(nan)) }, `the coefficient of variable 0 in row 0 "r" is NaN`},
		{"a side", func(m *Model) { m.AtMost("r", nan) }, `the upper bound of row 0 "r" is NaN`},
		{"a stranger", func(m *Model) { m.AtMost("r", 1, Var(3).Times(1)) }, `row 0 "r" names variable 3; there are 0`},
		{"the offset", func(m *Model) { m.Offset = nan }, "the offset is NaN"},
		{"too large a number", func(m *Model) { m.AtMost("r", 1e30) }, "wanted a number of at most 1e+12"},
		{"no separator", func(m *Model) { m.Convex("c", nil) }, `rule 0 "c" has no separator`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m Model
			tt.m(&m)
			_, err := Relax(&m)
			var invalid *Invalid
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("error %v; want %q", err, tt.err)
			}
		})
	}
}
