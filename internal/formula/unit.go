package formula

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Bases are the base units of measure that exist: teacher, pupil, room, m2,
// yuan. Each is a dimension of its own.
type Bases map[string]bool

// Unit is a unit of measure: a product of powers of base units, with a scale.
// The zero Unit is that of a plain number, like [One].
type Unit struct {
	dims  []dim // sorted by base, no power is 0
	scale float64
	// conv is the product of the powers of ten that were multiplied in as
	// literals. It may be a change of unit: 100 * teachers / pupils counts in
	// teachers per 100 pupils.
	conv float64
	// literal numbers, such as a threshold written as 4.5, take any unit.
	literal bool
}

type dim struct {
	base  string
	power int
}

// One is the unit of a plain number.
var One = Unit{scale: 1, conv: 1}

// Any is the unit of a literal number, which fits every unit.
var Any = Unit{scale: 1, conv: 1, literal: true}

const maxUnitLen = 200

// ParseUnit reads a unit of measure: "teacher/100 pupil", "m2/pupil",
// "10000 yuan", "pupil", "%" or "1". Base units beside each other are
// multiplied; yuan^2 is a power.
func ParseUnit(src string, bases Bases) (Unit, error) {
	bad := func(format string, args ...any) (Unit, error) {
		return Unit{}, fmt.Errorf("unit of measure %q: %s", src, fmt.Sprintf(format, args...))
	}
	if len(src) > maxUnitLen {
		return Unit{}, fmt.Errorf("unit of measure: longer than %d characters", maxUnitLen)
	}
	switch strings.TrimSpace(src) {
	case "%":
		return Unit{scale: 0.01, conv: 1}, nil
	case "":
		return bad("empty; a plain number is written 1")
	}
	u := One
	for i, side := range strings.Split(src, "/") {
		words := strings.Fields(side)
		if len(words) == 0 {
			return bad("something is missing beside the \"/\"")
		}
		v := One
		for j, w := range words {
			if w[0] >= '0' && w[0] <= '9' {
				n, err := strconv.ParseFloat(w, 64)
				switch {
				case err != nil || strings.Trim(w, "0123456789.") != "":
					return bad("%q is not a number", w)
				case j > 0:
					return bad("the number %s must stand before the base units", w)
				case n < 1e-9 || n > 1e12:
					return bad("%s is out of range", w)
				}
				v.scale = n
				continue
			}
			base, power, raised := strings.Cut(w, "^")
			p := 1
			if raised {
				var err error
				if p, err = strconv.Atoi(power); err != nil || p < 2 || p > 9 || power[0] == '+' {
					return bad("%q is not a power from 2 to 9", power)
				}
			}
			if !bases[base] {
				known := make([]string, 0, len(bases))
				for b, ok := range bases {
					if ok {
						known = append(known, b)
					}
				}
				return bad("unknown base unit %q%s", base, DidYouMean(base, known))
			}
			v = v.times(Unit{dims: []dim{{base, p}}, scale: 1, conv: 1})
		}
		if i == 0 {
			u = v
		} else {
			u = u.over(v)
		}
	}
	if u.scale < 1e-9 || u.scale > 1e12 {
		return bad("its scale is out of range")
	}
	return u, nil
}

// String writes the unit as ParseUnit reads it.
func (u Unit) String() string {
	scale := u.orOne().effective()
	var up, down []string
	for _, d := range u.dims {
		p := d.power
		side := &up
		if p < 0 {
			side, p = &down, -p
		}
		w := d.base
		if p > 1 {
			w += "^" + strconv.Itoa(p)
		}
		*side = append(*side, w)
	}
	if len(u.dims) == 0 && same(scale, 0.01) {
		return "%"
	}
	num := func(f float64) string {
		if r := math.Round(f); r != 0 && same(f, r) {
			f = r
		}
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	switch {
	case same(scale, 1):
	case scale < 1 && len(down) > 0:
		down = slices.Insert(down, 0, num(1/scale))
	default:
		up = slices.Insert(up, 0, num(scale))
	}
	if len(up) == 0 {
		up = []string{"1"}
	}
	if len(down) == 0 {
		return strings.Join(up, " ")
	}
	return strings.Join(up, " ") + "/" + strings.Join(down, " ")
}

// IsLiteral reports that the unit is that of a literal number, which fits any.
func (u Unit) IsLiteral() bool { return u.literal }

// effective is the scale in which a number of this unit counts, when the powers
// of ten multiplied in are taken as a change of unit.
func (u Unit) effective() float64 { return u.scale / u.conv }

func (u Unit) orOne() Unit {
	if u.scale == 0 {
		return One
	}
	return u
}

func (u Unit) times(v Unit) Unit {
	return Unit{
		dims: mergeDims(u.dims, v.dims, 1), scale: u.scale * v.scale, conv: u.conv * v.conv,
		literal: u.literal && v.literal,
	}
}

func (u Unit) over(v Unit) Unit {
	return Unit{
		dims: mergeDims(u.dims, v.dims, -1), scale: u.scale / v.scale, conv: u.conv / v.conv,
		literal: u.literal && v.literal,
	}
}

// literally is the unit of a literal number: a power of ten may be a change of
// unit, any other number is only a factor.
func literally(f float64) Unit {
	u := Any
	if e := math.Round(math.Log10(f)); f >= 10 && math.Pow(10, e) == f {
		u.conv = f
	}
	return u
}

func mergeDims(a, b []dim, sign int) []dim {
	out := slices.Clone(a)
	for _, d := range b {
		i, ok := slices.BinarySearchFunc(out, d, func(x, y dim) int { return cmp.Compare(x.base, y.base) })
		if !ok {
			out = slices.Insert(out, i, dim{d.base, sign * d.power})
		} else if out[i].power += sign * d.power; out[i].power == 0 {
			out = slices.Delete(out, i, i+1)
		}
	}
	return out
}

func same(a, b float64) bool { return a == b || math.Abs(a-b) <= 1e-9*math.Abs(b) }

func sameDims(a, b Unit) bool { return slices.Equal(a.dims, b.dims) }

// Fits reports that a formula of unit got gives figures in the declared unit.
// Powers of ten multiplied in are a change of unit: 100 * teachers / pupils
// fits teacher/100 pupil, and no longer teacher/pupil. Where a plain factor of
// a hundred is meant it is written as(100, "1").
func Fits(got, declared Unit) bool {
	got, declared = got.orOne(), declared.orOne()
	return got.literal || sameDims(got, declared) && same(got.effective(), declared.effective())
}

// Misfit says why a formula of unit got does not give figures in the declared
// unit, and what to change; it is empty if it does.
func Misfit(got, declared Unit) string {
	if Fits(got, declared) {
		return ""
	}
	got, declared = got.orOne(), declared.orOne()
	msg := fmt.Sprintf("the formula counts in %s, not in %s", got, declared)
	if !sameDims(got, declared) {
		return msg
	}
	switch f := got.effective() / declared.effective(); {
	case f > 1:
		return msg + fmt.Sprintf("; multiply by %s", strconv.FormatFloat(math.Round(f*1e6)/1e6, 'f', -1, 64))
	case same(got.conv, 1/f):
		return msg + fmt.Sprintf("; leave out the factor %s", strconv.FormatFloat(got.conv, 'f', -1, 64))
	default:
		return msg + fmt.Sprintf("; divide by %s", strconv.FormatFloat(math.Round(1e6/f)/1e6, 'f', -1, 64))
	}
}

// Factor is what a figure of one unit of measure is multiplied by to count in
// another: 10000 from "10000 yuan" to "yuan". ok is false where they measure
// different things.
func Factor(from, to Unit) (factor float64, ok bool) {
	from, to = from.orOne(), to.orOne()
	if !sameDims(from, to) {
		return 0, false
	}
	return from.effective() / to.effective(), true
}

// meet finds the unit in which two figures can be added or compared.
func meet(a, b Unit) (Unit, bool) {
	switch {
	case a.literal && b.literal:
		return Any, true
	case a.literal:
		return b, true
	case b.literal:
		return a, true
	case !sameDims(a, b):
		return Unit{}, false
	}
	if same(a.scale, b.scale) && same(a.conv, b.conv) {
		return a, true
	}
	for _, x := range [...]float64{a.scale, a.effective()} {
		for _, y := range [...]float64{b.scale, b.effective()} {
			if same(x, y) {
				return Unit{dims: a.dims, scale: x, conv: 1}, true
			}
		}
	}
	return Unit{}, false
}
