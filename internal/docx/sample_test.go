package docx

import (
	"math"
	"time"

	"shuren/internal/chart"
)

// sample is a document with one of each kind of block.
func sample() *Document {
	var o Outline
	d := &Document{
		Head:  &Head{Agency: "云岫市教育体育局文件", Number: "云教体[2027]18号"},
		Title: "关于2025—2026学年义务教育优质均衡\n发展监测情况的通报",
		To:    "各县(市、区)教育体育局,市直属学校:",
		Made:  time.Date(2027, 3, 31, 8, 0, 0, 0, time.UTC),
	}
	names := []string{"青林区", "云麓区", "白水县", "石门县", "双河县", "龙泉县", "大坪县", "南山县", "北原市"}
	rates := []float64{90.7, 70.7, 83.5, 88.2, 93.9, 80.2, math.NaN(), 71.8, 73.3}
	rows := [][]Cell{}
	for i, n := range names {
		rows = append(rows, []Cell{{Text: n}, {Text: itoa(90 + 17*i), Align: Number}, {Text: itoa(81 + 9*i), Align: Number}, {Text: chart.Number(rates[i], 1), Align: Number}, {Text: "见备注", Align: Left}})
	}
	d.Body = []Block{
		Text("为深入实施教育高质量发展三年行动,全面掌握义务教育优质均衡发展进展,市教育体育局对全市9个县(市、区)1 428所义务教育学校的7项资源配置指标进行了监测。现将有关情况通报如下。"),
		o.Next(1, "总体情况"),
		Para{Runs: []Run{{Text: "全市7项指标综合达标学校1 109所,达标率77.7%,较上年提高6.2个百分点。其中“青林区”达标率超过90%,数据见"}, {Text: "系统页面", Href: "https://example.org/a?b=1&c=2"}, {Text: "。"}}},
		o.Next(2, "主要差距"),
		Heading{3, "1.指标。", []Run{{Text: "每百名学生拥有县级以上骨干教师数达标率为68.3%。"}}},
		o.Next(4, "其他"),
		Text("生均体育运动场馆面积达标率为71.9%。"),
		Table{Caption: "表1 各县(市、区)达标情况", Head: [][]Cell{{{Text: "县(市、区)", Down: 2}, {Text: "学校", Span: 2}, {Text: "达标率(%)", Down: 2}, {Text: "说明", Down: 2}}, {{Text: "监测"}, {Text: "达标"}}}, Rows: rows, Note: "注:数据截至2026年9月30日。"},
		Chart{Caption: "图1 各县(市、区)综合达标率", Spec: chart.Spec{Kind: chart.Bars, Title: "达标率", Says: "青林区达标率为90.7%", Unit: "%", Decimals: 1, XName: "县(市、区)", X: names, Series: []chart.Series{{Name: "达标率", Values: rates}}, Target: &chart.Target{Name: "标准", Value: 85}}},
		o.Next(1, "工作要求"),
		Text("各地要对照问题清单,实行一县一案、一校一策,于2027年12月31日前报送整改方案。"),
		Chart{Caption: "图2 在校生预测", Spec: chart.Spec{Kind: chart.Line, Title: "在校生", Says: "在校生逐年减少", Unit: "人", XName: "年", X: []string{"2023", "2024", "2025", "2026"}, Series: []chart.Series{{Name: "实际", Values: []float64{1200, 1180, math.NaN(), math.NaN()}}, {Name: "预测", Dashed: true, Values: []float64{math.NaN(), 1180, 1150, 1100}, Low: []float64{math.NaN(), 1180, 1130, 1060}, High: []float64{math.NaN(), 1180, 1170, 1140}}}}},
		Enclosures{[]string{"各县(市、区)问题清单及整改时限一览表以及很长很长的名称需要换行的情况", "整改方案模板"}},
		Signature{Agency: "云岫市教育体育局", Day: "2027年3月31日"},
		Attachment{No: 1, Title: "各县（市、区）问题清单", Body: []Block{Table{Head: [][]Cell{{{Text: "序号"}, {Text: "问题"}}}, Rows: [][]Cell{{{Text: "1"}, {Text: "教师缺编", Align: Left}}}}}},
		Attachment{No: 2, Title: "整改方案模板", Body: []Block{Text("一所学校一份。")}},
	}
	d.Footer = Colophon{Copies: "市委教育工作领导小组成员单位,各县(市、区)人民政府,市人民政府办公室。", Office: "云岫市教育体育局办公室", Day: "2027年3月31日"}
	return d
}
