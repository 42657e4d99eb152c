package docx

import (
	"math"

	"shuren/internal/chart"
)

// chartParts are the parts that a chart is made of.
type chartParts struct {
	id            string // of the relation to it
	drawing, book []byte
}

// most columns that stand side by side; more become horizontal bars.
const mostColumns = 16

func (c Chart) write(w *writer) error {
	s := c.Spec
	g := graphOf(s)
	if g == nil {
		t := s.Table()
		out := Table{Caption: c.Caption, Head: [][]Cell{nil}}
		for _, h := range t.Head {
			out.Head[0] = append(out.Head[0], Cell{Text: h})
		}
		for _, row := range t.Rows {
			var cells []Cell
			for _, x := range row {
				cells = append(cells, Cell{Text: x})
			}
			out.Rows = append(out.Rows, cells)
		}
		return out.write(w)
	}
	n := len(w.charts) + 1
	id := "rIdC" + itoa(n)
	w.charts = append(w.charts, &chartParts{id, g.drawing(), g.workbook()})
	height := c.Height
	if height <= 0 {
		height = 80
		if g.lying {
			height = math.Min(210, 20+7*float64(len(s.X)))
		}
	}
	cx, cy := int(float64(w.wide)/mm*emu), int(height*emu)
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stFigure, `"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="`, itoa(cx), `" cy="`, itoa(cy), `"/><wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr id="`, itoa(n), `" name="图表 `, itoa(n), `" descr="`)
	w.b.say(s.Says)
	w.b.put(`" title="`)
	w.b.say(s.Title)
	w.b.put(`"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="`, nsCht, `"><c:chart r:id="`, id, `"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`)
	if c.Caption != "" {
		w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stCaption, `"/><w:keepNext w:val="0"/></w:pPr>`)
		w.run(Punctuate(c.Caption), "", "")
		w.b.put(`</w:p>`)
	}
	return nil
}

// graph is a chart as an office program has it: names along X and columns of
// figures. Its workbook and its drawing are of the same cells.
type graph struct {
	spec  chart.Spec
	x     []string
	cols  []column
	lines bool // not bars
	lying bool // bars from left to right
	close bool // bars that touch: classes of values
}

// column is a column of figures in the workbook.
type column struct {
	name      string
	values    []float64
	series    *chart.Series
	drawn     bool // as a series of its own
	target    bool // a line at the standard
	low, high int  // columns of its interval, 0 for none
}

// graphOf is nil for kinds that an office program has no chart for.
func graphOf(s chart.Spec) *graph {
	g := &graph{spec: s, x: append([]string{}, s.X...)}
	switch s.Kind {
	case chart.Bars:
		g.lying = len(s.X) > mostColumns
	case chart.Histogram:
		g.close = true
	case chart.Line, chart.Spark, chart.Caterpillar:
		g.lines = true
	case chart.Bullet, chart.Interval, chart.Tiles, chart.Gantt:
		return nil
	default:
		return nil
	}
	if len(s.X) == 0 || len(s.Series) == 0 {
		return nil
	}
	for i := range s.Series {
		r := &s.Series[i]
		g.cols = append(g.cols, column{name: r.Name, values: r.Values, series: r, drawn: true})
	}
	if len(s.Series) == 1 && !g.lines {
		for i, t := range s.Series[0].Tones {
			if i < len(g.x) && t.Shape() != "" {
				g.x[i] = t.Shape() + " " + g.x[i] // what the colour says, without colour
			}
		}
	}
	if t := s.Target; t != nil && !g.close {
		flat := make([]float64, len(s.X))
		for i := range flat {
			flat[i] = t.Value
		}
		g.cols = append(g.cols, column{name: t.Name, values: flat, target: true, drawn: !g.lying})
	}
	for i := range s.Series {
		r := &s.Series[i]
		if r.Low == nil || r.High == nil {
			continue
		}
		// What an office program takes is how far the ends are from the figure.
		down, up := make([]float64, len(s.X)), make([]float64, len(s.X))
		for k := range down {
			v, lo, hi := at(r.Values, k), at(r.Low, k), at(r.High, k)
			down[k], up[k] = v-lo, hi-v
		}
		n := len(g.cols)
		g.cols[i].low, g.cols[i].high = n, n+1
		g.cols = append(g.cols, column{name: r.Name + " −", values: down}, column{name: r.Name + " +", values: up})
	}
	return g
}

func at(v []float64, i int) float64 {
	if i < len(v) {
		return v[i]
	}
	return math.NaN()
}

func known(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
