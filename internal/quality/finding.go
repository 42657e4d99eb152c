// Package quality looks for figures that are probably wrong: far from those of
// like schools, copied, or jumping from year to year, and for schools that are
// probably one.
//
// A finding is a question to whoever filled the form, never a verdict: nothing
// is changed and nothing is left out because of it. Where too few like schools
// have a figure nothing is said, since then every one of them is an outlier.
package quality

import (
	"cmp"
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Method is how something was found.
type Method string

const (
	ModifiedZ Method = "mad"       // modified z-score: median and MAD
	ZScore    Method = "z"         // z-score: mean and standard deviation
	Range     Method = "range"     // min–max: beyond the limits, or beyond the range of its peers
	Jump      Method = "jump"      // from the year before
	SameYear  Method = "same_year" // a whole row as it was the year before
	SameRow   Method = "same_row"  // a whole row as another school's
	SameList  Method = "same_list" // a list of classes as another school's
	SameName  Method = "same_name" // two schools of one county that are called alike
	SameCode  Method = "same_code" // two schools of one code
)

// Methods lists all methods in the order in which they are shown.
var Methods = []Method{ModifiedZ, ZScore, Range, Jump, SameYear, SameRow, SameList, SameName, SameCode}

// School names a school, or one of its sections.
type School struct {
	ID     edu.UnitID
	Code   string
	Name   string
	Stage  edu.Stage // of the section, where it is about one
	County string    // code
	Of     string    // name of the county
}

// Finding is one thing to look at.
type Finding struct {
	Method  Method
	School  School
	Other   *School  // the school that it is compared with
	Item    string   // id of the element or indicator; empty where it is about more
	Name    edu.Text // of the item
	Value   float64
	Score   float64 // how far off, in the method's own measure
	Reason  edu.Text
	Cells   []edu.Cell // where the figures stand
	Measure bool       // Item is an indicator, not an element
}

// Key names a finding in the same figures.
func (f *Finding) Key() string {
	other := ""
	if f.Other != nil {
		other = f.Other.Code
	}
	return fmt.Sprintf("%s/%s/%s/%s/%s", f.Method, f.School.Code, f.School.Stage, f.Item, other)
}

// Options are the limits of what is worth a question. The zero Options take the
// defaults.
type Options struct {
	Z         float64 // standard deviations, default 3
	ModifiedZ float64 // modified z-score, default 3.5
	// Beyond is how far outside its peers' range a figure must lie, in widths of
	// that range, default 0.5.
	Beyond float64
	Jump   float64 // part of last year's figure, default 0.5
	// Group is the least number of like schools with a figure, default 12: the
	// z-score of one in ten can never reach 3.
	Group int
	// Peers overrides which schools are alike; see [Peers].
	Peers Peers
	// Snapshot is the tree of the period; without it nothing is said of codes.
	Snapshot *edu.Snapshot
}

func (o Options) defaults() Options {
	o.Z = cmp.Or(o.Z, 3)
	o.ModifiedZ = cmp.Or(o.ModifiedZ, 3.5)
	o.Beyond = cmp.Or(o.Beyond, 0.5)
	o.Jump = cmp.Or(o.Jump, 0.5)
	o.Group = cmp.Or(o.Group, 12)
	return o
}

// Find looks for everything. prev is last year's set, nil where there is none;
// if set does not know its predecessor yet, it is told. The findings stand by
// county, school, stage and method.
func Find(set, prev *frame.Set, p *pack.Pack, opt Options) ([]Finding, error) {
	opt = opt.defaults()
	if prev != nil && set.Prev == nil {
		set.Prev = prev
	}
	if opt.Peers == nil {
		opt.Peers = ByPlace(p)
	}
	var out []Finding
	for _, f := range set.Sections {
		fs, err := outliers(f, p, opt)
		if err != nil {
			return nil, fmt.Errorf("outliers of %s: %w", f.Stage, err)
		}
		out = append(out, fs...)
		out = append(out, limits(f, p)...)
		out = append(out, jumps(f, p, opt)...)
		out = append(out, copies(f, p)...)
		out = append(out, lists(f, p)...)
	}
	out = append(out, names(set)...)
	out = append(out, codes(opt.Snapshot)...)
	rank := map[Method]int{}
	for i, m := range Methods {
		rank[m] = i
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.School.County, b.School.County), cmp.Compare(a.School.Code, b.School.Code), cmp.Compare(a.School.Stage, b.School.Stage),
			rank[a.Method]-rank[b.Method], cmp.Compare(a.Item, b.Item))
	})
	return slices.CompactFunc(out, func(a, b Finding) bool { return a.Key() == b.Key() }), nil
}

// school describes a row of a frame.
func school(f *frame.Frame, row int) School {
	s := School{ID: f.Rows[row].ID, Code: f.Rows[row].Code, Name: f.Rows[row].Name, Stage: f.Stage}
	if r := f.RegionOf(edu.County, row); r >= 0 {
		s.County, s.Of = f.Regions[edu.County][r].Code, f.Regions[edu.County][r].Name
	}
	return s
}
