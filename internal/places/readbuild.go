package places

import (
	"maps"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/forecast"
)

// build puts an input together of what the tables said.
func (r *reader) build() {
	in := &r.Input
	years := slices.Sorted(maps.Keys(r.years))
	if r.choice.Years > 0 && r.choice.Years < len(years) {
		years = years[:r.choice.Years]
	}
	if n := len(years); n == 0 || years[n-1]-years[0] != n-1 || n > maxYears {
		r.note(edu.Cell{}, true, "儿童表的年份 %v：应是 1 到 %d 个连续的年份", "the years of the children are %v: want 1 to %d, one after the other", years, maxYears)
		return
	}
	for _, y := range years {
		b, ok := r.budgets[y]
		if !ok {
			b = -1
		}
		in.Years = append(in.Years, Year{y, b})
	}
	for _, s := range r.stages {
		in.Stages = append(in.Stages, s.Stage)
	}
	r.price2stage()
	stage := func(id string) int { return slices.IndexFunc(in.Stages, func(s Stage) bool { return s.ID == id }) }
	for _, l := range r.schools {
		s := l.School
		if s.Stage = stage(l.stage); s.Stage < 0 {
			r.note(l.at, true, "学段“%s”没有班额和路程上限", "its stage %q has no class size and limit", cut(l.stage))
			continue
		}
		if l.from > years[0] {
			s.From = l.from - years[0]
		}
		in.Schools = append(in.Schools, s)
	}
	r.areasOf(years, stage)
	if len(in.Areas) > maxAreas || len(in.Schools) > maxSchools {
		r.note(edu.Cell{}, true, "有 %d 个片区、%d 所学校，应不超过 %d 和 %d", "%d areas and %d schools, want %d and %d at most", len(in.Areas), len(in.Schools), maxAreas, maxSchools)
	}
	if r.Blocked() {
		return
	}
	r.waysOf()
	for _, c := range r.converts {
		from := slices.IndexFunc(in.Schools, func(s School) bool { return s.ID == c.from && in.Stages[s.Stage].ID == c.fromStage && !s.New })
		to := slices.IndexFunc(in.Schools, func(s School) bool {
			return s.ID == c.to && !s.New && (c.toStage == "" && in.Stages[s.Stage].ID != c.fromStage || in.Stages[s.Stage].ID == c.toStage)
		})
		if from < 0 {
			r.note(c.fromAt, true, "学校表中没有这个学段的“%s”", "no school %q of this stage", cut(c.from))
		}
		if to < 0 {
			r.note(c.toAt, true, "学校表中没有这个学段的“%s”", "no school %q of this stage", cut(c.to))
		}
		if from < 0 || to < 0 {
			continue
		}
		if class := in.Stages[in.Schools[from].Stage].Class; c.most*class > in.Schools[from].Seats {
			r.note(c.fromAt, true, "%d 班有 %d 个学位，多于它的 %d 个", "%d rooms have %d seats, more than its %d", c.most, c.most*class, in.Schools[from].Seats)
			continue
		}
		in.Convert = append(in.Convert, Conversion{from, to, c.most})
	}
}

// price2stage gives every stage its prices: its own before those of all. What is
// built needs a price; so does the bus where there is one.
func (r *reader) price2stage() {
	in := &r.Input
	for i := range in.Stages {
		st := &in.Stages[i]
		got := map[string]float64{}
		for _, own := range []bool{false, true} {
			for _, p := range r.prices {
				if own && p.Stage == st.ID || !own && p.Stage == "" {
					got[p.item] = p.Yuan
				}
			}
		}
		st.Prices = Prices{got["expand"], got["build"], got["convert"], got["run"], got["bus"], -1, got["km"]}
		if b, ok := got["board"]; ok {
			st.Prices.Board = b
		}
		want := map[string]bool{"bus": st.BusKm > 0}
		for _, s := range r.schools {
			if s.stage == st.ID {
				want["build"] = want["build"] || s.New
				want["expand"] = want["expand"] || !s.New && s.Most > 0
				want["board"] = want["board"] || s.Beds > 0
			}
		}
		for _, c := range r.converts {
			want["convert"] = want["convert"] || c.fromStage != st.ID && (c.toStage == "" || c.toStage == st.ID) &&
				slices.ContainsFunc(r.schools, func(s schoolLine) bool { return s.ID == c.to && s.stage == st.ID })
		}
		names := map[string]string{"expand": "扩建", "build": "新建", "convert": "转用", "bus": "校车", "board": "寄宿"}
		for _, item := range []string{"expand", "build", "convert", "bus", "board"} {
			if _, ok := got[item]; want[item] && !ok {
				r.say(edu.Cell{}, "单价表中没有学段“"+forecast.SectionName(st.ID).ZH+"”的“"+names[item]+"”", "the price list has no \""+item+"\" for the stage \""+st.ID+"\"")
			}
		}
	}
	for _, p := range r.prices {
		r.Prices = append(r.Prices, p.Price)
	}
}

// areasOf counts children by area, stage and year. A stage that an area has has a
// figure for every year.
func (r *reader) areasOf(years []int, stage func(string) int) {
	in := &r.Input
	had := map[[2]string]int{}
	for k, c := range r.children {
		if k.year > years[len(years)-1] || r.inner[k.area] {
			continue
		}
		had[[2]string{k.area, k.stage}]++
		if stage(k.stage) < 0 && c.n > 0 {
			r.note(c.at, true, "学段“%s”没有班额和路程上限", "its stage %q has no class size and limit", cut(k.stage))
		}
	}
	for i := range r.order {
		a := &r.order[i]
		if r.inner[a.code] {
			continue
		}
		out := Area{ID: a.code, Name: a.name}
		any := false
		for st := range in.Stages {
			row := make([]int, len(years))
			n := had[[2]string{a.code, in.Stages[st].ID}]
			any = any || n > 0
			for y, year := range years {
				c, ok := r.children[childKey{a.code, in.Stages[st].ID, year}]
				if !ok && n > 0 {
					r.note(edu.Cell{}, true, "片区“%s”学段“%s”没有 %d 年的儿童数", "area %q, stage %q: no children for %d; want 0 where there are none", cut(a.code), in.Stages[st].ID, year)
				}
				row[y] = c.n
			}
			out.Children = append(out.Children, row)
		}
		if any {
			in.Areas = append(in.Areas, out)
		}
	}
	slices.SortStableFunc(r.Problems, func(a, b Problem) int { return a.Cell.Row - b.Cell.Row }) // maps have no order
}
