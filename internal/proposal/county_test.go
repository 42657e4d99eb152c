package proposal_test

import (
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/propose"
	"shuren/internal/standard"
)

// draft is a county being drawn: sections with their figures, and its staff.
type draft struct {
	p        *pack.Pack
	stage    []edu.Stage
	code     []string
	township []string
	cols     map[string][]float64
	in       propose.Means
}

// choice is the figure that stands for a choice.
func choice(p *pack.Pack, element, id string) float64 {
	for i, o := range p.Element(element).Choices {
		if o.ID == id {
			return float64(i)
		}
	}
	panic(element + " has no choice " + id)
}

func strs(list []string) *frame.Strings {
	s := &frame.Strings{}
	for _, x := range list {
		i := slices.Index(s.Dict, x)
		if i < 0 {
			i = len(s.Dict)
			s.Dict = append(s.Dict, x)
		}
		s.Code = append(s.Code, uint32(i))
	}
	return s
}

// assess judges the drawn county.
func (d *draft) assess(t rapid.TB) *standard.Assessment {
	t.Helper()
	n := len(d.code)
	table := &frame.Table{Period: edu.Year(2025), Level: edu.Section, File: "x", N: n, Rows: make([]int32, n), Key: strs(d.code), Name: strs(d.code), Cols: d.cols}
	var stages []string
	for i, s := range d.stage {
		table.Rows[i] = int32(i + 2)
		stages = append(stages, string(s))
	}
	table.Stage = strs(stages)
	table.Path[edu.County] = strs(slices.Repeat([]string{"530300"}, n))
	table.Path[edu.Township] = strs(d.township)
	opt, err := d.p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := frame.Build([]*frame.Table{table}, opt)
	for _, p := range problems {
		if p.Blocking {
			t.Fatal(p.Message.EN)
		}
	}
	a, err := standard.Assess(set, d.p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// set writes a figure of a section.
func (d *draft) set(row int, element string, v float64) {
	if d.cols[element] == nil {
		d.cols[element] = slices.Repeat([]float64{edu.Missing()}, len(d.code))
	}
	d.cols[element][row] = v
}

// drawn draws a county of the compulsory scheme: sections that lack this and that,
// with staff, prices, ways and money.
func drawn(t *rapid.T, p *pack.Pack) *draft {
	num := func(name string, lo, hi int) float64 { return float64(rapid.IntRange(lo, hi).Draw(t, name)) }
	d := &draft{p: p, cols: map[string][]float64{}}
	n := rapid.IntRange(2, 6).Draw(t, "sections")
	for i := range n {
		d.code = append(d.code, fmt.Sprintf("s%d", i))
		d.stage = append(d.stage, []edu.Stage{edu.Primary, edu.Primary, edu.Junior}[rapid.IntRange(0, 2).Draw(t, "stage")])
		d.township = append(d.township, []string{"东镇", "西镇"}[rapid.IntRange(0, 1).Draw(t, "township")])
	}
	subjects := []struct{ name, element string }{{"语文", ""}, {"体育", "teachers_pe"}, {"音乐", "teachers_music"}}
	for i := range n {
		small := rapid.IntRange(0, 3).Draw(t, "small") == 0
		pupils := num("pupils", 100, 900)
		if small {
			pupils = num("few", 20, 99)
			d.set(i, "urban_rural", choice(p, "urban_rural", "220"))
			if pupils < 50 {
				d.set(i, "school_kind", choice(p, "school_kind", "218"))
			}
		} else {
			d.set(i, "urban_rural", choice(p, "urban_rural", "111"))
		}
		d.set(i, "pupils", pupils)
		d.set(i, "classes", math.Ceil(pupils/45))
		full := map[string]float64{"area_teaching": 5, "area_field": 9, "equipment": 2300, "multimedia_rooms": 0.024}
		for _, e := range []string{"area_teaching", "area_field", "equipment", "multimedia_rooms"} {
			d.set(i, e, math.Round(full[e]*pupils*num(e, 75, 130)/100))
		}
		d.set(i, "area_indoor_sport", 0)
		d.set(i, "area_hall", num("hall", 0, 3)*10)
		total := map[string]float64{"teachers_art": 0}
		for _, s := range subjects {
			for kind := range 4 {
				g := means.Group{School: d.code[i], Stage: d.stage[i], Subject: s.name, People: int(pupils / 100 * num("people", 0, 20) / 10)}
				if kind&1 > 0 {
					g.Counts = append(g.Counts, "teachers_qualified")
				}
				if kind&2 > 0 {
					g.Counts = append(g.Counts, "teachers_backbone")
				}
				if s.element != "" {
					g.Counts = append(g.Counts, s.element)
				}
				total["teachers"] += float64(g.People)
				for _, e := range g.Counts {
					total[e] += float64(g.People)
				}
				if g.People > 0 {
					g.Held = map[means.Hold]int{means.Ill: rapid.IntRange(0, g.People).Draw(t, "held")}
					g.Eligible = rapid.IntRange(0, g.People-g.Held[means.Ill]).Draw(t, "due")
					d.in.Staff.Groups = append(d.in.Staff.Groups, g)
				}
			}
		}
		for _, e := range []string{"teachers", "teachers_qualified", "teachers_backbone", "teachers_pe", "teachers_music", "teachers_art"} {
			d.set(i, e, total[e])
		}
	}
	price := func(item string, lo, hi int) {
		if rapid.IntRange(0, 7).Draw(t, item+" is lacking") > 0 {
			d.in.Prices.Lines = append(d.in.Prices.Lines, means.Price{Item: item, Yuan: num(item, lo, hi), Basis: "x"})
		}
	}
	price("build_rooms", 2000, 3000)
	price("build_sports", 200, 500)
	price("multimedia_room", 20000, 40000)
	price("hire_year", 500, 90000) // cheap ones too: the order may not be inverted
	price("itinerant_month", 200, 800)
	price("move", 0, 5000)
	price("move_km", 0, 200)
	price("train_degree", 3000, 9000)
	price("train_backbone", 5000, 15000)
	d.in.Ways.Lines = []means.Way{{From: "东镇", To: "西镇", Km: 12}}
	d.in.Years = []means.Budget{{Year: edu.Year(2026), Yuan: -1}, {Year: edu.Year(2027), Yuan: -1}}
	if rapid.IntRange(0, 2).Draw(t, "budget") == 0 {
		d.in.Years[0].Yuan, d.in.Years[1].Yuan = num("money", 0, 20)*1e5, num("money", 0, 20)*1e5
	}
	return d
}
