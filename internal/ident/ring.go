package ident

import (
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"maps"
	"slices"
	"sync"

	"github.com/emmansun/gmsm/sm4"

	"shuren/internal/fault"
)

// Suite is how values are sealed.
type Suite string

const (
	AES Suite = "aes-256-gcm"
	SM4 Suite = "sm4-gcm" // GB/T 32907, where commercial cryptography is asked for
)

// Key is one key of a ring.
type Key struct {
	ID     uint32 // from 1, never used again
	Suite  Suite
	Secret []byte // 32 random bytes, from which the keys of each use are derived
}

// Ring seals with its newest key and opens with all. It lives outside the database.
type Ring struct {
	keys map[uint32]*lock
	last uint32
}

type lock struct {
	aead  cipher.AEAD
	match *sync.Pool // of *matcher: to key one costs as much as to hash a number
}

type matcher struct {
	hash.Hash
	room [256]byte
}

// NewKey makes a key with an id of one's own.
func NewKey(id uint32, suite Suite) Key {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails
	return Key{ID: id, Suite: suite, Secret: secret}
}

// NewRing makes a ring of keys; the one of the highest id is the newest.
func NewRing(keys ...Key) (*Ring, error) {
	r := &Ring{keys: map[uint32]*lock{}}
	for _, k := range keys {
		if k.ID == 0 || r.keys[k.ID] != nil || len(k.Secret) != 32 {
			return nil, fmt.Errorf("key %d of %d bytes: want ids from 1, each once, and 32 bytes: %w", k.ID, len(k.Secret), fault.Invalid)
		}
		l, err := k.lock()
		if err != nil {
			return nil, err
		}
		r.keys[k.ID], r.last = l, max(r.last, k.ID)
	}
	if r.last == 0 {
		return nil, fmt.Errorf("a ring without keys: %w", fault.Invalid)
	}
	return r, nil
}

func (k Key) lock() (*lock, error) {
	size := map[Suite]int{AES: 32, SM4: 16}[k.Suite]
	if size == 0 {
		return nil, fmt.Errorf("key %d: suite %q; want %s or %s: %w", k.ID, k.Suite, AES, SM4, fault.Invalid)
	}
	sealing, err := hkdf.Key(sha256.New, k.Secret, nil, "shuren ident seal "+string(k.Suite), size)
	if err != nil {
		return nil, err
	}
	matching, err := hkdf.Key(sha256.New, k.Secret, nil, "shuren ident match", 32)
	if err != nil {
		return nil, err
	}
	var block cipher.Block
	if k.Suite == SM4 {
		block, err = sm4.NewCipher(sealing)
	} else {
		block, err = aes.NewCipher(sealing)
	}
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &lock{aead: aead, match: &sync.Pool{New: func() any { return &matcher{Hash: hmac.New(sha256.New, matching)} }}}, err
}

// Newest is the id of the key that seals.
func (r *Ring) Newest() uint32 { return r.last }

// sealed begins with its layout and the key's id.
const (
	layout = 1
	head   = 1 + 4
)

// Seal encrypts a value for its place: what is sealed for one row and column opens
// in no other.
func (r *Ring) Seal(place, value string) []byte {
	l := r.keys[r.last]
	out := make([]byte, head+l.aead.NonceSize(), head+l.aead.NonceSize()+len(value)+l.aead.Overhead())
	out[0] = layout
	binary.BigEndian.PutUint32(out[1:], r.last)
	rand.Read(out[head:])
	return l.aead.Seal(out, out[head:], []byte(value), append(out[:head:head], place...))
}

// ErrSealed says that a value does not open: another key, another place, or harm.
var ErrSealed = errors.New("the value does not open with the keys that there are")

// Open decrypts what was sealed for a place. Errors never hold the value.
func (r *Ring) Open(place string, sealed []byte) (string, error) {
	id, ok := KeyOf(sealed)
	l := r.keys[id]
	if !ok || l == nil || len(sealed) < head+l.aead.NonceSize() {
		return "", fmt.Errorf("key %d: %w", id, ErrSealed)
	}
	nonce := sealed[head : head+l.aead.NonceSize()]
	out, err := l.aead.Open(nil, nonce, sealed[head+len(nonce):], append(sealed[:head:head], place...))
	if err != nil {
		return "", fmt.Errorf("key %d: %w", id, ErrSealed)
	}
	return string(out), nil
}

// KeyOf tells with which key a value was sealed.
func KeyOf(sealed []byte) (id uint32, ok bool) {
	if len(sealed) < head || sealed[0] != layout {
		return 0, false
	}
	return binary.BigEndian.Uint32(sealed[1:]), true
}

// MatchSize is the length of a match value.
const MatchSize = 16

// Match is a keyed hash by which the same number is found again without being
// read. Kind keeps numbers of different kinds apart.
func (r *Ring) Match(kind, number string) [MatchSize]byte {
	m, _ := r.MatchBy(r.last, kind, number)
	return m
}

// MatchBy hashes by one of the ring's keys, as while a rotation is under way.
func (r *Ring) MatchBy(id uint32, kind, number string) (out [MatchSize]byte, ok bool) {
	l := r.keys[id]
	if l == nil {
		return out, false
	}
	h := l.match.Get().(*matcher)
	h.Reset()
	h.Write(append(append(append(h.room[:0], kind...), 0), number...))
	copy(out[:], h.Sum(h.room[:0]))
	clear(h.room[:]) // of the number
	l.match.Put(h)
	return out, true
}

// Keys are the ids of the ring's keys, the newest first: while a rotation is under
// way a number may have been hashed by any.
func (r *Ring) Keys() []uint32 {
	ids := slices.Collect(maps.Keys(r.keys))
	slices.SortFunc(ids, func(a, b uint32) int { return cmp.Compare(b, a) })
	return ids
}
