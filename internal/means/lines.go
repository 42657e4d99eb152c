// Lines of tables: what a cell must hold, and what is said where it does not.

package means

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// row is one line of a table.
type row struct {
	r    *reader
	n    int
	text func(id string) string
	bad  bool
}

// problem notes what is wrong with a cell.
func (x *row) problem(id, zh, en string) {
	x.bad = true
	t := x.r.taken
	if len(t.Problems) >= maxProblems {
		t.More++
		return
	}
	i := x.r.at[id]
	t.Problems = append(t.Problems, Problem{Cell: edu.Cell{File: x.r.file, Sheet: x.r.sheet.Name, Row: x.n, Column: sheet.Letters(i), Header: strings.TrimSpace(x.r.heads[i])}, Text: edu.Text{ZH: zh, EN: en}})
}

// must is a text that may not be empty.
func (x *row) must(id string) string {
	s := x.text(id)
	if s == "" {
		x.problem(id, "没有填写", "is empty")
	}
	return s
}

// number reads a figure from 0; an empty cell is 0 where it may be.
func (x *row) number(id string, whole, must bool) float64 {
	s := strings.NewReplacer(",", "", "，", "").Replace(x.text(id))
	if s == "" && !must {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= most) || whole && (v != math.Trunc(v) || v > mostPeople) {
		if whole {
			x.problem(id, fmt.Sprintf("“%s”不是从0起的整数（至多%d）", cut(s), mostPeople), fmt.Sprintf("%q is not a whole number from 0 to %d", cut(s), mostPeople))
		} else {
			x.problem(id, fmt.Sprintf("“%s”不是从0起的数", cut(s)), fmt.Sprintf("%q is not a number from 0", cut(s)))
		}
		return 0
	}
	return v
}

func cut(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// once reports a line of which there is one already.
func (x *row) once(id string, key ...string) {
	k := strings.Join(key, "\x00")
	if first := x.r.seen[k]; first > 0 {
		x.problem(id, fmt.Sprintf("与第 %d 行重复", first), fmt.Sprintf("is the same as in row %d", first))
		return
	}
	x.r.seen[k] = x.n
}

// line takes one line of the table.
func (r *reader) line(x *row) {
	t := r.taken
	switch r.kind {
	case PriceTable:
		item := x.must("item")
		if x.text("yuan") == "" {
			return // an item of the template that the county has no price for
		}
		p := Price{Item: itemID(item), Unit: x.text("unit"), Yuan: x.number("yuan", false, true), Year: int(x.number("year", true, false)), Basis: x.text("basis")}
		if _, known := ItemOf(p.Item); !known {
			p.Name = item
		}
		x.once("item", p.Item)
		if !x.bad {
			t.Prices.Lines = append(t.Prices.Lines, p)
		}
	case WayTable:
		w := Way{From: x.must("from"), To: x.must("to"), Km: x.number("km", false, true), Minutes: math.NaN()}
		if x.text("minutes") != "" {
			w.Minutes = x.number("minutes", false, true)
		}
		if !x.bad {
			t.Ways.Lines = append(t.Ways.Lines, w)
		}
	case PostTable:
		p := Posts{Approved: int(x.number("approved", true, true)), Established: int(x.number("established", true, true)), Source: x.text("basis")}
		x.once("approved", "posts")
		if !x.bad {
			t.Staff.Posts = &p
		}
	case BudgetTable:
		s := x.must("period")
		y, err := schoolYear(s)
		if s != "" && err != nil {
			x.problem("period", fmt.Sprintf("“%s”不是学年，应如2026或2026-2027", cut(s)), fmt.Sprintf("%q is not a school year; want 2026 or 2026-2027", cut(s)))
		}
		b := Budget{Year: y, Yuan: -1, Source: x.text("basis")}
		if x.text("yuan") != "" { // empty: no limit told
			b.Yuan = x.number("yuan", false, true)
		}
		x.once("period", y.String())
		if !x.bad {
			t.Budgets = append(t.Budgets, b)
		}
	case LessonTable:
		l := Lesson{Stage: x.stage(), Subject: x.must("subject"), PerClass: x.number("class", false, true), PerTeacher: x.number("teacher", false, true), Year: int(x.number("year", true, false)), Basis: x.text("basis")}
		for id, n := range map[string]float64{"class": l.PerClass, "teacher": l.PerTeacher} {
			if !x.bad && !(n >= LeastLessons && n <= MostLessons) {
				x.problem(id, fmt.Sprintf("“%s”应为%v至%d节", cut(x.text(id)), LeastLessons, MostLessons), fmt.Sprintf("%q is not %v to %d lessons a week", cut(x.text(id)), LeastLessons, MostLessons))
			}
		}
		x.once("subject", string(l.Stage), l.Subject)
		if !x.bad {
			t.Lessons.Lines = append(t.Lessons.Lines, l)
		}
	case StaffTable:
		r.staff(x)
	}
}

// stage reads a stage by its word or id.
func (x *row) stage() edu.Stage {
	s := x.must("stage")
	if st, ok := stages[s]; ok {
		return st
	}
	if s != "" && !slices.Contains(edu.Stages, edu.Stage(s)) {
		x.problem("stage", fmt.Sprintf("“%s”不是学段，应如小学、初中", cut(s)), fmt.Sprintf("%q is not a stage; want primary, junior …", cut(s)))
	}
	return edu.Stage(s)
}

// schoolYear reads 2026, 2026-2027 and 2026—2027学年.
func schoolYear(s string) (edu.Period, error) {
	s = strings.NewReplacer("－", "-", "——", "-").Replace(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "学年")))
	y, err := edu.ParsePeriod(s)
	if err == nil && y.Kind() != edu.SchoolYear {
		err = fmt.Errorf("%q is not a school year: %w", cut(s), fault.Invalid)
	}
	return y, err
}

// itemID is the id of a known item that is called so, or the text itself.
func itemID(name string) string {
	for _, i := range Items {
		if fold(name) == i.ID || fold(name) == fold(i.Name.ZH) || fold(name) == fold(i.Name.EN) {
			return i.ID
		}
	}
	return name
}
