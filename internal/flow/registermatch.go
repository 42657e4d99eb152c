package flow

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"sync/atomic"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// registerImport is one file on its way into a register.
type registerImport struct {
	r      *Registers
	who    auth.Actor
	sc     store.Scope
	ring   *ident.Ring
	opt    RegisterOptions
	places *registerPlaces
	reader *register.Reader
	run    store.Run
	got    RegisterReceipt

	resumed    bool
	unreadable bool
	part       int // of the file
	done       atomic.Int64
	total      atomic.Int64

	people  []met
	by      map[[ident.MatchSize]byte]int32 // place in people by number
	coarse  map[[ident.MatchSize]byte]int32 // of who has no number; -1 where several are alike
	shards  []string
	shardNo map[string]uint8
	units   []edu.UnitID
	unitNo  map[edu.UnitID]int32
	inFile  map[edu.UnitID]bool
}

// met is a person whom an import may meet. A city's pupils are held at once, so it is
// small.
type met struct {
	id     register.PersonID
	digest [ident.MatchSize]byte
	row    int64 // digest of the row of the year
	unit   int32 // of that row
	seen   int32 // row of the file; 0 before it came
	shard  uint8
	rowAt  uint8 // shard of the row of the year
	has    bool  // such a row
	left   bool  // it says that the child left: another county's import takes it over
}

// known loads whom the register knows.
func (in *registerImport) known(ctx context.Context) error {
	in.by, in.coarse, in.shardNo, in.unitNo, in.inFile = map[[ident.MatchSize]byte]int32{}, map[[ident.MatchSize]byte]int32{}, map[string]uint8{}, map[edu.UnitID]int32{}, map[edu.UnitID]bool{}
	at := map[register.PersonID]int32{}
	err := in.r.city.store.Known(ctx, in.sc, in.run, func(k store.KnownPerson) {
		no := int32(len(in.people))
		m := met{id: k.ID, shard: in.shard(k.Shard)}
		copy(m.digest[:], k.Digest)
		in.people = append(in.people, m)
		at[k.ID] = no
		in.note(no, k.Citizen, k.Student, k.Coarse)
	}, func(id register.PersonID, shard string, unit edu.UnitID, digest int64, left bool) {
		if no, ok := at[id]; ok {
			m := &in.people[no]
			m.has, m.left, m.row, m.rowAt, m.unit = true, left, digest, in.shard(shard), in.unit(unit)
		}
	})
	return err
}

func (in *registerImport) shard(name string) uint8 {
	no, ok := in.shardNo[name]
	if !ok {
		no = uint8(len(in.shards)) // a county or the city each: far fewer than 256
		in.shards = append(in.shards, name)
		in.shardNo[name] = no
	}
	return no
}

func (in *registerImport) unit(id edu.UnitID) int32 {
	no, ok := in.unitNo[id]
	if !ok {
		no = int32(len(in.units))
		in.units = append(in.units, id)
		in.unitNo[id] = no
	}
	return no
}

func key(b []byte) (k [ident.MatchSize]byte, ok bool) {
	copy(k[:], b)
	return k, len(b) == ident.MatchSize
}

// note lets a person be found by numbers, or by name, birth and guardian where there
// is none.
func (in *registerImport) note(no int32, citizen, student, coarse []byte) {
	c, hasC := key(citizen)
	s, hasS := key(student)
	if hasC {
		in.by[c] = no
	}
	if hasS {
		in.by[s] = no
	}
	if k, ok := key(coarse); ok && !hasC && !hasS {
		if was, twice := in.coarse[k]; twice && was != no {
			no = -1
		}
		in.coarse[k] = no
	}
}

// find gives who a row is about: -1 for nobody known, -2 where its numbers belong to
// two records.
func (in *registerImport) find(l *registerLine) int32 {
	found := int32(-1)
	seeks := l.seeks
	if seeks == nil {
		seeks = l.hashes
	}
	for _, h := range seeks {
		for _, b := range [][]byte{h.citizen, h.student} {
			k, ok := key(b)
			no, known := in.by[k]
			switch {
			case !ok || !known || no == found:
			case found >= 0:
				return -2
			default:
				found = no
			}
		}
	}
	if found >= 0 || l.seeks == nil && (len(l.who.Citizen)+len(l.who.Student) > 0 || l.who.Guardian == "" || l.child.Born == 0) {
		return found
	}
	for _, h := range seeks {
		k, _ := key(h.coarse)
		if no, ok := in.coarse[k]; ok && no >= 0 {
			return no
		}
	}
	return -1
}

// take takes one part of the file: what is new or changed is written, unless it was
// before the import was broken off.
func (in *registerImport) take(ctx context.Context, lines []registerLine) error {
	in.part++
	written := in.part <= in.run.Chunks
	ids := register.NewPersonIDs(uint64(in.run.No)<<16|uint64(in.part), len(lines))
	if !written {
		if err := in.stay(ctx, lines); err != nil {
			return err
		}
	}
	var rows []store.RunRow
	for i := range lines {
		l := &lines[i]
		in.got.Rows++
		row, problems := in.row(l, ids[i], written)
		blocked := false
		for _, p := range problems {
			in.tell(p)
			blocked = blocked || p.Blocking
		}
		if blocked {
			in.got.Skipped++
			continue
		}
		if row != nil && !written {
			rows = append(rows, *row)
		}
	}
	if written {
		if in.part == in.run.Chunks { // what was counted when it was written
			was := receiptOf(in.run)
			in.got.New, in.got.Moved, in.got.Changed, in.got.Same = was.New, was.Moved, was.Changed, was.Same
		}
		return nil
	}
	if in.got.Blocking > 0 && !in.opt.Skip {
		rows = nil // it will be refused: only its problems are looked for
	}
	in.body()
	return in.r.city.store.WriteRun(ctx, in.sc, &in.run, rows, in.r.now())
}

func (in *registerImport) tell(p register.Problem) {
	in.got.Found++
	if p.Blocking {
		in.got.Blocking++
	}
	if len(in.got.Problems) < maxProblems {
		in.got.Problems = append(in.got.Problems, p)
	}
}

// row is what a line changes; nil if nothing.
func (in *registerImport) row(l *registerLine, fresh register.PersonID, written bool) (*store.RunRow, []register.Problem) {
	problems := l.problems
	block := func(field string, zh, en string) (*store.RunRow, []register.Problem) {
		return nil, append(problems, register.Problem{Row: l.row, Field: field, Why: edu.Text{ZH: zh, EN: en}, Blocking: true})
	}
	for _, p := range problems {
		if p.Blocking {
			return nil, problems
		}
	}
	unit, field := l.unitOf(in.opt.Kind), "school"
	if in.opt.Kind == store.AStaff {
		field = "unit"
	}
	if !in.places.mine[unit] {
		return block(field, "这个单位不在您的管理范围内", "this unit is outside your part")
	}
	no := in.find(l)
	if no == -2 {
		return block("student", "身份证号与学籍号分属名册中的两条记录", "identity number and student number belong to two records")
	}
	if no >= 0 && in.people[no].seen > 0 {
		return block("citizen", "与第"+strconv.Itoa(int(in.people[no].seen))+"行是同一个人（号码重复）", "the same person as row "+strconv.Itoa(int(in.people[no].seen)))
	}
	in.inFile[l.unit] = true
	row := &store.RunRow{}
	isNew := no < 0
	if isNew {
		no = int32(len(in.people))
		in.people = append(in.people, met{id: fresh})
		h := l.hashes[0]
		in.note(no, h.citizen, h.student, h.coarse)
	}
	m := &in.people[no]
	m.seen = int32(l.row)
	row.ID = m.id
	if in.opt.Kind == store.AStaff {
		l.staff.Person = m.id
		row.Staff = &l.staff
	} else {
		l.child.Person = m.id
		row.Child = &l.child
	}
	digest, err := store.RowDigest(row)
	if err != nil {
		return block(field, "数字不可用", "a figure that cannot be kept")
	}
	newIdentity := isNew || !in.sameIdentity(m, l)
	if m.has && m.row == digest && !newIdentity {
		in.got.Same++
		return nil, problems
	}
	if m.has && !m.left && !in.places.mine[in.units[m.unit]] {
		return block(field, "此人本学年已在您范围外的另一单位", "this person is at a unit outside your part in this year")
	}
	switch {
	case isNew:
		in.got.New++
	case m.has:
		in.got.Changed++
	default:
		in.got.Moved++
	}
	if written {
		return nil, problems
	}
	if newIdentity {
		p := store.Person{ID: m.id, Kind: in.opt.Kind, Key: in.ring.Newest(), Sealed: in.ring.Seal(sealedFor(m.id), l.text)}
		h := l.hashes[0] // the newest key's
		p.Citizen, p.Student, p.Coarse, p.Digest = h.citizen, h.student, h.coarse, h.digest
		row.Person = &p
	}
	if !isNew {
		row.PersonShard = in.shards[m.shard]
	}
	switch {
	case m.has && m.row != digest:
		row.Replaces = in.shards[m.rowAt]
	case m.has: // only who it is changed
		row.Child, row.Staff = nil, nil
	}
	return row, problems
}

// sameIdentity tells whether who somebody is stays as it is, by any key.
func (in *registerImport) sameIdentity(m *met, l *registerLine) bool {
	for _, h := range l.hashes {
		if bytes.Equal(m.digest[:], h.digest) {
			return true
		}
	}
	return false
}

// end ends the rows that a whole register no longer has.
func (in *registerImport) end(ctx context.Context) error {
	if !in.opt.Replace {
		return nil
	}
	var rows []store.RunRow
	for i := range in.people {
		m := &in.people[i]
		if m.seen > 0 || !m.has {
			continue
		}
		if u := in.units[m.unit]; in.inFile[u] && in.places.mine[u] {
			rows = append(rows, store.RunRow{ID: m.id, PersonShard: in.shards[m.shard], Replaces: in.shards[m.rowAt]})
			in.got.Ended++
		}
	}
	for len(rows) > 0 {
		n := min(len(rows), in.r.chunk)
		if in.part++; in.part > in.run.Chunks {
			in.body()
			if err := in.r.city.store.WriteRun(ctx, in.sc, &in.run, rows[:n], in.r.now()); err != nil {
				return err
			}
		}
		rows = rows[n:]
	}
	return nil
}

// registerPlaces finds units as files name them.
type registerPlaces struct {
	byCode  map[string]edu.UnitID // schools
	byName  map[string]edu.UnitID // "" where several are called so
	regions map[string]edu.UnitID
	mine    map[edu.UnitID]bool
	top     edu.UnitID // the first unit of the reader's part; empty for the whole city
}

func newRegisterPlaces(t *edu.Tree, reach auth.Reach) *registerPlaces {
	p := &registerPlaces{byCode: map[string]edu.UnitID{}, byName: map[string]edu.UnitID{}, regions: map[string]edu.UnitID{}, mine: map[edu.UnitID]bool{}}
	if !reach.Whole && len(reach.Units) > 0 {
		p.top = reach.Units[0]
	}
	holds := holdsIn(t)
	for _, u := range t.Units() {
		if u.Level == edu.Section {
			continue
		}
		p.mine[u.ID] = reach.Covers(u.ID, holds)
		into := p.byName
		if u.Level != edu.School {
			into = p.regions
		}
		for _, a := range u.Attrs {
			if a.Code != "" {
				if u.Level == edu.School {
					p.byCode[strings.ToUpper(a.Code)] = u.ID
				} else {
					p.regions[a.Code] = u.ID
				}
			}
			for _, name := range []string{a.Name.ZH, a.Name.EN} {
				was, twice := into[name]
				switch {
				case name == "" || was == u.ID:
				case !twice:
					into[name] = u.ID
				// Of two that are called alike the one within reach is meant, if only one is.
				case was != "" && p.mine[was] && !p.mine[u.ID]:
				case was != "" && !p.mine[was] && p.mine[u.ID]:
					into[name] = u.ID
				default:
					into[name] = ""
				}
			}
		}
	}
	return p
}

func (p *registerPlaces) units() register.Units {
	return register.Units{
		School: func(code, name string) (edu.UnitID, bool) {
			if code != "" {
				id, ok := p.byCode[code]
				return id, ok
			}
			id := p.byName[name]
			return id, id != ""
		},
		Home: func(text string) (edu.UnitID, bool) {
			id := p.regions[text]
			return id, id != ""
		},
	}
}
