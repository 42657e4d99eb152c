package flow

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// Registers is where the registers of pupils and of staff are read and kept. Names
// leave it masked; one is shown for a reason, by [Registers.Show], which is logged.
type Registers struct {
	city  *City
	now   func() time.Time
	chunk int // rows of a file in one transaction

	between func(context.Context) // while rows are compared; nil but in a test
}

// Registers gives the registers of the city.
func (c *City) Registers() *Registers {
	return &Registers{city: c, now: func() time.Time { return c.now() }, chunk: registerChunk}
}

// ChildRow is a child as lists show it.
type ChildRow struct {
	register.Child
	Name string // masked; empty once the retention period of the identity is over
}

// StaffRow is a member of staff as lists show it.
type StaffRow struct {
	register.Staff
	Name string
}

// Children gives a page of the register, and how many there are.
func (r *Registers) Children(ctx context.Context, who auth.Actor, f register.ChildFilter) (list []ChildRow, total int, err error) {
	sc, ring, err := r.reach(who, auth.ReadPupils, store.Reader)
	if err != nil {
		return nil, 0, err
	}
	rows, total, err := r.city.store.Children(ctx, sc, f)
	if err != nil {
		return nil, 0, err
	}
	list = make([]ChildRow, len(rows))
	for i, row := range rows {
		if list[i], err = childRow(ring, row); err != nil {
			return nil, 0, err
		}
	}
	return list, total, nil
}

// Child is a child's newest row.
func (r *Registers) Child(ctx context.Context, who auth.Actor, id register.PersonID) (ChildRow, error) {
	sc, ring, err := r.reach(who, auth.ReadPupils, store.Reader)
	if err != nil {
		return ChildRow{}, err
	}
	row, err := r.city.store.Child(ctx, sc, id)
	if err != nil {
		return ChildRow{}, err
	}
	return childRow(ring, row)
}

// StaffList gives a page of the staff, and how many there are.
func (r *Registers) StaffList(ctx context.Context, who auth.Actor, f register.StaffFilter) (list []StaffRow, total int, err error) {
	sc, ring, err := r.reach(who, auth.ReadStaff, store.Reader)
	if err != nil {
		return nil, 0, err
	}
	rows, total, err := r.city.store.StaffList(ctx, sc, f)
	if err != nil {
		return nil, 0, err
	}
	list = make([]StaffRow, len(rows))
	for i, row := range rows {
		if list[i], err = staffRow(ring, row); err != nil {
			return nil, 0, err
		}
	}
	return list, total, nil
}

// Staff is a member of staff's newest row.
func (r *Registers) Staff(ctx context.Context, who auth.Actor, id register.PersonID) (StaffRow, error) {
	sc, ring, err := r.reach(who, auth.ReadStaff, store.Reader)
	if err != nil {
		return StaffRow{}, err
	}
	row, err := r.city.store.Staff(ctx, sc, id)
	if err != nil {
		return StaffRow{}, err
	}
	return staffRow(ring, row)
}

// Years are the school years that a register has, newest first.
func (r *Registers) Years(ctx context.Context, who auth.Actor, kind store.PersonKind) ([]int, error) {
	p := auth.ReadPupils
	if kind == store.AStaff {
		p = auth.ReadStaff
	}
	sc, err := inReach(who, p, store.Reader)
	if err != nil {
		return nil, err
	}
	return r.city.store.RegisterYears(ctx, sc, kind)
}

// reach is the part of the tree in which somebody has a permission, and the ring by
// which names there are opened.
func (r *Registers) reach(who auth.Actor, p auth.Permission, role store.Role) (store.Scope, *ident.Ring, error) {
	sc, err := inReach(who, p, role)
	if err != nil {
		return sc, nil, err
	}
	ring, err := r.city.keys.ring()
	return sc, ring, err
}

func childRow(ring *ident.Ring, row store.ChildRow) (ChildRow, error) {
	out := ChildRow{Child: row.Child}
	id, err := openIdentity(ring, row.Person, row.Sealed)
	out.Name = ident.MaskName(id.Name)
	return out, err
}

func staffRow(ring *ident.Ring, row store.StaffRow) (StaffRow, error) {
	out := StaffRow{Staff: row.Staff}
	id, err := openIdentity(ring, row.Person, row.Sealed)
	out.Name = ident.MaskName(id.Name)
	return out, err
}

// sealedFor is what an identity is sealed for: it opens in no other row.
func sealedFor(id register.PersonID) string { return "persons.sealed/" + string(id) }

// sealedText is what is sealed of a person: the day of birth too, so that all hashes
// can be made anew from it.
type sealedText struct {
	register.Identity
	Born edu.Date `json:"born,omitempty"`
}

// openIdentity opens what was sealed of a person; nothing is nobody.
func openIdentity(ring *ident.Ring, id register.PersonID, sealed []byte) (register.Identity, error) {
	out, err := openSealed(ring, id, sealed)
	return out.Identity, err
}

func openSealed(ring *ident.Ring, id register.PersonID, sealed []byte) (out sealedText, err error) {
	if len(sealed) == 0 {
		return out, nil
	}
	text, err := ring.Open(sealedFor(id), sealed)
	if err != nil {
		return out, fmt.Errorf("person %s: %w", id, err)
	}
	if json.Unmarshal([]byte(text), &out) != nil {
		return out, fmt.Errorf("person %s: what was sealed is no identity: %w", id, fault.Invalid) // the cause might show the value
	}
	return out, nil
}

// Kinds of keyed hashes. A teacher's number never finds a pupil.
const (
	matchCitizen = "citizen"
	matchStudent = "student"
	matchStaff   = "staff"
	matchCoarse  = "coarse"
	matchDigest  = "identity"
)

// sealIdentity seals who somebody is, with the hashes by which they are found again.
func sealIdentity(ring *ident.Ring, kind store.PersonKind, id register.PersonID, who register.Identity, born edu.Date) (store.Person, error) {
	text, err := json.Marshal(sealedText{who, born})
	if err != nil {
		return store.Person{}, fmt.Errorf("person %s: %w", id, fault.Invalid)
	}
	return sealIdentityText(ring, kind, id, sealedText{who, born}, string(text)), nil
}

func sealIdentityText(ring *ident.Ring, kind store.PersonKind, id register.PersonID, who sealedText, text string) store.Person {
	p := store.Person{ID: id, Kind: kind, Key: ring.Newest(), Sealed: ring.Seal(sealedFor(id), text)}
	p.Citizen, p.Student, p.Coarse = hashesOf(ring, ring.Newest(), kind, who.Identity, who.Born)
	digest := ring.Match(matchDigest, text)
	p.Digest = digest[:]
	return p
}

// hashesOf are the hashes of somebody by one of the keys.
func hashesOf(ring *ident.Ring, key uint32, kind store.PersonKind, who register.Identity, born edu.Date) (citizen, student, coarse []byte) {
	by := func(kind, number string) []byte {
		if number == "" {
			return nil
		}
		m, ok := ring.MatchBy(key, kind, number)
		if !ok {
			return nil
		}
		return m[:]
	}
	if kind == store.AStaff {
		return by(matchStaff, who.Citizen), nil, nil
	}
	if who.Name != "" {
		coarse = by(matchCoarse, who.Name+"\x00"+born.String()+"\x00"+who.Guardian)
	}
	return by(matchCitizen, who.Citizen), by(matchStudent, who.Student), coarse
}

// takenBy are the hashes, by every key, that nobody else may have.
func takenBy(ring *ident.Ring, kind store.PersonKind, who register.Identity) (out []store.Matched) {
	for _, key := range ring.Keys() {
		citizen, student, _ := hashesOf(ring, key, kind, who, 0)
		out = append(out, store.Matched{Key: key, Value: citizen}, store.Matched{Key: key, Value: student})
	}
	return out
}

// KeepChild keeps a child's row of a year, new or changed, on the schools' register.
// A nil identity leaves who it is as it is; a new child needs one.
func (r *Registers) KeepChild(ctx context.Context, who auth.Actor, c register.Child, id *register.Identity) (register.PersonID, error) {
	return r.keepChild(ctx, who, register.Register, c, id)
}

func (r *Registers) keepChild(ctx context.Context, who auth.Actor, list register.List, c register.Child, id *register.Identity) (register.PersonID, error) {
	sc, ring, err := r.reach(who, auth.KeepPupils, store.Editor)
	if err != nil {
		return "", err
	}
	today := edu.DateOf(r.now())
	if err := r.refuse(register.CheckChild(&c, id, today)); err != nil {
		return "", err
	}
	k := store.Kept{New: c.Person == "", Name: who.Name}
	if k.New {
		c.Person = register.NewPersonID()
		if id == nil {
			return "", auth.Refuse(fault.Invalid, "新增学生须填写姓名", "a new pupil needs a name")
		}
	}
	if id != nil {
		p, err := sealIdentity(ring, store.AChild, c.Person, *id, c.Born)
		if err != nil {
			return "", err
		}
		k.Person, k.Taken = &p, takenBy(ring, store.AChild, *id)
	}
	rec := record(who, "register.pupil.keep", fmt.Sprintf("year %d%s", c.Year, newWord(k.New)), r.now())
	rec.Object, rec.Unit, rec.Remote = string(c.Person), cmp.Or(c.School, c.Home), auth.Remote(ctx)
	return c.Person, conflicted(r.pastSilent(ctx, who, sc, store.AChild, func() error { return r.city.store.KeepChild(ctx, sc, list, c, k, rec) }))
}

// KeepStaff keeps a member of staff's row of a year, new or changed.
func (r *Registers) KeepStaff(ctx context.Context, who auth.Actor, m register.Staff, id *register.Identity) (register.PersonID, error) {
	sc, ring, err := r.reach(who, auth.KeepStaff, store.Editor)
	if err != nil {
		return "", err
	}
	today := edu.DateOf(r.now())
	if err := r.refuse(register.CheckStaff(&m, id, today)); err != nil {
		return "", err
	}
	k := store.Kept{New: m.Person == "", Name: who.Name}
	if k.New {
		m.Person = register.NewPersonID()
		if id == nil {
			return "", auth.Refuse(fault.Invalid, "新增教职工须填写姓名", "a new member of staff needs a name")
		}
	}
	if id != nil {
		p, err := sealIdentity(ring, store.AStaff, m.Person, *id, m.Born)
		if err != nil {
			return "", err
		}
		k.Person, k.Taken = &p, takenBy(ring, store.AStaff, *id)
	}
	rec := record(who, "register.staff.keep", fmt.Sprintf("year %d%s", m.Year, newWord(k.New)), r.now())
	rec.Object, rec.Unit, rec.Remote = string(m.Person), m.Unit, auth.Remote(ctx)
	return m.Person, conflicted(r.pastSilent(ctx, who, sc, store.AStaff, func() error { return r.city.store.KeepStaff(ctx, sc, m, k, rec) }))
}

func newWord(fresh bool) string {
	if fresh {
		return ", new"
	}
	return ""
}

// conflicted says in words what the store refuses.
func conflicted(err error) error {
	switch {
	case errors.Is(err, store.ErrRunWrites):
		return auth.Refuse(fault.Conflict, "名册正在导入，暂不能新增：请等它完成后再试；如它已中断，最多5分钟后即可新增", "the register is being imported, and takes no new record meanwhile: try again when that has ended; if it was broken off, it gives way within 5 minutes")
	case errors.Is(err, fault.Conflict):
		return auth.Refuse(fault.Conflict, "号码已在名册中（属于另一条记录），请核对后再试", "a number belongs to another record already: look at it again")
	}
	return err
}

func (r *Registers) refuse(problems []register.Problem) error {
	var texts []edu.Text
	for _, p := range problems {
		if p.Blocking {
			texts = append(texts, p.Words())
		}
	}
	if texts == nil {
		return nil
	}
	return &auth.Refusal{Kind: fault.Invalid, Texts: slices.Compact(texts)}
}
