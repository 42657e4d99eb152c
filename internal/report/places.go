// A plan of places as files: what to do, seats against children with and without
// it, who goes where.

package report

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/places"
)

// Places is a plan with what it was made of.
type Places struct {
	Taken *places.Taken
	Plan  *places.Plan
	Why   []places.Conflict // where there is no plan
	Lang  string
}

func (f *Places) say(zh, en string) string {
	if f.Lang == "en" {
		return en
	}
	return zh
}

func (f *Places) text(t edu.Text) string { return f.say(t.ZH, t.EN) }

func (f *Places) in() *places.Input { return &f.Taken.Input }

func (f *Places) year(y int) string { return strconv.Itoa(f.in().Years[y].First) }

// small are counts that are not written for a single village: fewer than ten
// children may be known by their number.
const small = 10

// WritePlaces writes a plan as CSV (its lines only), JSON or a workbook.
func WritePlaces(w io.Writer, format Format, f *Places) error {
	switch format {
	case CSV:
		return f.csv(w)
	case JSON:
		return f.json(w)
	case XLSX:
		return f.book().Write(w)
	}
	return fmt.Errorf("format %q: want .csv, .json or .xlsx: %w", format, fault.Invalid)
}

// PlacesColumns are the columns of the CSV, a line for each thing to do.
var PlacesColumns = []string{"year", "act", "school", "name", "stage", "to", "rooms", "seats", "cost_yuan", "reason", "scenario"}

func (f *Places) csv(w io.Writer) error {
	cw := csv.NewWriter(bufio.NewWriterSize(w, 1<<16))
	if err := cw.Write(PlacesColumns); err != nil {
		return err
	}
	in := f.in()
	for _, l := range f.Plan.Lines {
		sc, to := in.Schools[l.School], ""
		if l.To >= 0 {
			to = in.Schools[l.To].ID
		}
		if err := cw.Write([]string{f.year(l.Year), string(l.Act), inert(sc.ID), inert(sc.Name), inert(in.Stages[sc.Stage].ID), inert(to), strconv.Itoa(l.Rooms), strconv.Itoa(l.Seats), Number(l.Cost), inert(f.text(in.Reason(f.Plan, l))), inert(f.Taken.Scenario)}); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}

func (f *Places) col(zh, en string, width float64) SheetCol {
	return SheetCol{Label: f.say(zh, en), Width: width}
}

func (f *Places) book() *Book {
	b := &Book{Note: f.text(f.Plan.Conclusion())}
	b.add(f.lineSheet())
	b.add(f.yearSheet())
	b.add(f.schoolSheet())
	b.add(f.tripSheet())
	b.add(f.noteSheet())
	return b
}

func (f *Places) lineSheet() *Sheet {
	in := f.in()
	s := &Sheet{Name: f.say("方案", "Plan"), Text: f.text(places.Closing), Cols: []SheetCol{f.col("年份", "Year", 8), f.col("措施", "Act", 16), f.col("学校", "School", 22), f.col("学段", "Stage", 10), f.col("转给", "To", 18),
		f.col("班数", "Rooms", 8), f.col("学位", "Seats", 8), f.col("费用（元）", "Cost, yuan", 14), f.col("理由", "Reason", 60)}}
	for _, l := range f.Plan.Lines {
		sc, to := in.Schools[l.School], ""
		if l.To >= 0 {
			to = in.Schools[l.To].Name
		}
		s.Rows = append(s.Rows, []SheetCell{say(f.year(l.Year)), say(f.text(places.ActName(l.Act, in, l.School))), say(sc.Name), say(f.text(in.StageName(sc.Stage))), say(to),
			number(float64(l.Rooms), 0), number(float64(l.Seats), 0), number(l.Cost, 0), say(f.text(in.Reason(f.Plan, l)))})
	}
	return s
}

// served are the two that are compared; without a plan only what is now.
func (f *Places) served() (names []string, list []*places.Served) {
	names, list = []string{f.say("不动、等自然缓解", "do nothing")}, []*places.Served{&f.Plan.Still}
	if f.Plan.Travel != nil {
		names, list = append(names, f.say("本方案", "this plan")), append(list, &f.Plan.Served)
	}
	return names, list
}

func (f *Places) yearSheet() *Sheet {
	in := f.in()
	s := &Sheet{Name: f.say("学位供需", "Seats and children"), Cols: []SheetCol{f.col("情景", "Scenario", 18), f.col("学段", "Stage", 10), f.col("年份", "Year", 8), f.col("儿童", "Children", 9), f.col("学位", "Seats", 9),
		f.col("没有学位", "Without a seat", 10), f.col("平均路程 km", "Mean km", 10), f.col("95% 以内 km", "95 % within km", 11), f.col("最远 km", "Most km", 9), f.col("超上限", "Beyond the limit", 9), f.col("其中校车", "by bus", 9), f.col("其中寄宿", "boarding", 9), f.col("按直线计", "straight line", 9)},
		Text: f.say("路程只计每天往返的儿童（含校车），一人一次；寄宿的另计。没有学位的人不在路程中。", "Ways are of children who go every day, by bus too, each once; those who board are counted apart, those without a seat not at all.")}
	names, list := f.served()
	for i, v := range list {
		for st := range in.Stages {
			for y := range in.Years {
				t := v.Travel[st][y]
				without := v.Without[st][y]
				row := []SheetCell{say(names[i]), say(f.text(in.StageName(st))), say(f.year(y)), number(float64(t.Children+without), 0), number(float64(t.Seats), 0), number(float64(without), 0),
					number(t.MeanKm, 1), number(t.P95Km, 1), number(t.MostKm, 1), number(float64(t.Over), 0), number(float64(t.Bus), 0), number(float64(t.Board), 0), number(float64(t.Straight), 0)}
				row[5].Bad = without > 0
				s.Rows = append(s.Rows, row)
			}
		}
	}
	return s
}

func (f *Places) schoolSheet() *Sheet {
	in := f.in()
	s := &Sheet{Name: f.say("学校", "Schools"), Cols: []SheetCol{f.col("情景", "Scenario", 18), f.col("学校", "School", 22), f.col("学段", "Stage", 10), f.col("年份", "Year", 8), f.col("学位", "Seats", 9), f.col("儿童", "Children", 9), f.col("空余", "Free", 9)}}
	names, list := f.served()
	for i, v := range list {
		for k, sc := range in.Schools {
			for y := range in.Years {
				if v.Seats[k][y] == 0 && v.Used[k][y] == 0 {
					continue
				}
				s.Rows = append(s.Rows, []SheetCell{say(names[i]), say(sc.Name), say(f.text(in.StageName(sc.Stage))), say(f.year(y)), number(float64(v.Seats[k][y]), 0), number(float64(v.Used[k][y]), 0), number(float64(v.Seats[k][y]-v.Used[k][y]), 0)})
			}
		}
	}
	return s
}

func (f *Places) mode(m places.Mode) string {
	return [...]string{f.say("上限内", "within the limit"), f.say("校车", "bus"), f.say("寄宿", "boards")}[m]
}

func (f *Places) tripSheet() *Sheet {
	in := f.in()
	s := &Sheet{Name: f.say("去向", "Who goes where"), Text: f.say("少于 10 人的人数不写。", "Fewer than ten children are not written as a number."), Cols: []SheetCol{f.col("年份", "Year", 8), f.col("片区", "Area", 20), f.col("学校", "School", 22), f.col("学段", "Stage", 10), f.col("人数", "Children", 9), f.col("路程 km", "km", 9), f.col("时间 分钟", "minutes", 9), f.col("方式", "How", 12)}}
	for _, t := range f.Plan.Trips {
		sc, w := in.Schools[t.School], in.Ways[t.Area][t.School]
		n := number(float64(t.Children), 0)
		if t.Children < small {
			n = say("<10")
		}
		s.Rows = append(s.Rows, []SheetCell{say(f.year(t.Year)), say(in.Areas[t.Area].Name), say(sc.Name), say(f.text(in.StageName(sc.Stage))), n, number(w.Km, 1), number(w.Minutes, 0), say(f.mode(t.Mode))})
	}
	return s
}

// Notes are what a reader must know, a line each.
func (f *Places) Notes() []string {
	in := f.in()
	lines := []string{f.text(f.Plan.Conclusion()), f.text(in.Waiting(f.Plan))}
	for _, c := range f.Why {
		lines = append(lines, f.text(in.Words(c)))
	}
	lines = append(lines, f.say("儿童数方案：", "Figures of children: ")+map[string]string{"low": f.say("低", "low"), "mid": f.say("中", "middle"), "high": f.say("高", "high")}[f.Taken.Scenario], f.text(places.Closing))
	for _, st := range in.Stages {
		lines = append(lines, fmt.Sprintf(f.say("%s：班额 %d；上限 %s；依据：%s", "%s: %d a class; limit %s; source: %s"), f.text(places.StageName(st.ID)), st.Class, limits(st, f.Lang), st.Source))
	}
	for _, p := range f.Taken.Prices {
		stage := ""
		if p.Stage != "" {
			stage = "（" + f.text(places.StageName(p.Stage)) + "）"
		}
		lines = append(lines, fmt.Sprintf(f.say("单价 %s%s：%s 元；依据：%s", "price of %s%s: %s yuan; source: %s"), p.Item, stage, Number(p.Yuan), p.Source))
	}
	return lines
}

func limits(st places.Stage, lang string) string {
	var parts []string
	if st.Km > 0 {
		parts = append(parts, Number(st.Km)+" km")
	}
	if st.Minutes > 0 {
		unit := " 分钟"
		if lang == "en" {
			unit = " minutes"
		}
		parts = append(parts, Number(st.Minutes)+unit)
	}
	return strings.Join(parts, ", ")
}

func (f *Places) noteSheet() *Sheet {
	s := &Sheet{Name: f.say("说明", "Notes"), Cols: []SheetCol{f.col("说明", "Notes", 120)}}
	for _, l := range f.Notes() {
		s.Rows = append(s.Rows, []SheetCell{say(l)})
	}
	return s
}
