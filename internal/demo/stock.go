package demo

import (
	"cmp"
	"math"
	"slices"

	"shuren/internal/edu"
)

// The seven resource indicators, by place in arrays.
const (
	r1 = iota
	r2
	r3
	r4
	r5
	r6
	r7
	resources
)

// thresholds only steer what the fictional figures are drawn around; what
// judges them is the pack.
var thresholds = map[edu.Stage][resources]float64{
	edu.Primary: {4.2, 1, .9, 4.5, 7.5, 2000, 2.3},
	edu.Junior:  {5.3, 1, .9, 5.8, 10.2, 2500, 2.4},
}

const floor = .85

// stock is what a section has in its last year; figures of earlier years are
// led back from it.
type stock struct {
	teachers, qualified, backbone, arts int
	shared                              int // part-time PE and arts teachers of small rural schools
	teaching, indoor, hall, field       float64
	other, leased                       float64
	equipment                           float64 // yuan
	multimedia                          int
	extended                            int     // year index in which a building was added, 0 for none
	before                              float64 // part of the area that stood before
	uncertified, untrained              int
}

// equip gives every section its staff, rooms and equipment. Which sections
// fail is drawn for each county first; figures then follow from that, so that
// the number of failing schools is what the county's plan says.
func (c *City) equip() {
	for i := range counties {
		var assessed, all []*section
		for _, s := range c.sections {
			if s.school.county != i || !s.compulsory() {
				continue
			}
			all = append(all, s)
			if s.school.closed == years && s.assessed(newest) {
				assessed = append(assessed, s)
			}
		}
		fails := c.drawFailing(i, assessed)
		flip := counties[i].failing > .2
		for _, s := range all {
			lacks := c.drawLacks(s, fails[s])
			if flip && fails[s] && s.stage == edu.Primary && s.school.setting == town && s.school.kind == "211" {
				// Shown with two decimals it looks enough: 4.498 of 4.5.
				lacks, flip = map[int]float64{r4: 4.498 / 4.5, r5: .94}, false
			}
			c.stockUp(s, lacks, fails[s])
		}
	}
	crowded := 0
	for _, s := range c.sections {
		if s.school.county == 0 && s.stage == edu.Primary && s.school.kind == "211" && s.school.setting == town && s.school.opened == 0 && crowded < 5 {
			s.crowd()
			crowded++
		}
	}
}

// drawFailing says which assessed sections of a county fail the resources rule
// in the newest year.
func (c *City) drawFailing(county int, assessed []*section) map[*section]bool {
	type lot struct {
		s   *section
		key float64
	}
	lots := make([]lot, len(assessed))
	for i, s := range assessed {
		weight := [settings]float64{2, 1.2, .75, .9}[s.school.setting]
		lots[i] = lot{s, math.Log(c.random("fails", s.index).Float64()) / weight}
	}
	slices.SortFunc(lots, func(a, b lot) int { return cmp.Compare(b.key, a.key) })
	fails := map[*section]bool{}
	for _, l := range lots[:int(math.Round(counties[county].failing*float64(len(lots))))] {
		fails[l.s] = true
	}
	return fails
}

// Which indicator falls short, by setting: space in county towns, arts and
// backbone teachers in the country.
var lackWeights = [settings][resources]float64{
	town:    {4, 7, 4, 28, 38, 4, 8},
	centre:  {6, 20, 27, 9, 20, 8, 7},
	village: {5, 32, 38, 2, 4, 9, 5},
	point:   {5, 32, 42, 0, 2, 10, 4},
}

// drawLacks gives, for the indicators in which a section falls short, the part
// of the threshold that it reaches. A section may fall short in one of seven
// and pass.
func (c *City) drawLacks(s *section, fails bool) map[int]float64 {
	r := c.random("lacks", s.index)
	weights := lackWeights[s.school.setting]
	lacks := map[int]float64{}
	add := func(part float64) {
		k := r.pick(weights[:])
		weights[k] = 0
		lacks[k] = part
	}
	switch {
	case !fails:
		if r.chance([settings]float64{.5, .4, .3, .3}[s.school.setting]) {
			add(r.between(floor+.01, .995))
		}
	case r.chance(.5):
		add(r.between(.9, .995))
		add(r.between(floor+.01, .99))
	case r.chance(.6):
		add(r.between(.62, .84))
	default:
		add(r.between(.55, .84))
		add(r.between(.7, .99))
		add(r.between(.8, .995))
	}
	return lacks
}

// stockUp draws what a section has, given in what it falls short and whether it
// fails by that.
func (c *City) stockUp(s *section, lacks map[int]float64, fails bool) {
	r := c.random("stock", s.index)
	at := s.school.setting
	pupils := float64(s.total(s.last()))
	if pupils == 0 {
		return
	}
	need := thresholds[s.stage]
	p := &counties[s.school.county]
	st := &s.stock
	// persons and rooms: whole numbers on the wanted side of the threshold.
	count := func(k int, more float64) int {
		want := need[k] * pupils / 100
		part, short := lacks[k]
		if !short {
			return int(math.Ceil(want*(1+more) - 1e-9))
		}
		n := math.Floor(want*part + 1e-9)
		if !fails && n < floor*want {
			n = math.Ceil(floor*want - 1e-9) // may be enough: in a small school one person decides
		}
		return int(n)
	}
	spread := func(k int, lo, hi float64) float64 {
		if part, short := lacks[k]; short {
			return part * need[k] * pupils
		}
		return r.between(lo, hi) * need[k] * pupils
	}

	ratio := [settings]float64{18.6, 16.4, 14.2, 10.5}[at]
	if s.stage == edu.Junior {
		ratio = [settings]float64{14.0, 12.9, 12.5, 12}[at]
	}
	classes, _ := s.classCount(s.last())
	st.teachers = max(int(math.Round(pupils/(ratio*r.between(.94, 1.06)))), int(math.Ceil(1.3*float64(classes))), 2)
	if s.stage == edu.Primary {
		st.qualified = int(math.Round(float64(st.teachers) * r.between(.93, 1)))
	} else {
		st.qualified = int(math.Round(float64(st.teachers) * r.between(.84, .97)))
	}
	if _, short := lacks[r1]; short || float64(st.qualified) < need[r1]*pupils/100 {
		st.qualified = count(r1, 0)
	}
	st.backbone = count(r2, [settings]float64{.6, .35, .3, .2}[at]*r.Float64())
	st.arts = count(r3, [settings]float64{.35, .4, .5, .6}[at]*r.Float64())
	if at >= centre && s.school.urban >= "200" && pupils >= 50 && pupils < 100 && len(lacks) == 0 && r.chance(.35) {
		// The school passes only with the teachers it shares with others.
		st.arts, st.shared = 0, 1
	}
	st.teachers = max(st.teachers, st.qualified, st.backbone+1, st.arts+1)
	if gaps := p.countGaps(); r.chance(gaps / 2) {
		st.uncertified = 1 + r.IntN(2)
	} else if r.chance(gaps / 2) {
		st.untrained = 1 + r.IntN(3)
	}

	st.teaching = spread(r4, [settings]float64{1.01, 1.06, 1.15, 1.3}[at], [settings]float64{1.28, 1.6, 1.9, 2.4}[at])
	outdoor := spread(r5, [settings]float64{1.01, 1.05, 1.1, 1.2}[at], [settings]float64{1.25, 1.6, 2.0, 2.6}[at])
	if p.uneven && lacks[r5] == 0 && at != town {
		outdoor *= r.around(1.5, .5, 1, 3.6)
	}
	if pupils > 900 && r.chance(.45) {
		st.hall = math.Round(min(r.between(600, 1400), .2*outdoor))
		st.indoor = st.hall
		if r.chance(.1) {
			st.indoor = math.Round(.8 * st.hall)
		}
	}
	st.field = up(outdoor - st.hall)
	st.teaching = up(st.teaching + st.indoor)
	if part, short := lacks[r4]; short {
		st.teaching = math.Round(100*(part*need[r4]*pupils+st.indoor)) / 100
	}
	st.equipment = 100 * math.Ceil(spread(r6, [settings]float64{1.03, 1.03, 1.05, 1.1}[at], [settings]float64{1.7, 1.7, 2, 2.4}[at])/100)
	if part, short := lacks[r6]; short {
		st.equipment = 100 * math.Floor(part*need[r6]*pupils/100)
	}
	st.multimedia = count(r7, [settings]float64{.35, .6, .7, .9}[at]*r.Float64())
	if _, short := lacks[r7]; !short {
		st.multimedia = max(st.multimedia, min(classes, int(1.9*need[r7]*pupils/100)))
	}
	st.before = 1
	if s.school.opened == 0 && r.chance(.4) {
		st.extended, st.before = 1+r.IntN(newest), r.between(.78, .95)
	}
}

// up rounds an area up to the next hundredth, so that enough stays enough.
func up(x float64) float64 { return math.Ceil(math.Round(x*1e4)/100) / 100 }

// crowd makes a section one of an over-dense city centre: its own ground is
// small, and other sports areas and a lease make it enough.
func (s *section) crowd() {
	st := &s.stock
	need := up(1.01 * thresholds[s.stage][r5] * float64(s.total(s.last())))
	s.school.crowded = true
	st.field = math.Round(.62 * need)
	st.other = math.Round(.12 * need)
	st.leased = up(max(0, need-st.field-st.other-st.hall))
}

// at is what the section had in a year: staff follows pupils slowly, and
// schooling, equipment and rooms grew with the years.
func (s *section) at(y int) stock {
	st := s.stock
	last := s.last()
	if y == last {
		return st
	}
	ago := float64(last - y)
	pupils, base := float64(s.total(y)), float64(s.total(last))
	if base == 0 || pupils == 0 {
		return st
	}
	follow := math.Pow(pupils/base, .75)
	if s.school.opened > 0 {
		follow = pupils / base
	}
	part := func(n int, perYear float64) int { return int(math.Round(float64(n) * follow * (1 - perYear*ago))) }
	st.teachers = max(2, part(st.teachers, .004))
	gain := .008
	if s.stage == edu.Junior {
		gain = .013
	}
	st.qualified = min(st.teachers, part(s.stock.qualified, .004+gain))
	st.backbone = min(st.teachers-1, part(s.stock.backbone, .018))
	st.arts = min(st.teachers-1, part(s.stock.arts, .013))
	st.untrained += int(ago * float64(st.teachers) / 90)
	if s.index%4 == 0 {
		st.uncertified += int(ago / 3)
	}
	st.equipment = 100 * math.Round(st.equipment*math.Pow(.962+.02*float64(s.index%5)/4, ago)/100)
	st.multimedia = int(math.Round(float64(st.multimedia) * (1 - .017*ago)))
	if y < st.extended {
		// What was added were rooms and ground, not the hall.
		st.teaching = math.Round(100*(st.indoor+(st.teaching-st.indoor)*st.before)) / 100
		st.field = math.Round(100*st.field*(1+st.before)/2) / 100
	}
	return st
}
