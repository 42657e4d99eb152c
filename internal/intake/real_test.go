package intake_test

import (
	"fmt"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/intake"
	"shuren/internal/testkit"
)

// The file's traps: a byte order mark, gzip, -999 for missing, zeros that are
// figures, codes that look like numbers.
func TestFlorida(t *testing.T) {
	name := testkit.Shared(t, "data/florida-schools/public_schools_fl.csv.gz")
	b := read(t, open(t, "florida-2024"), intake.Options{}, intake.Path(name))
	if b.Blocking != 0 || len(b.Tables) != 1 {
		t.Fatalf("%d tables, problems %v", len(b.Tables), b.Problems)
	}
	tab := b.Tables[0]
	if tab.N != 4337 || tab.Level != edu.Section || len(tab.Path[edu.County].Dict) != 67 || len(tab.PathName[edu.County].Dict) != 67 {
		t.Errorf("%d rows of level %v, %d counties", tab.N, tab.Level, len(tab.Path[edu.County].Dict))
	}
	for id, want := range map[string][2]int{"enrollment": {105, 201}, "ft_teachers": {113, 445}} {
		missing, zero := 0, 0
		for _, x := range tab.Cols[id] {
			if x != x {
				missing++
			} else if x == 0 {
				zero++
			}
		}
		if missing != want[0] || zero != want[1] {
			t.Errorf("%s: %d missing and %d zero, want %v", id, missing, zero, want)
		}
	}
	if len(b.Ignored) != 24 {
		t.Errorf("%d headers ignored: %v", len(b.Ignored), b.Ignored)
	}
	missing := 0
	for _, p := range b.Problems {
		if p.Kind == intake.KindMissing {
			missing++
		}
	}
	if missing != 218 || b.Total != 218 {
		t.Errorf("%d warnings of missing figures of %d", missing, b.Total)
	}
}

func TestCaschools(t *testing.T) {
	name := testkit.Shared(t, "data/caschools/caschools.csv")
	b := read(t, open(t, "california-1999"), intake.Options{}, intake.Path(name))
	if b.Total != 0 || len(b.Tables) != 1 {
		t.Fatalf("%d tables, problems %v", len(b.Tables), b.Problems)
	}
	tab := b.Tables[0]
	if tab.N != 420 || len(tab.Path[edu.County].Dict) != 45 {
		t.Errorf("%d rows, %d counties", tab.N, len(tab.Path[edu.County].Dict))
	}
	same(t, "ignored", fmt.Sprint(b.Ignored), "[{"+name+"  D grades}]")
	if got := tab.Cols["teachers"][0]; got != 10.8999996185303 {
		t.Errorf("teachers of the first district are %v", got)
	}
	if got := tab.Cols["income"][0]; got != 22690.0005340576 { // filled in thousand dollars
		t.Errorf("income of the first district is %v", got)
	}
}
