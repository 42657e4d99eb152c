package demo

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/xuri/excelize/v2"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/pack"
)

// More writes what one county reports for one school year beyond compulsory
// education: a sheet for each further scheme. The same seed, county and year give
// the same bytes.
func (c *City) More(w io.Writer, county int, year edu.Period) error {
	y, err := yearIndex(year)
	if err != nil {
		return fmt.Errorf("%w: %w", err, fault.NotFound)
	}
	if county < 0 || county >= len(counties) {
		return fmt.Errorf("county %d: the demo city has %d: %w", county, len(counties), fault.NotFound)
	}
	p, err := openPack()
	if err != nil {
		return err
	}
	b := &book{City: c, layout: newLayout(p), file: excelize.NewFile(), county: county, y: y, year: year}
	defer b.file.Close()
	if err := b.begin(b.moreTitle()); err != nil {
		return err
	}
	if err := b.moreNotes(); err != nil {
		return err
	}
	for i := range c.schemes {
		if err := b.scheme(&c.schemes[i]); err != nil {
			return fmt.Errorf("%s of %s in %s: %w", c.schemes[i].pack, counties[county].Name.EN, year, err)
		}
	}
	_, err = b.file.WriteTo(w)
	return err
}

func (b *book) moreTitle() string {
	return fmt.Sprintf("%s%s各类教育和专项数据（%s学年）", cityName.ZH, counties[b.county].Short.ZH, b.year.Label())
}

// MoreName is the name of a county's second workbook.
func (c *City) MoreName(county int, year edu.Period) string {
	return fmt.Sprintf("%s-%s-其他方案.xlsx", counties[county].Name.ZH, year)
}

func (b *book) moreNotes() error {
	sw, err := b.file.NewStreamWriter(SheetNotes)
	if err != nil {
		return err
	}
	if err := sw.SetColWidth(1, 1, 96); err != nil {
		return err
	}
	g := &grid{StreamWriter: sw}
	for i, line := range []string{b.moreTitle(), "示例数据：市、县区、学校、代码、文号和全部数字均为虚构，由程序生成，仅供演示。", "Demo data: everything in it is invented by a program."} {
		style := b.styles.warning
		if i == 0 {
			style = b.styles.title
		}
		if err := g.add([]any{excelize.Cell{StyleID: style, Value: line}}); err != nil {
			return err
		}
	}
	return sw.Flush()
}

// scheme writes a scheme's sheets.
func (b *book) scheme(s *scheme) error {
	p, err := s.packOf()
	if err != nil {
		return err
	}
	group := map[string]string{}
	for _, g := range p.Groups {
		group[g.ID] = g.Name.ZH
	}
	if s.record != nil {
		if err := b.schemeSections(s, p, group); err != nil {
			return err
		}
	}
	if s.school != nil {
		if err := b.schemeSchools(s, p, group); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(s.lists)) {
		l := p.List(id)
		if l == nil {
			return fmt.Errorf("no list %q", id)
		}
		if err := b.schemeList(s, p, l, s.lists[id]); err != nil {
			return err
		}
	}
	if s.county != nil {
		return b.schemeCounty(s, p)
	}
	return nil
}

// stand are the county's sections on a scheme's sheet, in the order of the
// register.
func (b *book) stand(s *scheme, p *pack.Pack) []*section {
	var out []*section
	for _, x := range b.sections {
		if x.school.county == b.county && s.on(p, x.stage) && x.in(b.y) && x.total(b.y) > 0 {
			out = append(out, x)
		}
	}
	return out
}

// keysOf are the columns of a section's keys.
func (b *book) keysOf() []column {
	return slices.Clone(b.layout.rooms[:3])
}

func (b *book) schemeSections(s *scheme, p *pack.Pack, group map[string]string) error {
	figureColumns, err := s.columns(p, group)
	if err != nil {
		return err
	}
	cols := append(b.keysOf(), figureColumns...)
	stand := b.stand(s, p)
	if len(stand) == 0 {
		return nil
	}
	g, err := b.table(s.sheet, cols, len(stand), false)
	if err != nil {
		return err
	}
	for _, x := range stand {
		f := s.record(b.City, x, b.y)
		if f == nil {
			continue
		}
		if err := g.add(b.row(cols, b.identity(x, f))); err != nil {
			return err
		}
	}
	return g.Flush()
}

// schemeSchools has one row for each school that has a section in the scheme.
func (b *book) schemeSchools(s *scheme, p *pack.Pack, group map[string]string) error {
	cols := b.keysOf()[:2] // a row is no section, so it has no stage
	for _, e := range p.Elements {
		if e.Pack == p.Ref() && e.Level == edu.School && e.Derive == nil {
			cols = append(cols, columns(e, group[e.Group])...)
		}
	}
	g, err := b.table(s.sheet+"-学校", cols, 0, false)
	if err != nil {
		return err
	}
	seen := map[*school]bool{}
	for _, x := range b.stand(s, p) {
		if seen[x.school] {
			continue
		}
		seen[x.school] = true
		if err := g.add(b.row(cols, b.identity(x, s.school(b.City, x.school, b.y)))); err != nil {
			return err
		}
	}
	return g.Flush()
}

func (b *book) schemeList(s *scheme, p *pack.Pack, l *pack.List, rows func(*City, *section, int) []figures) error {
	cols := b.keysOf()
	for _, e := range l.Columns {
		cols = append(cols, columns(e, "")...)
	}
	g, err := b.table(s.sheet+"-"+l.Name.ZH, cols, 0, false)
	if err != nil {
		return err
	}
	for _, x := range b.stand(s, p) {
		for _, f := range rows(b.City, x, b.y) {
			if err := g.add(b.row(cols, b.identity(x, f))); err != nil {
				return err
			}
		}
	}
	return g.Flush()
}

// schemeCounty has one row for each item that the county answers.
func (b *book) schemeCounty(s *scheme, p *pack.Pack) error {
	f, evidence := s.county(b.City, b.county, b.y)
	g, err := b.table(s.sheet+"-"+SheetCounty, []column{{header: "项目", width: 56, key: true}, {header: "数值", width: 16}, {header: "佐证材料", width: 34}}, 0, false)
	if err != nil {
		return err
	}
	text := func(s string) any { return excelize.Cell{StyleID: b.styles.text, Value: s} }
	for _, e := range p.Elements {
		if e.Level != edu.County || e.Derive != nil {
			continue
		}
		for _, item := range columns(e, "") {
			if v, ok := f[item.id]; ok {
				if err := g.add([]any{text(item.header), b.cell(item, v), text(evidence[item.id])}); err != nil {
					return err
				}
			}
		}
	}
	return g.Flush()
}

// ReadMore brings in what the counties report of a school year for further
// schemes, through the front door.
func (c *City) ReadMore(ctx context.Context, into *flow.City, year edu.Period, done func(county string)) error {
	if len(c.schemes) == 0 {
		return nil
	}
	var files []intake.File
	for i := range counties {
		files = append(files, written(c.MoreName(i, year), func(w io.Writer) error { return c.More(w, i, year) }))
	}
	return c.readFiles(ctx, into, files, "demo-more-"+year.String(), done)
}

// WantingMore are the years whose base a database shows, but not all of what was
// reported for further schemes, newest first.
func (c *City) WantingMore(ctx context.Context, in *flow.City) ([]edu.Period, error) {
	if len(c.schemes) == 0 {
		return nil, nil
	}
	have, err := in.Periods(ctx)
	if err != nil {
		return nil, err
	}
	var out []edu.Period
	for _, y := range c.Years() {
		if !slices.Contains(have, y) {
			continue
		}
		files, err := in.Files(ctx, y)
		if err != nil {
			return nil, err
		}
		for i := range counties {
			if !slices.Contains(files, c.MoreName(i, y)) {
				out = append(out, y)
				break
			}
		}
	}
	slices.Reverse(out)
	return out, nil
}
