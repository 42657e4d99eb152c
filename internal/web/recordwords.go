package web

import (
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/quality"
)

// The names in the catalogues of what is kept under other words: a test finds
// each of them here.

// word is a name and what it means.
type word struct{ name, help string }

var methodWords = map[quality.Method]word{
	quality.ModifiedZ: {"quality.mad", "quality.mad.help"},
	quality.ZScore:    {"quality.z", "quality.z.help"},
	quality.Range:     {"quality.range", "quality.range.help"},
	quality.Jump:      {"quality.jump", "quality.jump.help"},
	quality.SameYear:  {"quality.same_year", "quality.same_year.help"},
	quality.SameRow:   {"quality.same_row", "quality.same_row.help"},
	quality.SameList:  {"quality.same_list", "quality.same_list.help"},
	quality.SameName:  {"quality.same_name", "quality.same_name.help"},
	quality.SameCode:  {"quality.same_code", "quality.same_code.help"},
}

var changeWords = map[collect.ChangeKind]word{
	collect.Opened:  {"changes.opened", "changes.opened.hint"},
	collect.Shut:    {"changes.closed", "changes.closed.hint"},
	collect.Merged:  {"changes.merged", "changes.merged.hint"},
	collect.Split:   {"changes.split", "changes.split.hint"},
	collect.Renamed: {"changes.renamed", "changes.renamed.hint"},
	collect.Recoded: {"changes.recoded", "changes.recoded.hint"},
	collect.Moved:   {"changes.moved", "changes.moved.hint"},
}

var weekdays = [7]string{"weekday.0", "weekday.1", "weekday.2", "weekday.3", "weekday.4", "weekday.5", "weekday.6"}

// Weekday names the weekday of a day.
func (l locale) Weekday(d edu.Date) string { return l.T(weekdays[d.Time().Weekday()]) }

// Term names a term: 2025—2026 学年第一学期.
func (l locale) Term(p edu.Period) string {
	key := "calendar.term.1"
	if p.Reference().Month() == 3 { // the second term begins in March
		key = "calendar.term.2"
	}
	return l.T(key, edu.Year(p.Int()).Label())
}
