package places

import (
	"math"
	"slices"

	"shuren/internal/forecast"
)

// take reads one row.
func (r *reader) take(t *found, row int, cell func(string) string) {
	switch t.id {
	case "areas":
		r.area(t, row, cell)
	case "children":
		r.child(t, row, cell)
	case "stages":
		r.stage(t, row, cell)
	case "prices":
		r.price(t, row, cell)
	case "schools", "sites":
		r.school(t, row, cell)
	case "ways":
		r.way(t, row, cell)
	case "converts":
		r.convert(t, row, cell)
	case "budgets":
		y, ok := r.year(t, row, cell("year"), "year")
		b, good := r.number(t, row, cell, "budget", 0, 1e12, false, true)
		if ok && good {
			if _, twice := r.budgets[y]; twice {
				r.note(t.cell(row, "year"), true, "%d 年写了两次", "%d is there twice", y)
			}
			r.budgets[y] = b
		}
	}
}

func (r *reader) point(t *found, row int, cell func(string) string) (p point, ok bool) {
	if !t.has("x") || !t.has("y") {
		return p, true
	}
	degree := slices.Contains([]string{"经度", "longitude", "lon", "lng"}, fold(t.heads["x"]))
	lo, hi := -1e5, 1e5
	if degree {
		lo, hi = -180, 180
	}
	x, a := r.number(t, row, cell, "x", lo, hi, false, false)
	y, b := r.number(t, row, cell, "y", lo, hi, false, false)
	return point{x, y, degree, !math.IsNaN(x) && !math.IsNaN(y)}, a && b
}

func (r *reader) area(t *found, row int, cell func(string) string) {
	p, ok := r.point(t, row, cell)
	if !r.text(t, row, cell, "area") || !ok {
		return
	}
	code := cell("area")
	if i, known := r.areas[code]; known && r.order[i].at.known {
		r.note(t.cell(row, "area"), true, "“%s”写了两次", "%q is there twice", cut(code))
		return
	}
	i := r.areaOf(code)
	r.order[i].at = p
	if n := cell("name"); n != "" {
		r.order[i].name = n
	}
}

// areaOf is the area of a code, new where it was not known.
func (r *reader) areaOf(code string) int {
	i, ok := r.areas[code]
	if !ok {
		i = len(r.order)
		r.areas[code] = i
		r.order = append(r.order, areaLine{code: code, name: code})
	}
	return i
}

// child reads children of an area. The long form of a forecast is read as it is:
// its past, its grades and the places that others lie in are left out.
func (r *reader) child(t *found, row int, cell func(string) string) {
	if k := fold(cell("kind")); cell("grade") != "" || k == "past" || k == "实际" {
		return
	}
	if !r.text(t, row, cell, "area", "stage") {
		return
	}
	y, ok := r.year(t, row, cell("year"), "year")
	if !ok {
		return
	}
	if w := cell("within"); w != "" {
		r.inner[w] = true
	}
	id := map[string]string{"low": "low", "high": "high", "mid": "children"}[r.choice.Scenario]
	if !t.has(id) && r.choice.Growth != nil {
		id = "children" // of the first year; the scenario is in the growth
	}
	if !t.has(id) {
		r.note(t.cell(row, id), true, "没有“%s”列，不能用这个方案", "has no column of the scenario %q", id)
		return
	}
	n, good := r.number(t, row, cell, id, 0, maxChildren, false, true)
	if !good {
		return
	}
	key := childKey{cell("area"), stageOf(cell("stage")), y}
	if was, twice := r.children[key]; twice {
		r.note(t.cell(row, id), true, "与第 %d 行同一片区、学段和年份，应只写一行", "is the same area, stage and year as row %d, want one", was.at.Row)
		return
	}
	r.years[y] = true
	r.children[key] = childLine{int(math.Round(n)), t.cell(row, id)}
	r.areaOf(key.area)
}

func (r *reader) stage(t *found, row int, cell func(string) string) {
	class, a := r.number(t, row, cell, "class", 1, 200, true, true)
	km, b := r.number(t, row, cell, "km", 0, 1000, false, false)
	minutes, c := r.number(t, row, cell, "minutes", 0, 1000, false, false)
	bus, d := r.number(t, row, cell, "bus", 0, 1000, false, false)
	if !r.text(t, row, cell, "stage", "source") || !a || !b || !c || !d {
		return
	}
	id := stageOf(cell("stage"))
	if slices.ContainsFunc(r.stages, func(s stageLine) bool { return s.ID == id }) {
		r.note(t.cell(row, "stage"), true, "“%s”写了两次", "%q is there twice", cut(cell("stage")))
		return
	}
	zero := func(x float64) float64 {
		if math.IsNaN(x) {
			return 0
		}
		return x
	}
	s := Stage{ID: id, Class: int(class), Km: zero(km), Minutes: zero(minutes), BusKm: zero(bus), Source: cell("source")}
	s.Prices.Board = -1
	if s.Km == 0 && s.Minutes == 0 {
		r.note(t.cell(row, "stage"), true, "没有路程或时间上限，应至少填一项", "has no limit of kilometres or minutes, want one at least")
		return
	}
	r.stages = append(r.stages, stageLine{s, t.cell(row, "stage")})
}

// items are the lines of a price list by the names they go by.
var items = map[string]string{
	"扩建": "expand", "扩建学位": "expand", "expand": "expand", "新建": "build", "新建学位": "build", "build": "build",
	"转用": "convert", "转用学位": "convert", "convert": "convert", "运行": "run", "学校运行": "run", "run": "run",
	"校车": "bus", "bus": "bus", "寄宿": "board", "board": "board", "路程": "km", "上学路程": "km", "km": "km",
}

func (r *reader) price(t *found, row int, cell func(string) string) {
	if !r.text(t, row, cell, "item", "source") {
		return
	}
	item, known := items[fold(cell("item"))]
	if !known {
		r.note(t.cell(row, "item"), false, "“%s”不是本程序用的项目，没有用", "%q is no item that is used here", cut(cell("item")))
		return
	}
	x, ok := r.number(t, row, cell, "price", 0, maxPrice, false, true)
	if ok {
		stage := ""
		if s := cell("stage"); s != "" {
			stage = stageOf(s)
		}
		r.prices = append(r.prices, priceLine{Price{cell("item"), stage, x, cell("source")}, item, t.cell(row, "price")})
	}
}

func (r *reader) school(t *found, row int, cell func(string) string) {
	l := schoolLine{stage: stageOf(cell("stage")), at: t.cell(row, "school")}
	l.ID, l.Name = cell("school"), cell("name")
	if l.Name == "" {
		l.Name = l.ID
	}
	ok := r.text(t, row, cell, "school", "stage")
	count := func(id string, hi float64, must bool) int {
		x, good := r.number(t, row, cell, id, 0, hi, true, must)
		ok = ok && good
		if math.IsNaN(x) {
			return 0
		}
		return int(x)
	}
	l.Most, l.Beds = count("most", maxRooms, t.id == "sites"), count("beds", maxSeats, false)
	if l.New = t.id == "sites"; l.New {
		l.Least = count("least", maxRooms, false)
		x, good := r.number(t, row, cell, "fixed", 0, maxPrice, false, false)
		if ok = ok && good; !math.IsNaN(x) {
			l.Fixed = x
		}
		if ok && l.Least > l.Most {
			r.note(t.cell(row, "least"), true, "最少 %d 班，多于可增的 %d 班", "%d rooms at least, and %d at most", l.Least, l.Most)
			ok = false
		}
	} else {
		l.Seats = count("seats", maxSeats, true)
	}
	if s := cell("from"); s != "" {
		y, good := r.year(t, row, s, "from")
		l.from, ok = y, ok && good
	}
	mark := func(id string, into *bool) {
		is, good := yes(cell(id))
		if !good {
			r.note(t.cell(row, id), true, "写的是“%s”，应为“是”或“否”", "found %q, want yes or no", cut(cell(id)))
			ok = false
		}
		*into = is
	}
	mark("small", &l.Small)
	mark("consulted", &l.Steps.Consulted)
	mark("published", &l.Steps.Published)
	mark("heard", &l.Steps.Heard)
	mark("safe_route", &l.Steps.SafeRoute)
	mark("approved", &l.Steps.Approved)
	mark("optional", &l.Steps.Optional)
	p, good := r.point(t, row, cell)
	l.place = p
	if slices.ContainsFunc(r.schools, func(s schoolLine) bool { return s.ID == l.ID && s.stage == l.stage }) {
		r.note(l.at, true, "同一学段“%s”写了两次", "%q is there twice for one stage", cut(l.ID))
		return
	}
	if ok && good {
		r.schools = append(r.schools, l)
	}
}

func (r *reader) way(t *found, row int, cell func(string) string) {
	km, a := r.number(t, row, cell, "km", 0, 1000, false, false)
	minutes, b := r.number(t, row, cell, "minutes", 0, 1000, false, false)
	if !r.text(t, row, cell, "area", "school") || !a || !b {
		return
	}
	r.ways = append(r.ways, wayLine{cell("area"), cell("school"), Way{Km: km, Minutes: minutes}, t.cell(row, "area"), t.cell(row, "school")})
}

func (r *reader) convert(t *found, row int, cell func(string) string) {
	n, ok := r.number(t, row, cell, "most", 0, maxRooms, true, true)
	if !r.text(t, row, cell, "school", "to") || !ok {
		return
	}
	l := convertLine{from: cell("school"), to: cell("to"), fromStage: forecast.Preschool, most: int(n), fromAt: t.cell(row, "school"), toAt: t.cell(row, "to")}
	if s := cell("from_stage"); s != "" {
		l.fromStage = stageOf(s)
	}
	if s := cell("to_stage"); s != "" {
		l.toStage = stageOf(s)
	}
	r.converts = append(r.converts, l)
}
