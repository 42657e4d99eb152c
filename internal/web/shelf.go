package web

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
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

// One person fills a small part of the shelf only: whoever uploads much makes
// room among the own files first, and hundreds of schools find theirs.
const (
	shelfTime  = 30 * time.Minute
	shelfFiles = 4096
	shelfBytes = 256 << 20
	ownFiles   = 64
	ownBytes   = 64 << 20
)

// put keeps a file; the oldest give way where there are too many.
func (s *shelf) put(owner, name string, body []byte) (id string) {
	var b [16]byte
	rand.Read(b[:])
	id = hex.EncodeToString(b[:])
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	all, own := room{shelfFiles, shelfBytes}, room{ownFiles, ownBytes}
	all.take(len(body))
	own.take(len(body))
	keep := []shelved{{id, owner, name, body, now.Add(shelfTime)}} // however large it is
	for i := len(s.kept) - 1; i >= 0; i-- {
		k := s.kept[i]
		if now.After(k.until) || k.owner == owner && !own.take(len(k.body)) || !all.take(len(k.body)) {
			continue
		}
		keep = append(keep, k)
	}
	slices.Reverse(keep)
	s.kept = keep
	return id
}

// room is what is left of a shelf.
type room struct{ files, bytes int }

// take takes room for one file; where there is none, nothing older has any.
func (r *room) take(size int) bool {
	r.files, r.bytes = r.files-1, r.bytes-size
	return r.files >= 0 && r.bytes >= 0
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

// drop takes a file away before its time.
func (s *shelf) drop(owner, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept = slices.DeleteFunc(s.kept, func(k shelved) bool { return k.id == id && k.owner == owner })
}
