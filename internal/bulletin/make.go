package bulletin

import (
	"fmt"
	"math"
	"strconv"

	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// Make makes what is published of some assessments of one period: of the counties
// that the first one knows and of the city. English names follow the Chinese ones
// where en has them.
func Make(b Board, all []*standard.Assessment, en map[string]string) (Board, error) {
	if len(all) == 0 {
		return b, nil
	}
	b.Places, b.Tables, b.Counts, b.Packs = []Place{{Name: b.City}}, nil, nil, nil
	codes := []string{""}
	for _, u := range all[0].Units[edu.County] {
		b.Places = append(b.Places, Place{u.Code, edu.Text{ZH: u.Name, EN: en[u.Code]}})
		codes = append(codes, u.Code)
	}
	for n, a := range all {
		b.Packs = append(b.Packs, Pack{a.Pack.Ref(), a.Pack.Hash, a.Pack.Source, a.Pack.Name})
		at := map[string]int{} // of a county's code, its unit
		for i, u := range a.Units[edu.County] {
			at[u.Code] = i
		}
		for s, st := range a.Stages {
			veil := compare.NewVeil(a, st, compare.Least)
			t := Table{Pack: a.Pack.Ref(), Stage: st.Frame.Stage}
			for _, j := range st.Judged {
				if m, ok := measure(a, st, j, veil, s, codes, at); ok {
					t.Measures = append(t.Measures, m)
				}
			}
			if len(t.Measures) > 0 {
				b.Tables = append(b.Tables, t)
			}
			if n > 0 {
				continue
			}
			c, ok, err := counted(a, st, veil, s, codes, at)
			if err != nil {
				return b, fmt.Errorf("counts of %s: %w", st.Frame.Stage, err)
			}
			if ok {
				b.Counts = append(b.Counts, c)
			}
		}
	}
	return b, nil
}

// measure is one measure of a stage at the places. What a region has no value of is
// not published.
func measure(a *standard.Assessment, st *standard.Stage, j *standard.Judged, veil *compare.Veil, stage int, codes []string, at map[string]int) (Measure, bool) {
	d := j.Item.Def
	if d.Level != edu.Section || d.Region == nil || d.Unit == pack.YesNo {
		return Measure{}, false
	}
	m := Measure{ID: d.ID, Unit: d.Unit, Name: d.Name, Words: d.Words, Notation: d.Notation, Decimals: d.Decimals, Source: d.Source, Tag: d.Tag, Stage: st.Frame.Stage}
	if t := j.Region; t != nil && t.Formula == nil {
		m.Limit, m.LimitSource, m.LimitTag = limit(t), t.Source, t.Tag
	}
	some := false
	for i, code := range codes {
		v := Value{State: Missing}
		switch {
		case i == 0:
			if stats := j.Item.Stats[st.Frame.Levels[0]]; len(stats) > 0 {
				v = number(stats[0].Value)
			}
		default:
			if u, ok := at[code]; ok {
				if r := a.Units[edu.County][u].Region[stage]; r >= 0 {
					if v = number(j.Item.Stats[edu.County][r].Value); veil.Region(d, r) {
						v = Value{State: Hidden}
					}
				}
			}
		}
		some = some || v.State == Shown
		m.Values = append(m.Values, v)
	}
	return m, some
}

func number(v float64) Value {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Value{State: Missing}
	}
	return Value{v, Shown}
}

// counted are the pupils of a stage at the places, by urban and rural.
func counted(a *standard.Assessment, st *standard.Stage, veil *compare.Veil, stage int, codes []string, at map[string]int) (CountTable, bool, error) {
	by := compare.Bys[0]
	group, known := by.Of(a, st)
	pupils, ok := st.Frame.Column(compare.Pupils)
	if !known || !ok {
		return CountTable{}, false, nil
	}
	h, err := veil.Counted()
	if err != nil {
		return CountTable{}, false, err
	}
	c := CountTable{Stage: st.Frame.Stage}
	c.Groups, c.IDs = groupNames(by)
	place := map[int]int{} // of a region of the stage, the place
	for i, code := range codes[1:] {
		if u, ok := at[code]; ok {
			if r := a.Units[edu.County][u].Region[stage]; r >= 0 {
				place[r] = i
			}
		}
	}
	rows := make([]Row, st.Frame.Len())
	for row := range rows {
		r := Row{County: -1, Group: group[row], N: -1}
		if k := st.Frame.RegionOf(edu.County, row); k >= 0 {
			if i, ok := place[k]; ok {
				r.County = i
			}
		}
		if r.Group < 0 {
			r.Group = len(c.Groups) - 1
		}
		if v := pupils[row]; v >= 0 {
			r.N = int(math.Round(v))
		}
		rows[row] = r
	}
	c.Cells = countTable(rows, h, len(codes)-1, len(c.Groups))
	return c, true, nil
}

// limit is what a place is held to, as documents write it.
func limit(t *pack.Threshold) string {
	op := "="
	switch t.Op {
	case pack.AtLeast:
		op = "≥"
	case pack.AtMost:
		op = "≤"
	case pack.Above:
		op = ">"
	case pack.Below:
		op = "<"
	}
	return op + strconv.FormatFloat(t.Value, 'f', -1, 64)
}
