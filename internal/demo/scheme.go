// What the demo city reports for schemes other than compulsory education: each
// registers what it adds, in a file of its own.

package demo

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// scheme is what one pack adds to what the counties report: a sheet of its own in
// the second workbook of each county, rows of lists, items that counties answer.
// The package's comment says how one is written.
type scheme struct {
	pack  string // shipped pack whose words head the columns: "cn-senior"
	sheet string // name of its sheet of sections: 普通高中
	// stages are those whose sections stand on the sheet; none is every stage of
	// the pack.
	stages []edu.Stage
	// elements are the columns, by id; none is every element that the pack itself
	// declares and that a section types.
	elements []string
	// found adds schools and sections, with their pupils, once the city stands.
	found func(c *City)
	// record is what a section reports in a year; nil leaves it off the sheet.
	record func(c *City, s *section, y int) figures
	// school is what a school reports once for all of its sections: a sheet of its
	// own, with a column for each element that the pack declares of a school.
	school func(c *City, s *school, y int) figures
	// lists are rows of the pack's lists, by the list's id.
	lists map[string]func(c *City, s *section, y int) []figures
	// county are a county's answers in a year, and the evidence cited.
	county func(c *City, county, y int) (figures, map[string]string)
}

var schemes []scheme

// register adds a scheme: var _ = register(scheme{…}).
func register(s scheme) struct{} {
	schemes = append(schemes, s)
	return struct{}{}
}

// ordered are the registered schemes in the order of their packs, whatever files
// they stand in.
func ordered() []scheme {
	return slices.SortedStableFunc(slices.Values(schemes), func(a, b scheme) int {
		return cmp.Or(cmp.Compare(a.pack, b.pack), cmp.Compare(a.sheet, b.sheet))
	})
}

// Packs are the packs that the city is measured by, the first one first.
func (c *City) Packs() []string {
	all := []string{packRef}
	for _, s := range c.schemes {
		if !slices.Contains(all, s.pack) {
			all = append(all, s.pack)
		}
	}
	return all
}

var (
	openedMu sync.Mutex
	opened   = map[string]*pack.Pack{}
)

// packOf opens a scheme's pack, once.
func (s *scheme) packOf() (*pack.Pack, error) {
	openedMu.Lock()
	defer openedMu.Unlock()
	if p := opened[s.pack]; p != nil {
		return p, nil
	}
	p, err := pack.Open(s.pack)
	if err == nil {
		opened[s.pack] = p
	}
	return p, err
}

// on tells whether a section stands on the scheme's sheet.
func (s *scheme) on(p *pack.Pack, st edu.Stage) bool {
	if len(s.stages) > 0 {
		return slices.Contains(s.stages, st)
	}
	return slices.Contains(p.Stages, st)
}

// columns are the columns of the scheme's sheet, after the keys.
func (s *scheme) columns(p *pack.Pack, group map[string]string) ([]column, error) {
	var out []column
	if len(s.elements) == 0 {
		for _, e := range p.Elements {
			if e.Pack == p.Ref() && e.Level == edu.Section && e.Derive == nil {
				out = append(out, columns(e, group[e.Group])...)
			}
		}
		return out, nil
	}
	for _, id := range s.elements {
		e := p.Element(id)
		if e == nil || e.Level != edu.Section {
			return nil, fmt.Errorf("%s has no section element %q", s.pack, id)
		}
		out = append(out, columns(e, group[e.Group])...)
	}
	return out, nil
}
