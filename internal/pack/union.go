// The packs of a city put together: what files and records may hold, whichever
// scheme asks it.

package pack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Union is one pack that declares the elements, lists, units, keys, feeds and
// stages of all, to read files and make frames by. What is measured, checked and
// asked stays with each pack: indicators of two schemes may share an id.
//
// An element's id is its name in the whole city, so packs that declare the same
// one must agree; where they do not, the error names both packs and the place.
// The union of one pack is that pack. It has the id of the first.
func Union(packs ...*Pack) (*Pack, error) {
	if len(packs) == 0 {
		return nil, fmt.Errorf("no pack to put together: %w", fault.Invalid)
	}
	if len(packs) == 1 {
		return packs[0], nil
	}
	u := &union{p: &Pack{ID: packs[0].ID, Version: packs[0].Version, Name: packs[0].Name, Note: packs[0].Note, Source: packs[0].Source, Hash: packs[0].Hash, Members: packs,
		element: map[string]*Element{}, indicator: map[string]*Indicator{}}, from: map[string]*Pack{}}
	for _, p := range packs {
		u.add(p)
	}
	u.finish()
	u.headers()
	if len(u.problems) > 0 {
		return nil, u.problems
	}
	return u.p, nil
}

// union gathers what packs declare, and in what they disagree.
type union struct {
	p        *Pack
	from     map[string]*Pack // the pack that first declared something, by kind and id
	problems Problems
}

// fail reports what q says otherwise than the pack that came first with it.
func (u *union) fail(q *Pack, what, key, why string) {
	was := u.from[key]
	there := was.Ref()
	if at := was.placeOf(key); at.file != "" {
		there += fmt.Sprintf(" (%s:%d)", at.file, at.line)
	}
	at := q.placeOf(key)
	u.problems = append(u.problems, Problem{File: at.file, Line: at.line, Col: at.col, Msg: fmt.Sprintf("%s of %s differs from the one of %s: %s", what, q.Ref(), there, why)})
}

// first tells whether nobody declared something yet.
func (u *union) first(q *Pack, key string) bool {
	if u.from[key] != nil {
		return false
	}
	u.from[key] = q
	return true
}

func (u *union) add(q *Pack) {
	p := u.p
	p.Stages = unite(p.Stages, q.Stages)
	p.MissingCodes = unite(p.MissingCodes, q.MissingCodes)
	for _, s := range q.Sources {
		if u.first(q, "source "+s.ID) {
			p.Sources = append(p.Sources, s)
		}
	}
	for _, x := range q.Units {
		if u.first(q, "unit "+x.ID) {
			p.Units = append(p.Units, x)
		}
	}
	for _, g := range q.Groups {
		if u.first(q, "group "+g.ID) {
			p.Groups = append(p.Groups, g)
		}
	}
	for _, k := range q.Keys {
		key := "key " + k.Role
		first := u.first(q, key)
		keys, why := uniteKeys(p.Keys, []Key{k})
		if why != "" && !first {
			u.fail(q, "the key "+k.Role, key, why)
		}
		p.Keys = keys
	}
	for _, e := range q.Elements {
		u.element(q, e)
	}
	for _, l := range q.Lists {
		u.list(q, l)
	}
	for _, f := range q.Feeds {
		u.feed(q, f)
	}
	if q.Split != nil {
		u.split(q)
	}
}

func (u *union) element(q *Pack, e *Element) {
	own := *e
	own.spell(q)
	if own.By != nil {
		own.By = joinParts(&own, &own)
	}
	key := "element " + e.ID
	if u.first(q, key) {
		u.p.element[e.ID] = &own
		u.p.Elements = append(u.p.Elements, &own)
		return
	}
	if why := u.p.element[e.ID].join(&own); why != "" {
		u.fail(q, fmt.Sprintf("the element %q", e.ID), key, why)
	}
}

func (u *union) list(q *Pack, l *List) {
	own := &List{ID: l.ID, Name: l.Name, Sheets: l.Sheets}
	for _, c := range l.Columns {
		column := *c
		own.Columns = append(own.Columns, &column)
	}
	key := "list " + l.ID
	if u.first(q, key) {
		u.p.Lists = append(u.p.Lists, own)
		return
	}
	if why := u.p.List(l.ID).join(own); why != "" {
		u.fail(q, fmt.Sprintf("the list %q", l.ID), key, why)
	}
}

func (u *union) feed(q *Pack, f *Feed) {
	key := "feed " + f.ID
	if u.first(q, key) {
		own := *f
		own.Headers, own.Compare = maps.Clone(f.Headers), slices.Clone(f.Compare)
		u.p.Feeds = append(u.p.Feeds, &own)
		return
	}
	own := u.p.Feed(f.ID)
	if own.Kind != f.Kind {
		u.fail(q, fmt.Sprintf("the feed %q", f.ID), key, fmt.Sprintf("kind %s, not %s", f.Kind, own.Kind))
	}
	for _, h := range slices.Sorted(maps.Keys(f.Headers)) {
		if was, ok := own.Headers[h]; ok && was != f.Headers[h] {
			u.fail(q, fmt.Sprintf("the feed %q", f.ID), key, fmt.Sprintf("the header %q means %s, not %s", h, f.Headers[h], was))
		}
		own.Headers[h] = f.Headers[h]
	}
	for _, c := range f.Compare {
		if !slices.ContainsFunc(own.Compare, func(k *Compare) bool { return k.ID == c.ID }) {
			own.Compare = append(own.Compare, c)
		}
	}
}

// split puts together what is shared out: all packs weigh a pupil of a stage
// alike, and each may add elements.
func (u *union) split(q *Pack) {
	if u.first(q, "split") {
		own := *q.Split
		own.Weights = maps.Clone(q.Split.Weights)
		u.p.Split = &own
		return
	}
	own := u.p.Split
	if own.By != q.Split.By {
		u.fail(q, "the split", "split", fmt.Sprintf("by %s, not by %s", q.Split.By, own.By))
	}
	for _, st := range slices.Sorted(maps.Keys(q.Split.Weights)) {
		w := q.Split.Weights[st]
		if was, ok := own.Weights[st]; ok && was != w {
			u.fail(q, "the split", "split", fmt.Sprintf("a pupil of the stage %s weighs %v, not %v", st, w, was))
		}
		own.Weights[st] = w
	}
	own.Elements = unite(own.Elements, q.Split.Elements)
}

// finish puts stages in their order, and says of an element that every stage is
// asked simply that.
func (u *union) finish() {
	p := u.p
	p.Stages = inOrder(p.Stages)
	for _, e := range p.Elements {
		if e.By != nil {
			for i, o := range e.By.Parts {
				if len(o.Stages) == len(e.StagesIn(p)) {
					e.By.Parts[i].Stages = nil
				}
			}
		}
		if len(e.Stages) == len(p.Stages) {
			e.Stages = nil
		}
	}
}

// headers reports a header that would mean two elements of one row.
func (u *union) headers() {
	type claim struct {
		e      *Element
		id     string // of e, or of a part
		stages []edu.Stage
	}
	seen := map[string][]claim{}
	said := map[[2]string]bool{}
	add := func(c claim, header string) {
		k := c.e.Level.String() + "\x00" + strings.ToLower(strings.TrimSpace(header))
		for _, other := range seen[k] {
			pair := [2]string{other.id, c.id}
			if other.e == c.e || said[pair] || c.e.Level != edu.County && !overlap(other.stages, c.stages) {
				continue
			}
			said[pair] = true
			a, b := u.from["element "+other.e.ID], u.from["element "+c.e.ID]
			at := b.placeOf("element " + c.e.ID)
			u.problems = append(u.problems, Problem{File: at.file, Line: at.line, Col: at.col,
				Msg: fmt.Sprintf("the header %q means the element %q of %s and %q of %s", header, other.id, a.Ref(), c.id, b.Ref())})
		}
		seen[k] = append(seen[k], c)
	}
	for _, e := range u.p.Elements {
		if e.Derive != nil {
			continue
		}
		for _, h := range e.words() {
			add(claim{e, e.ID, e.StagesIn(u.p)}, h)
		}
		if e.By == nil {
			continue
		}
		for _, o := range e.By.Parts {
			c := claim{e, e.ID + "." + o.ID, o.Stages}
			if len(o.Stages) == 0 {
				c.stages = e.StagesIn(u.p)
			}
			for _, h := range o.Headers {
				add(c, h)
			}
		}
	}
}

// overlap tells whether two lists of stages, of which none is all, have one in
// common.
func overlap(a, b []edu.Stage) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(st edu.Stage) bool { return slices.Contains(b, st) })
}

// words are all headers that mean an element.
func (e *Element) words() []string {
	out := []string{}
	for _, h := range slices.Concat([]string{e.ID, e.Name.ZH, e.Name.EN}, e.Headers) {
		if strings.TrimSpace(h) != "" && !slices.ContainsFunc(out, func(o string) bool { return strings.EqualFold(o, h) }) {
			out = append(out, h)
		}
	}
	return out
}

// remember keeps where a pack's items stand, for what is found when it is put
// together with others.
func (p *Pack) remember(at map[any]pos) {
	p.places = map[string]pos{}
	for _, e := range p.Elements {
		p.places["element "+e.ID] = at[field{e, "id"}]
	}
	for _, l := range p.Lists {
		p.places["list "+l.ID] = at[field{l, "id"}]
	}
	for _, f := range p.Feeds {
		p.places["feed "+f.ID] = at[field{f, "id"}]
	}
	if p.Split != nil {
		p.places["split"] = at[field{p.Split, "by"}]
	}
}

// placeOf is where an item of a pack stands, by kind and id.
func (p *Pack) placeOf(key string) pos { return p.places[key] }
