package ident

import "strings"

// MaskName hides a name but for its first character: 张**. A name of one character
// is hidden whole. Where several people of a page are alike then, their class
// tells them apart.
func MaskName(name string) string {
	r := []rune(strings.TrimSpace(name))
	switch len(r) {
	case 0:
		return ""
	case 1:
		return "*"
	}
	return string(r[0]) + strings.Repeat("*", min(len(r)-1, 3))
}

// MaskNumber hides a number but for its last two characters. The day of birth in
// it would tell who a child of a small school is.
func MaskNumber(number string) string {
	if len(number) < 6 {
		return strings.Repeat("*", len(number))
	}
	return strings.Repeat("*", len(number)-2) + number[len(number)-2:]
}
