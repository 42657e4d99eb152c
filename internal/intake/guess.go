// Guess: what the columns of a file that nobody made for us may mean, so that a
// person confirms instead of typing.

package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/edu"
	"shuren/internal/han"
	"shuren/internal/pack"
	"shuren/internal/sheet"
)

// Unknown is a column of a foreign file: its header and what stands below it.
type Unknown struct {
	Column  string // letters
	Header  string
	Samples []string
}

// Candidate is something that a column may mean.
type Candidate struct {
	Target string // element, element.part, column of a list, or key role, as map files write it
	Name   edu.Text
	Sure   float64 // from 0 to 1
	Why    edu.Text
}

// Match is what a column probably means. Where nothing is likely, Target is
// empty and somebody has to say it.
type Match struct {
	Column, Header string
	Candidate
	Others []Candidate // what it could be instead, likeliest first
}

// How sure a guess is. Sure guesses are shown as settled, likely ones ask to be
// looked at, and below Possible nothing is proposed.
const (
	Certain  = 0.9
	Likely   = 0.6
	Possible = 0.35
)

// Guess matches columns with what a pack, and the feed that the file may be an
// export of, know. No two columns get the same target: the surer one has it.
func Guess(columns []Unknown, p *pack.Pack, feed *pack.Feed) ([]Match, error) {
	v, err := newVocabulary(p, nil)
	if err != nil {
		return nil, err
	}
	g := &guesser{vocabulary: v, known: v.names(p), feed: map[string]string{}}
	if feed != nil {
		for h, id := range feed.Headers {
			g.feed[fold(h)] = id
		}
	}
	out := make([]Match, len(columns))
	type pick struct {
		column int
		Candidate
	}
	var picks []pick
	for i, c := range columns {
		out[i] = Match{Column: c.Column, Header: c.Header}
		for _, x := range g.candidates(c) {
			picks = append(picks, pick{i, x})
		}
	}
	slices.SortStableFunc(picks, func(a, b pick) int { return cmp.Compare(b.Sure, a.Sure) })
	taken := map[string]bool{}
	for _, x := range picks {
		m := &out[x.column]
		switch {
		case m.Target == "" && !taken[x.Target]:
			m.Candidate = x.Candidate
			taken[x.Target] = x.Target != roleIgnored
		case len(m.Others) < 3:
			m.Others = append(m.Others, x.Candidate)
		}
	}
	return out, nil
}

// name is a text that means a target.
type name struct {
	text   string // folded
	target target
}

type guesser struct {
	*vocabulary
	known []name
	feed  map[string]string
}

// names are all texts that mean something, for comparing what is only similar.
func (v *vocabulary) names(p *pack.Pack) []name {
	var out []name
	seen := map[name]bool{}
	add := func(w words) {
		for text, ts := range w {
			for _, t := range ts {
				if n := (name{text, t}); !seen[n] && utf8.RuneCountInString(text) > 1 {
					seen[n] = true
					out = append(out, n)
				}
			}
		}
	}
	add(v.keys)
	add(v.main)
	for _, l := range p.Lists {
		add(v.lists[l])
	}
	slices.SortFunc(out, func(a, b name) int {
		return cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.target.id(), b.target.id()))
	})
	return out
}

// candidates are what one column may mean, likeliest first.
func (g *guesser) candidates(c Unknown) []Candidate {
	best := map[string]Candidate{}
	offer := func(t target, sure float64, why edu.Text) {
		sure = g.weigh(t, c, sure, &why)
		if x := (Candidate{Target: t.id(), Name: targetName(t), Sure: sure, Why: why}); sure >= Possible && sure > best[x.Target].Sure {
			best[x.Target] = x
		}
	}
	clean, changed := han.Normalise(c.Header)
	if id, ok := g.feed[fold(c.Header)]; ok {
		if t, err := g.target(id); err == nil {
			offer(t, 0.98, both("导出说明里有这一列", "the export's column map has it"))
		}
	}
	for _, h := range []string{c.Header, clean} {
		why, sure := both("列名相同", "the same name"), 1.0
		if h == clean && changed {
			why, sure = both("换成简体、去掉拼音后列名相同", "the same name once simplified"), 0.93
		}
		for _, w := range append(g.all(), g.keys) {
			ts, unit := g.lookup(w, h)
			for _, t := range ts {
				s := sure
				if len(ts) > 1 {
					s = 0.5 // ambiguous
				}
				if unit == "" || t.el == nil || g.unitFits(t, unit) {
					offer(t, s, why)
				}
			}
		}
	}
	if len(best) == 0 {
		g.similar(fold(clean), offer)
	}
	out := make([]Candidate, 0, len(best))
	for _, x := range best {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b Candidate) int { return cmp.Or(cmp.Compare(b.Sure, a.Sure), cmp.Compare(a.Target, b.Target)) })
	return out
}

// similar offers what has a name like the header.
func (g *guesser) similar(header string, offer func(target, float64, edu.Text)) {
	base, inside, ok := bracket(header)
	unit := ""
	if ok {
		if _, known := g.measures.parse(inside); known {
			header, unit = base, inside
		}
	}
	if utf8.RuneCountInString(header) < 2 {
		return
	}
	for _, n := range g.known {
		if n.target.evidence {
			continue
		}
		s := alike(header, n.text)
		if s < 0.5 {
			continue
		}
		why := textf("列名与“%s”相近", "much like %q", n.text)
		sure := 0.85 * s
		if unit != "" && n.target.el != nil {
			if !g.unitFits(n.target, unit) {
				continue
			}
			sure, why = min(0.88, sure+0.08), edu.Text{ZH: why.ZH + "，单位相符", EN: why.EN + ", and the unit fits"}
		}
		offer(n.target, sure, why)
	}
}

// weigh looks at what stands below the header: a column of words is no figure.
func (g *guesser) weigh(t target, c Unknown, sure float64, why *edu.Text) float64 {
	fits, seen := 0, 0
	for _, s := range c.Samples {
		if strings.TrimSpace(s) == "" {
			continue
		}
		seen++
		if t.fitsText(g.vocabulary, s) {
			fits++
		}
	}
	switch {
	case seen == 0:
		return sure
	case fits == 0:
		why.ZH, why.EN = why.ZH+fmt.Sprintf("，但内容不像（如“%s”）", first(c.Samples)), why.EN+fmt.Sprintf(", but what stands in it does not fit, such as %q", first(c.Samples))
		return sure * 0.5
	case fits < seen:
		return sure * 0.95
	}
	return sure
}

func first(texts []string) string {
	for _, s := range texts {
		if s = strings.TrimSpace(s); s != "" {
			if r := []rune(visible(s)); len(r) > 20 {
				return string(r[:20]) + "…"
			}
			return visible(s)
		}
	}
	return ""
}

// fitsText tells whether a text can stand in a column of the target.
func (t target) fitsText(v *vocabulary, text string) bool {
	switch {
	case t.el != nil && !t.evidence && t.el.Type != edu.TypeText:
		_, wanted := figure(text, t.el, 0)
		return wanted == nil
	case t.role == "stage":
		return v.stages[fold(text)] != ""
	case t.role == "period":
		_, err := periodOf(text)
		return err == nil
	case t.role == "name" || strings.HasSuffix(t.role, "_name"):
		_, number := sheet.Number(plain(text), 0)
		return !number
	}
	return true
}

func (g *guesser) unitFits(t target, unit string) bool {
	m, ok := g.measures.parse(unit)
	if !ok {
		return true
	}
	want, _ := g.measures.of(t.el)
	return m.fits(t.el, want)
}

// targetName names a target for people.
func targetName(t target) edu.Text {
	if t.el == nil {
		return roleName(t.role)
	}
	n := t.el.Name
	if t.part != "" && t.el.By != nil {
		for _, o := range t.el.By.Parts {
			if o.ID == t.part {
				return edu.Text{ZH: n.ZH + "（" + o.Name.ZH + "）", EN: n.EN + " (" + o.Name.EN + ")"}
			}
		}
	}
	return n
}

var roleNames = map[string]edu.Text{"code": {ZH: "学校代码", EN: "code"}, "name": {ZH: "学校名称", EN: "name"}, "stage": {ZH: "学段", EN: "stage"}, "period": {ZH: "学年", EN: "period"}, roleIgnored: {ZH: "不导入", EN: "leave out"}}

func roleName(role string) edu.Text {
	if n, ok := roleNames[role]; ok {
		return n
	}
	return edu.Text{ZH: role, EN: role}
}

// alike compares two folded texts from 0 to 1: by the pairs of characters that
// they share, and by how much of the one stands in the other.
func alike(a, b string) float64 {
	x, y := []rune(a), []rune(b)
	if a == b {
		return 1
	}
	pairs := map[[2]rune]int{}
	for i := 0; i+1 < len(x); i++ {
		pairs[[2]rune{x[i], x[i+1]}]++
	}
	shared := 0
	for i := 0; i+1 < len(y); i++ {
		if k := [2]rune{y[i], y[i+1]}; pairs[k] > 0 {
			pairs[k]--
			shared++
		}
	}
	dice := 2 * float64(shared) / float64(len(x)+len(y)-2)
	if strings.Contains(a, b) || strings.Contains(b, a) {
		dice = max(dice, 0.5+0.5*float64(min(len(x), len(y)))/float64(max(len(x), len(y))))
	}
	return dice
}
