package cli

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/reconcile"
	"shuren/internal/report"
	"shuren/internal/sheet"
)

type reconcileCmd struct {
	Register     []string `help:"This year's register: CSV, XLSX or Parquet. May be given several times, as may every list." placeholder:"FILE"`
	RegisterLast []string `help:"Last year's register." placeholder:"FILE"`
	Roll         []string `help:"Who sits in class. Only schools that are in it are compared." placeholder:"FILE"`
	Household    []string `help:"Household list, with states of schooling where they were verified." placeholder:"FILE"`
	Poverty      []string `help:"Ex-poverty list. Delete it after the comparison." placeholder:"FILE"`
	Platform     []string `help:"Export of the national platform's cases." placeholder:"FILE"`
	Totals       []string `help:"Numbers of pupils that schools and counties stated, to hold against the register: unit, pupils, and if they are told grade and the unit above." placeholder:"FILE"`
	Decisions    []string `help:"Lists of pairs with what a person said of them." placeholder:"FILE"`
	Keys         string   `help:"Key file, made where there is none. With it pairs are named alike in every run, so that decisions last." placeholder:"FILE"`
	Day          string   `help:"Compare as of this day; today without." placeholder:"DATE"`
	Year         int      `help:"School year, by the year in which it begins; that of the day without." placeholder:"YEAR"`
	All          bool     `help:"Write every child, also those of whom nothing is to be said."`
	Problems     string   `help:"Write every problem of the input here, one a line." placeholder:"FILE"`
	Out          string   `help:"Write the records here: .xlsx, .csv or .json; - writes CSV to standard output. No name or number of a child is in it." placeholder:"FILE"`
}

// lists are the files by what they are.
func (c *reconcileCmd) lists() map[reconcile.Source][]string {
	return map[reconcile.Source][]string{reconcile.Register: c.Register, reconcile.Last: c.RegisterLast, reconcile.Roll: c.Roll,
		reconcile.Household: c.Household, reconcile.Poverty: c.Poverty, reconcile.Platform: c.Platform}
}

func (c *reconcileCmd) Run(a *app) error {
	format, err := outFormat(c.Out)
	if err != nil {
		return err
	}
	day := time.Now()
	if c.Day != "" {
		if day, err = time.Parse(time.DateOnly, c.Day); err != nil {
			return fmt.Errorf("--day %q: want a day such as 2025-10-20: %w", c.Day, fault.Invalid)
		}
	}
	o := reconcile.Options{Today: edu.DateOf(day), Year: c.Year}
	if o.Year == 0 {
		if o.Year = day.Year(); day.Month() < time.September {
			o.Year--
		}
	}
	keyer, err := c.keyer()
	if err != nil {
		return err
	}
	if o.Decisions, err = c.decisions(a.ctx); err != nil {
		return err
	}
	lists, ps, more, err := c.read(a, keyer, o.Today)
	if err != nil {
		return err
	}
	if len(lists) < 2 {
		return fmt.Errorf("%d lists: want two at least, such as --register and --household: %w", len(lists), fault.Invalid)
	}
	a.problems(ps, more)
	if c.Problems != "" {
		if err := a.writeProblems(c.Problems, ps, more); err != nil {
			return err
		}
	}
	r, err := reconcile.Compare(a.ctx, lists, o)
	if err != nil {
		return err
	}
	f := &report.Reconciled{Result: r, Files: map[reconcile.Source][]string{}, Day: o.Today, Year: o.Year, All: c.All, Lasts: c.Keys != "", Lang: a.lang}
	for s, names := range c.lists() {
		for _, n := range names {
			f.Files[s] = append(f.Files[s], filepath.Base(n))
		}
	}
	if f.Levels, err = c.levels(a.ctx, r); err != nil {
		return err
	}
	if c.Out == "-" {
		return report.WriteReconciled(a.Out, report.CSV, f)
	}
	c.print(a, r, f.Levels)
	if c.Out != "" {
		return a.writeBeside(c.Out, 0o600, func(w io.Writer) error { return report.WriteReconciled(w, format, f) })
	}
	return nil
}

// keyer hashes by a secret of this run, or of the key file.
func (c *reconcileCmd) keyer() (*reconcile.Keyer, error) {
	secret := make([]byte, 32)
	rand.Read(secret) // never fails
	if c.Keys != "" {
		ring, err := ident.OpenRing(c.Keys, true, ident.AES)
		if err != nil {
			return nil, err
		}
		// The oldest key: a new one would forget what persons decided.
		m, _ := ring.MatchBy(1, "reconcile", "")
		secret = m[:]
	} else if len(c.Decisions) > 0 {
		return nil, fmt.Errorf("--decisions without --keys: pairs of another run are not known again: %w", fault.Invalid)
	}
	return reconcile.NewKeyer(secret)
}

func (c *reconcileCmd) decisions(ctx context.Context) (out []reconcile.Decision, err error) {
	for _, name := range c.Decisions {
		err := opened(name, func(b *sheet.Book) error {
			ds, err := reconcile.ReadDecisions(ctx, b, filepath.Base(name))
			out = append(out, ds...)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// levelsPrinted is how many numbers that differ are printed.
const levelsPrinted = 40

// levels holds what was stated against the register.
func (c *reconcileCmd) levels(ctx context.Context, r *reconcile.Result) ([]reconcile.Disagreement, error) {
	var t reconcile.Totals
	for _, name := range c.Totals {
		err := opened(name, func(b *sheet.Book) error { return t.ReadTotals(ctx, b, filepath.Base(name)) })
		if err != nil {
			return nil, err
		}
	}
	if len(t.List) > 0 && !r.Given(reconcile.Register) {
		return nil, fmt.Errorf("--totals without --register: there is nothing to hold them against: %w", fault.Invalid)
	}
	return r.Levels(t.List, t.Above), nil
}

func opened(name string, do func(*sheet.Book) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	book, err := sheet.Open(f, sheet.DefaultLimits)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	defer book.Close()
	return do(book)
}

// read reads the files side by side, in the order of the lists.
func (c *reconcileCmd) read(a *app, k *reconcile.Keyer, today edu.Date) (lists []*reconcile.List, ps []flow.Problem, more flow.Unlisted, err error) {
	type job struct {
		name   string
		source reconcile.Source
		taken  *reconcile.Taken
		err    error
	}
	var jobs []*job
	all := c.lists()
	for s := reconcile.Register; s <= reconcile.Platform; s++ {
		for _, n := range all[s] {
			jobs = append(jobs, &job{name: n, source: s})
		}
	}
	bar := a.progress(a.say("读取", "reading"), int64(len(jobs)))
	defer bar.Finish()
	var wg sync.WaitGroup
	gate := make(chan bool, 2)
	for _, j := range jobs {
		wg.Go(func() {
			gate <- true
			defer func() { <-gate }()
			j.err = opened(j.name, func(b *sheet.Book) (err error) {
				j.taken, err = reconcile.Read(a.ctx, b, filepath.Base(j.name), j.source, k, today, nil)
				return err
			})
			_ = bar.Add(1)
		})
	}
	wg.Wait()
	for _, j := range jobs {
		if j.err != nil {
			return nil, nil, more, j.err
		}
		lists = append(lists, j.taken.List)
		for _, p := range j.taken.Problems {
			ps = append(ps, flow.Problem{Text: edu.Text{ZH: p.In("zh"), EN: p.In("en")}})
		}
		more.Notes += j.taken.More
	}
	return lists, ps, more, nil
}

// print shows how many stand where, and why.
func (c *reconcileCmd) print(a *app, r *reconcile.Result, levels []reconcile.Disagreement) {
	fmt.Fprintf(a.Out, a.say("%d 行，%d 名儿童\n\n", "%d rows, %d children\n\n"), r.Rows, r.Len())
	n := r.Counts()
	t := table{head: []string{a.say("台账", "ledger"), a.say("人数", "children")}, right: []bool{false, true}}
	for l := reconcile.Dropout; ; l-- {
		t.add(l.Words().In(a.lang), fmt.Sprint(n.Ledgers[l]))
		if l == reconcile.NoLedger {
			break
		}
	}
	t.print(a.Out)
	fmt.Fprintln(a.Out)
	t = table{head: []string{a.say("理由", "reason"), a.say("人数", "children")}, right: []bool{false, true}}
	for _, reason := range reconcile.Reasons() {
		if n.Reasons[reason] > 0 {
			t.add(reason.Words().In(a.lang), fmt.Sprint(n.Reasons[reason]))
		}
	}
	t.print(a.Out)
	if len(r.Pairs) > 0 {
		fmt.Fprintf(a.Out, a.say("\n▲ %d 对记录可能是同一人，待人工判断（见 --out 的“待人工判断”表）\n", "\n▲ %d pairs of records may be one child: a person must decide (sheet “For a person” of --out)\n"), len(r.Pairs))
	}
	if len(levels) > 0 {
		fmt.Fprintf(a.Out, a.say("\n▲ %d 项人数与学籍或下级之和不一致\n\n", "\n▲ %d numbers differ from the register or from the sum below\n\n"), len(levels))
		t = table{head: []string{a.say("单位", "unit"), a.say("年级", "grade"), a.say("填报", "stated"), a.say("学籍", "register"), a.say("不重复", "children"), a.say("下级之和", "below")}, right: []bool{false, true, true, true, true, true}}
		for _, l := range levels[:min(len(levels), levelsPrinted)] {
			grade, below := a.say("合计", "all"), "–"
			if l.Grade > 0 {
				grade = fmt.Sprint(l.Grade)
			}
			if l.Below >= 0 {
				below = fmt.Sprint(l.Below)
			}
			t.add(string(l.Unit), grade, fmt.Sprint(l.Pupils), fmt.Sprint(l.Counted), fmt.Sprint(l.Children), below)
		}
		t.print(a.Out)
		if more := len(levels) - levelsPrinted; more > 0 {
			fmt.Fprintf(a.Out, a.say("……另有 %d 项，用 --out 写入文件\n", "… %d more; --out FILE writes them all\n"), more)
		}
	}
	if len(c.Poverty) > 0 {
		fmt.Fprintln(a.Out, a.say("▲ 比对已完成，请删除脱贫户名单", "▲ The comparison is done: delete the ex-poverty list"))
	}
}
