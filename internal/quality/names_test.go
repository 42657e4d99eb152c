package quality

import (
	"testing"

	"shuren/internal/edu"
)

func TestAlike(t *testing.T) {
	for _, tt := range []struct {
		name, a, b string
		want       bool
	}{
		{"the same", "城关小学", "城关小学", true},
		{"with the county before it", "东河县城关小学", "城关小学", true},
		{"with the kind of place", "青龙镇中心小学", "青龙中心小学", true},
		{"with brackets and spaces", "城关小学（本部）", "城关小学 本部", true},
		{"full width", "第１小学", "第1小学", true},
		{"a sign that sounds alike", "石桥小学", "石乔小学", true},
		{"a sign left out", "育才实验小学校", "育才实验小学", true},
		{"numbers tell apart", "第一小学", "第二小学", false},
		{"directions tell apart", "河东中心小学", "河西中心小学", false},
		{"another place", "青龙中心小学", "青山中心小学", false},
		{"old and new", "城关新小学校", "城关小学校", false},
		{"short names", "甘小学", "小学", false},
		{"primary and junior", "城关小学", "城关中学", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			schools := []School{{Code: "1", Name: tt.a, County: "c", Of: "东河县"}, {Code: "2", Name: tt.b, County: "c", Of: "东河县"}}
			for range 2 {
				got := alike(schools)
				if (len(got) == 1) != tt.want || len(got) > 1 {
					t.Errorf("%s and %s: %d findings", tt.a, tt.b, len(got))
				}
				if tt.want && len(got) == 1 && (got[0].Other == nil || got[0].Other.Code == got[0].School.Code) {
					t.Errorf("%+v names no other school", got[0])
				}
				schools[0], schools[1] = schools[1], schools[0]
			}
		})
	}
}

func TestSameCode(t *testing.T) {
	tree, err := edu.NewTree([]edu.Unit{
		{ID: "c", Level: edu.County, Attrs: []edu.Attrs{{Code: "990101", Name: edu.Text{ZH: "东县"}}}},
		{ID: "d", Level: edu.County, Attrs: []edu.Attrs{{Code: "990102", Name: edu.Text{ZH: "西县"}}}},
		{ID: "s1", Level: edu.School, Attrs: []edu.Attrs{{Code: "1", Name: edu.Text{ZH: "甲"}, Parent: "c"}}},
		{ID: "s2", Level: edu.School, Attrs: []edu.Attrs{{Code: "1", Name: edu.Text{ZH: "乙"}, Parent: "d"}}},
		{ID: "s3", Level: edu.School, Attrs: []edu.Attrs{{Code: "2", Name: edu.Text{ZH: "丙"}, Parent: "d"}}},
		{ID: "gone", Level: edu.School, Ended: 100, Attrs: []edu.Attrs{{Code: "2", Name: edu.Text{ZH: "丁"}, Parent: "d"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := codes(tree.At(20000))
	if len(got) != 1 || got[0].School.ID != "s2" || got[0].Other.ID != "s1" || got[0].Reason.ZH != "标识码1与东县甲相同" {
		t.Errorf("%+v", got)
	}
	if codes(nil) != nil {
		t.Error("without a tree something is said of codes")
	}
}
