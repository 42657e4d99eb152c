package ident

import (
	"strings"
	"time"

	"shuren/internal/edu"
)

// Citizen is an identity number that was read and checked.
type Citizen struct {
	Number string   // 18 characters, X capital
	Region string   // the county where it was issued, six digits of GB/T 2260
	Born   edu.Date // 1 January 1970 is the zero date, as everywhere
	Sex    Sex
}

// weights are those of GB 11643-1999: position i weighs 2^(17-i) mod 11.
var weights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

const checks = "10X98765432"

// provinces are the first two digits that numbers are issued with; 83 is Taiwan's
// residents, 81 and 82 those of Hong Kong and Macao.
const provinces = " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83 "

// Checksum gives the check character of the first 17 digits; 0 where they are not
// 17 digits.
func Checksum(first string) byte {
	if len(first) != 17 {
		return 0
	}
	sum := 0
	for i := range 17 {
		if first[i] < '0' || first[i] > '9' {
			return 0
		}
		sum += int(first[i]-'0') * weights[i]
	}
	return checks[sum%11]
}

// Clean undoes what typing and spreadsheets do to a number: full-width characters,
// spaces, a leading apostrophe, a small x.
func Clean(s string) string {
	if plain(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			r -= '！' - '!'
		case r == 'х' || r == 'Х': // Cyrillic, from some input methods
			r = 'X'
		}
		switch r {
		case ' ', '　', '\t', '\'', '-', '\u00a0', '\u200b', '\ufeff':
			return -1
		}
		if r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		}
		return r
	}, s)
}

// plain tells that there is nothing to clean: lists of a million have few others.
func plain(s string) bool {
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z') {
			return false
		}
	}
	return true
}

// ParseCitizen reads an identity number. It is checked whether its birth day has
// come by the given day; a zero day checks no such thing.
func ParseCitizen(s string, today edu.Date) (Citizen, Why) {
	n := Clean(s)
	switch {
	case n == "":
		return Citizen{}, Empty
	case len(n) == 15 && digits(n):
		return Citizen{}, Old
	case len(n) != 18:
		return Citizen{}, Length
	case !digits(n[:17]) || n[17] != 'X' && (n[17] < '0' || n[17] > '9'):
		return Citizen{}, Letters
	}
	if !strings.Contains(provinces, " "+n[:2]+" ") {
		return Citizen{}, Region
	}
	c := Citizen{Number: n, Region: n[:6], Sex: Female}
	born, ok := day(n[6:14])
	if !ok || today != 0 && born > today {
		return Citizen{}, Birth
	}
	if c.Born = born; (n[16]-'0')%2 == 1 {
		c.Sex = Male
	}
	if Checksum(n[:17]) != n[17] {
		return Citizen{}, BadCheck
	}
	return c, ""
}

// day reads YYYYMMDD, of 1900 to 2199.
func day(s string) (edu.Date, bool) {
	if len(s) != 8 || !digits(s) {
		return 0, false
	}
	n := func(s string) (n int) {
		for i := range len(s) {
			n = 10*n + int(s[i]-'0')
		}
		return n
	}
	y, m, d := n(s[:4]), time.Month(n(s[4:6])), n(s[6:])
	t := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if y < 1900 || y > 2199 || t.Month() != m || t.Day() != d || m == 0 {
		return 0, false
	}
	return edu.Date(t.Unix() / 86400), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
