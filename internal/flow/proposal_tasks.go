package flow

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/store"
	"shuren/internal/task"
)

// ProposalInto says what the lines that a county took become: tasks that serve a
// measure of a plan, owed by whom.
type ProposalInto struct {
	Plan, Measure string
	// Lead is the body that owes them; empty is each line's own school.
	Lead string
	Nos  []int // lines; none are all that were taken
}

// Lines of an act in words, before the amount.
var actWords = map[proposal.Act]edu.Text{
	proposal.Itinerant: {ZH: "走教", EN: "Itinerant teachers"}, proposal.Exchange: {ZH: "交流轮岗", EN: "Exchange"}, proposal.Move: {ZH: "调动", EN: "Transfer"}, proposal.Train: {ZH: "培训", EN: "Train"},
	proposal.Hire: {ZH: "公开招聘", EN: "Hire"}, proposal.Construct: {ZH: "新建", EN: "Build"}, proposal.Buy: {ZH: "购置", EN: "Buy"}, proposal.Keep: {ZH: "保留", EN: "Keep"},
}

// ActName is what an act is called.
func ActName(a proposal.Act) edu.Text { return actWords[a] }

// TasksOfProposal makes tasks of what a county took: for each school and year one,
// that lists its lines, due on the 1 September on which they take effect. The
// proposal is kept over the rev that its writer saw, in the same step: no line
// becomes a task twice.
func (o *Office) TasksOfProposal(ctx context.Context, who auth.Actor, id string, rev int, into ProposalInto, sent string) (proposal.Proposal, []task.Task, error) {
	p, err := o.city.writable(ctx, who, id, rev)
	if err != nil {
		return p, nil, err
	}
	b, err := o.bodyList(ctx)
	if err != nil {
		return p, nil, err
	}
	issuer := task.BureauOf(p.County)
	if x, ok := b.find(issuer); !ok || !b.acts(who, x) || !b.gives(who, issuer) {
		issuer = task.BureauOf("")
	}
	var serves []task.Serves
	if into.Plan != "" {
		v, err := o.Plan(ctx, who, into.Plan, 0)
		if err != nil {
			return p, nil, err
		}
		if _, m := v.Measure(into.Measure); m == nil {
			return p, nil, auth.Refuse(fault.Invalid, "请选择方案中的一项措施", "choose a measure of the plan")
		}
		serves = []task.Serves{{Plan: into.Plan, Measure: into.Measure}}
	}
	groups, err := grouped(&p, into.Nos)
	if err != nil {
		return p, nil, err
	}
	if err := o.madeBefore(ctx, &p, groups); err != nil {
		return p, nil, err
	}
	var ts []task.Task
	for _, g := range groups {
		t := lineTask(o.packNamed(p.Pack), &p, g, lastName(b.tree, p.County))
		t.ID, t.Issuer, t.Lead, t.Serves = strings.ToLower(rand.Text()), issuer, cmp.Or(into.Lead, task.InstitutionOf(g.at.Unit)), serves
		for _, k := range g.lines {
			l := &p.Lines[k]
			l.Task = t.ID
			for _, x := range []*proposal.Place{&l.At, l.From} {
				if x != nil && len(t.With) < 60 {
					if body := task.InstitutionOf(x.Unit); body != t.Lead {
						if _, ok := b.find(body); ok {
							t.With = appendNew(t.With, body)
						}
					}
				}
			}
		}
		ts = append(ts, t)
	}
	moves, recs, err := o.drafted(ctx, who, ts, sent)
	if err != nil {
		return p, nil, err
	}
	d, err := o.city.proposalDocument(who, p)
	if err != nil {
		return p, nil, err
	}
	rec := record(who, proposalTasks, fmt.Sprintf("%d tasks", len(ts)), o.now())
	rec.Unit, rec.Object = p.County, p.ID
	kept, made, err := o.city.store.PutDocumentAndTasks(ctx, scopeOf(who.Reach(auth.KeepCounty), store.Editor), d, moves, append(recs, rec)...)
	if err != nil && !errors.Is(err, fault.Conflict) || kept.Body == "" {
		return p, nil, err
	}
	now, bad := openProposal(kept)
	return now, made, errors.Join(err, bad)
}

// madeBefore refuses lines for whose school, year and act another proposal of the
// county has made a task already, and says which: the same would be asked for twice.
// A task that was withdrawn asks for nothing.
func (o *Office) madeBefore(ctx context.Context, p *proposal.Proposal, groups []lineGroup) error {
	now, older, err := o.city.allProposals(ctx, p.County)
	if err != nil {
		return err
	}
	type key struct {
		unit   edu.UnitID
		period edu.Period
		act    proposal.Act
	}
	keyOf := func(l *proposal.Line) key { return key{l.At.Unit, l.Year(), l.Act} }
	type was struct {
		task     string
		proposal edu.Text
	}
	made := map[key]was{}
	for _, q := range slices.Concat(now, older) {
		if q.ID == p.ID {
			continue
		}
		name, day := q.Scenario.Name(), edu.DateOf(q.Made.In(collect.China)).String()
		name = edu.Text{ZH: name.ZH + "，" + day, EN: name.EN + ", " + day}
		for i := range q.Lines {
			if l := &q.Lines[i]; l.Task != "" {
				made[keyOf(l)] = was{l.Task, name}
			}
		}
	}
	var f faults
	for _, g := range groups {
		for _, k := range g.lines {
			l := &p.Lines[k]
			x, ok := made[keyOf(l)]
			if !ok {
				continue
			}
			t, _, _, err := o.city.store.Task(ctx, store.TaskView{Scope: local}, x.task)
			if errors.Is(err, fault.NotFound) || err == nil && t.State == task.Withdrawn {
				continue
			}
			if err != nil {
				return err
			}
			f.say(l.No, fmt.Sprintf("%s%s学年的%s已由另一方案（%s）生成任务，请将本行改为不采纳，或先撤销原任务", l.At.Name, l.Year(), ActName(l.Act).ZH, x.proposal.ZH),
				fmt.Sprintf("another proposal (%s) has made a task for %s, %s, %s: reject this line, or withdraw that task first", x.proposal.EN, l.At.Name, l.Year(), ActName(l.Act).EN))
		}
	}
	return refuse(f)
}

// lineGroup are the lines of one school in one year.
type lineGroup struct {
	at     proposal.Place
	period edu.Period
	lines  []int
}

// grouped puts taken lines that are no task yet together, by school and year.
func grouped(p *proposal.Proposal, nos []int) (out []lineGroup, err error) {
	for k := range p.Lines {
		l := &p.Lines[k]
		named := slices.Contains(nos, l.No)
		if nos != nil && !named || l.Act == proposal.Keep {
			continue
		}
		switch {
		case l.Task != "" && named:
			return nil, auth.Refuse(fault.Conflict, fmt.Sprintf("第%d行已转为任务", l.No), fmt.Sprintf("line %d is a task already", l.No))
		case !l.Taken() && named:
			return nil, auth.Refuse(fault.Conflict, fmt.Sprintf("第%d行尚未采纳", l.No), fmt.Sprintf("line %d was not accepted", l.No))
		case l.Task != "" || !l.Taken():
			continue
		}
		i := slices.IndexFunc(out, func(g lineGroup) bool { return g.at.Unit == l.At.Unit && g.period == l.Year() })
		if i < 0 {
			i, out = len(out), append(out, lineGroup{at: l.At, period: l.Year()})
		}
		out[i].lines = append(out[i].lines, k)
	}
	if len(out) == 0 {
		return nil, auth.Refuse(fault.Invalid, "没有已采纳、尚未转为任务的行", "no accepted line is left to become a task")
	}
	return out, nil
}

// lineTask is what a school is to do in a year, in words. The words are Chinese, as
// those of all tasks that people write here.
func lineTask(pk *pack.Pack, p *proposal.Proposal, g lineGroup, county string) task.Task {
	day := edu.DateOf(g.period.Reference())
	var what, why, nos []string
	yuan := 0.0
	for _, k := range g.lines {
		l := &p.Lines[k]
		what = append(what, LineWords(pk, l).ZH)
		why = append(why, fmt.Sprintf("第%d行：%s", l.No, l.Why.ZH))
		if l.Authority.ZH != "" {
			what[len(what)-1] += "（须报" + l.Authority.ZH + "）"
		}
		nos = append(nos, strconv.Itoa(l.No))
		yuan += l.CostNow()
	}
	t := task.Task{
		Title:  clipRunes(g.at.Name+"："+strings.Join(what, "；"), 500),
		Demand: clipRunes(fmt.Sprintf("%s9月1日前完成：%s。", g.period.Reference().Format("2006年"), strings.Join(what, "；")), 2000),
		Due:    day, Duty: task.Territorial,
		Source: task.Source{Kind: task.FromProposal, Ref: p.ID, Item: clipRunes(strings.Join(nos, ","), 200), Name: clipRunes("差距与方案："+county+"（"+p.Scenario.Name().ZH+"）", 300), Text: clipRunes(strings.Join(why, "\n"), 4000)},
	}
	if yuan > 0 {
		t.Funds = []task.Fund{{Year: g.period.Int(), Amount: yuan / 1e4, Source: "按县单价表测算"}}
	}
	return t
}

// LineWords is a line in words: what is done, with how much. pk names elements; nil
// leaves them as they are.
func LineWords(pk *pack.Pack, l *proposal.Line) edu.Text {
	act, n := actWords[l.Act], l.Now()
	if l.State == proposal.Rejected {
		n = l.Amount
	}
	element := edu.Text{ZH: l.Element, EN: l.Element}
	if pk != nil {
		if e := pk.Element(l.Element); e != nil {
			element = edu.Text{ZH: strings.TrimSuffix(strings.TrimSuffix(e.Name.ZH, "间数"), "原值"), EN: e.Name.EN}
		}
	}
	much := Quantity(n, l.Unit)
	from := edu.Text{}
	if l.From != nil {
		from = edu.Text{ZH: "从" + l.From.Name, EN: " from " + l.From.Name}
	}
	switch {
	case l.Act == proposal.Keep:
		return edu.Text{ZH: "保留小规模学校", EN: "Keep the small school"}
	case l.Act.People():
		return edu.Text{ZH: fmt.Sprintf("%s%s%s（%s）", from.ZH, act.ZH, much.ZH, l.Who), EN: fmt.Sprintf("%s: %s (%s)%s", act.EN, much.EN, l.WhoIn("en"), from.EN)}
	case l.Act == proposal.Train:
		return edu.Text{ZH: "培训" + much.ZH + "，计入" + element.ZH, EN: "Train " + much.EN + " who then count to: " + element.EN}
	}
	return edu.Text{ZH: act.ZH + element.ZH + much.ZH, EN: act.EN + ": " + element.EN + ", " + much.EN}
}

// Quantity is an amount with its unit in words.
func Quantity(n float64, unit string) edu.Text {
	num := func(x float64, digits int) string {
		t := strconv.FormatFloat(x, 'f', digits, 64)
		if strings.Contains(t, ".") {
			t = strings.TrimRight(strings.TrimRight(t, "0"), ".")
		}
		return t
	}
	u := map[string]edu.Text{"person": {ZH: "人", EN: "persons"}, "teacher": {ZH: "人", EN: "persons"}, "m2": {ZH: "㎡", EN: "m²"}, "room": {ZH: "间", EN: "rooms"}, "yuan": {ZH: "元", EN: "yuan"}}
	w, ok := u[unit]
	if !ok {
		w = edu.Text{ZH: unit, EN: unit}
	}
	if one, ok := map[string]string{"persons": "person", "rooms": "room"}[w.EN]; ok && n == 1 {
		w.EN = one
	}
	zh := num(n, 2) + w.ZH
	if unit == "yuan" && n >= 1e4 {
		zh = num(n/1e4, 2) + "万元"
	}
	return edu.Text{ZH: zh, EN: strings.TrimSpace(num(n, 2) + " " + w.EN)}
}

// lastName is what a unit is called at last.
func lastName(t *edu.Tree, id edu.UnitID) string {
	if u, ok := t.Unit(id); ok {
		return lastAttrs(u).Name.ZH
	}
	return string(id)
}

// TasksOfProposal is Office.TasksOfProposal of the city's own office.
func (c *City) TasksOfProposal(ctx context.Context, who auth.Actor, id string, rev int, into ProposalInto, sent string) (proposal.Proposal, []task.Task, error) {
	return c.Office().TasksOfProposal(ctx, who, id, rev, into, sent)
}
