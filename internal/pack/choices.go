// Choices in formulas. A choice's column holds the index of the choice; people
// write its id: school_kind == "218".

package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/formula"
)

// choicePattern finds a field that is compared with a text, either way round.
var choicePattern = regexp.MustCompile(`([a-z][a-z0-9_]*)\s*(?:==|!=|<=|>=|<|>)\s*("[^"\n]*")`)

// withChoices puts a choice's index where a formula has its id. The index is
// padded with blanks, so that positions in the formula stay what they were.
func withChoices(src string, element func(id string) *Element) (string, error) {
	var errs []string
	out, last := strings.Builder{}, 0
	for _, m := range choicePattern.FindAllStringSubmatchIndex(src, -1) {
		name, quoted := src[m[2]:m[3]], src[m[4]:m[5]]
		e := element(name)
		if e == nil || e.Type != edu.TypeChoice {
			continue // the parser says what is wrong with the text
		}
		id := strings.Trim(quoted, `"`)
		i := slices.IndexFunc(e.Choices, func(o Option) bool { return o.ID == id })
		if i < 0 {
			ids := make([]string, len(e.Choices))
			for k, o := range e.Choices {
				ids[k] = o.ID
			}
			errs = append(errs, fmt.Sprintf("%q is no choice of %s (%s)%s", id, name, strings.Join(ids, ", "), formula.DidYouMean(id, ids)))
			continue
		}
		index := strconv.Itoa(i)
		out.WriteString(src[last:m[4]])
		out.WriteString(index)
		out.WriteString(strings.Repeat(" ", max(0, utf8.RuneCountInString(quoted)-len(index))))
		last = m[5]
	}
	out.WriteString(src[last:])
	if len(errs) > 0 {
		return src, fmt.Errorf("%s", strings.Join(errs, "; "))
	}
	return out.String(), nil
}
