// A text to headings and sentences.

package draft

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// numbered opens a heading or an item: 一、 （一） 1. 第三章.
var numbered = regexp.MustCompile(`^(?:第[一二三四五六七八九十百]+[章条节部]分?|[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}[.．、]|（\d{1,2}）)\s*`)

// listed is the second and further items of a list inside a sentence.
var listed = regexp.MustCompile(`[，,、](?:二|三|四|五|六|七|八|九|十)(?:是|要)`)

// note says who answers for the sentence before it.
var noteOf = regexp.MustCompile(`^（[^（）]{0,6}(?:责任|牵头|配合|负责|承办|完成时限|时限)[^）]{0,6}：`)

const (
	shortHeading = 20   // characters before the first full stop of a heading that opens a paragraph
	longSentence = 1000 // characters after which a sentence ends at any mark: nobody writes one
)

// split gives the headings and sentences of a clean text.
func split(text string) []Statement {
	var out []Statement
	at, under, started := 0, "", false
	for line := range strings.SplitSeq(text, "\n") {
		rs := []rune(line)
		from := 0
		head, stated := heading(line, started)
		switch {
		case head == len(rs) && head > 0:
			out = append(out, Statement{Span: Span{at, at + head}, Text: line, Heading: true})
			under = line
			from = head
		case head > 0:
			h := string(rs[:head])
			out = append(out, Statement{Span: Span{at, at + head}, Text: h, Heading: true})
			under, from = h, head
		}
		started = started || stated
		for _, s := range sentences(rs[from:]) {
			t := string(rs[from+s.From : from+s.To])
			out = append(out, Statement{Span: Span{at + from + s.From, at + from + s.To}, Text: t, Under: under})
		}
		at += len(rs) + 1
	}
	return out
}

// heading tells how many characters of a line are a heading, and whether the
// line states something.
func heading(line string, started bool) (n int, stated bool) {
	size := utf8.RuneCountInString(line)
	stop := strings.IndexAny(line, "。！？；")
	opens := numbered.FindString(line)
	switch {
	case stop < 0 && opens != "" && size <= 40:
		return size, false
	case stop < 0 && !started && size <= 60 && !strings.HasSuffix(line, "："):
		return size, false // the title, before anything is said
	case opens != "" && stop > 0:
		head := utf8.RuneCountInString(line[:stop])
		if head-utf8.RuneCountInString(opens) <= shortHeading && strings.HasPrefix(line[stop:], "。") && head+1 < size && !strings.HasPrefix(line[stop:], "。（") {
			return head + 1, true
		}
	}
	return 0, true
}

// sentences gives the sentences of a line. A note of who answers belongs to the
// sentence before it; nothing ends inside brackets or quotes.
func sentences(rs []rune) []Span {
	var out []Span
	from, depth, opened := 0, 0, 0
	cut := func(to int) {
		for from < to && rs[from] == ' ' {
			from++
		}
		if to > from {
			out = append(out, Span{from, to})
		}
		from = to
	}
	for i := 0; i < len(rs); i++ {
		if i-from >= 2*longSentence {
			cut(i)
		}
		switch rs[i] {
		case '（', '《', '“', '【':
			if depth == 0 {
				opened = i
			}
			depth++
		case '）', '》', '”', '】':
			depth = max(0, depth-1)
		case '，', '、':
			if i-from >= longSentence || depth == 0 && i+2 < len(rs) && listed.MatchString(string(rs[i:i+3])) {
				cut(i + 1)
			}
		case '。', '！', '？', '；':
			if depth > 0 && i-opened < 200 {
				continue
			}
			depth = 0
			end := i + 1
			for end < len(rs) && strings.ContainsRune("。！？；”", rs[end]) {
				end++
			}
			if noteOf.MatchString(string(rs[end:min(end+20, len(rs))])) {
				for end < len(rs) && rs[end] != '）' || end+1 < len(rs) && nested(rs, end) {
					end++
				}
				end = min(end+1, len(rs))
				for end < len(rs) && strings.ContainsRune("。；", rs[end]) {
					end++
				}
			}
			cut(end)
			i = end - 1
		}
	}
	cut(len(rs))
	return out
}

// nested tells that the bracket which closes at i is not the note's own:
// 各县（市、区）政府 stands in it.
func nested(rs []rune, i int) bool {
	depth := 0
	for j := i; j >= max(0, i-400); j-- {
		switch rs[j] {
		case '）':
			depth++
		case '（':
			depth--
			if depth == 0 {
				return j > 0 && noteOf.FindString(string(rs[j:min(j+20, len(rs))])) == ""
			}
		}
	}
	return false
}
