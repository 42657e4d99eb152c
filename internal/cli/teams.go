package cli

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/report"
	"shuren/internal/sheet"
	"shuren/internal/teams"
)

type teamsCmd struct {
	Files      []string `arg:"" help:"Files with a roster of staff and, if there are, the table of exchanges and the schools with their urban-rural class; - is standard input."`
	Summer     int      `required:"" help:"Summer of which year." placeholder:"YEAR"`
	Cycle      string   `help:"First month of the five-year cycle of training; without it nobody is called behind." placeholder:"YYYY-MM"`
	Retirement []string `help:"Ages of retirement, with the document: female=55:DOCUMENT. Without it nobody is taken to be near retirement." placeholder:"SEX=YEARS:DOCUMENT"`
	Problems   string   `help:"Write every problem of the input here, one a line." placeholder:"FILE"`
	Out        string   `help:"Write the tables here: .xlsx, .json, or .csv with everybody towards the duty to move; - writes CSV to standard output." placeholder:"FILE"`
}

func (c *teamsCmd) Run(a *app) error {
	format, err := outFormat(c.Out)
	if err != nil {
		return err
	}
	rules, err := c.rules()
	if err != nil {
		return err
	}
	var got teams.Taken
	err = c.read(a, &got)
	var problems []flow.Problem
	for _, p := range got.Problems {
		problems = append(problems, flow.Problem{Blocking: true, Text: edu.Text{ZH: p.In("zh"), EN: p.In("en")}})
	}
	a.problems(problems, flow.Unlisted{Blocking: got.More})
	if c.Problems != "" {
		if err := a.writeProblems(c.Problems, problems, flow.Unlisted{Blocking: got.More}); err != nil {
			return err
		}
	}
	switch {
	case err != nil:
		return err
	case len(problems) > 0:
		return fmt.Errorf("%d problems: %w", len(problems)+got.More, fault.Blocked)
	case len(got.Staff) == 0:
		return fmt.Errorf("no roster of staff in %s: %w", strings.Join(c.Files, ", "), fault.Invalid)
	}
	t := report.NewTeams(got.Input(rules), c.Summer, teams.Summer(c.Summer), a.lang)
	if c.Out == "-" {
		return report.WriteTeams(a.Out, report.CSV, t)
	}
	c.print(a, t)
	if c.Out != "" {
		return a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return report.WriteTeams(w, format, t) })
	}
	return nil
}

// rules are the figures found in documents, with what the flags add to them.
func (c *teamsCmd) rules() (teams.Rules, error) {
	r := teams.Default
	if c.Summer < 2000 || c.Summer > 2100 {
		return r, fmt.Errorf("--summer: found %d, want a year: %w", c.Summer, fault.Invalid)
	}
	if c.Cycle != "" {
		d, ok := teams.Month(c.Cycle)
		if !ok {
			return r, fmt.Errorf("--cycle: found %q, want YYYY-MM: %w", c.Cycle, fault.Invalid)
		}
		r.CycleFrom, r.CycleBasis = d, "--cycle"
	}
	for _, s := range c.Retirement {
		sex, rest, _ := strings.Cut(s, "=")
		years, basis, _ := strings.Cut(rest, ":")
		l := teams.Retirement{Basis: strings.TrimSpace(basis)}
		switch sex {
		case "female", "女":
			l.Sex = register.Female
		case "male", "男":
			l.Sex = register.Male
		}
		v, err := strconv.ParseFloat(years, 64)
		if err != nil || math.IsNaN(v) || l.Sex == register.UnknownSex {
			return r, fmt.Errorf("--retirement: found %q, want SEX=YEARS:DOCUMENT: %w", s, fault.Invalid)
		}
		l.Months = int(math.Round(v * 12))
		r.Retirement = append(r.Retirement, l)
	}
	if p := r.Problems(); len(p) > 0 {
		return r, fmt.Errorf("--retirement: %s: %w", p[0].EN, fault.Invalid)
	}
	return r, nil
}

func (c *teamsCmd) read(a *app, got *teams.Taken) error {
	for _, name := range c.Files {
		in := io.NopCloser(a.In)
		if name == "-" {
			name = "stdin"
		} else {
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			in = f
		}
		book, err := sheet.Open(in, sheet.DefaultLimits)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := errors.Join(got.Read(a.ctx, book, name), book.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (c *teamsCmd) print(a *app, t *report.Teams) {
	const screen = 40
	r := t.Round
	fmt.Fprintf(a.Out, a.say("%d年暑期交流轮岗（按%s核定）\n\n", "exchange of summer %d, counted by %s\n\n"), r.Year, teams.Summer(r.Year).Time().Format(time.DateOnly))
	for _, l := range t.Lines() {
		fmt.Fprintln(a.Out, l)
	}
	fmt.Fprintln(a.Out)
	states := table{head: []string{a.say("状态", "state"), a.say("人数", "people"), a.say("其中城镇和优质学校", "of urban and good schools")}, right: []bool{false, true, true}}
	for _, s := range teams.States {
		states.add(s.Text.In(a.lang), fmt.Sprint(r.Count[teams.State(s.ID)]), fmt.Sprint(r.InScope[teams.State(s.ID)]))
	}
	states.print(a.Out)
	fmt.Fprintln(a.Out)
	paces := table{head: []string{a.say("培训进度", "training"), a.say("人数", "people")}, right: []bool{false, true}}
	for _, p := range teams.Paces {
		paces.add(p.Text.In(a.lang), fmt.Sprint(t.Training.Count[teams.Pace(p.ID)]))
	}
	paces.print(a.Out)
	fmt.Fprintln(a.Out)
	due := table{head: []string{a.say("应交流（记录编号）", "due (person)"), a.say("单位", "school"), a.say("学科", "subject"), a.say("事由", "reason"), a.say("安排", "move")}, right: []bool{false, false, false, false, false}}
	n := 0
	for i := range r.People {
		j := &r.People[i]
		if j.State != teams.Due || !j.Scope && j.Placed {
			continue
		}
		if n++; n > screen {
			continue
		}
		move := ""
		if j.Move != nil {
			move = teams.WordOf(teams.Stages, j.Move.Stage).In(a.lang)
		}
		due.add(string(j.Person.Person), string(j.Person.Unit), j.Person.Subject, j.Reason.In(a.lang), move)
	}
	due.print(a.Out)
	if n > screen {
		fmt.Fprintf(a.Out, a.say("……另有 %d 人，用 --out 写入文件\n", "… %d more; --out FILE writes them all\n"), n-screen)
	}
}
