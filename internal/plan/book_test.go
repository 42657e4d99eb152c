package plan

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shuren/internal/draft"
	"shuren/internal/edu"
	"shuren/internal/sheet"
	"shuren/internal/task"
)

// names of a city with three counties and three bodies.
var names = func() Names {
	of := map[string]string{"c1": "甲县", "c2": "乙区", "c3": "丙市", "gov:c1": "甲县人民政府", "dept:finance": "市财政局", "bureau:": "市教育体育局"}
	find := func(ids ...string) func(string) []string {
		return func(typed string) (out []string) {
			for _, id := range ids {
				if of[id] == typed {
					out = append(out, id)
				}
			}
			return out
		}
	}
	return Names{Of: func(id string) edu.Text { return edu.Text{ZH: of[id], EN: of[id]} }, Bodies: find("gov:c1", "dept:finance", "bureau:"), Counties: find("c1", "c2", "c3"), Schools: find("c1", "c2", "c3"),
		Indicators: func(scheme, id string) bool { return strings.HasPrefix(scheme, "s") && strings.HasPrefix(id, "i") }}
}()

func anyPlan(t *rapid.T) Plan {
	text := rapid.StringMatching(`[一-十a-z][一-十a-z0-9，。（）=+"' -]{0,20}[一-十a-z]`)
	maybe := func(label string) string {
		if rapid.Bool().Draw(t, label+"?") {
			return text.Draw(t, label)
		}
		return ""
	}
	p := Plan{ID: "p1", Name: text.Draw(t, "plan"), Basis: maybe("basis"), From: 2023, To: rapid.IntRange(2023, 2026).Draw(t, "to"), Near: rapid.SampledFrom([]float64{0, 0.5, 0.9}).Draw(t, "near")}
	day := func(label string) edu.Date { return edu.Date(rapid.IntRange(19358, 20453).Draw(t, label)) }
	by := func(label string, always bool) map[int]float64 {
		var out map[int]float64
		for _, y := range p.Years() {
			if always || rapid.Bool().Draw(t, label+"?") {
				if out == nil {
					out = map[int]float64{}
				}
				out[y] = float64(rapid.IntRange(-100000, 100000).Draw(t, label)) / 100
			}
		}
		return out
	}
	for range rapid.IntRange(0, 3).Draw(t, "lines") {
		l := Line{ID: p.NewID(LineID), Name: text.Draw(t, "line"), Row: rapid.SampledFrom([]string{"", "S3", "S10"}).Draw(t, "row"), Stage: rapid.SampledFrom(append([]draft.Stage{""}, draft.Stages...)).Draw(t, "stage")}
		for range rapid.IntRange(0, 2).Draw(t, "targets") {
			x := Target{ID: p.NewID(TargetID), Name: text.Draw(t, "target"), Unit: maybe("unit"), Values: by("value", false), Source: maybe("source"), BaseSource: maybe("base source"), BaseYear: rapid.SampledFrom([]int{0, 2022}).Draw(t, "base"),
				Of: rapid.SampledFrom([]Of{Value, Passed, Spread, RuleOf}).Draw(t, "of"), Direction: rapid.SampledFrom([]Direction{Up, Down}).Draw(t, "direction"), Combine: rapid.SampledFrom([]Combine{Sum, Each}).Draw(t, "combine")}
			if rapid.Bool().Draw(t, "indicator?") {
				x.Scheme, x.Indicator, x.Stage = "s@1", "i1", "primary"
			}
			if rapid.Bool().Draw(t, "typed?") {
				v := 12.5
				x.BaseValue = &v
			}
			for _, u := range rapid.SliceOfDistinct(rapid.SampledFrom([]edu.UnitID{"c1", "c2", "c3"}), rapid.ID).Draw(t, "counties") {
				if x.Shares == nil {
					x.Shares = map[edu.UnitID]map[int]float64{}
				}
				x.Shares[u] = by("share", true)
			}
			l.Targets = append(l.Targets, x)
		}
		for range rapid.IntRange(0, 3).Draw(t, "measures") {
			m := Measure{ID: p.NewID(MeasureID), Text: text.Draw(t, "measure"), Source: maybe("sentence"), Figures: maybe("figures"), Standing: rapid.Bool().Draw(t, "standing")}
			if !m.Standing && rapid.Bool().Draw(t, "due?") {
				m.Due = day("due")
			}
			if len(l.Targets) > 0 && rapid.Bool().Draw(t, "moves?") {
				m.Target = l.Targets[0].ID
			}
			m.Owners = append(m.Owners, rapid.SliceOfDistinct(rapid.SampledFrom([]Owner{{Body: "gov:c1", Duty: task.Territorial, Lead: true}, {Body: "dept:finance", Duty: task.Departmental}, {Body: "bureau:", Duty: task.Industry}, {Said: "某某单位"}}), rapid.ID).Draw(t, "owners")...)
			for range rapid.IntRange(0, 2).Draw(t, "projects") {
				x := Project{ID: p.NewID(ProjectID), Name: text.Draw(t, "project"), Kind: maybe("kind"), Scale: maybe("scale"), Place: maybe("place"), School: rapid.SampledFrom([]edu.UnitID{"", "c2"}).Draw(t, "school")}
				for range rapid.IntRange(0, 2).Draw(t, "money") {
					x.Money = append(x.Money, task.Fund{Year: 2024, Amount: float64(rapid.IntRange(0, 9999999).Draw(t, "amount")) / 100, Source: maybe("from")})
				}
				for range rapid.IntRange(0, 2).Draw(t, "stones") {
					x.Stones = append(x.Stones, task.Milestone{ID: p.NewID(StoneID), Day: day("stone"), Mark: text.Draw(t, "mark")})
				}
				m.Projects = append(m.Projects, x)
			}
			l.Measures = append(l.Measures, m)
		}
		p.Lines = append(p.Lines, l)
	}
	return p
}

func written(t interface{ Fatal(...any) }, v *Version, lang string) []byte {
	var b bytes.Buffer
	if err := Write(&b, v, lang, names, ""); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readBook(b []byte, have *Plan) (*Read, error) {
	return ReadBook(context.Background(), io.NopCloser(bytes.NewReader(b)), have, names)
}

// A plan that is exported and read again is the same plan, ids and all, in both
// languages.
func TestBookRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Version{Plan: anyPlan(t), Version: 2, Rev: 7}
		if len(Breaking(v.Check())) > 0 {
			t.Skip("no plan that could be saved")
		}
		got, err := readBook(written(t, &v, rapid.SampledFrom([]string{"zh", "en"}).Draw(t, "lang")), &v.Plan)
		if err != nil {
			t.Fatal(err)
		}
		if got.Version != 2 || got.Rev != 7 || len(got.Notes) > 0 || !reflect.DeepEqual(got.Plan, v.Plan) {
			t.Fatalf("it is another plan: %v\n%+v\n%+v", Diff(&v.Plan, &got.Plan, nil), v.Plan, got.Plan)
		}
	})
}

// edit changes cells of a written workbook.
func edit(t *testing.T, b []byte, cells map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, v := range cells {
		sheet, cell, _ := strings.Cut(at, "!")
		if err := f.SetCellValue(sheet, cell, v); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBookEdits(t *testing.T) {
	v := Version{Plan: sound(), Version: 1, Rev: 1}
	v.Lines[1].Targets[0].Scheme, v.Lines[1].Targets[0].Indicator = "s@1", "i1"
	book := written(t, &v, "zh")
	for _, tt := range []struct {
		name  string
		cells map[string]any
		want  []string // changes in Chinese, or faults
		bad   bool
	}{
		{"nothing", nil, nil, false},
		{"a text keeps its id", map[string]any{"措施!D2": "补齐教师和场地"}, []string{"措施“补齐教师和场地”：内容由“补齐教师”改为“补齐教师和场地”"}, false},
		{"a new row has no id", map[string]any{"措施!B3": 2, "措施!C3": 3, "措施!D3": "新建高中", "责任!A5": 2, "责任!B5": "甲县人民政府", "责任!C5": "属地", "责任!D5": "是"}, []string{"新增措施“新建高中”"}, false},
		{"a serial day is a day", map[string]any{"措施!F2": 45657}, []string{"措施“补齐教师”：完成时限由“2025-06-30”改为“2024-12-31”"}, false},
		{"a copied row is a new one", map[string]any{"措施!A3": v.Lines[1].Measures[0].ID, "措施!B3": 2, "措施!C3": 2, "措施!D3": "复制的"}, []string{"新增措施“复制的”"}, false},
		{"a share by name", map[string]any{"县区分解!A2": 1, "县区分解!B2": "乙区", "县区分解!E2": "95.5"}, []string{"目标“达标率”：县区分解由“”改为“c2 2025: 95.5”"}, false},
		{"no number", map[string]any{"目标!N2": "八十"}, []string{"目标 N2：“八十”不是数"}, true},
		{"no such row", map[string]any{"措施!C2": 99}, []string{"措施 C2：没有序号为“99”的行", "责任 A2：没有序号为“1”的行", "责任 A3：没有序号为“1”的行", "责任 A4：没有序号为“1”的行"}, true},
		{"a number twice", map[string]any{"措施!B3": 1, "措施!C3": 2, "措施!D3": "x"}, []string{"措施 B3：序号1重复"}, true},
		{"no such indicator", map[string]any{"目标!F2": "zz"}, []string{"目标 F2：本市的指标体系中没有“s@1 zz”"}, true},
		{"a kind that there is not", map[string]any{"责任!C2": "全部"}, []string{"责任 C2：责任类型“全部”应为属地、部门或行业"}, true},
		{"several at once", map[string]any{"措施!F2": "明年", "县区分解!A2": 1, "县区分解!B2": "丁县", "县区分解!C2": 1}, []string{"措施 F2：日期“明年”应为2025-09-01的形式", "县区分解 B2：没有找到县（市、区）“丁县”"}, true},
		{"another plan", map[string]any{"行动!A1": "shuren-plan:other:1:1"}, []string{"行动 A1：这是另一个方案（other）的工作簿"}, true},
		{"no workbook of ours", map[string]any{"行动!A1": ""}, []string{"行动：不是本系统导出的方案工作簿：请先从方案页导出，在导出的文件上修改"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readBook(edit(t, book, tt.cells), &v.Plan)
			var said []string
			if err != nil {
				faults, ok := err.(sheet.Faults)
				if !ok || !tt.bad {
					t.Fatal(err)
				}
				said = strings.Split(faults.In("zh"), "\n")
			} else {
				for _, c := range Diff(&v.Plan, &got.Plan, nil) {
					said = append(said, c.Text.ZH)
				}
			}
			if tt.bad != (err != nil) || !slices.Equal(said, tt.want) {
				t.Errorf("got %q\nwant %q", said, tt.want)
			}
		})
	}
}

// Whatever a file holds, it is a plan that can be saved or it is refused in words;
// nothing is read by half.
func FuzzReadBook(f *testing.F) {
	v := Version{Plan: sound(), Version: 1, Rev: 1}
	f.Add(written(f, &v, "zh"))
	f.Add([]byte("编号,主线序号\n"))
	f.Add([]byte("PK\x03\x04"))
	have := sound()
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := readBook(b, &have)
		if err != nil {
			if got != nil || fmt.Sprint(err) == "" {
				t.Errorf("refused without words, or by half: %v, %v", got, err)
			}
			return
		}
		if bad := Breaking(got.Plan.Check()); len(bad) > 0 {
			t.Errorf("a plan that cannot be saved was read: %v", bad)
		}
	})
}
