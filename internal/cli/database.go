package cli

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/report"
	"shuren/internal/standard"
	"shuren/internal/store"
)

// defaultPack is what a new database is measured by unless it is told otherwise.
const defaultPack = "cn-compulsory@2017"

// dbName is the --db of a command: the path of a SQLite file, or the address of
// a PostgreSQL database. Printed it has no password.
type dbName string

func (d dbName) String() string { return store.Redacted(string(d)) }

// openCity opens a database; unless make is set it must exist already.
func openCity(a *app, path, ref string, make bool) (*flow.City, error) {
	if store.Shared(path) {
		city, err := flow.Open(a.ctx, path, ref)
		if make && errors.Is(err, flow.ErrNoPack) {
			city, err = flow.Open(a.ctx, path, defaultPack)
		}
		return city, err
	}
	_, err := os.Stat(path)
	if err != nil && !make {
		return nil, fmt.Errorf("database %s: %w", path, err)
	}
	if err != nil && ref == "" {
		ref = defaultPack
	}
	return flow.Open(a.ctx, path, ref)
}

// openWith opens a database as openCity does with the first of some packs, and
// adds the others.
func openWith(a *app, path string, packs []string, make bool) (*flow.City, error) {
	first := ""
	if len(packs) > 0 {
		first, packs = packs[0], packs[1:]
	}
	city, err := openCity(a, path, first, make)
	if err != nil {
		return nil, err
	}
	if err := city.AddPacks(a.ctx, packs...); err != nil {
		city.Close()
		return nil, err
	}
	return city, nil
}

// measured is what one of the city's packs says of a period: the one asked for by
// id, with or without version, or the first.
func measured(a *app, city *flow.City, asked string, period edu.Period) (*standard.Assessment, error) {
	var have []string
	for i, p := range city.Packs() {
		if asked == "" && i == 0 || p.Ref() == asked || p.ID == asked {
			return city.Measure(a.ctx, p.Ref(), period)
		}
		have = append(have, p.Ref())
	}
	return nil, fmt.Errorf("--pack %s: the database is measured by %s; add a pack with: shuren packs add: %w", asked, strings.Join(have, ", "), fault.NotFound)
}

// choosePeriod is the period asked for, or the newest one.
func choosePeriod(a *app, city *flow.City, asked string) (edu.Period, error) {
	ps, err := city.Periods(a.ctx)
	if err != nil {
		return edu.Period{}, err
	}
	if len(ps) == 0 {
		return edu.Period{}, fmt.Errorf("the database holds no figures yet; read some in with: shuren import FILE… --db DB: %w", fault.NotFound)
	}
	if asked == "" {
		return ps[len(ps)-1], nil
	}
	p, err := edu.ParsePeriod(asked)
	if err != nil {
		return p, fmt.Errorf("--period: %w: %w", err, fault.Invalid)
	}
	var have []string
	for _, q := range ps {
		if q == p {
			return p, nil
		}
		have = append(have, q.String())
	}
	return p, fmt.Errorf("no figures of %s; the database has %s: %w", p, strings.Join(have, ", "), fault.NotFound)
}

type importCmd struct {
	Files []string `arg:"" help:"CSV, XLSX or Parquet files."`
	DB    dbName   `name:"db" required:"" help:"Database, a file or postgres://…; a file is made where there is none." placeholder:"DB"`
	Pack  []string `sep:"none" help:"A shipped pack, a folder or a YAML file; cn-compulsory@2017 for a new database. Given again it adds further ones." placeholder:"P"`
	Map   string   `help:"YAML file that maps headers to elements." placeholder:"FILE"`
	By    string   `help:"Who hands the figures in." placeholder:"NAME" env:"USER"`

	Period string `help:"School year of files that do not say." placeholder:"Y"`
}

func (c *importCmd) Run(a *app) error {
	city, err := openWith(a, string(c.DB), c.Pack, true)
	if err != nil {
		return err
	}
	defer city.Close()
	if made, err := city.Demo(a.ctx); err != nil {
		return err
	} else if made != "" {
		return fmt.Errorf("%s holds the fictional demo city; real figures would stand under its mark. Give another file with --db: %w", c.DB, fault.Invalid)
	}
	in := inputFlags{Map: c.Map, Period: c.Period}
	_, files, opt, err := in.read(a, c.Files)
	if err != nil {
		return err
	}
	bar := a.progress(a.say("导入", "importing"), int64(len(files)))
	var receipts []flow.Receipt
	err = city.Import(a.ctx, files, flow.ImportOptions{Options: opt, By: c.By, Done: func(r flow.Receipt) {
		receipts = append(receipts, r)
		_ = bar.Add(1)
	}})
	_ = bar.Finish()
	for _, r := range receipts {
		a.problems(r.Problems, r.Unlisted)
	}
	for _, r := range receipts {
		switch {
		case r.Refused:
			fmt.Fprintf(a.Out, a.say("■ %s：未导入，须先修改\n", "■ %s: refused, nothing of it was saved\n"), r.File)
		case r.Repeated:
			fmt.Fprintf(a.Out, a.say("● %s：此前已导入，没有变化\n", "● %s: imported before, nothing changed\n"), r.File)
		default:
			fmt.Fprintf(a.Out, a.say("● %s：%d 条记录，更新 %d 条\n", "● %s: %d records, %d changed\n"), r.File, r.Records, r.Changed)
		}
	}
	return err
}

type exportCmd struct {
	DB     dbName `name:"db" required:"" help:"Database, a file or postgres://…." placeholder:"DB"`
	Out    string `required:"" help:".xlsx, .json, .csv or .parquet; - writes CSV to standard output." placeholder:"FILE"`
	By     string `help:"Only this level: nation, province, city, county, township, section or all." placeholder:"LEVEL"`
	Period string `help:"School year; the newest one without." placeholder:"Y"`
	Pack   string `help:"One of the packs that the database is measured by; the first without." placeholder:"P"`
}

func (c *exportCmd) Run(a *app) error {
	city, err := openCity(a, string(c.DB), "", false)
	if err != nil {
		return err
	}
	defer city.Close()
	opt := report.Options{Lang: a.lang, Mark: city.Mark(a.lang)}
	by, err := parseLevel(c.By)
	if err != nil {
		return err
	}
	period, err := choosePeriod(a, city, c.Period)
	if err != nil {
		return err
	}
	as, err := measured(a, city, c.Pack, period)
	if err != nil {
		return err
	}
	if err := hasLevel([]*standard.Assessment{as}, by); err != nil {
		return err
	}
	opt.By = within(as, by)
	at, err := city.AsOf(a.ctx, period)
	if err != nil {
		return err
	}
	opt.AsOf = at.In(collect.China)
	if c.Out == "-" {
		return report.Write(a.Out, report.CSV, report.Rows(as, opt), "")
	}
	return a.writeFile(c.Out, report.Rows(as, opt), opt.Mark)
}
