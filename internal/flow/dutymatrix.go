package flow

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/duty"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/store"
)

// DutyMatrix is what of each list is done, by unit, in code order. It is no rank.
type DutyMatrix struct {
	Period edu.Period // that was asked for; zero is the newest of each list
	Lists  []DutyList // that are on and asked
	Rounds []duty.Round
	Rows   []DutyRow
}

// DutyRow is a school, or a county with its schools added up.
type DutyRow struct {
	Unit    edu.UnitID
	Code    string
	Name    edu.Text
	Schools int
	Cells   []DutyCell // by list
}

// DutyCell is how far a list is.
type DutyCell struct {
	duty.Progress
	Schools int // that owe the list
	Done    int // of them that owe nothing more
}

// Matrix is the matrix of the reader's part: of counties where it holds more than
// one and none is named, otherwise of schools.
func (x *DutyLists) Matrix(ctx context.Context, who auth.Actor, p edu.Period, county edu.UnitID) (DutyMatrix, error) {
	r, err := x.reach(ctx, who)
	if err != nil {
		return DutyMatrix{}, err
	}
	m := DutyMatrix{Period: p}
	all, err := x.lists(ctx)
	if err != nil {
		return m, err
	}
	for _, l := range all {
		if round, ok := l.Round(p); ok {
			m.Lists, m.Rounds = append(m.Lists, l), append(m.Rounds, round)
		}
	}
	schools, err := x.city.campuses(ctx)
	if err != nil {
		return m, err
	}
	var sheets []map[edu.UnitID]duty.Sheet
	for i, l := range m.Lists {
		s, err := x.sheets(ctx, scopeOf(r.Reach, store.Reader), l.List.ID, m.Rounds[i].Period)
		if err != nil {
			return m, err
		}
		sheets = append(sheets, s)
	}
	counties := map[edu.UnitID]bool{}
	for _, s := range schools {
		if r.holds(s.ID) {
			counties[s.County] = true
		}
	}
	byCounty := county == "" && len(counties) > 1
	names := namesIn(r.tree)
	for _, s := range schools {
		if county != "" && s.County != county || !r.holds(s.ID) {
			continue
		}
		if n := len(m.Rows); !byCounty {
			m.Rows = append(m.Rows, DutyRow{Unit: s.ID, Code: s.Code, Name: s.Name, Cells: make([]DutyCell, len(m.Lists))})
		} else if n == 0 || m.Rows[n-1].Unit != s.County {
			row := DutyRow{Unit: s.County, Name: names(s.County), Cells: make([]DutyCell, len(m.Lists))}
			if u, ok := r.tree.Unit(s.County); ok {
				row.Code = lastAttrs(u).Code
			}
			m.Rows = append(m.Rows, row)
		}
		row := &m.Rows[len(m.Rows)-1]
		row.Schools++
		for i, l := range m.Lists {
			sheet := sheets[i][s.ID]
			p := sheet.Progress(l.List, s.Stages)
			if p.Owed == 0 {
				continue
			}
			c := &row.Cells[i]
			c.Add(p)
			c.Schools++
			if p.Whole() {
				c.Done++
			}
		}
	}
	return m, nil
}

// DutyCount is what schools stated of a count, as far as the reader may see it.
type DutyCount struct {
	Of       duty.Count
	Shown    duty.Shown
	Rows     []DutyCounted  // schools of the reader's part, in code order
	Counties []DutyCountyOf // that the reader holds as a whole: nobody reads a county from a few of its schools
	Whole    int
}

// DutyCountyOf is what the schools of a county stated together; N is Hidden where it
// is not shown.
type DutyCountyOf struct {
	Unit        edu.UnitID
	Said, Asked int // schools
	N           int
}

// DutyCounted is a school's figure; N is Hidden where it was given and is not
// shown.
type DutyCounted struct {
	Unit   edu.UnitID
	Code   string
	Name   edu.Text
	County edu.UnitID
	Said   bool
	N      int
}

// Counts are the figures of a count. What is hidden is decided of the whole city,
// whoever asks: a county and the city see the same.
func (x *DutyLists) Counts(ctx context.Context, who auth.Actor, list, count string, p edu.Period) (DutyCount, error) {
	var out DutyCount
	r, err := x.reach(ctx, who)
	if err != nil {
		return out, err
	}
	l, err := x.list(ctx, list)
	if err != nil {
		return out, err
	}
	round, ok := l.Round(p)
	for _, c := range l.Counts {
		if c.ID == count {
			out.Of = c
		}
	}
	if !ok || out.Of.ID == "" {
		return out, fmt.Errorf("count %s of %s: %w", count, list, fault.NotFound)
	}
	sheets, err := x.sheets(ctx, readAll, list, round.Period)
	if err != nil {
		return out, err
	}
	schools, err := x.city.campuses(ctx)
	if err != nil {
		return out, err
	}
	var all []duty.Stated
	for _, s := range schools {
		if len(l.For(s.Stages)) == 0 {
			continue
		}
		n, said := sheets[s.ID].Counts[count]
		all = append(all, duty.Stated{Unit: s.ID, County: s.County, N: n, Said: said})
	}
	if out.Shown, err = duty.Show(all); err != nil {
		return out, err
	}
	at := map[edu.UnitID]campus{}
	for _, s := range schools {
		at[s.ID] = s
	}
	for _, s := range all {
		if r.holds(s.County) {
			k := slices.IndexFunc(out.Counties, func(c DutyCountyOf) bool { return c.Unit == s.County })
			if k < 0 {
				k = len(out.Counties)
				out.Counties = append(out.Counties, DutyCountyOf{Unit: s.County})
			}
			c := &out.Counties[k]
			if c.Asked++; s.Said {
				c.Said++
			}
			if c.N += s.N; !out.Shown.County[s.County] {
				c.N = Hidden
			}
		}
		if out.Shown.Whole && r.Whole {
			out.Whole += s.N
		}
		if !r.holds(s.Unit) {
			continue
		}
		c := at[s.Unit]
		row := DutyCounted{Unit: s.Unit, Code: c.Code, Name: c.Name, County: c.County, Said: s.Said, N: s.N}
		if s.Said && !out.Shown.Unit[s.Unit] && !x.own(who, s.Unit) {
			row.N = Hidden
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
