package forecast

import "math"

// Pupils are those of one section of a leaf in the years ahead: what whoever plans
// staff and places reads.
type Pupils struct {
	Node    int
	Place   string // the leaf's ID
	Within  string // the ID of what it lies in
	Section string
	First   int     // year of the first figure ahead
	Now     float64 // the last count; NaN where it is missing
	// Mid, Low and High are by year from First: persons, not rounded. Low and High
	// are scenarios that add up to those of the county and the city.
	Mid, Low, High []float64
}

// Pupils lists the sections of all leaves that have, had or will have anybody, in
// the order of the nodes and of the sections.
func (r *Result) Pupils(in *Input) (out []Pupils) {
	inner := make([]bool, len(in.Nodes))
	for _, n := range in.Nodes {
		if n.Up >= 0 {
			inner[n.Up] = true
		}
	}
	for i, n := range in.Nodes {
		if inner[i] {
			continue
		}
		for s := range r.Sections {
			w := &r.Section[i][s]
			if !anybody(w.Past) && !anybody(w.Mid) {
				continue
			}
			p := Pupils{Node: i, Place: n.ID, Section: r.Sections[s], First: in.First + in.Years, Now: math.NaN(), Mid: w.Mid, Low: w.Low, High: w.High}
			if n.Up >= 0 {
				p.Within = in.Nodes[n.Up].ID
			}
			if k := len(w.Past); k > 0 {
				p.Now = w.Past[k-1]
			}
			out = append(out, p)
		}
	}
	return out
}

func anybody(years []float64) bool {
	for _, x := range years {
		if x > 0 {
			return true
		}
	}
	return false
}

// Moves are how many more, or fewer, the pupils of a node were a year later, one
// grade up within their stage, by year: who came and went, stayed down or left
// school, which figures of grades cannot tell apart. The past comes first, then the
// years ahead; NaN where a year is missing. A year ahead holds what was added on top.
func (r *Result) Moves(in *Input, node int) []float64 {
	series := make([][]float64, len(in.Grades))
	for g := range series {
		series[g] = append(append([]float64(nil), r.GradePast[node][g]...), r.Grade[node][g]...)
	}
	out := make([]float64, in.Years+len(r.Years))
	out[0] = math.NaN()
	for y := 1; y < len(out); y++ {
		for g := 1; g < len(series); g++ {
			// A grade of which nobody was counted was not counted yet, or is gone.
			if from, to := series[g-1][y-1], series[g][y]; in.Grades[g].Section == in.Grades[g-1].Section && from != 0 && to != 0 {
				out[y] += to - from
			}
		}
	}
	return out
}
