package soak_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"strconv"
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
)

// The demo city fills in the form of one year; the year before is known.
const theForm = "cn-annual-base"

var (
	thisYear = edu.Year(2025)
	lastYear = edu.Year(2024)
)

// varied is the field that differs from one handing in to the next, so that a
// figure tells which one it came from.
const varied = "area_field"

// plan is what the process of the schools is given.
type plan struct {
	Base    string   `json:"base"`
	Issue   string   `json:"issue"`
	Year    int      `json:"year"`    // of the figures
	Journal string   `json:"journal"` // file
	Schools []school `json:"schools"`
	Readers []reader `json:"readers"`
	// Once: every school hands in once, at its own moment within Span. Otherwise
	// they hand in and recall until they are told to stop.
	Once bool          `json:"once"`
	Span time.Duration `json:"span"`
	Seed uint64        `json:"seed"`
}

type school struct {
	Unit edu.UnitID `json:"unit"`
	// Key is an API key. A school with a login signs in instead, as a browser does.
	Key      string `json:"key,omitempty"`
	Login    string `json:"login,omitempty"`
	Password string `json:"password,omitempty"`

	Content form.Content `json:"content"`
	Cell    string       `json:"cell"` // key of the varied cell
	From    int          `json:"from"` // its least figure
}

// said is the content of a school with a figure in the varied cell.
func (s *school) said(figure int) form.Content {
	c := s.Content
	c.Cells = maps.Clone(c.Cells)
	c.Cells[s.Cell] = strconv.Itoa(figure)
	return c
}

// reader looks at pages meanwhile.
type reader struct {
	Key   string   `json:"key"`
	Pages []string `json:"pages"`
}

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
	files := func(y edu.Period) (out []intake.File) {
		for _, i := range counties(all, w.city) {
			var b bytes.Buffer
			err = errors.Join(err, w.city.Workbook(&b, i, y))
			out = append(out, intake.File{Name: fmt.Sprintf("%d-%s.xlsx", i, y), Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b.Bytes())), nil }})
		}
		return out
	}
	now := files(thisYear)
	w.past = files(lastYear)
	if err != nil {
		return nil, err
	}
	batch, err := intake.Read(context.Background(), now, w.pack, intake.Options{})
	if err != nil {
		return nil, err
	}
	// As last year's they are beside every cell, whatever the form says of it.
	w.answers, err = form.NewSource(w.pack, pack.FromLastYear, edu.Text{ZH: "示例", EN: "demo"}, batch.Tables)
	return w, err
}

// found makes the database: the city, last year's figures, the form issued, and
// accounts with keys for at most so many schools.
func found(t testing.TB, dsn string, all bool, most int) *plan {
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
	defer c.Close()
	if err := w.city.Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	if err := c.Import(ctx, w.past, flow.ImportOptions{By: "test", Fictional: true}); err != nil {
		t.Fatal(err)
	}
	today := collect.Today(time.Now())
	is, err := c.Desk(auth.Operator()).Issue(ctx, flow.Order{Form: theForm, Period: thisYear, Opens: today, Due: today + 60})
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

// figures is how many different figures a school hands in.
const figures = 1000

// signIns is how many of the schools sign in with a password.
const signIns = 4

const password = "Soak-2025-kept"

func (p *plan) accounts(t testing.TB, c *flow.City) {
	t.Helper()
	ctx := context.Background()
	// Codes that are used once, at once, need not be costly to guess.
	cheap := flow.NewAccounts(c, flow.AccountOptions{Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}, Now: time.Now})
	var xs []auth.Account
	for i, s := range p.Schools {
		xs = append(xs, auth.Account{Login: fmt.Sprintf("school%d", i), Name: "甲", Unit: s.Unit, Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: s.Unit}}})
	}
	xs = append(xs, auth.Account{Login: "section", Name: "乙", Grants: []auth.Grant{{Role: auth.CitySection, Whole: true}}})
	made, err := cheap.MakeAll(ctx, auth.Operator(), xs)
	if err != nil {
		t.Fatal(err)
	}
	key := func(m flow.Made) string {
		k, err := cheap.MakeToken(ctx, m.Actor(), "soak", 2)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	for i := range p.Schools {
		s := &p.Schools[i]
		if i < signIns {
			if err := cheap.Recover(ctx, made[i].Login, made[i].Code, password); err != nil {
				t.Fatal(err)
			}
			s.Login, s.Password = made[i].Login, password
			continue
		}
		s.Key = key(made[i])
	}
	k := key(made[len(made)-1])
	p.Readers = []reader{
		{k, []string{"/work", "/work/matrix"}},
		{k, []string{"/work/forms", "/work?mine=1"}},
		{k, []string{"/counties", "/schools"}},
	}
}

func (p *plan) JSON(t testing.TB) []byte {
	t.Helper()
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
