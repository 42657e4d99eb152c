package web

import (
	"context"
	"slices"
	"strings"
	"sync"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
	"shuren/internal/pinyin"
)

// finder keeps what a search looks through: the units of the tree as it stands
// on a day, made ready once for each version of the tree, and the indicators of
// each pack.
type finder struct {
	mu    sync.Mutex
	on    *edu.Snapshot
	nodes []int // by item, the node of the snapshot
	units *pinyin.Index
	packs map[*pack.Pack]*pinyin.Index
}

// tree gives the index of a tree's counties and schools.
func (f *finder) tree(on *edu.Snapshot) (*pinyin.Index, []int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.on == on {
		return f.units, f.nodes
	}
	var items []pinyin.Item
	f.nodes = nil
	for i := range on.Nodes {
		n := &on.Nodes[i]
		if l := n.Unit.Level; l != edu.County && l != edu.School {
			continue
		}
		items = append(items, pinyin.Item{Name: n.Name.ZH, Also: []string{n.Name.EN}, Codes: []string{n.Key}})
		f.nodes = append(f.nodes, i)
	}
	f.on, f.units = on, pinyin.NewIndex(items)
	return f.units, f.nodes
}

// indicators gives the index of a pack's indicators.
func (f *finder) indicators(p *pack.Pack) *pinyin.Index {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.packs == nil {
		f.packs = map[*pack.Pack]*pinyin.Index{}
	}
	if f.packs[p] == nil {
		items := make([]pinyin.Item, len(p.Indicators))
		for i, d := range p.Indicators {
			items[i] = pinyin.Item{Name: d.Name.ZH, Also: []string{d.Name.EN, d.Short.ZH, d.Short.EN}, Codes: []string{d.Code, d.ID}}
		}
		f.packs[p] = pinyin.NewIndex(items)
	}
	return f.packs[p]
}

// findUnits finds counties and schools within reach, the best first; all tells
// how many schools there are.
func (s *Server) findUnits(ctx context.Context, r *request, q string) (counties, schools []hit, all int, err error) {
	on, err := s.tree(r)
	if err != nil {
		return nil, nil, 0, err
	}
	index, nodes := s.finder.tree(on)
	regions, own := r.who.Reach(auth.ReadRegion), r.who.Reach(auth.ReadSchool)
	for _, h := range index.Find(q, func(at int) bool {
		i := nodes[at]
		if on.Nodes[i].Unit.Level == edu.County {
			return within(on, regions, i)
		}
		return within(on, own, i)
	}) {
		i := nodes[h.At]
		n := &on.Nodes[i]
		if n.Unit.Level == edu.County {
			if len(counties) < hits {
				counties = append(counties, hit{Href: r.toCounty(n.Key), Parts: r.marked(n.Name, h), Note: n.Key, loose: h.Rank.Loose()})
			}
			continue
		}
		if all++; len(schools) < hits {
			note := n.Key
			if k := on.Above(i, edu.County); k >= 0 {
				note = r.Text(on.Nodes[k].Name) + " · " + note
			}
			schools = append(schools, hit{Href: r.toSchool(n.Key), Parts: r.marked(n.Name, h), Note: note, loose: h.Rank.Loose()})
		}
	}
	return counties, schools, all, ctx.Err()
}

// fits tells of a row whether a search finds it, as the search page does; nil is
// no search.
func (s *Server) fits(r *request, q string) (func(row frame.Row) bool, error) {
	if q == "" {
		return nil, nil
	}
	on, err := s.tree(r)
	if err != nil {
		return nil, err
	}
	index, nodes := s.finder.tree(on)
	codes := map[string]bool{}
	for _, h := range index.Find(q, nil) {
		codes[on.Nodes[nodes[h.At]].Key] = true
	}
	needle := strings.ToLower(q)
	return func(row frame.Row) bool {
		return codes[row.Code] || strings.Contains(strings.ToLower(row.Name), needle) || strings.Contains(strings.ToLower(row.Code), needle)
	}, nil
}

// findIndicators finds indicators of every scheme, those of the one that is
// shown first.
func (s *Server) findIndicators(r *request, q string) []hit {
	type found struct {
		hit
		rank pinyin.Rank
	}
	var all []found
	packs := slices.Clone(r.measuring())
	slices.SortStableFunc(packs, func(a, b *pack.Pack) int {
		switch {
		case a == b:
			return 0
		case a == r.scheme:
			return -1
		case b == r.scheme:
			return 1
		}
		return 0
	})
	for _, p := range packs {
		for _, h := range s.finder.indicators(p).Find(q, nil) {
			d := p.Indicators[h.At]
			x := hit{Href: r.toScheme(p, []string{"indicators", d.ID}), Parts: r.marked(d.Name, h), Note: r.Text(d.Words), loose: h.Rank.Loose()}
			if len(packs) > 1 {
				x.Of = r.Text(p.Name)
			}
			if d.Code != "" {
				x.Parts = append([]piece{{Text: d.Code + " "}}, x.Parts...)
			}
			all = append(all, found{x, h.Rank})
		}
	}
	slices.SortStableFunc(all, func(a, b found) int { return int(a.rank) - int(b.rank) })
	if len(all) > 0 && !all[0].loose { // one scheme's loose finds are none beside another's
		all = slices.DeleteFunc(all, func(x found) bool { return x.loose })
	}
	var out []hit
	for _, x := range all[:min(hits, len(all))] {
		out = append(out, x.hit)
	}
	return out
}

// piece is a piece of a name, with whether it is what was typed.
type piece struct {
	Text string
	On   bool
}

// marked cuts a name into what was typed and the rest. Where the reader sees the
// name in another language than was searched, nothing is marked.
func (r *request) marked(name edu.Text, h pinyin.Hit) []piece {
	shown := r.Text(name)
	if shown != name.ZH || len(h.Marks) == 0 {
		return []piece{{Text: shown}}
	}
	var out []piece
	at := -1 // counts characters without blanks, as the marks do
	for _, c := range shown {
		on := false
		if c != ' ' && c != '\u3000' {
			at++
			on = slices.Contains(h.Marks, at)
		}
		if n := len(out); n > 0 && out[n-1].On == on {
			out[n-1].Text += string(c)
		} else {
			out = append(out, piece{string(c), on})
		}
	}
	return out
}
