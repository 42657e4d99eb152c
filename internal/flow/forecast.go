package flow

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/frame"
)

// forecastLevel is what part of later truths the bands of the pages shall hold.
const forecastLevel = 0.8

// forecastAhead is how many years are forecast.
const forecastAhead = 10

// forecastStage says of which elements a stage's pupils by grade are.
type forecastStage struct {
	stage    edu.Stage
	elements []string
}

// forecastStages are the stages in the order in which children move through them.
// Children of mixed classes are of no year and stay out.
var forecastStages = []forecastStage{
	{edu.Preschool, []string{"children.small", "children.middle", "children.big"}},
	{edu.Primary, []string{"pupils.g1", "pupils.g2", "pupils.g3", "pupils.g4", "pupils.g5", "pupils.g6"}},
	{edu.Junior, []string{"pupils.g7", "pupils.g8", "pupils.g9"}},
	{edu.Senior, []string{"pupils.g10", "pupils.g11", "pupils.g12"}},
}

// entered is how many years after birth the first grade of a stage is entered.
var entered = map[edu.Stage]int{edu.Preschool: 3, edu.Primary: 6, edu.Junior: 12, edu.Senior: 15}

// ForecastPlace is a node of a forecast: the city, a county, a section.
type ForecastPlace struct {
	Unit   edu.UnitID
	Level  edu.Level
	Code   string
	Name   string
	County int // node; -1 of the city
}

// Forecast is what will be of the city's pupils, with the places that a reader may
// see.
type Forecast struct {
	Input  *forecast.Input
	Result *forecast.Result
	Level  float64
	Places []ForecastPlace // by node
	Grades []string        // elements, by grade
	AsOf   time.Time       // the newest figure of the last year that it rests on
	Births []forecast.Births
	// Housing is what counties say of new housing; it is counted but for Lost lines,
	// which have no school of their stage or lie outside the years ahead.
	Housing []forecast.Housing
	Lost    []forecast.HousingLine
	Seats   Seats
	Shown   []bool // by node

	few  hiddenCounts
	Root string // code of the city in the figures; its place has none, since files name the whole by nothing
}

// forecasts is the one that is kept: the figures of all years are in it.
type forecasts struct {
	mu      sync.Mutex
	version string
	made    *Forecast
	last    atomic.Pointer[Forecast] // the one that was made last, still true or not
}

// LastForecast is the forecast that was made last, for pages that are of something
// else and must not wait for one: it may be some minutes behind the figures, and says
// of when it is. fault.NotFound before the first.
func (c *City) LastForecast(ctx context.Context, who auth.Actor) (*Forecast, error) {
	f := c.ahead.last.Load()
	if f == nil {
		return nil, fmt.Errorf("forecast: none is made yet: %w", fault.NotFound)
	}
	return c.forecastFor(ctx, who, f)
}

// Forecast forecasts the city's pupils by county, section, stage and grade from
// the rolls of all years. It is made of the whole city, so that all readers are
// told the same of a county, and gives what the actor may see.
func (c *City) Forecast(ctx context.Context, who auth.Actor) (*Forecast, error) {
	if who.Reach(auth.ReadRegion).None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadRegion, fault.Forbidden)
	}
	all, err := c.forecast(ctx)
	if err != nil {
		return nil, err
	}
	return c.forecastFor(ctx, who, all)
}

// forecastToAll is the forecast for papers that go to everybody: of all counties, and
// nothing that a reader who may see no school is not shown.
func (c *City) forecastToAll(ctx context.Context) (*Forecast, error) {
	all, err := c.forecast(ctx)
	if err != nil {
		return nil, err
	}
	return c.forecastWithin(ctx, auth.Reach{Whole: true}, auth.Reach{}, all)
}

// forecastFor is a forecast with what an actor may see.
func (c *City) forecastFor(ctx context.Context, who auth.Actor, all *Forecast) (*Forecast, error) {
	reach := who.Reach(auth.ReadRegion)
	if reach.None() {
		return nil, fmt.Errorf("%s: %w", auth.ReadRegion, fault.Forbidden)
	}
	return c.forecastWithin(ctx, reach, who.Reach(auth.ReadSchool), all)
}

// forecastWithin is a forecast with what is within reach: regions, and the schools of
// which nothing need be left out.
func (c *City) forecastWithin(ctx context.Context, reach, schools auth.Reach, all *Forecast) (*Forecast, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	f, holds := *all, holdsIn(tree)
	f.Shown = make([]bool, len(f.Places))
	any := false
	for i, p := range f.Places {
		switch {
		case i == 0:
			f.Shown[i] = reach.Whole
		case p.Level == edu.County:
			f.Shown[i] = reach.Covers(p.Unit, holds)
		default:
			f.Shown[i] = schools.Covers(p.Unit, holds)
		}
		any = any || f.Shown[i] && p.Level != edu.Section
	}
	if !any {
		return nil, fmt.Errorf("forecast: no county is within reach: %w", fault.NotFound)
	}
	f.Births, f.Housing = nil, nil
	for _, b := range all.Births {
		if reach.Covers(b.County, holds) {
			f.Births = append(f.Births, b)
		}
	}
	for _, h := range all.Housing {
		if reach.Covers(h.County, holds) {
			f.Housing = append(f.Housing, h)
		}
	}
	if f.few, err = f.hide(func(i int) bool { return schools.Whole || i > 0 && schools.Covers(f.Places[i].Unit, holds) }); err != nil {
		return nil, fmt.Errorf("forecast: %w", err)
	}
	return &f, nil
}

// Ahead makes the forecast of the whole city, so that a page need not wait for it.
func (c *City) Ahead(ctx context.Context) error {
	_, err := c.forecast(ctx)
	return err
}

// forecast makes the forecast of the whole city, or gives the one that is still
// true.
func (c *City) forecast(ctx context.Context) (*Forecast, error) {
	c.ahead.mu.Lock()
	defer c.ahead.mu.Unlock()
	if err := c.refresh(ctx); err != nil {
		return nil, err
	}
	years, err := c.forecastYears(ctx)
	if err != nil {
		return nil, err
	}
	version := []string{c.schemes().hash}
	for _, p := range years {
		v, err := c.version(ctx, local, p)
		if err != nil {
			return nil, err
		}
		version = append(version, p.String()+" "+v)
	}
	for _, kind := range []string{birthDocs.kind, housingDocs.kind} {
		stamp, err := c.store.DocumentStamp(ctx, kind)
		if err != nil {
			return nil, err
		}
		version = append(version, fmt.Sprintf("%s %d", kind, stamp))
	}
	key := strings.Join(version, "; ")
	if c.ahead.made != nil && c.ahead.version == key {
		return c.ahead.made, nil
	}
	made, err := c.makeForecast(ctx, years)
	if err != nil {
		return nil, err
	}
	c.ahead.version, c.ahead.made = key, made
	c.ahead.last.Store(made)
	return made, nil
}

// forecastYears are the school years that have figures, up to the last that is
// whole.
func (c *City) forecastYears(ctx context.Context) (years []edu.Period, err error) {
	all, err := c.Periods(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(p edu.Period) bool { return p.Kind() != edu.SchoolYear })
	last, err := c.Current(ctx, all)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.Compare(last) <= 0 {
			years = append(years, p)
		}
	}
	if len(years) < 2 {
		return nil, auth.Refuse(fault.NotFound, "至少要有两个学年的年级人数，才能预测", "a forecast needs pupils by grade of two school years at least")
	}
	return years, nil
}

func (c *City) makeForecast(ctx context.Context, years []edu.Period) (*Forecast, error) {
	tree, err := c.store.Tree(ctx, local)
	if err != nil {
		return nil, err
	}
	g := gathering{at: map[edu.UnitID]int{}, units: unitsByCode(tree), last: years[len(years)-1].Int(), seats: map[edu.UnitID]float64{}}
	in := &g.in
	in.First = years[0].Int()
	in.Years = g.last - in.First + 1
	in.Nodes, g.places = []forecast.Node{{ID: "", Up: -1}}, []ForecastPlace{{Level: edu.City, Code: "", Name: c.Name().ZH, County: -1}}
	for _, s := range forecastStages {
		for _, e := range s.elements {
			in.Grades = append(in.Grades, forecast.Grade{ID: e, Section: string(s.stage)})
		}
	}
	root := ""
	for i := len(years) - 1; i >= 0; i-- { // the newest first: it says what a place is called
		set, err := c.withFrames(ctx, years[i])
		if err != nil {
			return nil, err
		}
		for _, s := range forecastStages {
			if f := set.Stage(s.stage); f != nil {
				g.take(f, years[i].Int()-in.First)
				if i == len(years)-1 {
					g.takeSeats(f)
				}
				if rs := f.Regions[edu.City]; len(rs) == 1 {
					root = rs[0].Code
				}
			}
		}
	}
	f := &Forecast{Level: forecastLevel, Root: root}
	if err := g.order(); err != nil {
		return nil, err
	}
	if f.Births, err = c.births(ctx); err != nil {
		return nil, err
	}
	g.born(f.Births)
	in.SetAway()
	if f.Housing, err = c.housing(ctx); err != nil {
		return nil, err
	}
	f.Lost = g.settle(f.Housing)
	if f.Result, err = forecast.Make(in, forecast.Options{Horizon: forecastAhead, Level: forecastLevel}); err != nil {
		return nil, fmt.Errorf("forecast: %w", err)
	}
	f.Input, f.Places = in, g.places
	f.Seats = g.weigh(f.Result, c.Union())
	for _, x := range in.Grades {
		f.Grades = append(f.Grades, x.ID)
	}
	f.AsOf, err = c.AsOf(ctx, years[len(years)-1])
	return f, err
}

// withFrames are the frames of a period of the whole city.
func (c *City) withFrames(ctx context.Context, p edu.Period) (*frame.Set, error) {
	of := part{scope: local}
	e := c.framed(of, p)
	e.mu.Lock()
	defer e.mu.Unlock()
	err := c.frame(ctx, e, of, p)
	return e.set, err
}

// gathering is the input of a forecast as it is read from frames.
type gathering struct {
	in     forecast.Input
	places []ForecastPlace
	at     map[edu.UnitID]int // nodes of units
	units  map[codeAt]edu.UnitID
	last   int
	seats  map[edu.UnitID]float64 // by unit and stage, as at
}

// codeAt is a code at a level of the tree.
type codeAt struct {
	level edu.Level
	code  string
}

// unitsByCode finds counties and schools by every code that they ever had: a school
// that was given another is the same school.
func unitsByCode(t *edu.Tree) map[codeAt]edu.UnitID {
	out := map[codeAt]edu.UnitID{}
	for _, u := range t.Units() {
		if u.Level == edu.County || u.Level == edu.School {
			for _, a := range u.Attrs {
				out[codeAt{u.Level, a.Code}] = u.ID
			}
			if _, taken := out[codeAt{u.Level, string(u.ID)}]; !taken {
				out[codeAt{u.Level, string(u.ID)}] = u.ID
			}
		}
	}
	return out
}

// unit is the unit of a code.
func (g *gathering) unit(level edu.Level, code string) edu.UnitID {
	if id, ok := g.units[codeAt{level, code}]; ok {
		return id
	}
	return edu.UnitID(code)
}

// take reads a stage of a year. Sections stand below counties: pupils who move on
// into another school are counted over the county.
func (g *gathering) take(f *frame.Frame, year int) {
	in := &g.in
	for k, x := range in.Grades {
		if x.Section != string(f.Stage) {
			continue
		}
		col, ok := f.Column(x.ID)
		if !ok {
			continue
		}
		for row := range f.Len() {
			v := col[row]
			if math.IsNaN(v) || v < 0 {
				continue
			}
			county := f.RegionOf(edu.County, row)
			if county < 0 {
				continue
			}
			node := g.node(f, row, county)
			in.Counts[node][k][year] = v
		}
	}
}

// node is the node of a section, made where it is new.
func (g *gathering) node(f *frame.Frame, row, county int) int {
	own := g.unit(edu.School, f.Rows[row].Code)
	id := own + edu.UnitID(" "+string(f.Stage))
	if n, ok := g.at[id]; ok {
		return n
	}
	in, region := &g.in, f.Regions[edu.County][county]
	above := g.unit(edu.County, region.Code)
	up, ok := g.at[above]
	if !ok {
		up = g.add(above, 0, ForecastPlace{Unit: above, Level: edu.County, Code: region.Code, Name: region.Name, County: len(in.Nodes)}, nil)
	}
	counts := make([][]float64, len(in.Grades))
	for k := range counts {
		counts[k] = slices.Repeat([]float64{math.NaN()}, in.Years)
	}
	return g.add(id, up, ForecastPlace{Unit: own, Level: edu.Section, Code: f.Rows[row].Code, Name: f.Rows[row].Name, County: up}, counts)
}

func (g *gathering) add(id edu.UnitID, up int, p ForecastPlace, counts [][]float64) int {
	n := len(g.in.Nodes)
	g.at[id] = n
	g.in.Nodes = append(g.in.Nodes, forecast.Node{ID: p.Code, Up: up})
	for len(g.in.Counts) < n {
		g.in.Counts = append(g.in.Counts, nil)
	}
	g.in.Counts = append(g.in.Counts, counts)
	g.places = append(g.places, p)
	return n
}

// order leaves out the grades at either end that nobody was counted in of late,
// and puts counties in the order of their codes with their sections behind them.
func (g *gathering) order() error {
	in := &g.in
	counted := func(k int) bool { // in the last year, and once before
		years := 0
		for y := in.Years - 1; y >= 0; y-- {
			if slices.ContainsFunc(in.Counts, func(c [][]float64) bool { return c != nil && c[k][y] > 0 }) {
				years++
			} else if y == in.Years-1 {
				return false
			}
		}
		return years > 1
	}
	lo, hi := 0, len(in.Grades)
	for lo < hi && !counted(lo) {
		lo++
	}
	for hi > lo && !counted(hi-1) {
		hi--
	}
	if lo == hi {
		return auth.Refuse(fault.NotFound, "至少要有两个学年的年级人数，才能预测", "a forecast needs pupils by grade of two school years at least")
	}
	in.Grades = in.Grades[lo:hi]
	in.Lag = max(0, entered[edu.Stage(in.Grades[0].Section)])
	order := make([]int, len(in.Nodes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order[1:], func(a, b int) int {
		x, y := g.places[a], g.places[b]
		if c := strings.Compare(g.places[max(0, x.County)].Code, g.places[max(0, y.County)].Code); c != 0 {
			return c
		}
		if x.Level != y.Level {
			return int(x.Level) - int(y.Level)
		}
		return strings.Compare(x.Code, y.Code)
	})
	to := make([]int, len(order))
	for now, was := range order {
		to[was] = now
	}
	nodes, places, counts := make([]forecast.Node, len(order)), make([]ForecastPlace, len(order)), make([][][]float64, len(order))
	for was, now := range to {
		nodes[now], places[now] = in.Nodes[was], g.places[was]
		if nodes[now].Up > 0 {
			nodes[now].Up = to[nodes[now].Up]
		}
		if places[now].County > 0 {
			places[now].County = to[places[now].County]
		}
		if c := in.Counts[was]; c != nil {
			counts[now] = c[lo:hi]
		}
	}
	in.Nodes, g.places, in.Counts = nodes, places, counts
	for id, was := range g.at {
		g.at[id] = to[was]
	}
	return nil
}

// born puts the births of counties in; of a county without any the first grade
// goes on as it went.
func (g *gathering) born(all []forecast.Births) {
	in := &g.in
	in.Births, in.BirthFirst = make([][]float64, len(in.Nodes)), math.MaxInt
	type series struct {
		node, first int
		births      []float64
	}
	var known []series
	for i := range all {
		first, births := all[i].ByYear()
		if node, ok := g.at[all[i].County]; ok && len(births) > 0 {
			known = append(known, series{node, first, births})
			in.BirthFirst = min(in.BirthFirst, first)
		}
	}
	if known == nil {
		in.Births, in.BirthFirst = nil, 0
		return
	}
	for _, s := range known {
		in.Births[s.node] = append(slices.Repeat([]float64{math.NaN()}, s.first-in.BirthFirst), s.births...)
	}
}
