// The rules: from the rows of one child to its ledger and the reasons.

package reconcile

import (
	"time"

	"shuren/internal/edu"
	"shuren/internal/register"
)

// rules judges children. It does not change, so that many may ask.
type rules struct {
	*grouped
	Options
	given      [sources]bool
	rolled     map[edu.UnitID]bool // schools whose roll was handed in
	youngest   edu.Date            // who is born after is too young
	oldest     edu.Date            // who is born before is too old
	unitRolled [][]bool            // by list and unit, the same
}

func newRules(g *grouped, o Options) *rules {
	r := &rules{grouped: g, Options: o, rolled: map[edu.UnitID]bool{}}
	day := func(age int) edu.Date {
		return edu.DateOf(time.Date(o.Year-age, 8, 31, 0, 0, 0, 0, time.UTC))
	}
	r.youngest, r.oldest = day(o.AgeFrom), day(o.AgeTo)
	for _, l := range g.lists {
		r.given[l.Source] = true
		if l.Source == Roll {
			for _, u := range l.Units {
				r.rolled[u] = true
			}
		}
	}
	r.unitRolled = make([][]bool, len(g.lists))
	for n, l := range g.lists {
		r.unitRolled[n] = make([]bool, len(l.Units)+1)
		for i, u := range l.Units {
			r.unitRolled[n][i+1] = r.rolled[u]
		}
	}
	return r
}

// child is what the rows of one child say together. It is used again for the next.
type child struct {
	in         [sources]int
	status     register.Schooling
	marks      Mark // of the row that gave the status
	from       edu.Date
	until      edu.Date
	left       edu.Date // of the latest row that left
	receipt    bool
	stays      int // rows of this year's register that have not left
	unit       edu.UnitID
	rolledUnit bool
	otherUnit  bool
	rollUnit   edu.UnitID
	grade      uint8 // this year's
	before     uint8 // last year's
	born       edu.Date
	data       Set
	open       bool // a case
	closed     bool
}

// gather reads a child's rows.
func (r *rules) gather(c *child, i int) {
	*c = child{}
	var name, sound uint64
	for _, row := range r.of(i) {
		l, at := r.at(row)
		c.in[l.Source]++
		m := l.Marks[at]
		if c.born == 0 {
			c.born = l.Born[at]
		}
		switch l.Source {
		case Register:
			if l.Left[at] != 0 {
				c.leave(l.Left[at], m)
				break
			}
			c.stays++
			c.grade = max(c.grade, l.Grade[at])
			if u := l.Unit[at]; u != 0 {
				if c.unit == "" {
					c.unit = l.Units[u-1]
				} else if c.unit != l.Units[u-1] {
					c.otherUnit = true
				}
				c.rolledUnit = c.rolledUnit || r.unitRolledAt(row, u)
			}
		case Last:
			c.before = max(c.before, l.Grade[at])
			if l.Left[at] != 0 {
				c.leave(l.Left[at], m)
			}
		case Roll:
			if u := l.Unit[at]; u != 0 {
				c.rollUnit = l.Units[u-1]
			}
		case Platform:
			if m&Closed != 0 {
				c.closed = true
			} else {
				c.open = true
			}
		}
		// The household list was verified from house to house: it says more of a
		// child than the register, and this year's register more than last year's.
		if s := l.Status[at]; s != 0 && l.Source != Roll && l.Source != Poverty && (c.status == "" || l.Source == Household || c.status == register.Enrolled) {
			c.status, c.marks, c.from, c.until = schoolingOf(s), m, l.From[at], l.Until[at]
		}
		if m&WrongNumber != 0 {
			c.data |= 1 << NumberWrong
		}
		if m&OtherBirth != 0 {
			c.data |= 1 << BirthDiffers
		}
		switch f := r.flags[row]; {
		case f&shared != 0:
			c.data |= 1 << SharedStudent
			fallthrough
		default:
			if f&byName != 0 {
				c.data |= 1 << JoinedByName
			}
			if f&unsure != 0 {
				c.data |= 1 << MaybeSame
			}
		}
		if n := l.Name[at]; n != 0 && !l.Citizen[at].zero() {
			if name == 0 {
				name, sound = n, l.Sound[at]
			} else if n != name && l.Sound[at] != sound {
				c.data |= 1 << Conflict
			}
		}
	}
}

func (c *child) leave(day edu.Date, m Mark) {
	if day >= c.left {
		c.left = day
	}
	c.receipt = c.receipt || m&Receipt != 0
}

func (r *rules) unitRolledAt(row, unit uint32) bool {
	n := 0
	for row >= r.first[n+1] {
		n++
	}
	return r.unitRolled[n][unit]
}

// age tells whether a child is of the age of compulsory schooling, or in a grade
// of it whatever the age.
func (r *rules) age(c *child) bool {
	if c.grade > 0 || c.before > 0 {
		return int(c.grade) <= r.LastGrade && (c.grade > 0 || int(c.before) < r.LastGrade)
	}
	return c.born != 0 && c.born <= r.youngest && c.born > r.oldest
}

// loose tells that a child's record lacks a list that it should be in, or has no
// identity number: what is missing may stand under another number.
func (r *rules) loose(i int) bool {
	var c child
	r.gather(&c, i)
	number := false
	for _, row := range r.of(i) {
		l, at := r.at(row)
		number = number || !l.Citizen[at].zero()
	}
	switch {
	case !number, c.in[Register]+c.in[Last]+c.in[Household]+c.in[Roll] == 0:
		return true
	case c.stays == 0 && r.given[Register]:
		return c.in[Roll] > 0 || r.age(&c) && (c.in[Household] > 0 || c.in[Last] > 0)
	case c.rolledUnit:
		return c.in[Roll] == 0
	}
	return false
}

// judge says where a child stands and why.
func (r *rules) judge(c *child, i int) (Ledger, Set, uint8) {
	r.gather(c, i)
	s := c.data
	ofAge := r.age(c)
	r.register(c, &s)
	excused := r.status(c, &s)
	gone := s&(1<<Moved|1<<Died|1<<Finished) != 0
	if !excused {
		r.compare(c, ofAge, &s)
	}
	ledger := NoLedger
	if ofAge && !gone {
		ledger = SchoolAge
	}
	if s&suspicion != 0 {
		ledger = Suspected
	}
	if c.open && !gone {
		ledger = Dropout
		s |= 1 << PlatformCase
		if c.in[Roll] > 0 {
			s |= 1 << CaseInClass
		}
	} else if c.closed {
		s |= 1 << CaseClosed
	}
	if ledger >= Suspected && c.in[Poverty] > 0 {
		s |= 1 << ExPoverty
	}
	return ledger, s, schooling(c.state(s))
}

// state is what the lists establish of a child's schooling.
func (c *child) state(s Set) register.Schooling {
	switch {
	case c.status != "" && c.status != register.Enrolled && c.status != register.NotYet:
		return c.status
	case c.stays > 0 || c.in[Roll] > 0:
		return register.Enrolled
	case s.Has(Finished):
		return register.Graduated
	case s.Has(NeverEnrolled):
		return register.NotYet
	}
	return ""
}

// register looks for what is wrong in the registers themselves.
func (r *rules) register(c *child, s *Set) {
	if c.otherUnit {
		*s |= 1 << TwoSchools
	} else if c.stays > 1 {
		*s |= 1 << TwiceInSchool
	}
	// Rows of two children say nothing of one's grades.
	if c.grade > 0 && c.before > 0 && !c.otherUnit && !s.Has(Conflict) {
		switch step := int(c.grade) - int(c.before); {
		case step > 1:
			*s |= 1 << GradeJump
		case step < 0:
			*s |= 1 << GradeBack
		case step == 0:
			*s |= 1 << Repeats
		}
	}
	if r.given[Household] && c.in[Household] == 0 && c.stays > 0 {
		*s |= 1 << NotOnHousehold
	}
	if r.given[Register] && c.in[Roll] > 0 {
		if c.stays == 0 {
			*s |= 1 << Unregistered
		} else if c.rollUnit != "" && c.unit != "" && c.rollUnit != c.unit && !c.otherUnit {
			*s |= 1 << OtherSchool
		}
	}
}

// status takes what a list says of a child, and tells whether that answers every
// comparison. What has no proof, or has run out, answers none.
func (r *rules) status(c *child, s *Set) (excused bool) {
	proven := c.marks&Proof != 0
	switch c.status {
	case register.Elsewhere:
		if proven {
			*s |= 1 << ElsewhereProof
			return true
		}
		if c.stays == 0 && c.in[Roll] == 0 {
			*s |= 1 << ElsewhereBare
		}
	case register.Deferred, register.Exempted, register.OnLeave:
		if c.status == register.OnLeave && c.from != 0 && r.Today-c.from > edu.Date(r.LongLeave) {
			*s |= 1 << LongLeave
		}
		switch {
		case c.until != 0 && c.until < r.Today:
			*s |= 1 << DueForReview
		case proven && c.marks&Approved != 0 && c.until != 0:
			*s |= 1 << Excused
			return true
		case c.in[Roll] == 0:
			*s |= 1 << ExceptionBare
		}
	case register.AtHome:
		*s |= 1 << TaughtAtHome
		return true
	case register.Graduated:
		*s |= 1 << Finished
		return true
	case register.MovedAway, register.Dead:
		if c.status == register.Dead {
			*s |= 1 << Died
		} else {
			*s |= 1 << Moved
		}
		if !proven {
			*s |= 1 << ProofMissing
		}
		return true
	case register.NotFound:
		if proven {
			*s |= 1 << NotFoundProof
			return true
		}
		if c.stays == 0 && c.in[Roll] == 0 {
			*s |= 1 << NotFoundBare
		}
	}
	return false
}

// compare makes the comparisons of a child that nothing excuses.
func (r *rules) compare(c *child, ofAge bool, s *Set) {
	switch {
	case c.in[Roll] > 0: // in class: nobody's suspicion
	case c.stays > 0:
		if ofAge && c.rolledUnit {
			*s |= 1 << NotInClass
		}
	case !r.given[Register]:
	case c.left != 0:
		switch {
		case c.receipt:
		case !ofAge:
		case r.Today-c.left > edu.Date(r.Receipt):
			*s |= 1 << NoReceipt
		default:
			*s |= 1 << ReceiptAwaited
		}
	case c.in[Last] > 0 && int(c.before) >= r.LastGrade:
		*s |= 1 << Finished
	case c.in[Last] > 0 && ofAge:
		if c.before == 6 {
			*s |= 1 << NotPromoted
		} else {
			*s |= 1 << Vanished
		}
	case c.in[Household]+c.in[Poverty] > 0 && ofAge && *s&suspicion == 0:
		*s |= 1 << NeverEnrolled
	}
}
