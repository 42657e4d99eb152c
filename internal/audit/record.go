// Package audit holds the log of what was done: records chained by hash, and
// the check that finds a changed, missing or reordered one.
//
// There is one chain for each shard, so that counties do not wait for each
// other. A chain alone cannot show that its end was cut off, nor that all of it
// was made anew: the number and hash of its last record, its [Head], must be
// noted elsewhere for that.
package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"time"

	"shuren/internal/edu"
)

// Action is what was done, as the log keeps it. An action is never renamed.
type Action string

const (
	SignIn         Action = "session.begin"
	SignInRefused  Action = "session.refused"
	SignInLocked   Action = "session.locked"
	SignOut        Action = "session.end"
	PasswordSet    Action = "password.set"     // by its owner
	PasswordWrong  Action = "password.refused" // the old one was wrong, or a code
	RecoveryMade   Action = "recovery.make"
	RecoveryUsed   Action = "recovery.use"
	TOTPOn         Action = "totp.on"
	TOTPOff        Action = "totp.off"
	AccountMade    Action = "account.make"
	AccountClosed  Action = "account.close"
	AccountLinked  Action = "account.link" // to an identity provider
	AccountUnlocks Action = "account.unlock"
	RoleGranted    Action = "role.grant"
	RoleRevoked    Action = "role.revoke"
	TokenMade      Action = "token.make"
	TokenDropped   Action = "token.drop"
	SetUp          Action = "setup"
	PersonRead     Action = "person.read" // personal data were shown or exported
	LogRead        Action = "audit.read"  // the log itself was exported
)

// Central is the shard of what belongs to no county: sign-ins of accounts
// without a unit, the city's own settings.
const Central = "central"

// Record is one line of the log. It holds ids, never names, and no personal
// data: the log outlives the right to keep them.
type Record struct {
	Shard   string
	No      int64 // from 1, without gaps within the shard
	At      time.Time
	Account string // who did it: an id, "local" for the operator at the machine, empty if unknown
	Role    string // the role that allowed it, where one did
	Action  Action
	Object  string // id of what it was done to
	Unit    edu.UnitID
	Detail  string
	Remote  string // address of the client
	Prev    string // hash of the record before; empty for the first
	Hash    string
}

// timeLayout is how a time enters the hash and the database: to the millisecond.
const timeLayout = "2006-01-02T15:04:05.000Z"

// Sum is the hash of a record: of everything in it but Hash itself. Each field
// stands behind its length, so that no text can pass from one into the next.
func (r *Record) Sum() string {
	b := make([]byte, 0, 512)
	b = append(b, "shuren audit 1\n"...)
	field := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	field(r.Shard)
	b = binary.AppendUvarint(b, uint64(r.No))
	field(r.At.UTC().Format(timeLayout))
	for _, s := range []string{r.Account, r.Role, string(r.Action), r.Object, string(r.Unit), r.Detail, r.Remote, r.Prev} {
		field(s)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// maxText is how long a text of a record may be; what is longer is cut, since
// part of it comes from outside.
const maxText = 1000

// After makes a record the next one of a chain.
func (r *Record) After(h Head) {
	r.Shard, r.No, r.Prev = h.Shard, h.No+1, h.Hash
	for _, s := range []*string{&r.Account, &r.Role, &r.Object, &r.Detail, &r.Remote} {
		*s = clean(*s)
	}
	r.At = r.At.UTC().Truncate(time.Millisecond)
	r.Hash = r.Sum()
}

// clean makes of a text what every database takes and gives back unchanged.
func clean(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

// Head is the end of a chain: how many records it has, and the hash of the last.
type Head struct {
	Shard string
	No    int64
	Hash  string
}

// Filter narrows a list of records; its zero fields take everything.
type Filter struct {
	Account string
	Action  Action
	Object  string
	Unit    edu.UnitID
	From    time.Time
	To      time.Time // before this
	Offset  int
	Limit   int // 0 is 100
}
