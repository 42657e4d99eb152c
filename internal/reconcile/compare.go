// The comparison of lists, end to end.

package reconcile

import (
	"context"
	"fmt"
	"slices"

	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
)

// Options are what a comparison goes by.
type Options struct {
	Today edu.Date
	Year  int // the school year of Register, by the year in which it begins

	AgeFrom    int // years on 31 August of Year; 6 where 0
	AgeTo      int // school age ends at this birthday; 15 where 0
	LastGrade  int // of compulsory schooling; 9 where 0
	Receipt    int // days in which a receipt must come; 30 where 0
	LongLeave  int // days from which a leave is watched; 92 where 0
	Decisions  []Decision
	NoGuessing bool // rows without a common number are never joined or paired
}

func (o Options) filled() Options {
	def := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	def(&o.AgeFrom, 6)
	def(&o.AgeTo, 15)
	def(&o.LastGrade, 9)
	def(&o.Receipt, 30)
	def(&o.LongLeave, 92)
	return o
}

// Result is what a comparison came to: a record of each child, in columns.
type Result struct {
	Ledger  []Ledger
	Reasons []Set
	Status  []uint8 // in register.Schoolings, from 1
	Pairs   []Pair  // for a person to decide, the likeliest first
	Crowded int     // keys shared by too many rows to look at
	Rows    int

	g *grouped
}

// Compare compares lists. There may be several of a source, as every school hands
// in its own roll. What is not there is not compared: without a household list
// nobody was never enrolled. The lists are not changed.
func Compare(ctx context.Context, lists []*List, o Options) (*Result, error) {
	rows := 0
	for _, l := range lists {
		if l.Source >= sources {
			return nil, fmt.Errorf("list of source %d: %w", l.Source, fault.Invalid)
		}
		rows += l.Len()
	}
	if rows > 1<<31 {
		return nil, fmt.Errorf("%d rows in one comparison, at most %d: %w", rows, 1<<31, fault.TooLarge)
	}
	o = o.filled()
	l := newLinker(lists)
	if err := l.byNumber(ctx); err != nil {
		return nil, err
	}
	if err := l.byStudent(ctx); err != nil {
		return nil, err
	}
	if err := l.byPerson(ctx); err != nil {
		return nil, err
	}
	g := l.children()
	res := &Result{Rows: rows}
	r := newRules(g, o)
	if !o.NoGuessing {
		pairs, crowded, err := g.candidates(ctx, r.loose)
		if err != nil {
			return nil, err
		}
		res.Crowded = crowded
		decided, joined := g.decided(o.Decisions)
		open := g.decide(pairs, decided)
		for _, p := range open {
			x, i := g.at(p.rowA)
			y, j := g.at(p.rowB)
			res.Pairs = append(res.Pairs, Pair{A: x.Record(i), B: y.Record(j), Score: p.bits,
				RowA: g.row(p.rowA), RowB: g.row(p.rowB), Numbers: !x.Citizen[i].zero() && !y.Citizen[j].zero()})
			g.flags[p.rowA] |= unsure
			g.flags[p.rowB] |= unsure
		}
		if joined || len(pairs) > len(open) {
			g = l.children()
			r = newRules(g, o)
		}
	}
	n := g.len()
	res.g, res.Ledger, res.Reasons, res.Status = g, make([]Ledger, n), make([]Set, n), make([]uint8, n)
	err := parallel(ctx, (n+chunk-1)/chunk, func(part int) {
		var c child
		for i := part * chunk; i < min((part+1)*chunk, n); i++ {
			res.Ledger[i], res.Reasons[i], res.Status[i] = r.judge(&c, i)
		}
	})
	return res, err
}

// decided joins what persons said is one child, and lists by children what they
// decided, either way. A name of a record that several children have decides
// nothing.
func (g *grouped) decided(ds []Decision) (out map[[2]uint32]bool, joined bool) {
	if len(ds) == 0 {
		return nil, false
	}
	const none, many = ^uint32(0), ^uint32(1)
	at := map[Key]uint32{}
	for _, d := range ds {
		at[d.A], at[d.B] = none, none
	}
	for n, l := range g.lists {
		for i := range l.Len() {
			k := l.Record(i)
			switch was, ok := at[k]; {
			case !ok, was == g.child[g.first[n]+uint32(i)]:
			case was == none:
				at[k] = g.child[g.first[n]+uint32(i)]
			default:
				at[k] = many
			}
		}
	}
	out = map[[2]uint32]bool{}
	for _, d := range ds {
		a, b := at[d.A], at[d.B]
		if a >= many || b >= many || a == b {
			continue
		}
		out[[2]uint32{min(a, b), max(a, b)}] = d.Same
		if d.Same {
			g.join(g.of(int(a))[0], g.of(int(b))[0])
			joined = true
		}
	}
	return out, joined
}

// Given tells whether a list of the source was compared.
func (r *Result) Given(s Source) bool {
	return slices.ContainsFunc(r.g.lists, func(l *List) bool { return l.Source == s })
}

// Len is how many children there are.
func (r *Result) Len() int { return len(r.Ledger) }

// Outcome is what the comparison says of child i.
func (r *Result) Outcome(i int) Outcome {
	o := Outcome{Ledger: r.Ledger[i], Status: schoolingOf(r.Status[i]), Reasons: r.Reasons[i].List()}
	for _, row := range r.g.of(i) {
		l, at := r.g.at(row)
		o.Rows = append(o.Rows, r.g.row(row))
		o.Groups |= l.Groups[at]
		if l.Person != nil && o.Person == "" {
			o.Person = l.Person[at]
		}
		if l.Case != nil && o.Case == "" {
			o.Case = l.Case[at]
		}
		if u := l.Unit[at]; u != 0 && o.Unit == "" && l.Source != Platform && l.Source != Poverty {
			o.Unit = l.Units[u-1]
		}
		if h := l.Home[at]; h != 0 && (o.Home == "" || l.Source == Household) {
			o.Home = l.Units[h-1]
		}
	}
	if r.Reasons[i].Has(ExPoverty) {
		o.Groups |= register.ExPoverty
	}
	return o
}

func (g *grouped) row(row uint32) Row {
	l, i := g.at(row)
	out := Row{Source: l.Source, Number: int(l.Row[i])}
	if l.Person != nil {
		out.Person = l.Person[i]
	}
	return out
}

// Count is how many children stand where, and why.
type Count struct {
	Ledgers [Dropout + 1]int // each child once, in its last ledger
	Reasons [reasons]int
}

// Counts counts all children.
func (r *Result) Counts() Count {
	var c Count
	for i, l := range r.Ledger {
		c.Ledgers[l]++
		for s := r.Reasons[i]; s != 0; s &= s - 1 {
			c.Reasons[Set(s).first()]++
		}
	}
	return c
}

// Select lists the children for whom keep is true.
func (r *Result) Select(keep func(l Ledger, s Set) bool) []int {
	var out []int
	for i, l := range r.Ledger {
		if keep(l, r.Reasons[i]) {
			out = append(out, i)
		}
	}
	return slices.Clip(out)
}
