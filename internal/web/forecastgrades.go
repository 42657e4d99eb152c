// The forecast grade by grade, and the births that kindergartens and entries of grade
// one imply, beside those that were told.

package web

import (
	"math"
	"slices"
	"strconv"

	"shuren/internal/edu"
)

// grades are the pupils of each grade of a stage at a place: the last years and those
// ahead, by the middle of the forecast.
func (v forecastOf) grades(at, stage int) Table {
	const past = 2
	in := v.f.Input
	t := Table{ID: "grades", Caption: v.T("forecast.grades", v.name(at), v.Stage(edu.Stage(v.f.Result.Sections[stage]))), Sheet: v.T("forecast.grades.sheet"), Tight: true, Cols: []Col{{Label: v.T("forecast.grade.head")}}}
	first := max(0, in.Years-past)
	for y := first; y < in.Years; y++ {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(in.First + y), Num: true})
	}
	for _, y := range v.f.Result.Years {
		t.Cols = append(t.Cols, Col{Label: v.T("forecast.moves.ahead", strconv.Itoa(y)), Num: true})
	}
	for g, grade := range in.Grades {
		if grade.Section != v.f.Result.Sections[stage] {
			continue
		}
		row := Row{Cells: []Cell{text(v.grade(g))}}
		put := func(year int, x float64) {
			if v.f.Few(at, stage, g, year) {
				row.Cells = append(row.Cells, text(hiddenMark))
				return
			}
			row.Cells = append(row.Cells, figure(x, 0))
		}
		for y := first; y < in.Years; y++ {
			put(in.First+y, v.f.Result.GradePast[at][g][y])
		}
		for h, year := range v.f.Result.Years {
			put(year, v.f.Result.Grade[at][g][h])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// impliedFrom are the grades whose children were born so many years before.
var impliedFrom = []struct {
	element string
	years   int
	key     string
}{{"children.small", 3, "forecast.implied.small"}, {"pupils.g1", 6, "forecast.implied.g1"}}

// implied are births by year: as they were told, boys and girls where these were said
// apart, and as many as the youngest class of kindergartens and grade one had of them.
func (v forecastOf) implied(at int) Table {
	in := v.f.Input
	t := Table{ID: "implied", Caption: v.T("forecast.implied"), Sheet: v.T("forecast.implied"), Tight: true, Cols: []Col{{Label: v.T("forecast.implied.year"), Num: true}, {Label: v.T("forecast.births.told"), Num: true}, {Label: v.T("forecast.boys"), Num: true}, {Label: v.T("forecast.girls"), Num: true}, {Label: v.T("forecast.implied.small"), Num: true}, {Label: v.T("forecast.implied.g1"), Num: true}}}
	type born struct{ all, boys float64 }
	told := map[int]born{}
	for _, b := range v.f.Births {
		if at > 0 && v.f.Places[at].Unit != b.County {
			continue
		}
		for _, l := range b.Lines {
			x := told[l.Year]
			x.all += float64(l.Births)
			if l.Sexes {
				x.boys += float64(l.Boys)
			} else {
				x.boys = math.NaN()
			}
			told[l.Year] = x
		}
	}
	if at == 0 && len(v.f.Births) < v.shownCounties() {
		told = map[int]born{} // of some counties only: no sum of the city
	}
	seen := map[int][2]float64{}
	for k, from := range impliedFrom {
		g := slices.Index(v.f.Grades, from.element)
		if g < 0 {
			continue
		}
		stage := slices.Index(v.f.Result.Sections, in.Grades[g].Section)
		for y := range in.Years {
			x := v.f.Result.GradePast[at][g][y]
			if stage >= 0 && v.f.Few(at, stage, g, in.First+y) {
				x = math.NaN()
			}
			year := in.First + y - from.years
			s, ok := seen[year]
			if !ok {
				s = [2]float64{math.NaN(), math.NaN()}
			}
			s[k] = x
			seen[year] = s
		}
	}
	var years []int
	for y := range seen {
		years = append(years, y)
	}
	for y := range told {
		if _, ok := seen[y]; !ok {
			years = append(years, y)
		}
	}
	slices.Sort(years)
	for _, y := range years {
		s, ok := seen[y]
		if !ok {
			s = [2]float64{math.NaN(), math.NaN()}
		}
		b, ok := told[y]
		if !ok {
			b = born{math.NaN(), math.NaN()}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(strconv.Itoa(y)), figure(b.all, 0), figure(b.boys, 0), figure(b.all-b.boys, 0), figure(s[0], 0), figure(s[1], 0)}})
	}
	return t
}

// shownCounties are those that the reader is shown.
func (v forecastOf) shownCounties() (n int) {
	for i, p := range v.f.Places {
		if v.f.Shown[i] && p.Level == edu.County {
			n++
		}
	}
	return n
}
