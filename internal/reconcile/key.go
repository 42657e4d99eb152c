// Keyed hashes: the same text is found again, and none is read back.

package reconcile

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"fmt"

	"shuren/internal/fault"
)

// Key is a keyed hash of a number. The zero Key is none.
type Key [16]byte

// Keyer hashes by a secret. With a secret of one run the hashes of two runs have
// nothing in common; with one kept in a key file a person's decisions on pairs
// are known again in the next run.
//
// It is CBC-MAC with AES, the length first: a million numbers a second, which a
// hash for signatures would take several times as long for. One Keyer serves one
// goroutine.
type Keyer struct {
	block   cipher.Block
	in, sum []byte
}

// NewKeyer wants a secret of 16, 24 or 32 bytes.
func NewKeyer(secret []byte) (*Keyer, error) {
	b, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("a secret of %d bytes: want 16, 24 or 32: %w", len(secret), fault.Invalid)
	}
	return &Keyer{block: b, in: make([]byte, aes.BlockSize), sum: make([]byte, aes.BlockSize)}, nil
}

// Another is a Keyer of the same secret for another goroutine.
func (k *Keyer) Another() *Keyer {
	return &Keyer{block: k.block, in: make([]byte, aes.BlockSize), sum: make([]byte, aes.BlockSize)}
}

// kinds of texts: a name and a guardian of the same name hash differently.
const (
	kindCitizen = iota + 1
	kindStudent
	kindName
	kindSound
	kindGuardian
	kindPart // and the two after it
)

func keyOf[T string | []byte](k *Keyer, kind byte, s T) (out Key) {
	if len(s) == 0 {
		return out
	}
	k.in[0] = kind
	binary.LittleEndian.PutUint32(k.in[1:], uint32(len(s)))
	n := copy(k.in[5:], s)
	clear(k.in[5+n:])
	k.block.Encrypt(k.sum, k.in)
	for s = s[n:]; len(s) > 0; s = s[n:] {
		n = min(len(s), aes.BlockSize)
		for i := range n {
			k.sum[i] ^= s[i]
		}
		k.block.Encrypt(k.sum, k.sum)
	}
	copy(out[:], k.sum)
	return out
}

// short is 64 bits of a hash, for texts that only count together with others.
func short[T string | []byte](k *Keyer, kind byte, s T) uint64 {
	key := keyOf(k, kind, s)
	return binary.LittleEndian.Uint64(key[:])
}

// zero tells that there is no number.
func (k Key) zero() bool { return k == Key{} }
