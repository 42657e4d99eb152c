package task_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/task"
)

// The ledger has the columns that offices keep, in their order, in every format;
// what somebody typed is never a formula.
func TestLedger(t *testing.T) {
	env := at(noon(7, 3))
	d := working(func(d *task.Task) { d.Title, d.Sheet.Year, d.Sheet.No, d.Extended = "=HYPERLINK(1)", 2025, 7, 1 })
	r := task.Row{Task: d, LeadName: bodies[d.Lead].Name, Overdue: task.Overdue(d, env)}
	r.Lamp, r.Why = task.LampOf(d, env)
	for _, tt := range []struct {
		ledger task.Ledger
		head   string
		want   map[string]string
	}{
		{task.Supervision, "编号 来源 事项 牵头 时限 签收 已反馈次数 最近反馈 延期（次，至） 状态 灯 逾期天数 结论", map[string]string{"编号": "〔2025〕7号", "来源": "行动计划 市教育大会", "事项": "'=HYPERLINK(1)", "牵头": "东县教育体育局", "签收": "2025-04-14 10:00", "已反馈次数": "1",
			"最近反馈": "2025-06-10 在办", "延期（次，至）": "1，2025-06-30", "状态": "办理中", "灯": "■滞后：超过时限2025-06-30，逾期3天", "逾期天数": "3", "结论": ""}},
		{task.Breakdown, "序号 行动/专项 任务来源 任务内容 目标表述 关联指标 牵头单位 配合单位 责任类型 责任领导 责任人 联系人/电话 完成时限 节点 资金（万元，来源） 进展 完成率% 存在问题 下步打算 状态 灯 更新时间", map[string]string{"任务内容": "'=HYPERLINK(1)", "进展": "2025-06-10 在办", "完成时限": "2025-06-30", "完成率%": ""}},
	} {
		var b bytes.Buffer
		if err := task.WriteLedger(&b, "csv", tt.ledger, []task.Row{r}, "zh", ""); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil || len(lines) != 2 || strings.Join(lines[0], " ") != tt.head {
			t.Fatalf("%s: %v, %v; want the head %s", tt.ledger, lines, err, tt.head)
		}
		for i, h := range lines[0] {
			if want, ok := tt.want[h]; ok && lines[1][i] != want {
				t.Errorf("%s: %q, want %q", h, lines[1][i], want)
			}
		}
		b.Reset()
		if err := task.WriteLedger(&b, "json", tt.ledger, []task.Row{r}, "zh", ""); err != nil {
			t.Fatal(err)
		}
		var out []map[string]string
		if err := json.Unmarshal(b.Bytes(), &out); err != nil || len(out) != 1 || out[0]["id"] != "t1" || out[0]["lead"] != "东县教育体育局" {
			t.Errorf("JSON: %v, %v", out, err)
		}
		b.Reset()
		if err := task.WriteLedger(&b, "xlsx", tt.ledger, []task.Row{r}, "en", "demo data"); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatal(err)
		}
		sheet := f.GetSheetName(0)
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) != 3 || rows[0][0] != "demo data" || rows[1][0] != "No." {
			t.Errorf("%s as a workbook: %v, %v", tt.ledger, rows, err)
		}
		for _, cell := range []string{"C3", "D3"} {
			if formula, err := f.GetCellFormula(sheet, cell); err != nil || formula != "" {
				t.Errorf("%s of %s is the formula %q", cell, tt.ledger, formula)
			}
		}
	}
	if err := task.WriteLedger(&bytes.Buffer{}, "doc", task.Breakdown, nil, "zh", ""); err == nil {
		t.Error("an unknown format was written")
	}
}
