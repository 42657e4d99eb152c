package forecast

// notes are what a reader should know of the data before believing the result.
func (p *past) notes(ahead int) (out []Note) {
	in := p.in
	born := false
	for k, leaf := range p.leaves {
		for g := range in.Grades {
			switch _, at := newest(p.of(leaf, g)); {
			case at < 0:
				out = append(out, Note{leaf, g, NoPast, 0})
			case at < p.years-1:
				out = append(out, Note{leaf, g, Carried, in.First + at})
			}
		}
		if p.source[k] < 0 {
			out = append(out, Note{leaf, -1, NoBirths, 0})
			continue
		}
		born = true
	}
	if !born {
		return out
	}
	last := 0
	for i := range in.Nodes {
		if in.Births != nil && len(in.Births[i]) > 0 {
			if end := in.BirthFirst + len(p.births(i)) - 1; last == 0 || end < last {
				last = end
			}
		}
	}
	if unborn := last + in.Lag + 1; unborn < in.First+in.Years+ahead {
		out = append(out, Note{-1, -1, BirthsAhead, unborn})
	}
	return out
}
