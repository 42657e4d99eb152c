package ident

import "shuren/internal/edu"

// StudentKind is the letter of a student number.
type StudentKind byte

const (
	Formal    StudentKind = 'G' // an identity number that was found in the population register
	Temporary StudentKind = 'L' // shaped like an identity number, and none
	Without   StudentKind = 'J' // of a child without a usable identity number
)

// Student is a student number (学籍号): a letter and 18 characters. One person has
// one; whoever has an L or J has the same rights.
type Student struct {
	Number  string
	Kind    StudentKind
	Citizen Citizen // of Formal alone
}

// ParseStudent reads a student number. Of an L the shape is checked, region and
// day of birth, but no check character: the source gives none. Of a J only that it
// is 18 digits.
func ParseStudent(s string, today edu.Date) (Student, Why) {
	n := Clean(s)
	switch {
	case n == "":
		return Student{}, Empty
	case len(n) != 19:
		return Student{}, Length
	}
	st := Student{Number: n, Kind: StudentKind(n[0])}
	switch st.Kind {
	case Formal:
		var why Why
		if st.Citizen, why = ParseCitizen(n[1:], today); why != "" {
			return Student{}, why
		}
	case Temporary:
		if !digits(n[1:18]) || n[18] != 'X' && !digits(n[18:]) {
			return Student{}, Letters
		}
		if born, ok := day(n[7:15]); !ok || today != 0 && born > today {
			return Student{}, Birth
		}
	case Without:
		if !digits(n[1:]) {
			return Student{}, Letters
		}
	default:
		return Student{}, Kind
	}
	return st, ""
}
