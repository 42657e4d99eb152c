package store

import "slices"

// given is what the newer revisions of a record have: its columns, and lists as a
// whole. Most records of a period are revised by the same submissions in the same
// order, so what these give is worked out once and not for each record.
type given struct {
	names map[string]bool // "column", "text column" or "list#"
	next  map[*layout]*given
	stale map[*layout]*stale
}

// stale is what of a table newer revisions have.
type stale struct {
	all   bool
	cols  []int  // the places of the columns
	texts []bool // by text column
}

// with is what is given once a table is, too.
func (g *given) with(l *layout) *given {
	n := g.next[l]
	if n == nil {
		names := l.gives()
		n = &given{names: make(map[string]bool, len(g.names)+len(names))}
		for name := range g.names {
			n.names[name] = true
		}
		for _, name := range names {
			n.names[name] = true
		}
		if g.next == nil {
			g.next = map[*layout]*given{}
		}
		g.next[l] = n
	}
	return n
}

// of tells what of a table is given.
func (g *given) of(l *layout) *stale {
	s := g.stale[l]
	if s == nil {
		s = &stale{texts: make([]bool, len(l.Texts))}
		switch {
		case len(g.names) == 0:
		case l.list != "":
			s.all = g.names[l.list+"#"]
		default:
			s.all = !slices.ContainsFunc(l.gives(), func(name string) bool { return !g.names[name] })
			for j, c := range l.Cols {
				if g.names[c.ID] {
					s.cols = append(s.cols, j)
				}
			}
			for j, c := range l.Texts {
				s.texts[j] = g.names["text "+c.ID]
			}
		}
		if g.stale == nil {
			g.stale = map[*layout]*stale{}
		}
		g.stale[l] = s
	}
	return s
}

// gives names what a table's records replace in older revisions.
func (l *layout) gives() []string {
	if l.list != "" {
		return []string{l.list + "#"}
	}
	out := make([]string, 0, len(l.Cols)+len(l.Texts))
	for _, c := range l.Cols {
		out = append(out, c.ID)
	}
	for _, c := range l.Texts {
		out = append(out, "text "+c.ID)
	}
	return out
}
