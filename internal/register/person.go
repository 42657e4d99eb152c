package register

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
)

var idText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewPersonID makes the id of a new record.
func NewPersonID() PersonID { return PersonID(strings.ToLower(rand.Text())) }

// NewPersonIDs makes ids for the rows of one part of an import. They begin alike, so
// that a database writes them side by side, and say nothing of who comes after whom.
func NewPersonIDs(part uint64, n int) []PersonID {
	raw := make([]byte, 11*n)
	rand.Read(raw) // never fails
	out := make([]PersonID, n)
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], part<<24) // five bytes of it
	for i := range out {
		copy(id[5:], raw[11*i:11*i+11])
		out[i] = PersonID(idText.EncodeToString(id[:]))
	}
	return out
}
