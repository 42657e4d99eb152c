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
	Members []string   // accounts that act for it; nil where the unit's own accounts do
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
