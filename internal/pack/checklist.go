// Checklists: what somebody who visits a school looks at, item by item, and the
// parts of a school that a standard names.

package pack

import (
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Checklist is one category of what is looked at: 门卫三防.
type Checklist struct {
	ID    string
	Name  edu.Text
	Items []*CheckItem

	Replaces *Checklist
	Pack     string
}

// CheckItem is one thing that is looked at.
type CheckItem struct {
	ID   string
	What edu.Text // 检查项目
	How  edu.Text // 检查方法
	// For are the kinds of school to which it belongs, see SchoolKinds; none is every
	// school.
	For []string
	// Parts are ids of the key parts to which it belongs.
	Parts []string
	// Norms are indicators of the pack whose limits are the figure that is wanted:
	// the number of guards, from pupils and boarders.
	Norms  []string
	Source string
	Tag    string
}

// KeyPart is a part of a school that a standard names (重点部位).
type KeyPart struct {
	ID     string
	Name   edu.Text
	Source string
	Tag    string
}

// KeyPart finds a key part by its id or its name in either language; nil for other
// places, which are words.
func (p *Pack) KeyPart(said string) *KeyPart {
	said = strings.TrimSpace(said)
	i := slices.IndexFunc(p.KeyParts, func(k *KeyPart) bool {
		return said == k.ID || said == k.Name.ZH || strings.EqualFold(said, k.Name.EN)
	})
	if said == "" || i < 0 {
		return nil
	}
	return p.KeyParts[i]
}

// SchoolKinds are the kinds of school to which an item may be confined.
var SchoolKinds = []string{"boarding", "bus", "lab", "canteen", "preschool", "works"}

// Checklist finds a checklist by id, or nil.
func (p *Pack) Checklist(id string) *Checklist {
	for _, c := range p.Checklists {
		if c.ID == id {
			return c
		}
	}
	return nil
}

func (s *sections) checklist(o *object) {
	c := &Checklist{ID: o.id()}
	o.mark(c, "id")
	o.need("name")
	c.Name = o.text("name")
	o.need("items")
	for _, n := range o.seq("items") {
		if item, ok := s.r.object(n, "checked"); ok {
			item.within(o, "source", "evidence", "for", "parts")
			c.Items = append(c.Items, s.checkItem(item))
		}
	}
	o.done()
	if len(c.Items) == 0 {
		s.r.failf(o.node, "checklist %q has no items", c.ID)
	}
	if i := slices.IndexFunc(s.p.Checklists, func(k *Checklist) bool { return k.ID == c.ID }); i >= 0 {
		s.twice(o, "checklist", c.ID, s.p.Checklists[i])
		return
	}
	s.p.Checklists = append(s.p.Checklists, c)
}

func (s *sections) checkItem(o *object) *CheckItem {
	it := &CheckItem{ID: o.id(), For: o.texts("for"), Parts: o.texts("parts"), Norms: o.texts("norms")}
	for _, k := range []string{"id", "for", "parts", "norms"} {
		o.mark(it, k)
	}
	o.need("what")
	it.What = o.text("what")
	o.need("how")
	it.How = o.text("how")
	s.cited(o, &it.Source, &it.Tag)
	o.done()
	return it
}

func (s *sections) keyPart(o *object) {
	p := &KeyPart{ID: o.id()}
	o.mark(p, "id")
	o.need("name")
	p.Name = o.text("name")
	s.cited(o, &p.Source, &p.Tag)
	o.done()
	if i := slices.IndexFunc(s.p.KeyParts, func(k *KeyPart) bool { return k.ID == p.ID }); i >= 0 {
		s.twice(o, "key part", p.ID, s.p.KeyParts[i])
		return
	}
	s.p.KeyParts = append(s.p.KeyParts, p)
}

// checklists checks what the items of all checklists name: an item's id is its name
// in every inspection, so no two have the same.
func (v *resolver) checklists() {
	seen := map[string]bool{}
	for _, c := range v.p.Checklists {
		for _, it := range c.Items {
			at := func(key string) pos {
				if p, ok := v.at[field{it, key}]; ok && p.line > 0 {
					return p
				}
				return v.at[field{it, "id"}]
			}
			if seen[it.ID] {
				v.failAt(at("id"), "item %q is in the checklists twice", it.ID)
			}
			seen[it.ID] = true
			for _, k := range it.For {
				if !slices.Contains(SchoolKinds, k) {
					v.failAt(at("for"), "for: unknown kind of school %q; want one of %v", k, SchoolKinds)
				}
			}
			for _, id := range it.Parts {
				if !slices.ContainsFunc(v.p.KeyParts, func(k *KeyPart) bool { return k.ID == id }) {
					v.failAt(at("parts"), "parts: unknown key part %q", id)
				}
			}
			for _, id := range it.Norms {
				if !slices.ContainsFunc(v.p.Standards, func(st *Standard) bool {
					return slices.ContainsFunc(st.Thresholds, func(t *Threshold) bool { return t.Indicator == id })
				}) {
					v.failAt(at("norms"), "norms: no standard of the pack has a limit for %q", id)
				}
			}
		}
	}
}
