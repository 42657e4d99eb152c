package frame

import (
	"slices"
	"strings"

	"shuren/internal/edu"
)

// none marks a record without a unit, or a unit without a row.
const none = ^uint32(0)

// registry numbers codes in the order in which they are first seen.
type registry struct {
	codes []string
	names []string          // by number, empty where no name is known; may be shorter
	index map[string]uint32 // built when a second table asks
	// ascending: the codes happen to be in order, so numbers compare as codes do.
	ascending bool
}

// add gives the number of a code.
func (r *registry) add(code string) uint32 {
	if r.index == nil {
		r.index = make(map[string]uint32, len(r.codes))
		for i, c := range r.codes {
			r.index[c] = uint32(i)
		}
	}
	n, ok := r.index[code]
	if !ok {
		n = uint32(len(r.codes))
		r.codes = append(r.codes, code)
		r.index[code] = n
		r.ascending = false
	}
	return n
}

// number gives the number of each record's code, none where it is empty.
func (r *registry) number(key *Strings, n int) []uint32 {
	if len(r.codes) == 0 {
		if out, ok := r.inOrder(key, n); ok {
			return out
		}
	}
	out := make([]uint32, n)
	known := slices.Repeat([]uint32{none}, len(key.Dict))
	if r.index == nil && len(r.codes) == 0 {
		r.index = make(map[string]uint32, len(key.Dict))
	}
	for i, c := range key.Code[:n] {
		u := known[c]
		if u == none && key.Dict[c] != "" {
			u = r.add(key.Dict[c])
			known[c] = u
		}
		out[i] = u
	}
	return out
}

// inOrder numbers the codes of a first table whose records come in the order of
// their codes, as registers mostly do: no hashing is needed then.
func (r *registry) inOrder(key *Strings, n int) ([]uint32, bool) {
	if n == 0 {
		return nil, false
	}
	distinct := 1
	last := key.Dict[key.Code[0]]
	if last == "" {
		return nil, false
	}
	identity := len(key.Dict) == n && key.Code[0] == 0
	for i := 1; i < n; i++ {
		c := key.Code[i]
		if c == key.Code[i-1] {
			identity = false
			continue
		}
		code := key.Dict[c]
		if code < last {
			return nil, false
		}
		if code > last {
			distinct++
		}
		identity = identity && c == uint32(i)
		last = code
	}
	r.ascending = true
	if identity && distinct == n {
		r.codes = key.Dict[:n:n]
		return key.Code[:n], true
	}
	r.codes = make([]string, 0, distinct)
	out := make([]uint32, n)
	for i, c := range key.Code[:n] {
		if code := key.Dict[c]; len(r.codes) == 0 || code != r.codes[len(r.codes)-1] {
			r.codes = append(r.codes, code)
		}
		out[i] = uint32(len(r.codes) - 1)
	}
	return out, true
}

// name keeps the first name given for a number.
func (r *registry) name(n uint32, name string) {
	if name == "" {
		return
	}
	if int(n) >= len(r.names) {
		r.names = append(r.names, make([]string, len(r.codes)-len(r.names))...)
	}
	if r.names[n] == "" {
		r.names[n] = name
	}
}

// nameOf is the name of a number: as given, as known to the caller, or the code.
func (r *registry) nameOf(n uint32, level edu.Level, known func(edu.Level, string) string) string {
	if int(n) < len(r.names) && r.names[n] != "" {
		return r.names[n]
	}
	if known != nil {
		if s := known(level, r.codes[n]); s != "" {
			return s
		}
	}
	return r.codes[n]
}

// ranks gives each number's place in the order of codes, from 1; 0 is kept for
// "no code". The result is indexed by number+1.
func (r *registry) ranks() []uint32 {
	by := make([]uint32, len(r.codes))
	for i := range by {
		by[i] = uint32(i)
	}
	slices.SortFunc(by, func(a, b uint32) int { return strings.Compare(r.codes[a], r.codes[b]) })
	out := make([]uint32, len(by)+1)
	for rank, n := range by {
		out[n+1] = uint32(rank + 1)
	}
	return out
}
