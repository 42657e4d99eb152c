package flow

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"shuren/internal/auth"
)

// limiter holds back whoever tries too often: by address, and by the name that
// is tried, which need not exist. It counts in memory; the lock of an account,
// which lasts, is in the database.
type limiter struct {
	address, name buckets
}

func newLimiter(p auth.Policy) *limiter {
	perMinute := max(1, p.PerMinute)
	// A name may be tried as often as would lock it, then one time in six
	// seconds: many tries at the same instant cannot outrun the count of failures.
	return &limiter{
		address: buckets{every: time.Minute / time.Duration(perMinute), burst: perMinute},
		name:    buckets{every: 6 * time.Second, burst: max(1, p.Failures)},
	}
}

// take counts one attempt. A good one gives it back: at eight in the morning a
// whole county signs in from one address.
func (l *limiter) take(now time.Time, address, name string) (giveBack func(), err error) {
	if address == "" {
		address = "local"
	}
	a, wait := l.address.take(now, address)
	if a == nil {
		return nil, &auth.Locked{Until: now.Add(wait), Address: true}
	}
	n, wait := l.name.take(now, name)
	if n == nil {
		return nil, &auth.Locked{Until: now.Add(wait), Address: true}
	}
	return func() { a.CancelAt(now); n.CancelAt(now) }, nil
}

// maxBuckets bounds the memory that names and addresses without end can take.
const maxBuckets = 20_000

// buckets are token buckets by key; a full one needs no memory.
type buckets struct {
	every time.Duration
	burst int

	mu sync.Mutex
	m  map[string]*rate.Limiter
}

func (b *buckets) take(now time.Time, key string) (*rate.Reservation, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.m) >= maxBuckets {
		b.sweep(now)
	}
	if b.m == nil {
		b.m = map[string]*rate.Limiter{}
	}
	l := b.m[key]
	if l == nil {
		l = rate.NewLimiter(rate.Every(b.every), b.burst)
		b.m[key] = l
	}
	r := l.ReserveN(now, 1)
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return nil, wait
	}
	return r, 0
}

// sweep drops the buckets that are full again; where that frees too little, as
// many others, in no order.
func (b *buckets) sweep(now time.Time) {
	for key, l := range b.m {
		if l.TokensAt(now) >= float64(b.burst) {
			delete(b.m, key)
		}
	}
	for key := range b.m {
		if len(b.m) <= maxBuckets*3/4 {
			break
		}
		delete(b.m, key)
	}
}
