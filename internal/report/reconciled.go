// What a comparison of children's lists came to, as files. No name and no number of
// a child is in them: a row of the county's own list says who is meant.

package report

import (
	"bufio"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/reconcile"
)

// Reconciled is a comparison with the names of its files.
type Reconciled struct {
	Result *reconcile.Result
	Files  map[reconcile.Source][]string
	Day    edu.Date
	Year   int
	All    bool // also of whom nothing is to be said
	Lasts  bool // pairs are named alike in the next run
	Levels []reconcile.Disagreement
	Lang   string
}

func (f *Reconciled) say(zh, en string) string {
	if f.Lang == "en" {
		return en
	}
	return zh
}

func (f *Reconciled) text(t edu.Text) string { return f.say(t.ZH, t.EN) }

// WriteReconciled writes the records as CSV, JSON or a workbook.
func WriteReconciled(w io.Writer, format Format, f *Reconciled) error {
	switch format {
	case CSV:
		return f.csv(w)
	case JSON:
		return f.json(w)
	case XLSX:
		return f.book().Write(w)
	}
	return fmt.Errorf("format %q: want .csv, .json or .xlsx: %w", format, fault.Invalid)
}

// ReconciledColumns are the columns of the CSV, a line for each child.
var ReconciledColumns = []string{"ledger", "status", "reasons", "school", "home", "rows", "case", "reasons_in_words"}

// listed are the children that are written: all of whom there is something to say.
func (f *Reconciled) listed() []int {
	return f.Result.Select(func(l reconcile.Ledger, s reconcile.Set) bool {
		return f.All || l >= reconcile.Suspected || s&^(1<<reconcile.NotOnHousehold) != 0
	})
}

// rows names the rows of a child: register:14 household:3.
func rowsOf(o reconcile.Outcome) string {
	var out []string
	for _, r := range o.Rows {
		out = append(out, r.Source.ID()+":"+strconv.Itoa(r.Number))
	}
	return strings.Join(out, " ")
}

func (f *Reconciled) reasons(o reconcile.Outcome) (ids, words string) {
	var a, b []string
	for _, r := range o.Reasons {
		a, b = append(a, r.ID()), append(b, f.text(r.Words()))
	}
	return strings.Join(a, " "), strings.Join(b, f.say("；", "; "))
}

func (f *Reconciled) csv(w io.Writer) error {
	cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	if err := cw.Write(ReconciledColumns); err != nil {
		return err
	}
	for _, i := range f.listed() {
		o := f.Result.Outcome(i)
		ids, words := f.reasons(o)
		if err := cw.Write([]string{o.Ledger.ID(), string(o.Status), ids, inert(string(o.Unit)), inert(string(o.Home)), rowsOf(o), inert(o.Case), words}); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

type reconciledJSON struct {
	Day      string              `json:"day"`
	Year     int                 `json:"year"`
	Rows     int                 `json:"rows"`
	Children int                 `json:"children"`
	Files    map[string][]string `json:"files"`
	Ledgers  map[string]int      `json:"ledgers"`
	Reasons  map[string]int      `json:"reasons"`
	Records  []recordJSON        `json:"records"`
	Pairs    []pairJSON          `json:"pairs"`
	Levels   []levelJSON         `json:"levels,omitempty"`
}

type levelJSON struct {
	Unit     string `json:"unit"`
	Grade    int    `json:"grade,omitempty"`
	Stated   int    `json:"stated"`
	Counted  int    `json:"register"`
	Children int    `json:"children"`
	Below    *int   `json:"below,omitempty"`
}

type recordJSON struct {
	Ledger  string   `json:"ledger"`
	Status  string   `json:"status,omitempty"`
	Reasons []string `json:"reasons"`
	School  string   `json:"school,omitempty"`
	Home    string   `json:"home,omitempty"`
	Rows    []string `json:"rows"`
	Case    string   `json:"case,omitempty"`
}

type pairJSON struct {
	A     string  `json:"a,omitempty"`
	B     string  `json:"b,omitempty"`
	RowA  string  `json:"row_a"`
	RowB  string  `json:"row_b"`
	Score float64 `json:"score_bits"`
	Two   bool    `json:"two_numbers"`
}

func (f *Reconciled) pair(p reconcile.Pair) (a, b string) {
	if !f.Lasts {
		return "", ""
	}
	return hex.EncodeToString(p.A[:]), hex.EncodeToString(p.B[:])
}

func (f *Reconciled) json(w io.Writer) error {
	r := f.Result
	out := reconciledJSON{Day: f.Day.String(), Year: f.Year, Rows: r.Rows, Children: r.Len(), Files: map[string][]string{}, Ledgers: map[string]int{}, Reasons: map[string]int{}, Records: []recordJSON{}, Pairs: []pairJSON{}}
	for s, names := range f.Files {
		out.Files[s.ID()] = names
	}
	c := r.Counts()
	for l := reconcile.NoLedger; l <= reconcile.Dropout; l++ {
		out.Ledgers[l.ID()] = c.Ledgers[l]
	}
	for _, reason := range reconcile.Reasons() {
		if n := c.Reasons[reason]; n > 0 {
			out.Reasons[reason.ID()] = n
		}
	}
	for _, i := range f.listed() {
		o := r.Outcome(i)
		ids, _ := f.reasons(o)
		out.Records = append(out.Records, recordJSON{o.Ledger.ID(), string(o.Status), strings.Fields(ids), string(o.Unit), string(o.Home), strings.Fields(rowsOf(o)), o.Case})
	}
	for _, p := range r.Pairs {
		a, b := f.pair(p)
		out.Pairs = append(out.Pairs, pairJSON{a, b, p.RowA.Source.ID() + ":" + strconv.Itoa(p.RowA.Number), p.RowB.Source.ID() + ":" + strconv.Itoa(p.RowB.Number), p.Score, p.Numbers})
	}
	for _, l := range f.Levels {
		x := levelJSON{string(l.Unit), l.Grade, l.Pupils, l.Counted, l.Children, nil}
		if l.Below >= 0 {
			x.Below = &l.Below
		}
		out.Levels = append(out.Levels, x)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func (f *Reconciled) col(zh, en string, width float64) SheetCol {
	return SheetCol{Label: f.say(zh, en), Width: width}
}

// PairColumns are the columns of the sheet of pairs that is read back: how the pair
// is named, and what a person says of it.
var PairColumns = []edu.Text{{ZH: "记录甲", EN: "record a"}, {ZH: "记录乙", EN: "record b"}, {ZH: "同一人？", EN: "same child?"}}

func (f *Reconciled) book() *Book {
	r := f.Result
	b := &Book{Note: f.say(fmt.Sprintf("控辍保学比对，%d学年，截至%s", f.Year, f.Day), fmt.Sprintf("Comparison of children's lists, school year %d, as of %s", f.Year, f.Day))}
	c := r.Counts()
	counts := &Sheet{Name: f.say("汇总", "Counts"), Cols: []SheetCol{f.col("项目", "Item", 60), f.col("人数", "Children", 12)},
		Text: f.say("比对只提示疑似，是否辍学由人核实后认定。", "A comparison gives suspicions only; whether a child has dropped out is confirmed by a person.")}
	for l := reconcile.NoLedger; l <= reconcile.Dropout; l++ {
		counts.Rows = append(counts.Rows, []SheetCell{say(f.text(l.Words())), number(float64(c.Ledgers[l]), 0)})
	}
	for _, reason := range reconcile.Reasons() {
		if n := c.Reasons[reason]; n > 0 {
			counts.Rows = append(counts.Rows, []SheetCell{say(f.text(reason.Words())), number(float64(n), 0)})
		}
	}
	b.add(counts)
	records := &Sheet{Name: f.say("名单", "Records"), Cols: []SheetCol{f.col("台账", "Ledger", 16), f.col("就学状态", "Status", 14), f.col("理由", "Reasons", 60), f.col("学校", "School", 16), f.col("户籍地", "Home", 16), f.col("来源行", "Rows", 40), f.col("个案编号", "Case", 16)},
		Text: f.say("来源行指本县自己名单的行号，这里没有姓名和号码。", "Rows are those of the county's own lists; there is no name or number here.")}
	for _, i := range f.listed() {
		o := r.Outcome(i)
		_, words := f.reasons(o)
		records.Rows = append(records.Rows, []SheetCell{say(f.text(o.Ledger.Words())), say(f.text(o.StatusWords())), say(words), say(string(o.Unit)), say(string(o.Home)), say(f.rows(o.Rows)), say(o.Case)})
	}
	b.add(records)
	pairs := &Sheet{Name: f.say("待人工判断", "For a person"), Text: f.say("在“同一人？”列填“是”或“否”，下次比对用 --decisions 读回。", "Write yes or no in the column “same child?”; the next comparison reads it with --decisions.")}
	for _, t := range PairColumns {
		pairs.Cols = append(pairs.Cols, SheetCol{Label: f.text(t), Width: 34})
	}
	pairs.Cols = append(pairs.Cols, f.col("甲在", "Row of a", 24), f.col("乙在", "Row of b", 24), f.col("得分（比特）", "Score, bits", 12), f.col("说明", "Note", 40))
	for _, p := range r.Pairs {
		a, b := f.pair(p)
		note := ""
		if p.Numbers {
			note = f.say("两人都有身份证号且不同", "both have identity numbers, and different ones")
		}
		pairs.Rows = append(pairs.Rows, []SheetCell{say(a), say(b), say(""), say(f.rows([]reconcile.Row{p.RowA})), say(f.rows([]reconcile.Row{p.RowB})), number(p.Score, 1), say(note)})
	}
	b.add(pairs)
	if len(f.Levels) > 0 {
		levels := &Sheet{Name: f.say("上下级人数不一致", "Levels"), Cols: []SheetCol{f.col("单位", "Unit", 24), f.col("年级", "Grade", 8), f.col("填报人数", "Stated", 12), f.col("学籍人数", "Register", 12), f.col("其中不重复", "Children", 12), f.col("下级填报之和", "Sum below", 12)}}
		for _, l := range f.Levels {
			grade, below := say(f.say("合计", "all")), say("")
			if l.Grade > 0 {
				grade = number(float64(l.Grade), 0)
			}
			if l.Below >= 0 {
				below = number(float64(l.Below), 0)
			}
			levels.Rows = append(levels.Rows, []SheetCell{say(string(l.Unit)), grade, number(float64(l.Pupils), 0), number(float64(l.Counted), 0), number(float64(l.Children), 0), below})
		}
		b.add(levels)
	}
	return b
}

func (f *Reconciled) rows(rows []reconcile.Row) string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf(f.say("%s第%d行", "%s row %d"), f.text(r.Source.Words()), r.Number))
	}
	return strings.Join(out, f.say("，", ", "))
}
