package quality_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/quality"
)

// sheet is a made-up county of primary schools over two years, with one fault
// of each kind planted in the second.
type sheet struct{ rows []string }

func (s *sheet) add(year int, code, name, urban string, grades [6]int, teachers int) {
	g := fmt.Sprint(grades[0])
	for _, n := range grades[1:] {
		g += fmt.Sprintf(",%d", n)
	}
	s.rows = append(s.rows, fmt.Sprintf("%d,%s,%s,小学,990101,%s,211,%s,%d,%d,%d", year, code, name, urban, g, teachers, teachers-2, teachers/5))
}

func find(t *testing.T, s *sheet, opt quality.Options) []quality.Finding {
	t.Helper()
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	text := "学年,学校标识码,学校名称,学段,县区代码,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,专任教师,高于规定学历教师数,骨干教师数\n" + strings.Join(s.rows, "\n") + "\n"
	m, err := flow.Evaluate(context.Background(), []intake.File{{Name: "a.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}, p, intake.Options{})
	if err != nil {
		if m != nil {
			t.Fatalf("%v: %v", err, m.Problems)
		}
		t.Fatal(err)
	}
	last := m.Periods[len(m.Periods)-1]
	found, err := quality.Find(last.Set, m.Periods[0].Set, p, opt)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// sound is n schools in which there is nothing to find.
func sound(n int) *sheet {
	s := &sheet{}
	for i := range n {
		code, name := fmt.Sprintf("21539%05d", i), fmt.Sprintf("第%d小学", i)
		a := 40 + 3*(i%7)
		s.add(2024, code, name, "121", [6]int{a, a + 2, a + 5, a + 7, a + 11, a + 1}, 15+i%4)
		a += 2 + i
		s.add(2025, code, name, "121", [6]int{a, a + 4, a + 1, a + 9, a + 13, a + 3}, 15+(a-40)/7)
	}
	return s
}

func TestFindNothing(t *testing.T) {
	for _, f := range find(t, sound(20), quality.Options{}) {
		t.Errorf("%s: %s", f.School.Name, f.Reason.ZH)
	}
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name   string
		plant  func(s *sheet)
		method quality.Method
		item   string
		words  string
	}{
		{"far more teachers than like schools have", func(s *sheet) {
			s.add(2025, "2153999999", "实验小学", "121", [6]int{50, 52, 54, 56, 58, 60}, 150)
		}, quality.ModifiedZ, "r1", "个 MAD"},
		{"pupils tripled", func(s *sheet) {
			s.add(2024, "2153999999", "实验小学", "121", [6]int{20, 21, 22, 23, 24, 25}, 16)
			s.add(2025, "2153999999", "实验小学", "121", [6]int{70, 71, 72, 73, 74, 75}, 22)
		}, quality.Jump, "pupils", "由上年 135 人变为 435 人，变动 +222%"},
		{"last year's row", func(s *sheet) {
			for _, y := range []int{2024, 2025} {
				s.add(y, "2153999999", "实验小学", "121", [6]int{50, 52, 54, 56, 58, 60}, 15)
			}
		}, quality.SameYear, "", "与上年逐项相同"},
		{"another school's row", func(s *sheet) {
			s.add(2025, "2153999998", "育才小学", "121", [6]int{50, 52, 54, 56, 58, 60}, 15)
			s.add(2025, "2153999999", "实验小学", "121", [6]int{50, 52, 54, 56, 58, 60}, 15)
		}, quality.SameRow, "", "育才小学逐项相同"},
		{"two schools of one name", func(s *sheet) {
			s.add(2025, "2153999998", "实验 小学", "121", [6]int{50, 52, 54, 57, 58, 60}, 15)
			s.add(2025, "2153999999", "实验小学", "121", [6]int{50, 52, 54, 56, 58, 60}, 15)
		}, quality.SameName, "", "名称相同"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := sound(20)
			tt.plant(s)
			n := 0
			for _, f := range find(t, s, quality.Options{}) {
				if f.School.Code != "2153999999" {
					t.Errorf("also %s: %s", f.School.Name, f.Reason.ZH)
				}
				if f.Method != tt.method || tt.item != "" && f.Item != tt.item {
					continue
				}
				n++
				if !strings.Contains(f.Reason.ZH, tt.words) {
					t.Errorf("the reason is %q; want %q in it", f.Reason.ZH, tt.words)
				}
				if f.Method != quality.SameName && (len(f.Cells) == 0 || f.Cells[0].File != "a.csv" || f.Cells[0].Row < 40) {
					t.Errorf("it leads to %+v", f.Cells)
				}
			}
			if n == 0 {
				t.Error("not found")
			}
		})
	}
}

// Below the least number of like schools nothing is said; a group that is too
// small is held against its stage.
func TestSmallGroups(t *testing.T) {
	far := func(s *sheet, urban string) *sheet {
		s.add(2025, "2153999999", "实验小学", urban, [6]int{50, 52, 54, 56, 58, 60}, 150)
		return s
	}
	if got := find(t, far(sound(10), "121"), quality.Options{}); len(got) > 0 {
		t.Errorf("eleven schools: %s", got[0].Reason.ZH)
	}
	got := find(t, far(sound(20), "220"), quality.Options{})
	if len(got) == 0 || !strings.Contains(got[0].Reason.ZH, "（小学，21所）") {
		t.Errorf("one school of a village beside twenty of a town: %+v", got)
	}
	got = find(t, far(sound(20), "121"), quality.Options{})
	if len(got) == 0 || !strings.Contains(got[0].Reason.ZH, "（小学镇区，21所）") {
		t.Errorf("one of a town beside twenty: %+v", got)
	}
	if got := find(t, far(sound(20), "121"), quality.Options{Peers: func(_ *frame.Frame, row int) (string, edu.Text) { return fmt.Sprint(row % 2), edu.Text{} }, Group: 22}); len(got) > 0 {
		t.Errorf("a least number of 22: %s", got[0].Reason.ZH)
	}
}
