package soak_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"shuren/internal/collect"
	"shuren/internal/edu"
)

// entry is a line of the journal: what a school is about to send, or what was
// acknowledged to it.
type entry struct {
	Acked  bool           `json:"acked,omitempty"`
	Unit   edu.UnitID     `json:"unit"`
	Action collect.Action `json:"action"`
	ID     string         `json:"id"`
	Figure int            `json:"figure,omitempty"` // in the varied cell, of a handing in
	Rev    int            `json:"rev,omitempty"`    // as acknowledged
	Handed int            `json:"handed,omitempty"`
	Check  string         `json:"check,omitempty"`
	At     time.Time      `json:"at"`
}

// journal is what the schools remember. An acknowledgement is on disk before its
// school goes on; those that come at the same time share one sync.
type journal struct {
	mu     sync.Mutex
	f      *os.File
	synced *sync.Cond
	wrote  int64 // lines
	safe   int64
	busy   bool
	err    error
}

func openJournal(name string) (*journal, error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	j := &journal{f: f}
	j.synced = sync.NewCond(&j.mu)
	return j, nil
}

// note writes an entry; an acknowledgement is on disk when it returns.
func (j *journal) note(e entry) error {
	e.At = time.Now()
	b, err := json.Marshal(e)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.f.Write(append(b, '\n')); err != nil {
		return err
	}
	j.wrote++
	mine := j.wrote
	for e.Acked && j.safe < mine && j.err == nil {
		if j.busy {
			j.synced.Wait()
			continue
		}
		j.busy = true
		upTo := j.wrote
		j.mu.Unlock()
		err := j.f.Sync()
		j.mu.Lock()
		j.busy, j.safe, j.err = false, max(j.safe, upTo), err
		j.synced.Broadcast()
	}
	return j.err
}

// readJournal reads what the schools remembered.
func readJournal(name string) (out []entry, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReader(f)
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return out, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		var e entry
		if err := json.Unmarshal(line, &e); err != nil {
			return nil, fmt.Errorf("%s, line %d: %w", name, n, err)
		}
		out = append(out, e)
	}
}
