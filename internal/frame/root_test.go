package frame

import (
	"fmt"
	"testing"

	"shuren/internal/edu"
)

// What holds everything is at the same level in the sections' frames and in the
// counties', so that a figure of all is one of both.
func TestOneTop(t *testing.T) {
	county := func(text string) *Table { return tableOf("c.csv", edu.County, "", text) }
	for _, tt := range []struct {
		name     string
		sections string
		counties []*Table
		want     edu.Level
	}{
		{"one county", "code county a\ns1 A 1\ns2 A 2", nil, edu.Root},
		{"one county that answered", "code county a\ns1 A 1", []*Table{county("code b\nA 3")}, edu.Root},
		{"a county without schools answered too", "code county a\ns1 A 1", []*Table{county("code b\nA 3\nB 4")}, edu.Root},
		{"one city", "code city county a\ns1 X A 1\ns2 X B 2", []*Table{county("code b\nA 3")}, edu.City},
		{"a county of no known city answered", "code city county a\ns1 X A 1", []*Table{county("code b\nC 3")}, edu.Root},
		{"no counties", "code township a\ns1 T 1", nil, edu.Township},
	} {
		t.Run(tt.name, func(t *testing.T) {
			set, problems := Build(append(tt.counties, tableOf("s.csv", edu.Section, "", tt.sections)), Options{})
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			frames := set.Sections
			if set.Counties != nil {
				frames = append(frames, set.Counties)
			}
			for _, f := range frames {
				top := f.Regions[f.Levels[0]]
				if f.Levels[0] != tt.want || len(top) != 1 || fmt.Sprint(top[0].Lo, top[0].Hi) != fmt.Sprint(0, f.Len()) {
					t.Errorf("base %s: %v at level %s, want one region of all rows at %s", f.Base, top, f.Levels[0], tt.want)
				}
			}
		})
	}
}
