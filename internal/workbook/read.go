// Read: a workbook in, a content for each unit out, or what is wrong with it.

package workbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
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

// open finds the corners and settles what the workbook is.
func (rd *reader) open(book *sheet.Book) error {
	var secret *opened
	for _, s := range book.Sheets {
		head, err := s.Head(rd.ctx, idRows)
		if err != nil {
			return err
		}
		o := findCorner(s, head)
		switch {
		case o == nil && s.Name == errorSheet:
			continue
		case o == nil:
			rd.rest = append(rd.rest, s)
			rd.leftovers(s, head)
			continue
		case o.id.Get(keyKind) == "errors":
			rd.errors = o
			continue
		case o.id.Get(keyKind) == "meta":
			secret = o
		}
		rd.sheets = append(rd.sheets, o)
	}
	if len(rd.sheets) == 0 {
		if !rd.out.Blocked() {
			rd.refuse(RuleForeign, edu.Cell{}, both("不是本系统的填报模板", "not a template of this system"),
				both("请下载本期模板填报；县里自用的表或其他系统的导出，请到“导入其他表格”上传，对应一次列名，以后自动识别。", "Fill this collection's template; upload the county's own tables and exports as other tables: columns are matched once and known afterwards."))
		}
		return nil
	}
	rd.meta = rd.sheets[0].meta
	if secret != nil {
		rd.meta = secret.meta
	}
	var err error
	if rd.meta.Units, err = rd.units(secret); err != nil {
		return err
	}
	for _, s := range rd.sheets {
		u := edu.UnitID(s.id.Get(keyUnit))
		switch {
		case !s.meta.same(rd.meta):
			rd.refuse(ruleOf(s.meta, rd.meta), edu.Cell{Sheet: s.Name}, both("工作表来自另一份模板："+s.meta.Issue+" "+s.meta.Period.Label()+" 版本 "+version(s.meta.Hash), "the sheet is of another template: "+s.meta.Issue+" "+s.meta.Period.Label()+" version "+version(s.meta.Hash)),
				both("请删除这张工作表，把数据填进本文件自己的表。", "Delete the sheet and enter its figures into this workbook's own."))
		case secret != nil && u != "" && !slices.Contains(rd.meta.Units, u):
			rd.refuse(RuleUnit, edu.Cell{Sheet: s.Name}, both("工作表是另一所学校的", "the sheet is of another school"), both("请删除这张工作表；别校的数据用别校的文件上传。", "Delete the sheet; upload that school's figures with its own file."))
		}
	}
	return nil
}

func ruleOf(a, b Meta) string {
	if a.Issue == b.Issue && a.Form == b.Form && a.Period == b.Period {
		return RuleVersion
	}
	return RuleIssue
}

// findCorner looks for the corner of a sheet; rows and columns may have been put
// in before it.
func findCorner(s *sheet.Sheet, head []sheet.Row) *opened {
	for _, r := range head {
		for c, text := range r.Cells[:min(len(r.Cells), idColumns)] {
			if m, id, ok := parseMark(text); ok {
				return &opened{Sheet: s, meta: m, id: id, row: r.Number, col: c, columns: r.Cells}
			}
		}
	}
	return nil
}

// leftovers reports a sheet whose corner is gone but whose ids show that it was
// of a template.
func (rd *reader) leftovers(s *sheet.Sheet, head []sheet.Row) {
	ids := 0
	for _, r := range head {
		for _, c := range r.Cells {
			if v := parseID(c); v.Has(keyField) || v.Has(keyPart) || v.Has(keyColumn) || v.Get(keyKind) == "head" || v.Has(keySign) {
				ids++
			}
		}
	}
	if ids > 1 {
		rd.refuse(RuleKeys, edu.Cell{Sheet: s.Name}, both("隐藏的第1行或A列被删除，系统认不出各格是什么", "the hidden row 1 or column A was deleted, so that nobody can tell which cell is which"),
			both("请撤销删除，或重新下载模板，把数据复制过去。", "Undo the deletion, or download the template again and copy the figures into it."))
	}
}

// units are those that the workbook was made for, or where it does not say any
// more those that its sheets speak of.
func (rd *reader) units(secret *opened) ([]edu.UnitID, error) {
	var out []edu.UnitID
	add := func(v id) {
		if u := edu.UnitID(v.Get(keyUnit)); u != "" && !slices.Contains(out, u) && len(out) < 20_000 {
			out = append(out, u)
		}
	}
	if secret != nil {
		return out, rd.each(secret, func(r line) error { add(r.id); return nil })
	}
	for _, s := range rd.sheets {
		add(s.id)
		if s.id.Has(keyKind) || s.id.Has(keyList) {
			continue
		}
		if err := rd.each(s, func(r line) error { add(r.id); return nil }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// notFound words why there is no paper.
func (rd *reader) notFound(err error) error {
	t := both("系统里没有这一期填报："+rd.meta.Issue, "nobody knows this collection: "+rd.meta.Issue)
	switch {
	case errors.Is(err, fault.NotFound):
	case errors.Is(err, fault.Forbidden):
		t = both("您不能为这些单位填报", "you may not fill for these units")
	case errors.Is(err, fault.Conflict):
		t = both("这一期填报已经截止或锁定", "this collection is closed or locked")
	default:
		return err
	}
	rd.refuse(RuleIssue, edu.Cell{}, t, both("请从“数据填报”重新下载本期模板。", "Download this collection's template again."))
	return nil
}

// take takes the papers in and compares them with what the workbook says.
func (rd *reader) take(papers []*form.Paper) {
	rd.papers, rd.labels = map[edu.UnitID]*form.Paper{}, map[string]edu.UnitID{}
	for _, p := range papers {
		if rd.papers[p.Unit.ID] != nil {
			continue
		}
		rd.papers[p.Unit.ID] = p
		rd.order = append(rd.order, p.Unit.ID)
		switch {
		case p.Form.ID != rd.meta.Form || p.Period != rd.meta.Period:
			rd.refuse(RuleIssue, edu.Cell{}, both("模板是"+rd.meta.Form+" "+rd.meta.Period.Label()+"的，本期要"+p.Form.Name.ZH+" "+p.Period.Label(), "the template is of "+rd.meta.Form+" "+rd.meta.Period.Label()+"; wanted is "+p.Form.Name.EN+" "+p.Period.Label()),
				both("请下载本期模板填报。", "Download this collection's template."))
			return
		case p.Pack.Hash != rd.meta.Hash:
			rd.refuse(RuleVersion, edu.Cell{}, both("模板版本是 "+version(rd.meta.Hash)+"，现在要 "+version(p.Pack.Hash), "the template is of version "+version(rd.meta.Hash)+"; wanted is "+version(p.Pack.Hash)),
				both("表已修订，请重新下载模板，把数据复制过去；旧模板不能上传。", "The form was revised: download the template again and copy the figures into it."))
			return
		}
	}
	gone := 0
	for _, u := range rd.meta.Units {
		if rd.papers[u] == nil {
			if gone++; gone <= 20 {
				rd.refuse(RuleUnit, edu.Cell{Text: string(u)}, both("单位（内部编号 "+string(u)+"）不在您的填报范围内", "unit "+string(u)+" is not yours to fill for"), both("请用本单位的模板；中心学校、县级请先确认该校归属。", "Use your own unit's template, or see to which township or county the school belongs."))
			}
		}
	}
	count := map[string]int{}
	for _, p := range papers {
		for _, lang := range []string{"zh", "en"} {
			count[p.Unit.Name.In(lang)]++
		}
	}
	for _, p := range papers {
		for _, lang := range []string{"zh", "en"} {
			n := p.Unit.Name.In(lang)
			rd.labels[fold(unitLabel(p.Unit, lang, true))] = p.Unit.ID
			if count[n] == 1 || p.Unit.Name.ZH == p.Unit.Name.EN && count[n] == 2 || p.Unit.Name.EN == "" && count[n] == 2 {
				rd.labels[fold(unitLabel(p.Unit, lang, false))] = p.Unit.ID
			}
		}
		if p.Unit.Code != "" {
			rd.labels[fold(p.Unit.Code)] = p.Unit.ID
		}
	}
	rd.same, rd.signs = map[edu.UnitID][]string{}, map[edu.UnitID]form.Sign{}
	rd.rows, rd.lists = map[edu.UnitID]map[string][]form.Row{}, map[string]bool{}
	rd.why = map[edu.UnitID]map[string]form.Reason{}
	rd.out.lists, rd.out.signs = map[string]listPlace{}, map[edu.UnitID][]edu.Cell{}
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
