package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/report"
	"shuren/internal/sheet"
	"shuren/internal/valueadd"
)

type valueaddCmd struct {
	File       string   `arg:"" help:"CSV, XLSX or Parquet file with one row a pupil; - is standard input."`
	School     string   `required:"" help:"Heading of the column of schools." placeholder:"COLUMN"`
	Outcome    string   `required:"" help:"Heading of the column of results." placeholder:"COLUMN"`
	Prior      []string `required:"" help:"Headings of the columns of prior results." placeholder:"COLUMN"`
	Covariates []string `help:"Headings of columns of the pupils' background." placeholder:"COLUMN"`
	Categories []string `help:"Headings of columns that hold categories, although they look like numbers." placeholder:"COLUMN"`
	SchoolMean bool     `help:"Compare with pupils whose schoolmates began alike, too: adds each school's mean prior result."`
	MinPupils  int      `help:"Schools with fewer pupils are estimated and not shown; at least 10, 20 without." placeholder:"N"`
	Sheet      string   `help:"Name of the sheet; the first that has the columns without." placeholder:"NAME"`
	Problems   string   `help:"Write every problem of the input here, one a line." placeholder:"FILE"`
	Explain    string   `help:"Say how the estimate of this school comes about, instead of all." placeholder:"SCHOOL"`
	Out        string   `help:"Write the schools here: .xlsx, .csv or .json; - writes CSV to standard output." placeholder:"FILE"`

	sum string // of the file
}

func (c *valueaddCmd) Run(a *app) error {
	format, err := outFormat(c.Out)
	if err != nil {
		return err
	}
	got, err := c.read(a)
	if got != nil {
		a.problems(problemsOf(got), flow.Unlisted{})
		if c.Problems != "" {
			if err := a.writeProblems(c.Problems, problemsOf(got), flow.Unlisted{}); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	r, err := valueadd.Fit(got.Gather, valueadd.Options{SchoolMeans: c.SchoolMean, MinPupils: c.MinPupils})
	if err != nil {
		return err
	}
	r.File = c.sum
	v := &report.ValueAdded{Result: r, Lang: a.lang, At: lastSaved([]string{c.File}), Explain: c.again}
	for _, e := range r.Effects {
		v.Schools = append(v.Schools, report.ValueAddedSchool{Code: e.School, Effect: e})
	}
	if c.Explain != "" {
		return c.explain(a, v)
	}
	if c.Out == "-" {
		return report.WriteValueAdded(a.Out, report.CSV, v)
	}
	c.print(a, v)
	if c.Out != "" {
		return a.writeBeside(c.Out, 0o644, func(w io.Writer) error { return report.WriteValueAdded(w, format, v) })
	}
	return nil
}

// read opens the file and takes its pupils.
func (c *valueaddCmd) read(a *app) (*valueadd.Taken, error) {
	name, in := c.File, io.NopCloser(a.In)
	if name == "-" {
		name = "stdin"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		in = f
		if c.sum, err = valueadd.Fingerprint(f); err != nil {
			return nil, errors.Join(fmt.Errorf("%s: %w", name, err), f.Close())
		}
	}
	book, err := sheet.Open(in, sheet.DefaultLimits)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer book.Close()
	bar := a.progress(a.say("读取", "reading"), -1)
	got, err := valueadd.Read(a.ctx, book, name, valueadd.Choice{Sheet: c.Sheet, School: c.School, Outcome: c.Outcome, Priors: c.Prior, Covariates: c.Covariates, Categories: c.Categories},
		func(done, total int64) {
			bar.ChangeMax64(total)
			_ = bar.Set64(done) // a bar that cannot be drawn is no reason to stop
		})
	_ = bar.Finish()
	return got, err
}

// again is the command that estimates once more and says how a school's figures
// come about.
func (c *valueaddCmd) again(school string) string {
	parts := []string{"shuren", "valueadd", quoted(c.File), "--school=" + quoted(c.School), "--outcome=" + quoted(c.Outcome)}
	parts = append(parts, "--prior="+quoted(strings.Join(c.Prior, ",")))
	if len(c.Covariates) > 0 {
		parts = append(parts, "--covariates="+quoted(strings.Join(c.Covariates, ",")))
	}
	if len(c.Categories) > 0 {
		parts = append(parts, "--categories="+quoted(strings.Join(c.Categories, ",")))
	}
	if c.SchoolMean {
		parts = append(parts, "--school-mean")
	}
	if c.MinPupils != 0 {
		parts = append(parts, fmt.Sprintf("--min-pupils=%d", c.MinPupils))
	}
	if c.Sheet != "" {
		parts = append(parts, "--sheet="+quoted(c.Sheet))
	}
	return strings.Join(append(parts, "--explain="+quoted(school)), " ")
}

// quoted is a word as a shell takes it.
func quoted(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"$`\\|&;<>()*?[]#~!{}") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// explain prints how one school's estimate comes about.
func (c *valueaddCmd) explain(a *app, v *report.ValueAdded) error {
	for i := range v.Schools {
		s := &v.Schools[i]
		if s.Code != c.Explain {
			continue
		}
		if !s.Shown {
			fmt.Fprintf(a.Out, "%s: %s\n", s.Code, a.say("人数少，不公布", "too few pupils to be shown"))
			return nil
		}
		for _, l := range v.Result.Explain(&s.Effect) {
			fmt.Fprintf(a.Out, "%s: %s\n", l.Name.In(a.lang), l.Says)
		}
		fmt.Fprintf(a.Out, "%s: %s\n", a.say("结论", "Reading"), s.Reading().Text().In(a.lang))
		fmt.Fprintf(a.Out, "%s: %s\n", a.say("模型", "Model"), valueadd.Doc)
		if v.Result.File != "" {
			fmt.Fprintf(a.Out, "%s: %s SHA-256 %s\n", a.say("文件", "File"), c.File, v.Result.File)
		}
		return nil
	}
	return fmt.Errorf("school %q is not in %s: %w", c.Explain, c.File, fault.NotFound)
}

// print shows the model and, where they fit a screen, the schools.
func (c *valueaddCmd) print(a *app, v *report.ValueAdded) {
	const screen = 40
	r := v.Result
	fmt.Fprintf(a.Out, "%s\n\n", r.Conclusion().In(a.lang))
	coef := table{head: []string{a.say("系数", "coefficient"), a.say("估计", "estimate"), a.say("标准误", "s.e.")}, right: []bool{false, true, true}}
	for _, f := range r.Fixed {
		name := f.Label().In(a.lang)
		if f.Intercept {
			name = a.say("截距", "intercept")
		}
		coef.add(name, fmt.Sprintf("%.4f", f.Estimate), fmt.Sprintf("%.4f", f.SE))
	}
	coef.print(a.Out)
	fmt.Fprintf(a.Out, a.say("\n学校间方差 %.4f，学生间方差 %.4f，ICC %.4f，限制对数似然 %.3f\n\n", "\nvariance between schools %.4f, between pupils %.4f, ICC %.4f, restricted log likelihood %.3f\n\n"),
		r.Variances.School, r.Variances.Pupil, r.Variances.ICC(), r.LogLik())
	schools := table{head: []string{a.say("学校", "school"), a.say("学生", "pupils"), a.say("原始平均", "raw mean"), a.say("增值", "value added"), a.say("95% 区间", "95 % interval"), ""}, right: []bool{false, true, true, true, true, false}}
	for i := range v.Schools {
		s := &v.Schools[i]
		if i == screen {
			break
		}
		if !s.Shown {
			schools.add(s.Code, "", "", "", "", a.say("人数少，不公布", "too few pupils to be shown"))
			continue
		}
		interval := "—"
		if s.Reliability > 0 {
			lo, hi := s.Interval()
			interval = chart.Number(lo, 2) + " … " + chart.Number(hi, 2)
		}
		schools.add(s.Code, fmt.Sprint(s.Pupils), chart.Number(s.Raw, 2), chart.Change(s.Value, 2), interval, s.Reading().Text().In(a.lang))
	}
	schools.print(a.Out)
	if n := len(v.Schools) - screen; n > 0 {
		fmt.Fprintf(a.Out, a.say("……另有 %d 所，用 --out 写入文件\n", "… %d more; --out FILE writes them all\n"), n)
	}
	fmt.Fprintf(a.Out, "\n%s\n", a.say("诊断", "diagnostics"))
	for _, f := range r.Diagnose() {
		mark := "  "
		if f.Watch {
			mark = "▲ "
		}
		fmt.Fprintln(a.Out, mark+f.Text.In(a.lang))
	}
	fmt.Fprintf(a.Out, "\n%s\n", a.say("这些结果不能说明什么", "what this cannot say"))
	for _, t := range valueadd.CannotSay() {
		fmt.Fprintln(a.Out, "  "+t.In(a.lang))
	}
}

// problemsOf are a reading's problems as all commands print them.
func problemsOf(got *valueadd.Taken) []flow.Problem {
	out := make([]flow.Problem, len(got.Problems))
	for i, p := range got.Problems {
		out[i] = flow.Problem{Blocking: p.Blocking, Text: edu.Text{ZH: p.In("zh"), EN: p.In("en")}}
	}
	return out
}
