package soak_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// town is what is made once: the demo city, last year's files and what its schools
// answer this year.
type town struct {
	city    *demo.City
	pack    *pack.Pack
	answers *form.Source
	past    []intake.File
}

var towns = map[bool]func() (*town, error){
	false: sync.OnceValues(func() (*town, error) { return newTown(false) }),
	true:  sync.OnceValues(func() (*town, error) { return newTown(true) }),
}

// counties are the counties of the demo city that a test uses: the smallest,
// or all.
func counties(all bool, city *demo.City) []int {
	if !all {
		return []int{7}
	}
	var out []int
	for i := range city.Counties() {
		out = append(out, i)
	}
	return out
}

func newTown(all bool) (*town, error) {
	w := &town{city: demo.New(1)}
	var err error
	if w.pack, err = pack.Open("cn-compulsory"); err != nil {
		return nil, err
	}
	if w.past, err = w.files(lastYear, all); err != nil {
		return nil, err
	}
	return w.of(thisYear, all)
}

// files are the county workbooks of the demo city.
func (w *town) files(year edu.Period, all bool) (out []intake.File, err error) {
	for _, i := range counties(all, w.city) {
		var b bytes.Buffer
		if err := w.city.Workbook(&b, i, year); err != nil {
			return nil, err
		}
		out = append(out, intake.File{Name: fmt.Sprintf("%d-%s.xlsx", i, year), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }})
	}
	return out, nil
}

// of is the town with the answers of a year.
func (w *town) of(year edu.Period, all bool) (*town, error) {
	files, err := w.files(year, all)
	if err != nil {
		return nil, err
	}
	batch, err := intake.Read(context.Background(), files, w.pack, intake.Options{})
	if err != nil {
		return nil, err
	}
	other := *w
	// As last year's they are beside every cell, whatever the form says of it.
	other.answers, err = form.NewSource(w.pack, pack.FromLastYear, edu.Text{ZH: "示例", EN: "demo"}, batch.Tables)
	return &other, err
}

// small is the database of the short tests, made once.
var small struct {
	sync.Mutex
	db   []byte
	plan plan
}

// found makes the database of a test: the city, last year's figures, the form
// issued, and accounts with keys for at most so many schools.
func found(t testing.TB, dsn string, all bool, most int) *plan {
	t.Helper()
	if all || store.Shared(dsn) {
		return newFound(t, dsn, all, most)
	}
	small.Lock()
	defer small.Unlock()
	if small.db == nil {
		file := filepath.Join(t.TempDir(), "small.db")
		p := newFound(t, file, false, 40)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		small.db, small.plan = b, *p
	}
	if err := os.WriteFile(dsn, small.db, 0o600); err != nil {
		t.Fatal(err)
	}
	p := small.plan
	p.Schools = p.Schools[:min(most, len(p.Schools))]
	return &p
}

// registered opens a new database with the city and last year's figures.
func registered(t testing.TB, dsn string, all bool) (*town, *flow.City) {
	t.Helper()
	ctx := context.Background()
	w, err := towns[all]()
	if err != nil {
		t.Fatal(err)
	}
	c, err := flow.Open(ctx, dsn, "cn-compulsory")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.city.Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	if err := c.Import(ctx, w.past, flow.ImportOptions{By: "test", Fictional: true}); err != nil {
		t.Fatal(err)
	}
	return w, c
}

func newFound(t testing.TB, dsn string, all bool, most int) *plan {
	t.Helper()
	w, c := registered(t, dsn, all)
	defer func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}()
	today := collect.Today(time.Now())
	is, err := c.Desk(auth.Operator()).Issue(context.Background(), flow.Order{Form: theForm, Period: thisYear, Opens: today, Due: today + 60})
	if err != nil {
		t.Fatal(err)
	}
	p := &plan{Issue: is.ID, Year: thisYear.Int(), Seed: 1}
	p.Schools = w.fill(t, c, is.ID, most)
	p.accounts(t, c)
	return p
}

// fill makes the answers of the schools that have last year's figures.
func (w *town) fill(t testing.TB, c *flow.City, issue string, most int) (out []school) {
	t.Helper()
	ctx := context.Background()
	d := c.Desk(auth.Operator())
	tasks, err := d.Tasks(ctx, collect.Filter{Issue: issue, Limit: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks.List {
		if len(out) == most {
			break
		}
		s, ok := w.answer(t, d, issue, task.Unit)
		if ok {
			out = append(out, s)
		}
	}
	return out
}

// answer fills in a paper as the demo city does, with a reason for what is asked
// about. It is false for a school of which the demo city says nothing.
func (w *town) answer(t testing.TB, d *flow.Desk, issue string, unit edu.UnitID) (s school, ok bool) {
	t.Helper()
	p, _, _, err := d.Paper(context.Background(), issue, unit)
	if err != nil {
		t.Fatal(err)
	}
	said := form.New(p.Pack, p.Form, p.Period, p.Unit, p.Above, p.Parts)
	said.Know(w.answers)
	s.Unit = unit
	s.Content = form.Content{Cells: map[string]string{}, Lists: map[string][]form.Row{}, Sign: form.Sign{Filler: "甲", Phone: "0000", Reviewer: "乙", Head: "丙"}}
	for k := range said.Cells() {
		v, known := said.Prior[k]
		if !known {
			continue
		}
		s.Content.Cells[k.String()] = v.Text
		if k.Field == varied && s.Cell == "" {
			if x, has := v.Value.Number(); has {
				s.Cell, s.From = k.String(), int(math.Ceil(x))
			}
		}
	}
	// A workbook does not take what is typed into a cell that follows from another.
	for k, f := range said.Cells() {
		if c := f.Ask.Compute; c != nil && len(c.PartsOf(k.Part)) == 1 && s.Content.Cells[k.String()] != "" {
			for _, id := range c.PartsOf(k.Part) {
				if from := (form.Key{Part: k.Part, Field: id}); said.Has(from) && s.Content.Cells[from.String()] == "" {
					s.Content.Cells[from.String()] = s.Content.Cells[k.String()]
				}
			}
		}
	}
	for _, l := range said.Lists {
		if len(l.Prior) > 0 {
			s.Content.Lists[l.List.ID] = l.Prior
		}
	}
	if s.Cell == "" {
		return s, false
	}
	// What is asked about may differ with the figure: both ends are explained.
	s.Content.Reasons = map[string]form.Reason{}
	for _, figure := range []int{s.From, s.From + figures} {
		p.Content = s.said(figure)
		problems, err := p.Check()
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range problems {
			if q.Blocking {
				return s, false
			}
			s.Content.Reasons[q.Key] = form.Reason{Code: "other", Text: "示例数据"}
		}
	}
	return s, true
}
