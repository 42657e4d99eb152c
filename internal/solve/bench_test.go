package solve_test

import (
	"context"
	"testing"

	"shuren/internal/solve"
	"shuren/internal/solve/family"
)

func BenchmarkNetwork(b *testing.B) {
	for _, bb := range []struct {
		name string
		n, k int
	}{
		{"2500 places, 30 nearest", 2500, 30},
		{"2500 places, all pairs", 2500, 2500},
	} {
		b.Run(bb.name, func(b *testing.B) {
			g := family.Transport(bb.n, bb.k, 1)
			b.ResetTimer()
			for range b.N {
				f, err := g.Solve(context.Background())
				if err != nil || f.Status != solve.Optimal {
					b.Fatal(f.Status, err)
				}
			}
			b.ReportMetric(float64(g.Arcs()), "arcs")
		})
	}
}

func BenchmarkRelax(b *testing.B) {
	for _, bb := range []struct {
		name string
		m    *solve.Model
	}{
		{"transport 600x20", family.Carry(600, 20, 1)},
		{"places 150x30", family.Places(150, 30, 1)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for range b.N {
				if r, err := solve.Relax(bb.m); err != nil || r.Status != solve.Optimal {
					b.Fatal(r.Status, err)
				}
			}
		})
	}
}

func BenchmarkSolve(b *testing.B) {
	for _, bb := range []struct {
		name string
		m    *solve.Model
	}{
		{"places 100x20", family.Places(100, 20, 2)},
		{"assign 10x40", family.Assign(10, 40, 1)},
		{"knapsacks 50x5", family.Knapsacks(50, 5, 1)},
		{"county of 100", family.County(100, 1).Model},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for range b.N {
				if r, err := solve.Solve(context.Background(), bb.m, solve.Options{}); err != nil || r.Status != solve.Optimal {
					b.Fatal(r.Status, err)
				}
			}
		})
	}
}

func BenchmarkSplit(b *testing.B) {
	parts, shared := family.City(25, 100, 0.7, 1)
	b.ResetTimer()
	for range b.N {
		w, err := solve.Split(context.Background(), parts, shared, solve.Options{Gap: 0.01})
		if err != nil || w.X == nil || w.Gap > 0.01 {
			b.Fatal(w.Status, w.Gap, err)
		}
	}
}
