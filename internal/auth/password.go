package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Cost is what one password costs to try: argon2id's memory and passes.
type Cost struct {
	KiB     uint32
	Passes  uint32
	Threads uint8
}

// DefaultCost is OWASP's advice for argon2id: 19 MiB and two passes.
var DefaultCost = Cost{KiB: 19 << 10, Passes: 2, Threads: 1}

// Limits of what a stored hash may ask for: a hash that somebody wrote into the
// database must not exhaust the machine.
const (
	maxKiB    = 256 << 10
	maxPasses = 16
	keyLen    = 32
	saltLen   = 16
)

// Hasher makes and checks hashes of passwords. So many at a time and no more:
// a flood of sign-ins waits, it does not take all memory. Use NewHasher.
type Hasher struct {
	cost  Cost
	turns chan struct{}
	none  string // the hash of nothing that anybody knows
}

// NewHasher makes a hasher; the zero Cost is DefaultCost. At most as many
// hashes as the machine has processors are made at a time.
func NewHasher(c Cost) *Hasher {
	if c == (Cost{}) {
		c = DefaultCost
	}
	h := &Hasher{cost: c, turns: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))}
	h.none = h.make(rand.Text())
	return h
}

// Hash gives the hash of a password in the PHC text form, with its own salt.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	return h.make(password), nil
}

// Verify tells whether a password has a hash, in a time that does not depend on
// the answer. Without a hash it works as long and says no, so that nobody
// learns from the time which names exist. Old tells that the hash was made at
// another cost and should be made anew.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, old bool, err error) {
	real := hash != ""
	if !real {
		hash = h.none
	}
	c, salt, key, err := parsePHC(hash)
	if err != nil {
		return false, false, err
	}
	if err := h.enter(ctx); err != nil {
		return false, false, err
	}
	defer h.leave()
	got := argon2.IDKey(normal(password), salt, c.Passes, c.KiB, c.Threads, uint32(len(key)))
	same := subtle.ConstantTimeCompare(got, key) == 1
	return same && real, c != h.cost || len(key) != keyLen, nil
}

func (h *Hasher) enter(ctx context.Context) error {
	select {
	case h.turns <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *Hasher) leave() { <-h.turns }

func (h *Hasher) make(password string) string {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	key := argon2.IDKey(normal(password), salt, h.cost.Passes, h.cost.KiB, h.cost.Threads, keyLen)
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, h.cost.KiB, h.cost.Passes, h.cost.Threads, b.EncodeToString(salt), b.EncodeToString(key))
}

// normal makes one text of the ways in which keyboards give the same characters:
// full-width letters of an input method are the letters.
func normal(password string) []byte { return norm.NFKC.Bytes([]byte(password)) }

var errPHC = errors.New("not a hash of ours ($argon2id$v=19$m=…,t=…,p=…$salt$key)")

func parsePHC(s string) (c Cost, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.KiB, &c.Passes, &c.Threads); err != nil {
		return c, nil, nil, errPHC
	}
	if c.Threads == 0 || c.Passes == 0 || c.Passes > maxPasses || c.KiB < 8*uint32(c.Threads) || c.KiB > maxKiB {
		return c, nil, nil, fmt.Errorf("%w: cost %s", errPHC, parts[3])
	}
	b := base64.RawStdEncoding.Strict()
	if salt, err = b.DecodeString(parts[4]); err != nil || len(salt) < 8 {
		return c, nil, nil, errPHC
	}
	if key, err = b.DecodeString(parts[5]); err != nil || len(key) < 16 || len(key) > 64 {
		return c, nil, nil, errPHC
	}
	return c, salt, key, nil
}
