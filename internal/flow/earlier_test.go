package flow

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/intake"
)

// A rule about years running reads what the city holds of these years: a figure
// that is mended two years back changes this year's card, a college is followed
// through a new code, and a year that nobody reported leaves the card open.
func TestCardsOfYearsRunning(t *testing.T) {
	ctx := context.Background()
	c := newTownOf(t, "cn-higher@2004")
	year := func(year int, code string, books int) {
		t.Helper()
		text := "学年,学校标识码,学校名称,学段,地市代码,县区代码,college_level,college_class,普通专科（高职）生数,普通本科生数,硕士生数,博士生数,留学生数,预科生数,进修生数,成人脱产班学生数,夜大（业余）学生数,函授生数,专任教师,聘请校外教师数,具有研究生学位教师数,教学行政用房面积(㎡),教学科研仪器设备值(万元),图书\n" +
			fmt.Sprintf("%d,%s,某医专,高等教育,990100,990121,专科,医学,8000,0,0,0,0,0,0,0,0,0,500,0,75,128000,3200,%d\n", year, code, books)
		err := c.Import(ctx, []intake.File{{Name: fmt.Sprintf("%d.csv", year), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}},
			ImportOptions{By: "clerk"})
		if err != nil {
			t.Fatal(err)
		}
	}
	cards := func(when string, code string, yellow, red edu.Verdict) {
		t.Helper()
		a, err := c.Measure(ctx, "cn-higher@2004", edu.Year(2025))
		if err != nil {
			t.Fatal(err)
		}
		st := a.Stage(edu.Higher)
		row, ok := st.Frame.Find(code)
		if !ok {
			t.Fatalf("%s: %v", code, fault.NotFound)
		}
		if y, r := st.Indicator("card_yellow").Verdict(row), st.Indicator("card_red").Verdict(row); y != yellow || r != red {
			t.Errorf("%s: yellow is %s and red %s; want %s and %s", when, y, r, yellow, red)
		}
	}
	const was, is = "4190000001", "4190000009"
	const below, enough = 279999, 280000
	year(2025, was, below)
	cards("nothing is known of earlier years", was, edu.Short, edu.Unknown)
	year(2024, was, below)
	cards("one year before is known", was, edu.Short, edu.Unknown)
	year(2023, was, below)
	cards("the third year running", was, edu.Met, edu.Short)
	year(2023, was, enough)
	cards("the first year was mended", was, edu.Short, edu.Met)
	year(2023, was, below-1)

	c.change(collect.UnitChange{Kind: collect.Recoded, Units: []edu.UnitID{"school-" + was}, Code: is, Day: autumn(2025)})
	year(2025, is, below)
	cards("under a new code", is, edu.Met, edu.Short)
	a, err := c.Measure(ctx, "cn-higher@2004", edu.Year(2025))
	if err != nil {
		t.Fatal(err)
	}
	f := a.Stage(edu.Higher).Frame
	row, _ := f.Find(is)
	if v := f.Value(row, "books@prev@prev").Float(); v != below-1 || len(f.Origin(row, "books@prev@prev")) != 1 {
		t.Errorf("two years ago it had %v books, from %d cells", v, len(f.Origin(row, "books@prev@prev")))
	}
}
