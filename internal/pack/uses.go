// A pack that uses others: it names their elements, lists, units and keys in its
// own formulas, forms and examples without declaring them. Nothing else of them
// comes along: what is measured, judged, asked and compared stays theirs.

package pack

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// usesDir is the folder in which a pack carries the packs that it uses, each
// under its own ref, so that they can be kept, and moved, as one.
const usesDir = "uses"

// maxUses bounds how many packs a pack uses, directly.
const maxUses = 20

// use is a pack that another one uses, and where it says so.
type use struct {
	ref string
	at  pos
}

// carry is the files of one folder inside a pack, without the folder's name, and
// the rest.
func carry(files map[string][]byte, dir string) (inside, rest map[string][]byte) {
	inside, rest = map[string][]byte{}, map[string][]byte{}
	for name, b := range files {
		if in, ok := strings.CutPrefix(name, dir+"/"); ok {
			inside[in] = b
		} else {
			rest[name] = b
		}
	}
	return inside, rest
}

// use takes over what p may name of the packs that it uses.
func (r *reader) use(p *Pack, s *sections, carried map[string][]byte, depth int) {
	told := len(p.Stages) > 0
	for i, u := range s.uses {
		if i == maxUses {
			r.failAt(u.at, "a pack uses at most %d packs", maxUses)
			return
		}
		q, ok := r.used(p, s, u, carried, depth)
		if !ok {
			continue
		}
		for name, b := range q.Files {
			p.Files[path.Join(usesDir, q.Ref(), name)] = b
		}
		if !told {
			p.Stages = unite(p.Stages, q.Stages)
		}
		r.takeOver(p, q, u.at)
	}
	if !told {
		p.Stages = inOrder(p.Stages)
	}
	arrangeTaken(p)
}

// used reads a pack that another one uses: from the folder that carries it, or
// from among those that are shipped.
func (r *reader) used(p *Pack, s *sections, u use, carried map[string][]byte, depth int) (*Pack, bool) {
	if depth >= maxExtends {
		r.failAt(u.at, "uses: packs use each other more than %d deep", maxExtends)
		return nil, false
	}
	files, label := map[string][]byte(nil), ""
	for name := range carried {
		if dir, _, nested := strings.Cut(name, "/"); nested && sameRef(dir, u.ref) {
			files, _ = carry(carried, dir)
			label = path.Join(path.Dir(s.headAt.file), usesDir, dir)
			break
		}
	}
	if files == nil {
		name, ok := shippedName(u.ref)
		if !ok {
			r.failAt(u.at, "uses: no pack %q is shipped, and the folder %q does not carry it%s", u.ref, usesDir, formula.DidYouMean(u.ref, Shipped()))
			return nil, false
		}
		files = shippedFiles(name)
	}
	if slices.ContainsFunc(append(slices.Clone(r.open), p.Ref()), func(ref string) bool { return sameRef(ref, u.ref) }) {
		r.failAt(u.at, "uses: %s comes to use itself: %s", u.ref, strings.Join(append(append(slices.Clone(r.open), p.Ref()), u.ref), " → "))
		return nil, false
	}
	r.open = append(r.open, p.Ref())
	defer func() { r.open = r.open[:len(r.open)-1] }()
	q := r.pack(files, label, depth+1)
	if !sameRef(q.Ref(), u.ref) {
		r.failAt(u.at, "uses: wants %q, but the pack here is %q", u.ref, q.Ref())
		return nil, false
	}
	return q, true
}

// sameRef tells whether a full ref is what was asked for, with or without its
// version.
func sameRef(full, asked string) bool {
	id, _, _ := strings.Cut(full, "@")
	return full == asked || id == asked
}

// takeOver puts what q declares under what p declares. What both declare must
// agree.
func (r *reader) takeOver(p, q *Pack, at pos) {
	p.Units = mergeBy(q.Units, p.Units, func(u Unit) string { return u.ID }, nil)
	keys, err := uniteKeys(p.Keys, q.Keys)
	if err != "" {
		r.failAt(at, "uses %s: %s", q.Ref(), err)
	}
	p.Keys = keys
	for _, e := range q.Elements {
		e.spell(q)
		e.taken = true
		i := slices.IndexFunc(p.Elements, func(k *Element) bool { return k.ID == e.ID })
		switch {
		case i < 0:
			p.Elements = append(p.Elements, e)
		case p.Elements[i].taken:
			if why := p.Elements[i].join(e); why != "" {
				r.failAt(at, "element %q of %s differs from the one of %s, and this pack uses both: %s", e.ID, q.Ref(), p.Elements[i].Pack, why)
			}
		default:
			r.agrees(p.Elements[i], e)
		}
	}
	for _, l := range q.Lists {
		i := slices.IndexFunc(p.Lists, func(k *List) bool { return k.ID == l.ID })
		if i < 0 {
			l.taken = true
			p.Lists = append(p.Lists, l)
			continue
		}
		if why := p.Lists[i].join(l); why != "" {
			where := at
			if !p.Lists[i].taken {
				where = r.at[field{p.Lists[i], "id"}]
			}
			r.failAt(where, "the list %q of %s, which this pack uses, differs: %s", l.ID, q.Ref(), why)
		}
	}
	for _, g := range q.Groups {
		if !slices.ContainsFunc(p.Groups, func(k Group) bool { return k.ID == g.ID }) {
			g.taken = true
			p.Groups = append(p.Groups, g)
		}
	}
}

// agrees reports an element that says otherwise than the one of the same id that
// the pack takes over: a fact means the same in the whole city.
func (r *reader) agrees(own, taken *Element) {
	if why := own.differs(taken); why != "" {
		r.failAt(r.at[field{own, "id"}], "element %q differs from the one of %s, which this pack uses: %s", own.ID, taken.Pack, why)
	}
	if own.Group == "" {
		own.Group = taken.Group
	}
	own.Dated = cmp.Or(own.Dated, taken.Dated)
}

// spell writes out what an element leaves to its pack: which stages it is asked
// of.
func (e *Element) spell(p *Pack) {
	e.spellTotal(p)
	if len(e.Stages) == 0 && e.Level != edu.County {
		e.Stages = slices.Clone(p.Stages)
	}
}

// spellTotal writes out which sections a total goes over.
func (e *Element) spellTotal(p *Pack) {
	if e.Derive != nil && e.Derive.Over != edu.NoLevel && len(e.Derive.Stages) == 0 {
		d := *e.Derive
		d.Stages = slices.Clone(p.Stages)
		e.Derive = &d
	}
}

// arrangeTaken puts the elements that a pack took over before its own of the
// same heading, and headings that are not its own first.
func arrangeTaken(p *Pack) {
	if !slices.ContainsFunc(p.Elements, func(e *Element) bool { return e.taken }) {
		return
	}
	slices.SortStableFunc(p.Groups, func(a, b Group) int { return byFlag(b.taken, a.taken) })
	place := map[string]int{}
	for i, g := range p.Groups {
		place[g.ID] = i - len(p.Groups) // what has no heading comes last
	}
	slices.SortStableFunc(p.Elements, func(a, b *Element) int {
		return cmp.Or(cmp.Compare(place[a.Group], place[b.Group]), byFlag(b.taken, a.taken))
	})
}

// byFlag orders no before yes.
func byFlag(a, b bool) int {
	n := func(v bool) int {
		if v {
			return 1
		}
		return 0
	}
	return n(a) - n(b)
}

// narrow leaves of the elements that a pack took over what concerns its own
// stages. Choices stay: what is kept of an answer is the place of the choice.
func (p *Pack) narrow() {
	for _, e := range p.Elements {
		e.spellTotal(p)
	}
	if len(p.Stages) == 0 {
		return
	}
	in := func(st edu.Stage) bool { return slices.Contains(p.Stages, st) }
	p.Elements = slices.DeleteFunc(p.Elements, func(e *Element) bool {
		if !e.taken || e.Level == edu.County {
			return false
		}
		left := filter(e.Stages, in)
		if len(left) == 0 && len(e.Stages) > 0 {
			return true
		}
		if e.Stages = left; len(left) == len(p.Stages) {
			e.Stages = nil
		}
		if e.By == nil {
			return false
		}
		by := &Breakdown{ID: e.By.ID}
		for _, part := range e.By.Parts {
			if len(part.Stages) > 0 {
				if part.Stages = filter(part.Stages, in); len(part.Stages) == 0 {
					continue
				}
			}
			by.Parts = append(by.Parts, part)
		}
		if e.By = by; len(by.Parts) == 0 {
			e.By = nil
		}
		return false
	})
	p.Groups = slices.DeleteFunc(p.Groups, func(g Group) bool {
		return g.taken && !slices.ContainsFunc(p.Elements, func(e *Element) bool { return e.Group == g.ID })
	})
}

func filter[T any](from []T, keep func(T) bool) []T {
	var out []T
	for _, v := range from {
		if keep(v) {
			out = append(out, v)
		}
	}
	return out
}
