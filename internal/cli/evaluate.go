package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/report"
	"shuren/internal/standard"
)

// inputFlags are how commands that read files are told what is in them.
type inputFlags struct {
	Pack   []string `required:"" sep:"none" help:"A shipped pack (see: shuren packs), a folder or a YAML file; give it again to measure by several." placeholder:"P"`
	Map    string   `help:"YAML file that maps headers to elements: one 'header: element' a line." placeholder:"FILE"`
	Period string   `help:"School year of files that do not say: 2025 for 2025-2026." placeholder:"Y"`
}

// read opens the packs and says how to read the files.
func (f *inputFlags) read(a *app, names []string) ([]*pack.Pack, []intake.File, intake.Options, error) {
	var packs []*pack.Pack
	for _, ref := range f.Pack {
		p, err := pack.Open(ref)
		if err != nil {
			return nil, nil, intake.Options{}, err
		}
		packs = append(packs, p)
	}
	opt := intake.Options{}
	var err error
	if f.Period != "" {
		if opt.Period, err = edu.ParsePeriod(f.Period); err != nil {
			return nil, nil, opt, fmt.Errorf("--period: %w: %w", err, fault.Invalid)
		}
	}
	if f.Map != "" {
		r, err := os.Open(f.Map)
		if err != nil {
			return nil, nil, opt, err
		}
		opt.Map, err = intake.ReadMap(f.Map, r)
		r.Close()
		if err != nil {
			return nil, nil, opt, err
		}
	}
	var files []intake.File
	for _, n := range names {
		if n == "-" {
			files = append(files, intake.File{Name: "stdin", Open: func() (io.ReadCloser, error) { return io.NopCloser(a.In), nil }})
			continue
		}
		if _, err := os.Stat(n); err != nil {
			return nil, nil, opt, err
		}
		files = append(files, intake.Path(n))
	}
	return packs, files, opt, nil
}

type evaluateCmd struct {
	Files []string `arg:"" help:"CSV, XLSX or Parquet files; - is standard input."`
	inputFlags
	By       string `help:"Only this level: nation, province, city, county, township, section or all." placeholder:"LEVEL"`
	Problems string `help:"Write every problem of the input here, one a line." placeholder:"FILE"`
	Out      string `help:"Write the long form here: .xlsx, .json, .csv or .parquet; - writes CSV to standard output." placeholder:"FILE"`
}

func (c *evaluateCmd) Run(a *app) error {
	packs, files, opt, err := c.read(a, c.Files)
	if err != nil {
		return err
	}
	by, err := parseLevel(c.By)
	if err != nil {
		return err
	}
	if c.Out != "" && c.Out != "-" {
		if _, err := report.FormatOf(c.Out); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	if c.Problems != "" {
		opt.Problems = maxInFile
	}
	bar := a.progress(a.say("读取", "reading"), -1)
	opt.Progress = func(done, total int64) {
		bar.ChangeMax64(total)
		_ = bar.Set64(done) // a bar that cannot be drawn is no reason to stop
	}
	m, err := flow.EvaluateAll(a.ctx, files, packs, opt)
	_ = bar.Finish()
	if m != nil {
		a.problems(m.Problems, m.Unlisted)
		if c.Problems != "" {
			if err := a.writeProblems(c.Problems, m.Problems, m.Unlisted); err != nil {
				return err
			}
		}
	}
	if err != nil {
		return err
	}
	if err := hasLevel(m.Periods, by); err != nil {
		return err
	}
	ro := report.Options{By: by, Lang: a.lang, AsOf: lastSaved(c.Files)}
	if c.Out != "" {
		a.undated(m.Periods)
	}
	if c.Out == "-" {
		return report.Write(a.Out, report.CSV, all(m.Periods, ro), "")
	}
	for _, as := range m.Periods {
		a.summary(as, within(as, by))
	}
	if c.Out != "" {
		return a.writeFile(c.Out, all(m.Periods, ro), "")
	}
	return nil
}

// all chains the long form of several periods.
func all(as []*standard.Assessment, opt report.Options) iter.Seq[report.Row] {
	by := opt.By
	return func(yield func(report.Row) bool) {
		for _, x := range as {
			opt.By = within(x, by)
			for r := range report.Rows(x, opt) {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// writeFile writes the long form to a file.
func (a *app) writeFile(name string, rows iter.Seq[report.Row], note string) error {
	format, err := report.FormatOf(name)
	if err != nil {
		return err
	}
	return a.writeBeside(name, 0o644, func(w io.Writer) error { return report.Write(w, format, rows, note) })
}

// writeBeside writes beside the target first, so that a broken run leaves no
// half file behind.
func (a *app) writeBeside(name string, mode os.FileMode, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".shuren-*")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	fmt.Fprintf(a.Err, "%s %s\n", a.say("已写入", "wrote"), name)
	return nil
}

// A terminal gets so many of the problems that block, and of the others; the
// file of --problems gets more of each input file, which is every one of any
// file that somebody will mend.
const (
	maxInFile   = 100_000
	maxBlocking = 100
	maxNotes    = 12
)

// problems prints what a person has to look at, blocking ones first.
func (a *app) problems(ps []flow.Problem, more flow.Unlisted) {
	w := bufio.NewWriter(a.Err)
	defer w.Flush()
	for _, kind := range []struct {
		blocking bool
		most     int
		more     int
		mark     string
	}{
		{true, maxBlocking, more.Blocking, a.say("■ 必改 ", "■ mend ")},
		{false, maxNotes, more.Notes, a.say("▲ 提示 ", "▲ note ")},
	} {
		n := 0
		for _, p := range ps {
			if p.Blocking != kind.blocking {
				continue
			}
			if n++; n <= kind.most {
				fmt.Fprintln(w, kind.mark+p.Text.In(a.lang))
			}
		}
		if n += kind.more; n > kind.most {
			fmt.Fprintf(w, a.say("%s……共 %d 处，可用 --problems 写入文件\n", "%s… %d in all; --problems FILE writes them down\n"), kind.mark, n)
		}
	}
}

// writeProblems writes problems to a file, one a line, and how many are left out.
func (a *app) writeProblems(name string, ps []flow.Problem, more flow.Unlisted) error {
	var b bytes.Buffer
	for _, p := range ps {
		kind := "note"
		if p.Blocking {
			kind = "mend"
		}
		fmt.Fprintf(&b, "%s\t%s\n", kind, p.Text.In(a.lang))
	}
	if n := more.Blocking + more.Notes; n > 0 {
		fmt.Fprintf(&b, a.say("more\t另有 %d 处，内容相似\n", "more\t%d others of the same kind\n"), n)
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}
