//go:build unix

package propose

import (
	"context"
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"shuren/internal/solve"
)

// BenchmarkCity is a city of ten counties, 250 sections each, once each for itself
// and once with money that they share and that binds. It reports processor time,
// since machines are shared, and the gap.
func BenchmarkCity(b *testing.B) {
	runtime.GOMAXPROCS(2)
	var counties []*County
	people := 0
	for k := range 10 {
		c := county(250, uint64(k+1))
		c.Name = fmt.Sprint(k)
		counties = append(counties, c)
		for _, s := range c.Sections {
			for _, n := range s.Staff {
				people += n
			}
		}
	}
	var spent []float64
	for _, shared := range []bool{false, true} {
		b.Run(fmt.Sprintf("shared=%v", shared), func(b *testing.B) {
			for b.Loop() {
				var money []Year
				if shared {
					total := 0.0
					for _, x := range spent {
						total += x
					}
					for y := range spent { // a third of the whole each year, a little more
						money = append(money, Year{fmt.Sprint(y), 1.1 * total / float64(len(spent))})
					}
				}
				before := cpu()
				p, err := City(context.Background(), counties, money, solve.Options{Gap: 0.01})
				if err != nil {
					b.Fatal(err)
				}
				if p.Gap > 0.01 {
					b.Errorf("a gap of %v", p.Gap)
				}
				spent = make([]float64, 3)
				for _, q := range p.Plans {
					for y, x := range q.Spent {
						spent[y] += x
					}
				}
				b.ReportMetric((cpu() - before).Seconds(), "cpu-s/op")
				b.ReportMetric(100*p.Gap, "gap-%")
				b.ReportMetric(float64(people), "people")
			}
		})
	}
}

// cpu is the processor time of this process.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
