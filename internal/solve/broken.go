package solve

// Linear is a copy without the convex rules.
func (m *Model) Linear() *Model {
	c := m.Clone()
	c.conv = nil
	return c
}

// Broken gives rows that the convex rules ask for at a point and that it breaks by
// more than Feasible; none if it keeps the rules. The error is of a Separator
// whose rows are not of this model.
func (m *Model) Broken(x []float64) (rows []Cut, err error) {
	k := newPacker(len(m.vars))
	for _, c := range m.conv {
		for _, cut := range c.separate(x) {
			if err := checkCut(c.name, cut, len(m.vars)); err != nil {
				return nil, err
			}
			if r := k.pack(cut.Terms, cut.Lo, cut.Hi); r.broken(x) > 1 {
				rows = append(rows, cut)
			}
		}
	}
	return rows, nil
}
