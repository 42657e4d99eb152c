// The other tables of the page of teachers: posts, subjects, retirements, exchange.

package web

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/means"
	"shuren/internal/register"
)

// lacks is how many teachers the standard that is shown finds lacking, by indicator.
func (v *staffing) lacks() Table {
	t := Table{ID: "lack", Caption: v.T("staff.lacks"), Sheet: v.T("staff.lacks"), Empty: v.T("staff.lacks.none"), Tight: true, Cols: []Col{{Label: v.T("county")}}}
	var ids []string
	for _, d := range v.lens.measures {
		if d.Lack != nil && d.Lack.Unit == "teacher" {
			ids = append(ids, d.ID)
			t.Cols = append(t.Cols, Col{Label: joinCode(d.Code, shortName(v.locale, d)), Num: true, Wrap: true})
		}
	}
	all := v.s.gapLists.get(v.lens)
	add := func(name, county string, in func(*gapLine) bool) {
		sums := make([]float64, len(ids))
		for k := range all {
			g := &all[k]
			if j := slices.Index(ids, g.lack.Indicator.ID); j >= 0 && in(g) && (v.stage == "" || v.request.a.Stages[g.stage].Frame.Stage == v.stage) {
				sums[j] += g.lack.Amount
			}
		}
		row := Row{Cells: []Cell{text(name)}}
		for j, n := range sums {
			row.Cells = append(row.Cells, figure(n, 0).to(v.to([]string{"gaps"}, "county", county, "indicator", ids[j], "stage", string(v.stage))))
		}
		t.Rows = append(t.Rows, row)
	}
	for i, u := range v.request.a.Units[edu.County] {
		if v.code == "" || i == v.lens.county(v.code) {
			add(u.Name, codeOf(u), func(g *gapLine) bool { return g.county == i })
		}
	}
	if len(t.Rows) == 0 && v.code == "" { // the reader sees single schools, and no county
		t.Cols[0].Label = v.T("school")
		seen := map[string]bool{} // a school has a row in each of its stages
		for _, st := range v.request.a.Stages {
			if v.stage != "" && st.Frame.Stage != v.stage {
				continue
			}
			for _, row := range st.Frame.Rows {
				if seen[row.Code] {
					continue
				}
				seen[row.Code] = true
				add(v.request.called(row), "", func(g *gapLine) bool { return v.request.a.Stages[g.stage].Frame.Rows[g.row].Code == row.Code })
			}
		}
	}
	if len(ids) == 0 {
		t.Rows = nil
	}
	return t
}

// posts are those that are approved against those that are held and those of the
// norm, as counties answer.
func (v *staffing) posts() Table {
	t := Table{ID: "posts", Caption: v.T("staff.posts"), Sheet: v.T("staff.posts"), Empty: v.T("staff.posts.none"), Tight: true, Cols: []Col{{Label: v.T("county")}, {Label: v.T("staff.posts.approved"), Num: true}, {Label: v.T("staff.posts.held"), Num: true}, {Label: v.T("staff.posts.free"), Num: true}, {Label: v.T("staff.posts.needed"), Num: true}}}
	if v.a == nil || v.a.Counties == nil {
		return t
	}
	f := v.a.Counties.Frame
	get := func(row int, ids ...string) float64 {
		sum := 0.0
		for _, id := range ids {
			col, ok := f.Column(id)
			if !ok {
				return math.NaN()
			}
			sum += col[row]
		}
		return sum
	}
	for i, u := range v.a.Units[edu.County] {
		if v.code != "" && i != v.county {
			continue
		}
		row, ok := f.Find(codeOf(u))
		if !ok {
			continue
		}
		approved, held := get(row, "posts_approved"), get(row, "county_established")
		needed := get(row, "county_needed_primary", "county_needed_junior", "county_needed_senior")
		trace := v.toTrace(edu.County, codeOf(u), "posts_free", "scheme", v.a.Pack.Ref())
		free := change(approved-held, 0).to(trace)
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(u.Name), figure(approved, 0).to(trace), figure(held, 0).to(trace), free, figure(needed, 0).to(v.here("county", codeOf(u), "page", ""))}})
	}
	return t
}

// subjects are people by what they teach: of one county in detail, of several side
// by side with small counts left out.
func (v *staffing) subjects() (Table, string, error) {
	t := Table{ID: "subjects", Caption: v.T("staff.subjects"), Sheet: v.T("staff.subjects"), Empty: v.T("staff.subjects.none"), Tight: true}
	type key struct {
		stage   edu.Stage
		subject string
	}
	var keys []key
	groups := map[key][]*means.Group{}
	for _, m := range v.means {
		for i := range m.Staff.Groups {
			g := &m.Staff.Groups[i]
			if v.stage != "" && g.Stage != v.stage {
				continue
			}
			k := key{g.Stage, g.Subject}
			if groups[k] == nil {
				keys = append(keys, k)
			}
			groups[k] = append(groups[k], g)
		}
	}
	slices.SortFunc(keys, func(a, b key) int {
		return cmp.Or(cmp.Compare(slices.Index(edu.Stages, a.stage), slices.Index(edu.Stages, b.stage)), strings.Compare(a.subject, b.subject))
	})
	name := func(k key) string {
		return v.Stage(k.stage) + " · " + cmp.Or(v.Text(register.SubjectText(k.subject)), v.T("staff.subject.none"))
	}
	if len(keys) == 0 {
		return t, "", nil
	}
	if !v.wide {
		t.Cols = []Col{{Label: v.T("staff.subject")}, {Label: v.T("staff.people"), Num: true}, {Label: v.T("staff.ownposts"), Num: true}, {Label: v.T("staff.held"), Num: true}, {Label: v.T("staff.eligible"), Num: true}, {Label: v.T("staff.retire.all"), Num: true}, {Label: v.T("staff.leave"), Num: true}}
		for _, k := range keys {
			var people, posts, held, eligible, retiring, leave int
			for _, g := range groups[k] {
				people, posts, eligible, leave = people+g.People, posts+g.Posts, eligible+g.Eligible, leave+g.Leave
				for _, n := range g.Held {
					held += n
				}
				for _, n := range g.Retiring {
					retiring += n
				}
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(name(k)), count(people), count(posts), count(held), count(eligible), count(retiring), count(leave)}})
		}
		return t, "", nil
	}
	// Counties side by side: subjects over all stages, so that the table is no wider
	// than a page.
	var subjects []string
	for _, k := range keys {
		if !slices.Contains(subjects, k.subject) {
			subjects = append(subjects, k.subject)
		}
	}
	slices.Sort(subjects)
	t.Cols = []Col{{Label: v.T("county")}}
	for _, x := range subjects {
		t.Cols = append(t.Cols, Col{Label: cmp.Or(v.Text(register.SubjectText(x)), v.T("staff.subject.none")), Num: true})
	}
	t.Cols = append(t.Cols, Col{Label: v.T("compare.total"), Num: true})
	in := compare.Counts{Up: []int{-1}, Cells: [][]int{nil}}
	names := []Cell{text(v.T("staff.whole"))}
	for _, u := range v.request.a.Units[edu.County] {
		m := v.means[u.ID]
		if m == nil || len(m.Staff.Groups) == 0 {
			continue
		}
		cells := slices.Repeat([]int{compare.Nobody}, len(subjects))
		for i := range m.Staff.Groups {
			g := &m.Staff.Groups[i]
			if v.stage == "" || g.Stage == v.stage {
				k := slices.Index(subjects, g.Subject)
				cells[k] = max(cells[k], 0) + g.People
			}
		}
		in.Up, in.Cells, names = append(in.Up, 0), append(in.Cells, cells), append(names, linked(u.Name, v.s.toGaps(v.request, codeOf(u))+"/means"))
	}
	hidden, err := compare.Suppress(in, compare.Least)
	if err != nil {
		return t, "", err
	}
	sums, some := totals(in)
	left := 0
	for i := range sums {
		row := Row{Sum: i == 0, Cells: []Cell{names[i]}}
		for k, n := range sums[i] {
			c := count(n)
			switch {
			case !some[i][k]:
				c = text("/")
			case hidden[i][k]:
				c = Cell{Text: hiddenMark, Title: v.T("compare.hidden")}
				left++
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	note := ""
	if left > 0 {
		note = v.T("staff.few", compare.Least, hiddenMark, left)
	}
	return t, note, nil
}

// retiring is who will leave, by school year and stage: over all counties that the
// reader looks at, so that no small county stands alone.
func (v *staffing) retiring() (*chartView, Table) {
	t := Table{ID: "retiring", Caption: v.T("staff.retiring"), Sheet: v.T("staff.retiring"), Empty: v.T("staff.subjects.none"), Tight: true, Cols: []Col{{Label: v.T("shell.year")}}}
	sum := map[edu.Period]map[edu.Stage]int{}
	var years []edu.Period
	var stages []edu.Stage
	for _, m := range v.means {
		for i := range m.Staff.Groups {
			g := &m.Staff.Groups[i]
			if v.stage != "" && g.Stage != v.stage {
				continue
			}
			for y, n := range g.Retiring {
				if sum[y] == nil {
					sum[y] = map[edu.Stage]int{}
					years = append(years, y)
				}
				if !slices.Contains(stages, g.Stage) {
					stages = append(stages, g.Stage)
				}
				sum[y][g.Stage] += n
			}
		}
	}
	if len(years) == 0 {
		return nil, t
	}
	slices.SortFunc(years, edu.Period.Compare)
	slices.SortFunc(stages, func(a, b edu.Stage) int {
		return cmp.Compare(slices.Index(edu.Stages, a), slices.Index(edu.Stages, b))
	})
	spec := chart.Spec{Kind: chart.Bars, Title: t.Caption, XName: v.T("shell.year"), Unit: v.T("staff.persons"), One: v.T("staff.person"), Series: []chart.Series{{Name: v.T("staff.retiring")}}}
	for _, st := range stages {
		t.Cols = append(t.Cols, Col{Label: v.Stage(st), Num: true})
	}
	several := len(stages) > 1 // of one stage the total is its own column
	if several {
		t.Cols = append(t.Cols, Col{Label: v.T("compare.total"), Num: true})
	}
	most, at := -1, years[0]
	for _, y := range years {
		row, total, hidden := Row{Cells: []Cell{text(v.Period(y))}}, 0, false
		mark := Cell{Text: hiddenMark, Title: v.T("compare.hidden")}
		for _, st := range stages {
			n := sum[y][st]
			c := count(n)
			if v.few(n) {
				c, hidden = mark, true
			}
			total += n
			row.Cells = append(row.Cells, c)
		}
		// A total tells what was left out beside it, and so would its bar.
		all, bar := count(total), float64(total)
		if hidden {
			all, bar = mark, math.NaN()
		} else if total > most {
			most, at = total, y
		}
		if several {
			row.Cells = append(row.Cells, all)
		}
		spec.X, spec.Series[0].Values = append(spec.X, v.Period(y)), append(spec.Series[0].Values, bar)
		t.Rows = append(t.Rows, row)
	}
	spec.Says = v.T("staff.retiring.says", len(years), v.Period(at), most)
	if most < 0 {
		spec.Says = v.T("staff.retiring.few", len(years), compare.Least)
	}
	return view(spec), t
}

// few tells whether a count is left out: counties stand side by side and it is small.
func (v *staffing) few(n int) bool { return v.wide && n > 0 && n < compare.Least }

// exchangeWeights are the elements by which indicators of exchange are weighted.
var exchangeWeights = []string{"exchange_eligible", "exchange_done"}

// exchange is what counties answer of exchange, against what they are held to.
func (v *staffing) exchange() Table {
	t := Table{ID: "exchange", Caption: v.T("staff.exchange"), Sheet: v.T("staff.exchange"), Empty: v.T("staff.exchange.none"), Tight: true, Cols: []Col{{Label: v.T("county")}}}
	c := v.request.a.Counties
	if c == nil {
		return t
	}
	var at []int
	for k, jd := range c.Judged {
		if slices.Contains(exchangeWeights, jd.Item.Def.Weight) {
			at = append(at, k)
			head := Col{Label: shortName(v.locale, jd.Item.Def), Title: v.Text(jd.Item.Def.Name), Num: true, Wrap: true}
			if th := jd.Threshold; th != nil && th.Formula == nil {
				head.Unit = v.Op(th.Op) + v.Limit(th.Value) + v.Uom(v.request.a.Pack, jd.Item.Def.Unit)
			}
			t.Cols = append(t.Cols, head, Col{Label: v.T("status")})
		}
	}
	told := len(v.means) > 0
	if told {
		t.Cols = append(t.Cols, Col{Label: v.T("staff.eligible"), Num: true, Wrap: true})
	}
	if len(at) == 0 {
		return t
	}
	for i, u := range v.request.a.Units[edu.County] {
		row, ok := c.Frame.Find(codeOf(u))
		if !ok || v.code != "" && i != v.lens.county(v.code) {
			continue
		}
		out := Row{Cells: []Cell{text(u.Name)}}
		for _, k := range at {
			jd := c.Judged[k]
			trace := v.toTrace(edu.County, codeOf(u), jd.Item.Def.ID)
			lamp := lampCell(v.Verdict(jd.Verdict(row)))
			lamp.Href = trace
			out.Cells = append(out.Cells, figure(jd.Item.Value(row), jd.Item.Def.Decimals).to(trace), lamp)
		}
		if told {
			n, any := 0, false
			if m := v.means[u.ID]; m != nil {
				for k := range m.Staff.Groups {
					n, any = n+m.Staff.Groups[k].Eligible, true
				}
			}
			cell := text(chart.NoNumber)
			switch {
			case any && v.few(n):
				cell = Cell{Text: hiddenMark, Title: v.T("compare.hidden")}
			case any:
				cell = count(n)
			}
			cell.Href = v.s.toGaps(v.request, codeOf(u)) + "/means" // or where it is to be told
			out.Cells = append(out.Cells, cell)
		}
		t.Rows = append(t.Rows, out)
	}
	return t
}

// told says where counts of staff come from, or that they are to be told.
func (v *staffing) told() string {
	if len(v.means) == 0 {
		return ""
	}
	told := 0
	last := ""
	for _, m := range v.means {
		if len(m.Staff.Groups) > 0 {
			told++
			last = v.T("staff.told.of", m.Staff.Source, m.Staff.AsOf.String())
		}
	}
	if told == 0 {
		return v.T("staff.told.none")
	}
	if len(v.means) == 1 {
		return last
	}
	return v.T("staff.told", told, len(v.means))
}
