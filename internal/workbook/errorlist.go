// The sheet 错误清单: what is wrong, where, and what to do; reasons are given in
// it and read again.

package workbook

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// ruleNames are the rules as clerks read them; those of packs are checks.
var ruleNames = map[string]edu.Text{
	form.RuleType: both("格式", "Format"), form.RuleRange: both("范围", "Range"), form.RuleRequired: both("必填", "Required"), form.RuleConfirm: both("待确认", "To confirm"),
	form.RuleComputed: both("自动计算", "Computed"), form.RuleEvidence: both("佐证材料", "Evidence"), form.RuleDuplicate: both("重复", "Duplicate"), form.RuleContrary: both("前后矛盾", "Contradiction"),
	form.RuleSign: both("签署", "Signature"), form.RuleUnknown: both("无此项", "No such field"), RuleKeys: both("隐藏编号", "Hidden ids"), RuleVersion: both("模板版本", "Version"),
	RuleIssue: both("填报期次", "Collection"), RuleUnit: both("填报单位", "Unit"), RuleSheet: both("工作表", "Sheet"), RuleMissing: both("缺行缺列", "Deleted"),
	RuleFormula: both("公式", "Formula"), RuleError: both("错误值", "Error value"), RuleMerged: both("合并单元格", "Merged cells"), RuleRow: both("行", "Row"), RuleFixed: both("锁定格", "Locked cell"), RuleRows: both("行数", "Rows"), RuleLong: both("字数", "Length"),
}

func (m *marker) ruleName(rule string) string {
	if n, ok := ruleNames[rule]; ok {
		return m.say(n)
	}
	return m.say(both("逻辑校验", "Check")) + " " + rule
}

// list writes the sheet and puts it first.
func (m *marker) list(all []bad, fills []string, papers []*form.Paper) error {
	f := m.file
	if _, err := f.NewSheet(errorSheet); err != nil {
		return err
	}
	styles, err := makeStyles(f)
	if err != nil {
		return err
	}
	var reasons []pack.Choice
	if len(papers) > 0 {
		reasons = papers[0].Form.Reasons
	}
	heads := []edu.Text{both("序号", "No."), both("工作表", "Sheet"), both("单元格", "Cell"), both("单位", "Unit"), both("规则", "Rule"), both("问题", "Problem"), both("怎么改", "What to do"), both("类别", "Kind"), both("原因（需说明的选）", "Reason (where asked)"), both("补充说明", "In words")}
	widths := []float64{6, 14, 9, 22, 12, 46, 40, 9, 18, 28}
	put := func(cell string, v any, look look) error {
		if err := f.SetCellValue(errorSheet, cell, v); err != nil {
			return err
		}
		return f.SetCellStyle(errorSheet, cell, cell, styles[look])
	}
	must := 0
	for _, b := range all {
		if b.blocking {
			must++
		}
	}
	summary := fmt.Sprintf(m.say(both("共%d处：必改%d处，其余请核对或说明原因。改好后直接上传本文件。", "%d in all, %d must be mended; please look at the others or give a reason. Then upload this very file.")), len(all), must)
	if len(all) > maxMarks {
		summary += fmt.Sprintf(m.say(both("这里只列出前%d处。", " Only the first %d are listed.")), maxMarks)
	}
	meta := m.reading.Meta
	if err := f.SetCellValue(errorSheet, "A1", meta.mark(pairs(keyKind, "errors"))); err != nil {
		return err
	}
	for i, h := range heads {
		c := letters(i + 2)
		v := pairs(keyKind, "text")
		switch i {
		case 8:
			v = pairs(keyColumn, columnReason)
		case 9:
			v = pairs(keyColumn, columnWords)
		}
		if err := f.SetCellValue(errorSheet, c+"1", v.Encode()); err != nil {
			return err
		}
		if err := put(c+"3", m.say(h), head); err != nil {
			return err
		}
		if err := f.SetColWidth(errorSheet, c, c, widths[i]); err != nil {
			return err
		}
	}
	if err := put("B2", summary, subtitle); err != nil {
		return err
	}
	if err := f.MergeCell(errorSheet, "B2", "K2"); err != nil {
		return err
	}
	for i, b := range all[:min(len(all), maxMarks)] {
		r := i + 4
		v := pairs(keyUnit, string(b.unit.ID), keyProblem, b.key)
		cell := ""
		if b.place.Column != "" && b.place.Row > 0 {
			cell = b.place.Column + strconv.Itoa(b.place.Row)
		}
		if fills[i] != "" {
			v.Set("fill", strings.TrimPrefix(fills[i], "#"))
			v.Set("sheet", b.place.Sheet)
			v.Set("cell", cell)
		}
		if err := f.SetCellValue(errorSheet, at(1, r), "e=1&"+v.Encode()); err != nil {
			return err
		}
		kind := strings.Trim(m.kind(b), "【】")
		open, reason, words := fixedText, "", ""
		if !b.blocking && b.key != "" {
			open = choose
		}
		if b.reason != nil {
			words = b.reason.Text
			for _, o := range reasons {
				if o.ID == b.reason.Code {
					reason = m.say(o.Name)
				}
			}
		}
		for c, x := range []any{i + 1, b.place.Sheet, cell, b.unit.Name.In(m.lang), m.ruleName(b.rule), m.say(b.text), m.say(b.do), kind, reason, words} {
			l := label
			if c >= 8 {
				l = open
			}
			if err := put(at(c+2, r), x, l); err != nil {
				return err
			}
		}
		if cell != "" {
			if err := f.SetCellHyperLink(errorSheet, at(4, r), "'"+quote(b.place.Sheet)+"'!"+cell, "Location"); err != nil {
				return err
			}
		}
		h := 15 * float64(max(lines(m.say(b.text), widths[5]), lines(m.say(b.do), widths[6]), lines(b.unit.Name.In(m.lang), widths[3])))
		if err := f.SetRowHeight(errorSheet, r, h+3); err != nil {
			return err
		}
	}
	return m.dress(len(all[:min(len(all), maxMarks)])+3, reasons)
}

// dress hides the ids, offers the reasons and puts the sheet first.
func (m *marker) dress(last int, reasons []pack.Choice) error {
	f := m.file
	if len(reasons) > 0 {
		var names []string
		for _, r := range reasons {
			names = append(names, strings.ReplaceAll(m.say(r.Name), ",", "，"))
		}
		dv := excelize.NewDataValidation(true)
		dv.SetSqref("J4:J" + strconv.Itoa(last))
		if err := dv.SetDropList(names); err == nil { // a long list is typed instead
			if err := f.AddDataValidation(errorSheet, dv); err != nil {
				return err
			}
		}
	}
	if err := f.SetColVisible(errorSheet, "A", false); err != nil {
		return err
	}
	if err := f.SetRowVisible(errorSheet, 1, false); err != nil {
		return err
	}
	if err := f.SetPanes(errorSheet, &excelize.Panes{Freeze: true, YSplit: 3, TopLeftCell: "A4", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	paper, way, one, many := 9, "landscape", 1, 0
	fit := true
	if err := f.SetSheetProps(errorSheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	if err := f.SetPageLayout(errorSheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &way, FitToWidth: &one, FitToHeight: &many}); err != nil {
		return err
	}
	if first := f.GetSheetList()[0]; first != errorSheet {
		if err := f.MoveSheet(errorSheet, first); err != nil {
			return err
		}
	}
	i, err := f.GetSheetIndex(errorSheet)
	if err != nil {
		return err
	}
	f.SetActiveSheet(i)
	return nil
}
