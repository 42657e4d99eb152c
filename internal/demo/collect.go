package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/pack"
)

// Forms that the demo city collects for its newest year.
const (
	schoolForm = "cn-annual-base"
	countyForm = "cn-county-guarantee"
)

// Issued tells whether the demo city's forms have been issued in a database.
func (c *City) Issued(ctx context.Context, in *flow.City) (bool, error) {
	issues, err := in.Desk(auth.Operator()).Issues(ctx, edu.Year(lastYear))
	return len(issues) > 0, err
}

// Issue issues the newest year's forms as the bureau would have done some weeks
// before now, so that some schools are late by now.
func (c *City) Issue(ctx context.Context, into *flow.City, now time.Time) error {
	cal, err := into.Calendar(ctx)
	if err != nil {
		return err
	}
	today := collect.Today(now)
	then := now.AddDate(0, 0, -32)
	desk := into.Desk(c.actor("city")).At(func() time.Time { return then })
	for _, f := range []struct {
		id  string
		due edu.Date
	}{
		{schoolForm, lastWorking(cal, today-4)},
		{countyForm, cal.AddWorking(today, 6)},
	} {
		_, err := desk.Issue(ctx, flow.Order{Form: f.id, Period: edu.Year(lastYear), Opens: collect.Today(then), Due: f.due})
		if err != nil && !errors.Is(err, fault.Conflict) {
			return fmt.Errorf("demo city: %w", err)
		}
	}
	return nil
}

func lastWorking(cal *collect.Calendar, d edu.Date) edu.Date {
	for !cal.Working(d) {
		d--
	}
	return d
}

// actor is a person of the demo city who acts.
func (c *City) actor(login string) auth.Actor {
	for _, p := range c.People() {
		if p.Login == login {
			return auth.Actor{Account: "demo-" + login, Name: p.Name, Grants: p.Grants}
		}
	}
	return auth.Actor{}
}

// account is somebody of the sign-in page as they are signed in, so that what was
// done in their name is theirs; before there are accounts it is who they will be.
func (c *City) account(ctx context.Context, into *flow.City, login string) (auth.Actor, error) {
	who := c.actor(login)
	list, _, err := flow.NewAccounts(into, flow.AccountOptions{}).List(ctx, auth.Operator(), auth.AccountFilter{Query: login, Limit: 20})
	for _, a := range list {
		if a.Login == login {
			who.Account = a.ID
		}
	}
	return who, err
}

// clerk fills for all schools of a county, as many counties do it.
func clerk(county int, role auth.Role, what string) auth.Actor {
	return auth.Actor{Account: fmt.Sprintf("demo-%s-%d", role, county), Name: "示例" + counties[county].Short.ZH + what, Grants: []auth.Grant{{Role: role, Unit: counties[county].ID}}}
}

// HandIn lets the schools of a county fill the form with what they reported, on
// days spread over the last weeks, and the county and the city act on it. Some
// are slow, some make mistakes, some are sent back. What was done before is left
// as it is.
func (c *City) HandIn(ctx context.Context, into *flow.City, county int, now time.Time) error {
	desk := into.Desk(clerk(county, auth.CountyClerk, "填报员"))
	tasks, err := desk.Tasks(ctx, collect.Filter{Period: edu.Year(lastYear), Unit: counties[county].ID, Limit: 1 << 16})
	if err != nil {
		return err
	}
	byID := map[edu.UnitID]*school{}
	for _, s := range c.schools {
		byID[s.id()] = s
	}
	r := c.random("collect", county)
	show := c.nineYear()
	for _, t := range tasks.List {
		s := byID[t.Unit]
		luck, day := r.between(0, 1), r.IntN(24)
		if s == nil || s == show || t.State != collect.NotStarted {
			continue
		}
		if err := c.handIn(ctx, into, t, s, luck, now.AddDate(0, 0, -26+day)); err != nil {
			return fmt.Errorf("demo city, %s: %w", s.code, err)
		}
	}
	return nil
}

// handIn takes one school as far as its luck goes: half are locked, a tenth has
// not begun.
func (c *City) handIn(ctx context.Context, into *flow.City, t collect.Task, s *school, luck float64, at time.Time) error {
	if luck > .9 {
		return nil
	}
	as := func(who auth.Actor, hours int) *flow.Desk {
		return into.Desk(who).At(func() time.Time { return at.Add(time.Duration(hours) * time.Hour) })
	}
	fills := as(clerk(s.county, auth.CountyClerk, "填报员"), 0)
	p, f, _, err := fills.Paper(ctx, t.Issue, t.Unit)
	if err != nil {
		return err
	}
	if err := c.fill(p, s); err != nil {
		return err
	}
	if luck > .84 {
		_, err := fills.Save(ctx, t.Issue, t.Unit, f.Rev, p.Content)
		return err
	}
	f, _, err = fills.Step(ctx, t.Issue, t.Unit, f.Rev, collect.Submit, collect.StepOptions{Content: &p.Content})
	if errors.Is(err, fault.Blocked) { // it made a mistake, and has to mend it
		_, err := fills.Save(ctx, t.Issue, t.Unit, f.Rev, p.Content)
		return err
	}
	if err != nil || luck > .74 {
		return err
	}
	reviews := as(clerk(s.county, auth.CountyReviewer, "审核员"), 25)
	if luck > .7 {
		_, _, err := reviews.Step(ctx, t.Issue, t.Unit, f.Rev, collect.Return, collect.StepOptions{Reason: "请核对体育馆面积与运动场面积，二者相同，可能重复填报。"})
		return err
	}
	if f, _, err = reviews.Step(ctx, t.Issue, t.Unit, f.Rev, collect.Pass, collect.StepOptions{}); err != nil || luck > .5 {
		return err
	}
	_, _, err = as(c.actor("city"), 50).Step(ctx, t.Issue, t.Unit, f.Rev, collect.Lock, collect.StepOptions{})
	return err
}

// fill types what the school reported, and gives a reason for what asks for one.
func (c *City) fill(p *form.Paper, s *school) error {
	content := form.Content{Cells: map[string]string{}, Lists: map[string][]form.Row{},
		Sign: form.Sign{Filler: "示例填报人", Phone: "0000-0000000", Reviewer: "示例审核人", Head: "示例校长"}}
	said := map[edu.Stage]figures{}
	for _, x := range s.sections {
		if !slices.Contains(p.Parts, x.stage) {
			continue
		}
		said[x.stage] = c.record(x, newest)
		for _, k := range c.classes(x, newest) {
			content.Lists["classes"] = append(content.Lists["classes"], form.Row{Part: x.stage, Cells: map[string]string{
				"grade": gradeChoice[k.grade], "class_no": k.no, "class_kind": k.kind, "class_pupils": fmt.Sprint(k.pupils), "class_boarders": fmt.Sprint(k.boarders)}})
		}
		for _, k := range c.rooms(x, newest) {
			content.Lists["rooms"] = append(content.Lists["rooms"], form.Row{Part: x.stage, Cells: map[string]string{
				"room_no": k.no, "room_kind": k.kind, "room_area": fmt.Sprint(k.area), "room_year": fmt.Sprint(k.year)}})
		}
	}
	for k, f := range p.Cells() {
		if v, ok := said[k.Part][k.Field]; ok && v != nil {
			content.Cells[k.String()] = typed(v, f.Element)
		}
	}
	p.Content = content
	problems, err := p.Check()
	if err != nil {
		return err
	}
	p.Content.Reasons = map[string]form.Reason{}
	for _, q := range problems {
		if !q.Blocking {
			p.Content.Reasons[q.Key] = form.Reason{Code: "enrolment"}
		}
	}
	return nil
}

// typed is a figure as a clerk types it.
func typed(v any, e *pack.Element) string {
	switch x := v.(type) {
	case int:
		return form.Format(edu.Some(float64(x)), e)
	case float64:
		return form.Format(edu.Some(x), e)
	case bool:
		return map[bool]string{true: "是", false: "否"}[x]
	}
	return fmt.Sprint(v)
}
