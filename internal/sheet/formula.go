// Which cells hold formulas, for callers to whom a result is not the same as
// what somebody wrote.

package sheet

import "slices"

// NoteFormulas has the next Read note the cells with a formula that wanted
// picks; it sees the formula without its "=", and nothing of one that is shared
// from another cell.
func (s *Sheet) NoteFormulas(wanted func(formula []byte) bool) {
	if x, ok := s.src.(*xlsxSource); ok {
		x.wanted = wanted
	}
}

// Formula tells whether a cell that has a text is one of those noted: row from
// 1, column from 0.
func (s *Sheet) Formula(row, column int) bool {
	x, ok := s.src.(*xlsxSource)
	if !ok {
		return false
	}
	_, found := slices.BinarySearch(x.noted, cellNo(row, column))
	return found
}

// cellNo orders cells as a sheet does: by row, then by column.
func cellNo(row, column int) uint64 { return uint64(row)<<32 | uint64(column) }
