// Reading what a county has to work with, from a table that was typed, pasted or sent.

package flow

import (
	"context"
	"fmt"
	"io"

	"shuren/internal/edu"
	"shuren/internal/means"
	"shuren/internal/sheet"
)

// meansTables are the tables of which a document of means is read.
var meansTables = map[MeansKind][]means.Kind{
	MeansPrices: {means.PriceTable}, MeansStaff: {means.StaffTable, means.PostTable}, MeansWays: {means.WayTable}, MeansMoney: {means.BudgetTable}, MeansLessons: {means.LessonTable},
}

// meansLimits are far above what a county has to tell.
var meansLimits = func() sheet.Limits {
	l := sheet.DefaultLimits
	l.File, l.Text, l.Unzipped, l.Rows, l.Columns, l.Cells = 4<<20, 4<<20, 16<<20, maxMeansLines+20, 60, 1_000_000
	return l
}()

// ReadMeans takes lines of one kind. It closes r. Where something must be mended it
// says what, and gives nothing.
func (c *City) ReadMeans(ctx context.Context, k MeansKind, name string, r io.ReadCloser) (*Means, []edu.Text, error) {
	book, err := sheet.Open(r, meansLimits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	var t means.Taken
	if err := t.Read(ctx, book, name, means.ElementsOf(c.Packs()...), meansTables[k]...); err != nil {
		return nil, nil, err
	}
	var bad []edu.Text
	for _, p := range t.Problems {
		bad = append(bad, edu.Text{ZH: p.In("zh"), EN: p.In("en")})
	}
	if t.More > 0 {
		bad = append(bad, edu.Text{ZH: fmt.Sprintf("另有%d处", t.More), EN: fmt.Sprintf("and %d more", t.More)})
	}
	if len(bad)+len(t.Prices.Lines)+len(t.Staff.Groups)+len(t.Ways.Lines)+len(t.Budgets)+len(t.Lessons.Lines) == 0 {
		bad = []edu.Text{{ZH: "没有一行数据", EN: "there is no line"}}
	}
	if len(bad) > 0 {
		return nil, bad, nil
	}
	for i, p := range t.Prices.Lines {
		if it, known := means.ItemOf(p.Item); known {
			t.Prices.Lines[i].Name = it.Name.ZH
			if p.Unit == "" {
				t.Prices.Lines[i].Unit = it.Unit.ZH
			}
		}
	}
	return &Means{Prices: t.Prices, Staff: t.Staff, Ways: t.Ways, Money: Money{Lines: t.Budgets}, Lessons: t.Lessons}, nil, nil
}

// HeadedMeans puts the headings of a kind above lines that were pasted without.
func HeadedMeans(k MeansKind, lines string) string { return means.Headed(meansTables[k][0], lines) }

// MeansTemplate writes a workbook with a sheet for each table, to fill in.
func (c *City) MeansTemplate(w io.Writer) error {
	return means.Template(w, means.ElementsOf(c.Packs()...))
}
