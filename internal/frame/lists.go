package frame

// ListColumn gives, for each row of the frame, a column of the rows of a list
// that belong to it, in the order of the file; nil where there are none.
func (f *Frame) ListColumn(list, column string) [][]float64 {
	out := make([][]float64, f.Len())
	if f.set == nil {
		return out
	}
	for _, t := range f.set.lists[list] {
		x := t.Cols[column]
		for j, r := range t.row {
			if i := int(r) - f.lo; x != nil && r != none && i >= 0 && i < len(out) {
				out[i] = append(out[i], x[j])
			}
		}
	}
	return out
}
