package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/places"
	"shuren/internal/report"
	"shuren/internal/sheet"
	"shuren/internal/solve"
)

type placesCmd struct {
	Files    []string      `arg:"" help:"CSV, XLSX or Parquet files with the tables of children, schools, stages, prices; also areas, ways, sites, conversions, budgets. A table is known by its headings."`
	Children string        `help:"Which figures of children: low, mid or high." enum:"low,mid,high" default:"mid"`
	Years    int           `help:"Plan so many of the first years; all without." placeholder:"N"`
	Winding  float64       `help:"What straight lines are multiplied by where ways are not known, 1 to 5." default:"1" placeholder:"F"`
	Gap      float64       `help:"Be content with a plan that is proven to cost at most this fraction too much." default:"0" placeholder:"P"`
	Limit    time.Duration `help:"Stop after so long and keep the best plan so far; 0 is never." default:"60s" placeholder:"TIME"`
	Progress bool          `help:"Print how far the search is: the best plan so far and what every plan costs at least."`
	Problems string        `help:"Write every problem of the input here, one a line." placeholder:"FILE"`
	Out      string        `help:"Write the plan here: .xlsx, .csv or .json; - writes CSV to standard output." placeholder:"FILE"`
}

func (c *placesCmd) Run(a *app) error {
	format, err := outFormat(c.Out)
	if err != nil {
		return err
	}
	if c.Years < 0 || !(c.Gap >= 0 && c.Gap < 1) || c.Limit < 0 {
		return fmt.Errorf("--years %d, --gap %v, --limit %v: want 0 or more, and a gap below 1: %w", c.Years, c.Gap, c.Limit, fault.Invalid)
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
	f, err := c.plan(a, got)
	if err != nil {
		return err
	}
	if c.Out == "-" {
		return report.WritePlaces(a.Out, report.CSV, f)
	}
	c.print(a, f)
	if c.Out != "" {
		return a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return report.WritePlaces(w, format, f) })
	}
	return nil
}

// plan searches until it is done, its time is up or the user stops it, and keeps
// the best.
func (c *placesCmd) plan(a *app, got *places.Taken) (*report.Places, error) {
	ctx := a.ctx
	if c.Limit > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.Limit)
		defer cancel()
	}
	o := places.Options{Gap: c.Gap}
	told := time.Time{}
	bar := a.progress(a.say("求解", "solving"), -1)
	defer bar.Finish()
	o.Progress = func(p places.Progress) {
		text := fmt.Sprintf(a.say("第 %d/%d 部分：最好 %s，下界 %s", "part %d of %d: best %s, at least %s"), p.Part, p.Parts, yuan(p.Best), yuan(p.Bound))
		bar.Describe(text)
		bar.Add(1)
		if c.Progress && (time.Since(told) > time.Second || told.IsZero()) {
			told = time.Now()
			fmt.Fprintln(a.Err, text)
		}
	}
	p, err := places.Make(ctx, &got.Input, o)
	if err != nil {
		return nil, err
	}
	f := &report.Places{Taken: got, Plan: p, Lang: a.lang}
	if p.Status == places.Infeasible {
		f.Why, err = places.Why(ctx, &got.Input)
		if errors.Is(err, solve.Unclear) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
			err = nil // no reason was found in time; that there is no plan stays proven
		}
	}
	return f, err
}

func yuan(x float64) string {
	if math.IsInf(x, 0) {
		return "–"
	}
	return chart.Number(x, 0)
}

// read opens the files; what they say is put together by their tables.
func (c *placesCmd) read(a *app) (*places.Taken, error) {
	var files []places.File
	for _, name := range c.Files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		book, err := sheet.Open(f, sheet.DefaultLimits)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		defer book.Close()
		files = append(files, places.File{Name: filepath.Base(name), Book: book})
	}
	return places.Read(a.ctx, files, places.Choice{Scenario: c.Children, Years: c.Years, Winding: c.Winding})
}

// print shows the plan beside doing nothing.
func (c *placesCmd) print(a *app, f *report.Places) {
	in, p := &f.Taken.Input, f.Plan
	fmt.Fprintf(a.Out, "%s\n%s\n\n", p.Conclusion().In(a.lang), in.Waiting(p).In(a.lang))
	if p.Status == places.Infeasible {
		if len(f.Why) > 0 {
			fmt.Fprintln(a.Out, a.say("下列要求互相矛盾，去掉任何一条就不矛盾：", "These rules contradict each other; without any one of them they would not:"))
		}
		for _, w := range f.Why {
			fmt.Fprintln(a.Out, "■ "+in.Words(w).In(a.lang))
		}
		fmt.Fprintln(a.Out)
	}
	km := func(x float64) string {
		if math.IsNaN(x) {
			return "–"
		}
		return fmt.Sprintf("%.1f", x)
	}
	years := table{head: []string{a.say("学段", "stage"), a.say("年份", "year"), a.say("儿童", "children"), a.say("现有学位", "seats now"), a.say("没有学位", "without")}, right: []bool{false, true, true, true, true}}
	planned := p.Travel != nil
	if planned {
		years.head = append(years.head, a.say("方案学位", "seats then"), a.say("平均 km", "mean km"), "P95 km", a.say("超上限", "beyond"), a.say("校车", "bus"), a.say("寄宿", "board"))
		years.right = append(years.right, true, true, true, true, true, true)
	}
	for st := range in.Stages {
		for y := range in.Years {
			now := p.Still.Travel[st][y]
			row := []string{in.StageName(st).In(a.lang), fmt.Sprint(in.Years[y].First), fmt.Sprint(now.Children + p.Still.Without[st][y]), fmt.Sprint(now.Seats), fmt.Sprint(p.Still.Without[st][y])}
			if planned {
				t := p.Travel[st][y]
				row = append(row, fmt.Sprint(t.Seats), km(t.MeanKm), km(t.P95Km), fmt.Sprint(t.Over), fmt.Sprint(t.Bus), fmt.Sprint(t.Board))
			}
			years.add(row...)
		}
	}
	years.print(a.Out)
	if len(p.Lines) > 0 {
		fmt.Fprintln(a.Out)
		lines := table{head: []string{a.say("年份", "year"), a.say("措施", "act"), a.say("学校", "school"), a.say("班数", "rooms"), a.say("费用", "cost"), a.say("理由", "reason")}, right: []bool{true, false, false, true, true}}
		for _, l := range p.Lines {
			name, year, rooms, cost := in.Schools[l.School].Name, fmt.Sprint(in.Years[l.Year].First), fmt.Sprint(l.Rooms), places.Money(l.Cost).In(a.lang)
			if l.To >= 0 {
				name += " → " + in.Schools[l.To].Name
			}
			if l.Act == places.Keep {
				year, cost = "", ""
			}
			if l.Rooms == 0 {
				rooms = ""
			}
			lines.add(year, places.ActName(l.Act, in, l.School).In(a.lang), name, rooms, cost, in.Reason(p, l).In(a.lang))
		}
		lines.print(a.Out)
	}
	fmt.Fprintln(a.Out, "\n▲ "+places.Closing.In(a.lang))
}
