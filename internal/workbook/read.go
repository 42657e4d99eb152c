// Read: a workbook in, a content for each unit out, or what is wrong with it.

package workbook

import (
	"context"
	"errors"
	"fmt"
	"io"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/sheet"
)

// Limits bound what one workbook may cost: far above a county's schools.
var Limits = sheet.Limits{File: 64 << 20, Text: 64 << 20, Unzipped: 512 << 20, Ratio: 200, Entries: 2000, Strings: 64 << 20,
	Rows: 200_000, Columns: 4096, Cells: 20_000_000, CellText: 32_767, Record: 1 << 20}

// Read reads a filled workbook. find gives the papers of the workbook's issue
// and units that the uploader may fill: a unit without a paper is not theirs. It
// may return an error of kind fault.NotFound for an issue that nobody knows, and
// of kind fault.Forbidden or fault.Conflict; all of these become problems of the
// file. Problems of the input are in the reading; the error is for what no clerk
// can mend.
func Read(ctx context.Context, name string, r io.ReaderAt, size int64, find func(Meta) ([]*form.Paper, error)) (*Reading, error) {
	rd := &reader{out: &Reading{File: name}, ctx: ctx, cells: map[edu.UnitID]map[form.Key]found{}, count: map[string]int{}}
	if err := rd.read(r, size, find); err != nil {
		var no *sheet.Refusal
		if !errors.As(err, &no) {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		rd.refuse(RuleFile, edu.Cell{Row: no.Row}, no.Text, edu.Text{ZH: "请用 Excel 或 WPS 打开（.xls、.et 也是），另存为 .xlsx 后再上传。", EN: "Open it in Excel or WPS, save it as .xlsx and upload that."})
	}
	if rd.out.Blocked() {
		rd.out.Units = nil
	}
	return rd.out, nil
}

// reader reads one workbook.
type reader struct {
	ctx    context.Context
	out    *Reading
	meta   Meta
	sheets []*opened
	rest   []*sheet.Sheet // sheets without a corner
	papers map[edu.UnitID]*form.Paper
	order  []edu.UnitID
	labels map[string]edu.UnitID // texts that name a unit
	cells  map[edu.UnitID]map[form.Key]found
	same   map[edu.UnitID][]string
	signs  map[edu.UnitID]form.Sign
	rows   map[edu.UnitID]map[string][]form.Row
	lists  map[string]bool // lists whose sheet was read
	errors *opened         // the list of errors of a marked workbook
	why    map[edu.UnitID]map[string]form.Reason
	count  map[string]int // problems by rule
}

// opened is a sheet with a corner.
type opened struct {
	*sheet.Sheet
	meta     Meta
	id       id
	row, col int // of the corner: row from 1, column from 0
	columns  []string
}

// found is what stood in a cell, and where.
type found struct {
	text string
	at   edu.Cell
	ours bool // the result of the template's own formula: nobody typed it
}

func (rd *reader) read(r io.ReaderAt, size int64, find func(Meta) ([]*form.Paper, error)) error {
	book, err := sheet.Open(io.NopCloser(io.NewSectionReader(r, 0, size)), Limits)
	if err != nil {
		return err
	}
	defer book.Close()
	if book.Format != sheet.XLSX {
		rd.refuse(RuleForeign, edu.Cell{}, both("不是工作簿，是"+string(book.Format)+"文件", "a "+string(book.Format)+" file, not a workbook"),
			both("请用下载的模板填报，存为 .xlsx；其他系统的导出文件请到“导入其他表格”上传。", "Fill the template and save it as .xlsx; exports of other systems are uploaded as other tables."))
		return nil
	}
	if err := rd.open(book); err != nil || rd.out.Blocked() {
		return err
	}
	rd.out.Issue, rd.out.Meta = rd.meta.Issue, rd.meta
	papers, err := find(rd.meta)
	if err != nil {
		return rd.notFound(err)
	}
	if rd.take(papers); rd.out.Blocked() {
		return nil
	}
	for _, s := range rd.sheets {
		var err error
		switch {
		case s.id.Has(keyKind):
			continue
		case s.id.Has(keyList):
			err = rd.list(s)
		default:
			err = rd.figures(s)
		}
		if err != nil {
			return err
		}
	}
	if err := rd.reasons(); err != nil {
		return err
	}
	rd.missing()
	if rd.out.Blocked() {
		return nil
	}
	return rd.finish()
}

// maxEach is how many problems of one rule are kept: the page lists them, and
// nobody mends a thousand one by one.
const maxEach = 200

// refuse notes a problem that blocks.
func (rd *reader) refuse(rule string, at edu.Cell, text, do edu.Text) {
	rd.add(FileProblem{Blocking: true, Rule: rule, Cell: at, Text: text, Do: do})
}

// note notes a problem that does not block.
func (rd *reader) note(rule string, at edu.Cell, text, do edu.Text) {
	rd.add(FileProblem{Rule: rule, Cell: at, Text: text, Do: do})
}

func (rd *reader) add(p FileProblem) {
	key := fmt.Sprint(p.Rule, p.Blocking)
	if rd.count[key]++; rd.count[key] > maxEach {
		return
	}
	if rd.count[key] == maxEach {
		p.Cell = edu.Cell{}
		p.Text = both(fmt.Sprintf("这类问题超过%d处，其余未列出", maxEach-1), fmt.Sprintf("more than %d of this kind; the others are not listed", maxEach-1))
	}
	p.Cell.File = rd.out.File
	rd.out.Problems = append(rd.out.Problems, p)
}

func both(zh, en string) edu.Text { return edu.Text{ZH: zh, EN: en} }
