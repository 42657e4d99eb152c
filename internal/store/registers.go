package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Person is who somebody is as the database knows it: sealed, with hashes by which
// the same person is found again. The keys are elsewhere.
type Person struct {
	ID      register.PersonID
	Kind    PersonKind
	Key     uint32 // that sealed
	Sealed  []byte
	Citizen []byte // match value of the identity number, empty without one
	Student []byte // of the student number
	Coarse  []byte // of name, day of birth and guardian
	Digest  []byte // keyed hash of all that is sealed: tells whether it changed
}

// PersonKind tells children from staff: a teacher who was a pupil here is two records.
type PersonKind int

// Kinds of person.
const (
	AChild PersonKind = 1
	AStaff PersonKind = 2
)

// ChildRow is a row of a list with the person that it is about, sealed. Sealed is
// empty where the retention period of the identity is over.
type ChildRow struct {
	register.Child
	Sealed []byte
}

// StaffRow is the same of a member of staff.
type StaffRow struct {
	register.Staff
	Sealed []byte
}

// forever is the run up to which a row counts that nothing has replaced.
const forever = math.MaxInt32

// horizon is the run up to which imports count.
const horizon = `(SELECT visible FROM register_state WHERE id = 1)`

// counts is the condition that a row counts now. t is the table's name in the query.
func counts(t string) string {
	return t + `.from_run <= ` + horizon + ` AND ` + t + `.until_run > ` + horizon
}

// part is what a scope and a filter leave of one shard: all of its units, or some.
type registerPart struct {
	shard string
	whole bool
	units []string
}

// registerParts are the shards in which units of the scope lie below a top; an empty
// top is the whole tree.
func registerParts(v *view, sc Scope, tops ...edu.UnitID) []registerPart {
	if !sc.sees() {
		return nil
	}
	all := map[string]int{}
	some := map[string][]string{}
	for _, u := range v.tree.Units() {
		if u.Level == edu.Section {
			continue
		}
		shard := v.shard[u.ID]
		all[shard]++
		in := sc.holds(v.tree, u.ID, lastDay)
		for _, top := range tops {
			in = in && (top == "" || Part(Reader, top).holds(v.tree, u.ID, lastDay))
		}
		if in {
			some[shard] = append(some[shard], string(u.ID))
		}
	}
	var out []registerPart
	for shard, units := range some {
		p := registerPart{shard: shard, units: units, whole: len(units) == all[shard]}
		slices.Sort(p.units)
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b registerPart) int { return cmp.Compare(a.shard, b.shard) })
	return out
}

func (p *registerPart) narrow(w *where) {
	w.add(`c.shard = ` + w.arg(p.shard))
	if !p.whole {
		w.add(w.in("c.unit", p.units))
	}
}

const childColumns = `c.person, c.year, c.school, c.home, c.stage, c.grade, c.class, c.born, c.sex, c.marks, c.boards, c.schooling, c.proof, c.approved, c.from_day, c.until_day, c.case_no, c.left_day, c.leaving, c.received, c.more`

const joinPerson = ` LEFT JOIN persons p ON p.shard = c.person_shard AND p.id = c.person AND `

func scanChild(rows interface{ Scan(...any) error }, also ...any) (r ChildRow, err error) {
	var boards, received int
	var more string
	err = rows.Scan(append([]any{&r.Person, &r.Year, &r.School, &r.Home, &r.Stage, &r.Grade, &r.Class, &r.Born, &r.Sex, &r.Groups, &boards, &r.Schooling,
		&r.Proof, &r.Approved, &r.From, &r.Until, &r.Case, &r.Left, &r.Leaving, &received, &more, &r.Sealed}, also...)...)
	if err == nil && more != "" {
		err = json.Unmarshal([]byte(more), &r.Move)
	}
	r.Boards, r.Received = boards != 0, received != 0
	return r, err
}

// pageOf runs a list over the shards of a scope one after the other: each is counted
// by itself, and read only where the page has rows of it.
func (s *Store) pageOf(ctx context.Context, parts []registerPart, page, size int, narrow func(*where), from, columns, order string, take func(*sql.Rows) error) (total int, err error) {
	if size == 0 {
		size = 50
	}
	skip := (max(page, 1) - 1) * size
	for _, p := range parts {
		var w where
		p.narrow(&w)
		narrow(&w)
		n := 0
		if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM `+from+` c`+w.String(), w.args...).Scan(&n); err != nil {
			return 0, err
		}
		first := total
		total += n
		limit := ``
		if size > 0 {
			begin, end := max(skip, first), min(skip+size, total)
			if begin >= end {
				continue
			}
			limit = ` LIMIT ` + w.arg(end-begin) + ` OFFSET ` + w.arg(begin-first)
		}
		// The rows of the page are found first: only theirs is read whole.
		query := `SELECT ` + columns + `, coalesce(p.sealed, $` + fmt.Sprint(len(w.args)+1) + `) FROM (SELECT c.* FROM ` + from + ` c` + w.String() + order + limit + `) c` + joinPerson + counts("p") + order
		w.args = append(w.args, []byte{})
		if err := each(ctx, s.r, query, w.args, take); err != nil {
			return 0, err
		}
	}
	return total, nil
}

// Children gives a page of a list, ordered by school, grade and class, and how many
// there are in all.
func (s *Store) Children(ctx context.Context, sc Scope, f register.ChildFilter) (list []ChildRow, total int, err error) {
	const what = "list children"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, 0, err
	}
	if f.Year == 0 {
		if f.Year, err = s.newestYear(ctx, "children", ` AND list = $1`, string(f.List)); err != nil {
			return nil, 0, s.wrap(what, err)
		}
	}
	total, err = s.pageOf(ctx, registerParts(v, sc, f.School, f.County), f.Page, f.Size, func(w *where) {
		w.add(`c.year = ` + w.arg(f.Year))
		w.add(`c.list = ` + w.arg(string(f.List)))
		for _, c := range []struct {
			column, value string
		}{{"stage", string(f.Stage)}, {"class", f.Class}, {"schooling", string(f.Schooling)}} {
			if c.value != "" {
				w.add(`c.` + c.column + ` = ` + w.arg(c.value))
			}
		}
		if f.Grade != 0 {
			w.add(`c.grade = ` + w.arg(f.Grade))
		}
		if f.Boards {
			w.add(`c.boards = 1`)
		}
		if f.Left || f.Awaited {
			w.add(`c.left_day <> 0`)
		}
		if f.Due != 0 {
			w.add(w.in("c.schooling", []string{string(register.Deferred), string(register.Exempted), string(register.OnLeave)}))
			w.add(`c.until_day > 0`)
			w.add(`c.until_day < ` + w.arg(int64(f.Due)))
		}
		if f.Awaited {
			w.add(`c.received = 0`)
			w.add(`c.leaving NOT IN ('` + register.Graduation + `', '` + register.Death + `')`)
		}
		if f.Groups != 0 {
			w.add(`(c.marks & ` + w.arg(int(f.Groups)) + `) = ` + w.arg(int(f.Groups)))
		}
		w.add(counts("c"))
	}, "children", childColumns, ` ORDER BY c.unit, c.grade, c.class, c.person`, func(rows *sql.Rows) error {
		r, err := scanChild(rows)
		list = append(list, r)
		return err
	})
	return list, total, s.wrap(what, err)
}

// newestYear is the newest school year of which a table has rows; 0 without any.
func (s *Store) newestYear(ctx context.Context, table, also string, args ...any) (int, error) {
	var year sql.NullInt64
	err := s.r.QueryRowContext(ctx, `SELECT max(year) FROM `+table+` c WHERE `+counts("c")+also, args...).Scan(&year)
	return int(year.Int64), err
}

// Child is the newest row of a child on the schools' register, or on any other list
// where it has none there. What lies outside the scope is not found.
func (s *Store) Child(ctx context.Context, sc Scope, id register.PersonID) (ChildRow, error) {
	const what = "read a child"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return ChildRow{}, err
	}
	rows, err := childRows(ctx, s.r, v, id)
	if err != nil {
		return ChildRow{}, s.wrap(what, err)
	}
	for _, r := range rows {
		if sc.holds(v.tree, cmp.Or(r.School, r.Home), lastDay) {
			for _, other := range rows { // a case has one number, whichever list told it
				r.Case = cmp.Or(r.Case, other.Case)
			}
			return r.ChildRow, nil
		}
	}
	return ChildRow{}, fmt.Errorf("child %s: %w", id, fault.NotFound)
}

// keptChild is a row with where it is kept.
type keptChild struct {
	ChildRow
	shard, list string
}

// childRows are all rows that count of a child: the register's before others, the
// newest year first.
func childRows(ctx context.Context, q querier, v *view, id register.PersonID) (out []keptChild, err error) {
	var w where
	w.add(w.in("c.shard", v.shards()))
	w.add(`c.person = ` + w.arg(string(id)))
	w.add(counts("c"))
	err = each(ctx, q, `SELECT `+childColumns+`, coalesce(p.sealed, $`+fmt.Sprint(len(w.args)+1)+`), c.shard, c.list FROM children c`+joinPerson+counts("p")+w.String()+
		` ORDER BY c.list, c.year DESC, c.shard`, append(w.args, []byte{}), func(rows *sql.Rows) error {
		var k keptChild
		var err error
		k.ChildRow, err = scanChild(rows, &k.shard, &k.list)
		out = append(out, k)
		return err
	})
	return out, err
}

// shards are the shards of all units, in order.
func (v *view) shards() []string {
	seen := map[string]bool{}
	var out []string
	for _, shard := range v.shard {
		if !seen[shard] {
			seen[shard] = true
			out = append(out, shard)
		}
	}
	slices.Sort(out)
	return out
}

const staffColumns = `c.person, c.year, c.body`

// staffBody is what is JSON of a row: all of it, but for what JSON cannot hold.
type staffBody struct {
	register.Staff
	Training *float64
}

func packStaff(m register.Staff) (string, error) {
	b := staffBody{Staff: m}
	if !math.IsNaN(m.Training) {
		b.Training = &m.Training
	}
	b.Staff.Training = 0
	body, err := json.Marshal(b)
	return string(body), err
}

func unpackStaff(body string) (register.Staff, error) {
	var b staffBody
	err := json.Unmarshal([]byte(body), &b)
	b.Staff.Training = math.NaN()
	if b.Training != nil {
		b.Staff.Training = *b.Training
	}
	return b.Staff, err
}

func scanStaff(rows interface{ Scan(...any) error }, more ...any) (r StaffRow, err error) {
	var body, id string
	var year int
	if err = rows.Scan(append([]any{&id, &year, &body, &r.Sealed}, more...)...); err != nil {
		return r, err
	}
	r.Staff, err = unpackStaff(body)
	r.Person, r.Year = register.PersonID(id), year
	return r, err
}

// StaffList gives a page of the staff, ordered by unit, and how many there are.
func (s *Store) StaffList(ctx context.Context, sc Scope, f register.StaffFilter) (list []StaffRow, total int, err error) {
	const what = "list staff"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return nil, 0, err
	}
	if f.Year == 0 {
		if f.Year, err = s.newestYear(ctx, "staff", ``); err != nil {
			return nil, 0, s.wrap(what, err)
		}
	}
	total, err = s.pageOf(ctx, registerParts(v, sc, f.School, f.County), f.Page, f.Size, func(w *where) {
		w.add(`c.year = ` + w.arg(f.Year))
		for _, c := range []struct {
			column, value string
		}{{"category", f.Category}, {"duty", f.Duty}, {"post", f.Post}, {"stage", string(f.Stage)}, {"subject", f.Subject}, {"backbone", f.Backbone}} {
			if c.value != "" {
				w.add(`c.` + c.column + ` = ` + w.arg(c.value))
			}
		}
		if f.Classes {
			w.add(`c.class_head = 1`)
		}
		if f.Heads {
			w.add(`c.head_since <> 0`)
		}
		w.add(counts("c"))
	}, "staff", staffColumns, ` ORDER BY c.unit, c.person`, func(rows *sql.Rows) error {
		r, err := scanStaff(rows)
		list = append(list, r)
		return err
	})
	return list, total, s.wrap(what, err)
}

// Staff is the newest row of a member of staff. What lies outside the scope is not
// found.
func (s *Store) Staff(ctx context.Context, sc Scope, id register.PersonID) (StaffRow, error) {
	const what = "read a member of staff"
	_, v, err := s.seen(ctx, what)
	if err != nil {
		return StaffRow{}, err
	}
	rows, err := staffRows(ctx, s.r, v, id)
	if err != nil {
		return StaffRow{}, s.wrap(what, err)
	}
	for _, r := range rows {
		if sc.holds(v.tree, r.Unit, lastDay) {
			return r.StaffRow, nil
		}
	}
	return StaffRow{}, fmt.Errorf("member of staff %s: %w", id, fault.NotFound)
}

type keptStaff struct {
	StaffRow
	shard string
}

func staffRows(ctx context.Context, q querier, v *view, id register.PersonID) (out []keptStaff, err error) {
	var w where
	w.add(w.in("c.shard", v.shards()))
	w.add(`c.person = ` + w.arg(string(id)))
	w.add(counts("c"))
	err = each(ctx, q, `SELECT `+staffColumns+`, coalesce(p.sealed, $`+fmt.Sprint(len(w.args)+1)+`), c.shard FROM staff c`+joinPerson+counts("p")+w.String()+
		` ORDER BY c.year DESC, c.shard`, append(w.args, []byte{}), func(rows *sql.Rows) error {
		var k keptStaff
		var err error
		k.StaffRow, err = scanStaff(rows, &k.shard)
		out = append(out, k)
		return err
	})
	return out, err
}

// RegisterYears are the school years that a register has rows of, newest first.
func (s *Store) RegisterYears(ctx context.Context, sc Scope, kind PersonKind) (years []int, err error) {
	if !sc.sees() {
		return nil, nil
	}
	table := "children"
	if kind == AStaff {
		table = "staff"
	}
	err = each(ctx, s.r, `SELECT DISTINCT year FROM `+table+` ORDER BY year DESC`, nil, func(rows *sql.Rows) error {
		var y int
		err := rows.Scan(&y)
		years = append(years, y)
		return err
	})
	return years, s.wrap("read the years of a register", err)
}

// personOf finds a person in any shard.
func personOf(ctx context.Context, q querier, v *view, id register.PersonID) (p Person, shard string, err error) {
	var w where
	w.add(w.in("p.shard", v.shards()))
	w.add(`p.id = ` + w.arg(string(id)))
	w.add(counts("p"))
	err = q.QueryRowContext(ctx, `SELECT p.shard, p.id, p.kind, p.key_id, p.sealed, p.citizen, p.student, p.coarse, p.digest FROM persons p`+w.String(), w.args...).
		Scan(&shard, &p.ID, &p.Kind, &p.Key, &p.Sealed, &p.Citizen, &p.Student, &p.Coarse, &p.Digest)
	if errors.Is(err, sql.ErrNoRows) {
		return p, "", nil
	}
	return p, shard, err
}
