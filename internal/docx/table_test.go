package docx

import "testing"

// A day, a number or a short name stays on one line while the long cells of the same
// row break: a list of hundreds of lines is half as long for it.
func TestShortCellsStayOnOneLine(t *testing.T) {
	for _, tt := range []struct {
		name string
		in   Table
	}{
		{"a list of what is late", Table{Head: [][]Cell{{{Text: "单位"}, {Text: "事项"}, {Text: "期限"}, {Text: "逾期（天）"}}},
			Rows: [][]Cell{{{Text: "云岫经开区漱坪街道九年一贯制学校"}, {Text: "义务教育学校年度基础数据表（含附表）"}, {Text: "2026年11月23日"}, {Text: "19"}}}}},
		{"townships under long heads", Table{Head: [][]Cell{{{Text: "单位"}, {Text: "达标/参评（所）"}, {Text: "达标率（%）"}, {Text: "较上期（个百分点）"}, {Text: "未达标或缺数据（所）"}, {Text: "缺数据（所）"}}},
			Rows: [][]Cell{{{Text: "萤桥街道"}, {Text: "10/12"}, {Text: "83.3"}, {Text: "−8.3"}, {Text: "2"}, {Text: "1"}}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := append(append([][]Cell{}, tt.in.Head...), tt.in.Rows...)
			sum := 0
			for i, n := range tt.in.widths(all, len(all[0]), areaWidth) {
				sum += n
				text := tt.in.Rows[0][i].Text
				if need := halves(text)*120 + 114; halves(text) <= 18 && n < need {
					t.Errorf("%q has %d twips, and needs %d", text, n, need)
				}
			}
			if sum != areaWidth {
				t.Errorf("the columns come to %d of %d", sum, areaWidth)
			}
		})
	}
}
