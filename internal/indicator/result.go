// Package indicator evaluates the definitions of a pack over a frame: a value
// for every section, and for every region its own formula, mean and spread.
//
// A region's value is never the mean of its sections' values: it is computed
// from their figures, and a section that lacks any of them is left out of all
// of them. How many were left out goes with the value.
package indicator

import (
	"sync"

	"shuren/internal/edu"
	"shuren/internal/formula"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/stats"
)

// Result is what a pack's indicators come to over one frame.
type Result struct {
	Frame *frame.Frame
	// Scope tells for each row whether the standard's scope holds it: Met inside,
	// Exempt outside, Unknown where that cannot be told. Nil: every row is inside.
	Scope []edu.Verdict
	Items []*Item // in the order of the pack
	byID  map[string]*Item
}

// Item is one indicator over one frame.
type Item struct {
	Def   *pack.Indicator
	Stats [edu.NumLevels][]Stat // by region of the frame's levels

	result  *Result
	at      int // place among the items of its evaluation
	section *formula.Bound
	fields  []*column // that the section formula reads
	region  *formula.BoundRegion
	weight  []float64

	asked  sync.Once
	values []float64
}

// Stat is one indicator over one region.
type Stat struct {
	Value float64 // region formula, NaN is missing
	N     int     // rows that entered Value
	// Missing is how many rows in scope lack an input, or may be in scope. A row
	// to which the question does not apply is not missing.
	Missing int
	// Plain and Weighted are the moments of the section values over the rows in
	// scope that have one; Weighted counts only rows that have the weight too.
	Plain, Weighted stats.Moments
}

// Item finds an indicator's item by id, or nil.
func (r *Result) Item(id string) *Item { return r.byID[id] }

// holds reports that a row enters the figures of its regions.
func (r *Result) holds(row int) bool { return r.Scope == nil || r.Scope[row] == edu.Met }
