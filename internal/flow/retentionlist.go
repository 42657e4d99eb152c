package flow

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// CaseRow is a case as lists show it.
type CaseRow struct {
	retention.Case
	Child    string // masked name, or the short form of the id
	Group    string // class, where the register has it
	Sex      register.Sex
	HomeAt   edu.Text
	SchoolAt edu.Text
	CountyAt edu.Text
	Receiver edu.Text
	Colour   retention.Colour
	Why      []retention.Warning
	Clock    retention.Clock
	Runs     bool // a clock runs
}

// CasePage is a page of cases.
type CasePage struct {
	Rows    []CaseRow
	Total   int
	Page    int
	Size    int
	States  map[retention.State]int
	Colours map[retention.Colour]int
}

// CaseFull is one case with all that belongs to it.
type CaseFull struct {
	CaseRow
	Row    register.Child // as the register has it; zero where it has not
	Events []retention.Event
	Side   retention.Side
	May    []retention.Act
	Files  []CaseFile
	Issuer edu.Text // for whom the reader sends legal notices; empty for nobody
}

// name is what a unit is called.
func (d caseDesk) name(id edu.UnitID) edu.Text {
	if u, ok := d.tree.Unit(id); ok {
		return lastAttrs(u).Name
	}
	return edu.Text{}
}

// row is a case as the reader's lists show it.
func (x *Retention) row(ctx context.Context, who auth.Actor, d caseDesk, c retention.Case) (CaseRow, ChildRow, error) {
	r := CaseRow{Case: c, Child: ShortPerson(c.Person), SchoolAt: d.name(c.School), CountyAt: d.name(c.County), Receiver: d.name(c.Placement.School)}
	if c.Placement.Outside != "" {
		r.Receiver = edu.Text{ZH: c.Placement.Outside, EN: c.Placement.Outside}
	}
	r.Colour, r.Why = retention.ColourOf(c, d.Env)
	r.Clock, r.Runs = retention.ClockOf(c, d.Env)
	child, ok, err := x.childOf(ctx, who, c.Person)
	if ok && child.Name != "" {
		r.Child = child.Name
	}
	if ok {
		r.Group, r.Sex, r.HomeAt = child.Class, child.Sex, d.name(child.Home)
	}
	return r, child, err
}

// Cases gives a page of the cases that somebody follows up.
func (x *Retention) Cases(ctx context.Context, who auth.Actor, f store.CaseFilter) (CasePage, error) {
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return CasePage{}, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return CasePage{}, err
	}
	f.Today, f.Page = retention.Today(d.Env), max(f.Page, 1)
	if f.Size == 0 {
		f.Size = 50
	}
	list, err := x.city.store.Cases(ctx, sc, f)
	if err != nil {
		return CasePage{}, err
	}
	p := CasePage{Total: list.Total, Page: f.Page, Size: f.Size, States: list.States, Colours: list.Colours}
	for _, c := range list.Cases {
		r, _, err := x.row(ctx, who, d, c)
		if err != nil {
			return p, err
		}
		p.Rows = append(p.Rows, r)
	}
	return p, nil
}

// Case gives one case.
func (x *Retention) Case(ctx context.Context, who auth.Actor, id string) (CaseFull, error) {
	var out CaseFull
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return out, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return out, err
	}
	c, events, err := x.city.store.Case(ctx, sc, id)
	if err != nil {
		return out, err
	}
	row, child, err := x.row(ctx, who, d, c)
	if err != nil {
		return out, err
	}
	out = CaseFull{CaseRow: row, Row: child.Child, Events: events, Side: d.sides(who, &c)}
	out.May = retention.May(c, out.Side)
	out.Issuer = d.name(d.issuer(who, &c))
	out.Files, err = x.files(ctx, &c, events)
	return out, err
}

// Child is a child of the register with its case, for who opens one.
func (x *Retention) Child(ctx context.Context, who auth.Actor, id register.PersonID) (ChildLine, error) {
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return ChildLine{}, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return ChildLine{}, err
	}
	row, ok, err := x.childOf(ctx, who, id)
	if err != nil || !ok {
		return ChildLine{}, fmt.Errorf("child %s: %w", id, orNotFound(err))
	}
	of, err := x.city.store.CasesOf(ctx, sc, []register.PersonID{id})
	if err != nil {
		return ChildLine{}, err
	}
	l := x.line(d, row, of)
	l.Mark, err = x.markOf(ctx, sc, id)
	return l, err
}

func orNotFound(err error) error {
	if err == nil {
		return fault.NotFound
	}
	return err
}

// ChildLine is a line of the ledger of school-age children: the child as the register
// has it, and its newest case.
type ChildLine struct {
	ChildRow
	Shown    string // masked name, or the short form of the id
	SchoolAt edu.Text
	HomeAt   edu.Text
	Case     retention.Case // zero where there is none
	Why      []string       // reasons of the newest comparison (reconcile.Reason), where the reader has one
	Mark     retention.Mark // of who opens a case: what attendance says of the child, zero for nothing
	Overdue  bool           // an exception (缓学, 免学, 休学) that has ended and was not checked again
}

func (x *Retention) line(d caseDesk, row ChildRow, of map[register.PersonID]retention.Case) ChildLine {
	l := ChildLine{ChildRow: row, Shown: row.Name, SchoolAt: d.name(row.School), HomeAt: d.name(row.Home), Case: of[row.Person]}
	if l.Shown == "" {
		l.Shown = ShortPerson(row.Person)
	}
	return l
}

// Children gives a page of the ledger of school-age children (适龄儿童台账). The three
// ledgers are three views of one record: this one is the register's, with the case
// that each child has. The household list has no schools: of its children the register
// says where they are, and it cannot be narrowed by that.
func (x *Retention) Children(ctx context.Context, who auth.Actor, f register.ChildFilter) (list []ChildLine, total int, err error) {
	sc, err := inReach(who, auth.DoRetention, store.Reader)
	if err != nil {
		return nil, 0, err
	}
	d, err := x.desk(ctx)
	if err != nil {
		return nil, 0, err
	}
	if f.List == register.Household {
		f = register.ChildFilter{List: f.List, Year: f.Year, County: f.County, Page: f.Page, Size: f.Size}
	}
	rows, total, err := x.city.Registers().Children(ctx, who, f)
	if err != nil {
		return nil, 0, err
	}
	ids := make([]register.PersonID, len(rows))
	for i, r := range rows {
		ids[i] = r.Person
	}
	of, err := x.city.store.CasesOf(ctx, sc, ids)
	if err != nil {
		return nil, 0, err
	}
	why := map[register.PersonID]Reconciled{}
	if len(rows) > 0 {
		if why, err = x.city.Registers().FoundOf(ctx, who, rows[0].Year, ids); err != nil {
			return nil, 0, err
		}
	}
	at := map[register.PersonID]register.Child{}
	if f.List == register.Household && len(rows) > 0 {
		if at, err = x.city.store.OnRegister(ctx, sc, rows[0].Year, ids); err != nil {
			return nil, 0, err
		}
	}
	today := retention.Today(d.Env)
	for _, r := range rows {
		if c, ok := at[r.Person]; ok { // one record: the household list says where it lives, the register where it is taught
			c.Home = cmp.Or(r.Home, c.Home)
			r.Child = c
		}
		l := x.line(d, r, of)
		l.Why, l.Overdue = why[r.Person].Reasons, r.Schooling.Excused() && r.Until != 0 && r.Until < today
		list = append(list, l)
	}
	return list, total, nil
}

// Schools are the schools below what somebody reaches with a permission, by the tree
// as it is at last: whose zero reports and marks are asked for.
func (x *Retention) schools(d caseDesk, r auth.Reach) (out []edu.Unit) {
	today := retention.Today(d.Env)
	for _, u := range d.tree.Units() {
		if u.Level != edu.School || !u.Exists(today) || !r.Covers(u.ID, d.holds) {
			continue
		}
		if !compulsory(lastAttrs(&u)) {
			continue
		}
		out = append(out, u)
	}
	slices.SortFunc(out, func(a, b edu.Unit) int {
		if x, y := lastAttrs(&a).Code, lastAttrs(&b).Code; x < y {
			return -1
		} else if x > y {
			return 1
		}
		return 0
	})
	return out
}
