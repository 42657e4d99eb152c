package task

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

// Next gives a task as it is after an act, and the line of its history. It is the
// only function that changes a state: what the table of steps does not have is
// refused, and so is an act whose needs are not met. The error of a refusal says
// all that is lacking, in both languages.
//
// side are all sides on which the actor stands.
func Next(t Task, act Act, side Side, o Options, env Env) (Task, Event, error) {
	step, ok := Find(t.State, act)
	if !ok {
		return t, Event{}, auth.Refuse(fault.Conflict, fmt.Sprintf("任务%s，不能%s", t.State.Name().ZH, cmp.Or(act.Name().ZH, string(act))),
			fmt.Sprintf("%s is not possible while the task is %s", cmp.Or(act.Name().EN, string(act)), t.State.Name().EN))
	}
	if side&step.By == 0 {
		return t, Event{}, auth.Refuse(fault.Forbidden, "只有"+whose(step.By).ZH+"可以"+act.Name().ZH, "only "+whose(step.By).EN+" may "+act.Name().EN)
	}
	o.Text = strings.TrimSpace(o.Text)
	m := move{t: t, o: o, env: env, today: env.today()}
	if step.Reason && o.Text == "" {
		m.lack("请说明理由或内容", "say why, or what")
	}
	if n := utf8.RuneCountInString(o.Text); n > maxText {
		m.lack(fmt.Sprintf("文字不得超过%d字", maxText), fmt.Sprintf("the text has more than %d characters", maxText))
	}
	m.ev = Event{Rev: t.Rev + 1, At: env.Now, By: env.By, Name: env.Name, Body: env.Body, Act: act, From: t.State, To: cmp.Or(step.To, t.State), Text: o.Text, Files: o.Files, Sent: o.Sent}
	// What needs no rule beside the table has no entry.
	if do := doing[act]; do != nil {
		do(&m)
	}
	if m.kind != nil {
		return t, Event{}, &auth.Refusal{Kind: m.kind, Texts: m.lacks}
	}
	if held := t.State.Held(); held && !m.ev.To.Held() {
		m.t.Late = Overdue(t, env)
	} else if !held && m.ev.To.Held() {
		m.t.Ball = env.Now
	}
	m.t.State, m.t.Rev, m.t.Changed = m.ev.To, m.ev.Rev, env.Now
	if t.State.Live() && !m.ev.To.Live() { // a comment on what is closed does not end it anew
		m.t.Ended = m.today
	}
	return m.t, m.ev, nil
}

// maxText is how long what is said with an act may be, in characters.
const maxText = 4000

// move is an act while it is worked out.
type move struct {
	t     Task
	ev    Event
	o     Options
	env   Env
	today edu.Date
	kind  error
	lacks []edu.Text
}

// lack notes a need that is not met.
func (m *move) lack(zh, en string) { m.no(fault.Invalid, zh, en) }

func (m *move) no(kind error, zh, en string) {
	if m.kind == nil || kind != fault.Invalid {
		m.kind = kind
	}
	m.lacks = append(m.lacks, edu.Text{ZH: zh, EN: en})
}

// doing is what each act needs and does beside the table.
var doing map[Act]func(*move)

func init() { // the table of acts and the functions name each other
	doing = map[Act]func(*move){
		Edit: (*move).edit, Issue: (*move).issue, Request: (*move).request, TakenUp: (*move).takenUp, Sign: (*move).sign, Decline: (*move).decline, Report: (*move).report,
		Ask: (*move).ask, Grant: (*move).grant, Refuse: (*move).refuse, HandIn: (*move).handIn, Close: (*move).close, Return: (*move).back, Transfer: (*move).transfer,
		Merge: (*move).merge, Absorb: (*move).absorb, Conclude: (*move).conclude, Reopen: (*move).reopen, Recheck: (*move).recheck, Serve: (*move).serve,
	}
}

func whose(s Side) edu.Text {
	var zh, en []string
	for _, w := range []struct {
		s      Side
		zh, en string
	}{{Giver, "交办单位", "the issuer"}, {Owner, "牵头单位", "the lead"}, {Helper, "配合单位", "a helper"}} {
		if s&w.s != 0 {
			zh, en = append(zh, w.zh), append(en, w.en)
		}
	}
	return edu.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// given checks what a task needs before it leaves the issuer: content, exactly
// one lead, a limit and a basis.
func (m *move) given() (issuer, lead Body) {
	t := &m.t
	if strings.TrimSpace(t.Title) == "" {
		m.lack("未填任务内容", "what is to be done is missing")
	}
	if t.Source.Kind == "" || t.Source.Name == "" && t.Source.Ref == "" && t.Source.Text == "" {
		m.lack("未填任务来源（督办依据）", "the basis is missing: a plan, meeting, document, instruction, inspection or petition")
	}
	issuer, ok := m.env.body(t.Issuer)
	if !ok {
		m.lack("没有交办单位", "the issuer is missing")
	}
	if t.Lead == "" {
		m.lack("牵头单位待定，须有且只有一个", "the lead is still open: there must be exactly one")
		return issuer, lead
	}
	return issuer, m.owner(t.Lead, t.With)
}

// owner checks a lead and its helpers.
func (m *move) owner(id string, with []string) Body {
	lead, ok := m.env.body(id)
	switch {
	case !ok:
		m.lack("没有单位“"+id+"”", "there is no body "+id)
	case lead.Ended:
		m.lack(lead.Name.ZH+"已停用", lead.Name.In("en")+" is not in use any more")
	}
	for i, w := range with {
		if _, ok := m.env.body(w); !ok {
			m.lack("没有配合单位“"+w+"”", "there is no body "+w)
		}
		if w == id || slices.Contains(with[:i], w) {
			m.lack("牵头、配合单位重复", "a body is named twice among lead and helpers")
		}
	}
	return lead
}

// limit checks the day until which something is asked for.
func (m *move) limit(due edu.Date) {
	if due <= m.today && m.o.Exception.Ground == collect.NotUrgent {
		m.lack("时限须晚于今天", "the limit must be later than today")
		return
	}
	if err := collect.FairDue(m.env.Now, collect.Closes(due), m.env.Calendar, m.o.Exception); err != nil {
		m.because(err)
	}
}

// because notes a refusal that another rule made.
func (m *move) because(err error) {
	type spoken interface{ In(lang string) string }
	if s, ok := err.(spoken); ok {
		m.lack(s.In("zh"), s.In("en"))
		return
	}
	m.lack(err.Error(), err.Error())
}

func (m *move) edit() {
	if m.o.Edit == nil {
		m.lack("没有修改内容", "there is nothing to change")
		return
	}
	d, err := Draft(*m.o.Edit, m.env)
	if err != nil {
		m.because(err)
		return
	}
	t := &m.t
	t.Title, t.Demand, t.Source, t.Serves, t.Target, t.Duty, t.Key, t.Issuer = d.Title, d.Demand, d.Source, d.Serves, d.Target, d.Duty, d.Key, d.Issuer
	t.Lead, t.With, t.Leader, t.Person, t.Contact, t.Due, t.Standing, t.Stones, t.Funds = d.Lead, d.With, d.Leader, d.Person, d.Contact, d.Due, d.Standing, d.Stones, d.Funds
	year, no := t.Sheet.Year, t.Sheet.No
	t.Sheet = d.Sheet
	if year > 0 && !t.Sheet.None() {
		t.Sheet.Year, t.Sheet.No = year, no
	}
	m.ev.Due = t.Due
}

func (m *move) issue() {
	t := &m.t
	issuer, lead := m.given()
	switch {
	case t.Standing && t.Due != 0:
		m.lack("长期坚持的任务不设时限", "a standing task has no limit")
	case !t.Standing && t.Due == 0:
		m.lack("时限待定：须填完成时限，或注明长期坚持", "the limit is open: give a day, or say that it is standing")
	case !t.Standing:
		m.limit(t.Due)
	}
	if lead.ID != "" && issuer.ID != "" && !Authority(issuer, lead) {
		m.authority(issuer, lead)
	}
	t.Opens, t.FirstDue, t.Extended, t.Late = m.today, t.Due, 0, 0
	t.SignBy, t.Signed, t.SignedBy = m.env.SignBy(t.Sheet.Urgency), zeroTime, ""
	if !t.Sheet.None() && t.Sheet.Year == 0 {
		t.Sheet.Year = m.today.Time().Year() // the number is given when it is written
	}
	m.ev.Due = t.Due
}

// authority says that the issuer has none over the lead, and what to do instead.
func (m *move) authority(issuer, lead Body) {
	if lead.Kind == Institution && lead.County != issuer.County {
		m.no(fault.Forbidden, fmt.Sprintf("%s不直接向%s交办：请交办其主管的县级教育行政部门，或改用“提请”", issuer.Name.ZH, lead.Name.ZH),
			fmt.Sprintf("%s does not give tasks to %s: issue to the bureau over it, or use request", issuer.Name.In("en"), lead.Name.In("en")))
		return
	}
	m.no(fault.Forbidden, fmt.Sprintf("%s无权向%s交办：请改用“提请”，由系统起草提请函", issuer.Name.ZH, lead.Name.ZH),
		fmt.Sprintf("%s has no authority over %s: use request, which drafts a letter", issuer.Name.In("en"), lead.Name.In("en")))
}

func (m *move) request() {
	issuer, lead := m.given()
	if lead.ID != "" && issuer.ID != "" && Authority(issuer, lead) {
		m.lack(fmt.Sprintf("%s可直接向%s交办，不需提请", issuer.Name.ZH, lead.Name.ZH), fmt.Sprintf("%s can issue to %s itself", issuer.Name.In("en"), lead.Name.In("en")))
	}
	if m.t.Standing && m.t.Due != 0 {
		m.lack("长期坚持的任务不设时限", "a standing task has no limit")
	}
	m.t.Opens, m.t.FirstDue, m.t.Extended, m.t.Late = m.today, m.t.Due, 0, 0
	m.ev.Due = m.t.Due
}

func (m *move) takenUp() {
	t := &m.t
	t.Approval = cmp.Or(strings.TrimSpace(m.o.Approval), m.o.Text)
	if m.o.Due != 0 {
		t.Due, t.FirstDue, t.Standing = m.o.Due, m.o.Due, false
	}
	if t.Due == 0 && !t.Standing {
		m.lack("请填写交办文件定的完成时限", "give the limit that the document sets")
	}
	t.Opens, t.Signed, t.SignedBy = m.today, m.env.Now, m.env.Name
	m.ev.Due = t.Due
}

func (m *move) sign() {
	t := &m.t
	t.Signed, t.SignedBy = m.env.Now, m.env.Name
	t.Leader = cmp.Or(strings.TrimSpace(m.o.Leader), t.Leader)
	t.Person = cmp.Or(strings.TrimSpace(m.o.Person), t.Person)
	t.Contact = cmp.Or(strings.TrimSpace(m.o.Contact), t.Contact)
}

func (m *move) decline() {
	m.t.Opens, m.t.SignBy, m.t.Ball, m.t.FirstDue = 0, zeroTime, zeroTime, 0
}
