package flow

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/sheet"
	"shuren/internal/store"
	"shuren/internal/task"
	"shuren/internal/teams"
)

// KeepMove keeps a line of the table of exchanges, new or changed. The same form sent
// twice is the same line, however close they come.
func (t *Teams) KeepMove(ctx context.Context, who auth.Actor, x teams.Exchange) (teams.Exchange, error) {
	r, err := t.mayKeep(ctx, who, x.From)
	if err != nil {
		return x, err
	}
	if err := r.mayConfirm(&x); err != nil {
		return x, err
	}
	fresh := x.ID == ""
	for n := 0; fresh; n++ {
		x.ID, x.Rev = sentID(who, kindExchange, string(x.Person)+"\x00"+string(x.To)+"\x00"+x.Begins.String()+strings.Repeat("\x00", n)), 0
		was, there, err := t.exchange(ctx, x.ID)
		switch {
		case err != nil:
			return x, err
		case there && (was.Stage != teams.Called || sameMove(&x, &was)):
			return sentMove(&x, &was)
		}
		if !there { // else that one was called off, and it is planned anew
			break
		}
	}
	d, rec, err := t.moveReady(ctx, who, r, &x, func() (Named, error) { return t.person(ctx, who, x.From, x.Person) })
	if err != nil {
		return x, err
	}
	out, err := t.city.store.PutDocument(ctx, scopeOf(r.Reach, store.Editor), d, rec)
	if fresh && errors.Is(err, fault.Conflict) { // the same form came in between
		if was, there, err := t.exchange(ctx, x.ID); err == nil && there {
			return sentMove(&x, &was)
		}
	}
	x.Rev = out.Rev
	return x, err
}

// sentMove answers a form of a new exchange where the person moves to that school on
// that day already: it is the same form again, or what it said was changed since.
func sentMove(x, was *teams.Exchange) (teams.Exchange, error) {
	if sameMove(x, was) {
		return *was, nil
	}
	return *x, auth.Refuse(fault.Conflict, "该教师同日到该校的交流已有记录（"+teams.WordOf(teams.Stages, was.Stage).ZH+"），内容与此不同；请打开原记录更改，不另记一条", "an exchange of this person to that school from that day is on record and says otherwise; open it and change it there")
}

// moveReady makes a line of the table of exchanges ready to be put on record. What
// decides — years, whether the person was due, backbone level — is taken from the
// register when the line is entered, so that it still says in later years what held
// then. Only the county says that an exchange took place.
func (t *Teams) moveReady(ctx context.Context, who auth.Actor, r reachIn, x *teams.Exchange, person func() (Named, error)) (d store.Document, rec audit.Record, err error) {
	x.Document, x.Subject = strings.TrimSpace(x.Document), strings.TrimSpace(x.Subject)
	if err := refuse(x.Problems()); err != nil {
		return d, rec, err
	}
	was, err := t.movable(ctx, r, x)
	if err != nil {
		return d, rec, err
	}
	p, err := person()
	switch {
	case err == nil:
		rules, _, err := t.rules(ctx, countyAbove(r.tree, x.From))
		if err != nil {
			return d, rec, err
		}
		j := rules.Judge(&p.Staff, teams.Summer(x.SummerOf()))
		x.Years, x.Due, x.Head, x.Backbone, x.Exempt, x.ExemptEN = j.Years, j.State == teams.Due, j.Head, p.Backbone != "", "", ""
		if j.State == teams.Exempt {
			x.Exempt, x.ExemptEN = j.Reason.ZH, j.Reason.EN
		}
		if x.Subject == "" {
			x.Subject = p.Subject
		}
	case was != nil && errors.Is(err, fault.NotFound):
		// The person has left: what was true then stays.
		x.Years, x.Due, x.Head, x.Backbone, x.Exempt, x.ExemptEN = was.Years, was.Due, was.Head, was.Backbone, was.Exempt, was.ExemptEN
	default:
		return d, rec, err
	}
	if d, err = document(who, kindExchange, x.ID, x.From, x.Rev, x.Stage, "", x.Begins, *x, t.now()); err != nil {
		return d, rec, err
	}
	rec = record(who, exchangeKept, x.Stage, d.At)
	rec.Object, rec.Unit = x.ID, x.From
	return d, rec, nil
}

// exchange is one on record.
func (t *Teams) exchange(ctx context.Context, id string) (x teams.Exchange, there bool, err error) {
	d, err := t.city.store.Document(ctx, local, kindExchange, id)
	if errors.Is(err, fault.NotFound) {
		return x, false, nil
	}
	if err != nil {
		return x, false, err
	}
	x, err = opened(d, func(x *teams.Exchange, rev int) { x.ID, x.Rev = id, rev })
	return x, true, err
}

// aheadMost is how many years ahead an exchange is planned; a day beyond is mistyped.
const aheadMost = 3

// mayConfirm refuses a line that says it took place from whoever is not of the county.
func (r reachIn) mayConfirm(x *teams.Exchange) error {
	if x.Stage == teams.Done && !r.holds(countyAbove(r.tree, x.From)) {
		return auth.Refuse(fault.Forbidden, "“已交流”由县级确认", "that an exchange took place is the county's to say")
	}
	return nil
}

// movable checks what does not depend on the person: units, who may say what, and
// that a line keeps whose it is.
func (t *Teams) movable(ctx context.Context, r reachIn, x *teams.Exchange) (*teams.Exchange, error) {
	if err := r.mayConfirm(x); err != nil {
		return nil, err
	}
	if u, ok := r.tree.Unit(x.To); !ok || u.Level != edu.School {
		return nil, auth.Refuse(fault.Invalid, "交流校不是学校", "the person moves to no school")
	}
	was, there, err := t.exchange(ctx, x.ID)
	if err != nil {
		return nil, err
	}
	// What stands there and is too long or too far ahead can still be called off.
	if x.Stage != teams.Called || x.Begins != was.Begins || x.Document != was.Document {
		if err := refuse(x.Limits()); err != nil {
			return nil, err
		}
		if last := edu.DateOf(t.now().AddDate(aheadMost, 0, 0)); x.Begins > last {
			return nil, auth.Refuse(fault.Invalid, fmt.Sprintf("开始日期%s在%d年以后，请核对", x.Begins, aheadMost), fmt.Sprintf("it begins on %s, more than %d years ahead", x.Begins, aheadMost))
		}
	}
	switch {
	case !there:
		x.Task = false
		return nil, nil
	case !r.holds(was.From):
		return nil, fmt.Errorf("exchange %s: %w", x.ID, fault.NotFound)
	case was.Person != x.Person || was.From != x.From:
		return nil, auth.Refuse(fault.Conflict, "记录的教师和原校不能更改，请取消后另记一条", "whose exchange it is cannot be changed; call it off and enter another")
	case was.Stage == teams.Done && !r.holds(countyAbove(r.tree, x.From)):
		return nil, auth.Refuse(fault.Forbidden, "已交流的记录由县级更改", "what took place is the county's to change")
	}
	x.Task = was.Task
	return &was, nil
}

// ReadMoves takes a table of exchanges from a file: the lines, or what is wrong with
// it. Schools are named by code or name; nothing is kept yet.
func (t *Teams) ReadMoves(ctx context.Context, who auth.Actor, name string, in io.ReadCloser) ([]teams.Exchange, []edu.Text, error) {
	r, err := t.reach(ctx, who, auth.KeepStaff)
	if err != nil {
		return nil, nil, errors.Join(err, in.Close())
	}
	book, err := sheet.Open(in, sheet.DefaultLimits)
	if err != nil {
		return nil, nil, err
	}
	defer book.Close()
	var got teams.Taken
	if err := got.Read(ctx, book, name, "exchange"); err != nil {
		return nil, nil, err
	}
	var bad []edu.Text
	for _, p := range got.Problems {
		bad = append(bad, edu.Text{ZH: p.In("zh"), EN: p.In("en")})
	}
	if len(got.Moves)+len(bad) == 0 {
		return nil, nil, auth.Refuse(fault.Invalid, "文件中没有填写一条交流安排（交流校、方式都是空的）", "no line of the file arranges an exchange: school and way are empty in all")
	}
	schools := map[string][]edu.UnitID{}
	for _, u := range r.tree.Units() {
		if a := lastAttrs(&u); u.Level == edu.School && u.Ended == 0 {
			schools[a.Code], schools[a.Name.ZH] = append(schools[a.Code], u.ID), append(schools[a.Name.ZH], u.ID)
		}
	}
	people := map[register.PersonID]edu.UnitID{}
	all, err := t.staff(ctx, who, "")
	if err != nil {
		return nil, nil, err
	}
	for _, n := range all {
		people[n.Person] = n.Unit
	}
	of, err := t.movesOf(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	wrong := make([][]edu.Text, len(got.Moves))
	say := func(i int, zh, en string) {
		wrong[i] = append(wrong[i], edu.Text{ZH: fmt.Sprintf("第%d条：", i+1) + zh, EN: fmt.Sprintf("line %d: ", i+1) + en})
	}
	var lines []*teams.Exchange // those of which persons and schools are known
	var at []int                // where they stand in the file
	for i := range got.Moves {
		x := &got.Moves[i]
		to := schools[string(x.To)]
		home, there := people[x.Person]
		switch {
		case !there || !r.holds(home):
			say(i, "记录编号不在您管辖的教职工名册中", "nobody of this id is on the register of your part")
		case len(to) == 0:
			say(i, "没有找到交流校“"+string(x.To)+"”", fmt.Sprintf("school %q is not found", x.To))
		case len(to) > 1:
			say(i, "“"+string(x.To)+"”对应多所学校，请填学校标识码", fmt.Sprintf("%q fits several schools; give the code", x.To))
		default:
			x.From, x.To = home, to[0]
			x.ID = sentID(who, kindExchange, string(x.Person)+x.Begins.String())
			lines, at = append(lines, x), append(at, i)
		}
	}
	means, twin := matchMoves(lines, of)
	for k, x := range lines {
		if first, ok := twin[k]; ok {
			say(at[k], fmt.Sprintf("与第%d条对应同一条已有记录", at[first]+1), fmt.Sprintf("means the same exchange on record as line %d", at[first]+1))
			continue
		}
		texts, err := t.wrongLine(ctx, r, x, means[k])
		if err != nil {
			return nil, nil, err
		}
		for _, w := range texts {
			say(at[k], w.ZH, w.EN)
		}
	}
	if bad = slices.Concat(append([][]edu.Text{bad}, wrong...)...); len(bad) > 0 {
		return nil, bad, nil
	}
	return got.Moves, nil, nil
}

// wrongLine says why a line of a file cannot be kept over the exchange that it means,
// so that what would be refused when it is kept is refused before anything is.
func (t *Teams) wrongLine(ctx context.Context, r reachIn, x, was *teams.Exchange) ([]edu.Text, error) {
	if was != nil {
		x.ID = was.ID
	}
	if wrong := x.Problems(); len(wrong) > 0 {
		return wrong, nil
	}
	_, err := t.movable(ctx, r, x)
	if err == nil && was != nil {
		err = overDone(x, was)
	}
	if no, ok := errors.AsType[*auth.Refusal](err); ok {
		return no.Texts, nil
	}
	return nil, err
}

// MoveTask makes a task of a planned exchange, owed by the school that the person
// leaves: once.
func (t *Teams) MoveTask(ctx context.Context, who auth.Actor, id string, rev int) (teams.Exchange, error) {
	g := who.Reach(auth.GiveTasks)
	if g.None() {
		return teams.Exchange{}, fmt.Errorf("%s: %w", auth.GiveTasks, fault.Forbidden)
	}
	r, err := t.reach(ctx, who, auth.GiveTasks)
	if err != nil {
		return teams.Exchange{}, err
	}
	d, err := t.city.store.Document(ctx, scopeOf(g, store.Reader), kindExchange, id)
	if err != nil {
		return teams.Exchange{}, err
	}
	x, err := opened(d, func(x *teams.Exchange, rev int) { x.Rev = rev })
	x.ID = id
	switch {
	case err != nil:
		return x, err
	case x.Stage != teams.Planned:
		return x, auth.Refuse(fault.Conflict, "只有拟交流的可以转为任务", "only what is planned becomes a task")
	case x.Task:
		return x, auth.Refuse(fault.Conflict, "已转为任务", "it is a task already")
	case x.Rev != rev:
		return x, fmt.Errorf("exchange %s was saved meanwhile: %w", id, fault.Conflict)
	}
	o := t.city.Office()
	b, err := o.bodyList(ctx)
	if err != nil {
		return x, err
	}
	issuer := task.BureauOf(countyAbove(r.tree, x.From))
	if y, ok := b.find(issuer); !ok || !b.acts(who, y) || !b.gives(who, issuer) {
		issuer = task.BureauOf("")
	}
	from, to := nameOf(r.tree, x.From), nameOf(r.tree, x.To)
	way := teams.WordOf(teams.Ways, x.Way)
	// A task goes to many readers: it names the schools and the subject, nobody.
	what := fmt.Sprintf("%s教师交流轮岗：%s到%s（%s）", x.Subject, from.ZH, to.ZH, way.ZH)
	tk := task.Task{ID: strings.ToLower(rand.Text()), Title: clipRunes(what, 500), Demand: clipRunes(what+"；名单见教师页交流轮岗表，记录编号"+string(x.Person)+"。", 2000), Due: x.Begins, Duty: task.Territorial, Issuer: issuer, Lead: task.InstitutionOf(x.From),
		Source: task.Source{Kind: task.FromDocument, Ref: x.ID, Name: "交流轮岗", Text: what}}
	if body := task.InstitutionOf(x.To); body != tk.Lead {
		if _, ok := b.find(body); ok {
			tk.With = append(tk.With, body)
		}
	}
	x.Task = true
	moves, recs, err := o.drafted(ctx, who, []task.Task{tk}, "exchange:"+id)
	if err != nil {
		return x, err
	}
	doc, err := document(who, kindExchange, id, d.Unit, d.Rev, d.State, d.Title, d.Day, x, t.now())
	if err != nil {
		return x, err
	}
	rec := record(who, exchangeGiven, tk.ID, doc.At)
	rec.Object, rec.Unit = id, d.Unit
	kept, _, err := t.city.store.PutDocumentAndTasks(ctx, scopeOf(g, store.Editor), doc, moves, append(recs, rec)...)
	x.Rev = kept.Rev
	return x, err
}

// Schemes are the schemes of merit pay in reach, the newest year first.
func (t *Teams) Schemes(ctx context.Context, who auth.Actor) ([]teams.Scheme, error) {
	r, err := t.reach(ctx, who, auth.ReadStaff)
	if err != nil {
		return nil, err
	}
	docs, err := t.city.store.Documents(ctx, scopeOf(r.Reach, store.Reader), store.DocumentFilter{Kind: kindScheme})
	if err != nil {
		return nil, err
	}
	var out []teams.Scheme
	for _, d := range docs {
		s, err := opened(d, func(s *teams.Scheme, rev int) { s.Rev = rev })
		if err != nil {
			return nil, err
		}
		s.ID, s.State = d.ID, d.State
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b teams.Scheme) int { return b.Year - a.Year })
	return out, nil
}

// Scheme is one of them.
func (t *Teams) Scheme(ctx context.Context, who auth.Actor, id string) (teams.Scheme, error) {
	r, err := t.reach(ctx, who, auth.ReadStaff)
	if err != nil {
		return teams.Scheme{}, err
	}
	d, err := t.city.store.Document(ctx, scopeOf(r.Reach, store.Reader), kindScheme, id)
	if err != nil {
		return teams.Scheme{}, err
	}
	s, err := opened(d, func(s *teams.Scheme, rev int) { s.Rev = rev })
	s.ID, s.State = d.ID, d.State
	return s, err
}

// StepScheme keeps a scheme by an act of the table of steps. A school writes and
// sends; the county approves with a number, or returns.
func (t *Teams) StepScheme(ctx context.Context, who auth.Actor, s teams.Scheme, a teams.Act, approval string) (teams.Scheme, error) {
	r, err := t.mayKeep(ctx, who, s.School)
	if err != nil {
		return s, err
	}
	if a.ByCounty() && !r.holds(countyAbove(r.tree, s.School)) {
		return s, fmt.Errorf("%s a scheme of %s: %w", a, s.School, fault.Forbidden)
	}
	now := teams.Scheme{School: s.School, Year: s.Year}
	if s.ID == "" {
		s.ID = strings.ToLower(rand.Text())
	} else if now, err = t.Scheme(ctx, who, s.ID); err != nil {
		return s, err
	}
	switch {
	case now.School != s.School:
		return now, fmt.Errorf("scheme %s: %w", s.ID, fault.NotFound)
	case now.Rev != s.Rev:
		return now, fmt.Errorf("scheme %s was saved meanwhile: %w", s.ID, fault.Conflict)
	}
	if a == teams.Save {
		s.KeepIDs(&now)
		s.State = now.State
		now = s
	}
	if a != teams.Return {
		if err := refuse(now.Problems()); err != nil {
			return s, err
		}
	}
	if err := now.Step(a); err != nil {
		return now, err
	}
	if a == teams.Approve {
		if now.Approval = strings.TrimSpace(approval); now.Approval == "" {
			return now, auth.Refuse(fault.Invalid, "请填写批准文号", "the approval needs its number")
		}
	}
	now.ID = s.ID
	out, err := t.put(ctx, who, r, kindScheme, now.ID, now.School, s.Rev, now.State, edu.Date(0), now, schemeKept, string(a))
	now.Rev = out.Rev
	return now, err
}

// Pools are the sums of merit pay by calendar year, the newest first: a school's, or
// those of a county and its schools, as far as somebody sees them.
func (t *Teams) Pools(ctx context.Context, who auth.Actor, unit edu.UnitID) ([]teams.Pool, error) {
	r, err := t.reach(ctx, who, auth.ReadStaff)
	if err != nil {
		return nil, err
	}
	out, err := teamDocs(ctx, t, r, kindPool, unit, func(p *teams.Pool, d store.Document) { p.Rev, p.Unit = d.Rev, d.Unit })
	slices.SortStableFunc(out, func(a, b teams.Pool) int { return b.Year - a.Year })
	return out, err
}

// KeepPool keeps a school's sums of a calendar year.
func (t *Teams) KeepPool(ctx context.Context, who auth.Actor, school edu.UnitID, p teams.Pool) error {
	r, err := t.mayKeep(ctx, who, school)
	if err != nil {
		return err
	}
	switch p.Source = strings.TrimSpace(p.Source); {
	case p.Year < 2000 || p.Year > 2100:
		return auth.Refuse(fault.Invalid, "年份不可用", "the year cannot be used")
	case p.Basic < 0 || p.Incentive < 0 || p.Basic > teams.MaxPool || p.Incentive > teams.MaxPool:
		return auth.Refuse(fault.Invalid, "总额不可用", "a sum cannot be used")
	case p.Source == "":
		return auth.Refuse(fault.Invalid, "请填写核定文号", "the sums need the number of their document")
	}
	_, err = t.put(ctx, who, r, kindPool, fmt.Sprintf("%s-%s-%d", kindPool, school, p.Year), school, p.Rev, "", 0, p, poolKept, fmt.Sprint(p.Year))
	return err
}

// Pay is what a county says of pay; the zero Pay where it has said nothing.
func (t *Teams) Pay(ctx context.Context, who auth.Actor, county edu.UnitID) (teams.Pay, error) {
	r, err := t.reach(ctx, who, auth.ReadStaff)
	if err != nil {
		return teams.Pay{}, err
	}
	if !r.holds(county) {
		return teams.Pay{}, fmt.Errorf("pay of %s: %w", county, fault.NotFound)
	}
	d, err := t.city.store.Document(ctx, scopeOf(r.Reach, store.Reader), kindPay, kindPay+"-"+string(county))
	if errors.Is(err, fault.NotFound) {
		return teams.Pay{}, nil
	}
	if err != nil {
		return teams.Pay{}, err
	}
	return opened(d, func(p *teams.Pay, rev int) { p.Rev = rev })
}

// KeepPay keeps what a county says of pay: sums on both sides.
func (t *Teams) KeepPay(ctx context.Context, who auth.Actor, county edu.UnitID, p teams.Pay) error {
	r, err := t.mayKeep(ctx, who, county)
	if err != nil {
		return err
	}
	for _, s := range []teams.PaySum{p.Teachers, p.Civil} {
		for _, f := range s.Parts {
			if f < 0 || f > teams.MaxPool {
				return auth.Refuse(fault.Invalid, "工资总额不可用", "a sum of pay cannot be used")
			}
		}
		if s.Months < 0 || s.Months > 100_000_000 {
			return auth.Refuse(fault.Invalid, "人月数不可用", "person-months cannot be used")
		}
		if strings.TrimSpace(s.Source) == "" {
			return auth.Refuse(fault.Invalid, "请填写数据来源", "the sums need their source")
		}
	}
	_, err = t.put(ctx, who, r, kindPay, kindPay+"-"+string(county), county, p.Rev, "", 0, p, payKept, fmt.Sprint(p.Teachers.Year))
	return err
}
