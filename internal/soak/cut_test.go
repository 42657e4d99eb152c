package soak_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/store"
)

// left is a SQLite database as a killed server left it.
type left struct {
	db, wal []byte // the file, and the log of writes beside it
	// The log may lose its end anywhere from a byte on. What comes before was
	// being copied into the file, which the program begins only when the disk has
	// said that it holds the log.
	from int
	end  int // of what counts in the log; behind it stands what is left of an earlier round
}

// Places in SQLite's files, from its description of the format.
const (
	walHead, frameHead = 32, 24
	copyBegun          = 128 // in the index of the log: frames that were begun to be copied
)

// leftBehind copies what is there. A database on a server is none of ours to cut.
func leftBehind(t testing.TB, dsn string) (l left, ok bool) {
	t.Helper()
	if store.Shared(dsn) {
		return l, false
	}
	var err error
	read := func(name string) (b []byte) {
		if err == nil {
			b, err = os.ReadFile(name)
		}
		return b
	}
	l.db, l.wal = read(dsn), read(dsn+"-wal")
	index := read(dsn + "-shm")
	if err != nil {
		t.Fatal(err)
	}
	if len(l.wal) < walHead || len(index) < copyBegun+4 {
		t.Fatalf("%d bytes of the log of writes, %d of its index", len(l.wal), len(index))
	}
	frame := frameHead + int(binary.BigEndian.Uint32(l.wal[8:]))
	l.from = walHead + frame*int(binary.NativeEndian.Uint32(index[copyBegun:]))
	for l.end = walHead; l.end+frame <= len(l.wal) && bytes.Equal(l.wal[l.end+8:l.end+16], l.wal[16:24]); l.end += frame {
	}
	return l, true
}

// cuts takes the end off the log of writes, as a power cut may if the disk had
// not written what it said, at places all over it. What is left must be what
// the database was at some moment: every step whole, and none of which an
// earlier acknowledgement is missing.
func cuts(t *testing.T, p *plan, l left, journal []entry, n int) {
	t.Helper()
	dir := t.TempDir()
	states := map[int]bool{}
	last := -1
	for i := range n {
		keep := l.from + (l.end-l.from)*i/(n-1)
		path := filepath.Join(dir, fmt.Sprintf("cut%d.db", i))
		for name, b := range map[string][]byte{path: l.db, path + "-wal": l.wal[:keep]} {
			if err := os.WriteFile(name, b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		v := openHeld(t, p, path)
		v.sentOnce(journal)
		v.whole()
		steps := v.prefix(journal)
		v.close()
		if steps < last {
			t.Errorf("%d bytes of the log have %d steps; fewer bytes had %d", keep, steps, last)
		}
		states[steps], last = true, steps
		if t.Failed() {
			t.Fatalf("with %d of %d bytes of the log of writes", keep, l.end)
		}
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			_ = os.Remove(name) // so that many cuts need little room
		}
	}
	t.Logf("%d cuts through %d bytes of the log of writes: %d different states, each of one moment", n, l.end-l.from, len(states))
	if l.end-l.from > 1<<20 && len(states) < 2 {
		t.Errorf("%d cuts through %d bytes gave one state", n, l.end-l.from)
	}
}

// prefix: nothing is there that was begun after the acknowledgement of a step
// that is missing. It gives how many steps are there.
func (v *verifier) prefix(journal []entry) (steps int) {
	there := map[string]bool{}
	for _, log := range v.logs {
		for _, e := range log {
			if e.Sent != "" {
				there[e.Sent] = true
			}
		}
	}
	var missing *entry
	for i, e := range journal {
		if e.Acked && !there[e.ID] && (missing == nil || e.At.Before(missing.At)) {
			missing = &journal[i]
		}
	}
	for _, e := range journal {
		if !e.Acked && missing != nil && there[e.ID] && e.At.After(missing.At) {
			v.t.Errorf("NOT A MOMENT: %s of %s (%s) is there, begun at %s; %s of %s (%s), acknowledged at %s, is not",
				e.Action, e.Unit, e.ID, e.At.Format(time.StampMicro), missing.Action, missing.Unit, missing.ID, missing.At.Format(time.StampMicro))
		}
	}
	return len(there)
}
