package intake_test

import (
	"strings"
	"testing"

	"shuren/internal/frame"
	"shuren/internal/intake"
)

func check(t *testing.T, ref string, files ...intake.File) []frame.Problem {
	t.Helper()
	p := open(t, ref)
	b := read(t, p, intake.Options{}, files...)
	set, problems := frame.Build(b.Tables, frame.Options{Stages: p.Stages})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	broken, err := intake.Check(set, p)
	if err != nil {
		t.Fatal(err)
	}
	return broken
}

// A check points at the cells of its fields, also where they stand in two
// files; what cannot be computed is not broken.
func TestCheck(t *testing.T) {
	broken := check(t, "cn-compulsory", text("a.csv", "学校标识码,学校名称,学段,在校生数\ns1,一小,小学,10\ns2,二小,小学,10\ns3,三小,小学,\n"),
		text("b.csv", "学校标识码,学段,寄宿生数\ns1,小学,10\ns2,小学,11\ns3,小学,5\n"))
	if len(broken) != 1 || !broken[0].Blocking || len(broken[0].Cells) != 2 {
		t.Fatalf("broken %v", broken)
	}
	same(t, "problem", broken[0].String(), "b.csv, row 3, column 寄宿生数: s2 二小: More boarders than pupils. (boarders 11, pupils 10)")
	if c := broken[0].Cells[1]; c.File != "a.csv" || c.Row != 3 {
		t.Errorf("second cell %+v", c)
	}
}

// Zeros are figures: a school without teachers is asked about, not refused. Of
// many such schools the first are listed and all are counted.
func TestCheckWarns(t *testing.T) {
	var s strings.Builder
	s.WriteString("NCESID,ENROLLMENT,FT_TEACHERS\n")
	for i := range 300 {
		s.WriteString(strings.Repeat("x", i+1) + ",5,0\n")
	}
	s.WriteString("y,5,1\nz,5,-999\n")
	broken := check(t, "florida-2024", text("t.csv", s.String()))
	if len(broken) != 201 || broken[0].Blocking || broken[200].Message.EN != "100 more units: The school has no full-time teachers; is that so?" {
		t.Errorf("%d problems, the last %v", len(broken), broken[len(broken)-1])
	}
}
