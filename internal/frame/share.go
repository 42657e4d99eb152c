package frame

import (
	"fmt"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// Split says which resources a school with several sections may give once, for
// all of them, and how they fall to the sections.
type Split struct {
	Elements []string
	By       string // element whose figures of the sections decide, such as pupils
	// Shares gives each stage's part of the whole, or nil where a figure is
	// missing or the parts cannot be told otherwise. A stage that has no part in
	// what is shared is not in it.
	Shares func(by map[edu.Stage]float64) map[edu.Stage]float64
}

// Share is the part that a section has in what its school gave as a whole.
type Share struct {
	Whole    edu.Value
	Part     edu.Value // of the whole, from 0 to 1; missing where it cannot be told
	Stage    edu.Stage
	Sections []ShareOf // all sections of the school, in the order of the stages
}

// ShareOf is one of the sections among which a whole is shared.
type ShareOf struct {
	Stage edu.Stage
	By    edu.Value // its figure of Split.By
}

// split is what of the schools' figures was shared out.
type split struct {
	Split
	sections [][]sectionAt     // by row of schools
	shared   map[string][]bool // by element and row of schools: its sections have shares
}

// sectionAt is a section by its row in the layer.
type sectionAt struct {
	stage edu.Stage
	row   int
}

// by are the figures that decide on the shares, by stage.
func (s *split) by(l *layer, school int) map[edu.Stage]float64 {
	out := map[edu.Stage]float64{}
	for _, sec := range s.sections[school] {
		out[sec.stage] = edu.Missing()
		if col := l.cols[s.By]; col != nil {
			out[sec.stage] = col[sec.row]
		}
	}
	return out
}

// shareOut gives each section its part of what its school gave once. The
// columns that it changes are copies: others may still hold the tables' own.
func (b *builder) shareOut(l *layer) {
	schools := b.set.schools
	s := &split{Split: b.opt.Split, sections: make([][]sectionAt, schools.order.rows), shared: map[string][]bool{}}
	for _, e := range s.Elements {
		if schools.cols[e] != nil {
			s.shared[e] = make([]bool, schools.order.rows)
		}
	}
	if len(s.shared) == 0 {
		return
	}
	b.set.split = s
	row := 0
	for i, stage := range b.stages {
		for range b.rowsOf(i) {
			if j := b.set.schoolRow[l.row[row]]; j != none {
				s.sections[j] = append(s.sections[j], sectionAt{stage, row})
			}
			row++
		}
	}
	out := map[string][]float64{}
	for e := range s.shared {
		out[e] = missingColumn(l.order.rows)
		copy(out[e], l.cols[e])
	}
	for j, sections := range s.sections {
		var given, doubtful []string
		for _, e := range s.Elements {
			col := schools.cols[e]
			if col == nil || isMissing(col[j]) {
				continue
			}
			if twice := slices.IndexFunc(sections, func(sec sectionAt) bool { return out[e][sec.row] == out[e][sec.row] }); twice >= 0 {
				b.givenTwice(l, j, sections[twice], e)
				continue
			}
			given = append(given, e)
			if col[j] == col[j] {
				doubtful = append(doubtful, e)
			}
		}
		if len(given) == 0 {
			continue
		}
		shares := s.Shares(s.by(l, j))
		if len(doubtful) > 0 {
			b.doubts(l, j, doubtful, shares)
		}
		for _, e := range given {
			s.shared[e][j] = true
			whole := schools.cols[e][j]
			for _, sec := range sections {
				switch {
				case whole != whole: // it does not apply to the school
					out[e][sec.row] = whole
				case shares == nil:
					out[e][sec.row] = edu.Missing()
				default:
					if part, ok := shares[sec.stage]; ok {
						out[e][sec.row] = whole * part
					}
				}
			}
		}
	}
	for e, col := range out {
		l.cols[e] = col
	}
}

// givenTwice reports a resource that a school gave as a whole and for a section.
func (b *builder) givenTwice(l *layer, school int, sec sectionAt, element string) {
	schools := b.set.schools
	whole, own := schools.typed(school, element), l.typed(sec.row, element)
	code := b.units.codes[schools.row[school]]
	b.problem(Problem{Blocking: true, Cells: append(whole, own...), Message: edu.Text{
		EN: fmt.Sprintf("%s of %s is given for the whole school here (%s) and for its section %s%s (%s); leave one of them empty", element, code,
			edu.FromFloat(schools.cols[element][school]), sec.stage, at(own, " in ", Place), edu.FromFloat(l.cols[element][sec.row])),
		ZH: fmt.Sprintf("%s 的 %s 在此处按全校填报(%s),%s又按%s学段填报(%s),只应填一处", code, element,
			edu.FromFloat(schools.cols[element][school]), at(own, "在 ", PlaceZH), stageZH(sec.stage), edu.FromFloat(l.cols[element][sec.row])),
	}})
}

// at names the first of some cells, or nothing where there is none.
func at(cells []edu.Cell, before string, name func(edu.Cell) string) string {
	if len(cells) == 0 {
		return ""
	}
	return before + name(cells[0])
}

// doubts says what a person should know of a sharing: why nobody gets a part,
// or that one section gets everything.
func (b *builder) doubts(l *layer, school int, elements []string, shares map[edu.Stage]float64) {
	schools, s := b.set.schools, b.set.split
	sections := s.sections[school]
	var zh, en string
	switch {
	case len(sections) == 0:
		zh, en = "本校没有任何学段的数据，无法拆分", "no table has a section of it, so they fall to nobody"
	case shares != nil && len(sections) == 1:
		zh = fmt.Sprintf("只有%s一个学段的数据，全部计入该学段；如有其他学段，请补报其学生数", stageZH(sections[0].stage))
		en = fmt.Sprintf("only its section %s is here and gets them whole; if the school has others, give their %s too", sections[0].stage, s.By)
	case shares != nil:
		return
	default:
		zh, en = "各学段学生数不能得出拆分比例", "the "+s.By+" of its sections give no shares"
		by := s.by(l, school)
		for _, sec := range sections {
			if n := by[sec.stage]; n != n {
				zh, en = fmt.Sprintf("缺%s学段的 %s，无法拆分", stageZH(sec.stage), s.By), fmt.Sprintf("%s of its section %s is missing, so nobody's part is known", s.By, sec.stage)
				break
			}
			if s.Shares(map[edu.Stage]float64{sec.stage: 1}) == nil {
				zh, en = fmt.Sprintf("拆分办法没有%s学段的权重，无法拆分", stageZH(sec.stage)), fmt.Sprintf("the split has no weight for its section %s, so nobody's part is known", sec.stage)
				break
			}
		}
	}
	code := b.units.codes[schools.row[school]]
	b.problem(Problem{Cells: schools.typed(school, elements[0])[:1], Message: edu.Text{
		EN: fmt.Sprintf("%s gives %s for the whole school: %s", code, strings.Join(elements, ", "), en),
		ZH: fmt.Sprintf("%s 按全校填报了 %s:%s", code, strings.Join(elements, "、"), zh),
	}})
}

func stageZH(s edu.Stage) string {
	if zh, ok := map[edu.Stage]string{edu.Preschool: "学前", edu.Primary: "小学", edu.Junior: "初中", edu.Senior: "高中", edu.Vocational: "中职",
		edu.Special: "特教", edu.Higher: "高等"}[s]; ok {
		return zh
	}
	return string(s)
}

// whole finds the school whose figure a section has a share in.
func (f *Frame) whole(row int, element string) (school int, ok bool) {
	if f.set == nil || f.set.split == nil || f.Base != edu.Section {
		return 0, false
	}
	shared := f.set.split.shared[element]
	if shared == nil {
		return 0, false
	}
	j, ok := f.schoolRow(row)
	return j, ok && shared[j]
}

// Share tells how a section came by a figure that its school gave once for all
// sections; ok is false for any other figure.
func (f *Frame) Share(row int, element string) (sh Share, ok bool) {
	j, ok := f.whole(row, element)
	if !ok {
		return Share{}, false
	}
	s, l := f.set.split, f.set.sections.layer
	sh = Share{Whole: edu.FromFloat(f.set.schools.cols[element][j]), Stage: f.Stage}
	by := s.by(l, j)
	if part, ok := s.Shares(by)[f.Stage]; ok {
		sh.Part = edu.Some(part)
	}
	for _, sec := range s.sections[j] {
		sh.Sections = append(sh.Sections, ShareOf{sec.stage, edu.FromFloat(by[sec.stage])})
	}
	return sh, true
}

// shareCells gives the cells behind a share: that of the whole first, then those
// of the figures that decide on the parts.
func (f *Frame) shareCells(row int, element string) ([]edu.Cell, bool) {
	j, ok := f.whole(row, element)
	if !ok {
		return nil, false
	}
	cells := f.set.schools.typed(j, element)
	for _, sec := range f.set.split.sections[j] {
		part := f.set.Stage(sec.stage)
		more, _ := part.trace(sec.row-part.lo, f.set.split.By)
		cells = append(cells, more...)
	}
	return cells, true
}
