// A list in columns, and how it is filled row by row.

package reconcile

import (
	"slices"

	"shuren/internal/edu"
	"shuren/internal/ident"
	"shuren/internal/register"
)

// List is a list of children in columns of equal length. Names and numbers stand
// in it as keyed hashes only; 0 is unknown in every column.
type List struct {
	Source Source

	Citizen  []Key // of an identity number that can be right
	Student  []Key
	Name     []uint64
	Sound    []uint64
	Guardian []uint64
	Parts    [][3]uint32 // of an identity number, right or wrong: region, birth, the rest

	Born   []edu.Date
	Sex    []register.Sex
	Units  []edu.UnitID // what Unit and Home count from 1 in
	Unit   []uint32     // school
	Home   []uint32     // township or county
	Grade  []uint8      // 1 to 12
	Status []uint8      // in register.Schoolings, from 1
	Marks  []Mark
	Groups []register.Groups
	From   []edu.Date // of an exception
	Until  []edu.Date
	Left   []edu.Date // day of leaving for another school

	Row    []int32
	Case   []string            // nil but of the platform's list and stored records
	Person []register.PersonID // nil but of stored records
}

// Len is how many rows there are.
func (l *List) Len() int { return len(l.Row) }

// Mark is what else a row says of a child.
type Mark uint8

const (
	Proof       Mark = 1 << iota // a document proves the status
	Approved                     // an exception was approved
	Receipt                      // the school that the child went to has answered
	Closed                       // of the platform: the case is closed
	WrongNumber                  // an identity number that cannot be right
	OtherBirth                   // the number's birth is not the column's
)

// Entry is a row as it is read. It holds who somebody is, so it lives until it is
// added and no longer.
type Entry struct {
	register.Identity
	Born              edu.Date
	Sex               register.Sex
	Unit, Home        edu.UnitID
	Grade             int
	Status            register.Schooling
	Marks             Mark
	Groups            register.Groups
	From, Until, Left edu.Date
	Case              string
	Person            register.PersonID
	Row               int
}

// Builder fills a list. One goroutine uses it.
type Builder struct {
	List  *List
	keyer *Keyer
	today edu.Date
	units map[edu.UnitID]uint32
	sound []byte // room for the sound of a name
}

// NewBuilder makes an empty list. Births after today are wrong; 0 checks nothing.
func NewBuilder(s Source, k *Keyer, today edu.Date) *Builder {
	return &Builder{List: &List{Source: s}, keyer: k.Another(), today: today, units: map[edu.UnitID]uint32{}}
}

// Grow makes room for n more rows.
func (b *Builder) Grow(n int) {
	l := b.List
	l.Citizen, l.Student = slices.Grow(l.Citizen, n), slices.Grow(l.Student, n)
	l.Name, l.Sound, l.Guardian = slices.Grow(l.Name, n), slices.Grow(l.Sound, n), slices.Grow(l.Guardian, n)
	l.Parts, l.Born, l.Sex = slices.Grow(l.Parts, n), slices.Grow(l.Born, n), slices.Grow(l.Sex, n)
	l.Unit, l.Home, l.Grade, l.Status = slices.Grow(l.Unit, n), slices.Grow(l.Home, n), slices.Grow(l.Grade, n), slices.Grow(l.Status, n)
	l.Marks, l.Groups, l.Row = slices.Grow(l.Marks, n), slices.Grow(l.Groups, n), slices.Grow(l.Row, n)
	l.From, l.Until, l.Left = slices.Grow(l.From, n), slices.Grow(l.Until, n), slices.Grow(l.Left, n)
}

// named gives the keys of a name, as it is written and as it sounds.
func (b *Builder) named(s string) (name, sound uint64) {
	if q, ok := quick(b.sound[:0], s); ok {
		b.sound = q
		return short(b.keyer, kindName, s), short(b.keyer, kindSound, q)
	}
	c := Canon(s)
	return short(b.keyer, kindName, c), short(b.keyer, kindSound, Sound(c))
}

func (b *Builder) guardian(s string) uint64 {
	if q, ok := quick(b.sound[:0], s); ok {
		b.sound = q
		return short(b.keyer, kindGuardian, s)
	}
	return short(b.keyer, kindGuardian, Canon(s))
}

// Add takes a row. A child without an identity number whose student number begins
// with G has the number that follows it.
func (b *Builder) Add(e *Entry) { b.add(e, b.unit(e.Unit), b.unit(e.Home)) }

// add is Add with places among the units.
func (b *Builder) add(e *Entry, unit, home uint32) {
	l := b.List
	number := e.Citizen
	student := ident.Clean(e.Student)
	if number == "" && len(student) == 19 && student[0] == 'G' {
		number = student[1:]
	}
	var citizen Key
	var parts [3]uint32
	marks, born, sex := e.Marks, e.Born, e.Sex
	switch c, why := ident.ParseCitizen(number, b.today); why {
	case "":
		citizen = keyOf(b.keyer, kindCitizen, c.Number)
		parts = b.parts(c.Number)
		if born == 0 {
			born = c.Born
		} else if born != c.Born {
			marks |= OtherBirth
		}
		if sex == register.UnknownSex {
			sex = register.Sex(c.Sex)
		}
	case ident.Empty:
	default:
		if marks |= WrongNumber; len(ident.Clean(number)) == 18 {
			parts = b.parts(ident.Clean(number))
		}
	}
	name, sound := b.named(e.Name)
	l.Citizen = append(l.Citizen, citizen)
	l.Student = append(l.Student, keyOf(b.keyer, kindStudent, student))
	l.Name = append(l.Name, name)
	l.Sound = append(l.Sound, sound)
	l.Guardian = append(l.Guardian, b.guardian(e.Guardian))
	l.Parts = append(l.Parts, parts)
	l.Born = append(l.Born, born)
	l.Sex = append(l.Sex, sex)
	l.Unit = append(l.Unit, unit)
	l.Home = append(l.Home, home)
	l.Grade = append(l.Grade, uint8(max(0, min(e.Grade, 12))))
	l.Status = append(l.Status, schooling(e.Status))
	l.Marks = append(l.Marks, marks)
	l.Groups = append(l.Groups, e.Groups)
	l.From = append(l.From, e.From)
	l.Until = append(l.Until, e.Until)
	l.Left = append(l.Left, e.Left)
	l.Row = append(l.Row, int32(e.Row))
	if e.Case != "" || l.Case != nil {
		l.Case = append(slices.Grow(l.Case, len(l.Row)-len(l.Case))[:len(l.Row)-1], e.Case)
	}
	if e.Person != "" || l.Person != nil {
		l.Person = append(slices.Grow(l.Person, len(l.Row)-len(l.Person))[:len(l.Row)-1], e.Person)
	}
}

// parts are 32 bits each of a number's region, birth and rest: a slip of the pen
// leaves two of them.
func (b *Builder) parts(n string) [3]uint32 {
	return [3]uint32{uint32(short(b.keyer, kindPart, n[:6])), uint32(short(b.keyer, kindPart+1, n[6:14])), uint32(short(b.keyer, kindPart+2, n[14:]))}
}

func (b *Builder) unit(id edu.UnitID) uint32 {
	if id == "" {
		return 0
	}
	at, ok := b.units[id]
	if !ok {
		b.List.Units = append(b.List.Units, id)
		at = uint32(len(b.List.Units))
		b.units[id] = at
	}
	return at
}

// schooling is the place of a state among register.Schoolings, from 1.
func schooling(s register.Schooling) uint8 {
	for i, t := range register.Schoolings {
		if s != "" && t.ID == string(s) {
			return uint8(i + 1)
		}
	}
	return 0
}

func schoolingOf(at uint8) register.Schooling {
	if at == 0 {
		return ""
	}
	return register.Schooling(register.Schoolings[at-1].ID)
}
