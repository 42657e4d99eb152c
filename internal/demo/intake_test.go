package demo

import (
	"bytes"
	"context"
	"io"
	"math"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/intake"
)

// The demo enters by the front door: every workbook must read back without
// anything that blocks, and to the figures that were written.
func TestWorkbooksReadBack(t *testing.T) {
	c := New(1)
	p, err := openPack()
	if err != nil {
		t.Fatal(err)
	}
	for _, year := range []edu.Period{edu.Year(firstYear), edu.Year(lastYear)} {
		y := year.Int() - firstYear
		var files []intake.File
		for county := range counties {
			b := workbook(t, c, county, year)
			files = append(files, intake.File{Name: c.FileName(county, year), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }})
		}
		batch, err := intake.Read(context.Background(), files, p, intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range batch.Problems {
			if x.Kind != intake.KindMissing && x.Kind != intake.KindSheet && x.Kind != intake.KindCheck || x.Blocking {
				t.Errorf("%s: %s", year, x)
			}
		}
		if len(batch.Ignored) > 0 {
			t.Errorf("%s: columns nobody knows: %+v", year, batch.Ignored)
		}
		byFile := map[string][]*frame.Table{}
		for _, table := range batch.Tables {
			if table.Period != year {
				t.Errorf("%s, %s: read as of %s", table.File, table.Sheet, table.Period)
			}
			byFile[table.File] = append(byFile[table.File], table)
		}
		for county := range counties {
			k := counties[county].key()
			var wantRows, wantPupils, wantOthers int
			var wantEquipment float64
			for _, s := range c.sections {
				switch {
				case s.school.county != county || !s.in(y) || s.total(y) == 0:
				case !s.compulsory():
					wantOthers++
				default:
					wantRows++
					wantPupils += s.total(y)
					if e, ok := c.record(s, y)["equipment"].(float64); ok {
						wantEquipment += e
					}
				}
			}
			var rows, others, pupils, classPupils, answers int
			var equipment float64
			for _, table := range byFile[c.FileName(county, year)] {
				if table.Level == edu.County {
					if table.Key.At(0) != k {
						t.Errorf("%s: the answers are of county %q, want %q", table.File, table.Key.At(0), k)
					}
					answers += len(table.Cols)
					continue
				}
				if got := table.Path[edu.County].At(0); got != k {
					t.Errorf("%s, %s: county %q, want %q", table.File, table.Sheet, got, k)
				}
				for i := range table.N {
					switch table.Sheet {
					case SheetSections:
						rows++
						for g := range gradeIDs {
							if x := table.Cols[gradeIDs[g]][i]; !math.IsNaN(x) {
								pupils += int(x)
							}
						}
						if x := table.Cols["equipment"][i]; !math.IsNaN(x) {
							equipment += x
						}
					case SheetOthers:
						others++
					case "班级名册":
						classPupils += int(table.Cols["class_pupils"][i])
					}
				}
			}
			if rows != wantRows || pupils != wantPupils || classPupils != wantPupils || others != wantOthers {
				t.Errorf("%s %s: %d sections, %d pupils, %d in classes, %d others; want %d, %d, %d, %d", counties[county].Name.EN, year,
					rows, pupils, classPupils, others, wantRows, wantPupils, wantPupils, wantOthers)
			}
			if math.Abs(equipment-wantEquipment) > .5 {
				t.Errorf("%s %s: equipment of %.2f yuan, want %.2f: is it read in 万元?", counties[county].Name.EN, year, equipment, wantEquipment)
			}
			if answers < 40 {
				t.Errorf("%s %s: %d answers of the county, want at least 40", counties[county].Name.EN, year, answers)
			}
		}
	}
}
