package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"shuren/internal/audit"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Matched is a keyed hash of a number with the key that made it.
type Matched struct {
	Key   uint32
	Value []byte
}

// Found is a record that a number belongs to.
type Found struct {
	Person register.PersonID
	Kind   PersonKind
}

// FindPersons gives the records to which one of some hashes belongs, wherever in the
// tree they are: what may be told of them is the caller's to decide. Scope is only
// asked whether it sees anything.
func (s *Store) FindPersons(ctx context.Context, sc Scope, values []Matched) ([]Found, error) {
	const what = "find a person"
	if !sc.sees() {
		return nil, nil
	}
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, err
	}
	out, err := findPersons(ctx, s.r, v, values)
	return out, s.wrap(what, err)
}

func findPersons(ctx context.Context, q querier, v *view, values []Matched) (out []Found, err error) {
	for _, m := range values {
		if len(m.Value) == 0 {
			continue
		}
		var w where
		w.add(w.in("m.shard", v.shards()))
		w.add(`m.key_id = ` + w.arg(int64(m.Key)))
		w.add(`m.value = ` + w.arg(m.Value))
		err := each(ctx, q, `SELECT p.id, p.kind FROM person_matches m JOIN persons p ON p.shard = m.shard AND p.id = m.person AND `+counts("p")+w.String()+` ORDER BY p.id`, w.args, func(rows *sql.Rows) error {
			var f Found
			err := rows.Scan(&f.Person, &f.Kind)
			if !slices.Contains(out, f) {
				out = append(out, f)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Kept says who a row that is kept is about.
type Kept struct {
	// Person is who it is, sealed anew; nil leaves the identity as it is.
	Person *Person
	// Taken are hashes that must not belong to anybody else, by every key.
	Taken []Matched
	// New makes a new record; otherwise there must be one.
	New bool
	// Name is what who keeps it is called in the history of the row.
	Name string
}

// KeepChild keeps one child's row of a year and, where given, who it is. A child of
// another part of the tree is not found.
func (s *Store) KeepChild(ctx context.Context, sc Scope, list register.List, c register.Child, k Kept, recs ...audit.Record) error {
	const what = "keep a child"
	unit := cmp.Or(c.School, c.Home)
	return s.keepPerson(ctx, sc, what, AChild, c.Person, unit, c.Year, k, recs, func(tx *sql.Tx, v *view, shard, personShard string) (done register.Correction, err error) {
		old, err := childRows(ctx, tx, v, c.Person)
		if err != nil {
			return done, err
		}
		done.New = true
		for _, o := range old {
			if o.Year != c.Year || o.list != string(list) {
				continue
			}
			if !sc.holds(v.tree, cmp.Or(o.School, o.Home), lastDay) {
				return done, fmt.Errorf("child %s: %w", c.Person, fault.NotFound)
			}
			done.New, done.Changes = false, register.ChildChanges(&o.Child, &c)
			if _, err := tx.ExecContext(ctx, `DELETE FROM children WHERE shard = $1 AND year = $2 AND list = $3 AND person = $4 AND from_run <= `+horizon,
				o.shard, c.Year, o.list, string(c.Person)); err != nil {
				return done, err
			}
		}
		return done, insertChild(ctx, tx, shard, personShard, list, c)
	}, func(tx *sql.Tx, v *view) ([]edu.UnitID, error) {
		rows, err := childRows(ctx, tx, v, c.Person)
		var units []edu.UnitID
		for _, r := range rows {
			units = append(units, cmp.Or(r.School, r.Home))
		}
		return units, err
	})
}

// KeepStaff keeps one member of staff's row of a year, as KeepChild does.
func (s *Store) KeepStaff(ctx context.Context, sc Scope, m register.Staff, k Kept, recs ...audit.Record) error {
	const what = "keep a member of staff"
	return s.keepPerson(ctx, sc, what, AStaff, m.Person, m.Unit, m.Year, k, recs, func(tx *sql.Tx, v *view, shard, personShard string) (done register.Correction, err error) {
		old, err := staffRows(ctx, tx, v, m.Person)
		if err != nil {
			return done, err
		}
		done.New = true
		for _, o := range old {
			if o.Year != m.Year {
				continue
			}
			if !sc.holds(v.tree, o.Unit, lastDay) {
				return done, fmt.Errorf("member of staff %s: %w", m.Person, fault.NotFound)
			}
			done.New, done.Changes = false, register.StaffChanges(&o.Staff, &m)
			if _, err := tx.ExecContext(ctx, `DELETE FROM staff WHERE shard = $1 AND year = $2 AND person = $3 AND from_run <= `+horizon,
				o.shard, m.Year, string(m.Person)); err != nil {
				return done, err
			}
		}
		return done, insertStaff(ctx, tx, shard, personShard, m)
	}, func(tx *sql.Tx, v *view) ([]edu.UnitID, error) {
		rows, err := staffRows(ctx, tx, v, m.Person)
		var units []edu.UnitID
		for _, r := range rows {
			units = append(units, r.Unit)
		}
		return units, err
	})
}

// keepPerson is what keeping a row of either register has in common: the scope, the
// person, the numbers that nobody else may have.
func (s *Store) keepPerson(ctx context.Context, sc Scope, what string, kind PersonKind, id register.PersonID, unit edu.UnitID, year int, k Kept, recs []audit.Record,
	put func(tx *sql.Tx, v *view, shard, personShard string) (register.Correction, error), before func(*sql.Tx, *view) ([]edu.UnitID, error)) error {
	if err := sc.mayWrite(what); err != nil {
		return err
	}
	return s.audited(ctx, what, recs, func(tx *sql.Tx, st *state) error {
		v, err := st.view()
		if err != nil {
			return err
		}
		if !sc.holds(v.tree, unit, lastDay) {
			return fmt.Errorf("unit %s: %w", unit, fault.NotFound)
		}
		shard := v.shard[unit]
		old, personShard, err := personOf(ctx, tx, v, id)
		if err != nil {
			return err
		}
		units, err := before(tx, v)
		if err != nil {
			return err
		}
		switch known := len(units) > 0; {
		case known == k.New, known && !slices.ContainsFunc(units, func(u edu.UnitID) bool { return sc.holds(v.tree, u, lastDay) }):
			return fmt.Errorf("person %s: %w", id, fault.NotFound)
		case personShard == "" && k.Person == nil && k.New:
			return fmt.Errorf("person %s has no identity: %w", id, fault.Invalid)
		}
		found, err := findPersons(ctx, tx, v, k.Taken)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(found, func(f Found) bool { return f.Person != id && f.Kind == kind }) {
			return fmt.Errorf("a number belongs to another record already: %w", fault.Conflict)
		}
		if k.New { // last: who is told of it may drop a silent one and try again
			if err := noRunWrites(ctx, tx, kind); err != nil {
				return err
			}
		}
		personShard = cmp.Or(personShard, shard)
		if k.Person != nil {
			k.Person.ID, k.Person.Kind = id, kind
			if err := putPerson(ctx, tx, personShard, *k.Person, old); err != nil {
				return err
			}
		}
		done, err := put(tx, v, shard, personShard)
		if err != nil {
			return err
		}
		done.Who = k.Person != nil && !k.New && !bytes.Equal(k.Person.Digest, old.Digest)
		if err := noteCorrection(ctx, tx, Corrected{Person: id, Kind: kind, Year: year, Unit: unit, Name: k.Name, Correction: done}, personShard, recs); err != nil {
			return err
		}
		return moveRegister(ctx, tx, kind, atOf(recs))
	})
}

// putPerson writes who somebody is in place of what was there, with its hashes.
func putPerson(ctx context.Context, tx *sql.Tx, shard string, p, old Person) error {
	for _, value := range [][]byte{old.Citizen, old.Student, old.Coarse} {
		if len(value) == 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM person_matches WHERE shard = $1 AND key_id = $2 AND value = $3 AND person = $4`, shard, int64(old.Key), value, string(p.ID)); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM persons WHERE shard = $1 AND id = $2 AND from_run <= `+horizon, shard, string(p.ID)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO persons (shard, id, from_run, until_run, kind, key_id, sealed, citizen, student, coarse, digest)
		VALUES ($1, $2, `+horizon+`, $3, $4, $5, $6, $7, $8, $9, $10)`,
		shard, string(p.ID), forever, int(p.Kind), int64(p.Key), p.Sealed, some(p.Citizen), some(p.Student), some(p.Coarse), some(p.Digest)); err != nil {
		return err
	}
	return eachMatch(p, func(value []byte) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO person_matches (shard, key_id, value, person) VALUES ($1, $2, $3, $4) ON CONFLICT (shard, key_id, value, person) DO NOTHING`, shard, int64(p.Key), value, string(p.ID))
		return err
	})
}

// eachMatch passes the hashes by that a person is found by, each once.
func eachMatch(p Person, do func([]byte) error) error {
	for i, value := range [][]byte{p.Citizen, p.Student, p.Coarse} {
		if len(value) == 0 || i == 1 && bytes.Equal(value, p.Citizen) {
			continue
		}
		if err := do(value); err != nil {
			return err
		}
	}
	return nil
}

// some is a value that no driver takes for NULL.
func some(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func childArgs(shard, personShard string, list register.List, c *register.Child) []any {
	return []any{shard, c.Year, string(list), string(c.Person), personShard, string(cmp.Or(c.School, c.Home)), string(c.School), string(c.Home), string(c.Stage), c.Grade, c.Class,
		int64(c.Born), int(c.Sex), int(c.Groups), bit(c.Boards), string(c.Schooling), c.Proof, c.Approved, int64(c.From), int64(c.Until), c.Case,
		int64(c.Left), c.Leaving, bit(c.Received), moreOf(c.Move), childDigest(c)}
}

// moreOf is what lists do not choose by of a child that left, or whose place has a proof.
func moreOf(m register.Move) string {
	m.Left, m.Leaving, m.Received = 0, "", false
	if m == (register.Move{}) {
		return ""
	}
	b, _ := json.Marshal(m) // numbers and texts only
	return string(b)
}

// childDigest tells whether a row changed: FNV-1a over all that is kept of it.
func childDigest(c *register.Child) int64 {
	h := rowDigest(0xcbf29ce484222325)
	for _, s := range [...]string{string(c.Person), string(c.School), string(c.Home), string(c.Stage), c.Class, string(c.Schooling), c.Proof, c.Approved, c.Case, c.Leaving, c.FromSchool, c.ToSchool, c.ProofKind, c.Approval} {
		h.text(s)
	}
	for _, n := range [...]int64{int64(c.Year), int64(c.Grade), int64(c.Born), int64(c.Sex), int64(c.Groups), bit(c.Boards), int64(c.From), int64(c.Until), int64(c.Left), bit(c.Received), int64(c.Receipt)} {
		h.number(n)
	}
	return int64(h)
}

type rowDigest uint64

func (h *rowDigest) text(s string) {
	x := *h
	for i := range len(s) {
		x = (x ^ rowDigest(s[i])) * 0x100000001b3
	}
	*h = (x ^ 0xff) * 0x100000001b3 // no byte of UTF-8: texts keep apart
}

func (h *rowDigest) number(n int64) {
	x := *h
	for range 8 {
		x, n = (x^rowDigest(n&0xff))*0x100000001b3, n>>8
	}
	*h = x
}

func insertChild(ctx context.Context, tx *sql.Tx, shard, personShard string, list register.List, c register.Child) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO children (shard, year, list, person, from_run, until_run, person_shard, unit, school, home, stage, grade, class, born, sex, marks, boards, schooling, proof, approved, from_day, until_day, case_no, left_day, leaving, received, more, digest)
		VALUES ($1, $2, $3, $4, `+horizon+`, $27, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)`,
		append(childArgs(shard, personShard, list, &c), forever)...)
	return err
}

func staffArgs(shard, personShard string, m *register.Staff) ([]any, error) {
	body, err := packStaff(*m)
	h := fnv.New64a()
	h.Write([]byte(body))
	return []any{shard, m.Year, string(m.Person), personShard, string(m.Unit), m.Category, m.Duty, m.Post, string(m.Stage), m.Subject, m.Backbone,
		bit(m.ClassHead), int64(m.HeadSince), body, int64(h.Sum64())}, err
}

func insertStaff(ctx context.Context, tx *sql.Tx, shard, personShard string, m register.Staff) error {
	args, err := staffArgs(shard, personShard, &m)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO staff (shard, year, person, from_run, until_run, person_shard, unit, category, duty, post, stage, subject, backbone, class_head, head_since, body, digest)
		VALUES ($1, $2, $3, `+horizon+`, $16, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, append(args, forever)...)
	return err
}

// RunState is how far an import of a register is.
type RunState string

// States of a run.
const (
	RunWrites  RunState = "writes"  // its rows are hidden
	RunDone    RunState = "done"    // they count
	RunRefused RunState = "refused" // they are gone, and why is in its problems
	RunDropped RunState = "dropped" // they are gone, since somebody gave it up, or it gave way
)
