package demo

import (
	"maps"
	"math"

	"shuren/internal/edu"
)

// figures are a unit's answers by element id: int, float64, or the id of a
// choice as string; yes and no are bool. What is not there is left empty, "/"
// is not applicable.
type figures map[string]any

const notApplicable = "/"

var gradeIDs = [9]string{"pupils.g1", "pupils.g2", "pupils.g3", "pupils.g4", "pupils.g5", "pupils.g6", "pupils.g7", "pupils.g8", "pupils.g9"}

// record is what a compulsory section reports in a year.
func (c *City) record(s *section, y int) figures {
	r := c.random("record", s.index)
	rate := counties[s.school.county].guarantee
	st := s.at(y)
	list := c.classes(s, y)
	pupils := s.total(y)
	n := float64(pupils)
	boarders := 0
	for _, x := range list {
		boarders += x.boarders
	}
	f := figures{
		"school_kind": s.school.kind, "urban_rural": s.school.urban, "built_year": s.school.built,
		"crowded_center": s.school.crowded, "ownership": "public", "boarders": boarders,
	}
	if s.school.ownership != edu.Public {
		f["ownership"] = "private"
	}
	lo, hi := 0, 6
	if s.stage == edu.Junior {
		lo, hi = 6, 9
	}
	for g := lo; g < hi; g++ {
		f[gradeIDs[g]] = s.pupils[y][g]
	}
	f["migrant_pupils"] = int(n * [settings]float64{.13, .03, .01, 0}[s.school.setting] * r.between(.5, 1.5))
	f["left_behind_pupils"] = int(n * [settings]float64{.03, .1, .16, .18}[s.school.setting] * r.between(.5, 1.4))
	f["disabled_pupils"] = int(n*.0035*r.between(0, 2) + .4)
	// Day pupils from the zone; towns closed the last gaps over the years.
	nearby := 1.0
	if s.stage == edu.Junior {
		nearby = r.between(.958, 1)
	}
	if r.chance(counties[s.school.county].countGaps() / 3) {
		nearby = r.between(.9, .945)
	}
	if s.index%3 == 0 {
		nearby -= .004 * float64(newest-y)
	}
	day := pupils - boarders
	f["zone_enrolled"] = int(float64(day) * nearby)
	f["zone_pupils"] = int(float64(day) * nearby * r.between(1, 1.04))

	pe, music, art, arts := divide(st.arts)
	f["teachers"], f["teachers_qualified"], f["teachers_backbone"] = st.teachers, st.qualified, st.backbone
	f["teachers_pe"], f["teachers_music"], f["teachers_art"], f["teachers_arts"] = pe, music, art, arts
	if st.shared > 0 && pupils >= 50 && pupils < 100 {
		f["teachers_pe_arts_shared"] = st.shared
	}
	f["teachers_certified"] = max(0, st.teachers-st.uncertified)
	f["teachers_trained"] = max(0, st.teachers-st.untrained)

	f["area_teaching"], f["area_indoor_sport"], f["area_hall"], f["area_field"] = st.teaching, st.indoor, st.hall, st.field
	if s.school.crowded {
		f["area_sport_other"], f["area_sport_leased"] = st.other, st.leased
	}
	f["equipment"], f["multimedia_rooms"] = st.equipment, st.multimedia

	basePrimary, baseJunior := fundsBase(y)
	base := basePrimary
	if s.stage == edu.Junior {
		base = baseJunior
	}
	paidFor := n
	if s.school.urban >= "200" && paidFor < 100 && !r.chance(rate/4) {
		paidFor = 100
	}
	budget := base*paidFor*r.between(1.03, 1.07) + 300*float64(boarders) + 7000*float64(f["disabled_pupils"].(int))
	yuan := func(x float64) float64 { return 100 * math.Ceil(x/100) } // 万元 with two decimals
	f["funds_budget"] = yuan(budget)
	f["funds_paid"] = yuan(budget)
	f["funds_final"] = yuan(budget * r.between(.985, 1))
	part := r.between(.051, .068)
	if r.chance(counties[s.school.county].countGaps() / 3) {
		part = r.between(.038, .049)
	}
	f["training_budget"] = yuan(yuan(budget) * part)
	f["training_final"] = yuan(yuan(budget) * part * r.between(.97, 1.02))
	if s.stage == edu.Junior {
		c.retention(s, y, r, f)
	}
	maps.Copy(f, c.titles(s, y))
	for _, id := range c.silentAbout(s, y) {
		delete(f, id)
	}
	return f
}

// divide shares out PE and arts teachers to their subjects.
func divide(n int) (pe, music, art, arts int) {
	pe = (n*9 + 19) / 20
	music = (n - pe + 1) / 2
	art = n - pe - music
	if n >= 8 {
		arts, art = 1, art-1
	}
	return pe, music, art, arts
}

// fundsBase is the city's invented public-funds base per pupil, primary and
// junior, in yuan.
func fundsBase(y int) (primary, junior float64) {
	if y < 5 {
		return 650, 850
	}
	return 720, 940
}

// retention follows those who entered three years before to graduation.
func (c *City) retention(s *section, y int, r random, f figures) {
	ids := []string{"graduates", "entrants_3y", "transfer_in_3y", "transfer_out_3y", "deaths_3y"}
	kept := min(1, r.between(.965, 1.0)-.0035*float64(newest-y)+.01*float64(newest-y)/7)
	if r.chance(counties[s.school.county].guarantee / 4) {
		kept = r.between(.925, .945)
	}
	if s.school.opened > 0 && y < s.school.opened+3 {
		for _, id := range ids {
			f[id] = notApplicable
		}
		return
	}
	graduates := s.pupils[y][8]
	if y > 0 {
		graduates = s.pupils[y-1][8]
	}
	expected := int(math.Floor(float64(graduates) / kept))
	entrants := int(float64(expected) * r.between(.98, 1.03))
	if y >= 3 {
		entrants = s.pupils[y-3][6]
	}
	both := int(.012 * float64(expected) * r.Float64())
	deaths := 0
	if r.chance(.06) {
		deaths = 1
	}
	in, out := both, both
	if d := expected - entrants + deaths; d > 0 {
		in += d
	} else {
		out -= d
	}
	f["graduates"], f["entrants_3y"], f["transfer_in_3y"], f["transfer_out_3y"], f["deaths_3y"] = graduates, entrants, in, out, deaths
}

// silentAbout lists what a section did not report in a year.
func (c *City) silentAbout(s *section, y int) []string {
	r := c.random("silent", s.index*years+y)
	chance := .001
	if y == newest {
		p := &counties[s.school.county]
		chance = float64(p.silent) / float64(p.villages+p.points+60)
	}
	if !r.chance(chance) {
		return nil
	}
	return [][]string{
		{"teachers_backbone"}, {"area_field", "area_hall"}, {"equipment"}, {"teachers_pe"}, {"teachers_qualified", "teachers_trained"}, {"multimedia_rooms"},
	}[r.IntN(6)]
}
