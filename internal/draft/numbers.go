// How much: numbers with their units.

package draft

import (
	"slices"
	"strings"
)

// numbers finds figures with a unit in a sentence, outside its time limits.
func (g *Glossary) numbers(s string, not []Found) []Found {
	var out []Found
	for _, m := range g.number.FindAllStringIndex(s, -1) {
		sp := spanOf(s, m)
		text := s[m[0]:m[1]]
		switch {
		case slices.ContainsFunc(not, func(f Found) bool { return sp.From < f.To && f.From < sp.To }):
		case g.inSet(s, m):
		case strings.HasPrefix(s[m[1]:], "及以上大班额"), strings.HasPrefix(s[m[1]:], "以上大班额"):
		case strings.HasSuffix(s[:m[0]], "第"), strings.HasSuffix(s[:m[0]], "〕"), strings.HasSuffix(s[:m[0]], "."):
		default:
			out = append(out, Found{Text: text, Span: sp, Bound: bound(s[:m[0]], s[m[1]:])})
		}
	}
	return out
}

// inSet tells that a number is part of a set word, such as 三支队伍.
func (g *Glossary) inSet(s string, m []int) bool {
	for _, w := range g.Set.Words {
		for i := 0; ; {
			j := strings.Index(s[i:], w)
			if j < 0 {
				break
			}
			i += j
			if m[0] >= i && m[0] < i+len(w) {
				return true
			}
			i += len(w)
		}
	}
	return false
}

func bound(before, after string) string {
	for _, w := range []string{"不低于", "不少于", "至少", "大于", "高于", "超过"} {
		if strings.HasSuffix(before, w) {
			return ">="
		}
	}
	for _, w := range []string{"不超过", "不高于", "低于", "控制在"} {
		if strings.HasSuffix(before, w) {
			return "<="
		}
	}
	switch {
	case strings.HasPrefix(after, "以上"), strings.HasPrefix(after, "及以上"):
		return ">="
	case strings.HasPrefix(after, "以内"), strings.HasPrefix(after, "以下"), strings.HasPrefix(after, "及以下"):
		return "<="
	}
	return ""
}
