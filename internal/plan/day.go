package plan

import (
	"strings"

	"shuren/internal/edu"
	"shuren/internal/task"
)

// Day reads a date as people and spreadsheets write it.
func Day(s string) (edu.Date, bool) { return task.Day(s) }

// DutyOf is the kind of responsibility that a body has by what it is: whoever
// governs a part of the land answers for it, a department for its trade. It is a
// proposal that a clerk can change.
func DutyOf(body string) task.Duty {
	switch {
	case strings.HasPrefix(body, "gov:"):
		return task.Territorial
	case strings.HasPrefix(body, "bureau:"):
		return task.Industry
	case strings.HasPrefix(body, "unit:"):
		return ""
	}
	return task.Departmental
}
