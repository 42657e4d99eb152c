package flow

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/means"
)

func readMeans(t testing.TB, c *City, k MeansKind, text string) (*Means, []edu.Text, error) {
	t.Helper()
	return c.ReadMeans(t.Context(), k, "x.csv", io.NopCloser(strings.NewReader(text)))
}

// Each kind is taken from its own tables only, and is what can be kept: known items
// have their names. What must be mended leaves nothing.
func TestReadMeans(t *testing.T) {
	c := newTown(t).City
	m, bad, err := readMeans(t, c, MeansPrices, "项目,单价（元）,年份,依据\n新建教学用房,\"2,600\",2025,县发改〔2025〕1号\n公招教师,,,\n")
	if err != nil || bad != nil || len(m.Prices.Lines) != 1 || m.Prices.Lines[0] != (means.Price{Item: "build_rooms", Name: "新建教学用房", Unit: "元/㎡", Yuan: 2600, Year: 2025, Basis: "县发改〔2025〕1号"}) {
		t.Errorf("prices: %+v, %v, %v", m, bad, err)
	}
	m, bad, err = readMeans(t, c, MeansStaff, "学校代码\t学段\t学科\t计入\t人数\n2199012101\t小学\t音乐\tteachers_music、teachers_qualified\t3\n")
	if err != nil || bad != nil || len(m.Staff.Groups) != 1 || len(m.Staff.Groups[0].Counts) != 2 {
		t.Fatalf("staff: %+v, %v, %v", m, bad, err)
	}
	for name, x := range map[string]struct {
		k    MeansKind
		text string
		says string
	}{
		"a word for a price":      {MeansPrices, "项目,单价,年份,依据\n公招教师,若干,2025,x\n", "x.csv，第 2 行，“单价”列：“若干”不是"},
		"nothing below the heads": {MeansWays, "乡镇,到乡镇,路程\n", "没有一行数据"},
	} {
		m, bad, err := readMeans(t, c, x.k, x.text)
		if err != nil || m != nil || len(bad) == 0 || !strings.Contains(bad[0].ZH, x.says) {
			t.Errorf("%s: %+v, %v, %v", name, m, bad, err)
		}
	}
	if _, _, err := readMeans(t, c, MeansPrices, "学年,金额,来源\n2026,1,x\n"); err == nil || !strings.Contains(err.Error(), "no headings were found of prices") {
		t.Errorf("money for prices: %v", err)
	}
}

// The one template is read for each kind: it says nothing yet, and that is all that
// is wrong with it.
func TestMeansTemplateIsOfEachKind(t *testing.T) {
	c := newTown(t).City
	var b bytes.Buffer
	if err := c.MeansTemplate(&b); err != nil {
		t.Fatal(err)
	}
	for _, k := range MeansKinds {
		_, bad, err := c.ReadMeans(t.Context(), k, "x.xlsx", io.NopCloser(bytes.NewReader(b.Bytes())))
		if err != nil || len(bad) != 1 || bad[0].ZH != "没有一行数据" {
			t.Errorf("%s: %v, %v", k, bad, err)
		}
	}
}
