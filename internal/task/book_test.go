package task_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/sheet"
	"shuren/internal/task"
)

var bookNames = task.BookNames{
	Of: func(id string) edu.Text { return bodies[id].Name },
	Bodies: func(typed string) (out []string) {
		for id, b := range bodies {
			if id == typed || b.Name.ZH == typed {
				out = append(out, id)
			}
		}
		slices.Sort(out)
		return out
	},
}

// full is a draft with all that a workbook holds.
func full() task.Task {
	d := whole()
	d.No, d.Rev = 7, 3
	d.Serves = []task.Serves{{Plan: "p", Measure: "M1"}, {Plan: "q", Measure: "M2"}}
	d.With, d.Duty, d.Key, d.Leader, d.Person, d.Contact = []string{"bureau:west", "sec:basic"}, task.Territorial, true, "李局长", "王科长", "0999"
	d.Sheet = task.Sheet{Urgency: task.Urgent, Feedback: "书面", Reader: "赵市长"}
	d.Stones = []task.Milestone{{ID: "m1", Day: day(5, 1), Mark: "完成清单", Done: day(5, 2)}, {ID: "m2", Day: day(6, 1), Mark: "全部到校"}}
	d.Funds = []task.Fund{{Year: 2025, Amount: 120.5, Source: "省级 专项"}}
	return d
}

func bookOf(t *testing.T, rows []task.Task, change func(set func(cell, value string))) []byte {
	t.Helper()
	var list []task.Row
	for _, d := range rows {
		list = append(list, task.Row{Task: d})
	}
	var b bytes.Buffer
	if err := task.WriteBook(&b, list, "zh", bookNames, "示例数据"); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(func(cell, value string) {
			if err := f.SetCellStr("任务分解表", cell, value); err != nil {
				t.Fatal(err)
			}
		})
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func readBook(body []byte, have ...task.Task) (*task.ReadRows, error) {
	return task.ReadBook(context.Background(), io.NopCloser(bytes.NewReader(body)), func(id string) (task.Task, bool) {
		i := slices.IndexFunc(have, func(d task.Task) bool { return d.ID == id })
		if i < 0 {
			return task.Task{}, false
		}
		return have[i], true
	}, bookNames)
}

// A workbook that was only saved changes nothing, whatever happened here since; what
// was edited is what it says, and every wrong cell is named with what was found and
// what is wanted.
func TestBookReadsBack(t *testing.T) {
	mine, other := full(), full()
	other.ID, other.No, other.State = "t2", 8, task.Working
	later := mine
	later.Rev, later.Title = 4, "别人改的"
	for _, tt := range []struct {
		name string
		set  map[string]string
		have []task.Task
		want func(*task.Task) // what the first row of the answer is beside mine
		rows int
		bad  string // part of the refusal
	}{
		{"nothing touched", nil, []task.Task{mine, other}, nil, 0, ""},
		{"nothing touched, and changed here since", nil, []task.Task{later, other}, nil, 0, ""},
		{"texts, owner and limit", map[string]string{"F3": "改写任务", "I3": "西县教育体育局", "J3": "", "O3": "2025年7月31日"}, []task.Task{mine, other},
			func(d *task.Task) { d.Title, d.Lead, d.With, d.Due = "改写任务", "bureau:west", nil, day(7, 31) }, 1, ""},
		{"relations", map[string]string{"B3": "p/M3", "P3": "2025-05-01 完成清单；2025-06-15 补录", "Q3": "2025 10 市级；2026 20"}, []task.Task{mine, other}, func(d *task.Task) {
			d.Serves = []task.Serves{{Plan: "p", Measure: "M3"}}
			d.Stones = []task.Milestone{d.Stones[0], {ID: "m3", Day: day(6, 15), Mark: "补录"}}
			d.Funds = []task.Fund{{Year: 2025, Amount: 10, Source: "市级"}, {Year: 2026, Amount: 20}}
		}, 1, ""},
		{"standing, no sheet, not key", map[string]string{"O3": "长期坚持", "S3": "", "T3": "", "U3": "", "R3": "否"}, []task.Task{mine, other},
			func(d *task.Task) { d.Due, d.Standing, d.Sheet, d.Key = 0, true, task.Sheet{}, false }, 1, ""},
		{"open lead and limit", map[string]string{"I3": "待定", "O3": "待定"}, []task.Task{mine, other}, func(d *task.Task) { d.Lead, d.Due = "", 0 }, 1, ""},
		{"a new row", map[string]string{"F5": "新任务", "I5": "bureau:east", "K5": "属地责任"}, []task.Task{mine, other}, func(d *task.Task) {
			*d = task.Task{Title: "新任务", Lead: "bureau:east", Duty: task.Territorial}
		}, 1, ""},
		{"a copied row is a new one", map[string]string{"A5": "=A3", "F5": "抄来的"}, []task.Task{mine, other}, func(d *task.Task) { *d = task.Task{Title: "抄来的"} }, 1, ""},
		{"a task under way", map[string]string{"F4": "想改"}, []task.Task{mine, other}, nil, 0, "任务分解表 F4：任务办理中，不能在工作簿中修改任务内容：表中为“想改”，应为“落实教师编制”"},
		{"changed here since", map[string]string{"F3": "我改的"}, []task.Task{later, other}, nil, 0, "任务分解表 A3：该任务在导出后已被修改（第3次→第4次保存）"},
		{"no such task", map[string]string{"F3": "我改的"}, []task.Task{other}, nil, 0, "任务分解表 A3：没有编号为“t1”的任务"},
		{"a broken key", map[string]string{"A3": "t1", "F3": "x"}, []task.Task{mine, other}, nil, 0, "任务分解表 A3：编号列“t1”被改动"},
		{"no such body", map[string]string{"I3": "火星局"}, []task.Task{mine, other}, nil, 0, "任务分解表 I3：没有单位“火星局”，应为单位名称或编号"},
		{"no date", map[string]string{"O3": "年底"}, []task.Task{mine, other}, nil, 0, "任务分解表 O3：日期“年底”应为2025-09-01的形式"},
		{"no duty, no kind, no urgency", map[string]string{"C3": "听说", "K3": "道义", "S3": "火急"}, []task.Task{mine, other}, nil, 0, "任务分解表 C3：“听说”不是来源类别，应为：行动计划、会议"},
		{"money", map[string]string{"Q3": "很多钱"}, []task.Task{mine, other}, nil, 0, "任务分解表 Q3：资金“很多钱”应为“年份 万元 来源”"},
		{"an empty title", map[string]string{"F3": ""}, []task.Task{mine, other}, nil, 0, "任务分解表 F3：未填任务内容"},
		{"a title of 501", map[string]string{"F5": strings.Repeat("字", 501)}, []task.Task{mine, other}, nil, 0, "任务分解表 F5：任务内容501字，不得超过500字"},
		{"a lost column", map[string]string{"I2": "牵头"}, []task.Task{mine, other}, nil, 0, "任务分解表 2：缺少列“牵头单位”"},
		{"another workbook", map[string]string{"A1": "x"}, []task.Task{mine, other}, nil, 0, "不是可以导入的任务工作簿"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := bookOf(t, []task.Task{mine, other}, func(set func(cell, value string)) {
				for cell, v := range tt.set {
					if v == "=A3" {
						v = "t1@3@0"
					}
					set(cell, v)
				}
			})
			got, err := readBook(body, tt.have...)
			if tt.bad != "" {
				var bad sheet.Faults
				if !errors.As(err, &bad) || !strings.Contains(bad.In("zh"), tt.bad) || strings.Contains(bad.In("en"), "%!") {
					t.Fatalf("%v; want %s", err, tt.bad)
				}
				return
			}
			if err != nil || len(got.Rows) != tt.rows {
				t.Fatalf("%+v, %v; want %d rows", got, err, tt.rows)
			}
			if tt.rows == 0 {
				return
			}
			want := mine
			tt.want(&want)
			if x := got.Rows[0].Task; !reflect.DeepEqual(x, want) {
				t.Errorf("%+v\nwant %+v", x, want)
			}
			if want.ID != "" && len(got.Rows[0].Changes) != len(tt.set) {
				t.Errorf("changes: %+v", got.Rows[0].Changes)
			}
		})
	}
}

// Whatever is in a workbook, reading it ends with rows or with faults, never with
// both, and never with a row that no draft could be.
func FuzzReadBook(f *testing.F) {
	for _, s := range []string{"", "2025-09-01 完成；x", "2025 1e400", "p/M1、/", "长期坚持", "待定", "=1+1", "t1@3@0", strings.Repeat("字", 3000)} {
		f.Add(s, uint8(6), s)
	}
	mine := full()
	f.Fuzz(func(t *testing.T, a string, col uint8, b string) {
		name, _ := excelize.ColumnNumberToName(int(col)%21 + 1)
		var body bytes.Buffer
		if err := task.WriteBook(&body, []task.Row{{Task: mine}}, "zh", bookNames, ""); err != nil {
			t.Fatal(err)
		}
		x, err := excelize.OpenReader(&body)
		if err != nil {
			t.Fatal(err)
		}
		if x.SetCellStr("任务分解表", name+"3", a) != nil || x.SetCellStr("任务分解表", name+"4", b) != nil || x.SetCellStr("任务分解表", "F4", "新任务") != nil {
			t.Skip("no cell holds it")
		}
		var out bytes.Buffer
		if err := x.Write(&out); err != nil {
			t.Skip("no workbook holds it")
		}
		got, err := readBook(out.Bytes(), mine)
		if (got == nil) == (err == nil) {
			t.Fatalf("%+v, %v", got, err)
		}
		for i := 0; got != nil && i < len(got.Rows); i++ {
			if _, err := task.Draft(got.Rows[i].Task, at(monday)); err != nil {
				t.Fatalf("%+v: %v", got.Rows[i].Task, err)
			}
		}
	})
}
