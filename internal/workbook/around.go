// What stands around the cells of a sheet: checks, protection, print.

package workbook

import (
	"fmt"
	"math"

	"github.com/xuri/excelize/v2"
)

// around sets what stands around the cells: checks, protection, print.
func (b *book) around(p *page) error {
	f := b.file
	for _, c := range p.checks {
		if err := f.AddDataValidation(p.name, c); err != nil {
			return err
		}
	}
	for cell, place := range p.links {
		if err := f.SetCellHyperLink(p.name, cell, place, "Location"); err != nil {
			return err
		}
	}
	if !p.loose {
		if err := f.ProtectSheet(p.name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true, FormatRows: true,
			FormatCells: true, InsertRows: p.open > 0, AutoFilter: true, EditObjects: true}); err != nil {
			return err
		}
	}
	paper, way, one, many := 9, "portrait", 1, 0
	if p.wide {
		paper, way = 8, "landscape"
		one = int(math.Ceil(width(p.widths) / widePage)) // a wide form goes over several pages, side by side
	}
	if err := f.SetPageLayout(p.name, &excelize.PageLayoutOptions{Size: &paper, Orientation: &way, FitToWidth: &one, FitToHeight: &many}); err != nil {
		return err
	}
	side, top, edge, centred := 0.5, 0.75, 0.35, true
	if err := f.SetPageMargins(p.name, &excelize.PageLayoutMarginsOptions{Left: &side, Right: &side, Top: &top, Bottom: &top, Header: &edge, Footer: &edge, Horizontally: &centred}); err != nil {
		return err
	}
	if err := f.SetHeaderFooter(p.name, &excelize.HeaderFooterOptions{OddHeader: b.header, OddFooter: b.footer}); err != nil {
		return err
	}
	if p.repeat != [2]int{} {
		titles := fmt.Sprintf("'%s'!$%d:$%d", quote(p.name), p.repeat[0], p.repeat[1])
		if p.wide {
			titles = fmt.Sprintf("'%s'!$B:$%s,%s", quote(p.name), letters(p.frozen[0]), titles)
		}
		if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: p.name, RefersTo: titles}); err != nil {
			return err
		}
	}
	return nil
}
