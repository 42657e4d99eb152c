package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/means"
	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/propose"
	"shuren/internal/report"
	"shuren/internal/sheet"
	"shuren/internal/solve"
	"shuren/internal/standard"
)

type proposeCmd struct {
	Files         []string      `arg:"" optional:"" help:"Figures of sections: CSV, XLSX or Parquet files, as of evaluate."`
	Pack          []string      `sep:"none" help:"A shipped pack with levers, a folder or a YAML file; cn-compulsory@2017 without." placeholder:"P"`
	Map           string        `help:"YAML file that maps headers to elements." placeholder:"FILE"`
	Period        string        `help:"School year of the figures." placeholder:"Y"`
	Means         []string      `sep:"none" help:"What the county has to work with: prices, staff, ways, posts, money and its own plan of lessons, in one file or several; see --template." placeholder:"FILE"`
	DB            dbName        `name:"db" help:"Take figures and means from this database instead." placeholder:"DB"`
	County        string        `help:"Only this county: code, name or id." placeholder:"COUNTY"`
	Scenario      string        `help:"mixed, transfer (nothing is built, nobody hired), build (nobody moves), wait or all." enum:"mixed,transfer,build,wait,all" default:"mixed"`
	Years         int           `help:"School years of the plan, where the file of money does not list them." default:"3" placeholder:"N"`
	Budget        []string      `sep:"none" help:"Money of a school year, over that of files: 2026=1500000." placeholder:"YEAR=YUAN"`
	City          bool          `help:"Work all counties out together; see --shared."`
	Shared        []string      `sep:"none" help:"Money of a school year that all counties share, beside their own, with --city: 2026=9000000." placeholder:"YEAR=YUAN"`
	Gap           float64       `help:"End when the plan is proven to be within this part of the best." default:"0.0001"`
	Time          time.Duration `help:"End after so long and keep the best so far." placeholder:"60s"`
	SecondOpinion string        `name:"second-opinion" help:"Ask this other solver, which must be installed, about the same model: cbc or highs." enum:",cbc,highs" default:"" placeholder:"SOLVER"`
	Out           string        `help:"Write the lines here: .xlsx, .csv or .json; - writes CSV to standard output." placeholder:"FILE"`
	Template      string        `help:"Write an empty workbook of means here, and do nothing else." placeholder:"FILE"`
}

func (c *proposeCmd) Run(a *app) error {
	format, err := outFormat(c.Out)
	if err != nil {
		return err
	}
	if c.Years < 1 || c.Years > 10 {
		return fmt.Errorf("--years: found %d, want 1 to 10: %w", c.Years, fault.Invalid)
	}
	if !(c.Gap >= 0 && c.Gap < 1) {
		return fmt.Errorf("--gap: found %v, want a part from 0 to below 1: %w", c.Gap, fault.Invalid)
	}
	if c.Template != "" {
		p, err := c.pack()
		if err != nil {
			return err
		}
		return a.writeBeside(c.Template, 0o644, func(w io.Writer) error { return means.Template(w, means.ElementsOf(p)) })
	}
	program, err := c.other()
	if err != nil {
		return err
	}
	as, of, done, err := c.figures(a)
	if err != nil {
		return err
	}
	defer done()
	counties, err := c.counties(as)
	if err != nil {
		return err
	}
	var out []*proposal.Proposal
	stopped := false
	var doubt error // of the second opinion
	said := a.Out
	if c.Out == "-" {
		said = a.Err
	}
	if len(c.Shared) > 0 && !c.City {
		return fmt.Errorf("--shared is of --city: %w", fault.Invalid)
	}
	if c.City {
		if out, stopped, err = c.whole(a, as, of, counties); err != nil {
			return err
		}
		counties = nil
	}
	for _, u := range counties {
		in, err := of(u)
		if err != nil {
			return err
		}
		county, names, err := propose.Of(as, u.ID, in)
		if err != nil {
			return err
		}
		if c.Out != "-" {
			c.subjects(a, u.Name, names.Subjects)
		}
		for _, s := range c.scenarios() {
			p, ended, err := c.solve(a, county, names, s)
			if err != nil {
				return err
			}
			stopped = stopped || ended
			out = append(out, p)
			if c.Out != "-" {
				c.print(a, u.Name, p)
			}
			if program != "" && a.ctx.Err() == nil {
				if contradicts, err := c.ask(a, said, program, county, p); err != nil {
					doubt = err
				} else if contradicts && doubt == nil {
					doubt = errDoubt
				}
			}
		}
	}
	switch {
	case c.Out == "-":
		err = report.WriteProposals(a.Out, report.CSV, out, a.lang)
	case c.Out != "":
		err = a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return report.WriteProposals(w, format, out, a.lang) })
	}
	if err == nil && stopped && a.ctx.Err() != nil {
		return a.ctx.Err() // Ctrl-C: what was found is written, and the exit code says that it was stopped
	}
	if err == nil {
		err = doubt
	}
	return err
}

func (c *proposeCmd) scenarios() []proposal.Scenario {
	if c.Scenario == "all" {
		return proposal.Scenarios
	}
	return []proposal.Scenario{proposal.Scenario(c.Scenario)}
}

func (c *proposeCmd) pack() (*pack.Pack, error) {
	ref := defaultPack
	if len(c.Pack) > 0 {
		ref = c.Pack[0]
	}
	return pack.Open(ref)
}

// figures gives the assessment and how to find what a county has to work with.
func (c *proposeCmd) figures(a *app) (*standard.Assessment, func(standard.Unit) (propose.Means, error), func(), error) {
	nothing := func() {}
	if c.DB != "" {
		if len(c.Files) > 0 {
			return nil, nil, nil, fmt.Errorf("figures come from files or from --db, not from both: %w", fault.Invalid)
		}
		city, err := openCity(a, string(c.DB), "", false)
		if err != nil {
			return nil, nil, nil, err
		}
		done := func() { city.Close() }
		period, err := choosePeriod(a, city, c.Period)
		if err != nil {
			done()
			return nil, nil, nil, err
		}
		as, err := measured(a, city, strings.Join(c.Pack, ""), period)
		if err != nil {
			done()
			return nil, nil, nil, err
		}
		from, err := c.taken(a, as.Pack)
		if err != nil {
			done()
			return nil, nil, nil, err
		}
		return as, func(u standard.Unit) (propose.Means, error) {
			m, err := city.MeansIn(a.ctx, auth.Operator(), as, u.ID)
			if err != nil {
				return propose.Means{}, err
			}
			got := &means.Taken{Prices: m.Prices, Staff: m.Staff, Ways: m.Ways, Budgets: m.Money.Lines, Lessons: m.Lessons}
			if len(from.Prices.Lines) > 0 {
				got.Prices = from.Prices
			}
			// People and posts are two tables: a file of one leaves the other.
			if len(from.Staff.Groups) > 0 {
				got.Staff.Groups = from.Staff.Groups
			}
			if from.Staff.Posts != nil {
				got.Staff.Posts = from.Staff.Posts
			}
			if len(from.Ways.Lines) > 0 {
				got.Ways = from.Ways
			}
			if len(from.Budgets) > 0 {
				got.Budgets = from.Budgets
			}
			if len(from.Lessons.Lines) > 0 {
				got.Lessons = from.Lessons
			}
			return c.means(got, as.Period)
		}, done, nil
	}
	if len(c.Files) == 0 {
		return nil, nil, nil, fmt.Errorf("give files of figures, or --db: %w", fault.Invalid)
	}
	in := inputFlags{Pack: c.Pack, Map: c.Map, Period: c.Period}
	if len(in.Pack) == 0 {
		in.Pack = []string{defaultPack}
	}
	packs, files, opt, err := in.read(a, c.Files)
	if err != nil {
		return nil, nil, nil, err
	}
	m, err := flow.EvaluateAll(a.ctx, files, packs[:1], opt)
	if m != nil {
		a.problems(m.Problems, m.Unlisted)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	if len(m.Periods) == 0 {
		return nil, nil, nil, fmt.Errorf("the files have no figures: %w", fault.NotFound)
	}
	as := m.Periods[len(m.Periods)-1]
	got, err := c.taken(a, as.Pack)
	if err != nil {
		return nil, nil, nil, err
	}
	return as, func(standard.Unit) (propose.Means, error) { return c.means(got, as.Period) }, nothing, nil
}

// taken reads the files of means.
func (c *proposeCmd) taken(a *app, p *pack.Pack) (*means.Taken, error) {
	got := &means.Taken{}
	for _, name := range c.Means {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		book, err := sheet.Open(f, sheet.DefaultLimits)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		err = got.Read(a.ctx, book, name, means.ElementsOf(p))
		book.Close()
		if err != nil {
			return nil, err
		}
	}
	ps := make([]flow.Problem, len(got.Problems))
	for i, x := range got.Problems {
		ps[i] = flow.Problem{Blocking: true, Text: edu.Text{ZH: x.In("zh"), EN: x.In("en")}}
	}
	a.problems(ps, flow.Unlisted{Blocking: got.More})
	if len(ps) > 0 {
		return nil, fmt.Errorf("the files of means have mistakes: %w", fault.Blocked)
	}
	return got, nil
}

// means puts together what was told, with the years of the plan.
func (c *proposeCmd) means(got *means.Taken, period edu.Period) (propose.Means, error) {
	in := propose.Means{Prices: got.Prices, Staff: got.Staff, Ways: got.Ways, Lessons: got.Lessons}
	years := slices.Clone(got.Budgets)
	if period.IsZero() || period.Kind() != edu.SchoolYear {
		return in, fmt.Errorf("the figures do not say their school year; give it with --period: %w", fault.Invalid)
	}
	years = slices.DeleteFunc(years, func(b means.Budget) bool { return b.Year.Compare(period) <= 0 })
	if len(years) == 0 {
		for y := range c.Years {
			years = append(years, means.Budget{Year: edu.Year(period.Int() + 1 + y), Yuan: -1})
		}
	}
	for _, text := range c.Budget {
		told, err := yearYuan("--budget", text)
		if err != nil {
			return in, err
		}
		i := slices.IndexFunc(years, func(b means.Budget) bool { return b.Year == told.Year })
		if i < 0 {
			return in, fmt.Errorf("--budget: %s is not a year of the plan: %w", told.Year, fault.Invalid)
		}
		years[i].Yuan = told.Yuan
	}
	slices.SortFunc(years, func(a, b means.Budget) int { return a.Year.Compare(b.Year) })
	in.Years = years
	return in, nil
}

// counties are those asked for.
func (c *proposeCmd) counties(as *standard.Assessment) ([]standard.Unit, error) {
	all := as.Units[edu.County]
	if c.County == "" {
		if len(all) == 0 {
			return nil, fmt.Errorf("the figures do not say which county a school is in: %w", fault.Invalid)
		}
		return all, nil
	}
	var have []string
	for _, u := range all {
		if string(u.ID) == c.County || u.Code == c.County || u.Name == c.County {
			return []standard.Unit{u}, nil
		}
		have = append(have, u.Name)
	}
	return nil, fmt.Errorf("--county %s: the figures have %s: %w", c.County, strings.Join(have, ", "), fault.NotFound)
}

// solve works one scenario out, with incumbent and bound on a terminal. ended tells
// that it was stopped before the gap was reached.
func (c *proposeCmd) solve(a *app, county *propose.County, names *propose.Names, s proposal.Scenario) (p *proposal.Proposal, ended bool, err error) {
	ctx, cancel := a.ctx, context.CancelFunc(func() {})
	if c.Time > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.Time)
	}
	defer cancel()
	bar := a.progress(a.say("测算", "solving"), -1)
	p, err = proposal.Solve(ctx, county, names, s, solve.Options{Gap: c.Gap, Progress: func(g solve.Progress) {
		bar.Describe(fmt.Sprintf(a.say("测算 %s：现有最好 %s 元，不低于 %s 元，差距 %.2f%%", "solving %s: best %s yuan, at least %s, gap %.2f %%"), s.Name().In(a.lang), chart.Number(g.Best, 0), chart.Number(g.Bound, 0), 100*g.Gap))
		_ = bar.Add(1)
	}})
	_ = bar.Finish()
	if err != nil {
		return nil, false, err
	}
	ended = ctx.Err() != nil
	if p.Status == string(propose.Stopped) {
		if a.ctx.Err() != nil {
			return nil, true, a.ctx.Err()
		}
		return p, true, nil
	}
	if p.Status == string(propose.Infeasible) {
		if err := proposal.Explain(a.ctx, p, county, names); err != nil {
			return nil, false, err
		}
	}
	return p, ended, nil
}

var statusWords = map[propose.Status]edu.Text{
	propose.Optimal:    {ZH: "已证明为最省方案", EN: "proven to cost the least"},
	propose.Within:     {ZH: "可行，与最省方案的差距不超过所示", EN: "feasible, and within the gap shown of the least"},
	propose.Infeasible: {ZH: "没有可行方案", EN: "there is no such plan"},
	propose.Stopped:    {ZH: "限时内未找到方案", EN: "stopped before a plan was found"},
	propose.Nothing:    {ZH: "无须安排", EN: "nothing to do"},
}

// print shows a proposal: what it costs, what holds after it, and its lines.
func (c *proposeCmd) print(a *app, county string, p *proposal.Proposal) {
	words := statusWords[propose.Status(p.Status)].In(a.lang)
	if p.Scenario == proposal.Wait {
		words = a.say("不作安排", "nothing is done")
	}
	fmt.Fprintf(a.Out, "\n%s · %s · %s\n", county, p.Scenario.Name().In(a.lang), words)
	spread := func(m proposal.Met) string {
		if m.Spread {
			return a.say("差异系数达标", "spread met")
		}
		return a.say("差异系数未达标", "spread short")
	}
	fmt.Fprintf(a.Out, a.say("现状 %d/%d 个学段达标，%s", "now %d of %d sections pass, %s"), p.Before.Passing, p.Before.Sections, spread(p.Before))
	if len(p.Lines) > 0 {
		fmt.Fprintf(a.Out, a.say("；方案后 %d/%d，%s（本标准引擎复核）\n", "; after it %d of %d, %s (checked by the standard's own engine)\n"), p.Checked.Passing, p.Checked.Sections, spread(p.Checked))
		says := a.say("费用 %s 元，任何方案不低于 %s 元，差距 %.2f%%\n", "cost %s yuan, no plan below %s, gap %.2f %%\n")
		if p.HiresLast {
			says = a.say("费用 %s 元，招聘不多于本方案的方案不低于 %s 元，差距 %.2f%%\n", "cost %s yuan, no plan that hires no more below %s, gap %.2f %%\n")
		}
		fmt.Fprintf(a.Out, says, chart.Number(p.Cost, 0), chart.Number(p.Bound, 0), 100*p.Gap)
		for _, y := range p.Years {
			fmt.Fprintf(a.Out, "  %s  %s", y.Period.Label(), chart.Number(y.Spent, 0))
			if y.Budget >= 0 {
				fmt.Fprintf(a.Out, " / %s", chart.Number(y.Budget, 0))
			}
			fmt.Fprintln(a.Out)
		}
		t := table{head: []string{a.say("序号", "no."), a.say("措施", "act"), a.say("学年", "year"), a.say("学校", "school"), a.say("来自", "from"), a.say("数量", "amount"), a.say("费用（元）", "yuan"), a.say("理由", "why")}, right: []bool{true, false, false, false, false, true, true, false}}
		for i, l := range p.Lines {
			if i == maxLines {
				break
			}
			from := ""
			if l.From != nil {
				from = l.From.Name
			}
			what := report.ActName(l.Act).In(a.lang)
			if who := l.WhoIn(a.lang); who != "" {
				what += " " + who
			}
			t.add(fmt.Sprint(l.No), what, l.Period.String(), l.At.Name, from, chart.Number(l.Amount, 2)+" "+report.UnitName(l.Unit).In(a.lang), chart.Number(l.Cost, 0), l.Why.In(a.lang))
		}
		t.print(a.Out)
		if n := len(p.Lines); n > maxLines {
			fmt.Fprintf(a.Out, a.say("……共 %d 项，可用 --out 写入文件\n", "… %d lines in all; --out FILE writes them\n"), n)
		}
	} else if fmt.Fprintln(a.Out); !p.Planned() {
		fmt.Fprintln(a.Out, a.say("费用 —（没有方案）", "cost — (no plan)"))
	}
	for _, t := range p.Conflict {
		fmt.Fprintln(a.Out, "■ "+t.In(a.lang))
	}
	for _, t := range p.Notes {
		fmt.Fprintln(a.Out, "▲ "+t.In(a.lang))
	}
}
