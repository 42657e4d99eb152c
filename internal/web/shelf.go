package web

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// shelf keeps files for a short while between two requests of the same person:
// the marked workbook of an upload, a file whose columns are being matched.
type shelf struct {
	mu   sync.Mutex
	kept []shelved
}

type shelved struct {
	id, owner, name string
	body            []byte
	until           time.Time
}

const (
	shelfTime  = 30 * time.Minute
	shelfFiles = 64
	shelfBytes = 128 << 20
)

// put keeps a file; the oldest give way where there are too many.
func (s *shelf) put(owner, name string, body []byte) (id string) {
	var b [16]byte
	rand.Read(b[:])
	id = hex.EncodeToString(b[:])
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = append(s.kept, shelved{id, owner, name, body, now.Add(shelfTime)})
	size := 0
	for i := len(s.kept) - 1; i >= 0; i-- {
		size += len(s.kept[i].body)
		if len(s.kept)-i > shelfFiles || size > shelfBytes && i < len(s.kept)-1 || now.After(s.kept[i].until) {
			s.kept = append([]shelved(nil), s.kept[i+1:]...)
			break
		}
	}
	return id
}

// get gives a file back to who put it there.
func (s *shelf) get(owner, id string) (name string, body []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.kept {
		if k.id == id && k.owner == owner && time.Now().Before(k.until) {
			return k.name, k.body, true
		}
	}
	return "", nil, false
}
