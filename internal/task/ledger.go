package task

import (
	"fmt"
	"strconv"
	"strings"

	"shuren/internal/edu"
)

// Ledger is a table of tasks with the columns that offices keep.
type Ledger string

const (
	Breakdown   Ledger = "plan"  // 三年行动任务分解表
	Supervision Ledger = "sheet" // 督办台账
)

// Column is a column of a ledger.
type Column struct {
	Key  string // for programs
	Name edu.Text
	Of   func(Row) string
}

// Columns are those of a ledger, in the order in which it is printed.
func (l Ledger) Columns() []Column {
	if l == Supervision {
		return supervisionColumns
	}
	return breakdownColumns
}

func column(key, zh, en string, of func(Row) string) Column {
	return Column{key, edu.Text{ZH: zh, EN: en}, of}
}

var supervisionColumns = []Column{
	column("number", "编号", "No.", func(r Row) string {
		if r.Sheet.No == 0 {
			return ""
		}
		return r.Sheet.Number()
	}),
	column("source", "来源", "Basis", Row.source),
	column("matter", "事项", "Matter", func(r Row) string { return r.Title }),
	column("lead", "牵头", "Lead", func(r Row) string { return r.LeadName.ZH }),
	column("limit", "时限", "Limit", func(r Row) string { return r.limit() }),
	column("signed", "签收", "Signed", func(r Row) string {
		if r.Signed.IsZero() {
			return ""
		}
		return clock(r.Signed)
	}),
	column("reports", "已反馈次数", "Reports", func(r Row) string { return strconv.Itoa(r.Entries) }),
	column("last_report", "最近反馈", "Last report", Row.lastEntry),
	column("extended", "延期（次，至）", "Extended (times, until)", func(r Row) string {
		if r.Extended == 0 {
			return ""
		}
		return fmt.Sprintf("%d，%s", r.Extended, r.Due)
	}),
	column("state", "状态", "State", func(r Row) string { return r.State.Name().ZH }),
	column("lamp", "灯", "Lamp", Row.lamp),
	column("days_late", "逾期天数", "Days late", func(r Row) string { return strconv.Itoa(r.Overdue) }),
	column("conclusion", "结论", "Conclusion", func(r Row) string {
		if r.State != Closed {
			return ""
		}
		return strings.TrimSpace(r.Outcome.Name().ZH + " " + r.Approval + " " + r.Review.Text)
	}),
}

var breakdownColumns = []Column{
	column("no", "序号", "No.", func(r Row) string { return strconv.FormatInt(r.No, 10) }),
	column("action", "行动/专项", "Plan", func(r Row) string {
		var out []string
		for _, s := range r.Serves {
			out = append(out, s.Plan+"/"+s.Measure)
		}
		return strings.Join(out, "、")
	}),
	column("source", "任务来源", "Basis", Row.source),
	column("content", "任务内容", "Task", func(r Row) string { return r.Title }),
	column("demand", "目标表述", "What is wanted", func(r Row) string { return r.Demand }),
	column("indicator", "关联指标", "Indicator", func(r Row) string { return r.Target.Indicator }),
	column("lead", "牵头单位", "Lead", func(r Row) string { return r.LeadName.ZH }),
	column("with", "配合单位", "Helpers", func(r Row) string {
		var out []string
		for _, w := range r.WithNames {
			out = append(out, w.ZH)
		}
		return strings.Join(out, "、")
	}),
	column("duty", "责任类型", "Duty", func(r Row) string { return r.Duty.Name().ZH }),
	column("leader", "责任领导", "Leader", func(r Row) string { return r.Leader }),
	column("person", "责任人", "Person", func(r Row) string { return r.Person }),
	column("contact", "联系人/电话", "Contact", func(r Row) string { return r.Contact }),
	column("limit", "完成时限", "Limit", func(r Row) string { return r.limit() }),
	column("milestones", "节点", "Milestones", func(r Row) string {
		var out []string
		for _, s := range r.Stones {
			mark := ""
			if s.Done > 0 {
				mark = "（已完成" + s.Done.String() + "）"
			}
			out = append(out, s.Day.String()+" "+s.Mark+mark)
		}
		return strings.Join(out, "；")
	}),
	column("money", "资金（万元，来源）", "Money (10,000 yuan, source)", func(r Row) string {
		var out []string
		for _, f := range r.Funds {
			out = append(out, fmt.Sprintf("%d年%s（%s）", f.Year, strconv.FormatFloat(f.Amount, 'f', -1, 64), f.Source))
		}
		return strings.Join(out, "；")
	}),
	column("progress", "进展", "Progress", Row.lastEntry),
	column("percent", "完成率%", "Done, %", func(r Row) string {
		if r.Last.Percent == nil {
			return ""
		}
		return strconv.FormatFloat(*r.Last.Percent, 'f', -1, 64)
	}),
	column("problems", "存在问题", "Problems", func(r Row) string { return r.Last.Problems }),
	column("next", "下步打算", "Next steps", func(r Row) string { return r.Last.Next }),
	column("state", "状态", "State", func(r Row) string { return r.State.Name().ZH }),
	column("lamp", "灯", "Lamp", Row.lamp),
	column("updated", "更新时间", "Updated", func(r Row) string { return clock(r.Changed) }),
}

func (r Row) source() string {
	parts := []string{r.Source.Kind.Name().ZH, r.Source.Name, r.Source.Item}
	return strings.TrimSpace(strings.Join(parts, " "))
}

func (r Row) lastEntry() string {
	switch {
	case r.Entries == 0:
		return ""
	case r.Last.NoChange:
		return r.Last.Day.String() + " 本期无变化"
	}
	return r.Last.Day.String() + " " + r.Last.Text
}

// lamp is the lamp as paper shows it: shape, word and the rule that lit it.
func (r Row) lamp() string { return r.Lamp.Mark() + r.Lamp.Name().ZH + "：" + r.Why.ZH }
