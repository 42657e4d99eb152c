package storetest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/store"
)

// filled is a value none of whose fields is zero.
func filled[T any](n int64) (out T) {
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		for i := range v.NumField() {
			n++
			switch f := v.Field(i); f.Kind() {
			case reflect.Struct:
				fill(f)
			case reflect.String:
				f.SetString(fmt.Sprint("文字 ", n, ", \"\t\\"))
			case reflect.Bool:
				f.SetBool(true)
			case reflect.Uint8, reflect.Uint16:
				f.SetUint(uint64(n%2 + 1))
			case reflect.Float64:
				f.SetFloat(float64(n) + 0.5)
			default:
				f.SetInt(n)
			}
		}
	}
	fill(reflect.ValueOf(&out).Elem())
	return out
}

func sealedPerson(id register.PersonID, kind store.PersonKind) *store.Person {
	b := []byte(id)
	return &store.Person{ID: id, Kind: kind, Key: 1, Sealed: append([]byte{0, 255, '\\'}, b...), Citizen: append([]byte("c"), b...), Student: append([]byte("s"), b...), Coarse: append([]byte("n"), b...), Digest: append([]byte("d"), b...)}
}

// registerRuns: what an import wrote is there as it was once the import is done, all
// fields of it and found by its hashes, and nothing before; a later import's rows
// stand in for those they replace, and what is dropped was never there. A server gets
// rows by COPY, a file by statements: what is read is the same.
func registerRuns(t *testing.T, dsn string) {
	s, ctx := open(t, dsn), context.Background()
	retentionTree(t, s)
	var rows []store.RunRow
	want := map[register.PersonID]register.Child{}
	for n := range 300 {
		c := filled[register.Child](int64(n))
		c.Person, c.Year, c.Grade, c.School, c.Home = register.PersonID(fmt.Sprintf("p%05d", n)), 2024, 1+n%9, edu.UnitID(fmt.Sprint("s", 1+n%3)), "town"
		rows = append(rows, store.RunRow{Child: &c, ID: c.Person, Person: sealedPerson(c.Person, store.AChild)})
		want[c.Person] = c
	}
	begin := func(kind store.PersonKind, hash string) store.Run {
		t.Helper()
		r, err := s.BeginRun(ctx, all, store.Run{Kind: kind, Year: 2024, Hash: hash, Began: noon})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	write := func(r *store.Run, rows ...store.RunRow) {
		t.Helper()
		if err := s.WriteRun(ctx, all, r, rows, noon); err != nil {
			t.Fatal(err)
		}
	}
	read := func() map[register.PersonID]register.Child {
		t.Helper()
		got := map[register.PersonID]register.Child{}
		if err := s.EachChild(ctx, all, 2024, register.Register, func(r store.ChildRow) error {
			if p := sealedPerson(r.Person, store.AChild); string(p.Sealed) != string(r.Sealed) && r.Sealed[0] != 7 {
				return fmt.Errorf("%s: sealed %q", r.Person, r.Sealed)
			}
			got[r.Person] = r.Child
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return got
	}
	found := func(value string, want int) {
		t.Helper()
		if f, err := s.FindPersons(ctx, all, []store.Matched{{Key: 1, Value: []byte(value)}}); err != nil || len(f) != want {
			t.Errorf("%s: found %v, %v; want %d", value, f, err, want)
		}
	}
	finish := func(r *store.Run) {
		t.Helper()
		if err := s.FinishRun(ctx, all, r, noon, nil); err != nil {
			t.Fatal(err)
		}
	}
	r := begin(store.AChild, "a")
	write(&r, rows[:200]...)
	stale := r
	stale.Chunks = 0
	if err := s.WriteRun(ctx, all, &stale, rows[200:], noon); !errors.Is(err, fault.Conflict) {
		t.Errorf("a part that was written by another program: %v", err)
	}
	write(&r, rows[200:]...)
	if n := len(read()); n != 0 {
		t.Errorf("%d rows of an import that is not done", n)
	}
	found("cp00007", 0)
	finish(&r)
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Error(diff)
	}
	found("cp00007", 1)
	found("np00299", 1)

	// A row moves to another county, who somebody is changes, a row ends.
	next := begin(store.AChild, "b")
	moved := want["p00000"]
	moved.School, moved.Left = "s3", 0
	other := sealedPerson("p00001", store.AChild)
	other.Sealed, other.Citizen = []byte{7, 7}, []byte("new")
	write(&next, store.RunRow{Child: &moved, ID: moved.Person, PersonShard: shardOf(t, s, "s1"), Replaces: shardOf(t, s, "s1")},
		store.RunRow{ID: "p00001", Person: other, PersonShard: shardOf(t, s, "s2")},
		store.RunRow{ID: "p00002", PersonShard: shardOf(t, s, "s3"), Replaces: shardOf(t, s, "s3")})
	dropped := next
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Errorf("before the second import is done: %s", diff)
	}
	rec := audit.Record{At: noon, Account: "x", Action: "register.import.drop"}
	if err := s.DropRun(ctx, all, &dropped, store.RunDropped, noon, rec); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Errorf("after it was dropped: %s", diff)
	}
	if err := s.DropRun(ctx, all, &dropped, store.RunDropped, noon, rec); !errors.Is(err, fault.Conflict) {
		t.Errorf("dropped twice: %v", err)
	}
	if _, n, err := s.Audit(ctx, all, audit.Filter{Action: rec.Action, Limit: 1}); err != nil || n != 1 {
		t.Errorf("the log has %d lines of it, %v; want that of who took it", n, err)
	}
	// Taken from who carries it out, an import is neither written nor finished by it.
	silent := begin(store.AChild, "b")
	write(&silent, store.RunRow{ID: "p00002", PersonShard: shardOf(t, s, "s3"), Replaces: shardOf(t, s, "s3")})
	if gone, err := s.DropSilent(ctx, all, store.AStaff, noon.Add(store.RunSilent), store.RunSilent, rec); gone || err != nil {
		t.Errorf("an import of pupils in the way of staff: %t, %v", gone, err)
	}
	if gone, err := s.DropSilent(ctx, all, 0, noon.Add(store.RunSilent-time.Second), store.RunSilent, rec); gone || err != nil {
		t.Errorf("dropped before it was silent: %t, %v", gone, err)
	}
	if gone, err := s.DropSilent(ctx, all, store.AChild, noon.Add(store.RunSilent), store.RunSilent, rec); !gone || err != nil {
		t.Errorf("silent: %t, %v", gone, err)
	}
	for does, err := range map[string]error{"written": s.WriteRun(ctx, all, &silent, rows[:1], noon), "finished": s.FinishRun(ctx, all, &silent, noon, nil), "dropped": s.DropRun(ctx, all, &silent, store.RunDropped, noon)} {
		if !errors.Is(err, fault.Conflict) {
			t.Errorf("%s after it gave way: %v", does, err)
		}
	}
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Errorf("after it gave way: %s", diff)
	}
	next = begin(store.AChild, "b")
	write(&next, store.RunRow{Child: &moved, ID: moved.Person, PersonShard: shardOf(t, s, "s1"), Replaces: shardOf(t, s, "s1")},
		store.RunRow{ID: "p00001", Person: other, PersonShard: shardOf(t, s, "s2")},
		store.RunRow{ID: "p00002", PersonShard: shardOf(t, s, "s3"), Replaces: shardOf(t, s, "s3")})
	finish(&next)
	if err := s.DropRun(ctx, all, &next, store.RunDropped, noon); !errors.Is(err, fault.Conflict) {
		t.Errorf("dropped after it was done: %v", err)
	}
	want["p00000"] = moved
	delete(want, "p00002")
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Error(diff)
	}
	found("cp00001", 0)
	found("new", 1)

	// New keys: everybody once, by both keys until the end.
	again := func(p store.Person) (store.Person, error) {
		p.Key, p.Citizen, p.Digest = 2, []byte("2"+p.ID), []byte("2")
		return p, nil
	}
	if err := s.Reseal(ctx, all, 2, again, nil); err != nil {
		t.Fatal(err)
	}
	if by, err := s.SealedBy(ctx, all); err != nil || by[2] != 300 || by[1] != 0 {
		t.Errorf("sealed by %v, %v", by, err)
	}
	found("new", 0)
	if f, err := s.FindPersons(ctx, all, []store.Matched{{Key: 2, Value: []byte("2p00001")}}); err != nil || len(f) != 1 {
		t.Errorf("by the new key: %v, %v", f, err)
	}

	// Staff, by the same way.
	m := filled[register.Staff](5)
	m.Person, m.Year, m.Unit = "t1", 2024, "s1"
	staff := begin(store.AStaff, "c")
	write(&staff, store.RunRow{Staff: &m, ID: m.Person, Person: sealedPerson(m.Person, store.AStaff)})
	finish(&staff)
	if got, err := s.Staff(ctx, all, "t1"); err != nil || !cmp.Equal(got.Staff, m) {
		t.Errorf("%v\n%s", err, cmp.Diff(m, got.Staff))
	}
}

// shardOf is where rows of a unit are kept: the county of the test's tree.
func shardOf(t *testing.T, s *store.Store, unit edu.UnitID) (shard string) {
	t.Helper()
	if err := s.Known(context.Background(), all, store.Run{No: 1 << 20, Kind: store.AChild, Year: 2024}, func(store.KnownPerson) {}, func(_ register.PersonID, in string, of edu.UnitID, _ int64, _ bool) {
		if of == unit {
			shard = in
		}
	}); err != nil {
		t.Fatal(err)
	}
	return shard
}

// registerDigests: each field of a row changes its digest, so that a file read again
// writes what differs.
func registerDigests(t *testing.T, _ string) {
	base := filled[register.Child](0)
	digest := func(c register.Child) int64 {
		d, err := store.RowDigest(&store.RunRow{Child: &c})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	var each func(v reflect.Value)
	c := base
	each = func(v reflect.Value) {
		for i := range v.NumField() {
			f := v.Field(i)
			if f.Kind() == reflect.Struct {
				each(f)
				continue
			}
			was := reflect.ValueOf(f.Interface())
			if f.SetZero(); digest(c) == digest(base) {
				t.Errorf("%s does not count", v.Type().Field(i).Name)
			}
			f.Set(was)
		}
	}
	each(reflect.ValueOf(&c).Elem())
}
