package gallery

import "math"

// Stood is how many were to be done and were, as a bulletin wrote it of a place.
type Stood struct{ All, Done float64 }

// Standing is what annex 1 of a bulletin says of each place by name, and of the whole,
// so that the next one can be compared with it (较上期). A place of which a number was
// left out is not there: it stays untold.
func (d *Draft) Standing() (places map[string]Stood, whole Stood, ok bool) {
	places = map[string]Stood{}
	first := false
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind == Attach {
			first = b.No == 1
		}
		if !first || b.Kind != Grid {
			continue
		}
		for n, row := range b.Table.Rows {
			if len(row) < 2 || len(row[1]) != 3 || row[1][0].Figure == 0 || row[1][2].Figure == 0 {
				continue
			}
			done, all := &d.Figures[row[1][0].Figure-1], &d.Figures[row[1][2].Figure-1]
			if !done.Known || !all.Known {
				continue
			}
			s := Stood{all.Value, done.Value}
			if n == len(b.Table.Rows)-1 {
				whole, ok = s, true
			} else {
				places[d.Plain(row[0])] = s
			}
		}
		break
	}
	return places, whole, ok
}

// Since compares a bulletin with what an earlier one said, which stands on its page.
// Places that were not in it, and whose numbers it left out, are compared with nothing.
func (x *Bulletin) Since(places map[string]Stood, whole Stood, page string, s Source) {
	from := len(x.Sources)
	x.Sources = append(x.Sources, s)
	put := func(p *Place, was Stood, at string) {
		if was.All > 0 && !math.IsNaN(was.Done) {
			p.WasAll = []Num{{Value: was.All, Href: page, At: []string{at}, Source: from}}
			p.WasDone = []Num{{Value: was.Done, Href: page, At: []string{at}, Source: from}}
		}
	}
	all, _, _ := x.scope()
	put(&x.Whole, whole, all)
	for i := range x.Places {
		put(&x.Places[i], places[x.Places[i].Name], x.Places[i].Name)
	}
}
