package incident

import (
	"time"

	"shuren/internal/edu"
)

// month is the first and the last day of a month.
func month(year, m int) (first, last edu.Date) {
	t := time.Date(year, time.Month(m), 1, 0, 0, 0, 0, time.UTC)
	return edu.DateOf(t), edu.DateOf(t.AddDate(0, 1, 0)) - 1
}
