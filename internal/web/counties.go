package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

type countiesPage struct {
	Shell
	Table Table
	Does  string
	Views *viewBar
	More  *Link // to the counties' recognition, where it is kept
}

// counties lists all counties: size, what part of their sections pass, and the
// verdict of each block.
func (s *Server) counties(w http.ResponseWriter, r *request) error {
	p := countiesPage{Shell: s.shell(r, r.T("nav.counties"), "counties")}
	if r.a == nil {
		return s.empty(w, r, p.Shell.Section)
	}
	to, err := s.opensWith(r, "/counties")
	if err != nil || to != "" {
		return cmp.Or(err, error(away{to}))
	}
	if p.Views, err = s.viewsOf(r, "/counties"); err != nil {
		return err
	}
	if p.Table, err = r.countyList(); err != nil {
		return err
	}
	p.Does = r.does()
	if s.dossier != nil {
		p.More = &Link{r.T("recognition.title"), r.to([]string{"recognition"})}
	}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, r.T("nav.counties"), p.Table)
	}
	return s.render(w, r, "counties.html", p)
}

func (r *request) countyList() (Table, error) {
	t := Table{ID: "counties", Caption: r.T("counties.caption", len(r.a.Units[edu.County])), List: true, Sheet: r.T("nav.counties"), Empty: r.T("empty.counties")}
	sortBy, dir := r.regionOrder("")
	col := func(c Col) {
		c.Sort, c.Dir = r.regionSort(c.Key, sortBy, dir)
		t.Cols = append(t.Cols, c)
	}
	col(Col{Key: byName, Label: r.T("county"), Wrap: true})
	if r.lens.sectional() {
		col(Col{Key: "schools", Label: r.T("schools"), Num: true})
	}
	pupils, spread, blocks := r.roomFor()
	for _, k := range r.lens.stages {
		st := r.a.Stages[k]
		name := r.Stage(st.Frame.Stage)
		if pupils {
			col(Col{Key: "pupils." + string(st.Frame.Stage), Label: r.T("col.pupils", name), Num: true, Wrap: true})
		}
		if r.lens.at[k] != nil {
			col(Col{Key: "share." + string(st.Frame.Stage), Label: r.T("col.pass", name), Unit: "%", Num: true, Wrap: true})
		}
		if spread {
			col(Col{Key: "spread." + string(st.Frame.Stage), Label: r.T("col.spread", name), Unit: r.Op(r.lens.spread.Op) + r.Limit(r.lens.spread.Limit[st.Frame.Stage]), Num: true, Wrap: true})
		}
	}
	for _, b := range blocks {
		col(Col{Key: "rule." + b.ID, Label: r.Text(b.Name), Wrap: true})
	}
	if r.lens.root != nil && !slices.Contains(r.lens.blocks, r.lens.root) {
		col(Col{Key: "rule." + r.lens.root.ID, Label: r.Text(r.lens.root.Name), Wrap: true})
	}
	type line struct {
		row Row
		key map[string]float64
	}
	var lines []line
	for i, u := range r.a.Units[edu.County] {
		ln := line{key: map[string]float64{}}
		put := func(key string, v float64, c Cell) {
			ln.key[key] = v
			ln.row.Cells = append(ln.row.Cells, c)
		}
		code := codeOf(u)
		put(byName, float64(i), linked(u.Name, r.toCounty(code)))
		if r.lens.sectional() {
			n := r.schoolsIn(i)
			put("schools", float64(n), count(n).to(r.to([]string{"schools"}, "county", code)))
		}
		for _, k := range r.lens.stages {
			st := r.a.Stages[k]
			stage := string(st.Frame.Stage)
			lo, hi := r.a.Rows(edu.County, i, k)
			if pupils {
				col, _ := st.Frame.Column("pupils")
				v, has := sum(col, lo, hi)
				if has == 0 {
					v = math.NaN()
				}
				put("pupils."+stage, v, figure(v, 0).to(r.toTrace(edu.County, code, "pupils", "stage", stage)))
			}
			if r.lens.at[k] != nil {
				n := r.lens.tally(edu.County, i, k)
				c := share(n.Count[edu.Met], judged(n))
				c.Text = chart.Number(100*ratio(n.Count[edu.Met], judged(n)), 1)
				c.Title = r.T("share.title", n.Count[edu.Met], judged(n))
				put("share."+stage, ratio(n.Count[edu.Met], judged(n)), c.to(r.toTrace(edu.County, code, r.lens.at[k].ID, "stage", stage)))
			}
			if spread {
				v, of, missing := r.lens.widest(k, edu.County, i)
				c := figure(v, 3).toned(r.lens.spreadTone(v, missing, k))
				if of != nil {
					c.Title = r.Text(of.Name)
					c = c.to(r.toTrace(edu.County, code, of.ID, "stage", stage))
				}
				put("spread."+stage, v, c)
			}
		}
		for _, b := range blocks {
			r.putVerdict(put, b.ID, i, code)
		}
		if r.lens.root != nil && !slices.Contains(r.lens.blocks, r.lens.root) {
			r.putVerdict(put, r.lens.root.ID, i, code)
		}
		lines = append(lines, ln)
	}
	if sortBy != "" {
		if !slices.ContainsFunc(t.Cols, func(c Col) bool { return c.Key == sortBy }) {
			return t, fmt.Errorf("sort by %q: %w", sortBy, fault.Invalid)
		}
		slices.SortStableFunc(lines, func(a, b line) int { return compareMissingLast(a.key[sortBy], b.key[sortBy], dir) })
	}
	for _, ln := range lines {
		t.Rows = append(t.Rows, ln.row)
	}
	return t, nil
}

// mostColumns is how many columns of figures the list of counties has beside
// each other.
const mostColumns = 10

// roomFor says which columns a scheme of many stages or rules leaves room for;
// what is left out stands on the county's page.
func (r *request) roomFor() (pupils, spread bool, blocks []*pack.Rule) {
	n, shares := len(r.lens.stages), 0
	for _, k := range r.lens.stages {
		if r.lens.at[k] != nil {
			shares++
		}
	}
	pupils, spread, blocks = r.hasPupils(), r.lens.spread != nil, r.lens.blocks
	columns := func() int {
		all := shares + len(blocks) + 1
		if pupils {
			all += n
		}
		if spread {
			all += n
		}
		return all
	}
	if columns() > mostColumns+2 && n > 2 {
		pupils = false
	}
	if columns() > mostColumns+2 && n > 2 {
		spread = false
	}
	if over := columns() - mostColumns - 2; over > 0 {
		blocks = blocks[:max(0, len(blocks)-over)]
	}
	return pupils, spread, blocks
}

func (r *request) putVerdict(put func(string, float64, Cell), rule string, county int, code string) {
	v := r.a.Verdict(rule, edu.County, county)
	c := lampCell(r.Verdict(v))
	c.Href = r.toTrace(edu.County, code, rule)
	put("rule."+rule, float64(verdictOrder(v)), c)
}

func (r *request) hasPupils() bool { return r.a.Pack.Element("pupils") != nil && r.has("pupils") }

// schoolsIn counts the schools of a county over the stages that are measured.
func (r *request) schoolsIn(county int) int {
	seen := map[string]bool{}
	for _, k := range r.lens.stages {
		st := r.a.Stages[k]
		lo, hi := r.a.Rows(edu.County, county, k)
		for _, row := range st.Frame.Rows[lo:hi] {
			seen[row.Code] = true
		}
	}
	return len(seen)
}
