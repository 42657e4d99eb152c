package edu

import "time"

// UnitID is the permanent internal id of a unit. It never changes and is not a
// code: codes change when a county becomes a district.
type UnitID string

// Unit is a node of the tree of units.
type Unit struct {
	ID    UnitID
	Level Level
	Stage Stage    // of a section; it never changes
	Attrs []Attrs  // oldest first, each from its date on; the last stays in force
	Ended Date     // the day from which the unit no longer exists; zero while it does
	Into  []UnitID // what it was merged or split into when it ended
}

// Attrs are the dated attributes of a unit.
type Attrs struct {
	From       Date
	Code       string // GB/T 2260, statistical code or 学校标识码; empty where none exists
	Name       Text
	Parent     UnitID
	Kind       string    // 学校办学类型代码 such as 211, or "zone" for a development zone
	Ownership  Ownership // schools and kindergartens
	UrbanRural string    // 城乡分类代码, 111 to 220
	// Statutory is, for a development zone, the statutory county that it is also
	// judged with. Roll-ups follow Parent only, so it is never counted twice.
	Statutory UnitID
	// Source and Tag say where a shipped attribute was read and how sure it is
	// (evidence mark V, S, M, P or E); empty for what a submission stated.
	Source string
	Tag    string
}

// Ownership tells who runs a school.
type Ownership string

const (
	Public           Ownership = "public"
	InclusivePrivate Ownership = "inclusive_private"
	Private          Ownership = "private"
)

// Date is a day, as days since 1970-01-01; the zero Date is "always".
type Date int32

// DateOf is the day of a time, in UTC.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Time is midnight UTC of the day.
func (d Date) Time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String is the ISO form, empty for the zero Date.
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format(time.DateOnly)
}

// Official is the form of documents, 2027年3月31日; empty for the zero Date.
func (d Date) Official() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("2006年1月2日")
}
