// What a sentence is: decided, asked for, said in principle, or told.

package draft

import (
	"regexp"
	"slices"
	"strings"
)

var (
	answer  = regexp.MustCompile(`由[^，。；]{2,40}?(?:牵头|负责|承担|承办|配合|组织|列入|按程序|会同|统筹|实施|落实|开展)`)
	charged = regexp.MustCompile(`^[^，。；：]{2,24}负责[\p{Han}]`)
	noted   = regexp.MustCompile(`（[^（）]{0,6}(?:责任|牵头|承办)[^）]{0,6}：`)
	agenda  = regexp.MustCompile(`议定(?:以下|如下|下列)?事项`)
	must    = regexp.MustCompile(`要|须|请|应当|必须|严禁|不得|确保`)
	isA     = regexp.MustCompile(`(?:^|[^一二三四五六七八九十还就不])是`)
)

// classify decides what a statement is. clauses are its parts that concern rows
// of the mission; listed tells that the meeting introduced a list of decisions.
func (g *Glossary) classify(s string, sp speech, asks bool, owners, dates []Found, owner, decided bool) Class {
	said := string([]rune(s)[sp.body:])
	switch {
	case sp.who == "" && g.narrates(s):
		return Narration
	case sp.who == meeting && strings.HasPrefix(sp.verb, "听取"), sp.who != "" && agenda.MatchString(s) && strings.HasSuffix(s, "："):
		return Narration
	case sp.who == meeting && slices.Contains(g.Decide.Words, sp.verb):
		return Decision
	case decided && numbered.MatchString(s):
		return Decision
	case noted.MatchString(s), answer.MatchString(said) && owner, charged.MatchString(said) && owner && !must.MatchString(before(said, "负责")):
		return Decision
	case asks:
		return Requirement
	case must.MatchString(said) && (len(dates) > 0 || len(owners) > 0) && !g.Principle.in(said):
		return Requirement
	}
	return Principle
}

func before(s, w string) string {
	b, _, _ := strings.Cut(s, w)
	return b
}

// narrates tells that a sentence says what happened or what the paper is.
func (g *Glossary) narrates(s string) bool {
	for _, h := range g.Heads.Words {
		if after, ok := strings.CutPrefix(s, h); ok && (strings.HasPrefix(after, "：") || strings.HasPrefix(after, " ")) {
			return true
		}
	}
	switch {
	case strings.HasSuffix(s, "："):
		return true
	case happened.MatchString(s), own.FindString(s) == strings.TrimSpace(s) && s != "":
		return true
	case must.MatchString(s) && !g.Narrate.in(s):
		return false
	case g.Narrate.in(s) && !noted.MatchString(s):
		return true
	}
	// A line with no mark at its end that is only a body or a date signs the paper.
	return !strings.ContainsAny(s, "，。；！？") && g.signs(s)
}

var happened = regexp.MustCompile(`^[^。；]{0,40}(?:召开|举行|举办)[^。；]{0,60}(?:会议|大会|会|调度会|推进会)?(?:，|。|$)|(?:参加|出席|列席)(?:了)?(?:会议|大会)?。?$|(?:出席|参加)(?:会议|大会)?并讲话`)

func (g *Glossary) signs(s string) bool {
	m := g.body.FindStringIndex(s)
	return m != nil && m[1] == len(s) && m[0] <= 30 || strings.HasSuffix(s, "人民政府") || strings.HasSuffix(s, "办公室") || strings.HasSuffix(s, "秘书组") || strings.HasSuffix(s, "局")
}

// demands tells that a clause asks for something that can be done.
func (g *Glossary) demands(clause string) bool {
	if g.Principle.in(clause) && !g.onlyAims(clause) {
		return false
	}
	if isA.MatchString(clause) && !must.MatchString(clause) {
		return false
	}
	return g.Act.in(clause)
}

// onlyAims tells that the words of principle in a clause are aims, which give
// way where it also asks for something.
func (g *Glossary) onlyAims(clause string) bool {
	for _, w := range g.Principle.Words {
		if strings.Contains(clause, w) && !slices.Contains(g.Aims.Words, w) {
			return false
		}
	}
	return true
}
