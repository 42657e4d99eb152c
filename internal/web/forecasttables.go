package web

import (
	"math"
	"slices"
	"strconv"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/forecast"
)

// errorCell is an error in percent; none where nothing could be compared.
func errorCell(x float64) Cell { return figure(x, 1) }

// test is what every method was worth on the past.
func (v forecastOf) test() Table {
	test := &v.f.Result.Test
	t := Table{ID: "test", Caption: v.T("forecast.test"), Sheet: v.T("forecast.test.sheet"), Tight: true, Empty: v.T("forecast.test.none"), Cols: []Col{{Label: v.T("forecast.method"), Wrap: true}, {Label: v.T("forecast.earlier"), Unit: "%", Num: true}, {Label: v.T("forecast.later"), Unit: "%", Num: true}}}
	if len(test.Later) == 0 {
		return t
	}
	ahead := 0
	for _, m := range test.Methods {
		ahead = max(ahead, len(m.ByAhead))
	}
	for h := range ahead {
		t.Cols = append(t.Cols, Col{Label: v.T("forecast.years.ahead", h+1), Unit: "%", Num: true})
	}
	for _, m := range append(test.Methods[:len(test.Methods):len(test.Methods)], test.Chosen) {
		c := Cell{Text: v.Text(forecast.MethodName(m.Method))}
		if m.Used {
			c.Small = v.T("forecast.used")
		}
		row := Row{Cells: []Cell{c, errorCell(m.Earlier), errorCell(m.Later)}}
		for h := range ahead {
			x := math.NaN()
			if h < len(m.ByAhead) {
				x = m.ByAhead[h]
			}
			row.Cells = append(row.Cells, errorCell(x))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// around are the counties side by side: now, and in so many years.
func (v forecastOf) around(stage int) Table {
	t := Table{ID: "around", Caption: v.T("forecast.around", v.Stage(edu.Stage(v.f.Result.Sections[stage]))), Sheet: v.T("forecast.around.sheet"), List: true, Cols: []Col{{Label: v.T("county")}}}
	last := v.f.Input.Years - 1
	t.Cols = append(t.Cols, Col{Label: strconv.Itoa(v.f.Input.First + last), Num: true})
	at := []int{2, 4, len(v.f.Result.Years) - 1}
	for _, h := range at {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(v.f.Result.Years[h]), Num: true}, Col{Label: v.T("forecast.between"), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: v.T("forecast.change"), Unit: "%", Num: true})
	for i, p := range v.f.Places {
		if !v.f.Shown[i] || p.Level == edu.Section {
			continue
		}
		x := &v.f.Result.Section[i][stage]
		now := x.Past[last]
		row := Row{Cells: []Cell{linked(v.name(i), v.here("of", v.key(i), "did", "")), v.count(i, stage, v.f.Input.First+last, now)}}
		for _, h := range at {
			if v.f.Few(i, stage, -1, v.f.Result.Years[h]) {
				row.Cells = append(row.Cells, text(hiddenMark), text(hiddenMark))
				continue
			}
			row.Cells = append(row.Cells, figure(x.Mid[h], 0), text(v.between(x.Low[h], x.High[h])))
		}
		grown := 100 * (x.Mid[at[2]]/now - 1)
		t.Rows = append(t.Rows, Row{Cells: append(row.Cells, Cell{Text: chart.Change(grown, 1), Value: grown, Number: !math.IsNaN(grown) && !math.IsInf(grown, 0)})})
	}
	return t
}

// ratios are what moves up from grade to grade, as it was of late and as it is
// used.
func (v forecastOf) ratios() Table {
	const shown = 5
	t := Table{ID: "ratios", Caption: v.T("forecast.ratios"), Sheet: v.T("forecast.ratios"), Tight: true, Cols: []Col{{Label: v.T("forecast.into")}, {Label: v.T("forecast.ratio"), Num: true}}}
	from := max(1, v.f.Input.Years-shown)
	for y := from; y < v.f.Input.Years; y++ {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(v.f.Input.First + y), Num: true})
	}
	for g, x := range v.f.Result.Ratios {
		row := Row{Cells: []Cell{text(v.grade(g + 1)), figure(x.Used, 3)}}
		for y := from; y < v.f.Input.Years; y++ {
			row.Cells = append(row.Cells, figure(x.Past[y-1], 3))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// births are the births of the counties, or of the one that is looked at.
func (v forecastOf) births(at int) Table {
	t := Table{ID: "births", Caption: v.T("forecast.births"), Sheet: v.T("forecast.births"), Tight: true, Empty: v.T("forecast.births.none"), Cols: []Col{{Label: v.T("county")}}}
	first, last := math.MaxInt, 0
	type line struct {
		b      *forecast.Births
		first  int
		births []float64
	}
	var all []line
	for i := range v.f.Births {
		b := &v.f.Births[i]
		if at > 0 && v.f.Places[at].Unit != b.County {
			continue
		}
		from, births := b.ByYear()
		if len(births) > 0 {
			all = append(all, line{b, from, births})
			first, last = min(first, from), max(last, from+len(births)-1)
		}
	}
	if all == nil {
		return t
	}
	place := map[edu.UnitID]int{} // counties stand in the order of their codes
	for i, p := range v.f.Places {
		if p.Level == edu.County {
			place[p.Unit] = i
		}
	}
	slices.SortStableFunc(all, func(a, b line) int { return place[a.b.County] - place[b.b.County] })
	first = max(first, last-11)
	for y := first; y <= last; y++ {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(y), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: v.T("forecast.basis")}, Col{Label: v.T("forecast.source"), Wrap: true}, Col{Label: v.T("forecast.asof")})
	for _, l := range all {
		row := Row{Cells: []Cell{text(v.units(l.b.County))}}
		for y := first; y <= last; y++ {
			x := math.NaN()
			if k := y - l.first; k >= 0 && k < len(l.births) {
				x = l.births[k]
			}
			row.Cells = append(row.Cells, figure(x, 0))
		}
		t.Rows = append(t.Rows, Row{Cells: append(row.Cells, text(v.Text(l.b.Basis.Name())), text(l.b.Source), text(l.b.AsOf.String()))})
	}
	return t
}

// held is how often the bands held what came, by level.
func (v forecastOf) held() Table {
	test := &v.f.Result.Test
	t := Table{ID: "held", Caption: v.T("forecast.held"), Sheet: v.T("forecast.held"), Tight: true, Cols: []Col{{Label: v.T("forecast.level")}, {Label: v.T("forecast.truths"), Num: true}, {Label: v.T("forecast.held.before"), Unit: "%", Num: true}, {Label: v.T("forecast.widened"), Num: true}, {Label: v.T("forecast.held.after"), Unit: "%", Num: true}}}
	for d, h := range test.Held {
		if h.Checked > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(v.Text(test.LevelName(d))), count(h.Checked), figure(100*h.Before, 1), figure(h.Widened, 2), figure(100*h.After, 1)}})
		}
	}
	return t
}

// townships are a county's births by township and year, for whoever keeps them:
// figures of small townships are few.
func (v forecastOf) townships(at int) Table {
	t := Table{ID: "townships", Caption: v.T("forecast.townships"), Sheet: v.T("forecast.townships"), Tight: true, Cols: []Col{{Label: v.T("forecast.township")}}}
	if at == 0 || !v.who.May(auth.KeepCounty) {
		return t
	}
	for _, b := range v.f.Births {
		if b.County != v.f.Places[at].Unit {
			continue
		}
		last := 0
		for _, l := range b.Lines {
			last = max(last, l.Year)
		}
		const shown = 8
		by, names := map[string][]float64{}, []string(nil)
		for _, l := range b.Lines {
			if l.Place == "" {
				continue
			}
			if by[l.Place] == nil {
				by[l.Place] = slices.Repeat([]float64{math.NaN()}, shown)
				names = append(names, l.Place)
			}
			if k := shown - 1 - (last - l.Year); k >= 0 {
				by[l.Place][k] = float64(l.Births)
			}
		}
		for k := range shown {
			t.Cols = append(t.Cols, Col{Label: strconv.Itoa(last - shown + 1 + k), Num: true})
		}
		for _, n := range names[:min(len(names), 40)] {
			row := Row{Cells: []Cell{text(n)}}
			for _, x := range by[n] {
				row.Cells = append(row.Cells, figure(x, 0))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return t
}
