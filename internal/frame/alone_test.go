package frame

import (
	"testing"

	"shuren/internal/edu"
)

// Counties may answer before any school does.
func TestCountiesAlone(t *testing.T) {
	answers := tableOf("county.csv", edu.County, "", "code pay\n530302 9\n530303 8")
	set, problems := Build([]*Table{answers}, Options{
		Stages: []edu.Stage{edu.Primary, edu.Junior},
		Sums:   []Sum{{Element: "pupils", Parts: []Part{{ID: "pupils.g1", Stages: []edu.Stage{edu.Primary}}}}},
	})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	if set.Counties == nil || set.Counties.Len() != 2 {
		t.Fatalf("counties: %+v, want both", set.Counties)
	}
	for _, f := range set.Sections {
		if f.Len() > 0 {
			t.Errorf("%d rows of %q out of nothing", f.Len(), f.Stage)
		}
	}
}
