package docx

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"shuren/internal/attach"
	"shuren/internal/chart"
	"shuren/internal/docx/docxtest"
)

func specs() map[string]chart.Spec {
	nan := math.NaN()
	x := []string{"甲<县>", "乙县", "丙县"}
	many := chart.Spec{Kind: chart.Bars, XName: "县", Series: []chart.Series{{Name: "率"}}, Target: &chart.Target{Name: "标准", Value: 3}}
	for i := range 30 {
		many.X = append(many.X, fmt.Sprint("县", i))
		many.Series[0].Values = append(many.Series[0].Values, float64(i))
	}
	return map[string]chart.Spec{
		"bars":        {Kind: chart.Bars, XName: "县", X: x, Unit: "%", Decimals: 1, Series: []chart.Series{{Name: "率", Values: []float64{90.5, nan, -3}, Tones: []chart.Tone{chart.Good, chart.Open, chart.Bad}}}, Target: &chart.Target{Name: "标准", Value: 85}},
		"two bars":    {Kind: chart.Bars, XName: "县", X: x, Series: []chart.Series{{Name: "今年", Values: []float64{1, 2, 3}}, {Name: "去年", Values: []float64{2, 2}}}},
		"lying":       many,
		"histogram":   {Kind: chart.Histogram, XName: "师生比", X: x, Unit: "所", Series: []chart.Series{{Name: "学校", Values: []float64{4, 9, 2}}}, Target: &chart.Target{Name: "标准", Value: 19, At: 1.5}},
		"line":        {Kind: chart.Line, XName: "年", X: x, Unit: "人", Series: []chart.Series{{Name: "实际", Values: []float64{5, nan, 7}, Cuts: []chart.Cut{{At: 2, Says: "口径变了"}}}, {Name: "预测", Dashed: true, Values: []float64{nan, nan, 8}, Low: []float64{nan, nan, 6}, High: []float64{nan, nan, 9}}}, Target: &chart.Target{Name: "标准", Value: 6}},
		"caterpillar": {Kind: chart.Caterpillar, XName: "学校", X: x, Series: []chart.Series{{Name: "增值", Values: []float64{-1, 0, 2}, Low: []float64{-2, -1, 1}, High: []float64{0, 1, 3}}}},
		"spark":       {Kind: chart.Spark, X: x, Series: []chart.Series{{Values: []float64{1, 2, 3}}}},
	}
}

func TestChartsAreWhole(t *testing.T) {
	for name, s := range specs() {
		t.Run(name, func(t *testing.T) {
			b := written(t, &Document{Body: []Block{Chart{Spec: s, Caption: "图1"}, Chart{Spec: s}}})
			docxtest.Check(t, b)
			if _, err := attach.Check("a.docx", bytes.NewReader(b), int64(len(b))); err != nil {
				t.Error(err)
			}
			// A clerk who changes the figures finds those that are drawn.
			f, err := excelize.OpenReader(strings.NewReader(part(t, b, "word/embeddings/Microsoft_Excel_Sheet2.xlsx")))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			for i, r := range s.Series {
				if got, _ := f.GetCellValue("Sheet1", letter(i+1)+"1"); got != r.Name {
					t.Errorf("series %d is called %q, want %q", i, got, r.Name)
				}
				for k := range s.X {
					want := ""
					if v := at(r.Values, k); known(v) {
						want = float(v)
					}
					if got, _ := f.GetCellValue("Sheet1", fmt.Sprint(letter(i+1), k+2)); got != want {
						t.Errorf("%s at %s is %q, want %q", r.Name, s.X[k], got, want)
					}
				}
			}
		})
	}
}

func TestChartsSayWhatTheyMustSay(t *testing.T) {
	all := specs()
	for _, tt := range []struct{ name, spec, has, hasNot string }{
		{"a missing figure has no point", "bars", `<c:pt idx="0"><c:v>90.5</c:v></c:pt><c:pt idx="2">`, ""},
		{"what a colour says stands in words too", "bars", "● 甲&lt;县&gt;", ""},
		{"the standard is a line of its own", "bars", `<c:lineChart>`, ""},
		{"bars begin at zero", "two bars", `<c:min val="0"/>`, ""},
		{"but not where one goes below", "bars", `<c:barChart>`, `<c:min val="0"/>`},
		{"a gap in a line stays a gap", "line", `<c:dispBlanksAs val="gap"/>`, ""},
		{"a forecast is dashed", "line", `<a:prstDash val="sysDash"/>`, ""},
		{"no line leads over a cut", "line", `<c:dPt><c:idx val="2"/>`, ""},
		{"an interval has its ends", "line", `<c:errBars><c:errDir val="y"/>`, ""},
		{"the scale holds the ends of intervals", "caterpillar", `<c:max val="3"/><c:min val="-2"/>`, ""},
		{"many bars lie", "lying", `<c:barDir val="bar"/>`, `<c:lineChart>`},
		{"classes touch", "histogram", `<c:gapWidth val="4"/>`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := part(t, written(t, &Document{Body: []Block{Chart{Spec: all[tt.spec]}}}), "word/charts/chart1.xml")
			if !strings.Contains(s, tt.has) || tt.hasNot != "" && strings.Contains(s, tt.hasNot) {
				t.Errorf("want %s and not %s in\n%s", tt.has, tt.hasNot, s)
			}
		})
	}
}

// Whatever cells a table is given: it is whole.
func TestAnyTableIsWhole(t *testing.T) {
	cell := rapid.Custom(func(t *rapid.T) Cell {
		return Cell{Text: rapid.StringOf(rapid.SampledFrom([]rune("甲a1\n\t<&,"))).Draw(t, "text"), Span: rapid.IntRange(0, 4).Draw(t, "span"), Down: rapid.IntRange(0, 4).Draw(t, "down"), Head: rapid.Bool().Draw(t, "head")}
	})
	rows := rapid.SliceOfN(rapid.SliceOfN(cell, 0, 5), 0, 6)
	rapid.Check(t, func(t *rapid.T) {
		d := &Document{Body: []Block{Table{Head: rows.Draw(t, "head"), Rows: rows.Draw(t, "rows"), Shares: rapid.SliceOfN(rapid.Float64Range(-1, 9), 0, 4).Draw(t, "shares")}}}
		var b bytes.Buffer
		if err := d.Write(&b); err != nil {
			t.Fatal(err)
		}
		if p := docxtest.Problems(b.Bytes()); len(p) > 0 {
			t.Fatal(p)
		}
	})
}
