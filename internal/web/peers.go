package web

import (
	"fmt"
	"math"
	"net/http"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/compare"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
)

// peerCount is how many similar units are shown.
const peerCount = 5

// peerGroup is a unit with those that are most like it.
type peerGroup struct {
	*request
	stage   int
	level   edu.Level // edu.Section or edu.County
	at      int
	unknown []compare.Feature
	values  [][]float64
	veil    *compare.Veil
	compare.Peers
}

// peersOf finds the units most like one; what the reader does not see is not
// among them.
func (r *request) peersOf(level edu.Level, stage, at int) *peerGroup {
	g := &peerGroup{request: r, stage: stage, level: level, at: at, veil: compare.NewVeil(r.a, r.a.Stages[stage], compare.Least)}
	var features []compare.Feature
	if level == edu.County {
		features, g.values, g.unknown = compare.CountyFeatures(r.a, stage)
	} else {
		features, g.values, g.unknown = compare.SchoolFeatures(r.a, r.a.Stages[stage])
	}
	// How far a unit lies away tells how large it is, and how many board there.
	for u := range g.values {
		if u != at && g.sizeHidden(u) {
			for f := range g.values[u] {
				g.values[u][f] = math.NaN()
			}
		}
	}
	if len(features) > 0 {
		g.Peers = compare.Alike(features, g.values, at, peerCount)
	}
	return g
}

// codeName is the code and the name of a unit of the group.
func (g *peerGroup) codeName(u int) (code, name string) {
	if g.level == edu.County {
		x := g.a.Units[edu.County][u]
		return codeOf(x), x.Name
	}
	x := g.a.Stages[g.stage].Frame.Rows[u]
	return x.Code, g.called(x)
}

// hides tells that a measure of a unit would tell of too few pupils, or is left
// out since beside it another unit's would: here as where all stand beside each
// other.
func (g *peerGroup) hides(d *pack.Indicator, u int) bool {
	if g.level != edu.County {
		return g.veil.Row(d, u)
	}
	region := g.a.Units[edu.County][u].Region[g.stage]
	return region >= 0 && g.veil.Region(d, region)
}

// sizeHidden tells that what units are matched on tells of a unit's pupils or
// boarders that are left out elsewhere.
func (g *peerGroup) sizeHidden(u int) bool { return g.hides(compare.Matched, u) }

func (g *peerGroup) value(d *pack.Indicator, u int) float64 {
	if g.level == edu.County {
		return g.lens.value(g.stage, d.ID, edu.County, u)
	}
	return g.a.Stages[g.stage].Item(d.ID).Value(u)
}

func (g *peerGroup) href(u int) string {
	code, _ := g.codeName(u)
	stage := string(g.a.Stages[g.stage].Frame.Stage)
	if g.level == edu.County {
		return g.toCounty(code, "stage", stage)
	}
	return g.toSchool(code, "stage", stage)
}

// peersPanel is the group as the unit's own page shows it.
type peersPanel struct {
	Title string
	Peers []Link
	Says  string // why there are none, or by what they were chosen
	More  Link
}

// peersPanel is nil for who sees no other units.
func (r *request) peersPanel(level edu.Level, stage, at int) *peersPanel {
	if !r.who.May(auth.ReadRegion) || stage < 0 || stage >= len(r.a.Stages) {
		return nil
	}
	g := r.peersOf(level, stage, at)
	if g.Among < 2 && len(g.Lacks) == 0 {
		return nil
	}
	code, _ := g.codeName(at)
	p := &peersPanel{Title: r.T("peers.schools", r.Stage(r.a.Stages[stage].Frame.Stage)), Says: g.says()}
	path := "schools"
	if level == edu.County {
		p.Title, path = r.T("peers.counties", r.Stage(r.a.Stages[stage].Frame.Stage)), "counties"
	}
	for _, x := range g.Nearest {
		_, name := g.codeName(x.Unit)
		p.Peers = append(p.Peers, Link{r.T("peers.one", name, chart.Number(x.Distance, 2)), g.href(x.Unit)})
	}
	p.More = Link{r.T("peers.more"), r.to([]string{"compare", path, code}, "stage", string(r.a.Stages[stage].Frame.Stage))}
	return p
}

// says is how peers were chosen, or why there are none.
func (g *peerGroup) says() string {
	names := func(fs []compare.Feature) string {
		var out []string
		for _, f := range fs {
			out = append(out, g.Text(f.Name))
		}
		return g.List(out)
	}
	var s string
	switch {
	case len(g.Features) == 0:
		return g.T("peers.none", names(g.unknown))
	case len(g.Lacks) > 0:
		var lacks []compare.Feature
		for _, f := range g.Lacks {
			lacks = append(lacks, g.Features[f])
		}
		return g.T("peers.lacks", names(lacks))
	case len(g.Nearest) == 0:
		return g.T("peers.nobody")
	}
	s = g.T("peers.by", names(g.Features), g.Among)
	if g.Left > 0 {
		s += g.T("peers.left", g.Left)
	}
	if len(g.unknown) > 0 {
		s += g.T("peers.unknown", names(g.unknown))
	}
	return s
}

type peersPage struct {
	Shell
	Stages   []Choice
	Says     string
	Features Table
	Peers    Table
	Measures Table
	Note     string
	Hows     []how // of distances and features
	Means    []how // of the measures
}

// schoolPeers compares a school with those most like it.
func (s *Server) schoolPeers(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "schools")
	}
	stage, err := r.stage()
	if err != nil {
		return err
	}
	code := r.PathValue("school")
	at := -1
	if r.query.Get("stage") == "" { // the school's own first stage
		for k := range r.a.Stages {
			if at = r.lens.row(k, code); at >= 0 {
				stage = k
				break
			}
		}
	} else if stage >= 0 {
		at = r.lens.row(stage, code)
	}
	if at < 0 {
		return fmt.Errorf("school %s: %w", code, fault.NotFound)
	}
	name := r.called(r.a.Stages[stage].Frame.Rows[at])
	return s.showPeers(w, r, r.peersOf(edu.Section, stage, at), r.T("peers.of", name), "schools",
		Link{r.T("nav.schools"), r.to([]string{"schools"})}, Link{name, r.toSchool(code)})
}

// countyPeers compares a county with those most like it.
func (s *Server) countyPeers(w http.ResponseWriter, r *request) error {
	if r.a == nil {
		return s.empty(w, r, "counties")
	}
	stage, err := r.stage()
	if err != nil {
		return err
	}
	at := r.lens.county(r.PathValue("county"))
	if at < 0 || stage < 0 {
		return fmt.Errorf("county %s: %w", r.PathValue("county"), fault.NotFound)
	}
	u := r.a.Units[edu.County][at]
	return s.showPeers(w, r, r.peersOf(edu.County, stage, at), r.T("peers.of", u.Name), "counties",
		Link{r.T("nav.counties"), r.to([]string{"counties"})}, Link{u.Name, r.toCounty(codeOf(u))})
}

func (s *Server) showPeers(w http.ResponseWriter, r *request, g *peerGroup, title, section string, crumbs ...Link) error {
	p := peersPage{Shell: s.shell(r, title, section, crumbs...), Says: g.says(), Note: r.T("peers.note")}
	if section == "counties" {
		p.Stages = r.stages(g.stage)
	}
	p.Features, p.Peers = g.features(), g.peers()
	p.Measures, p.Means = g.measures()
	for i := range g.Nearest {
		p.Hows = append(p.Hows, g.distanceHow(i))
	}
	for f := range g.Features {
		p.Hows = append(p.Hows, g.featureHow(f))
	}
	p.Export = r.here("as", "xlsx")
	if r.query.Get("as") == "xlsx" {
		return s.export(w, r, title, p.Measures, p.Peers, p.Features)
	}
	return s.render(w, r, "peers.html", p)
}

// features is what units are alike in: the unit's own figure, and the spread.
func (g *peerGroup) features() Table {
	t := Table{ID: "features", Caption: g.T("peers.features"), Sheet: g.T("peers.features"), Tight: true, Empty: g.says(), Cols: []Col{
		{Label: g.T("peers.feature")}, {Label: g.T("peers.how"), Wrap: true}, {Label: g.T("peers.own"), Num: true}, {Label: g.T("peers.mean"), Num: true}, {Label: g.T("peers.spread"), Num: true, Wrap: true}, {Label: g.T("peers.weight"), Num: true}}}
	for f, x := range g.Features {
		to := howHref("feature-" + x.ID)
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(g.Text(x.Name)), text(g.Text(x.How)).to(to), figure(g.values[g.at][f], 3).to(to), figure(g.Mean[f], 3).to(to), figure(g.Spread[f], 3).to(to), figure(x.Weight, 1).to(to)}})
	}
	return t
}

// peers is how far each peer lies, in all and in each feature.
func (g *peerGroup) peers() Table {
	t := Table{ID: "peers", Caption: g.T("peers.distance.caption"), Sheet: g.T("peers.sheet"), Empty: g.says(), List: true, Cols: []Col{{Label: g.T("compare.unit"), Wrap: true}, {Label: g.T("peers.distance"), Num: true}}}
	for _, f := range g.Features {
		t.Cols = append(t.Cols, Col{Label: g.Text(f.Name), Num: true, Wrap: true, Title: g.T("peers.apart", f.Name)})
	}
	for i, x := range g.Nearest {
		_, name := g.codeName(x.Unit)
		to := howHref(fmt.Sprintf("peer-%d", i))
		row := Row{Cells: []Cell{linked(name, g.href(x.Unit)), figure(x.Distance, 3).to(to)}}
		for _, v := range x.Apart {
			row.Cells = append(row.Cells, change(v, 2).to(to))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// measures sets the unit beside its peers, measure by measure. Peers stand in the
// order of their distance, which is no rank of what they achieve.
func (g *peerGroup) measures() (t Table, hows []how) {
	_, own := g.codeName(g.at)
	t = Table{ID: "beside", Caption: g.T("peers.measures"), Sheet: g.T("peers.measures.sheet"), Empty: g.says(), List: true, Cols: []Col{{Label: g.T("indicator"), Wrap: true}, {Label: own, Num: true, Wrap: true}, {Label: g.T("peers.average"), Num: true, Wrap: true}, {Label: g.T("peers.difference"), Num: true, Wrap: true}}}
	if len(g.Nearest) == 0 {
		return t, nil
	}
	for _, x := range g.Nearest {
		_, name := g.codeName(x.Unit)
		t.Cols = append(t.Cols, Col{Label: name, Num: true, Wrap: true})
	}
	st := g.a.Stages[g.stage]
	level := edu.Section
	if g.level == edu.County {
		level = edu.County
	}
	trace := func(d *pack.Indicator, u int) string {
		code, _ := g.codeName(u)
		return g.toTrace(level, code, d.ID, "stage", string(st.Frame.Stage))
	}
	for _, d := range g.lens.measures {
		if st.Item(d.ID) == nil || d.Unit == pack.YesNo {
			continue
		}
		mine := g.value(d, g.at)
		var cells []Cell
		var values []float64
		sum, n := 0.0, 0
		if g.hides(d, g.at) {
			mine = math.NaN()
		}
		for _, x := range g.Nearest {
			v := g.value(d, x.Unit)
			if g.hides(d, x.Unit) {
				values, cells = append(values, math.NaN()), append(cells, g.hidden())
				continue
			}
			if !math.IsNaN(v) {
				sum, n = sum+v, n+1
			}
			values = append(values, v)
			cells = append(cells, figure(v, d.Decimals).to(trace(d, x.Unit)))
		}
		mean := math.NaN()
		if n > 0 {
			mean = sum / float64(n)
		}
		ch := compare.Since(mine, mean, d.Unit)
		diff := change(ch.Diff, d.Decimals)
		if ch.Points && diff.Number {
			diff.Small = g.T("compare.points")
		}
		own := figure(mine, d.Decimals)
		if g.hides(d, g.at) {
			own = g.hidden()
		}
		row := Row{Cells: []Cell{{Text: joinCode(d.Code, g.Text(d.Name)), Small: g.Uom(g.a.Pack, d.Unit), Href: g.to([]string{"indicators", d.ID}, "stage", string(st.Frame.Stage))},
			own.to(trace(d, g.at)), figure(mean, d.Decimals).to(howHref("mean-" + d.ID)), diff.to(howHref("mean-" + d.ID))}}
		hows = append(hows, g.meanHow(d.ID, joinCode(d.Code, g.Text(d.Name)), values, mean, mine, ch.Diff, d.Decimals))
		t.Rows = append(t.Rows, Row{Cells: slices.Concat(row.Cells, cells)})
	}
	return t, hows
}
