// Who says a sentence.

package draft

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// meeting is the speaker where the paper says 会议强调.
const meeting = "会议"

var (
	opening  = regexp.MustCompile(`^(?:会上|会议上|会前|最后|随后)，`)
	trailing = regexp.MustCompile(`(?:在[^，]{0,10}[中时上]|还|又|同时|并|首先|最后|特别|再次|进一步|研究|一致|原则|审议|审议并)+$`)
	person   = regexp.MustCompile(`^[\p{Han}·]{2,4}$`)
	gives    = regexp.MustCompile(`提出[^，。：]{0,12}(?:要求|意见|希望)：`)
)

// speech is what a sentence says of its speaker.
type speech struct {
	who  string
	verb string
	body int // character at which what is said begins
}

// speaks finds the speaker of a sentence. known are persons whom the paper has
// named with their titles.
func (g *Glossary) speaks(s string, known []string) (speech, bool) {
	skip := len(opening.FindString(s))
	rest := s[skip:]
	if t, ok := g.meets(rest); ok {
		t.body += utf8.RuneCountInString(s[:skip])
		return t, true
	}
	stop := strings.IndexAny(rest, "，：。")
	if stop < 0 {
		return speech{}, false
	}
	for _, verb := range g.Speak.Words {
		subject, ok := strings.CutSuffix(rest[:stop], verb)
		if !ok {
			continue
		}
		if who := g.nameIn(trailing.ReplaceAllString(subject, "")); who != "" {
			_, n := utf8.DecodeRuneInString(rest[stop:])
			return speech{who, verb, utf8.RuneCountInString(s[:skip+stop+n])}, true
		}
	}
	for _, who := range known {
		if i := strings.Index(rest[:stop], who); i >= 0 && g.onlyTitles(rest[:i]) {
			if m := gives.FindStringIndex(rest); m != nil {
				return speech{who, "提出", utf8.RuneCountInString(s[:skip+m[1]])}, true
			}
		}
	}
	return speech{}, false
}

// meets finds what the meeting itself says: 会议决定, with or without a comma.
func (g *Glossary) meets(s string) (speech, bool) {
	after, ok := strings.CutPrefix(s, meeting)
	if !ok {
		return speech{}, false
	}
	skip := 0
	for {
		before := skip
		for _, w := range []string{"还", "并", "一致", "研究", "审议", "讨论", "原则"} {
			if strings.HasPrefix(after[skip:], w) && !strings.HasPrefix(after[skip:], "研究部署") {
				skip += len(w)
			}
		}
		if skip == before {
			break
		}
	}
	for _, verb := range slices.Concat(g.Decide.Words, g.Speak.Words) {
		if strings.HasPrefix(after[skip:], verb) {
			end := skip + len(verb)
			if strings.HasPrefix(after[end:], "，") || strings.HasPrefix(after[end:], "：") {
				end += len("，")
			}
			if strings.Contains(verb, "同意") || strings.Contains(verb, "通过") {
				end = 0 // what was agreed to is not asked for without the word
			}
			return speech{meeting, verb, utf8.RuneCountInString(s[:len(meeting)+end])}, true
		}
	}
	return speech{}, false
}

// nameIn takes the titles off a subject and gives the name, or nothing.
func (g *Glossary) nameIn(subject string) string {
	for _, t := range g.Titles.Words {
		if before, ok := strings.CutSuffix(subject, t); ok && person.MatchString(before) && !g.titled(before) {
			return subject // 张三同志
		}
	}
	if i := g.afterTitles(subject); i > 0 {
		subject = subject[i:]
	}
	if person.MatchString(subject) && !g.Act.in(subject) && (subject == meeting || !strings.HasPrefix(subject, meeting)) {
		return subject
	}
	return ""
}

func (g *Glossary) titled(s string) bool {
	return slices.ContainsFunc(g.Titles.Words, func(t string) bool { return strings.HasSuffix(s, t) })
}

// afterTitles is where the last title in a subject ends.
func (g *Glossary) afterTitles(s string) int {
	end := 0
	for _, t := range g.Titles.Words {
		if i := strings.LastIndex(s, t); i >= 0 && i+len(t) < len(s) {
			end = max(end, i+len(t))
		}
	}
	return end
}

func (g *Glossary) onlyTitles(s string) bool { return s == "" || g.afterTitles(s+"x") == len(s) }

// persons finds who is named with a title in a text: 市长高远出席.
func (g *Glossary) persons(text string) []string {
	var out []string
	for _, t := range g.Titles.Words {
		for rest := text; ; {
			i := strings.Index(rest, t)
			if i < 0 {
				break
			}
			rest = rest[i+len(t):]
			near := rest[:min(len(rest), 40)]
			for _, verb := range []string{"主持", "出席", "参加", "讲话", "作", "传达", "通报", "强调", "指出", "要求", "听取", "提出", "表示"} {
				name, _, ok := strings.Cut(near, verb)
				if ok && person.MatchString(name) && !g.titled(name) && !strings.ContainsFunc(name, unicode.IsPunct) && !slices.Contains(out, name) {
					out = append(out, name)
				}
			}
		}
	}
	return out
}
