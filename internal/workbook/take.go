// The papers that a workbook is about, compared with what it says of itself.

package workbook

import (
	"errors"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/form"
)

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
