package report

import (
	"fmt"
	"strings"

	"shuren/internal/county"
	"shuren/internal/edu"
	"shuren/internal/gap"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// unmet is the list of what is unmet (未达标清单): every section and indicator that
// is short, then the county's own items. What is to be done about it is left to
// be written: nobody but the county knows.
func (w *countyWriter) unmet() *Sheet {
	s := &Sheet{Name: w.t("未达标清单", "Unmet items"), Cols: []SheetCol{
		{"", w.t("学校", "School"), 30}, {"", w.t("学段", "Stage"), 8}, {"", w.t("指标", "Indicator"), 34}, {"", w.t("现状", "Present"), 10}, {"", w.t("标准", "Standard"), 10}, {"", w.t("缺口", "Lacking"), 14},
		{"", w.t("措施", "Measure"), 24}, {"", w.t("责任单位", "Responsible"), 14}, {"", w.t("资金（万元）", "Funds (10 000 yuan)"), 10}, {"", w.t("完成年月", "Done by"), 10}, {"", w.t("状态", "State"), 10},
	}}
	add := func(unit string, stage edu.Stage, st *standard.Stage, jd *standard.Judged, row int) {
		d := jd.Item.Def
		lacking := SheetCell{}
		for _, l := range gap.Section(st, row) {
			if l.Indicator == d && l.Amount == l.Amount {
				lacking = say(strings.TrimSpace(Number(round2(l.Amount)) + " " + w.unitName(&pack.Element{Unit: l.Unit})))
			}
		}
		held := SheetCell{Text: w.held(d, jd.Threshold)}
		if jd.Threshold.Formula != nil {
			held = say(standard.Sign(jd.Threshold.Op) + Number(round2(jd.Limit(row))))
		}
		now := number(jd.Item.Value(row), d.Decimals)
		if d.Unit == pack.YesNo {
			now = say(w.t("否", "no"))
			if jd.Item.Value(row) != 0 {
				now = say(w.t("是", "yes"))
			}
		}
		now.Bad = true
		name := ""
		if stage != "" {
			name = w.stageName(stage)
		}
		s.Rows = append(s.Rows, []SheetCell{say(unit), say(name), say(code(d.Code, w.opt.text(d.Name))), now, held, lacking, {}, {}, {}, {}, say(w.t("未达标", "unmet"))})
	}
	for si, st := range w.a.Stages {
		lo, hi := w.a.Rows(edu.County, w.unit, si)
		for row := lo; row < hi; row++ {
			for _, jd := range st.Judged {
				if jd.Threshold != nil && jd.Verdict(row) == edu.Short {
					add(st.Frame.Rows[row].Name, st.Frame.Stage, st, jd, row)
				}
			}
		}
	}
	if c := w.a.Counties; c != nil && w.u.Row >= 0 {
		for _, jd := range c.Judged {
			if jd.Threshold != nil && jd.Verdict(w.u.Row) == edu.Short {
				add(w.u.Name, "", c, jd, w.u.Row)
			}
		}
	}
	s.Text = w.t(fmt.Sprintf("共%d条。措施、责任单位、资金、完成年月由县填写。", len(s.Rows)), fmt.Sprintf("%d lines. Measures, who is responsible, funds and dates are for the county to write.", len(s.Rows)))
	return s
}

func round2(x float64) float64 { return gap.Round(x, 2) }

// progress is the sheet of how far the county's recognition has come (创建进程),
// the newest entry first.
func (w *countyWriter) progress() *Sheet {
	s := &Sheet{Name: w.t("创建进程", "Recognition"), Cols: []SheetCol{{"", w.t("规划认定年度", "Planned year"), 10}, {"", w.t("当前环节", "Present step"), 14}}}
	for _, x := range county.Steps {
		s.Cols = append(s.Cols, SheetCol{w.t("各环节日期", "Dates of steps"), w.opt.text(x.Name()), 12})
	}
	for _, x := range county.Checks {
		s.Cols = append(s.Cols, SheetCol{w.t("国家认定各步骤", "Parts of the national recognition"), w.opt.text(x.Name()), 12})
	}
	s.Cols = append(s.Cols, SheetCol{"", w.t("结论", "Conclusion"), 24}, SheetCol{"", w.t("问题数", "Issues"), 8}, SheetCol{"", w.t("销号数", "Closed"), 8}, SheetCol{"", w.t("更新时间", "Updated"), 12})
	for _, p := range w.opt.Progress {
		year := SheetCell{}
		if p.Year > 0 {
			year = number(float64(p.Year), 0)
		}
		row := []SheetCell{year, say(w.opt.text(p.Step.Name()))}
		for _, x := range county.Steps {
			row = append(row, say(p.Dates[x].String()))
		}
		for _, x := range county.Checks {
			row = append(row, say(p.Checks[x].String()))
		}
		s.Rows = append(s.Rows, append(row, say(p.Conclusion), number(float64(p.Issues), 0), number(float64(p.Closed), 0), say(p.At.Format("2006-01-02"))))
	}
	return s
}
