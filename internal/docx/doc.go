// Package docx writes official documents as Word files, to the layout of
// GB/T 9704-2012, and fills the templates of others.
//
// A document is content: what its parts say and in which order. How they look is
// in named styles of the file, so that a clerk changes a style and not a hundred
// paragraphs. What is written is a draft: the number, the seal and the signature
// are a person's. The same content gives the same bytes, whenever it is written.
package docx

import (
	"fmt"
	"time"

	"shuren/internal/chart"
)

// Type is the media type of what is written.
const Type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// Document is one official document.
type Document struct {
	Head   *Head  // red head; nil for a plain document
	Title  string // a line break in it is kept
	To     string // 主送机关; the colon is set
	Body   []Block
	Footer Colophon // 版记; the zero one is left out

	// Subject, Author and Made go into the properties of the file. The time is the
	// caller's: a document that is made again has the time of the first.
	Subject, Author string
	Made            time.Time
}

// Head is the red head of a document.
type Head struct {
	Kind   HeadKind
	Agency string // 发文机关标志: ××市教育体育局文件
	Number string // 发文字号; empty leaves blanks for a person to fill
	Signer string // 签发人 of a document that goes up: the number moves to the left
}

// HeadKind is one of the three forms that a head has.
type HeadKind int

const (
	Issued  HeadKind = iota // 文件: the agency, the number, a red rule
	Letter                  // 信函: double rules at the top and the foot, the number on the right
	Minutes                 // 纪要: the name of the minutes, the number, a red rule
)

// Blank is a number that a person is to fill in, BlankDay a day.
const (
	Blank    = "〔    〕    号"
	BlankDay = "　　　年　　月　　日"
)

// Block is a part of the body: Heading, Para, Table, Chart, PageBreak,
// Enclosures, Signature or Attachment.
type Block interface{ write(w *writer) error }

// Heading is a heading of level 1 to 4, with its number in its text: see Outline.
// Then is text that goes on in the same paragraph.
type Heading struct {
	Level int
	Text  string
	Then  []Run
}

// Para is a paragraph.
type Para struct {
	Set  Set
	Runs []Run
}

// Set is how a paragraph is set.
type Set int

const (
	Indented Set = iota // body text
	Flush               // without the indent of two characters
	Centred
	Right
	Note // small, under a table or a chart
	Big  // a title inside the document
)

// Run is text of one look. Href leads to a page or a mailbox. Punctuation in it
// becomes full-width beside Chinese, unless it is Raw.
type Run struct {
	Text   string
	Href   string
	Strong bool // in 黑体
	Raw    bool
}

// Text is a paragraph of body text.
func Text(s string) Para { return Para{Runs: []Run{{Text: s}}} }

// Table is a table over the whole width. Its head is repeated on every page.
type Table struct {
	Caption string
	Head    [][]Cell
	Rows    [][]Cell
	Shares  []float64 // of the width, a column each; nil goes by what stands in them
	Note    string
	Size    float64 // of the letters in points; 0 is 12
	Tall    float64 // least height of a row in mm; 0 goes by the text
}

// Cell is a cell. Only cells that begin in a row stand in it, as in HTML: one
// that goes down or to the right takes the places of others.
type Cell struct {
	Text  string
	Href  string
	Align Align
	Span  int // columns; 0 is 1
	Down  int // rows; 0 is 1
	Head  bool
}

// Align is where the text of a cell stands.
type Align int

const (
	Middle Align = iota
	Left
	Number // right, under each other
)

// Chart is a chart that an office program draws from its own figures, and can
// change. A kind that it has no chart for becomes its table.
type Chart struct {
	Spec    chart.Spec
	Caption string  // under it
	Height  float64 // mm; 0 is 80
}

// PageBreak begins a page.
type PageBreak struct{}

// Enclosures are the names of what is attached, under the text (附件说明).
type Enclosures struct{ Names []string }

// Attachment is attached to the document, on a page of its own. No is 0 where
// there is only one.
type Attachment struct {
	No    int
	Title string
	Body  []Block
}

// Signature is who signs, and the day of it.
type Signature struct {
	Agency string
	Day    string // as Day writes it
	Bare   bool   // without a seal
}

// Colophon stands at the foot of the last page (版记).
type Colophon struct {
	Copies string // 抄送
	Office string // 印发机关
	Day    string // 印发日期
}

// Day is a day as a document writes it: 2027年3月31日.
func Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}
