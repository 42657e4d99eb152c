package gallery

import (
	"math"
	"strconv"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/docx"
)

// Edits are what a person wrote, by field.
type Edits map[string]string

// BlankField stands where a person has not written yet.
const BlankField = "（待填写）"

// Document is the final paper: its figures are plain text. The same draft and the
// same edits give the same file.
func (d *Draft) Document(e Edits) *docx.Document {
	out := &docx.Document{Title: d.Title, To: d.To, Author: d.From, Subject: d.Mark, Made: d.Day.Time()}
	if d.Agency != "" {
		out.Head = &docx.Head{Agency: d.Agency}
	}
	if d.Copies+d.Office != "" {
		out.Footer = docx.Colophon{Copies: d.Copies, Office: d.Office, Day: docx.BlankDay}
	}
	if d.Mark != "" {
		out.Body = append(out.Body, docx.Para{Set: docx.Note, Runs: []docx.Run{{Text: d.Mark}}})
	}
	w := wording{d: d, e: e}
	into := &out.Body
	for i := range d.Blocks {
		b := &d.Blocks[i]
		if b.Kind == Attach {
			if len(w.attached) == 0 {
				// Where nobody signs, what is attached follows the text.
				w.flushNames(into, d)
			}
			a := docx.Attachment{No: b.No, Title: d.Plain(b.Text)}
			if d.attachments() == 1 {
				a.No = 0 // one alone has no number
			}
			w.attached = append(w.attached, a)
			continue
		}
		if b.Kind == Sign {
			w.flushNames(into, d)
		}
		if n := len(w.attached); n > 0 {
			if b.Kind == Grid && b.Table.Caption == w.attached[n-1].Title {
				t := *b.Table
				t.Caption = "" // it stands over the page
				b = &Block{Kind: Grid, Table: &t}
			}
			w.attached[n-1].Body = append(w.attached[n-1].Body, w.block(b)...)
			continue
		}
		*into = append(*into, w.block(b)...)
	}
	for _, a := range w.attached {
		out.Body = append(out.Body, a)
	}
	return out
}

func (d *Draft) attachments() (n int) {
	for i := range d.Blocks {
		if d.Blocks[i].Kind == Attach {
			n++
		}
	}
	return n
}

// AttachmentNo is what an attachment is called: one alone has no number.
func (d *Draft) AttachmentNo(b *Block) string {
	if b.No > 0 && d.attachments() > 1 {
		return "附件" + strconv.Itoa(b.No)
	}
	return "附件"
}

type wording struct {
	d        *Draft
	e        Edits
	attached []docx.Attachment
	named    bool
	last     *Table
}

// flushNames puts the names of what is attached under the text, once.
func (w *wording) flushNames(into *[]docx.Block, d *Draft) {
	if w.named {
		return
	}
	w.named = true
	var names []string
	for _, b := range d.Blocks {
		if b.Kind == Attach {
			names = append(names, d.Plain(b.Text))
		}
	}
	if len(names) > 0 {
		*into = append(*into, docx.Enclosures{Names: names})
	}
}

func (w *wording) block(b *Block) []docx.Block {
	switch b.Kind {
	case Heading:
		return []docx.Block{docx.Heading{Level: b.Level, Text: w.d.Plain(b.Text)}}
	case Para:
		return []docx.Block{docx.Text(w.d.Plain(b.Text))}
	case Note:
		if w.d.Kind == Order { // its number
			return []docx.Block{docx.Para{Set: docx.Right, Runs: []docx.Run{{Text: w.d.Plain(b.Text)}}}}
		}
		return []docx.Block{docx.Para{Set: docx.Note, Runs: []docx.Run{{Text: w.d.Plain(b.Text)}}}}
	case Written:
		text := strings.TrimSpace(w.e[b.Field])
		if text == "" {
			text = BlankField
		}
		var out []docx.Block
		for _, p := range strings.Split(text, "\n") {
			if p = strings.TrimSpace(p); p != "" {
				out = append(out, docx.Text(p))
			}
		}
		return out
	case Grid:
		w.last = b.Table
		if b.Table.Form {
			return []docx.Block{w.form(b.Table)}
		}
		return []docx.Block{w.table(b.Table)}
	case Bars:
		if spec, ok := w.d.chart(w.last); ok {
			return []docx.Block{docx.Chart{Spec: spec, Caption: spec.Title}}
		}
	case Sign:
		return []docx.Block{docx.Signature{Agency: w.d.From, Day: docx.BlankDay}}
	case Attach:
	}
	return nil
}

// form is a sheet to be filled in, under the title of its paper.
func (w *wording) form(t *Table) docx.Table {
	out := docx.Table{Shares: []float64{18, 32, 18, 32}, Tall: 7.5}
	for _, row := range t.Rows {
		if len(row) == 1 {
			out.Rows = append(out.Rows, []docx.Cell{{Text: w.d.Plain(row[0]), Span: 4, Head: true}})
			continue
		}
		var cells []docx.Cell
		for i, c := range row {
			cell := docx.Cell{Text: w.d.Plain(c), Head: i%2 == 0}
			if !cell.Head {
				cell.Align = docx.Left
			}
			if i == 1 && len(row) == 2 {
				cell.Span = 3
			}
			cells = append(cells, cell)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

func (w *wording) table(t *Table) docx.Table {
	out := docx.Table{Caption: t.Caption, Note: t.Note}
	var head []docx.Cell
	for _, h := range t.Head {
		head = append(head, docx.Cell{Text: h})
	}
	out.Head = [][]docx.Cell{head}
	for _, row := range t.Rows {
		var cells []docx.Cell
		for i, c := range row {
			cell := docx.Cell{Text: w.d.Plain(c)}
			switch {
			case i == 0 || len(c) == 1 && c[0].Figure == 0 && len([]rune(cell.Text)) > 6:
				cell.Align = docx.Left
			case len(c) == 1 && c[0].Figure > 0:
				cell.Align = docx.Number
			}
			cells = append(cells, cell)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// ChartBefore is the chart of the block, of the table before it.
func (d *Draft) ChartBefore(block int) (chart.Spec, bool) {
	for i := block; i >= 0; i-- {
		if t := d.Blocks[i].Table; t != nil {
			return d.chart(t)
		}
	}
	return chart.Spec{}, false
}

// chart is the chart of a table's column; ok is false where there is none.
func (d *Draft) chart(t *Table) (chart.Spec, bool) {
	if t == nil || t.Bars < 1 || t.Bars > len(t.Head) {
		return chart.Spec{}, false
	}
	name := t.Head[t.Bars-1]
	s := chart.Spec{Kind: chart.Bars, Title: "各" + t.Head[0] + name, Unit: t.Unit, Decimals: 1, XName: t.Head[0], Series: []chart.Series{{Name: name}}}
	most, where := math.Inf(-1), ""
	for _, row := range t.Rows {
		v := math.NaN()
		if c := row[t.Bars-1]; len(c) == 1 && c[0].Figure > 0 {
			if f := d.Figures[c[0].Figure-1]; f.Known {
				v = f.Value
			}
		}
		x := d.Plain(row[0])
		s.X, s.Series[0].Values = append(s.X, x), append(s.Series[0].Values, v)
		if v > most {
			most, where = v, x
		}
	}
	if where == "" {
		return s, false
	}
	s.Says = where + "最高，为" + chart.Number(most, 1) + t.Unit
	return s, true
}

// Named are the parts of a draft by the names that a city's own template may have:
// the paper's own words, each chapter by its title, each field by its name.
func (d *Draft) Named(e Edits) map[string]string {
	out := map[string]string{"标题": strings.ReplaceAll(d.Title, "\n", ""), "主送": d.To, "发文机关": d.From, "单位": d.Of, "学年": d.Period.Label(), "日期": d.Day.Official(), "示例": d.Mark}
	if len(d.Sources) > 0 {
		out["数据截至"], out["数据版本"] = d.Sources[0].Day, d.Sources[0].Version
	}
	chapter, body := "缘由", []string{}
	chapters := map[string][]string{}
	add := func(s string) {
		if s != "" {
			chapters[chapter], body = append(chapters[chapter], s), append(body, s)
		}
	}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch b.Kind {
		case Heading:
			text := d.Plain(b.Text)
			body = append(body, text)
			if b.Level == 1 {
				_, chapter, _ = strings.Cut(text, "、")
			} else {
				chapters[chapter] = append(chapters[chapter], text)
			}
		case Attach:
			chapter = "附件" + strconv.Itoa(b.No)
			body = append(body, chapter+"："+d.Plain(b.Text))
		case Written:
			add(strings.TrimSpace(e[b.Field]))
		case Grid:
			add(b.Table.Caption)
			for _, row := range append([][][]Run{heads(b.Table)}, b.Table.Rows...) {
				var cells []string
				for _, c := range row {
					cells = append(cells, d.Plain(c))
				}
				add(strings.Join(cells, "　"))
			}
			add(b.Table.Note)
		case Para, Note:
			add(d.Plain(b.Text))
		case Bars, Sign:
		}
	}
	for name, lines := range chapters {
		out[name] = strings.Join(lines, "\n")
	}
	for _, f := range d.Kind.Fields() {
		out[f.Name.ZH] = strings.TrimSpace(e[f.ID])
	}
	out["正文"] = strings.Join(body, "\n")
	return out
}

func heads(t *Table) (out [][]Run) {
	if t.Form {
		return nil
	}
	for _, h := range t.Head {
		out = append(out, say(h))
	}
	return out
}
