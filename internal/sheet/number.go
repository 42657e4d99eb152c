// Plain decimal numbers to floats, exactly rounded, with a shifted decimal point.

package sheet

import (
	"math"
	"strconv"
)

// Powers of ten up to 10^22 are exact in a float64, so that one product or
// quotient of such a power and an integer below 2^53 is rounded once: the
// result is the float nearest to the decimal.
var pow10 = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// scale is mant times 10^exp where that is exact, ok otherwise false.
func scale(mant uint64, exp int) (f float64, ok bool) {
	if mant > 1<<53 || exp > 22 || exp < -22 {
		return 0, false
	}
	if exp < 0 {
		return float64(mant) / pow10[-exp], true
	}
	return float64(mant) * pow10[exp], true
}

// Number reads a plain decimal number (an optional sign, digits with at most
// one point, an optional exponent) and moves its decimal point shift places to
// the right. It reads nothing else: no spaces, separators, names or hex.
func Number[T string | []byte](s T, shift int) (f float64, ok bool) {
	var mant uint64
	i, digits, frac := 0, 0, 0
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		mant = mant*10 + uint64(s[i]-'0')
		digits++
	}
	if i < len(s) && s[i] == '.' {
		i++
		for ; i < len(s) && s[i]-'0' <= 9; i++ {
			mant = mant*10 + uint64(s[i]-'0')
			digits++
			frac++
		}
	}
	if digits == 0 {
		return 0, false
	}
	if i == len(s) && digits <= 15 {
		if f, ok := scale(mant, shift-frac); ok {
			if neg {
				f = -f
			}
			return f, true
		}
	}
	if i < len(s) && s[i] != 'e' && s[i] != 'E' {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, false
	}
	return Shift(f, shift)
}

// Shift moves the decimal point of the shortest decimal that reads as f, so
// that the float a spreadsheet keeps for 12.34 becomes exactly 123400. More
// digits than that are the print-out of a float, not what a person typed.
func Shift(f float64, shift int) (float64, bool) {
	if shift == 0 {
		return f, true
	}
	var buf [40]byte
	b := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	e := len(b) - 1
	for b[e] != 'e' {
		e--
	}
	exp, _ := strconv.Atoi(string(b[e+1:]))
	b = append(b[:e+1], strconv.Itoa(exp+shift)...)
	g, err := strconv.ParseFloat(string(b), 64)
	return g, err == nil && !math.IsInf(g, 0)
}
