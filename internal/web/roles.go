package web

import (
	"slices"

	"shuren/internal/auth"
)

// roleKeys are the names of the roles in the catalogues.
var roleKeys = map[auth.Role]string{
	auth.SchoolClerk: "role.school_clerk", auth.SchoolHead: "role.school_head", auth.TownshipClerk: "role.township_clerk",
	auth.CountyClerk: "role.county_clerk", auth.CountyReviewer: "role.county_reviewer", auth.CitySection: "role.city_section",
	auth.CityPlanner: "role.city_planner", auth.Leader: "role.leader", auth.Inspector: "role.inspector", auth.RetentionOfficer: "role.retention_officer",
	auth.SystemAdmin: "role.system_admin", auth.SecurityAdmin: "role.security_admin", auth.AuditAdmin: "role.audit_admin",
}

// Role names a role.
func (l locale) Role(r auth.Role) string {
	if key, ok := roleKeys[r]; ok {
		return l.T(key)
	}
	return string(r)
}

// roleWords names the roles of some grants, each once.
func (l locale) roleWords(grants []auth.Grant) string {
	var names []string
	for _, g := range grants {
		if n := l.Role(g.Role); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return l.List(names)
}
