// Units of measure as headers write them: 万元, ㎡, 千人, %.

package intake

import (
	"slices"
	"strings"

	"shuren/internal/pack"
)

// measure is a unit of measure with a power of ten: 万元 is yuan with exp 4.
type measure struct {
	bases []string // ids of base units that the word may mean; "#" is any count
	exp   int
}

// measures knows the words for the units of a pack.
type measures struct{ words map[string][]string }

// Words that everybody writes for a unit, beside the names that the pack gives
// it. A word means a unit only where the pack declares that unit.
var measureWords = map[string][]string{
	"m2":   {"㎡", "平方米", "平米", "m^2", "sqm"},
	"yuan": {"元", "人民币", "人民币元", "rmb", "cny"},
	"usd":  {"美元", "$", "dollar", "dollars"},
	"year": {"年"},
}

// countWords are measure words that any count may carry.
var countWords = []string{"个", "人", "名", "位", "台", "套", "所", "间", "班", "件", "册", "次", "人次", "生", "张", "门", "项"}

func newMeasures(p *pack.Pack) measures {
	m := measures{words: map[string][]string{}}
	add := func(word, id string) {
		if w := fold(word); w != "" && !slices.Contains(m.words[w], id) {
			m.words[w] = append(m.words[w], id)
		}
	}
	for _, u := range p.Units {
		add(u.ID, u.ID)
		add(u.Name.ZH, u.ID)
		add(u.Name.EN, u.ID)
		for _, w := range measureWords[u.ID] {
			add(w, u.ID)
		}
	}
	for _, w := range countWords {
		add(w, "#")
	}
	return m
}

var tens = []struct {
	word string
	exp  int
}{
	{"千万", 7}, {"百万", 6}, {"十万", 5}, {"亿", 8}, {"万", 4}, {"千", 3}, {"百", 2},
	{"million", 6}, {"thousand", 3}, {"hundred", 2},
}

// parse reads a folded unit of measure, such as 万元, 10000yuan or yuan/pupil,
// of which only the part before the stroke counts.
func (m measures) parse(folded string) (measure, bool) {
	s := strings.TrimPrefix(strings.TrimPrefix(folded, "单位:"), "unit:")
	for _, sep := range []string{",", "、", ";", ";", ","} {
		s, _, _ = strings.Cut(s, sep)
	}
	if i := strings.IndexByte(s, '/'); i > 0 {
		s = s[:i]
	}
	if s == "%" || s == "百分比" || s == "百分数" {
		return measure{bases: []string{"1"}, exp: -2}, true
	}
	if ids, ok := m.words[s]; ok {
		return measure{bases: ids}, true
	}
	exp, rest := 0, s
	if t := strings.TrimLeft(s, "0123456789"); len(t) < len(s) {
		digits := s[:len(s)-len(t)]
		if digits[0] != '1' || strings.Trim(digits[1:], "0") != "" {
			return measure{}, false
		}
		exp, rest = len(digits)-1, t
	} else {
		for _, t := range tens {
			if r, ok := strings.CutPrefix(s, t.word); ok {
				exp, rest = t.exp, r
				break
			}
		}
	}
	ids, ok := m.words[rest]
	return measure{bases: ids, exp: exp}, ok && exp > 0
}

// of is the unit in which an element is measured, and that in which it is
// filled where the header does not say.
func (m measures) of(e *pack.Element) (measured, filled measure) {
	if measured = (measure{bases: []string{"1"}}); e.Unit != "1" && e.Unit != "" {
		measured, _ = m.parse(fold(e.Unit))
	}
	filled = measured
	if e.FilledIn != "" {
		filled, _ = m.parse(fold(e.FilledIn))
	}
	return measured, filled
}

// fits reports that a unit found in a header can be converted to that of the
// element.
func (m measure) fits(e *pack.Element, want measure) bool {
	for _, b := range m.bases {
		if slices.Contains(want.bases, b) || b == "#" && whole(e) {
			return true
		}
	}
	return false
}
