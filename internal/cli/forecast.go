package cli

import (
	"fmt"
	"io"
	"math"
	"os"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/forecast"
	"shuren/internal/report"
	"shuren/internal/sheet"
)

type forecastCmd struct {
	File     string  `arg:"" help:"CSV, XLSX or Parquet file with one row a year, place and grade; - is standard input."`
	Births   string  `help:"File of births with one row a place and year." placeholder:"FILE"`
	Housing  string  `help:"File of new housing: project, stage, year, dwellings, pupils per dwelling, source, and place where it is not everything." placeholder:"FILE"`
	Year     string  `help:"Heading of the column of years; the usual ones are known, as for the others." placeholder:"COLUMN"`
	Place    string  `help:"Heading of the column of places: schools, townships." placeholder:"COLUMN"`
	Within   string  `help:"Heading of the column of what places lie in: counties." placeholder:"COLUMN"`
	Stage    string  `help:"Heading of the column of stages; by the grades without." placeholder:"COLUMN"`
	Grade    string  `help:"Heading of the column of grades." placeholder:"COLUMN"`
	Pupils   string  `help:"Heading of the column of pupils." placeholder:"COLUMN"`
	Add      bool    `help:"Add rows of the same year, place and grade up: rows are classes."`
	Lag      int     `help:"Years from birth to the first grade; by its name without." default:"-1" placeholder:"YEARS"`
	Years    int     `help:"Years ahead, 30 at most." default:"10" placeholder:"N"`
	Level    float64 `help:"Part of later truths that bands shall hold." default:"0.8" placeholder:"P"`
	Sheet    string  `help:"Name of the sheet; the first that has the columns without." placeholder:"NAME"`
	Problems string  `help:"Write every problem of the input here, one a line." placeholder:"FILE"`
	Out      string  `help:"Write the forecast here: .xlsx, .csv or .json; - writes CSV to standard output." placeholder:"FILE"`
}

func (c *forecastCmd) Run(a *app) error {
	format, err := outFormat(c.Out)
	if err != nil {
		return err
	}
	if c.Years < 1 {
		return fmt.Errorf("--years: found %d, want 1 to 30: %w", c.Years, fault.Invalid)
	}
	got, err := c.read(a)
	if got != nil {
		ps := make([]flow.Problem, len(got.Problems))
		for i, p := range got.Problems {
			ps[i] = flow.Problem{Blocking: p.Blocking, Text: edu.Text{ZH: p.In("zh"), EN: p.In("en")}}
		}
		more := flow.Unlisted{Blocking: got.More}
		a.problems(ps, more)
		if c.Problems != "" {
			if err := a.writeProblems(c.Problems, ps, more); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	if c.Lag >= 0 {
		got.Input.Lag = c.Lag
	}
	r, err := forecast.Make(&got.Input, forecast.Options{Horizon: c.Years, Level: c.Level})
	if err != nil {
		return err
	}
	f := &report.Forecast{Input: &got.Input, Result: r, Level: c.Level, Lang: a.lang}
	if c.Out == "-" {
		return report.WriteForecast(a.Out, report.CSV, f)
	}
	c.print(a, f)
	if c.Out != "" {
		return a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return report.WriteForecast(w, format, f) })
	}
	return nil
}

// read takes pupils and births from their files.
func (c *forecastCmd) read(a *app) (got *forecast.Taken, err error) {
	name, in := c.File, io.NopCloser(a.In)
	if name == "-" {
		name = "stdin"
	} else if in, err = os.Open(name); err != nil {
		return nil, err
	}
	book, err := sheet.Open(in, sheet.DefaultLimits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer book.Close()
	got, err = forecast.Read(a.ctx, book, name, forecast.Columns{Sheet: c.Sheet, Year: c.Year, Place: c.Place, Within: c.Within, Section: c.Stage, Grade: c.Grade, Pupils: c.Pupils, Add: c.Add})
	if err != nil {
		return got, err
	}
	if err := beside(c.Births, func(b *sheet.Book) error { return got.ReadBirths(a.ctx, b, c.Births, forecast.BirthColumns{}) }); err != nil {
		return got, err
	}
	return got, beside(c.Housing, func(b *sheet.Book) error { return got.ReadHousing(a.ctx, b, c.Housing, c.Years) })
}

// beside reads a file that goes with the pupils, where one is named.
func beside(name string, read func(*sheet.Book) error) error {
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	book, err := sheet.Open(f, sheet.DefaultLimits)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer book.Close()
	return read(book)
}

// print shows what will be of everything, and what the method was worth.
func (c *forecastCmd) print(a *app, f *report.Forecast) {
	r := f.Result
	fmt.Fprintf(a.Out, "%s\n%s\n\n", r.Conclusion().In(a.lang), r.Held(c.Level).In(a.lang))
	test := table{head: []string{a.say("误差 %", "errors in %"), a.say("前期", "earlier"), a.say("后期", "later")}, right: []bool{false, true, true}}
	at := []int{0, 2, 4, 9}
	for _, h := range at {
		if h < c.Years {
			test.head, test.right = append(test.head, fmt.Sprintf(a.say("%d 年后", "%d ahead"), h+1)), append(test.right, true)
		}
	}
	percent := func(x float64) string {
		if math.IsNaN(x) {
			return "–"
		}
		return fmt.Sprintf("%.1f", x)
	}
	for _, m := range append(r.Test.Methods, r.Test.Chosen) {
		name := forecast.MethodName(m.Method).In(a.lang)
		if m.Used {
			name += a.say("（采用）", " (used)")
		}
		line := []string{name, percent(m.Earlier), percent(m.Later)}
		for _, h := range at {
			switch {
			case h >= c.Years:
			case h < len(m.ByAhead):
				line = append(line, percent(m.ByAhead[h]))
			default:
				line = append(line, "–")
			}
		}
		test.add(line...)
	}
	test.print(a.Out)
	for s, stage := range r.Sections {
		p := &r.Section[0][s]
		fmt.Fprintf(a.Out, "\n%s\n", forecast.SectionName(stage).In(a.lang))
		years := table{head: []string{a.say("年份", "year"), a.say("学生", "pupils"), a.say("低方案", "low"), a.say("高方案", "high")}, right: []bool{false, true, true, true}}
		for y := max(0, len(p.Past)-3); y < len(p.Past); y++ {
			years.add(fmt.Sprint(f.Input.First+y), chart.Number(p.Past[y], 0), "", "")
		}
		for h, y := range r.Years {
			years.add(fmt.Sprint(y)+a.say("（预测）", " *"), chart.Number(p.Mid[h], 0), chart.Number(p.Low[h], 0), chart.Number(p.High[h], 0))
		}
		years.print(a.Out)
	}
	if a.lang == "en" {
		fmt.Fprintln(a.Out, "* forecast")
	}
	for _, n := range r.Tell() {
		fmt.Fprintln(a.Out, "▲ "+n.Text.In(a.lang))
	}
}
