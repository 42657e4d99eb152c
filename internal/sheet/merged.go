// Merged ranges, for callers to whom a merged cell is not just a text that
// stands in all of it.

package sheet

// Range is a merged range: 0-based columns and 1-based rows, both ends in it.
type Range struct{ Row, Col, LastRow, LastCol int }

// Merged lists the merged ranges of a sheet, in the order of the file.
func (s *Sheet) Merged() ([]Range, error) {
	x, ok := s.src.(*xlsxSource)
	if !ok {
		return nil, nil
	}
	if err := x.merges(); err != nil {
		return nil, err
	}
	out := make([]Range, len(x.merged))
	for i, m := range x.merged {
		out[i] = Range{m.row, m.col, m.lastRow, m.lastCol}
	}
	return out, nil
}
