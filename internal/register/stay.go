// What a file does not say stays as it is: a roll without a column of boarders ends
// nobody's boarding, and a household list takes no student number away.

package register

import "shuren/internal/edu"

// has tells whether the file has one of some columns.
func (r *Reader) has(fields ...string) bool {
	for _, f := range fields {
		if _, ok := r.at[f]; ok {
			return true
		}
	}
	return false
}

// Lacks tells whether the file lacks a column of those that there are.
func (r *Reader) Lacks(fields []Field) bool { return len(r.at) < len(fields) }

// Told is what a line said itself, where its row no longer tells that.
type Told struct {
	Schooling       bool // the cell was not empty
	Subject, Second bool // a word of the registers: our English ones are of two at times
}

// Told tells what a line says itself.
func (r *Reader) Told(cells []string) Told {
	l := &line{r: r, cells: cells}
	own := func(field string) bool { t := l.text(field); return t == "" || chinese(subjects, t) == t }
	return Told{l.text("schooling") != "", own("subject"), own("second")}
}

// stays puts what was back where the file has none of the columns that say it.
func stays[T any](r *Reader, is *T, was T, columns ...string) {
	if !r.has(columns...) {
		*is = was
	}
}

// StayChild fills in from the row of the same year and list what the file has no column
// for. An empty cell of a column that it has is an answer. At another school class,
// state of schooling and what proves it begin anew. A child that left and is there again
// is so because a file says it: by its state, or by no day of leaving where there is a
// column of that.
func (r *Reader) StayChild(c, was *Child, told Told) {
	stays(r, &c.School, was.School, "school", "school_name")
	stays(r, &c.Home, was.Home, "home")
	stays(r, &c.Case, was.Case, "case")
	stays(r, &c.Boards, was.Boards, "boards")
	r.stayGrade(c, was)
	r.stayGroups(c, was)
	if c.Born == 0 {
		c.Born = was.Born
	}
	if c.Sex == UnknownSex {
		c.Sex = was.Sex
	}
	if c.School != was.School {
		return
	}
	if c.Stage == was.Stage && c.Grade == was.Grade {
		stays(r, &c.Class, was.Class, "class")
	}
	back := told.Schooling && c.Schooling == Enrolled
	if !back {
		stays(r, &c.Left, was.Left, "left")
		back = was.Left != 0 && c.Left == 0
	}
	if c.Left == was.Left && !told.Schooling && (c.Left != 0 || !r.has("schooling")) {
		c.Schooling = was.Schooling
	}
	if !back {
		if c.Left == was.Left {
			stays(r, &c.Leaving, was.Leaving, "leaving")
		}
		stays(r, &c.ToSchool, was.ToSchool, "to_school")
		if !r.has("received", "receipt") {
			c.Received, c.Receipt = was.Received, was.Receipt
		}
	}
	stays(r, &c.FromSchool, was.FromSchool, "from_school")
	stays(r, &c.Proof, was.Proof, "proof")
	stays(r, &c.ProofKind, was.ProofKind, "proof_kind")
	stays(r, &c.Approved, was.Approved, "approved")
	stays(r, &c.Approval, was.Approval, "approval")
	stays(r, &c.From, was.From, "from")
	stays(r, &c.Until, was.Until, "until")
}

// stayGrade takes a stage from the file's grade only where it must: grade 6 may be of a
// junior school, any of a special one.
func (r *Reader) stayGrade(c, was *Child) {
	switch {
	case !r.has("grade", "stage"):
		c.Stage, c.Grade = was.Stage, was.Grade
	case !r.has("grade") && c.Stage == was.Stage:
		c.Grade = was.Grade
	case !r.has("stage") && (c.Grade == was.Grade || c.Grade == 0):
		c.Stage = was.Stage
	}
}

func (r *Reader) stayGroups(c, was *Child) {
	if r.has("groups") {
		return
	}
	keep := was.Groups
	for field, g := range map[string]Groups{"left_behind": LeftBehind, "migrant": Migrant, "disabled": Disabled, "orphan": Orphan} {
		if r.has(field) {
			keep &^= g
		}
	}
	c.Groups |= keep
}

// StayStaff does the same of a member of staff. Why somebody does not move stands in no
// file; what somebody has been at a school for begins anew at another one.
func (r *Reader) StayStaff(m, was *Staff, told Told) {
	m.Hold = was.Hold
	stays(r, &m.Stage, was.Stage, "stage")
	stays(r, &m.Subject, was.Subject, "subject")
	stays(r, &m.Second, was.Second, "second")
	stays(r, &m.Hours, was.Hours, "hours")
	stays(r, &m.Degree, was.Degree, "degree")
	stays(r, &m.Licence, was.Licence, "licence")
	stays(r, &m.Title, was.Title, "title")
	stays(r, &m.Backbone, was.Backbone, "backbone")
	stays(r, &m.Document, was.Document, "document")
	stays(r, &m.Awarded, was.Awarded, "awarded")
	stays(r, &m.Training, was.Training, "training")
	stays(r, &m.Mind, was.Mind, "mind")
	stays(r, &m.DualTrained, was.DualTrained, "dual")
	if m.Born == 0 {
		m.Born = was.Born
	}
	if m.Sex == UnknownSex {
		m.Sex = was.Sex
	}
	for _, f := range []struct {
		is, was *string
		own     bool
	}{{&m.Subject, &was.Subject, told.Subject}, {&m.Second, &was.Second, told.Second}} {
		if !f.own && SubjectText(*f.is).EN == SubjectText(*f.was).EN { // 生物 and 生物学 are one word in an English file
			*f.is = *f.was
		}
	}
	if m.Unit != was.Unit {
		return
	}
	stays(r, &m.Posts, was.Posts, "posts")
	stays(r, &m.Since, was.Since, "since")
	stays(r, &m.HeadSince, was.HeadSince, "head_since")
	stays(r, &m.HeadTerms, was.HeadTerms, "head_terms")
	stays(r, &m.ClassHead, was.ClassHead, "class_head")
	stays(r, &m.ClassYears, was.ClassYears, "class_years")
}

// Stay fills in of who somebody is what was known and is empty now: a file adds numbers
// and telephones and changes them, and takes none away. It tells the day of birth too.
func (id *Identity) Stay(was Identity, born, wasBorn edu.Date) edu.Date {
	for _, f := range []struct {
		is  *string
		was string
	}{{&id.Name, was.Name}, {&id.Citizen, was.Citizen}, {&id.Student, was.Student}, {&id.Guardian, was.Guardian}, {&id.Relation, was.Relation}, {&id.Phone, was.Phone}, {&id.Household, was.Household}, {&id.Address, was.Address}} {
		if *f.is == "" {
			*f.is = f.was
		}
	}
	if born == 0 {
		return wasBorn
	}
	return born
}
