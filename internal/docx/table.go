package docx

import "strings"

func (t Table) write(w *writer) error {
	if t.Caption != "" {
		w.plain(stCaption, "", t.Caption)
	}
	all := append(append([][]Cell{}, t.Head...), t.Rows...)
	cols := columns(all)
	if cols == 0 {
		return nil
	}
	widths := t.widths(all, cols, w.wide)
	w.b.put(`<w:tbl><w:tblPr><w:tblStyle w:val="`, stTable, `"/><w:tblW w:w="`, itoa(w.wide), `" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>`)
	if t.Caption != "" {
		w.b.put(`<w:tblCaption w:val="`)
		w.b.say(t.Caption)
		w.b.put(`"/>`)
	}
	w.b.put(`</w:tblPr><w:tblGrid>`)
	for _, n := range widths {
		w.b.put(`<w:gridCol w:w="`, itoa(n), `"/>`)
	}
	w.b.put(`</w:tblGrid>`)
	open := make([]hole, cols)
	for i, row := range all {
		if err := t.row(w, row, i < len(t.Head), widths, open, len(all)-i); err != nil {
			return err
		}
	}
	w.b.put(`</w:tbl>`)
	if t.Note != "" {
		w.plain(stNote, "", t.Note)
		return nil
	}
	// Two tables without a paragraph between them would become one.
	w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stFlush, `"/><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>`)
	return nil
}

// hole is a place that a cell of a row above takes.
type hole struct{ rows, span int }

// columns is how many there are, with the places that cells above take.
func columns(rows [][]Cell) (most int) {
	var open []int // by column, rows that are still taken
	for _, row := range rows {
		at := 0
		next := append([]int{}, open...)
		for i := range next {
			next[i] = max(0, next[i]-1)
		}
		for _, c := range row {
			for at < len(open) && open[at] > 0 {
				at++
			}
			for range max(1, c.Span) {
				for len(next) <= at {
					next = append(next, 0)
				}
				next[at] = max(1, c.Down) - 1
				at++
			}
		}
		most = max(most, at, len(next))
		open = next
	}
	return most
}

func (t Table) row(w *writer, row []Cell, head bool, widths []int, open []hole, left int) error {
	w.b.put(`<w:tr><w:trPr><w:cantSplit/>`)
	if t.Tall > 0 {
		w.b.put(`<w:trHeight w:val="`, itoa(twips(t.Tall)), `" w:hRule="atLeast"/>`)
	}
	if head {
		w.b.put(`<w:tblHeader/>`)
	}
	w.b.put(`</w:trPr>`)
	for at := 0; at < len(widths); {
		if h := open[at]; h.rows > 0 {
			w.cellHead(widths[at:at+h.span], `<w:vMerge/>`)
			w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, stCell, `"/></w:pPr></w:p></w:tc>`)
			open[at].rows--
			at += h.span
			continue
		}
		c := Cell{}
		if len(row) > 0 {
			c, row = row[0], row[1:]
		}
		span := 1
		for span < c.Span && at+span < len(widths) && open[at+span].rows == 0 {
			span++
		}
		merge := ""
		if down := min(c.Down, left); down > 1 {
			merge = `<w:vMerge w:val="restart"/>`
			open[at] = hole{down - 1, span}
		}
		w.cellHead(widths[at:at+span], merge)
		if err := t.cell(w, c, head || c.Head); err != nil {
			return err
		}
		at += span
	}
	w.b.put(`</w:tr>`)
	return nil
}

func (w *writer) cellHead(widths []int, merge string) {
	sum := 0
	for _, n := range widths {
		sum += n
	}
	w.b.put(`<w:tc><w:tcPr><w:tcW w:w="`, itoa(sum), `" w:type="dxa"/>`)
	if len(widths) > 1 {
		w.b.put(`<w:gridSpan w:val="`, itoa(len(widths)), `"/>`)
	}
	w.b.put(merge, `<w:vAlign w:val="center"/></w:tcPr>`)
}

// cell is a paragraph a line of its text.
func (t Table) cell(w *writer, c Cell, head bool) error {
	style := stCell
	if head {
		style = stHeadCell
	}
	more := ""
	switch c.Align {
	case Left:
		more = `<w:jc w:val="left"/>`
	case Number:
		more = `<w:jc w:val="right"/>`
	case Middle:
	}
	rpr := ""
	if t.Size > 0 && t.Size != 12 {
		rpr = sized(int(t.Size*2 + 0.5))
	}
	for _, text := range strings.Split(c.Text, "\n") {
		w.b.put(`<w:p><w:pPr><w:pStyle w:val="`, style, `"/>`, more, `</w:pPr>`)
		if text != "" {
			if err := w.runs([]Run{{Text: text, Href: c.Href}}, rpr); err != nil {
				return err
			}
		}
		w.b.put(`</w:p>`)
	}
	w.b.put(`</w:tc>`)
	return nil
}

// widths shares the width out: as the table says, or by what stands in each column.
// They add up to it.
func (t Table) widths(rows [][]Cell, cols, wide int) []int {
	shares := make([]float64, cols)
	for i, s := range t.Shares[:min(cols, len(t.Shares))] {
		shares[i] = max(0, s)
	}
	if len(t.Shares) == 0 {
		shares = t.natural(rows, cols, wide)
	}
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	if sum <= 0 {
		sum = float64(cols)
		for i := range shares {
			shares[i] = 1
		}
	}
	out := make([]int, cols)
	left := wide
	for i, s := range shares {
		out[i] = int(float64(wide) * s / sum)
		left -= out[i]
	}
	out[cols-1] += left
	return out
}

// Widths of a column in halves of a character, its margins among them.
const (
	longestCell  = 32 // what is longer breaks anyhow
	shortCell    = 20 // what is shorter, as a day, a number or the name of a township, does not break
	narrowColumn = 4
)

// natural are the widths of columns in halves of a character: as wide as what stands
// in them. Where that is too wide for the paper, short cells still stay on one line,
// and columns of long ones and heads break.
func (t Table) natural(rows [][]Cell, cols, wide int) []float64 {
	want, least := make([]float64, cols), make([]float64, cols)
	for i := range want {
		want[i], least[i] = narrowColumn, narrowColumn
	}
	for k, row := range rows {
		at := 0
		for _, c := range row {
			if c.Span <= 1 && c.Down <= 1 && at < cols {
				for _, l := range strings.Split(c.Text, "\n") {
					n := float64(halves(l)) + 2
					want[at] = max(want[at], min(longestCell, n))
					if k < len(t.Head) {
						n = n/2 + 1 // a head may stand on two lines
					}
					least[at] = max(least[at], min(shortCell, n))
				}
			}
			at += max(1, c.Span)
		}
	}
	size := t.Size
	if size <= 0 {
		size = 12
	}
	room := float64(wide) / (size * 10) // a half of a letter of 12 pt is 120 twips wide
	all, must := 0.0, 0.0
	for i := range want {
		all, must = all+want[i], must+least[i]
	}
	if all <= room || must >= room {
		return want
	}
	for i := range want {
		want[i] = least[i] + (want[i]-least[i])*(room-must)/(all-must)
	}
	return want
}
