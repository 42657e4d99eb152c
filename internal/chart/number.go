package chart

import (
	"math"
	"strconv"
	"strings"
)

const (
	thin  = "\u2009" // thin space, between thousands
	minus = "\u2212"
	// NoNumber stands where there is no figure.
	NoNumber = "—"
)

// Number writes a figure for people: fixed decimals, thin spaces between
// thousands, a true minus. A missing figure is a dash, never a zero.
func Number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return NoNumber
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	var b strings.Builder
	if v < 0 && strings.Trim(s, "0.") != "" {
		b.WriteString(minus)
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(thin)
		}
		b.WriteRune(c)
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}

// Change writes a difference with its sign; no change is a plain zero.
func Change(v float64, decimals int) string {
	s := Number(v, decimals)
	if v > 0 && strings.Trim(s, "0.") != "" {
		return "+" + s
	}
	return s
}

// Percent writes a share (0.482) as 48.2 %, to one decimal.
func Percent(v float64) string {
	s := Number(100*v, 1)
	if s == NoNumber {
		return s
	}
	return s + "%"
}
