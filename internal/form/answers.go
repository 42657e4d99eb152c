// What a file that is no template of ours answers: its figures as somebody would
// have typed them, each with the cell that it stood in.

package form

import (
	"maps"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/pack"
)

// Answers are figures of many units from files of another shape, for papers.
type Answers struct {
	source *Source
	given  map[string]bool // elements and parts that the files have columns for
}

// NewAnswers reads what tables of one period answer. The problems are what the
// tables say against themselves.
func NewAnswers(p *pack.Pack, tables []*frame.Table) (*Answers, []frame.Problem, error) {
	opt, err := p.FrameOptions()
	if err != nil {
		return nil, nil, err
	}
	a := &Answers{given: map[string]bool{}}
	for _, t := range tables {
		for id := range t.Heads {
			if t.List == "" {
				a.given[id] = true
			}
		}
	}
	set, problems := frame.Build(tables, opt)
	a.source = sourceOf(set, tables)
	return a, problems, nil
}

// Into writes the answers into a paper's content over what is there, and tells
// how many they are. What the files do not say stays as it was.
func (a *Answers) Into(p *Paper) (c Content, n int) {
	c = p.Content
	c.Cells, c.Lists, c.Cites = maps.Clone(c.Cells), maps.Clone(c.Lists), maps.Clone(c.Cites)
	for k, f := range p.Cells() {
		if f.Evidence || !a.given[f.ID] {
			continue
		}
		v, ok := a.source.figure(p, k, f)
		if !ok {
			continue
		}
		if c.Cells == nil {
			c.Cells = map[string]string{}
		}
		c.Cells[k.String()] = v.Text
		n++
		if at := a.source.cells(p, k, f.ID); len(at) > 0 {
			at[0].Text = v.Text
			c.Cites = cited(c.Cites, k, at[0])
		} else {
			delete(c.Cites, k.String())
		}
	}
	for i := range p.Lists {
		l := p.Lists[i].List
		if rows := a.source.rowsOf(p, l); len(rows) > 0 {
			if c.Lists == nil {
				c.Lists = map[string][]Row{}
			}
			c.Lists[l.ID] = rows
			n += len(rows)
		}
	}
	return c, n
}

// Has tells whether the files have a row of a unit.
func (a *Answers) Has(p *Paper) bool {
	for _, part := range p.Parts {
		if _, rows := a.source.at(p, part); len(rows) > 0 {
			return true
		}
	}
	for _, rows := range a.source.rows {
		if len(rows[p.Unit.key()]) > 0 {
			return true
		}
	}
	return false
}

func cited(m map[string]edu.Cell, k Key, at edu.Cell) map[string]edu.Cell {
	if m == nil {
		m = map[string]edu.Cell{}
	}
	m[k.String()] = at
	return m
}

// cells are the cells that a figure of a paper came from: of the whole school
// those of all its sections.
func (s *Source) cells(p *Paper, k Key, id string) []edu.Cell {
	parts := []edu.Stage{k.Part}
	if k.Part == Whole {
		parts = p.Parts
	}
	var out []edu.Cell
	for _, part := range parts {
		f, rows := s.at(p, part)
		for _, row := range rows {
			out = append(out, f.Origin(row, id)...)
		}
	}
	return out
}
