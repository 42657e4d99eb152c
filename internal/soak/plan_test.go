package soak_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/form"
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
