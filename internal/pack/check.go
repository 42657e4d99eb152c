// What `shuren packs check` says of a pack that loads.

package pack

import (
	"fmt"
	"strings"
)

// Check gives what is worth knowing about a pack that has loaded: worked
// examples that do not come out, and, as advice, what lacks an example and what
// rests on memory alone.
func (p *Pack) Check() []Problem {
	out := runExamples(p, nil)
	advise := func(file string, line int, format string, args ...any) {
		out = append(out, Problem{File: file, Line: line, Col: 1, Msg: fmt.Sprintf(format, args...), Advice: true})
	}
	shown := map[string]bool{}
	for _, x := range p.Examples {
		for key := range x.Expect {
			id, _, _ := strings.Cut(key, ".")
			shown[id] = true
		}
	}
	for _, i := range p.Indicators {
		if !shown[i.ID] && i.Unit != YesNo && i.Pack == p.Ref() {
			advise(i.Section.File, i.Section.Line, "indicator %s has no worked example", i.ID)
		}
	}
	for _, st := range p.Standards {
		for _, t := range st.Thresholds {
			if t.Tag == "M" {
				advise(t.File, t.Line, "the threshold of %s is from memory (evidence M): check it against the document", t.Indicator)
			}
			if t.Replaces != nil {
				advise(t.File, t.Line, "the threshold of %s replaces the one of %s", t.Indicator, t.Replaces.Pack)
			}
		}
	}
	return out
}
