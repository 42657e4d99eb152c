package gallery

import (
	"strings"

	"shuren/internal/docx"
	"shuren/internal/edu"
)

// Draft is a document as content. It is kept as JSON: the same draft gives the same
// file, byte for byte, whatever has been handed in since.
type Draft struct {
	Kind    Kind       `json:"kind"`
	Title   string     `json:"title"`
	Agency  string     `json:"agency,omitempty"` // of the red head; empty for a document without one
	To      string     `json:"to,omitempty"`
	From    string     `json:"from"`
	Of      string     `json:"of"`               // the unit that it is about
	Matter  string     `json:"matter,omitempty"` // of a sheet: what its title does not say
	Period  edu.Period `json:"period"`
	Day     edu.Date   `json:"day"`
	Sources []Source   `json:"sources"`
	Figures []Figure   `json:"figures"`
	Blocks  []Block    `json:"blocks"`
	Copies  string     `json:"copies,omitempty"`
	Office  string     `json:"office,omitempty"`
	Mark    string     `json:"mark,omitempty"` // 示例数据 where the figures are made up
}

// Name is what a draft is called in lists and as a file: sheets share one title.
func (d *Draft) Name() string {
	name := strings.ReplaceAll(d.Title, "\n", "")
	if d.Matter != "" {
		name += "：" + d.Matter
	}
	return name
}

// Source is where figures came from: which version of which data, of which day.
type Source struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Day     string `json:"day"` // when the newest figure came in
}

// Block is a part of a draft, in order. What follows an attachment belongs to it.
type Block struct {
	Kind  BlockKind `json:"kind"`
	Level int       `json:"level,omitempty"` // of a heading
	No    int       `json:"no,omitempty"`    // of an attachment
	Text  []Run     `json:"text,omitempty"`
	Table *Table    `json:"table,omitempty"`
	Field string    `json:"field,omitempty"` // id of what a person writes
}

// BlockKind is what a block is.
type BlockKind string

const (
	Heading BlockKind = "heading"
	Para    BlockKind = "para"
	Note    BlockKind = "note"
	Grid    BlockKind = "table"
	Bars    BlockKind = "bars" // a chart of the table before it: see Table.Bars
	Written BlockKind = "written"
	Attach  BlockKind = "attach"
	Sign    BlockKind = "sign"
)

// Run is text, or a figure by its number from 1.
type Run struct {
	Text   string `json:"t,omitempty"`
	Figure int    `json:"f,omitempty"`
}

// Table has a head and rows of cells. Bars names the column, from 1, that a chart
// draws. In a Form names and what is filled in stand side by side: a row has a name
// over the part that follows, or one pair or two.
type Table struct {
	Caption string    `json:"caption"`
	Head    []string  `json:"head"`
	Rows    [][][]Run `json:"rows"`
	Note    string    `json:"note,omitempty"`
	Bars    int       `json:"bars,omitempty"`
	Unit    string    `json:"unit,omitempty"`
	Form    bool      `json:"form,omitempty"`
}

// builder makes a draft.
type builder struct {
	d       *Draft
	outline docx.Outline
}

func (b *builder) block(x Block) { b.d.Blocks = append(b.d.Blocks, x) }

func (b *builder) heading(level int, text string) {
	b.block(Block{Kind: Heading, Level: level, Text: []Run{{Text: b.outline.Next(level, text).Text}}})
}

// runs puts figures where a text has {}.
func runs(format string, figures ...int) (out []Run) {
	parts := strings.Split(format, "{}")
	for i, p := range parts {
		if p != "" {
			out = append(out, Run{Text: p})
		}
		if i < len(figures) && i+1 < len(parts) {
			out = append(out, Run{Figure: figures[i]})
		}
	}
	return out
}

func (b *builder) para(format string, figures ...int) {
	b.block(Block{Kind: Para, Text: runs(format, figures...)})
}

func (b *builder) written(f Field) { b.block(Block{Kind: Written, Field: f.ID}) }

func (b *builder) attach(no int, title string) {
	b.block(Block{Kind: Attach, No: no, Text: []Run{{Text: title}}})
}

func (b *builder) table(t Table) {
	b.block(Block{Kind: Grid, Table: &t})
}

func say(s string) []Run { return []Run{{Text: s}} }

func fig(n int) []Run { return []Run{{Figure: n}} }

// line joins sentences that have figures.
func line(parts ...[]Run) (out []Run) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Plain is the text of runs as the final document has it.
func (d *Draft) Plain(rs []Run) string {
	var b strings.Builder
	for _, r := range rs {
		if r.Figure > 0 && r.Figure <= len(d.Figures) {
			b.WriteString(d.Figures[r.Figure-1].Text)
			continue
		}
		b.WriteString(r.Text)
	}
	return b.String()
}
