// Reading a list out of a file. What the cells say of who somebody is becomes a
// keyed hash at once.

package reconcile

import (
	"context"
	"fmt"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/sheet"
)

// Problem is what a row of a file lacks, or a file. It never says what stood in a
// cell.
type Problem = sheet.Problem

// maxProblems is how many are listed of a file; all are counted.
const maxProblems = 200

// Taken is what a file came to.
type Taken struct {
	List     *List
	Problems []Problem
	More     int // problems beyond those listed
}

// reader fills a list from the batches of a sheet.
type reader struct {
	*Taken
	b     *Builder
	file  string
	sheet string
	head  [fields]string
	cols  []sheet.Column
	of    [fields]int // place among cols, from 1
}

// Read takes the rows of the first sheet that names its children. name is how
// problems call the file. Rows that say nothing of who a child is are problems
// and left out; a cell that cannot be read is a problem, and the rest of its row
// counts.
func Read(ctx context.Context, book *sheet.Book, name string, s Source, k *Keyer, today edu.Date, progress func(done, total int64)) (*Taken, error) {
	for _, sh := range book.Sheets {
		if sh.Hidden {
			continue
		}
		rows, err := sh.Head(ctx, sheet.HeadRows)
		if err != nil {
			return nil, err
		}
		r := &reader{b: NewBuilder(s, k, today), file: name, sheet: sh.Name}
		r.Taken = &Taken{List: r.b.List}
		for _, row := range rows {
			if !r.choose(row.Cells) {
				continue
			}
			err := sh.Stream(ctx, row.Number+1, len(row.Cells), r.cols, progress, r.take)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			return r.Taken, nil
		}
	}
	return nil, fmt.Errorf("%s: no heading with 姓名 (name) or 身份证号 (citizen) and one more column: %w", name, fault.Invalid)
}

// choose takes a row as the heading if it has a name or a number and one more.
func (r *reader) choose(cells []string) bool {
	r.cols, r.of = nil, [fields]int{}
	for i, c := range cells {
		if f := heading(c); f < fields && r.of[f] == 0 {
			r.cols = append(r.cols, sheet.Column{Index: i, Kind: sheet.Texts})
			r.of[f], r.head[f] = len(r.cols), c
		}
	}
	return len(r.cols) >= 2 && r.of[fName]+r.of[fCitizen]+r.of[fStudent] > 0
}

func (r *reader) note(row int, f field, zh, en string) {
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	c := edu.Cell{File: r.file, Sheet: r.sheet, Row: row}
	if f < fields {
		c.Column, c.Header = sheet.Letters(r.cols[r.of[f]-1].Index), r.head[f]
	}
	r.Problems = append(r.Problems, Problem{Cell: c, Text: edu.Text{ZH: zh, EN: en}})
}

// parsed is what the different texts of a column say, each read once.
type parsed[T any] struct {
	code []uint32
	val  []T
	bad  []bool
}

func parse[T any](d *sheet.Data, at int, read func(string) (T, bool)) (p parsed[T]) {
	if at == 0 {
		return p
	}
	t := d.Text[at-1]
	p.code, p.val, p.bad = t.Code, make([]T, len(t.Dict)), make([]bool, len(t.Dict))
	for i, s := range t.Dict {
		if s == "" {
			continue
		}
		v, ok := read(s)
		p.val[i], p.bad[i] = v, !ok
	}
	return p
}

func (p *parsed[T]) at(i int) (v T, bad bool) {
	if p.code == nil {
		return v, false
	}
	return p.val[p.code[i]], p.bad[p.code[i]]
}

// said are the columns in which anything but a no is a mark.
var said = []struct {
	field
	mark Mark
}{{fProof, Proof}, {fApproved, Approved}, {fReceipt, Receipt}, {fClosed, Closed}}

// take adds one batch.
func (r *reader) take(d *sheet.Data) error {
	text := func(f field, i int) string {
		if r.of[f] == 0 {
			return ""
		}
		return d.Text[r.of[f]-1].At(i)
	}
	r.b.Grow(d.N)
	born, from, until := parse(d, r.of[fBorn], date), parse(d, r.of[fFrom], date), parse(d, r.of[fUntil], date)
	left, state, marks := parse(d, r.of[fLeft], date), parse(d, r.of[fStatus], status), parse(d, r.of[fGroups], groups)
	place := func(s string) (uint32, bool) { return r.b.unit(edu.UnitID(s)), true }
	units, homes := parse(d, r.of[fUnit], place), parse(d, r.of[fHome], place)
	sexes := parse(d, r.of[fSex], sex)
	grade := parse(d, r.of[fGrade], func(s string) (int, bool) { g, ok := grades[s]; return g, ok })
	for i := range d.N {
		row := int(d.Rows[i])
		var e Entry
		e.Row = row
		e.Name, e.Citizen, e.Student, e.Guardian = text(fName, i), text(fCitizen, i), text(fStudent, i), text(fGuardian, i)
		if e.Citizen == "" && e.Student == "" && e.Name == "" {
			r.note(row, fields, "没有姓名，也没有身份证号或学籍号，没有读取", "has neither a name nor a number; it was left out")
			continue
		}
		e.Case = text(fCase, i)
		unit, _ := units.at(i)
		home, _ := homes.at(i)
		var bad bool
		days := "want a day such as 2015-03-01"
		if e.Born, bad = born.at(i); bad {
			r.note(row, fBorn, "不是日期，应如2015-03-01", days)
		}
		if e.From, bad = from.at(i); bad {
			r.note(row, fFrom, "不是日期，应如2015-03-01", days)
		}
		if e.Until, bad = until.at(i); bad {
			r.note(row, fUntil, "不是日期，应如2015-03-01", days)
		}
		if e.Left, bad = left.at(i); bad {
			r.note(row, fLeft, "不是日期，应如2015-03-01", days)
		}
		if e.Status, bad = state.at(i); bad {
			r.note(row, fStatus, "不是就学状态之一", "is none of the states of schooling")
		}
		if e.Groups, bad = marks.at(i); bad {
			r.note(row, fGroups, "含有不认识的群体标记", "has a mark that is not known")
		}
		if e.Sex, bad = sexes.at(i); bad {
			r.note(row, fSex, "应为男或女", "want 男 or 女")
		}
		if e.Grade, bad = grade.at(i); bad {
			r.note(row, fGrade, "不是年级，应如三年级或3", "want a grade, 1 to 12")
		}
		for _, m := range said {
			if r.of[m.field] > 0 && yes(text(m.field, i)) {
				e.Marks |= m.mark
			}
		}
		r.b.add(&e, unit, home)
	}
	return nil
}
