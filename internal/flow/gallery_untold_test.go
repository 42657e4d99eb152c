package flow_test

import (
	"io"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/intake"
)

// A bulletin of standards names, in its annex, every school that it counts as lacking
// figures, and which figures they are.
func TestABulletinNamesWhoLacksFigures(t *testing.T) {
	o := newOffice(t)
	must(t, o.flow.Import(o.ctx, []intake.File{o.file(thisYear)}, flow.ImportOptions{By: "test", Fictional: true}))
	a, err := o.flow.Assessment(o.ctx, thisYear)
	must(t, err)
	csv := "学校标识码,学段,学年,校内运动场面积\n"
	rows := a.Stage(edu.Junior).Frame.Rows[:3]
	for _, row := range rows {
		csv += row.Code + ",初中," + thisYear.String() + ",\n"
	}
	must(t, o.flow.Import(o.ctx, []intake.File{{Name: "blank.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(csv)), nil }}}, flow.ImportOptions{By: "test", Fictional: true}))
	d, _, err := o.flow.Gallery().Compose(o.ctx, auth.Operator(), flow.ReportOrder{Kind: gallery.Standards})
	must(t, err)
	var counted string
	listed := []string{}
	for i := range d.Blocks {
		table := d.Blocks[i].Table
		switch {
		case table == nil:
		case table.Bars > 0:
			last := table.Rows[len(table.Rows)-1]
			counted = d.Plain(last[len(last)-1])
		case strings.HasPrefix(table.Caption, "未报、逾期名单"):
			for _, row := range table.Rows {
				listed = append(listed, d.Plain(row[0])+table.Caption+d.Plain(row[len(row)-1]))
			}
		}
	}
	if len(listed) != len(rows) || counted != "3" {
		t.Fatalf("%s are counted, and %d listed: %v", counted, len(listed), listed)
	}
	for i, row := range rows {
		if !strings.HasPrefix(listed[i], row.Name+"（初中）") || !strings.Contains(listed[i], "生均体育运动场馆面积") {
			t.Errorf("%s is listed as %s", row.Name, listed[i])
		}
	}
}
