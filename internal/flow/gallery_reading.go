package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"shuren/internal/fault"
	"shuren/internal/gallery"
	"shuren/internal/store"
)

// What submitted figures say can be measured again from where each shard stood. What
// else a document says — how far forms and tasks have come, what the ledgers of
// hazards and cases count, what the city is called — is read from ledgers that move
// on. So each is read once, kept word for word in the data version, and taken from
// there when the document is composed again.

// moment is when a document's figures are read: now, or as the data stood at a
// version that a document keeps.
type moment struct {
	snap  *store.Snapshot // nil is now
	pack  string          // the pack that measured, once one has
	read  map[string]json.RawMessage
	again bool // nothing is read that is not kept
	lacks bool // something was asked for that the version does not keep
}

func newMoment() *moment { return &moment{read: map[string]json.RawMessage{}} }

// readOnce gives what a ledger says: as the data version keeps it, or as it is now,
// and then it is kept. Both pass through the same text, so that a document composed
// again cannot differ by what was rounded or left out on the way.
func readOnce[T any](m *moment, name string, read func() (T, error)) (out T, err error) {
	text, ok := m.read[name]
	if !ok {
		if m.again {
			m.lacks = true
			return out, fmt.Errorf("the data version has no %s: %w", name, fault.NotFound)
		}
		now, err := read()
		if err != nil {
			return out, err
		}
		if text, err = json.Marshal(now); err != nil {
			return out, fmt.Errorf("%s for a data version: %w", name, err)
		}
		m.read[name] = text
	}
	if err := json.Unmarshal(text, &out); err != nil {
		return out, fmt.Errorf("%s of a data version: %w", name, err)
	}
	return out, nil
}

// ledger names a version of what ledgers said: the same name is the same figures.
func (m *moment) ledger(names ...string) string {
	sum := sha256.New()
	for _, n := range names {
		fmt.Fprintf(sum, "%s\x00%s\x00", n, m.read[n])
	}
	return "台账 " + hex.EncodeToString(sum.Sum(nil)[:6])
}

// DataVersion is by what a document was composed: it is enough to compose it again.
type DataVersion struct {
	Pack   string                     `json:"pack"`   // ref of the pack that measured; empty where none did
	Packs  string                     `json:"packs"`  // hashes of all packs
	Engine string                     `json:"engine"` // version of the program
	Seqs   map[string]int64           `json:"seqs"`   // where each shard stood
	Read   map[string]json.RawMessage `json:"read"`   // what ledgers said, by name
	Sum    string                     `json:"sum"`    // over all of these
}

// sum is the hash that a data version goes by.
func (v DataVersion) sum() (string, error) {
	v.Sum = ""
	text, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("data version: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// version is the data version of what was composed at a moment.
func (g *Gallery) version(m *moment, snap *store.Snapshot) (DataVersion, error) {
	v := DataVersion{Pack: m.pack, Packs: g.city.hashes(), Engine: Engine, Seqs: snap.Seqs, Read: m.read}
	var err error
	v.Sum, err = v.sum()
	return v, err
}

// moment is the one that a data version keeps. One that does not come to its own
// hash was changed behind our back, and nothing is composed of it.
func (v DataVersion) moment(id string) (*moment, error) {
	sum, err := v.sum()
	if err != nil {
		return nil, err
	}
	if sum != v.Sum {
		return nil, fmt.Errorf("the data version of document %s has been changed: %w", id, fault.Conflict)
	}
	return &moment{snap: &store.Snapshot{ID: id, Pack: v.Packs, Engine: v.Engine, Seqs: v.Seqs}, pack: v.Pack, read: v.Read, again: true}, nil
}

// cityRead is what the city is called on its papers.
type cityRead struct {
	Name, Agency, Mark string
}

func (g *Gallery) cityOf(m *moment) (cityRead, error) {
	return readOnce(m, "city", func() (cityRead, error) {
		name := g.city.Name().ZH
		return cityRead{name, name + "教育体育局", g.city.Mark("zh")}, nil
	})
}

// Named says which ledgers a data version holds, for its page.
func (v DataVersion) Named() (out []gallery.Source) {
	for _, name := range slices.Sorted(maps.Keys(v.Read)) {
		sum := sha256.Sum256(v.Read[name])
		out = append(out, gallery.Source{Name: name, Version: hex.EncodeToString(sum[:6])})
	}
	return out
}
