package indicator

import (
	"shuren/internal/edu"
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
	Def    *pack.Indicator
	Values []float64                 // section value by row, NaN is missing
	Stats  [edu.NumLevels][]Stat     // by region of the frame's levels
	result *Result
}

// Stat is one indicator over one region.
type Stat struct {
	Value   float64 // region formula, NaN is missing
	N       int     // rows that entered Value
	Missing int     // rows in scope that lack an input
	// Plain and Weighted are the moments of the section values over the rows in
	// scope that have one; Weighted counts only rows that have the weight too.
	Plain, Weighted stats.Moments
}

// Item finds an indicator's item by id, or nil.
func (r *Result) Item(id string) *Item { return r.byID[id] }
