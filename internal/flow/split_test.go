package flow_test

import (
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
)

// A school may hand in its equipment for each section one time and once for all
// of them the next: what it gives by section counts, and an emptied cell is
// empty.
func TestSplitAcrossSubmissions(t *testing.T) {
	const head = "学年,学校标识码,学校名称,学段,县区代码,在校生,教学仪器设备值(万元)\n"
	apart := head + "2025,2199000001,育才学校,小学,990101,166,100\n2025,2199000001,育才学校,初中,990101,210,200\n"
	whole := head + "2025,2199000001,育才学校,小学,990101,166,\n2025,2199000001,育才学校,初中,990101,210,\n2025,2199000001,育才学校,全校,990101,,397\n"
	for _, tt := range []struct {
		name  string
		files []string
		want  map[edu.Stage]float64 // yuan
	}{
		{"once for all sections", []string{whole}, map[edu.Stage]float64{edu.Primary: 1.66e6, edu.Junior: 2.31e6}},
		{"by section, then once", []string{apart, whole}, map[edu.Stage]float64{edu.Primary: 1.66e6, edu.Junior: 2.31e6}},
		{"once, then by section", []string{whole, apart}, map[edu.Stage]float64{edu.Primary: 1e6, edu.Junior: 2e6}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := flow.Open(t.Context(), filepath.Join(t.TempDir(), "city.db"), "cn-compulsory")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			for _, text := range tt.files {
				file := intake.File{Name: "school.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
				if err := c.Import(t.Context(), []intake.File{file}, flow.ImportOptions{Done: func(r flow.Receipt) {
					if r.Refused {
						t.Fatalf("refused: %v", r.Problems)
					}
				}}); err != nil {
					t.Fatal(err)
				}
			}
			a, err := c.Assessment(t.Context(), edu.Year(2025))
			if err != nil {
				t.Fatal(err)
			}
			for stage, want := range tt.want {
				if got := a.Stage(stage).Frame.Value(0, "equipment").Float(); !(math.Abs(got-want) <= 1e-9*want) {
					t.Errorf("%s has %v, want %v", stage, got, want)
				}
			}
		})
	}
}
