package chart

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// SVG draws the chart. Every text is escaped, so the result is safe to put into
// a page as it is.
func (s Spec) SVG() string {
	w := &pen{}
	switch s.Kind {
	case Spark:
		s.spark(w)
	case Line:
		s.line(w)
	case Bars:
		s.bars(w)
	case Bullet:
		s.bullet(w)
	case Histogram:
		s.histogram(w)
	case Interval:
		s.interval(w)
	case Caterpillar:
		s.caterpillar(w)
	case Tiles:
		s.tiles(w)
	case Moves:
		s.moves(w)
	case Routes:
		s.routes(w)
	case Gantt:
		s.gantt(w)
	}
	return w.String()
}

// pen writes SVG.
type pen struct{ strings.Builder }

// open begins a picture; tiles and spans hold links and are a group, not one image.
func (w *pen) open(kind Kind, width, height int, says string) {
	role := "img"
	if kind == Tiles || kind == Gantt || kind == Moves || kind == Routes {
		role = "group"
	}
	fmt.Fprintf(w, `<svg class="ch ch-%s" viewBox="0 0 %d %d" width="%d" height="%d"`, kind, width, height, width, height)
	if kind == Bullet {
		w.WriteString(` preserveAspectRatio="none"`) // a bar may be as long as its place
	}
	fmt.Fprintf(w, ` role="%s" aria-label="%s">`, role, html.EscapeString(says))
}

func (w *pen) close() { w.WriteString("</svg>") }

func (w *pen) rect(class string, x, y, width, height float64, tip string) {
	fmt.Fprintf(w, `<rect class="%s" x="%s" y="%s" width="%s" height="%s"`, class, f(x), f(y), f(math.Max(0, width)), f(height))
	if tip == "" {
		w.WriteString("/>")
		return
	}
	fmt.Fprintf(w, `><title>%s</title></rect>`, html.EscapeString(tip))
}

func (w *pen) text(class string, x, y float64, anchor, text string) {
	fmt.Fprintf(w, `<text class="%s" x="%s" y="%s"`, class, f(x), f(y))
	if anchor != "start" {
		fmt.Fprintf(w, ` text-anchor="%s"`, anchor)
	}
	fmt.Fprintf(w, `>%s</text>`, html.EscapeString(text))
}

func (w *pen) rule(class string, x1, y1, x2, y2 float64) {
	fmt.Fprintf(w, `<path class="%s" d="M%s %sL%s %s"/>`, class, f(x1), f(y1), f(x2), f(y2))
}

// cut marks a break between two figures.
func (w *pen) cut(x, top, bottom float64, tip string) {
	fmt.Fprintf(w, `<path class="cut" d="M%s %sL%s %s"><title>%s</title></path>`, f(x), f(top), f(x), f(bottom), html.EscapeString(tip))
}

// path draws a line through the figures; a missing one lifts the pen, and so
// does a cut, which may be nil.
func (w *pen) path(class string, values []float64, cut func(i int) bool, x, y func(float64) float64) {
	var d strings.Builder
	down := false
	for i, v := range values {
		if math.IsNaN(v) {
			down = false
			continue
		}
		op := "M"
		if down && (cut == nil || !cut(i)) {
			op = "L"
		}
		down = true
		d.WriteString(op + f(x(float64(i))) + " " + f(y(v)))
	}
	if d.Len() > 0 {
		fmt.Fprintf(w, `<path class="%s" d="%s"/>`, class, d.String())
	}
}

func (w *pen) dot(class string, x, y, r float64, tip string) {
	fmt.Fprintf(w, `<circle class="%s" cx="%s" cy="%s" r="%s"`, class, f(x), f(y), f(r))
	if tip == "" {
		w.WriteString("/>")
		return
	}
	fmt.Fprintf(w, `><title>%s</title></circle>`, html.EscapeString(tip))
}

// f writes a coordinate to a tenth of a pixel.
func f(v float64) string {
	s := strconv.FormatFloat(v, 'f', 1, 64)
	s = strings.TrimSuffix(s, ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// nice is a round step that divides the span into about n parts.
func nice(span float64, n int) float64 {
	if span <= 0 || math.IsNaN(span) || math.IsInf(span, 0) {
		return 1
	}
	raw := span / float64(n)
	mag := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5} {
		if m*mag >= raw*0.999 {
			return m * mag
		}
	}
	return 10 * mag
}

// decimalsOf is how many digits a step needs behind the point.
func decimalsOf(step float64) int {
	for d := range 6 {
		p := math.Pow(10, float64(d))
		if math.Abs(math.Round(step*p)-step*p) < 1e-6*p*step {
			return d
		}
	}
	return 6
}

// textWidth guesses the width of a text at 12 px: a Chinese character is as
// wide as it is high, and so are the dashes and marks that fonts of Chinese draw so;
// a Latin letter is about half.
func textWidth(s string) float64 {
	var w float64
	for _, r := range s {
		if r >= 0x2E80 || r >= 0x2013 && r <= 0x2026 {
			w += 12
		} else {
			w += 6.6
		}
	}
	return w
}

func (w *pen) link(href string) {
	if href != "" {
		fmt.Fprintf(w, `<a href="%s">`, html.EscapeString(href))
	}
}

func (w *pen) unlink(href, tip string) {
	if href == "" {
		return
	}
	if tip != "" {
		fmt.Fprintf(w, `<title>%s</title>`, html.EscapeString(tip))
	}
	w.WriteString("</a>")
}
