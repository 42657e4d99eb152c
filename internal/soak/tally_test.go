package soak_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// tally counts what the schools met.
type tally struct {
	mu    sync.Mutex
	times map[string][]time.Duration
	r     report
}

// report is what the schools say at the end.
type report struct {
	Took   map[string]quantiles `json:"took"`
	Failed map[string]int       `json:"failed"` // what was sent again
	Wrong  []string             `json:"wrong"`  // what must not happen
	Says   map[int][]string     `json:"says"`   // answers of a server that could not, by status
}

type quantiles struct {
	N                  int
	P50, P95, P99, Max time.Duration
}

func newTally() *tally {
	return &tally{times: map[string][]time.Duration{}, r: report{Took: map[string]quantiles{}, Failed: map[string]int{}, Says: map[int][]string{}}}
}

func (t *tally) took(kind string, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.times[kind] = append(t.times[kind], d)
}

func (t *tally) failed(kind string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.r.Failed[kind]++
}

// answered keeps a few of the answers that said no.
func (t *tally) answered(status int, body []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s := string(body); len(t.r.Says[status]) < 3 {
		t.r.Says[status] = append(t.r.Says[status], s)
	}
}

func (t *tally) wrong(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.r.Wrong) < 50 {
		t.r.Wrong = append(t.r.Wrong, fmt.Sprintf(format, args...))
	}
}

func (t *tally) report() report {
	t.mu.Lock()
	defer t.mu.Unlock()
	for kind, all := range t.times {
		slices.Sort(all)
		at := func(q float64) time.Duration { return all[min(len(all)-1, int(q*float64(len(all))))] }
		t.r.Took[kind] = quantiles{len(all), at(0.5), at(0.95), at(0.99), all[len(all)-1]}
	}
	return t.r
}

func (r report) String() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(r.Took)) {
		q := r.Took[k]
		ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
		fmt.Fprintf(&b, "%-8s %6d  p50 %8s  p95 %8s  p99 %8s  max %8s\n", k, q.N, ms(q.P50), ms(q.P95), ms(q.P99), ms(q.Max))
	}
	for _, k := range slices.Sorted(maps.Keys(r.Failed)) {
		fmt.Fprintf(&b, "sent again after %s: %d\n", k, r.Failed[k])
	}
	return b.String()
}
