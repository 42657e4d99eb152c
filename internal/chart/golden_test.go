package chart

import (
	"flag"
	"math"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The pictures of each kind, to be looked at in a browser and reviewed as a diff.
func TestGolden(t *testing.T) {
	nan := math.NaN()
	target := &Target{Name: "标准 ≥", Value: 4.5}
	for name, s := range map[string]Spec{
		"spark":     {Kind: Spark, Says: "spark", Series: []Series{{Values: []float64{1, 2, nan, 3, 2.5}}}},
		"line":      {Kind: Line, Says: "line", Decimals: 1, X: []string{"2022", "2023", "2024", "2025"}, Series: []Series{{Name: "小学", Values: []float64{4.1, 4.3, nan, 4.6}}, {Name: "初中", Values: []float64{5, 5.1, 5.2, 5.4}, Dashed: true}}, Target: target},
		"bars":      {Kind: Bars, Says: "bars", Decimals: 2, Unit: "㎡", X: []string{"甲县", "乙县", "丙县"}, Series: []Series{{Values: []float64{5.1, 4.2, nan}, Tones: []Tone{Good, Near, Open}}}, Target: target},
		"bullet":    {Kind: Bullet, Says: "bullet", Series: []Series{{Values: []float64{9}, Tones: []Tone{Good}}}, Target: target},
		"histogram": {Kind: Histogram, Says: "histogram", Unit: "个", X: []string{"3.5", "4.5", "≥5.5"}, Series: []Series{{Values: []float64{12, 340, 80}, Tones: []Tone{Bad, Good, Good}}}, Target: &Target{Name: "标准 ≥", Value: 4.5, At: 1}},
		"interval":  {Kind: Interval, Says: "interval", Full: 4, Series: []Series{{Values: []float64{2.5}, Low: []float64{0.5}, High: []float64{4.5}, Tones: []Tone{Good}}}},
		"caterpillar": {Kind: Caterpillar, Says: "caterpillar", Decimals: 1, Unit: "分", X: []string{"1", "2", "3", "4", "5", "6"}, Series: []Series{{Values: []float64{-3, -1, -0.5, 0.2, nan, 4}, Low: []float64{-4, -3, -2.5, -1.8, nan, 2},
			High: []float64{-2, 1, 1.5, 2.2, nan, 6}, Tones: []Tone{Near, Open, Open, Open, Open, Good}, Ends: [2]string{"下限", "上限"}}}},
		"gantt": {Kind: Gantt, Says: "gantt", X: []string{"2023Q1", "Q2", "Q3", "Q4"}, Target: &Target{Name: "今天", At: 2.25}, Spans: []Span{{Name: "学前教育", Head: true},
			{Name: "新建公办幼儿园", From: 0.5, To: 3, Tone: Near, Href: "/plan/a#m1", Says: "办理中", Marks: []Mark{{At: 1, Says: "开工", Done: true}, {At: 2.9, Says: "竣工"}, {At: 9, Says: "不在图中"}}},
			{Name: "一条名字长到在图上放不下、只好截断而全文仍在链接提示里的措施，还要再长一些才行", From: 2, Open: true, To: nan, Tone: Good, Says: "长期坚持"}, {Name: "时限待定", From: nan, To: nan}}},
		"routes": {Kind: Routes, Says: "routes", Spots: []Spot{{X: -1, Y: 2, Label: "河湾村"}, {X: 3, Y: -1, Label: "松林村 & 大坪村"}, {X: 0, Y: 0, Big: true, Label: "中心小学", Says: "中心小学：300 座", Tone: Good, Href: "/a?b=1&c=2"}},
			Flows: []Flow{{From: 0, To: 2, Value: 30, Says: "30"}, {From: 1, To: 2, Value: 8, Says: "<10", Tone: Near}, {From: 1, To: 9, Value: 1}}},
		"moves": {Kind: Moves, Says: "moves", Cells: []Cell{{Label: "东镇", Value: "进3 出1", Tone: Good, Href: "/a", Says: "东镇"}, {X: 1, Label: "一个名字很长的乡镇中心", Value: "进0 出2", Tone: Near}, {Y: 1, Label: "西镇", Value: "进1 出2", Tone: Near}},
			Flows: []Flow{{From: 1, To: 0, Value: 2, Says: "2人"}, {From: 2, To: 0, Value: 1, Says: "1人"}, {From: 0, To: 2, Value: 1, Says: "1人"}, {From: 2, To: 2, Value: 9}, {From: 7, To: 0, Value: 1}}},
		"tiles": {Kind: Tiles, Says: "tiles", Cells: []Cell{{X: 1, Label: "甲县", Value: "81.3%", Tone: Bad, Href: "/counties/1", Says: "甲县: 1/2"}, {Y: 1, Label: "很长名字的经济技术开发区", Value: "100.0%", Tone: Good, Href: "/counties/2"}}},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join("testdata", name+".svg")
			got := s.SVG() + "\n"
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs; go test -update writes it anew:\n%s", file, got)
			}
		})
	}
}
