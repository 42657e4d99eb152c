package chart

import (
	"math"
	"strconv"
)

func (s Spec) size(width, height int) (float64, float64, int, int) {
	if s.Width > 0 {
		width = s.Width
	}
	if s.Height > 0 {
		height = s.Height
	}
	return float64(width), float64(height), width, height
}

// spark is a bare line with a dot on the newest figure. Its scale is its own
// range: it shows direction, the figure beside it shows size.
func (s Spec) spark(w *pen) {
	W, H, wi, hi := s.size(84, 26)
	w.open(s.Kind, wi, hi, s.Says)
	defer w.close()
	if len(s.Series) == 0 {
		return
	}
	lo, top, ok := Spec{Series: s.Series}.span()
	if !ok {
		return
	}
	if pad := (top - lo) * 0.1; pad > 0 {
		lo, top = lo-pad, top+pad
	} else {
		lo, top = lo-1, top+1
	}
	v := s.Series[0].Values
	n := float64(max(1, len(v)-1))
	x := func(i float64) float64 { return 3 + i/n*(W-6) }
	y := func(v float64) float64 { return H - 3 - (v-lo)/(top-lo)*(H-6) }
	w.path("ln s0", v, s.Series[0].cut, x, y)
	for i := len(v) - 1; i >= 0; i-- {
		if !math.IsNaN(v[i]) {
			w.dot("pt s0", x(float64(i)), y(v[i]), 2.2, "")
			break
		}
	}
}

// bullet is one bar from zero against the standard. The standard stands at two
// thirds, so that bars of several rows can be compared; what is more is cut
// with an arrow.
func (s Spec) bullet(w *pen) {
	W, H, wi, hi := s.size(180, 16)
	w.open(s.Kind, wi, hi, s.Says)
	defer w.close()
	w.rect("trk", 0, 3, W, H-6, "")
	if len(s.Series) == 0 || len(s.Series[0].Values) == 0 {
		return
	}
	v := s.Series[0].Values[0]
	full := s.Full
	switch {
	case full > 0:
	case s.Target != nil && s.Target.Value > 0:
		full = 1.5 * s.Target.Value
	default:
		full = v
	}
	if !math.IsNaN(v) && full > 0 {
		part := math.Min(1, math.Max(0, v/full))
		w.rect("b b-"+string(s.Series[0].tone(0)), 0, 3, part*W, H-6, "")
		if v > full {
			w.WriteString(`<path class="more" d="M` + f(W-9) + ` 5l4 3-4 3M` + f(W-14) + ` 5l4 3-4 3"/>`)
		}
	}
	if s.Target != nil {
		at := W - 1
		if full > 0 {
			at = math.Min(at, s.Target.Value/full*W)
		}
		w.rect("tick", at-1, 0, 2, H, "")
	}
}

// bars are horizontal bars with their names on the left and figures on the
// right; the standard is a black line through all of them.
func (s Spec) bars(w *pen) {
	const row = 26
	W, _, wi, _ := s.size(560, 0)
	height := len(s.X)*row + 24
	w.open(s.Kind, wi, height, s.Says)
	defer w.close()
	if len(s.Series) == 0 {
		return
	}
	left, right := 24.0, 0.0
	for i, x := range s.X {
		left = math.Max(left, textWidth(x)+12)
		right = math.Max(right, textWidth(Number(s.Series[0].at(i), s.Decimals))+10)
	}
	left = math.Min(left, W*0.4)
	_, top, ok := s.span()
	if !ok || top <= 0 {
		top = 1
	}
	x := func(v float64) float64 { return left + v/top*(W-left-right) }
	for i, name := range s.X {
		y := float64(i*row) + 4
		v := s.Series[0].at(i)
		w.text("lb", left-8, y+13, "end", name)
		w.rect("trk", left, y+2, W-left-right, 14, "")
		shown := Number(v, s.Decimals)
		if !math.IsNaN(v) {
			w.rect("b b-"+string(s.Series[0].tone(i)), left, y+2, x(v)-left, 14, name+" "+shown+" "+s.unit(s.Series[0].at(i)))
		}
		w.text("fg", W, y+13, "end", shown)
	}
	if s.Target != nil {
		at := x(s.Target.Value)
		bottom := float64(len(s.X)*row) + 2
		w.rect("tick", at-1, 2, 2, bottom-2, "")
		anchor := "middle"
		if at > W-right-60 {
			anchor = "end"
		}
		w.text("lb", at, bottom+16, anchor, s.Target.label())
	}
}

// line draws series over time. The axis starts at zero only where the figures
// come near it: a line shows change, a bar shows size.
func (s Spec) line(w *pen) {
	W, H, wi, hi := s.size(560, 230)
	w.open(s.Kind, wi, hi, s.Says)
	defer w.close()
	lo, top, ok := s.span()
	if !ok || len(s.X) == 0 {
		return
	}
	if lo > 0 && lo < 0.4*top {
		lo = 0
	}
	step := nice(math.Max(top-lo, math.Abs(top)*0.02), 4)
	lo, top = math.Floor(lo/step)*step, math.Ceil(top/step)*step
	if lo == top {
		top += step
	}
	legend := 0.0
	if len(s.Series) > 1 {
		legend = 22
	}
	dec := decimalsOf(step)
	left := math.Max(textWidth(Number(top, dec)), textWidth(Number(lo, dec))) + 8
	base := H - 22
	n := float64(max(1, len(s.X)-1))
	x := func(i float64) float64 { return left + 8 + i/n*(W-left-24) }
	y := func(v float64) float64 { return base - (v-lo)/(top-lo)*(base-14-legend) }
	for v := lo; v <= top+step/2; v += step {
		w.rule("grid", left, y(v), W, y(v))
		w.text("ax", left-6, y(v)+4, "end", Number(v, dec))
	}
	every := 1
	for float64(every)*(W-left)/(n+1) < 44 {
		every++
	}
	for i := range s.X {
		if (len(s.X)-1-i)%every == 0 {
			w.text("ax", x(float64(i)), H-5, "middle", s.X[i])
		}
	}
	if s.Target != nil {
		w.rule("std", left, y(s.Target.Value), W, y(s.Target.Value))
		w.text("lb", W-2, y(s.Target.Value)-5, "end", s.Target.label())
	}
	at := left
	for k, r := range s.Series {
		c := " s" + strconv.Itoa(k%5)
		class := "ln" + c
		if r.Dashed {
			class += " dash"
		}
		w.path(class, r.Values, r.cut, x, y)
		for _, c := range r.Cuts {
			at := x(float64(c.At) - 0.5)
			w.cut(at, 14+legend, base, c.Says)
		}
		for i, v := range r.Values {
			if !math.IsNaN(v) && i < len(s.X) {
				w.dot("pt"+c, x(float64(i)), y(v), 3, s.X[i]+" "+r.Name+" "+Number(v, s.Decimals)+" "+s.unit(v))
			}
		}
		if legend > 0 {
			w.rule("ln"+c, at, 8, at+16, 8)
			w.text("lb", at+21, 12, "start", r.Name)
			at += textWidth(r.Name) + 38
		}
	}
}

// histogram has one upright bar a class of values, from zero.
func (s Spec) histogram(w *pen) {
	W, H, wi, hi := s.size(560, 220)
	w.open(s.Kind, wi, hi, s.Says)
	defer w.close()
	_, top, ok := s.span()
	if !ok || len(s.X) == 0 || len(s.Series) == 0 {
		return
	}
	step := math.Max(1, nice(top, 4))
	top = math.Max(step, math.Ceil(top/step)*step)
	left := textWidth(Number(top, 0)) + 8
	base := H - 22
	each := (W - left - 4) / float64(len(s.X))
	y := func(v float64) float64 { return base - v/top*(base-22) }
	for v := 0.0; v <= top+step/2; v += step {
		w.rule("grid", left, y(v), W, y(v))
		w.text("ax", left-6, y(v)+4, "end", Number(v, 0))
	}
	every := 1
	widest := 0.0
	for _, x := range s.X {
		widest = math.Max(widest, textWidth(x))
	}
	for float64(every)*each < widest+8 {
		every++
	}
	r := s.Series[0]
	for i, name := range s.X {
		at := left + float64(i)*each
		if v := r.at(i); !math.IsNaN(v) && v > 0 {
			w.rect("b b-"+string(r.tone(i)), at+1, y(v), each-2, base-y(v), name+" "+s.Unit+": "+Number(v, 0))
		}
		if i%every == 0 {
			w.text("ax", at+each/2, H-5, "middle", name)
		}
	}
	if s.Target != nil {
		at := left + s.Target.At*each
		w.rect("tick", at-1, 16, 2, base-16, "")
		anchor := "start"
		if at > W*0.7 {
			anchor = "end"
		}
		w.text("lb", at, 12, anchor, s.Target.label())
	}
}

// tiles are equal rectangles in rough place, each a link.
func (s Spec) tiles(w *pen) {
	const tw, th = 108, 72
	cols, rows := 1, 1
	for _, c := range s.Cells {
		cols, rows = max(cols, c.X+1), max(rows, c.Y+1)
	}
	w.open(s.Kind, cols*tw, rows*th, s.Says)
	defer w.close()
	for _, c := range s.Cells {
		x, y := float64(c.X*tw), float64(c.Y*th)
		w.link(c.Href)
		w.WriteString(`<rect class="tile t-` + string(c.Tone) + `" x="` + f(x+2) + `" y="` + f(y+2) + `" width="` + f(tw-4) + `" height="` + f(th-4) + `" rx="5"/>`)
		class := "tx t-" + string(c.Tone)
		lines := fold(c.Tone.Shape()+" "+c.Label, tw-14)
		top := y + 30
		if len(lines) > 1 {
			class, top = class+" two", y+21
		}
		for i, l := range lines {
			w.text(class, x+tw/2, top+float64(i*15), "middle", l)
		}
		w.text("tx big t-"+string(c.Tone), x+tw/2, y+54+float64(4*(len(lines)-1)), "middle", c.Value)
		w.unlink(c.Href, c.Says)
	}
}

// fold breaks a name that is too wide at 14 px into two lines of about the same
// width, at a space where there is one.
func fold(s string, width float64) []string {
	if textWidth(s)*14/12 <= width {
		return []string{s}
	}
	runes := []rune(s)
	at := (len(runes) + 1) / 2
	for d := range len(runes) / 2 {
		for _, i := range []int{at - d, at + d} {
			if i > 2 && i < len(runes) && runes[i] == ' ' {
				return []string{string(runes[:i]), string(runes[i+1:])}
			}
		}
	}
	return []string{string(runes[:at]), string(runes[at:])}
}
