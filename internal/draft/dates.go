// Time limits as the text gives them, and the day that they mean where the text
// says enough.

package draft

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var (
	limit = regexp.MustCompile(`长期坚持` +
		`|到\d{4}年(?:底|末|\d{1,2}月(?:底|末)?)?(?:前|之前|以前)?` +
		`|(?:\d{4}年|今年|明年|当年)?\d{1,2}月(?:\d{1,2}日|底|末|上旬|中旬|下旬)?(?:前|之前|以前|底前|末前|内)` +
		`|(?:\d{4}年)?\d{1,2}月(?:底|末)` +
		`|(?:\d{4}年|今年|明年|当年|本年|年)(?:年)?(?:底|末|内)(?:前|之前|以前)?` +
		`|(?:\d{4}年|今年|明年)?(?:春季|秋季)?(?:学期|开学)(?:开学)?(?:前|之前|结束前|末)` +
		`|(?:开学|节后|会后|印发后|收到通知后)?(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})(?:个)?(?:工作日|月|周|天|日|年)(?:之|以)?内` +
		`|每月\d{1,2}日前`)
	dated = regexp.MustCompile(`^(?:到)?(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?(年?底|末)?(?:前|之前|以前|底前|末前|内)?$`)
	own   = regexp.MustCompile(`(\d{4})年(\d{1,2})月(\d{1,2})日`)
)

// limits finds the time limits in a sentence.
func limits(s string, year int) []Found {
	var out []Found
	for _, m := range limit.FindAllStringIndex(s, -1) {
		text := s[m[0]:m[1]]
		// 到2025年 is a limit; a bare year inside 到2025年秋季 is not cut there.
		f := Found{Text: text, Span: spanOf(s, m), Standing: text == "长期坚持"}
		f.Day = day(text, year)
		out = append(out, f)
	}
	return out
}

// day is the last day of a limit, or nothing: where the year is not given it is
// the notice's own, where that is known.
func day(text string, year int) string {
	m := dated.FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" {
		return ""
	}
	if m[1] != "" {
		year, _ = strconv.Atoi(m[1])
	}
	if year == 0 {
		return ""
	}
	month, d := 12, 0
	if m[2] != "" {
		month, _ = strconv.Atoi(m[2])
	}
	if month < 1 || month > 12 {
		return ""
	}
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	switch {
	case m[3] != "":
		d, _ = strconv.Atoi(m[3])
	case m[2] != "" && m[4] == "" && !strings.Contains(text, "底") && !strings.Contains(text, "末") && strings.HasSuffix(text, "前"):
		// 9月前: the last day before September.
		t := time.Date(year, time.Month(month), 0, 0, 0, 0, 0, time.UTC)
		return t.Format(time.DateOnly)
	default:
		d = last
	}
	if d < 1 || d > last {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, d)
}

// ownDate is the date of the paper itself: a line of its own at the end, or the
// first full date in its first sentences.
func ownDate(text string) string {
	lines := strings.Split(text, "\n")
	for i := len(lines) - 1; i >= 0 && i >= len(lines)-6; i-- {
		if m := own.FindStringSubmatch(lines[i]); m != nil && m[0] == strings.TrimSpace(lines[i]) {
			return iso(m)
		}
	}
	for _, l := range lines[:min(4, len(lines))] {
		if m := own.FindStringSubmatchIndex(l); m != nil && utf8.RuneCountInString(l[:m[0]]) <= 20 && !strings.HasPrefix(l[m[1]:], "前") {
			return iso(own.FindStringSubmatch(l))
		}
	}
	return ""
}

func iso(m []string) string {
	y, _ := strconv.Atoi(m[1])
	mo, _ := strconv.Atoi(m[2])
	d, _ := strconv.Atoi(m[3])
	t := time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d || int(t.Month()) != mo {
		return ""
	}
	return t.Format(time.DateOnly)
}

// spanOf turns bytes of s into characters.
func spanOf(s string, m []int) Span {
	from := utf8.RuneCountInString(s[:m[0]])
	return Span{from, from + utf8.RuneCountInString(s[m[0]:m[1]])}
}
