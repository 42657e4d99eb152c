package frame

// After is the set with another one as its past. It shares the columns with s,
// which stays as it is: one set of last year's figures can be the past of this
// year's and be measured itself.
func (s *Set) After(prev *Set, prior *Prior) *Set {
	out := *s
	out.Prev, out.Prior = prev, prior
	out.Sections = make([]*Frame, len(s.Sections))
	for i, f := range s.Sections {
		out.Sections[i] = f.of(&out)
	}
	if s.Counties != nil {
		out.Counties = s.Counties.of(&out)
	}
	return &out
}

// of is the same frame in another set.
func (f *Frame) of(s *Set) *Frame {
	return &Frame{Period: f.Period, Stage: f.Stage, Base: f.Base, Rows: f.Rows, Levels: f.Levels, Regions: f.Regions,
		cols: f.cols, texts: f.texts, set: s, grove: f.grove, lo: f.lo}
}
