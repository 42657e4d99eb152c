// Package bulletin makes the public's copy of a city's figures: plain pages in two
// languages, and the same as open data with a dictionary. It needs no server and
// no script.
//
// Only what a lock-down fixed is published, of counties and the city and never of
// a school, and what must not be shown beside other figures is left out by the one
// decision of [compare.Veil]. The same edition is the same bytes whenever it is
// made.
package bulletin

import (
	"time"

	"shuren/internal/edu"
)

// Board is what an edition publishes.
type Board struct {
	City      edu.Text
	Period    edu.Period
	Lockdown  string    // id of the lock-down whose figures these are
	LockedAt  time.Time // when it was made
	Engine    string    // version of the program that fixed them
	Packs     []Pack
	Fictional string // a mark that the figures are made up; empty where they are not
	Places    []Place
	Tables    []Table
	Counts    []CountTable
}

// Pack is a scheme by which figures were measured.
type Pack struct {
	Ref, Hash, Source string
	Name              edu.Text
}

// Place is the city, which has no code here, or a county.
type Place struct {
	Code string
	Name edu.Text
}

// Table is the measures of one stage by one scheme, for the places.
type Table struct {
	Pack     string
	Stage    edu.Stage // empty for county answers
	Measures []Measure
}

// Measure is one measure with its figures, parallel to the places.
type Measure struct {
	ID, Unit    string
	Name, Words edu.Text // what it is called, and its formula in words
	Notation    string
	Decimals    int
	Limit       string // what places are held to, as "≥ 4.5"; empty for nothing
	Source, Tag string // of the measure
	LimitSource string
	LimitTag    string
	Values      []Value
	Stage       edu.Stage
}

// Value is a figure, or why there is none.
type Value struct {
	Number float64
	State  State
}

// State tells a figure from the two ways in which there is none.
type State string

const (
	Shown   State = "shown"
	Hidden  State = "hidden"  // left out so that nobody learns of a few
	Missing State = "missing" // not reported, or there is none
)

// CountTable is how many pupils the places have, by groups.
type CountTable struct {
	Stage  edu.Stage
	Groups []edu.Text
	IDs    []string
	Cells  [][]Value // by place, by group and at the end in all
}
