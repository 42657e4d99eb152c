package pinyin

import (
	"cmp"
	"slices"
	"strings"
)

// Item is something that can be found: by its name, by other names, by a code.
type Item struct {
	Name  string
	Also  []string // in other languages, in short
	Codes []string
}

// Index finds items. It does not change once it is built, so many may ask.
type Index struct {
	items  []entry
	sounds []sound
	ids    map[rune]uint16
}

// sound is how a character may be typed.
type sound struct {
	r        rune
	readings []string
	starts   uint64 // first letters
}

type entry struct {
	name   []uint16 // by sound
	starts uint64   // the letters by which its characters can be typed
	also   []string
	codes  []string
}

// Rank says how well an item fits, the best first.
type Rank uint8

const (
	SameCode Rank = iota // the whole code, or the whole name
	SameName
	CodeBegins
	NameBegins
	NameHas
	AlsoHas
	SoundsWhole  // pinyin or initials of the whole name
	SoundsBegin  // of its beginning
	SoundsInside // of a part
	NameSkips    // characters of the name in order, with others between
	SoundsSkip   // initials in order, with others between
	CodeHas
)

// Loose tells that the characters only stand in order in the name, with others
// between: two letters fit half of a city's schools so.
func (r Rank) Loose() bool { return r == NameSkips || r == SoundsSkip }

// Hit is an item that was found. Marks are the places of the name's characters
// that fit, counted without blanks; none where another name or the code did.
type Hit struct {
	At    int
	Rank  Rank
	Marks []int
	long  int
}

// most is how many different characters an index tells apart; a name with rarer
// ones is found by its others.
const most = 1<<16 - 1

// NewIndex makes items ready to be found.
func NewIndex(items []Item) *Index {
	x := &Index{items: make([]entry, len(items)), ids: map[rune]uint16{}}
	for i, it := range items {
		e := &x.items[i]
		for _, r := range clean(it.Name) {
			id := x.sound(r)
			e.name = append(e.name, id)
			e.starts |= x.sounds[id].starts
		}
		for _, a := range it.Also {
			if a != "" {
				e.also = append(e.also, string(clean(a)))
			}
		}
		for _, c := range it.Codes {
			if c != "" {
				e.codes = append(e.codes, string(clean(c)))
			}
		}
	}
	return x
}

func (x *Index) sound(r rune) uint16 {
	if id, ok := x.ids[r]; ok {
		return id
	}
	if len(x.sounds) == most {
		r = unicode0
		if id, ok := x.ids[r]; ok {
			return id
		}
	}
	s := sound{r: r, readings: Readings(r)}
	if len(s.readings) == 0 && r < 0x80 {
		s.readings = []string{string(r)}
	}
	for _, y := range s.readings {
		s.starts |= bit(y[0])
	}
	id := uint16(len(x.sounds))
	x.sounds, x.ids[r] = append(x.sounds, s), id
	return id
}

// unicode0 stands for characters beyond what an index tells apart.
const unicode0 = rune(0)

// Find lists what fits a query, the best first, of those that keep lets through;
// among equals the shorter name, then the order of the items. What fits loosely
// is found only where nothing fits better.
func (x *Index) Find(query string, keep func(at int) bool) []Hit {
	q := clean(query)
	if len(q) == 0 || len(q) > 60 {
		return nil
	}
	m := matcher{x: x, q: q, text: string(q), typed: letters(q)}
	if m.typed {
		m.ascii = m.text
		for i := range len(m.ascii) {
			m.needs |= bit(m.ascii[i])
		}
	}
	for _, r := range q { // a character that no name has is found nowhere
		id, ok := x.ids[r]
		if !ok {
			m.unknown = true
			break
		}
		m.ids = append(m.ids, id)
	}
	var out []Hit
	firm := false
	for i := range x.items {
		h, ok := m.match(&x.items[i])
		if !ok || firm && h.Rank.Loose() || keep != nil && !keep(i) {
			continue
		}
		if !firm && !h.Rank.Loose() {
			firm, out = true, out[:0]
		}
		h.At, h.long = i, len(x.items[i].name)
		out = append(out, h)
	}
	slices.SortFunc(out, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.long, b.long), cmp.Compare(a.At, b.At))
	})
	return out
}

// matcher is one query over an index.
type matcher struct {
	x       *Index
	q       []rune
	ids     []uint16
	unknown bool
	text    string
	typed   bool   // the query may be pinyin
	ascii   string // the query where it may
	needs   uint64
	dead    [64]uint64 // by character: where in the query nothing fits from it on
}

func (m *matcher) match(e *entry) (Hit, bool) {
	best, found := Hit{Rank: CodeHas + 1}, false
	take := func(r Rank, marks []int) {
		if r < best.Rank {
			best, found = Hit{Rank: r, Marks: marks}, true
		}
	}
	for _, c := range e.codes {
		switch {
		case c == m.text:
			return Hit{Rank: SameCode}, true
		case strings.HasPrefix(c, m.text):
			take(CodeBegins, nil)
		case len(m.text) >= 4 && strings.Contains(c, m.text):
			take(CodeHas, nil)
		}
	}
	if !m.unknown {
		if at := indexOf16(e.name, m.ids); at >= 0 {
			switch {
			case len(e.name) == len(m.ids):
				take(SameName, span(at, len(m.ids)))
			case at == 0:
				take(NameBegins, span(at, len(m.ids)))
			default:
				take(NameHas, span(at, len(m.ids)))
			}
		} else if marks := skips(e.name, m.ids); marks != nil && len(m.ids) > 1 {
			take(NameSkips, marks)
		}
	}
	for _, a := range e.also {
		if strings.Contains(a, m.text) {
			take(AlsoHas, nil)
		}
	}
	if m.typed && best.Rank > SoundsWhole && e.starts&bit(m.ascii[0]) != 0 {
		m.sounds(e, take)
	}
	return best, found
}

// sounds takes a query for pinyin, for initials, or for a mixture of both.
func (m *matcher) sounds(e *entry, take func(Rank, []int)) {
	n := len(e.name)
	for s := range n {
		if n-s > len(m.dead) {
			continue // a name too long to be typed from here
		}
		if m.x.sounds[e.name[s]].starts&bit(m.ascii[0]) == 0 {
			continue
		}
		clear(m.dead[:n-s])
		used, ok := m.from(e.name[s:], 0, 0)
		if !ok {
			continue
		}
		if s == 0 && used < n && m.initials(e.name) {
			used = n // "ze" is 泽 spelt out, and 泽二 by its initials
		}
		switch {
		case s == 0 && used == n:
			take(SoundsWhole, span(s, used))
		case s == 0:
			take(SoundsBegin, span(s, used))
		default:
			take(SoundsInside, span(s, used))
		}
		return
	}
	if len(m.ascii) < 2 || m.needs&^e.starts != 0 {
		return
	}
	// Initials in order: qlyx finds 麒麟区第一小学.
	marks, at := make([]int, 0, len(m.ascii)), 0
	for i, id := range e.name {
		if at < len(m.ascii) && m.x.sounds[id].starts&bit(m.ascii[at]) != 0 {
			marks, at = append(marks, i), at+1
		}
	}
	if at == len(m.ascii) {
		take(SoundsSkip, marks)
	}
}

// initials tells that the query is the first letters of a name, one for each of
// its characters.
func (m *matcher) initials(name []uint16) bool {
	if len(m.ascii) != len(name) {
		return false
	}
	for i, id := range name {
		if m.x.sounds[id].starts&bit(m.ascii[i]) == 0 {
			return false
		}
	}
	return true
}

// from fits the query from place j on to the name from character i on: each
// character takes a whole syllable, its initial, or, where the query ends, as
// much as was typed of it. It gives the character behind the last that was used.
func (m *matcher) from(name []uint16, i, j int) (end int, ok bool) {
	if j == len(m.ascii) {
		return i, true
	}
	if i == len(name) || m.dead[i]>>j&1 == 1 {
		return 0, false
	}
	rest := m.ascii[j:]
	for _, y := range m.x.sounds[name[i]].readings {
		for _, k := range [3]int{len(y), initial(y), 1} {
			if strings.HasPrefix(rest, y[:k]) {
				if end, ok := m.from(name, i+1, j+k); ok {
					return end, true
				}
			}
		}
		if strings.HasPrefix(y, rest) {
			return i + 1, true
		}
	}
	m.dead[i] |= 1 << j
	return 0, false
}

// initial is how long the initial of a syllable is: zh, ch and sh are two.
func initial(y string) int {
	if len(y) > 1 && y[1] == 'h' && (y[0] == 'z' || y[0] == 'c' || y[0] == 's') {
		return 2
	}
	return 1
}

func indexOf16(in, of []uint16) int {
	for i := 0; i+len(of) <= len(in); i++ {
		if slices.Equal(in[i:i+len(of)], of) {
			return i
		}
	}
	return -1
}

// skips finds characters in order, with others between; nil where they are not
// all there.
func skips(in, of []uint16) []int {
	marks := make([]int, 0, len(of))
	for i, id := range in {
		if len(marks) < len(of) && id == of[len(marks)] {
			marks = append(marks, i)
		}
	}
	if len(marks) < len(of) {
		return nil
	}
	return marks
}

func span(at, n int) []int {
	out := make([]int, 0, n)
	for i := range n {
		out = append(out, at+i)
	}
	return out
}
