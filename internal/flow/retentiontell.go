package flow

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/todo"
)

// CaseLink is the page of a case.
func CaseLink(id string) string { return "/retention/cases/" + url.PathEscape(id) }

// caseWords is how messages and to-dos call a case: by its id and its school, since
// both leave the system.
func (d caseDesk) caseWords(c *retention.Case) edu.Text {
	return edu.Text{ZH: ShortPerson(c.Person), EN: ShortPerson(c.Person)}
}

// toldOf says to whom an act is told.
var toldOf = map[retention.Act]retention.Side{
	retention.Open: retention.Officer, retention.Confirm: retention.Worker, retention.Exclude: retention.Worker, retention.Find: retention.Worker, retention.Except: retention.Worker,
	retention.Return: retention.Receiver | retention.Officer, retention.Move: retention.Receiver, retention.Place: retention.Receiver, retention.Resume: retention.Receiver | retention.Officer,
	retention.Accept: retention.Officer, retention.Close: retention.Worker, retention.Relapse: retention.Officer, retention.Reopen: retention.Officer, retention.Notify: retention.Worker,
}

// tell tells whoever is next of an act: with the id of the case and nobody's name.
func (x *Retention) tell(ctx context.Context, d caseDesk, who auth.Actor, c retention.Case, e retention.Event) error {
	to, ok := toldOf[e.Act]
	if !ok {
		return nil
	}
	all, err := x.city.store.Accounts(ctx, local)
	if err != nil {
		return err
	}
	at := d.name(c.School)
	m := collect.Message{ID: fmt.Sprintf("retention:%s:%d", c.ID, c.Rev), At: d.Now, Kind: "task", Link: CaseLink(c.ID),
		Title: edu.Text{ZH: "控辍保学" + e.Act.Name().ZH + "：" + d.caseWords(&c).ZH, EN: "Dropout prevention, " + e.Act.Name().EN + ": " + d.caseWords(&c).EN},
		Body:  edu.Text{ZH: "学校：" + at.ZH + "；状态：" + c.State.Name().ZH + "。", EN: "School: " + at.In("en") + "; " + c.State.Name().EN + "."}}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, a := range all {
		if a.Closed || a.ID == who.Account || d.sides(a.Actor(), &c)&to == 0 {
			continue
		}
		m.Account = a.ID
		accounts[a.ID] = a
		messages = append(messages, m)
	}
	if len(messages) == 0 {
		return nil
	}
	_, err = x.city.Tell(ctx, messages, accounts, x.site)
	return err
}

// metaRetentionReminded is the day on which late cases were told last.
const metaRetentionReminded = "retention_reminded"

// Remind tells officers and schools, once a working day in office hours, of cases and
// attendance that turned red or passed their day: each once for each day of a clock.
func (x *Retention) Remind(ctx context.Context) (int, error) {
	d, err := x.desk(ctx)
	if err != nil {
		return 0, err
	}
	today := retention.Today(d.Env)
	if !d.Calendar.Working(today) || d.Now.Before(collect.Opens(today)) || d.Now.After(collect.Closes(today)) {
		return 0, nil
	}
	last, err := x.city.store.Meta(ctx, local, metaRetentionReminded)
	if err != nil || last == today.String() {
		return 0, err
	}
	list, err := x.city.store.Cases(ctx, local, store.CaseFilter{Live: true, Size: -1, Today: today})
	if err != nil {
		return 0, err
	}
	all, err := x.city.store.Accounts(ctx, local)
	if err != nil {
		return 0, err
	}
	var messages []collect.Message
	accounts := map[string]auth.Account{}
	for _, c := range list.Cases {
		colour, why := retention.ColourOf(c, d.Env)
		if len(why) == 0 || colour == retention.Plain {
			continue
		}
		w := why[0]
		for _, a := range all {
			who := a.Actor()
			if a.Closed || d.sides(who, &c) == 0 || !turn(d, who, &c) {
				continue
			}
			accounts[a.ID] = a
			messages = append(messages, collect.Message{Account: a.ID, ID: fmt.Sprintf("retention:late:%s:%s:%s", c.ID, colour, w.From), At: d.Now, Kind: "remind", Link: CaseLink(c.ID),
				Title: edu.Text{ZH: "控辍保学提醒：" + d.caseWords(&c).ZH, EN: "Dropout prevention: " + d.caseWords(&c).EN}, Body: w.Text})
		}
	}
	told, err := x.city.Tell(ctx, messages, accounts, x.site)
	if err != nil {
		return told, err
	}
	return told, x.city.store.SetMeta(ctx, local, metaRetentionReminded, today.String())
}

// turn tells whether somebody has the next move with a case.
func turn(d caseDesk, who auth.Actor, c *retention.Case) bool {
	side := d.sides(who, c)
	switch {
	case c.State == retention.Suspected, c.State == retention.Excepted, c.State == retention.Observing:
		return side&retention.Officer != 0
	case c.State.Arrived():
		return side&retention.Receiver != 0 || c.Placement.School == "" && side&retention.Officer != 0
	case c.State.Away():
		return side&(retention.Worker|retention.Officer) != 0
	}
	return false
}

// todoSoon is how many days before its day a case is a to-do, but for those that are
// one from the start.
const todoSoon = 7

// mostCaseTodos is how many cases stand one by one among somebody's to-dos.
const mostCaseTodos = 200

// todos are cases on which somebody has the next move, attendance that asks for a
// case, and the zero report of the last month.
func (x *Retention) todos(ctx context.Context, who auth.Actor) (out []todo.Item, err error) {
	if who.Local || who.Reach(auth.DoRetention).None() {
		return nil, nil
	}
	d, err := x.desk(ctx)
	if err != nil {
		return nil, err
	}
	today := retention.Today(d.Env)
	list, err := x.city.store.Cases(ctx, scopeOf(who.Reach(auth.DoRetention), store.Reader), store.CaseFilter{Live: true, Size: mostCaseTodos, Today: today})
	if err != nil {
		return nil, err
	}
	for _, c := range list.Cases {
		k, ok := retention.ClockOf(c, d.Env)
		if !ok || !turn(d, who, &c) || k.Due-today > todoSoon && c.State != retention.Suspected && !c.State.Arrived() {
			continue
		}
		i := todo.Item{Kind: todo.Retention, ID: c.ID + "/" + string(c.State) + "/" + k.Due.String(), Do: k.Do, Title: d.caseWords(&c), From: d.name(c.School), Link: CaseLink(c.ID), Due: k.Due, Since: c.Changed}
		colour, why := retention.ColourOf(c, d.Env)
		if len(why) > 0 {
			i.Why = why[0].Text
		}
		switch colour {
		case retention.Red:
			i.Lamp = todo.Red
		case retention.Amber:
			i.Lamp = todo.Amber
		}
		out = append(out, i)
	}
	marks, err := x.city.store.Marks(ctx, scopeOf(who.Reach(auth.DoRetention), store.Reader), store.MarkFilter{Open: true, Colour: true, Today: today})
	if err != nil {
		return nil, err
	}
	if n := len(marks); n > 0 {
		i := todo.Item{Kind: todo.Retention, ID: "marks", Do: edu.Text{ZH: "核实缺勤预警", EN: "Check warnings of attendance"}, Title: edu.Text{ZH: "考勤预警", EN: "attendance"}, Link: "/retention/attendance", N: n, Lamp: todo.Amber}
		if slices.ContainsFunc(marks, func(m retention.Mark) bool { c, _ := retention.MarkColour(m, d.Env); return c == retention.Red }) {
			i.Lamp = todo.Red
		}
		out = append(out, i)
	}
	if i, ok, err := x.dueTodo(ctx, who, today); err != nil {
		return nil, err
	} else if ok {
		out = append(out, i)
	}
	if !x.city.HasKeys() || !slices.ContainsFunc(who.Grants, func(g auth.Grant) bool {
		return g.Role.May(auth.DoRetention) && !g.Role.May(auth.EndCases) && !g.Whole
	}) {
		return out, nil // who checks gives no zero reports, and a city without registers asks for none
	}
	month := lastMonth(d.Now)
	zeros, err := x.Zeros(ctx, who, month)
	if err != nil {
		return nil, err
	}
	var mine []ZeroState
	for _, z := range zeros {
		if z.Mine && z.Asked && !z.Given && !z.Cases {
			mine = append(mine, z)
		}
	}
	if len(mine) > 0 {
		i := todo.Item{Kind: todo.Retention, ID: "zero/" + month, Do: edu.Text{ZH: "零报告", EN: "Zero report"}, Title: edu.Text{ZH: month, EN: month}, From: mine[0].Name, Link: "/retention/reports?by=month&period=" + month, Due: mine[0].LastDay, N: len(mine)}
		if mine[0].Overdue {
			i.Lamp, i.Why = todo.Red, edu.Text{ZH: "已过期限", EN: "past its day"}
		}
		out = append(out, i)
	}
	return out, nil
}

// dueTodo is the check of exceptions on the register that have ended: who decides on
// them (缓学, 免学, 休学 are approved by the township or county) has it to do.
func (x *Retention) dueTodo(ctx context.Context, who auth.Actor, today edu.Date) (todo.Item, bool, error) {
	if who.Reach(auth.EndCases).None() || who.Reach(auth.ReadPupils).None() {
		return todo.Item{}, false, nil
	}
	n, err := x.DueExceptions(ctx, who)
	if err != nil || n == 0 {
		return todo.Item{}, false, err
	}
	return todo.Item{Kind: todo.Retention, ID: "due/" + retention.Month(today), Do: edu.Text{ZH: "复核到期的缓学、免学、休学", EN: "Check exceptions that have ended"},
		Title: edu.Text{ZH: "到期未复核", EN: "ended, not checked again"}, Link: "/retention/children?due=1", N: n, Lamp: todo.Amber}, true, nil
}

// DueExceptions is how many children of the newest register within reach are still
// down as deferred, exempted or on leave though that has ended.
func (x *Retention) DueExceptions(ctx context.Context, who auth.Actor) (int, error) {
	sc, err := inReach(who, auth.ReadPupils, store.Reader)
	if err != nil {
		return 0, err
	}
	_, n, err := x.city.store.Children(ctx, sc, register.ChildFilter{Due: edu.DateOf(x.now()), Page: 1, Size: 1})
	return n, err
}
