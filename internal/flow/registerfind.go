package flow

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// RegisterQuery says whom somebody looks for: a whole number, or, of a pupil, name, day
// of birth and guardian as the register has them. No part of a name or a number finds
// anybody: names are sealed, and a hash knows whole values only.
type RegisterQuery struct {
	Number   string
	Name     string
	Born     edu.Date
	Guardian string
}

// FindChildren gives the pupils that a query means, names masked, where the reader may
// have persons shown. That somebody looked, and how many were found, is in the audit
// log; what was typed is not.
func (r *Registers) FindChildren(ctx context.Context, who auth.Actor, q RegisterQuery) (list []ChildRow, err error) {
	err = r.find(ctx, who, store.AChild, q, func(sc store.Scope, ring *ident.Ring, id register.PersonID) error {
		row, err := r.city.store.Child(ctx, sc, id)
		if err != nil {
			return err
		}
		c, err := childRow(ring, row)
		list = append(list, c)
		return err
	})
	return list, err
}

// FindStaff is the same of staff, by number alone.
func (r *Registers) FindStaff(ctx context.Context, who auth.Actor, q RegisterQuery) (list []StaffRow, err error) {
	err = r.find(ctx, who, store.AStaff, q, func(sc store.Scope, ring *ident.Ring, id register.PersonID) error {
		row, err := r.city.store.Staff(ctx, sc, id)
		if err != nil {
			return err
		}
		m, err := staffRow(ring, row)
		list = append(list, m)
		return err
	})
	return list, err
}

func (r *Registers) find(ctx context.Context, who auth.Actor, kind store.PersonKind, q RegisterQuery, take func(store.Scope, *ident.Ring, register.PersonID) error) error {
	sc, ring, err := r.reach(who, auth.ShowPersons, store.Editor)
	if err != nil {
		return err
	}
	read, by := auth.ReadPupils, "number"
	if kind == store.AStaff {
		read = auth.ReadStaff
	}
	if !who.May(read) {
		return fmt.Errorf("%s: %w", read, fault.Forbidden)
	}
	id := register.Identity{Citizen: ident.Clean(q.Number), Name: strings.TrimSpace(q.Name), Guardian: strings.TrimSpace(q.Guardian)}
	switch {
	case id.Citizen != "" && id.Name == "":
		id.Student = id.Citizen
		if _, why := ident.ParseCitizen(id.Citizen, 0); why != "" {
			if _, why := ident.ParseStudent(id.Citizen, 0); why != "" {
				return auth.Refuse(fault.Invalid, "不是身份证号或学籍号，请核对", "neither an identity number nor a student number: please check")
			}
		}
	case kind == store.AChild && id.Citizen == "" && id.Name != "" && q.Born != 0:
		by = "name, birth and guardian"
	default:
		return auth.Refuse(fault.Invalid, "请填号码，或姓名和出生日期（及名册中的监护人）", "give a number, or name and day of birth (and the guardian whom the register has)")
	}
	var values []store.Matched
	for _, key := range ring.Keys() {
		citizen, student, coarse := hashesOf(ring, key, kind, id, q.Born)
		if id.Citizen != "" {
			coarse = nil
		}
		for _, v := range [][]byte{citizen, student, coarse} {
			values = append(values, store.Matched{Key: key, Value: v})
		}
	}
	found, err := r.city.store.FindPersons(ctx, sc, values)
	if err != nil {
		return err
	}
	n, one := 0, ""
	for _, f := range found {
		if f.Kind != kind {
			continue
		}
		switch err := take(sc, ring, f.Person); {
		case errors.Is(err, fault.NotFound): // of another part of the tree: as if there were nobody
		case err != nil:
			return err
		default:
			n, one = n+1, string(f.Person)
		}
	}
	rec := record(who, audit.PersonRead, fmt.Sprintf("register look-up of %s by %s: %d found", kindWord(kind), by, n), r.now())
	rec.Remote = auth.Remote(ctx)
	if n == 1 {
		rec.Object = one
	}
	if reach := who.Reach(auth.ShowPersons); len(reach.Units) == 1 {
		rec.Unit = reach.Units[0]
	}
	return r.city.store.Log(ctx, sc, rec)
}
