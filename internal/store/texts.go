package store

import "shuren/internal/frame"

// textColumn builds a column of texts.
type textColumn struct {
	frame.Strings
	index    map[string]uint32
	last     string // text of the code given last: neighbours are often alike
	lastCode uint32
}

// newStrings makes a column of n texts, of which about some are different.
func newStrings(n, some int) *textColumn {
	s := &textColumn{Strings: frame.Strings{Dict: make([]string, 1, some+1), Code: make([]uint32, n)}, index: make(map[string]uint32, some+1)}
	s.index[""] = 0
	return s
}

func (s *textColumn) set(i int, text string) { s.Code[i] = s.code(text) }

func (s *textColumn) code(text string) uint32 {
	if text == s.last {
		return s.lastCode
	}
	c, ok := s.index[text]
	if !ok {
		c = uint32(len(s.Dict))
		s.Dict = append(s.Dict, text)
		s.index[text] = c
	}
	s.last, s.lastCode = text, c
	return c
}
