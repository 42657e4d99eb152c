// Package frame holds one snapshot of a city, or a nation, as columns.
//
// A frame holds the sections of one stage in the order of the tree, so every
// region is one contiguous range of rows and a roll-up is a scan. A missing
// figure is a NaN in its column (see [edu.Missing]): arithmetic carries it
// along, and nothing that is missing can pass for zero.
package frame

import (
	"sync"

	"shuren/internal/edu"
)

// Strings is a column of repeated texts: Dict[Code[i]] is the text of row i. A
// nil *Strings is a column that the source does not have.
type Strings struct {
	Dict []string
	Code []uint32
}

// At is the text of row i, empty where the column is absent.
func (s *Strings) At(i int) string {
	if s == nil || len(s.Code) == 0 {
		return ""
	}
	return s.Dict[s.Code[i]]
}

// Head says where a column of a table stood in its file.
type Head struct {
	Column string // spreadsheet letters
	Header string // as it stood in the file
	// FilledIn is the unit of measure in which the cells are filled where it
	// differs from the element's own (万元 for yuan); the column is converted.
	FilledIn string
	// Row is the row of the cell where that is not the record's own row: in a
	// sheet that has one row for each item. 0 is the record's row.
	Row int32
}

// Table is a batch of records of one level, column by column, as a file or the
// store gives them. Build makes frames of tables.
type Table struct {
	Period     edu.Period
	Level      edu.Level // what a row is: edu.Section, edu.School or edu.County
	List       string    // "", or the id of a list (class list, room list) whose rows belong to sections
	Submission string
	File       string
	Sheet      string

	N     int
	Rows  []int32  // row number in the sheet, 1-based, of each record
	Stage *Strings // stage of each record; nil where stages are not told apart
	Key   *Strings // code of the unit (of a section: of its school); "" is an error found earlier
	Name  *Strings
	// Path holds the codes of the units above, by level, and PathName their
	// names: Path[edu.County] is the county of each record.
	Path     [edu.NumLevels]*Strings
	PathName [edu.NumLevels]*Strings

	Cols  map[string][]float64 // by element id (or id.part), N long, NaN is missing
	Texts map[string]*Strings  // text answers, such as the evidence of a review item
	Heads map[string]Head      // by element id
}

// Region is a unit above the rows: its rows are Lo to Hi-1.
type Region struct {
	Level  edu.Level
	ID     edu.UnitID // internal id where the store knows one, otherwise the code
	Code   string
	Name   string
	Parent int // index in the level above, -1 at the top
	Lo, Hi int
}

// Row identifies a row of a frame.
type Row struct {
	ID   edu.UnitID // internal id where known, otherwise the code
	Code string
	Name string
}

// Frame is one stage of one period, its rows in the tree's pre-order.
type Frame struct {
	Period edu.Period
	Stage  edu.Stage
	Base   edu.Level // what a row is: edu.Section, or edu.County for county answers
	Rows   []Row
	// Levels are the levels above the rows that the data have, from the top
	// down; the first is one region that holds all rows.
	Levels  []edu.Level
	Regions [edu.NumLevels][]Region

	cols  map[string][]float64
	texts map[string]*Strings

	set     *Set
	grove   *grove
	lo      int // the first row's place in the layer
	shared  shared
	finding sync.Once
	row     map[string]int
}

// Set is all the frames of one period: one for each stage, and one whose rows
// are counties for county-level answers.
type Set struct {
	Period   edu.Period
	Sections []*Frame
	Counties *Frame // nil where the data tell no counties apart
	// Prev is the set of the period before, for prev(); nil where there is none.
	// It may be set until a frame is first asked for a column.
	Prev *Set
	// Prior says whose figures of Prev are a unit's past where codes do not tell;
	// nil where they do. It is set when Prev is.
	Prior *Prior

	sections, counties grove
	schools            *layer   // answers of schools, shared out or broadcast when asked for
	schoolRow          []uint32 // by unit: its row in schools, or none
	split              *split   // nil where no school gave anything that is shared out
	lists              map[string][]listed
	derive             map[string]Derive
	sums               []Sum
}

// Len is the number of rows.
func (f *Frame) Len() int { return len(f.Rows) }

// RegionOf finds the region of a level that holds a row, or -1.
func (f *Frame) RegionOf(level edu.Level, row int) int {
	rs := f.Regions[level]
	lo, hi := 0, len(rs)
	for lo < hi {
		m := (lo + hi) / 2
		if rs[m].Hi <= row {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(rs) && rs[lo].Lo <= row {
		return lo
	}
	return -1
}
