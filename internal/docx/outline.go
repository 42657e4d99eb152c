package docx

import "strconv"

// Outline numbers the headings of a document: 一、（一）1.（1）. A heading of a
// level begins the levels below it anew.
type Outline struct{ n [4]int }

// Next is a heading with the next number of its level, 1 to 4.
func (o *Outline) Next(level int, text string) Heading {
	level = min(max(level, 1), 4)
	o.n[level-1]++
	clear(o.n[level:])
	return Heading{Level: level, Text: numberOf(level, o.n[level-1]) + text}
}

func numberOf(level, n int) string {
	switch level {
	case 1:
		return Numeral(n) + "、"
	case 2:
		return "（" + Numeral(n) + "）"
	case 3:
		return strconv.Itoa(n) + "."
	}
	return "（" + strconv.Itoa(n) + "）"
}

// Numeral is a number from 1 to 99 as it is counted in Chinese; others stay in
// digits.
func Numeral(n int) string {
	const digits = "一二三四五六七八九"
	digit := func(d int) string { return string([]rune(digits)[d-1]) }
	switch {
	case n < 1 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return digit(n)
	}
	out := "十"
	if n >= 20 {
		out = digit(n/10) + out
	}
	if n%10 > 0 {
		out += digit(n % 10)
	}
	return out
}
