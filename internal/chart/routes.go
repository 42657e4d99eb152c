package chart

import (
	"html"
	"math"
	"strings"
)

// Spot is something that stands somewhere: Big ones have a name beside them.
type Spot struct {
	X, Y  float64 // to the right and upwards, in one measure
	Big   bool
	Label string
	Says  string // tooltip
	Tone  Tone
	Href  string
}

const (
	routeW, routeH, routeEdge = 760, 420, 24
)

// routes draws who goes where: small spots, big ones with their names, and straight
// lines between them, the wider the more go. Small spots and lines are one path each
// kind, so that hundreds of them stay a small page.
func (s Spec) routes(w *pen) {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range s.Spots {
		lo, hi = [2]float64{math.Min(lo[0], p.X), math.Min(lo[1], p.Y)}, [2]float64{math.Max(hi[0], p.X), math.Max(hi[1], p.Y)}
	}
	w.open(Routes, routeW, routeH, s.Says)
	defer w.close()
	if len(s.Spots) == 0 {
		return
	}
	scale := math.Min((routeW-2*routeEdge-90)/math.Max(hi[0]-lo[0], 1e-9), (routeH-2*routeEdge)/math.Max(hi[1]-lo[1], 1e-9))
	at := func(p Spot) (x, y float64) {
		return routeEdge + (p.X-lo[0])*scale, routeH - routeEdge - (p.Y-lo[1])*scale
	}
	most := 1.0
	for _, l := range s.Flows {
		most = math.Max(most, l.Value)
	}
	lines := map[string]*strings.Builder{}
	for _, l := range s.Flows {
		if l.From < 0 || l.To < 0 || l.From >= len(s.Spots) || l.To >= len(s.Spots) {
			continue
		}
		class := "way t-" + string(l.Tone) + " w" + string('1'+rune(math.Min(2, 3*l.Value/most)))
		if lines[class] == nil {
			lines[class] = &strings.Builder{}
		}
		ax, ay := at(s.Spots[l.From])
		bx, by := at(s.Spots[l.To])
		lines[class].WriteString("M" + f(ax) + " " + f(ay) + "L" + f(bx) + " " + f(by))
	}
	for _, tone := range []Tone{Plain, Open, Near, Bad, Good} {
		for _, width := range []string{"1", "2", "3"} {
			class := "way t-" + string(tone) + " w" + width
			if b := lines[class]; b != nil {
				w.WriteString(`<path class="` + class + `" d="` + b.String() + `"/>`)
			}
		}
	}
	w.WriteString(`<path class="spot" d="`)
	for _, p := range s.Spots {
		if !p.Big {
			x, y := at(p)
			w.WriteString("M" + f(x-2.5) + " " + f(y) + "a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0")
		}
	}
	w.WriteString(`"/>`)
	for _, p := range s.Spots {
		if !p.Big {
			continue
		}
		x, y := at(p)
		w.link(p.Href)
		w.WriteString(`<rect class="tile t-` + string(p.Tone) + `" x="` + f(x-6) + `" y="` + f(y-6) + `" width="12" height="12" rx="2"><title>` + html.EscapeString(p.Says) + `</title></rect>`)
		w.text("rn", x+9, y+4, "start", p.Label)
		w.unlink(p.Href, p.Says)
	}
}

// routeTable is who goes where, a row each.
func (s Spec) routeTable() Table {
	t := Table{Caption: s.Title, Head: append([]string{s.XName}, s.Heads...)}
	for _, l := range s.Flows {
		if l.From < 0 || l.To < 0 || l.From >= len(s.Spots) || l.To >= len(s.Spots) {
			continue
		}
		t.Rows = append(t.Rows, []string{s.Spots[l.From].Label, s.Spots[l.To].Label, l.Says})
	}
	return t
}
