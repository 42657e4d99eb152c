package solve

import (
	"context"
	"errors"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/testkit"
)

// without1 leaves out one member of a conflict, and everything that is not in it;
// -1 leaves out nothing more.
func without1(m *Model, c Conflict, leave int) *Model {
	out := &Model{}
	for j := range m.Vars() {
		if m.Whole(Var(j)) {
			out.Integer("", -Inf, Inf, 0)
		} else {
			out.Continuous("", -Inf, Inf, 0)
		}
	}
	k := 0
	stays := func() bool { k++; return k-1 != leave }
	for _, v := range c.Lower {
		if stays() {
			lo, _ := m.Bounds(v)
			_, hi := out.Bounds(v)
			out.SetBounds(v, lo, hi)
		}
	}
	for _, v := range c.Upper {
		if stays() {
			lo, _ := out.Bounds(v)
			_, hi := m.Bounds(v)
			out.SetBounds(v, lo, hi)
		}
	}
	for _, r := range c.Rows {
		if stays() {
			lo, hi := m.Limits(r)
			out.Between("", lo, hi, m.Terms(r)...)
		}
	}
	for _, r := range c.Rules {
		if stays() {
			out.Convex("", m.conv[r].separate)
		}
	}
	return out
}

func TestExplainIsEnoughAndNoMore(t *testing.T) {
	testkit.Sequential(t)
	rapid.Check(t, func(t *rapid.T) {
		m := drawWhole(t)
		_, found, _ := try(t, m)
		c, err := Explain(context.Background(), m)
		if found {
			if !errors.Is(err, Possible) {
				t.Fatalf("there are points; Explain says %v, %v", c, err)
			}
			return
		}
		if errors.Is(err, Unclear) {
			t.Skip("whole variables without bounds")
		}
		if err != nil {
			t.Fatal(err)
		}
		n := len(c.Lower) + len(c.Upper) + len(c.Rows)
		r, err := Solve(context.Background(), without1(m, c, -1), Options{Nodes: 5000})
		if err != nil || r.Status != Infeasible {
			t.Fatalf("all of %+v together: %v %v\n%+v", c, r.Status, err, m)
		}
		if !c.Minimal {
			return
		}
		for k := range n {
			r, err := Solve(context.Background(), without1(m, c, k), Options{Nodes: 5000})
			if err != nil || r.Status == Infeasible {
				t.Fatalf("without member %d of %+v: %v %v\n%+v", k, c, r.Status, err, m)
			}
		}
	})
}

func TestExplainNames(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    func(m *Model)
		want Conflict
	}{
		{"two rows", func(m *Model) {
			x, y := m.Continuous("x", 0, 10, 0), m.Continuous("y", 0, 10, 0)
			m.AtMost("budget", 5, x.Times(1), y.Times(1))
			m.AtMost("beside", 7, y.Times(1))
			m.AtLeast("goal", 6, x.Times(1), y.Times(1))
		}, Conflict{Rows: []Row{0, 2}, Minimal: true}},
		{"a row and bounds", func(m *Model) {
			x, y := m.Continuous("x", 0, 2, 0), m.Continuous("y", 0, 3, 0)
			m.AtLeast("goal", 6, x.Times(1), y.Times(1))
			m.AtMost("beside", 7, y.Times(1))
		}, Conflict{Rows: []Row{0}, Upper: []Var{0, 1}, Minimal: true}},
		{"bounds of one variable", func(m *Model) { m.Continuous("x", 2, 1, 0) }, Conflict{Lower: []Var{0}, Upper: []Var{0}, Minimal: true}},
		{"no whole number between", func(m *Model) { m.Integer("x", 0.2, 0.8, 0) }, Conflict{Lower: []Var{0}, Upper: []Var{0}, Minimal: true}},
		{"the sides of one row", func(m *Model) { m.Between("r", 2, 1, m.Binary("x", 0).Times(1)) }, Conflict{Rows: []Row{0}, Minimal: true}},
		{"only whole numbers contradict", func(m *Model) {
			x, y := m.Binary("x", 0), m.Binary("y", 0)
			m.Equal("half", 1, x.Times(2), y.Times(2))
		}, Conflict{Rows: []Row{0}, Minimal: true}},
		{"a convex rule and a row", func(m *Model) {
			x, y := m.Continuous("x", -10, 10, 0), m.Continuous("y", -10, 10, 0)
			m.AtLeast("beside", -5, x.Times(1))
			m.AtLeast("far", 4, x.Times(1), y.Times(1))
			m.Convex("disc", Cone{Parts: []Affine{{Terms: []Term{x.Times(1)}}, {Terms: []Term{y.Times(1)}}}, Limit: Affine{Const: 2}}.Separate)
		}, Conflict{Rows: []Row{1}, Rules: []Rule{0}, Minimal: true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m Model
			tt.m(&m)
			c, err := Explain(context.Background(), &m)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(c, tt.want) {
				t.Errorf("%+v; want %+v", c, tt.want)
			}
		})
	}
}
