package task

import (
	"strings"

	"shuren/internal/edu"
)

// Body is who can give or owe a task.
type Body struct {
	ID      string
	Name    edu.Text
	Kind    BodyKind
	Unit    edu.UnitID // in whose part of the tree it sits; empty is the city
	County  edu.UnitID // in which that unit lies, or is; empty for the city's own
	Members []string   // accounts that act for it; nil where the unit's own accounts do
	Rev     int        // of the document that says so; 0 for one that exists by itself
	Ended   bool       // nothing new is given to it
}

// BodyKind is what a body is.
type BodyKind string

const (
	Bureau      BodyKind = "bureau"      // 教育行政部门 of the city or a county
	Section     BodyKind = "section"     // 科室 of a bureau
	Institution BodyKind = "institution" // school, or central school
	Government  BodyKind = "government"  // 县(市、区)人民政府
	Department  BodyKind = "department"  // 编办, 财政, 人社, …
	Association BodyKind = "association" // 行业主管 or 行业组织
)

// Ids of the bodies that exist by themselves because the unit does. The city's
// bureau is BureauOf("").
func BureauOf(u edu.UnitID) string      { return "bureau:" + string(u) }
func GovernmentOf(u edu.UnitID) string  { return "gov:" + string(u) }
func InstitutionOf(u edu.UnitID) string { return "unit:" + string(u) }

// UnitOf is the unit of a body that exists by itself.
func UnitOf(body string) (edu.UnitID, bool) {
	for _, p := range []string{"bureau:", "gov:", "unit:"} {
		if rest, ok := strings.CutPrefix(body, p); ok {
			return edu.UnitID(rest), true
		}
	}
	return "", false
}

// Authority tells whether a body may give a task to another, so that the act is
// to issue. Towards all others it asks whoever has the authority (提请).
//
// A bureau gives to its sections, the city's to the counties' bureaus and the
// city's own schools, a county's to the schools of the county. A section gives in
// its bureau's name. A government gives to whatever is in its county, the city's
// to counties' governments.
func Authority(issuer, to Body) bool {
	if issuer.ID == to.ID {
		return false
	}
	same, city := issuer.County == to.County, issuer.County == ""
	switch issuer.Kind {
	case Bureau, Section:
		switch to.Kind {
		case Section:
			return same
		case Bureau:
			return city && to.County != ""
		case Institution:
			return same
		}
	case Government:
		if to.Kind == Government {
			return city && to.County != ""
		}
		return same
	}
	return false
}
