// What a file does not say of people whom the register knows stays as it is.

package flow

import (
	"context"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/store"
)

// stay fills in lines about people who are known: of who they are what is empty, of their
// row of the year what the file has no column for. Who is as the file says is not read.
// Of whom whoever imports had no row before, nothing is filled in: else a number alone
// would have anybody shown, wherever in the city.
func (in *registerImport) stay(ctx context.Context, lines []registerLine) error {
	fields := register.ChildFields
	if in.opt.Kind == store.AStaff {
		fields = register.StaffFields
	}
	lacks := in.opt.Kind == store.AStaff || in.reader.Lacks(fields) // why somebody does not move has no column
	asked := store.MetAsked{Persons: map[string][]register.PersonID{}, Rows: map[string][]register.PersonID{}}
	at := map[register.PersonID][]*registerLine{} // two of one person where the first is refused
	for i := range lines {
		l := &lines[i]
		if l.hashes == nil { // it is refused
			continue
		}
		no := in.find(l)
		if no < 0 || in.people[no].seen > 0 {
			continue
		}
		m := &in.people[no]
		at[m.id] = append(at[m.id], l)
		if !in.sameIdentity(m, l) {
			asked.Persons[in.shards[m.shard]] = append(asked.Persons[in.shards[m.shard]], m.id)
		}
		if lacks && m.has && in.places.mine[in.units[m.unit]] && !(m.left && in.units[m.unit] != l.unit) { // what another school's row says is not this one's
			asked.Rows[in.shards[m.rowAt]] = append(asked.Rows[in.shards[m.rowAt]], m.id)
		}
	}
	met, err := in.r.city.store.Met(ctx, in.sc, in.run, asked)
	if err != nil {
		return err
	}
	for id, list := range at {
		for _, l := range list {
			if err := in.stayLine(id, l, met); err != nil {
				return err
			}
		}
	}
	return nil
}

// stayLine fills one line in, and checks the row that it makes now.
func (in *registerImport) stayLine(id register.PersonID, l *registerLine, met store.Met) error {
	var problems []register.Problem
	if was, ok := met.Children[id]; ok {
		in.reader.StayChild(&l.child, &was, l.told)
		problems = register.CheckChild(&l.child, nil, in.reader.Today)
	}
	if was, ok := met.Staff[id]; ok {
		in.reader.StayStaff(&l.staff, &was, l.told)
		problems = register.CheckStaff(&l.staff, nil, in.reader.Today)
	}
	for _, p := range problems {
		if p.Row = l.row; !slices.Contains(l.problems, p) {
			l.problems = append(l.problems, p)
		}
	}
	sealed, ok := met.Sealed[id]
	if !ok {
		return nil
	}
	was, err := openSealed(in.ring, id, sealed)
	if err == nil {
		in.stayWho(l, was)
	}
	return err
}

// stayWho seals what the file and the register know of who somebody is, and leaves by
// what they were found.
func (in *registerImport) stayWho(l *registerLine, was sealedText) {
	born := &l.child.Born
	if in.opt.Kind == store.AStaff {
		born = &l.staff.Born
	}
	var day edu.Date
	if day = l.who.Stay(was.Identity, *born, was.Born); *born == 0 {
		*born = day
	}
	l.seeks = l.hashes
	in.hash(l, day)
}
