// Package form makes one filler's paper of a form: which cells it has, what is
// known of them already, what was filled in, and what is wrong with that.
//
// A paper is the one model behind the page, the workbook, the command and the
// API: New makes it, Know fills in what is known, its Content is what was filled
// in, Check lists what is wrong with that, and Tables are what it hands in. A
// cell that was not touched is missing, never zero; a known figure counts only
// once it is confirmed or typed.
package form

import (
	"time"

	"shuren/internal/edu"
	"shuren/internal/pack"
)

// Paper is a form as one unit gets it for one period: a school with its
// sections, or a county.
type Paper struct {
	Pack   *pack.Pack
	Form   *pack.Form
	Period edu.Period
	Unit   Unit
	Above  []Unit // township and county of the unit, from the top down

	// Parts are the rows of the form: the sections that the school has, by stage,
	// or the county itself with the empty stage.
	Parts  []edu.Stage
	Fields []Field // in the order of the form
	Lists  []List

	Known   map[Key]Known // what is known already, by cell
	Prior   map[Key]Known // the figure of the same period last year
	Content Content

	fields map[string]int
	rank   map[Key]int    // of Known: its place in the ask's From
	ranks  map[string]int // the same of a list's known rows
	prev   *Source        // last year's figures, for prev() in checks
	feeds  []*Source      // that figures are compared with
}

// Unit is a unit as papers and workbooks name it.
type Unit struct {
	ID    edu.UnitID
	Level edu.Level
	Code  string
	Name  edu.Text
}

// Field is one line of the form: an element, or one part of its breakdown.
type Field struct {
	ID      string // element id, or "pupils.g7"
	Element *pack.Element
	Part    *pack.Option // of the breakdown, or nil
	Ask     *pack.Ask    // what the form says of it
	Stages  []edu.Stage  // parts that have this cell; none: all
	// Evidence marks the cell beside a review item that cites its evidence; its ID
	// is "review_g1.evidence".
	Evidence bool
}

// List is a list of rows that the form asks: the class list.
type List struct {
	List *pack.List
	Ask  *pack.AskList
	// Known are the rows that are known already, Prior last year's.
	Known, Prior []Row
	Source       edu.Text // of the known rows
	Sure         bool     // they count without a word
}

// Key names one cell of a paper: field "area_hall" of the primary section. The
// stage is empty on a county's paper, and "school" where the form asks once for
// the whole school.
type Key struct {
	Part  edu.Stage
	Field string
}

// String is the key as drafts, pages and workbooks write it: "primary/area_hall".
func (k Key) String() string { return string(k.Part) + "/" + k.Field }

// Known is a figure that need not be asked again, and where it comes from.
type Known struct {
	Text   string // as the filler would type it, in the unit that the form is filled in
	Value  edu.Value
	Source edu.Text // "2024年已锁定数据", "教师系统导出 2025-09-12"
	// Sure figures count without a word (a register that is locked); others are
	// shown and confirmed.
	Sure bool
}

// Content is what the filler gave. It is what drafts keep, as JSON.
type Content struct {
	Cells   map[string]string `json:"cells,omitempty"` // by Key.String(): the text as typed; "" was emptied on purpose
	Lists   map[string][]Row  `json:"lists,omitempty"` // by list id; a list that is there replaces the known rows
	Reasons map[string]Reason `json:"reasons,omitempty"`
	// Same are the groups that were confirmed as they were last year (与上年一致).
	Same []string `json:"same,omitempty"`
	Sign Sign     `json:"sign,omitzero"`
	// Cites are where cells came from, for those not typed on the page.
	Cites map[string]edu.Cell `json:"cites,omitempty"`
}

// NameCite is the place among [Content.Cites] of the unit's name as a file wrote
// it, where that is not how the register writes it.
const NameCite = "unit/name"

// Row is a row of a list.
type Row struct {
	Part  edu.Stage         `json:"part,omitempty"`
	Cells map[string]string `json:"cells"` // by column id
	Cite  edu.Cell          `json:"cite,omitzero"`
}

// Reason explains a figure that a 需说明 rule asked about. It is kept under the
// problem's key.
type Reason struct {
	Code string `json:"code"` // of the form's list of reasons
	Text string `json:"text,omitempty"`
}

// Sign is the signature block: 填报人, 电话, 审核人, 校长（园长）.
type Sign struct {
	Filler   string    `json:"filler,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Reviewer string    `json:"reviewer,omitempty"`
	Head     string    `json:"head,omitempty"`
	At       time.Time `json:"at,omitzero"`
}

// Problem is one thing about a paper that must be mended (必改) or explained
// (需说明).
type Problem struct {
	Key      string // of the problem: what a Reason is kept under
	Rule     string // id of the pack's check, or "type", "range", "required", "register" …
	Blocking bool   // 必改; otherwise 需说明
	Cells    []Key  // what it concerns, the first one is where it is shown
	List     string // or the list that it concerns, with the row from 0 and the column
	Row      int    // -1 where it concerns the list as a whole
	Column   string
	Text     edu.Text // what was found and what was wanted
	Do       edu.Text // what to do about it
	Reason   *Reason  // as given, nil where none was
}
