package intake_test

import (
	"testing"

	"shuren/internal/edu"
	"shuren/internal/intake"
)

// A development zone is a county without a code: its name is its key, in the
// sheet of schools and in that of the county's answers. A code that was only
// forgotten in one row is that of the county of the same name.
func TestCountyWithoutCode(t *testing.T) {
	p := open(t, "cn-compulsory")
	b := read(t, p, intake.Options{},
		text("schools.csv", "县区代码,县区,学校标识码,学段,专任教师数\n530302,麒麟区,s1,小学,5\n,经开区,s2,小学,6\n,麒麟区,s3,小学,7\n"),
		text("county.csv", "县区代码,县区,项目,数值\n530302,麒麟区,社会认可度,90\n,经开区,社会认可度,91\n"))
	if b.Err() != nil {
		t.Fatalf("problems: %v", said(b))
	}
	schools := b.Tables[0].Path[edu.County]
	for i, want := range []string{"530302", "经开区", "530302"} {
		if got := schools.At(i); got != want {
			t.Errorf("school %d lies in %q, want %q", i+1, got, want)
		}
	}
	if k := b.Tables[2].Key.At(0); len(b.Tables) != 3 || k != "经开区" {
		t.Errorf("answers of %q in %d tables", k, len(b.Tables))
	}
}

// A stage that the pack does not measure owes nothing, except the pupils that
// share in what the school gave once.
func TestOtherStagesOweNothing(t *testing.T) {
	b := read(t, open(t, "cn-compulsory"), intake.Options{},
		text("schools.csv", "县区代码,学校标识码,学段,在校生数,专任教师数,体育馆面积\n530302,s1,初中,300,30,0\n530302,s1,高中,,,/\n"))
	for _, q := range b.Problems {
		if q.Row == 3 && q.Element != "pupils" {
			t.Errorf("asked of a senior section: %v", q)
		}
	}
	if v := edu.FromFloat(b.Tables[0].Cols["area_hall"][1]); !v.IsNotApplicable() {
		t.Errorf("hall of the senior section is %v", v)
	}
}
