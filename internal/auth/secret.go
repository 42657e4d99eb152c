package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// NewSecret gives 256 random bits as text for a cookie or an API key, and what
// the database keeps of it. A guess is hopeless, so a fast hash is enough.
func NewSecret() (secret, hash string) {
	b := make([]byte, 32)
	rand.Read(b)
	secret = base64.RawURLEncoding.EncodeToString(b)
	return secret, HashSecret(secret)
}

// HashSecret is what the database keeps of a secret.
func HashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// NewID gives a random id: of an account, a key.
func NewID() string { return strings.ToLower(rand.Text()) }

// codeLetters can be read aloud over a telephone and copied by hand: no 0 and O,
// no 1, I and L. There are 31, so twelve of them are 59 bits.
const codeLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const codeLen = 12

// NewCode gives a one-time code, in groups of four: "7KQM-2WXA-PD9T".
func NewCode() string {
	var b strings.Builder
	for b.Len() < codeLen+2 {
		var x [1]byte
		rand.Read(x[:])
		// 248 is the largest multiple of 31 in a byte: no letter is likelier.
		if x[0] >= 248 {
			continue
		}
		if n := b.Len(); n == 4 || n == 9 {
			b.WriteByte('-')
		}
		b.WriteByte(codeLetters[int(x[0])%len(codeLetters)])
	}
	return b.String()
}

// ReadCode reads a code as people type it, without regard to case, blanks and
// hyphens, full-width letters too. It gives "" for what cannot be one.
func ReadCode(typed string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(norm.NFKC.String(typed)) {
		switch {
		case r == '-' || r == ' ' || r == '—' || r == '–':
		case r < 128 && strings.ContainsRune(codeLetters, r):
			b.WriteRune(r)
		default:
			return ""
		}
	}
	if b.Len() != codeLen {
		return ""
	}
	s := b.String()
	return s[:4] + "-" + s[4:8] + "-" + s[8:]
}
