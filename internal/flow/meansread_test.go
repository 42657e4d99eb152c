package flow

import (
	"io"
	"math"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/means"
)

func readMeans(t testing.TB, c *City, k MeansKind, text string) (*Means, []edu.Text, error) {
	t.Helper()
	return c.ReadMeans(t.Context(), k, "x.csv", io.NopCloser(strings.NewReader(text)))
}

// Each kind is read as a county writes it: by the template's heads, with names of
// items and elements as people call them.
func TestReadMeans(t *testing.T) {
	c := newTown(t).City
	m, bad, err := readMeans(t, c, MeansPrices, "项目,单价（元）,单位,年份,依据\n新建教学用房,\"2,600\",元/㎡,2025,县发改〔2025〕1号\n公招教师,,,,\n自设项目,5,元/个,2025,询价\n")
	if err != nil || bad != nil || len(m.Prices.Lines) != 2 || m.Prices.Lines[0] != (means.Price{Item: "build_rooms", Name: "新建教学用房", Unit: "元/㎡", Yuan: 2600, Year: 2025, Basis: "县发改〔2025〕1号"}) || m.Prices.Lines[1].Item != "自设项目" {
		t.Errorf("prices: %+v, %v, %v", m, bad, err)
	}
	m, bad, err = readMeans(t, c, MeansStaff, "学校代码\t学段\t学科\t计入\t人数\t其中编制在本校\t病休\t符合交流条件\t2027退休\n2199012101\t小学\t音乐\tteachers_music、teachers_qualified\t3\t2\t1\t1\t2\n2199012102\tprimary\t语文\t\t4\t4\t\t\t\n")
	if err != nil || bad != nil || len(m.Staff.Groups) != 2 {
		t.Fatalf("staff: %+v, %v, %v", m, bad, err)
	}
	if g := m.Staff.Groups[0]; len(g.Counts) != 2 || g.Held[means.Ill] != 1 || g.Retiring[edu.Year(2027)] != 2 || g.Eligible != 1 || g.Posts != 2 || g.Stage != edu.Primary {
		t.Errorf("a group: %+v", g)
	}
	m, bad, err = readMeans(t, c, MeansWays, "乡镇,到乡镇,路程,时间\n甲镇,乙镇,7.5,\n")
	if err != nil || bad != nil || m.Ways.Lines[0].Km != 7.5 || !math.IsNaN(m.Ways.Lines[0].Minutes) {
		t.Errorf("ways: %+v, %v, %v", m, bad, err)
	}
	m, bad, err = readMeans(t, c, MeansMoney, "学年,金额,来源\n2026—2027学年,1000000,县财政\n")
	if err != nil || bad != nil || m.Money.Lines[0].Year != edu.Year(2026) || m.Money.Lines[0].Yuan != 1e6 {
		t.Errorf("money: %+v, %v, %v", m, bad, err)
	}
	for name, x := range map[string]struct {
		k    MeansKind
		text string
		says string
	}{
		"a word for a price":       {MeansPrices, "项目,单价,年份,依据\n公招教师,若干,2025,x\n", "第 2 行：“单价”写的是“若干”"},
		"half a teacher":           {MeansStaff, "学校代码,学段,人数\n1,小学,1.5\n", "应为整数"},
		"a stage that is none":     {MeansStaff, "学校代码,学段,人数\n1,大小学,1\n", "学段写的是"},
		"what nobody counts to":    {MeansStaff, "学校代码,学段,人数,计入\n1,小学,1,某类\n", "不是可流动的教师类别"},
		"a year that is none":      {MeansMoney, "学年,金额,来源\n明年,1,x\n", "学年写的是“明年”"},
		"nothing below the heads":  {MeansWays, "乡镇,到乡镇,路程\n", "没有一行数据"},
		"a way without kilometres": {MeansWays, "乡镇,到乡镇,路程\n甲,乙,\n", "应为数"},
	} {
		m, bad, err := readMeans(t, c, x.k, x.text)
		if err != nil || m != nil || len(bad) == 0 || !strings.Contains(bad[0].ZH, x.says) {
			t.Errorf("%s: %+v, %v, %v", name, m, bad, err)
		}
	}
	if _, _, err := readMeans(t, c, MeansPrices, "a,b\n1,2\n"); err == nil || !strings.Contains(err.Error(), "no heading") {
		t.Errorf("no heads: %v", err)
	}
}

// Whatever comes in a file, it is read, refused or told to be mended, and what is
// read holds no figure that a later step cannot keep.
func FuzzReadMeans(f *testing.F) {
	for _, k := range MeansKinds {
		f.Add(string(k), strings.Join(meansHeads[k], ",")+"\n1,小学,3,4,5\n")
	}
	c := &City{}
	c.packs = &schemes{}
	f.Fuzz(func(t *testing.T, kind, text string) {
		k := MeansKind(kind)
		if meansHeads[k] == nil {
			t.Skip()
		}
		m, bad, err := c.ReadMeans(t.Context(), k, "x", io.NopCloser(strings.NewReader(text)))
		if err != nil || len(bad) > 0 {
			if m != nil {
				t.Fatal("refused, and something is given")
			}
			return
		}
		for _, p := range m.Prices.Lines {
			if math.IsNaN(p.Yuan) || math.IsInf(p.Yuan, 0) {
				t.Fatalf("a price of %v", p.Yuan)
			}
		}
		for i := range m.Staff.Groups {
			if g := &m.Staff.Groups[i]; g.People < 0 || g.Stage == "" {
				t.Fatalf("a group of %+v", g)
			}
		}
	})
}
