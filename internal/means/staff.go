// Lines of staff: how many there are, who may not move, and what they count to.

package means

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"shuren/internal/edu"
)

// staffColumns finds the columns that a table of staff has beside its own: one for
// each element that people may count to, and for each year in which they retire.
func (r *reader) staffColumns(cells []string, elements []Element) {
	for _, e := range elements {
		all := append([]string{e.Name.ZH, e.Name.EN, e.ID}, e.Heads...)
		for _, n := range all {
			if _, taken := r.names[fold(n)]; !taken {
				r.names[fold(n)] = e.ID
			}
		}
		own := slices.Collect(maps.Values(r.at))
		i := slices.IndexFunc(cells, func(c string) bool {
			return slices.ContainsFunc(all, func(n string) bool { return fold(n) != "" && fold(n) == fold(c) })
		})
		if i >= 0 && !slices.Contains(own, i) {
			r.elements, r.at["element "+e.ID] = append(r.elements, e.ID), i
		}
	}
	for i, c := range cells {
		for _, head := range retireHeads {
			s, ok := strings.CutSuffix(fold(c), head)
			y, err := schoolYear(s)
			if _, twice := r.at["retire "+y.String()]; ok && err == nil && !twice {
				r.retire, r.at["retire "+y.String()] = append(r.retire, y), i
			}
		}
	}
}

// counts are the elements that a line counts to, as the columns of elements say and
// the column that names them.
func (r *reader) counts(x *row) (out []string) {
	for _, e := range r.elements {
		if x.yes("element " + e) {
			out = append(out, e)
		}
	}
	for _, part := range strings.FieldsFunc(x.text("counts"), func(c rune) bool { return strings.ContainsRune("、,，;；\n", c) }) {
		names := []string{part}
		if _, ok := r.names[fold(part)]; !ok {
			names = strings.Fields(part)
		}
		for _, n := range names {
			if e, ok := r.names[fold(n)]; ok {
				out = append(out, e)
			} else {
				x.problem("counts", fmt.Sprintf("“%s”不是可流动的教师类别", cut(n)), fmt.Sprintf("%q is nothing that staff count to", cut(n)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// people reads a count of people; an empty cell is none where it may be.
func (x *row) people(id string, must bool) int { return int(x.number(id, true, must)) }

// yes reads a cell that says whether people count.
func (x *row) yes(id string) bool {
	switch s := strings.ToLower(x.text(id)); s {
	case "", "否", "0", "no", "false", "×":
	case "是", "1", "yes", "true", "√", "✓":
		return true
	default:
		x.problem(id, fmt.Sprintf("“%s”不是“是”或“否”", cut(s)), fmt.Sprintf("%q is neither yes nor no", cut(s)))
	}
	return false
}

// staff takes a line of staff.
func (r *reader) staff(x *row) {
	g := Group{School: x.must("school"), Subject: x.text("subject"), People: x.people("people", true), Posts: x.people("posts", false), Eligible: x.people("eligible", false), Leave: x.people("leave", false)}
	if x.text("posts") == "" {
		g.Posts = g.People
	}
	g.Stage = x.stage()
	held := 0
	for _, h := range []Hold{OnLoan, Nursing, Ill, Retiring} {
		if n := x.people(string(h), false); n > 0 {
			if g.Held == nil {
				g.Held = map[Hold]int{}
			}
			g.Held[h] = n
			held += n
		}
	}
	if held > g.People && !x.bad {
		x.problem("people", fmt.Sprintf("不能调动的 %d 人多于总人数 %d", held, g.People), fmt.Sprintf("%d who may not move of %d people", held, g.People))
	}
	if g.Eligible > g.People-held && !x.bad {
		x.problem("people", fmt.Sprintf("符合交流条件的 %d 人多于可调动的 %d 人", g.Eligible, g.People-held), fmt.Sprintf("%d due for exchange of %d who may move", g.Eligible, g.People-held))
	}
	retiring := 0
	for _, y := range r.retire {
		if n := x.people("retire "+y.String(), false); n > 0 {
			if g.Retiring == nil {
				g.Retiring = map[edu.Period]int{}
			}
			g.Retiring[y] = n
			retiring += n
		}
	}
	for _, part := range []struct {
		id, zh, en string
		n          int
	}{{"posts", "编制在本校", "with their post here", g.Posts}, {"leave", "9月1日不在岗", "away on 1 September", g.Leave}, {"people", "各年退休", "who retire", retiring}} {
		if part.n > g.People && !x.bad {
			x.problem(part.id, fmt.Sprintf("%s的 %d 人多于总人数 %d", part.zh, part.n, g.People), fmt.Sprintf("%d %s of %d people", part.n, part.en, g.People))
		}
	}
	g.Counts = r.counts(x)
	x.once("school", g.School, string(g.Stage), g.Subject, strings.Join(g.Counts, " "))
	if !x.bad {
		r.taken.Staff.Groups = append(r.taken.Staff.Groups, g)
	}
}
