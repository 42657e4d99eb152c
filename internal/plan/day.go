package plan

import (
	"strconv"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/task"
)

// Day reads a date as people and spreadsheets write it; in a workbook it may be a
// serial day.
func Day(s string) (edu.Date, bool) {
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	if n, err := strconv.Atoi(s); err == nil && n > 36_525 && n < 109_574 { // 2000 to 2199
		return edu.Date(n - 25_569), true
	}
	s = strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s), "日")
	for _, layout := range []string{"2006-1-2", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 2000 && t.Year() < 2200 {
			return edu.DateOf(t), true
		}
	}
	return 0, false
}

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
