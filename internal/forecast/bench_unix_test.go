//go:build unix

package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
)

// cityOf is a made-up city: ten counties, so many schools of which six in ten are
// primary schools, two kindergartens, and the others junior and senior schools,
// with ten years of pupils and births of every county.
func cityOf(schools int) *Input {
	r := rand.New(rand.NewPCG(1, 2))
	in := &Input{Nodes: []Node{{"", -1}}, First: 2016, Years: 10, Lag: 3, BirthFirst: 2010, Counts: [][][]float64{nil}}
	for i, g := range []string{"small", "middle", "big", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"} {
		in.Grades = append(in.Grades, Grade{ID: g, Section: []string{Preschool, Primary, Primary, Junior, Senior}[i/3]})
	}
	for c := range 10 {
		in.Nodes = append(in.Nodes, Node{fmt.Sprint("county ", c), 0})
		in.Counts = append(in.Counts, nil)
	}
	for s := range schools {
		in.Nodes = append(in.Nodes, Node{fmt.Sprint("school ", s), 1 + s%10})
		lo, hi := 3, 9
		switch s / 10 % 10 {
		case 0, 1:
			lo, hi = 0, 3
		case 2, 3:
			lo, hi = 9, 12
		case 4:
			lo, hi = 12, 15
		}
		size, counts := 10+r.Float64()*120, make([][]float64, len(in.Grades))
		for g := range counts {
			counts[g] = slices.Repeat([]float64{math.NaN()}, in.Years)
			for y := range in.Years {
				if g >= lo && g < hi {
					counts[g][y] = math.Round(size * (1 - 0.03*float64(y-g)) * (0.95 + 0.1*r.Float64()))
				}
			}
		}
		in.Counts = append(in.Counts, counts)
	}
	in.Births = make([][]float64, len(in.Nodes))
	for c := range 10 {
		for y := range 16 {
			in.Births[1+c] = append(in.Births[1+c], math.Round(9000*(1-0.04*float64(y))))
		}
	}
	in.SetAway()
	return in
}

// A city of 3,000 schools with ten years of past, ten years ahead: the whole of it,
// every method from every origin with it. cpu-ms is the time of all processors.
func BenchmarkCity(b *testing.B) {
	in := cityOf(3000)
	from := spent()
	for b.Loop() {
		if _, err := Make(in, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(spent()-from)/1e6/float64(b.N), "cpu-ms/op")
}

// spent is the processor time of this process in nanoseconds.
func spent() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
