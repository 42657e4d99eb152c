// Bodies that may have to do it, as the text writes them.

package draft

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// leads says of which bodies the text says that they lead.
var (
	leadNote = regexp.MustCompile(`牵头(?:单位|部门)?：$`)
	duty     = regexp.MustCompile(`^[^，。；：]{0,4}(?:牵头|负责)`)
	placed   = regexp.MustCompile(`(?:^|[、，：由和及])([\p{Han}]{2,3}(?:县|区))(人民政府|政府|教体局|教育体育局|教育局|党委政府)?`)
)

// noPlace are words that end like a county.
var noPlace = []string{"各县", "全县", "本县", "县区", "各区", "城区", "地区", "社区", "小区", "园区", "学区", "片区", "校区", "市区", "山区", "辖区", "灾区", "景区", "库区", "郊区", "镇区"}

// owners finds the bodies in a sentence that must do what it says. places are
// the counties of the city, which no glossary can know.
func (g *Glossary) owners(s string, from int, places []string) []Found {
	var out []Found
	body := len(string([]rune(s)[:from]))
	add := func(m []int) {
		sp := spanOf(s, m)
		if m[0] < body || slices.ContainsFunc(out, func(f Found) bool { return sp.From < f.To && f.From < sp.To }) {
			return
		}
		if f := (Found{Text: s[m[0]:m[1]], Span: sp}); g.mustDo(s, m) {
			out = append(out, f)
		}
	}
	for _, p := range places {
		for i := 0; p != ""; {
			j := strings.Index(s[i:], p)
			if j < 0 {
				break
			}
			m := []int{i + j, i + j + len(p)}
			i = m[1]
			for _, tail := range []string{"人民政府", "政府", "教育体育局", "教体局", "教育局"} {
				if strings.HasPrefix(s[m[1]:], tail) {
					m[1] += len(tail)
					break
				}
			}
			add(m)
		}
	}
	for _, m := range placed.FindAllStringSubmatchIndex(s, -1) {
		name := s[m[2]:m[3]]
		if !slices.ContainsFunc(noPlace, func(w string) bool { return strings.HasSuffix(name, w) }) && (m[4] >= 0 || len(places) == 0) {
			add([]int{m[2], m[1]})
		}
	}
	for _, m := range g.body.FindAllStringIndex(s, -1) {
		add(m)
	}
	slices.SortFunc(out, func(a, b Found) int { return a.From - b.From })
	g.lead(s, out)
	return out
}

// mustDo tells that a body at m is one that must act, not one that only
// receives, is asked, or is named in passing.
func (g *Glossary) mustDo(s string, m []int) bool {
	before, after := s[:m[0]], s[m[1]:]
	text := s[m[0]:m[1]]
	for _, w := range g.Persons.Words {
		if strings.HasPrefix(after, w) {
			return false
		}
	}
	if _, n := lastRune(before); n > 0 && !strings.HasPrefix(after, "，要") {
		last := before[len(before)-n:]
		if slices.Contains(g.Receives.Words, last) && !strings.HasSuffix(before, "会同") {
			return false
		}
	}
	if strings.HasSuffix(before, "全市") {
		return false
	}
	// A group in general is an owner only as the subject of what must be done:
	// 各学校要…, 学校须…; or where a note or 由 names it.
	if slices.Contains(g.Bodies.Groups, text) && !strings.HasPrefix(text, "各责任") {
		if strings.Contains(before, "责任单位：") || strings.Contains(before, "责任部门：") || strings.HasSuffix(before, "由") || strings.HasSuffix(before, "、") && subject(after) {
			return true
		}
		return starts(before) && subject(after)
	}
	return true
}

// starts tells that a clause begins here.
func starts(before string) bool {
	if before == "" {
		return true
	}
	for _, w := range []string{"，", "。", "；", "：", "、", "请", "的", "和", "对", "》"} {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// subject tells that what follows makes the body the one who must: 要, 须, 于,
// or a verb right behind it.
func subject(after string) bool {
	for _, w := range []string{"要", "须", "应", "必须", "，要", "、", "于", "在", "负责", "每", "和", "会同", "对照", "全面", "严格", "认真", "结合", "按照", "按", "至少", "分别"} {
		if strings.HasPrefix(after, w) {
			return true
		}
	}
	return false
}

func lastRune(s string) (rune, int) { return utf8.DecodeLastRuneInString(s) }

// lead marks the body that the text says leads.
func (g *Glossary) lead(s string, out []Found) {
	rs := []rune(s)
	for i := range out {
		before, after := string(rs[:out[i].From]), string(rs[out[i].To:])
		alone := (i == 0 || out[i-1].To+1 < out[i].From || !strings.HasSuffix(before, "、")) && !strings.HasPrefix(after, "、")
		switch {
		case leadNote.MatchString(before):
			out[i].Lead = true
		case alone && duty.MatchString(after):
			out[i].Lead = true
		}
	}
}
