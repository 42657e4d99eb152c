package forecast

import (
	"math"
	"slices"
)

// sections are the sections of an input in the order of their grades.
func (in *Input) sections() (names []string, of []int) {
	for _, g := range in.Grades {
		k := slices.Index(names, g.Section)
		if k < 0 {
			k = len(names)
			names = append(names, g.Section)
		}
		of = append(of, k)
	}
	return names, of
}

// sums adds leaves up the tree: by node, grade and year.
func (p *past) sums(leaves [][][]float64) [][][]float64 {
	out := make([][][]float64, len(p.in.Nodes))
	for k, leaf := range p.leaves {
		out[leaf] = leaves[k]
	}
	for i := len(out) - 1; i > 0; i-- {
		up := p.in.Nodes[i].Up
		if out[up] == nil {
			out[up] = make([][]float64, len(p.in.Grades))
			for g := range out[up] {
				out[up][g] = make([]float64, len(out[i][g]))
			}
		}
		for g := range out[i] {
			for y, x := range out[i][g] {
				out[up][g][y] += x
			}
		}
	}
	return out
}

// bySection adds grades to sections: by node, section and year.
func bySection(grades [][][]float64, of []int, sections int) [][][]float64 {
	out := make([][][]float64, len(grades))
	for i, gs := range grades {
		out[i] = make([][]float64, sections)
		for g, years := range gs {
			if out[i][of[g]] == nil {
				out[i][of[g]] = make([]float64, len(years))
			}
			for y, x := range years {
				out[i][of[g]][y] += x
			}
		}
	}
	return out
}

// actual is the past itself by leaf, grade and year. A grade that a leaf had not
// yet has nobody; a year that is missing between counts is missing.
func (p *past) actual() [][][]float64 {
	out := make([][][]float64, len(p.leaves))
	for k, leaf := range p.leaves {
		for g := range p.in.Grades {
			years := slices.Clone(p.of(leaf, g))
			for y := range years {
				if !math.IsNaN(years[y]) {
					break
				}
				years[y] = 0
			}
			out[k] = append(out[k], years)
		}
	}
	return out
}
