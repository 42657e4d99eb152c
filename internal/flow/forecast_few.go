package flow

import (
	"math"
	"slices"

	"shuren/internal/compare"
	"shuren/internal/edu"
)

// hiddenCounts are the figures of a forecast that would tell of too few persons to
// a reader who may not see the schools behind them: by node, grade (the stage's sum
// behind the last) and year, the past first.
type hiddenCounts map[[3]int]bool

// Few tells that a figure is not shown to this reader: of a node, of a section as a
// whole (grade -1) or one of its grades, and a year. What is forecast of few is left
// out as what was counted is: a year on they are the same children.
func (f *Forecast) Few(node, section, grade, year int) bool {
	if f.few == nil {
		return false
	}
	if grade < 0 {
		grade = len(f.Input.Grades) + section
	}
	return f.few[[3]int{node, grade, year - f.Input.First}]
}

// hide finds what must be left out, stage by stage and year by year: the grades of
// the counties, their sums over grades and over counties. open tells the places whose
// schools the reader may see, where nothing is left out. nil is nothing at all.
func (f *Forecast) hide(open func(node int) bool) (hiddenCounts, error) {
	if open(0) {
		return nil, nil
	}
	var nodes []int
	all := true
	for i, p := range f.Places {
		if i > 0 && p.Level == edu.County && f.Shown[i] {
			nodes = append(nodes, i)
			all = all && open(i)
		}
	}
	if all && !f.Shown[0] {
		return nil, nil
	}
	out := hiddenCounts{}
	r := f.Result
	for s, stage := range r.Sections {
		var grades []int
		for g, x := range f.Input.Grades {
			if x.Section == stage {
				grades = append(grades, g)
			}
		}
		for y := range f.Input.Years + len(r.Years) {
			t := compare.Counts{Up: []int{-1}, Cells: [][]int{nil}}
			for _, i := range nodes {
				row := make([]int, len(grades))
				for k, g := range grades {
					x := 0.0
					if y < f.Input.Years {
						x = r.GradePast[i][g][y]
					} else {
						x = r.Grade[i][g][y-f.Input.Years]
					}
					switch {
					case open(i): // known to the reader from the schools themselves
						row[k] = compare.Nobody
					case math.IsNaN(x) || x < 0.5 && !slices.ContainsFunc(r.GradePast[i][g], func(n float64) bool { return n > 0 }):
						row[k] = compare.Nobody // the county has no such school
					default:
						row[k] = int(math.Round(x))
					}
				}
				t.Up, t.Cells = append(t.Up, 0), append(t.Cells, row)
			}
			hidden, err := compare.Suppress(t, compare.Least)
			if err != nil {
				return nil, err
			}
			for k, row := range hidden {
				node := 0
				if k > 0 {
					node = nodes[k-1]
				}
				for col, h := range row {
					grade := len(f.Input.Grades) + s
					if col < len(grades) {
						grade = grades[col]
					}
					if h && (k == 0 || !open(node)) {
						out[[3]int{node, grade, y}] = true
					}
				}
			}
		}
	}
	return out, nil
}
