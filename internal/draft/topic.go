// What a sentence concerns: its clauses, the rows of the mission and the stages.

package draft

import (
	"slices"
	"strings"
)

// part is a stretch of a sentence that concerns one row and stage.
type part struct {
	Span
	row   string
	stage Stage
	text  string
}

const shortItem = 8 // characters of an item between 、 that is read as one of a list of words

// parts gives what a sentence asks for, in its order. A clause without a subject
// of its own belongs to the one before it, or to the first. mask are the bodies
// named, whose names are no topics; gives tells that it has an owner or a date.
func (g *Glossary) parts(s string, from int, mask []Found, gives bool) []part {
	rs := []rune(s)
	masked := slices.Clone(rs)
	for _, f := range mask {
		for i := f.From; i < f.To; i++ {
			masked[i] = '〇'
		}
	}
	var out []part
	lead := -1
	all := clauses(rs, from)
	if len(all) > 0 && !gives {
		first := string(rs[all[0].From:all[0].To])
		if g.Principle.in(first) && !g.onlyAims(first) && !must.MatchString(string(rs[from:])) {
			return nil // it opens with what stands above all: 以……为指导
		}
	}
	for _, c := range all {
		text := string(rs[c.From:c.To])
		hits := g.hits(string(masked[c.From:c.To]))
		if len(hits) == 0 || !g.demandsWithin(rs, c, gives) {
			switch {
			case g.Principle.in(text):
			case strings.HasSuffix(text, "、"), len(out) == 0 && lead < 0:
				lead = c.From // it belongs to the next one
			case len(out) > 0:
				out[len(out)-1].To = c.To
			}
			continue
		}
		begin := c.From
		if lead >= 0 {
			begin, lead = lead, -1
		}
		for _, h := range hits {
			if n := len(out); n > 0 && out[n-1].row == h.row && (out[n-1].stage == h.stage || h.stage == "" || out[n-1].stage == "") {
				out[n-1].To = max(out[n-1].To, c.To)
				if out[n-1].stage == "" {
					out[n-1].stage = h.stage
				}
				continue
			}
			if i := slices.IndexFunc(out, func(p part) bool { return p.row == h.row && (p.stage == h.stage || h.stage == "") }); i >= 0 {
				continue
			}
			out = append(out, part{Span: Span{begin, c.To}, row: h.row, stage: h.stage})
		}
	}
	if len(out) > 1 {
		if rest := slices.DeleteFunc(slices.Clone(out), func(p part) bool { return slices.Contains(g.Behind, p.row) }); len(rest) > 0 {
			out = rest
		}
	}
	for i := range out {
		out[i].text = wording(string(rs[out[i].From:out[i].To]))
		out[i].To = out[i].From + len([]rune(out[i].text))
	}
	return out
}

// wording is what a part asks for, without the note of who answers and without
// the mark at its end.
func wording(s string) string {
	if m := noted.FindStringIndex(s); m != nil && m[0] > 0 {
		s = s[:m[0]]
	}
	return strings.TrimRight(s, "，、；。：！ ")
}

// demandsWithin tells that the clause asks for something: it, or the verb that
// opens the sentence before a list (推动学前教育…、义务教育…).
func (g *Glossary) demandsWithin(rs []rune, c Span, gives bool) bool {
	text := string(rs[c.From:c.To])
	if g.demands(text) {
		return true
	}
	if g.Principle.in(text) && !g.onlyAims(text) || isA.MatchString(text) {
		return false
	}
	// The sentence says 要 before it, or the clause gives a figure to reach.
	return gives || must.MatchString(string(rs[:c.From])) || g.number.MatchString(text) || g.Act.in(string(rs[:c.From]))
}

// clauses are the parts of a sentence between commas, and between 、 where each
// of them is long enough to ask for something itself.
func clauses(rs []rune, from int) []Span {
	var out []Span
	depth, lo := 0, from
	cut := func(hi int) {
		if hi <= lo {
			return
		}
		var items []Span
		start := lo
		for i := lo; i < hi; i++ {
			if rs[i] == '、' {
				items = append(items, Span{start, i + 1})
				start = i + 1
			}
		}
		items = append(items, Span{start, hi})
		long := len(items) > 1
		for _, it := range items {
			if it.To-it.From < shortItem {
				long = false
			}
		}
		if !long {
			items = []Span{{lo, hi}}
		}
		out = append(out, items...)
		lo = hi
	}
	for i := from; i < len(rs); i++ {
		switch rs[i] {
		case '（', '《', '“':
			depth++
		case '）', '》', '”':
			depth = max(0, depth-1)
		case '，', '；', '：', '。':
			if depth == 0 {
				cut(i + 1)
			}
		}
	}
	cut(len(rs))
	return out
}

// hits are the rows that a clause names, in the order of its words. Strong words
// silence the weak: they say what it is about, the weak of which stage.
func (g *Glossary) hits(clause string) []part {
	type hit struct {
		at  int
		row string
	}
	find := func(pick func(rowWord) []string) []hit {
		var out []hit
		for _, r := range g.Rows {
			best := -1
			for _, w := range pick(r) {
				if i := strings.Index(clause, w); i >= 0 && (best < 0 || i < best) {
					best = i
				}
			}
			if best >= 0 {
				out = append(out, hit{best, r.ID})
			}
		}
		slices.SortStableFunc(out, func(a, b hit) int { return a.at - b.at })
		return out
	}
	found := find(func(r rowWord) []string { return r.Words })
	if len(found) == 0 {
		found = find(func(r rowWord) []string { return r.Weak })
	}
	var out []part
	stages := g.stages(clause)
	for _, h := range found {
		p := part{row: h.row}
		if own := ownStage[h.row]; own != "" {
			p.stage = own
		} else if len(stages) > 0 {
			p.stage = stages[0]
		}
		out = append(out, p)
	}
	return out
}

// ownStage is the stage that a row is of itself.
var ownStage = map[string]Stage{"S3": "preschool", "S4": "compulsory", "S5": "senior", "S6": "vocational", "S7": "higher"}

func (g *Glossary) stages(s string) []Stage {
	var out []Stage
	for _, l := range g.Levels {
		t := s
		for _, n := range l.Not {
			t = strings.ReplaceAll(t, n, "〇")
		}
		if (words{Words: l.Words}).in(t) {
			out = append(out, l.ID)
		}
	}
	return out
}
