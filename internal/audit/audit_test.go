package audit

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// chains makes chains as a store would, and their heads.
func chains(lengths map[string]int) (rs []Record, heads []Head) {
	var shards []string
	for s := range lengths {
		shards = append(shards, s)
	}
	slices.Sort(shards)
	for _, s := range shards {
		h := Head{Shard: s}
		for i := range lengths[s] {
			r := Record{At: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC), Account: fmt.Sprint("a", i%3), Action: SignIn, Object: fmt.Sprint("o", i), Unit: edu.UnitID(s)}
			r.After(h)
			h = Head{s, r.No, r.Hash}
			rs = append(rs, r)
		}
		heads = append(heads, h)
	}
	return rs, heads
}

func verify(rs []Record, kept []Head, noted ...Head) []Problem {
	v := NewVerifier(append(slices.Clone(kept), noted...)...)
	for _, r := range rs {
		v.Add(r)
	}
	return v.Finish(kept)
}

func TestVerify(t *testing.T) {
	at := func(rs []Record, shard string, no int64) int {
		return slices.IndexFunc(rs, func(r Record) bool { return r.Shard == shard && r.No == no })
	}
	for _, tt := range []struct {
		name string
		harm func(rs []Record, heads []Head) ([]Record, []Head)
		want string // what one of the problems says; empty for none
	}{
		{"an untouched log is whole", func(rs []Record, h []Head) ([]Record, []Head) { return rs, h }, ""},
		{"a changed row is named", func(rs []Record, h []Head) ([]Record, []Head) {
			rs[at(rs, "b", 3)].Object = "other"
			return rs, h
		}, "chain b, row 3: was changed"},
		{"a row changed with its hash breaks the next", func(rs []Record, h []Head) ([]Record, []Head) {
			r := &rs[at(rs, "b", 3)]
			r.Account = "somebody"
			r.Hash = r.Sum()
			return rs, h
		}, "chain b, row 4: does not follow row 3"},
		{"a deleted row is named", func(rs []Record, h []Head) ([]Record, []Head) {
			i := at(rs, "a", 2)
			return slices.Delete(rs, i, i+1), h
		}, "chain a, row 2: missing"},
		{"deleted rows are named together", func(rs []Record, h []Head) ([]Record, []Head) {
			i := at(rs, "a", 2)
			return slices.Delete(rs, i, i+2), h
		}, "chain a, row 2: missing (rows 2 to 3)"},
		{"rows that changed places are named", func(rs []Record, h []Head) ([]Record, []Head) {
			i, j := at(rs, "b", 2), at(rs, "b", 4)
			rs[i], rs[j] = rs[j], rs[i]
			rs[i].No, rs[j].No = 2, 4
			return rs, h
		}, "chain b, row 2: was row 4: reordered"},
		{"a later row under the number of a deleted one", func(rs []Record, h []Head) ([]Record, []Head) {
			i := at(rs, "b", 2)
			rs[i] = rs[i+1]
			rs[i].No = 2
			return slices.Delete(rs, i+1, i+2), h
		}, "chain b, row 2: was row 3: reordered"},
		{"a row twice", func(rs []Record, h []Head) ([]Record, []Head) {
			return slices.Insert(rs, 1, rs[0]), h
		}, "out of order, or twice"},
		{"the end cut off", func(rs []Record, h []Head) ([]Record, []Head) {
			i := at(rs, "a", 5)
			return slices.Delete(rs, i, i+1), h
		}, "chain a, row 5: missing: the end of the chain was cut off"},
		{"a whole chain gone", func(rs []Record, h []Head) ([]Record, []Head) {
			return slices.DeleteFunc(rs, func(r Record) bool { return r.Shard == "a" }), h
		}, "chain a, row 1: missing (rows 1 to 5)"},
		{"a row added behind the head", func(rs []Record, h []Head) ([]Record, []Head) {
			r := Record{Action: SignIn}
			r.After(h[1])
			return append(rs, r), h
		}, "chain b, row 6: stands behind"},
		{"a chain without a head", func(rs []Record, h []Head) ([]Record, []Head) { return rs, h[:1] }, "chain b, row 5: the chain has no head"},
		{"a row moved to another chain", func(rs []Record, h []Head) ([]Record, []Head) {
			rs[at(rs, "a", 5)].Shard = "b"
			return rs, h
		}, "chain a, row 5: missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rs, heads := chains(map[string]int{"a": 5, "b": 5})
			rs, heads = tt.harm(rs, heads)
			got := verify(rs, heads)
			if tt.want == "" {
				if len(got) > 0 {
					t.Errorf("problems of a whole log: %v", got)
				}
				return
			}
			if !slices.ContainsFunc(got, func(p Problem) bool { return strings.Contains(p.String(), tt.want) }) {
				t.Errorf("want a problem that says %q, got %v", tt.want, got)
			}
		})
	}
}

// Whoever can write to the database can make a chain anew, head and all. Only a
// head that was noted elsewhere shows that.
func TestNotedHead(t *testing.T) {
	rs, heads := chains(map[string]int{"a": 5})
	noted := heads[0]
	var forged []Record
	h := Head{Shard: "a"}
	for i, r := range rs {
		if i == 2 {
			r.Account = "nobody"
		}
		r.After(h)
		h = Head{"a", r.No, r.Hash}
		forged = append(forged, r)
	}
	anew := []Head{h}
	if got := verify(forged, anew); len(got) != 0 {
		t.Fatalf("a chain made anew is whole in itself: %v", got)
	}
	if got := verify(forged, anew, noted); len(got) != 1 || got[0].No != 5 || !strings.Contains(got[0].String(), "noted") {
		t.Errorf("against a noted head: %v", got)
	}
	// Cut off with its head.
	cut := []Head{{"a", 4, rs[3].Hash}}
	if got := verify(rs[:4], cut, noted); len(got) != 1 || !strings.Contains(got[0].String(), "cut off") {
		t.Errorf("cut off with its head: %v", got)
	}
	// An older head still holds when the chain has grown.
	if got := verify(rs, heads, Head{"a", 3, rs[2].Hash}); len(got) != 0 {
		t.Errorf("an older head: %v", got)
	}
}

// Any one edit, deletion, repetition or swap anywhere is found, and the row
// that is named is the one, or the one after it.
func TestAnyHarmIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rs, heads := chains(map[string]int{"a": rapid.IntRange(1, 8).Draw(t, "a"), "b": rapid.IntRange(1, 8).Draw(t, "b")})
		i := rapid.IntRange(0, len(rs)-1).Draw(t, "row")
		at := rs[i]
		text := rapid.StringN(1, 5, 20).Draw(t, "text")
		switch rapid.SampledFrom([]string{"edit", "edit with hash", "delete", "repeat", "swap"}).Draw(t, "harm") {
		case "edit":
			field := rapid.SampledFrom([]func(*Record){
				func(r *Record) { r.Account += text }, func(r *Record) { r.Object += text }, func(r *Record) { r.Detail += text },
				func(r *Record) { r.Remote += text }, func(r *Record) { r.Role += text }, func(r *Record) { r.Action += "x" }, func(r *Record) { r.Unit += "x" },
				func(r *Record) { r.At = r.At.Add(time.Millisecond) }, func(r *Record) { r.Prev += "0" }, func(r *Record) { r.Hash = strings.Repeat("0", 64) },
			}).Draw(t, "field")
			field(&rs[i])
		case "edit with hash":
			rs[i].Detail += text
			rs[i].Hash = rs[i].Sum()
		case "delete":
			rs = slices.Delete(rs, i, i+1)
		case "repeat":
			rs = slices.Insert(rs, i, rs[i])
		case "swap":
			j := rapid.IntRange(0, len(rs)-1).Draw(t, "other")
			if rs[i].Shard != rs[j].Shard || i == j {
				t.Skip("nothing changes places")
			}
			rs[i], rs[j] = rs[j], rs[i]
			rs[i].No, rs[j].No = rs[j].No, rs[i].No
		}
		got := verify(rs, heads)
		if !slices.ContainsFunc(got, func(p Problem) bool { return p.Shard == at.Shard && (p.No == at.No || p.No == at.No+1) }) {
			t.Fatalf("row %d of %s was harmed; found %v", at.No, at.Shard, got)
		}
	})
}

// Two records that differ anywhere never have the same text to be hashed.
func TestFieldsDoNotRun(t *testing.T) {
	a := Record{Shard: "s", No: 1, Account: "ab", Role: "c"}
	b := Record{Shard: "s", No: 1, Account: "a", Role: "bc"}
	if a.Sum() == b.Sum() {
		t.Error("a text passed from one field into the next")
	}
	// The encoding is fixed: old logs must verify for ever.
	if got, want := a.Sum(), "61aa20ad90ff341bf57b919c40132a73"; !strings.HasPrefix(got, want) {
		t.Errorf("the hash of a fixed record is %s, was %s…", got, want)
	}
}

func TestHeadsRoundTrip(t *testing.T) {
	_, heads := chains(map[string]int{"county-990101": 3, "a b": 2})
	var b bytes.Buffer
	if err := WriteHeads(&b, heads); err != nil {
		t.Fatal(err)
	}
	got, err := ReadHeads(&b)
	if err != nil || !slices.Equal(got, heads) {
		t.Errorf("%v, %v; want %v", got, err, heads)
	}
}

func FuzzReadHeads(f *testing.F) {
	f.Add("# x\n3 " + strings.Repeat("0a", 32) + " county 1\n")
	f.Add("0 x y")
	f.Fuzz(func(t *testing.T, s string) {
		heads, err := ReadHeads(strings.NewReader(s))
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := WriteHeads(&b, heads); err != nil {
			t.Fatal(err)
		}
		again, err := ReadHeads(&b)
		if err != nil || !slices.Equal(heads, again) {
			t.Fatalf("%v, %v; want %v", again, err, heads)
		}
	})
}
