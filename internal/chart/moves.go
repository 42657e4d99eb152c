package chart

import (
	"html"
	"math"
)

// Flow is what goes from one tile to another.
type Flow struct {
	From, To int // cells
	Value    float64
	Says     string // tooltip; of Routes what its table says of it
	Tone     Tone   // of Routes
}

// The tiles of a map of moves, and the lanes between them.
const (
	moveW, moveH, moveGap = 112, 46, 40
)

// moves are equal tiles with arrows between them: the wider, the more goes there.
// What goes from a tile to itself is in the tile's own words.
func (s Spec) moves(w *pen) {
	cols, rows := 1, 1
	for _, c := range s.Cells {
		cols, rows = max(cols, c.X+1), max(rows, c.Y+1)
	}
	at := func(c Cell) (x, y float64) {
		return float64(c.X*(moveW+moveGap) + 4), float64(c.Y*(moveH+moveGap) + 14)
	}
	w.open(Moves, cols*(moveW+moveGap)-moveGap+8, rows*(moveH+moveGap)-moveGap+28, s.Says)
	defer w.close()
	for _, c := range s.Cells {
		x, y := at(c)
		w.link(c.Href)
		w.WriteString(`<rect class="tile t-` + string(c.Tone) + `" x="` + f(x) + `" y="` + f(y) + `" width="` + f(moveW) + `" height="` + f(moveH) + `" rx="5"/>`)
		lines := fold(c.Label, moveW-10)
		w.text("mt t-"+string(c.Tone), x+moveW/2, y+19, "middle", lines[0]+more(lines))
		w.text("mv t-"+string(c.Tone), x+moveW/2, y+36, "middle", c.Value)
		w.unlink(c.Href, c.Says)
	}
	most := 1.0
	for _, x := range s.Flows {
		most = math.Max(most, x.Value)
	}
	for _, x := range s.Flows {
		if x.From == x.To || x.From < 0 || x.To < 0 || x.From >= len(s.Cells) || x.To >= len(s.Cells) {
			continue
		}
		s.arrow(w, x, at, 1.2+2.8*math.Sqrt(x.Value/most))
	}
}

// more tells that a name went on.
func more(lines []string) string {
	if len(lines) > 1 {
		return "…"
	}
	return ""
}

// arrow goes in a bow from the edge of a tile to the edge of another, to its right
// hand, so that both directions can be seen.
func (s Spec) arrow(w *pen, x Flow, at func(Cell) (float64, float64), width float64) {
	ax, ay := at(s.Cells[x.From])
	bx, by := at(s.Cells[x.To])
	ax, ay, bx, by = ax+moveW/2, ay+moveH/2, bx+moveW/2, by+moveH/2
	dx, dy := bx-ax, by-ay
	long := math.Hypot(dx, dy)
	ux, uy := dx/long, dy/long
	// To the edge of the tiles, along the line between their middles.
	edge := func() float64 {
		t := math.Inf(1)
		if ux != 0 {
			t = math.Min(t, moveW/2/math.Abs(ux))
		}
		if uy != 0 {
			t = math.Min(t, moveH/2/math.Abs(uy))
		}
		return t
	}()
	side := 6.0
	ax, ay, bx, by = ax+ux*edge-uy*side, ay+uy*edge+ux*side, bx-ux*(edge+6)-uy*side, by-uy*(edge+6)+ux*side
	bow := 0.12 * math.Hypot(bx-ax, by-ay)
	cx, cy := (ax+bx)/2-uy*bow, (ay+by)/2+ux*bow
	tx, ty := bx-cx, by-cy
	if l := math.Hypot(tx, ty); l > 0 {
		tx, ty = tx/l, ty/l
	} else {
		tx, ty = ux, uy
	}
	h := 3 + width
	w.WriteString(`<g class="flow"><title>` + html.EscapeString(x.Says) + `</title><path d="M` + f(ax) + ` ` + f(ay) + `Q` + f(cx) + ` ` + f(cy) + ` ` + f(bx) + ` ` + f(by) + `" stroke-width="` + f(width) + `"/>`)
	w.WriteString(`<path class="head" d="M` + f(bx+tx*7) + ` ` + f(by+ty*7) + `L` + f(bx-ty*h) + ` ` + f(by+tx*h) + `L` + f(bx+ty*h) + ` ` + f(by-tx*h) + `z"/></g>`)
}

// moveTable is what goes where, a row each.
func (s Spec) moveTable() Table {
	t := Table{Caption: s.Title, Head: append([]string{s.XName}, s.Heads...)}
	name := func(i int) string {
		if i < 0 || i >= len(s.Cells) {
			return NoNumber
		}
		return s.Cells[i].Label
	}
	for _, x := range s.Flows {
		t.Rows = append(t.Rows, []string{name(x.From), name(x.To), Number(x.Value, s.Decimals)})
	}
	return t
}
