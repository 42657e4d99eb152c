// The tables of files: which sheet is which, and which of its columns is what.

package places

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"shuren/internal/edu"
	"shuren/internal/sheet"
)

// column is a column that a table may have.
type column struct {
	id    string
	must  bool
	usual []string // headings by which it is found
}

// kind is a kind of table. A sheet is of the first kind whose columns it has.
type kind struct {
	id   string
	name edu.Text
	cols []column
}

var (
	areaCol   = column{"area", true, []string{"片区", "片区代码", "村(社区)", "村", "地方", "area", "village", "place"}}
	stageCol  = column{"stage", true, []string{"学段", "stage"}}
	yearCol   = column{"year", true, []string{"年份", "学年", "年度", "year", "school year", "school_year"}}
	nameCol   = column{"name", false, []string{"名称", "学校名称", "片区名称", "name"}}
	kmCol     = column{"km", false, []string{"路程(km)", "路程", "距离", "公里", "km", "distance"}}
	minuteCol = column{"minutes", false, []string{"时间(分钟)", "分钟", "时间", "minutes", "time"}}
	sourceCol = column{"source", true, []string{"依据", "来源", "source"}}
	schoolCol = column{"school", true, []string{"学校代码", "学校", "school", "school_code"}}
	mostCol   = column{"most", false, []string{"可增班数", "可扩班数", "most_rooms", "most rooms"}}
	fromCol   = column{"from", false, []string{"最早年份", "earliest", "earliest_year"}}
)

func where(must bool) []column {
	return []column{
		{"x", must, []string{"x", "x(km)", "经度", "longitude", "lon", "lng"}},
		{"y", must, []string{"y", "y(km)", "纬度", "latitude", "lat"}},
	}
}

func must(c column) column { c.must = true; return c }

var kinds = []kind{
	{"converts", edu.Text{ZH: "转用", EN: "conversions"}, []column{
		{"school", true, []string{"转出学校", "convert_from", "convert from"}}, {"to", true, []string{"转入学校", "convert_to", "convert to"}},
		{"from_stage", false, []string{"转出学段", "from_stage"}}, {"to_stage", false, []string{"转入学段", "to_stage"}},
		{"most", true, []string{"可转班数", "most_rooms", "most rooms"}}}},
	{"sites", edu.Text{ZH: "选址", EN: "sites"}, append([]column{
		{"school", true, []string{"选址代码", "选址", "site", "site_code"}}, nameCol, stageCol, must(mostCol), fromCol,
		{"least", false, []string{"最少班数", "least_rooms", "least rooms"}}, {"fixed", false, []string{"固定投资", "固定投资(元)", "fixed", "fixed_cost"}}}, where(false)...)},
	{"schools", edu.Text{ZH: "学校", EN: "schools"}, append([]column{
		schoolCol, nameCol, stageCol, {"seats", true, []string{"学位", "学位数", "seats", "capacity"}}, mostCol, fromCol,
		{"beds", false, []string{"寄宿床位", "床位", "beds"}}, {"small", false, []string{"乡村小规模", "乡村小规模或教学点", "小规模", "small_rural", "small rural"}},
		{"consulted", false, []string{"征求意见", "consulted"}}, {"published", false, []string{"公示", "published"}}, {"heard", false, []string{"听证", "heard"}},
		{"safe_route", false, []string{"安全路线", "safe_route", "safe route"}}, {"approved", false, []string{"批准", "批准撤并", "approved"}},
		{"optional", false, []string{"可停办", "may_close", "may close"}}}, where(false)...)},
	{"ways", edu.Text{ZH: "路程", EN: "ways"}, []column{areaCol, schoolCol, kmCol, minuteCol}},
	{"children", edu.Text{ZH: "儿童", EN: "children"}, []column{areaCol, {"within", false, []string{"所属", "within"}}, stageCol, yearCol,
		{"children", true, []string{"儿童数", "学生数", "人数", "children", "pupils"}}, {"low", false, []string{"低方案", "low"}}, {"high", false, []string{"高方案", "high"}},
		{"kind", false, []string{"类别", "kind"}}, {"grade", false, []string{"年级", "grade"}}}},
	{"prices", edu.Text{ZH: "单价", EN: "prices"}, []column{{"item", true, []string{"项目", "item"}}, {"stage", false, stageCol.usual}, {"price", true, []string{"单价", "单价(元)", "price"}}, sourceCol}},
	{"stages", edu.Text{ZH: "学段", EN: "stages"}, []column{stageCol, {"class", true, []string{"班额", "每班学位", "class", "class_size"}},
		{"km", false, []string{"路程上限", "路程上限(km)", "km_limit"}}, {"minutes", false, []string{"时间上限", "时间上限(分钟)", "minutes_limit"}},
		{"bus", false, []string{"校车上限", "校车上限(km)", "bus_km"}}, sourceCol}},
	{"budgets", edu.Text{ZH: "资金", EN: "budgets"}, []column{yearCol, {"budget", true, []string{"建设资金", "建设资金(元)", "资金", "budget"}}}},
	{"areas", edu.Text{ZH: "片区", EN: "areas"}, append([]column{areaCol, nameCol}, where(true)...)},
}

// found is a sheet of a known kind.
type found struct {
	kind
	file  string
	sheet *sheet.Sheet
	row   int // of the heading
	width int
	at    map[string]int
	heads map[string]string
}

func clean(s string) string { return strings.Join(strings.Fields(norm.NFKC.String(s)), " ") }

func fold(s string) string { return strings.ToLower(clean(s)) }

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// headRows are the rows among which the heading is looked for.
const headRows = 12

// find tells which table a sheet is; nil where it is none.
func find(ctx context.Context, file string, s *sheet.Sheet) (*found, []string, error) {
	rows, err := s.Head(ctx, headRows)
	if err != nil {
		return nil, nil, err
	}
	var first []string
	for _, row := range rows {
		if first == nil && len(row.Cells) > 0 {
			first = row.Cells
		}
		for _, k := range kinds {
			f := &found{kind: k, file: file, sheet: s, row: row.Number, width: len(row.Cells), at: map[string]int{}, heads: map[string]string{}}
			if f.match(row.Cells) {
				return f, nil, nil
			}
		}
	}
	return nil, first, nil
}

func (f *found) match(cells []string) bool {
	taken := map[int]bool{}
	for _, c := range f.cols {
		i := -1
		for _, name := range c.usual {
			if i = slices.IndexFunc(cells, func(h string) bool { return fold(h) == fold(name) }); i >= 0 {
				break
			}
		}
		switch {
		case i >= 0 && !taken[i]:
			taken[i], f.at[c.id], f.heads[c.id] = true, i, clean(cells[i])
		case c.must:
			return false
		}
	}
	return true
}

func (f *found) has(id string) bool { _, ok := f.at[id]; return ok }

// cell is where a figure stood.
func (f *found) cell(row int, id string) edu.Cell {
	if !f.has(id) {
		return edu.Cell{File: f.file, Sheet: f.sheet.Name, Row: row}
	}
	return edu.Cell{File: f.file, Sheet: f.sheet.Name, Row: row, Column: sheet.Letters(f.at[id]), Header: f.heads[id]}
}

// each gives the rows below the heading, cleaned.
func (f *found) each(ctx context.Context, take func(row int, cell func(id string) string)) error {
	var cols []sheet.Column
	place := map[string]int{}
	for _, c := range f.cols {
		if i, ok := f.at[c.id]; ok {
			place[c.id] = len(cols)
			cols = append(cols, sheet.Column{Index: i, Kind: sheet.Texts})
		}
	}
	return f.sheet.Stream(ctx, f.row+1, f.width, cols, nil, func(d *sheet.Data) error {
		for i := range d.N {
			take(int(d.Rows[i]), func(id string) string {
				if k, ok := place[id]; ok {
					return clean(d.Text[k].At(i))
				}
				return ""
			})
		}
		return nil
	})
}
