package chart

import (
	"html"
	"math"
	"strings"
)

// Span is a row of a Gantt chart: from when to when something is under way, in
// categories of X (2.5 is in the middle of the third).
type Span struct {
	Name     string
	Href     string
	From, To float64 // NaN where nobody has set it
	Open     bool    // it has no end
	Head     bool    // a heading over the rows that follow
	Tone     Tone
	Says     string // tooltip, and the last column of the table
	Begin    string // as the table writes it
	End      string
	Marks    []Mark
}

// Mark is a day within a span that something is to be reached on.
type Mark struct {
	At   float64
	Says string
	Done bool
}

// gantt draws spans under each other, with the categories as columns; a mark is a
// diamond, filled once it is reached, and the tick is today.
func (s Spec) gantt(w *pen) {
	const row, top = 24, 26
	W, _, wi, _ := s.size(1100, 0)
	height := top + len(s.Spans)*row + 4
	w.open(s.Kind, wi, height, s.Says)
	defer w.close()
	if len(s.X) == 0 {
		return
	}
	left := 60.0
	for _, p := range s.Spans {
		left = math.Max(left, textWidth(p.Name)+14)
	}
	left = math.Min(left, W*0.3)
	each := (W - left) / float64(len(s.X))
	x := func(v float64) float64 { return left + math.Min(float64(len(s.X)), math.Max(0, v))*each }
	bottom := float64(height - 2)
	for i, name := range s.X {
		w.rule("grid", x(float64(i)), top-6, x(float64(i)), bottom)
		w.text("ax", x(float64(i))+each/2, top-10, "middle", name)
	}
	for i, p := range s.Spans {
		y := float64(top + i*row)
		class := "lb"
		if p.Head {
			class = "fg"
		}
		w.link(p.Href)
		w.text(class, 0, y+15, "start", fit(p.Name, left-10))
		w.unlink(p.Href, p.Name)
		if p.Head {
			w.rule("grid", 0, y+row-3, W, y+row-3)
			continue
		}
		from, to := p.From, p.To
		if p.Open {
			to = float64(len(s.X))
		}
		tone := p.Tone
		if tone == Plain {
			tone = Open
		}
		if !math.IsNaN(from) && !math.IsNaN(to) {
			w.rect("b b-"+string(tone), x(from), y+5, math.Max(3, x(to)-x(from)), 12, p.Says)
			if p.Open {
				w.WriteString(`<path class="more" d="M` + f(W-9) + " " + f(y+8) + `l4 3-4 3"/>`)
			}
		}
		for _, m := range p.Marks {
			if m.At < 0 || m.At > float64(len(s.X)) || math.IsNaN(m.At) {
				continue
			}
			class := "mk"
			if m.Done {
				class = "mk done"
			}
			w.WriteString(`<path class="` + class + `" d="M` + f(x(m.At)) + " " + f(y+5) + `l6 6-6 6-6-6z"><title>` + html.EscapeString(m.Says) + `</title></path>`)
		}
	}
	if s.Target != nil {
		w.rect("tick", x(s.Target.At)-1, top-6, 2, bottom-top+6, s.Target.Name)
	}
}

// fit cuts a text to a width.
func fit(text string, width float64) string {
	if textWidth(text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 1 && textWidth(string(runes))+8 > width {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…"
}

// spanTable is the table behind a Gantt chart.
func (s Spec) spanTable() Table {
	t := Table{Caption: s.Title, Head: append([]string{s.XName}, s.Heads...)}
	for _, p := range s.Spans {
		var marks []string
		for _, m := range p.Marks {
			marks = append(marks, m.Says)
		}
		t.Rows = append(t.Rows, []string{p.Name, p.Begin, p.End, strings.TrimSpace(p.Tone.Shape() + " " + p.Says), strings.Join(marks, "；")})
	}
	return t
}
