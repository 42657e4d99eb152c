package chart

import "math"

// ends are those of the interval around a value; NaN where there is none.
func (r Series) ends(i int) (lo, hi float64) {
	lo, hi = math.NaN(), math.NaN()
	if i < len(r.Low) && i < len(r.High) {
		lo, hi = r.Low[i], r.High[i]
	}
	return lo, hi
}

// interval is an estimate with its interval on a scale from -Full to Full, so
// that rows of a table can be compared; what lies outside is cut with an arrow.
func (s Spec) interval(w *pen) {
	W, H, wi, hi := s.size(150, 16)
	w.open(s.Kind, wi, hi, s.Says)
	defer w.close()
	w.rect("tick", W/2-0.5, 0, 1, H, "")
	if len(s.Series) == 0 {
		return
	}
	r := s.Series[0]
	v := r.at(0)
	if math.IsNaN(v) {
		return
	}
	full := s.Full
	if !(full > 0) {
		full = 1
	}
	x := func(v float64) float64 { return math.Min(W-4, math.Max(4, W/2+v/full*(W/2-4))) }
	tone := "b b-" + string(r.tone(0))
	if lo, hi := r.ends(0); !math.IsNaN(lo) && !math.IsNaN(hi) {
		w.rect(tone, x(lo), H/2-1, x(hi)-x(lo), 2, "")
		if lo < -full {
			w.WriteString(`<path class="more" d="M8 ` + f(H/2-3) + `l-4 3 4 3"/>`)
		}
		if hi > full {
			w.WriteString(`<path class="more" d="M` + f(W-8) + " " + f(H/2-3) + `l4 3-4 3"/>`)
		}
	}
	w.dot(tone, x(v), H/2, 3.5, "")
}

// caterpillar draws estimates with their intervals side by side in the order
// given, around the line of zero.
func (s Spec) caterpillar(w *pen) {
	W, H, wi, hi := s.size(560, 230)
	w.open(s.Kind, wi, hi, s.Says)
	defer w.close()
	lo, top, ok := s.span()
	if !ok || len(s.Series) == 0 || len(s.X) == 0 {
		return
	}
	lo, top = math.Min(lo, 0), math.Max(top, 0)
	step := nice(top-lo, 4)
	lo, top = math.Floor(lo/step)*step, math.Ceil(top/step)*step
	if lo == top {
		top += step
	}
	dec := decimalsOf(step)
	left := math.Max(textWidth(Number(top, dec)), textWidth(Number(lo, dec))) + 8
	base := H - 22
	each := (W - left - 4) / float64(len(s.X))
	y := func(v float64) float64 { return base - (v-lo)/(top-lo)*(base-10) }
	for v := lo; v <= top+step/2; v += step {
		w.rule("grid", left, y(v), W, y(v))
		w.text("ax", left-6, y(v)+4, "end", Number(v, dec))
	}
	w.rule("std", left, y(0), W, y(0))
	r := s.Series[0]
	for i, name := range s.X {
		v := r.at(i)
		if math.IsNaN(v) {
			continue
		}
		at := left + (float64(i)+0.5)*each
		tone := "b b-" + string(r.tone(i))
		tip := name + " " + Number(v, s.Decimals) + " " + s.Unit
		if lo, hi := r.ends(i); !math.IsNaN(lo) && !math.IsNaN(hi) {
			thick := math.Min(2, each*0.5)
			w.rect(tone, at-thick/2, y(hi), thick, math.Max(0, y(lo)-y(hi)), "")
			tip += " (" + Number(lo, s.Decimals) + " … " + Number(hi, s.Decimals) + ")"
		}
		w.dot(tone, at, y(v), math.Max(1.2, math.Min(3.5, each*0.4)), tip)
	}
	for i := 0; i < len(s.X); i++ {
		// The first, the last and the middle are named.
		if i == 0 || i == len(s.X)-1 || i == len(s.X)/2 && len(s.X) > 4 {
			anchor := "middle"
			if i == 0 {
				anchor = "start"
			} else if i == len(s.X)-1 {
				anchor = "end"
			}
			w.text("ax", left+(float64(i)+0.5)*each, H-5, anchor, s.X[i])
		}
	}
}
