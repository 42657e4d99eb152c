package propose

import (
	"math"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/standard"
)

// township finds the township of a section, by its region or else by the county as
// one.
func (b *builder) township(st *standard.Stage, row int, w *Where) int {
	f := st.Frame
	name := b.c.Name
	if r := f.RegionOf(edu.Township, row); len(f.Regions[edu.Township]) > 0 && r >= 0 {
		reg := f.Regions[edu.Township][r]
		name = reg.Name
		if name == "" {
			name = reg.Code
		}
		if reg.Code != "" && reg.Code != name {
			b.codes(reg.Code, name)
		}
	}
	w.Township = name
	at := slices.Index(b.c.Townships, name)
	if at < 0 {
		at = len(b.c.Townships)
		b.c.Townships = append(b.c.Townships, name)
	}
	return at
}

// codes remembers by which name a township's code is known.
func (b *builder) codes(code, name string) {
	if b.town == nil {
		b.town = map[string]string{}
	}
	b.town[code] = name
}

// ways are between townships: the shortest over the roads that were told. Where
// none were told moves are not priced by distance; where some were and these not,
// nobody moves between them, since nobody can say what it costs.
func (b *builder) ways() {
	n := len(b.c.Townships)
	if n < 2 {
		return
	}
	if len(b.in.Ways.Lines) == 0 {
		b.n.note("未填报乡镇间路程，调动费用不含路程部分。", "No ways between townships were told: moves are priced without distance.")
		return
	}
	km := make([][]float64, n)
	for i := range km {
		km[i] = slices.Repeat([]float64{math.Inf(1)}, n)
		km[i][i] = 0
	}
	find := func(name string) int {
		if t, ok := b.town[name]; ok {
			name = t
		}
		return slices.Index(b.c.Townships, name)
	}
	for _, l := range b.in.Ways.Lines {
		i, j := find(l.From), find(l.To)
		if i < 0 || j < 0 || !(l.Km >= 0) {
			continue
		}
		km[i][j], km[j][i] = math.Min(km[i][j], l.Km), math.Min(km[j][i], l.Km)
	}
	for k := range n {
		for i := range n {
			for j := range n {
				km[i][j] = math.Min(km[i][j], km[i][k]+km[k][j])
			}
		}
	}
	unknown := false
	for i := range n {
		for j := range n {
			if math.IsInf(km[i][j], 1) {
				km[i][j], unknown = math.NaN(), true
			}
		}
	}
	if unknown {
		b.n.note("部分乡镇之间没有路程数据，它们之间不安排调动。", "Some ways between townships are not known: nobody moves between those.")
	}
	b.c.Km = km
}
