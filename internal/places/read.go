// Reading: the tables of files, CSV or workbooks, to an input. Every problem is
// told by cell, with what was found and what was wanted.

package places

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/sheet"
)

// Problem is one thing to mend, or to know where it does not block.
type Problem = forecast.Problem

// File is an open file and how problems call it.
type File struct {
	Name string
	Book *sheet.Book
}

// Choice says what of the files is meant.
type Choice struct {
	Scenario string  // mid, low or high: which of the forecast's figures
	Years    int     // so many of the first years; 0 is all
	Winding  float64 // what a straight line is multiplied by where the way is not known; 0 is 1
	// Growth is how many children of a stage there will be in a later year for each of
	// the first; nil where the table of children must have every year. It is used where
	// the table has one year only, up to Until.
	Growth func(stage string, first, year int) (float64, bool)
	Until  int
}

// Price is a line of the price list, for the answer to cite.
type Price struct {
	Item, Stage string
	Yuan        float64
	Source      string
}

// Taken is what files came to.
type Taken struct {
	Input    Input
	Scenario string
	Prices   []Price
	// AreaAt and SchoolAt are where areas and schools stand, for a map.
	AreaAt, SchoolAt []Spot
	Problems         []Problem
	More             int // blocking ones that are not listed
}

// Spot is where something stands, in kilometres or degrees; Known where it was told.
type Spot struct {
	X, Y  float64
	Known bool
}

// Limits of files.
const (
	maxProblems = 1000
	maxAreas    = 5_000
	maxSchools  = 2_000
)

// Blocked tells that something must be mended first.
func (t *Taken) Blocked() bool {
	return slices.ContainsFunc(t.Problems, func(p Problem) bool { return p.Blocking })
}

func (t *Taken) note(at edu.Cell, blocking bool, zh, en string, args ...any) {
	if !blocking {
		t.Problems = append(t.Problems, Problem{Cell: at, Text: edu.Text{ZH: fmt.Sprintf(zh, args...), EN: fmt.Sprintf(en, args...)}})
		return
	}
	t.say(at, fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...))
}

// say adds a blocking problem; those beyond maxProblems are counted.
func (t *Taken) say(at edu.Cell, zh, en string) {
	if len(t.Problems) >= maxProblems {
		t.More++
		return
	}
	t.Problems = append(t.Problems, Problem{Cell: at, Blocking: true, Text: edu.Text{ZH: zh, EN: en}})
}

// reader gathers what tables say before it is put together.
type reader struct {
	*Taken
	choice   Choice
	areas    map[string]int // by code, and by name where one area has it
	order    []areaLine
	children map[childKey]childLine
	inner    map[string]bool // places that others lie in
	years    map[int]bool
	stages   []stageLine
	prices   []priceLine
	schools  []schoolLine
	ways     []wayLine
	converts []convertLine
	budgets  map[int]float64
	seen     map[string]bool // kinds of table
}

type areaLine struct {
	code, name string
	at         point
}

type point struct {
	x, y   float64
	degree bool // longitude and latitude
	known  bool
}

type childKey struct {
	area, stage string
	year        int
}

type childLine struct {
	n  int
	at edu.Cell
}

type stageLine struct {
	Stage
	at edu.Cell
}

type priceLine struct {
	Price
	item string
	at   edu.Cell
}

type schoolLine struct {
	School
	stage string
	from  int
	place point
	at    edu.Cell
}

type wayLine struct {
	area, school string
	Way
	areaAt, schoolAt edu.Cell
}

type convertLine struct {
	from, to, fromStage, toStage string
	most                         int
	fromAt, toAt                 edu.Cell
}

// Read takes tables out of files. On fault.Blocked it says what to mend.
func Read(ctx context.Context, files []File, c Choice) (*Taken, error) {
	if c.Winding == 0 {
		c.Winding = 1
	}
	if c.Scenario == "" {
		c.Scenario = "mid"
	}
	if !slices.Contains([]string{"low", "mid", "high"}, c.Scenario) || !(c.Winding >= 1 && c.Winding <= 5) {
		return nil, fmt.Errorf("scenario %q, winding %v: want low, mid or high, and 1 to 5: %w", c.Scenario, c.Winding, fault.Invalid)
	}
	r := newReader(c)
	if err := r.scan(ctx, files); err != nil {
		return r.Taken, err
	}
	for _, k := range []string{"children", "schools", "stages"} {
		if !r.seen[k] {
			i := slices.IndexFunc(kinds, func(x kind) bool { return x.id == k })
			var zh, en []string
			for _, c := range kinds[i].cols {
				if c.must {
					zh, en = append(zh, c.usual[0]), append(en, c.usual[len(c.usual)-1])
				}
			}
			r.say(edu.Cell{}, fmt.Sprintf("没有“%s”表：应有列 %s", kinds[i].name.ZH, strings.Join(zh, "、")), fmt.Sprintf("no table of %s: want one with the columns %s", kinds[i].name.EN, strings.Join(en, ", ")))
		}
	}
	if !r.Blocked() {
		r.grow()
	}
	if !r.Blocked() {
		r.build()
	}
	if r.Blocked() {
		return r.Taken, fmt.Errorf("places: %w", fault.Blocked)
	}
	if err := r.Input.check(); err != nil {
		return r.Taken, err
	}
	return r.Taken, nil
}

func newReader(c Choice) *reader {
	return &reader{Taken: &Taken{Scenario: c.Scenario}, choice: c, areas: map[string]int{}, children: map[childKey]childLine{}, inner: map[string]bool{}, years: map[int]bool{}, budgets: map[int]float64{}, seen: map[string]bool{}}
}

// scan takes every row of every table that is known.
func (r *reader) scan(ctx context.Context, files []File) error {
	for _, f := range files {
		for _, s := range f.Book.Sheets {
			if s.Hidden {
				continue
			}
			t, head, err := find(ctx, f.Name, s)
			if err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
			if t == nil {
				if head != nil {
					head = slices.DeleteFunc(slices.Clone(head), func(h string) bool { return clean(h) == "" })
					r.note(edu.Cell{File: f.Name, Sheet: s.Name}, len(f.Book.Sheets) == 1, "不是本程序认识的表，没有读；列名有：%s", "is no table that is known and was not read; its columns are %s", cut(strings.Join(head, ", ")))
				}
				continue
			}
			r.seen[t.id] = true
			if err := t.each(ctx, func(row int, cell func(string) string) { r.take(t, row, cell) }); err != nil {
				return fmt.Errorf("%s: %w", f.Name, err)
			}
		}
	}
	return nil
}

// stageOf reads a stage; one of its own name stays as it is.
func stageOf(s string) string {
	switch fold(s) {
	case "学前", "幼儿园", "preschool", "kindergarten":
		return forecast.Preschool
	case "小学", "primary":
		return forecast.Primary
	case "初中", "junior", "junior secondary":
		return forecast.Junior
	case "高中", "senior", "senior secondary":
		return forecast.Senior
	}
	return clean(s)
}

// yes reads a mark; ok is false for what is neither yes nor no.
func yes(s string) (is, ok bool) {
	switch fold(s) {
	case "", "否", "no", "n", "0", "无", "未", "false", "-":
		return false, true
	case "是", "yes", "y", "1", "有", "已", "true", "√", "✓":
		return true, true
	}
	return false, false
}

// number reads a figure from lo to hi; blank is NaN.
func (r *reader) number(t *found, row int, cell func(string) string, id string, lo, hi float64, whole, must bool) (float64, bool) {
	s := cell(id)
	if s == "" && !must {
		return math.NaN(), true
	}
	x, ok := sheet.Number(strings.ReplaceAll(s, ",", ""), 0)
	if !ok || x < lo || x > hi || whole && x != math.Trunc(x) {
		zh, en := "数", "a number"
		if whole {
			zh, en = "整数", "a whole number"
		}
		r.say(t.cell(row, id), fmt.Sprintf("写的是“%s”，应为 %s 到 %s 的%s", cut(s), short(lo), short(hi), zh), fmt.Sprintf("found %q, want %s of %s to %s", cut(s), en, short(lo), short(hi)))
		return 0, false
	}
	return x, true
}

func short(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// year reads 2026, 2026-2027 and 2026年.
func (r *reader) year(t *found, row int, s, id string) (int, bool) {
	digits := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(s, "学年"), "年"), ".0")
	if len(digits) == 9 || len(digits) == 7 { // of two years the first
		digits = digits[:4]
	}
	y, err := strconv.Atoi(digits)
	if err != nil || y < 1990 || y > 2200 {
		r.note(t.cell(row, id), true, "写的是“%s”，应为年份，如 2026", "found %q, want a year such as 2026", cut(s))
		return 0, false
	}
	return y, true
}

// text wants something.
func (r *reader) text(t *found, row int, cell func(string) string, ids ...string) bool {
	ok := true
	for _, id := range ids {
		if cell(id) == "" {
			r.note(t.cell(row, id), true, "没有填写", "is empty, want something")
			ok = false
		}
	}
	return ok
}
