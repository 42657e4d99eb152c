package demo

import (
	"fmt"

	"shuren/internal/edu"
)

var _ = register(scheme{pack: "cn-safety", sheet: "平安校园", school: (*City).safety, county: (*City).safetyAnswers})

// Special schools stand in no scheme of their own: their place and their boarders
// come with safety, which asks for guards by them.
var _ = register(scheme{pack: "cn-safety", sheet: "特殊教育学校", stages: []edu.Stage{edu.Special},
	elements: []string{"school_kind", "urban_rural", "ownership", "built_year", "boarders"}, record: (*City).specialSchool})

func (c *City) specialSchool(s *section, y int) figures {
	return figures{"school_kind": s.school.kind, "urban_rural": s.school.urban, "ownership": "public", "built_year": s.school.built,
		"boarders": int(float64(s.total(y)) * c.random("special boarders", s.index).between(.5, .7))}
}

// safety is what a school says of its safety in a year. Guards, alarms and
// drills came with the years; counties that have much left to do lack most.
func (c *City) safety(s *school, y int) figures {
	r := c.random("safety", s.index)
	pupils, boarders := c.pupilsOf(s, y)
	guards := guardsFor(pupils, boarders)
	switch {
	case c.behind("guards", s, y, .35, .05):
		guards = max(0, guards-1)
	case r.chance(.15):
		guards++
	}
	has := func(question string, most, perYear float64) bool { return !c.behind(question, s, y, most, perYear) }
	f := figures{
		"guards": guards, "gatehouse_24h": has("gatehouse", .1, .02), "guard_post": s.urban <= "112" && has("post", .1, .03) || s.urban > "112" && r.chance(.4),
		"closed_management": has("closed", .03, .01), "gate_barrier": has("barrier", .12, .05), "waiting_zone": has("waiting", .2, .06),
		"perimeter_fence": has("perimeter", .08, .03), "entrances_separated": r.chance(.72),
		"alarm_networked": has("alarm", .1, .05), "lighting": has("lighting", .08, .04), "access_control": has("access", .15, .06),
		"electronic_patrol": has("patrol", .25, .07), "safe_campus": has("created", .15, .12),
		"floors_max": 2 + r.IntN(4), "school_buses": 0, "bus_drills": notApplicable,
	}
	if s.setting >= village {
		f["floors_max"] = 1 + r.IntN(3)
	}
	f["video_networked"] = f["alarm_networked"].(bool) && has("video", .1, .03)
	f["counter_terror_key"] = pupils > 3000
	days := 30
	if pupils > 3000 {
		days = 90
	}
	f["video_days"] = days
	if !has("days", .1, .04) {
		f["video_days"] = days - 10
	}
	f["patrol_rounds"] = 5 + r.IntN(3)
	if !has("rounds", .2, .05) {
		f["patrol_rounds"] = 3 + r.IntN(2)
	}
	parts := 8 + r.IntN(7)
	f["key_parts"], f["key_parts_covered"] = parts, parts
	if !has("parts", .4, .06) {
		f["key_parts_covered"] = parts - 1 - r.IntN(3)
	}
	if r.chance(.02) && s.setting >= centre {
		f["school_buses"], f["bus_drills"] = 1+r.IntN(4), 1+r.IntN(2)
	}
	f["evacuation_seconds"] = 70 + r.IntN(50)
	if !has("evacuation", .15, .03) {
		f["evacuation_seconds"] = 125 + r.IntN(60)
	}
	if s.sections[0].stage == edu.Preschool {
		f["quarters_with_drill"] = 4
		if !has("drills", .2, .03) {
			f["quarters_with_drill"] = 3
		}
		return f
	}
	months := 10
	f["months_in_session"], f["months_with_drill"] = months, months
	if !has("drills", .25, .04) {
		f["months_with_drill"] = months - 1 - r.IntN(3)
	}
	return f
}

// guardsFor is what the national standard calls for.
func guardsFor(pupils, boarders int) int {
	n := 1
	switch {
	case pupils >= 1000:
		n = 3 + (pupils-1000)/500
	case pupils >= 100:
		n = 2
	}
	if boarders > 0 {
		n = max(n, 2+max(0, boarders-300)/300)
	}
	return n
}

// safetyAnswers are what a county's police and finance bureau answer.
func (c *City) safetyAnswers(county, y int) (figures, map[string]string) {
	f, evidence := figures{}, map[string]string{}
	for k, id := range []string{"review_sf_police", "review_sf_funds"} {
		f[id] = !c.lagging(id, county, y, .6, .06)
		evidence[id] = c.document(county, y, 61+k)
	}
	return f, evidence
}

// document is the number of an invented document of a county, which says that it
// is one.
func (c *City) document(county, y, n int) string {
	return fmt.Sprintf("%s教体〔%d〕示例%d号", counties[county].Short.ZH, firstYear+y, n)
}
