package flow

import (
	"container/list"
	"sync"

	"shuren/internal/edu"
)

// maxParts bounds of how many parts and periods frames and assessments are kept:
// nine counties over some years, and the schools that are being looked at.
const maxParts = 128

type partKey struct {
	part   string
	period edu.Period
}

// lru keeps what was asked for last. The zero lru is empty.
type lru struct {
	mu    sync.Mutex
	order list.List // of *kept, the newest first
	at    map[partKey]*list.Element
}

type kept struct {
	key partKey
	framed
}

// get gives the place of a part's period, which its user fills.
func (l *lru) get(key partKey) *framed {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.at[key]; ok {
		l.order.MoveToFront(e)
		return &e.Value.(*kept).framed
	}
	if l.at == nil {
		l.at = map[partKey]*list.Element{}
	}
	k := &kept{key: key}
	l.at[key] = l.order.PushFront(k)
	if l.order.Len() > maxParts {
		last := l.order.Back()
		delete(l.at, last.Value.(*kept).key)
		l.order.Remove(last)
	}
	return &k.framed
}
