// One proposal as its page shows it: lines, moves, money, and what the standard's own
// engine says of what is left.

package web

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/pack"
	"shuren/internal/plan"
	"shuren/internal/proposal"
	"shuren/internal/task"
)

const (
	mostFailing  = 12 // sections that the check lists; the workbook has all
	mostMeasured = 60 // measures of plans that tasks can be made to serve
	mostTowns    = 24 // tiles of a map of moves
)

// planOf is a proposal as the page shows it.
func (s *Server) planOf(r *request, p *proposalPage, x *proposal.Proposal, replaced bool) (*offerView, error) {
	page, err := pageOf(r)
	if err != nil {
		return nil, err
	}
	q := r.query
	v := &offerView{ID: x.ID, Rev: x.Rev, Name: r.Text(x.Scenario.Name()), Made: r.T("proposal.made.text", r.Minute(x.Made.In(collect.China)), x.Pack, r.Period(x.Period)), State: q.Get("state"), Act: q.Get("act"), Q: strings.TrimSpace(q.Get("q")), Query: r.query.Encode()}
	if v.Keeps = p.Keeps && !replaced; replaced {
		v.Replaced = r.T("proposal.replaced")
	}
	n := x.Counts()
	all := r.T("proposal.all", len(x.Lines))
	v.Filters = []Choice{{Link{all, r.here("state", "", "page", "", "did", "", "line", "")}, v.State == ""}}
	for _, st := range []proposal.State{proposal.Open, proposal.Accepted, proposal.Edited, proposal.Rejected} {
		if n.By[st] > 0 {
			v.Filters = append(v.Filters, Choice{Link{fmt.Sprintf("%s %d", r.Text(st.Name()), n.By[st]), r.here("state", string(st), "page", "", "did", "", "line", "")}, v.State == string(st)})
		}
	}
	if n.Tasks > 0 {
		v.Filters = append(v.Filters, Choice{Link{r.T("proposal.tasks.n", n.Tasks), r.here("state", "task", "page", "", "did", "", "line", "")}, v.State == "task"})
	}
	for _, a := range []proposal.Act{proposal.Itinerant, proposal.Exchange, proposal.Move, proposal.Train, proposal.Hire, proposal.Construct, proposal.Buy, proposal.Keep} {
		if slices.ContainsFunc(x.Lines, func(l proposal.Line) bool { return l.Act == a }) {
			v.Acts = append(v.Acts, Choice{Link{r.Text(flow.ActName(a)), string(a)}, v.Act == string(a)})
		}
	}
	lines := lineFilter(x, q)
	pages := max(1, (len(lines)+proposalLines-1)/proposalLines)
	page = min(page, pages)
	lo, hi := (page-1)*proposalLines, min(page*proposalLines, len(lines))
	v.Found = r.T("proposal.found", len(lines), min(lo+1, hi), hi)
	pk := r.packOf(x.Pack)
	m, err := s.gaps.Means(r.Context(), r.who, x.County)
	if err != nil {
		return nil, err
	}
	for _, k := range lines[lo:hi] {
		l := r.lineView(pk, m, &x.Lines[k])
		if !v.Keeps {
			l.Pick, l.Edit = false, ""
		}
		v.Picked = v.Picked || l.Pick
		v.Lines = append(v.Lines, l)
	}
	v.Pages, v.Prev, v.Next = r.pager(page, pages)
	if v.Keeps {
		v.Undo = x.Rev > 1
		if no := q.Get("line"); no != "" {
			v.Edit = r.lineEdit(pk, x, no)
		}
	}
	v.Moves, v.MoveNote = r.moveMap(x)
	v.Years, v.Check, v.Fails = r.yearTable(x), r.checkTable(x), r.failing(x, mostFailing)
	v.Easing, v.Waiting = r.easing(x), r.waiting(x)
	for _, c := range x.Conflict {
		v.Conflict = append(v.Conflict, r.Text(c))
	}
	for _, note := range x.Notes {
		v.Notes = append(v.Notes, r.Text(note))
	}
	v.Short = r.shortWords(pk, x)
	return v, s.tasksOf(r, v, x)
}

// shortWords is how many sections are left below a limit, and by what their rule
// allows it; nothing where there are none.
func (r *request) shortWords(pk *pack.Pack, x *proposal.Proposal) string {
	if len(x.Short) == 0 {
		return ""
	}
	sections := map[[2]string]bool{}
	for _, l := range x.Short {
		sections[[2]string{l.At.Code, string(l.At.Stage)}] = true
	}
	if pk != nil {
		for _, st := range pk.Standards {
			for _, ru := range st.Rules {
				if ru.Level == edu.Section && ru.AtLeast > 0 && slices.Contains(ru.Of, x.Short[0].Indicator) {
					return r.T("proposal.short", len(sections), len(ru.Of), ru.AtLeast)
				}
			}
		}
	}
	return r.T("proposal.short.any", len(sections))
}

// lineWords is a line in words, the giving school called as the reader calls it.
func (r *request) lineWords(pk *pack.Pack, l *proposal.Line) string {
	if l.From != nil && r.english[l.From.Code] != "" {
		from, own := *l.From, *l
		from.Name, own.From = r.english[from.Code], &from
		l = &own
	}
	return r.Text(flow.LineWords(pk, l))
}

// lineView is a line as the table shows it.
func (r *request) lineView(pk *pack.Pack, m *flow.Means, l *proposal.Line) lineView {
	v := lineView{No: l.No, Pick: l.Task == "", What: r.lineWords(pk, l), Why: r.Text(l.Why), School: cmp.Or(r.english[l.At.Code], l.At.Name), Place: strings.Join(nonEmpty(l.At.Township, r.Stage(l.At.Stage)), " · "), Year: r.T("proposal.from", l.Year().Reference().Format("2006-01-02")),
		Cost: r.wan(l.CostNow()), Note: l.Note, SchoolHref: r.toSchool(l.At.Code, "stage", string(l.At.Stage))}
	var rests []string
	if a := r.Text(l.Authority); a != "" {
		rests = append(rests, r.T("proposal.authority", a))
	}
	if price, ok := m.Prices.Price(l.Price); ok {
		rests = append(rests, r.T("proposal.price", chart.Number(price.Yuan, 0), price.Unit, price.Basis))
	}
	if l.From != nil && l.Km >= 0 && !math.IsNaN(l.Km) && l.Km > 0 {
		rests = append(rests, r.T("proposal.km", chart.Number(l.Km, 1)))
	}
	v.Rests = strings.Join(rests, " · ")
	if l.State == proposal.Edited {
		v.Was = r.T("proposal.was", r.Text(flow.Quantity(l.Amount, l.Unit)))
	}
	v.Lamp = r.lineLamp(l)
	if l.May(proposal.Edit) && l.Act != proposal.Keep {
		v.Edit = r.here("line", strconv.Itoa(l.No), "did", "") + "#edit"
	}
	if l.Task != "" {
		v.Task, v.TaskWord = "/tasks/"+url.PathEscape(l.Task), r.T("gaps.task")
	}
	return v
}

func nonEmpty(list ...string) (out []string) {
	for _, x := range list {
		if x != "" {
			out = append(out, x)
		}
	}
	return out
}

// lineLamp is what a county made of a line.
func (r *request) lineLamp(l *proposal.Line) Lamp {
	tone := chart.Open
	switch l.State {
	case proposal.Accepted, proposal.Edited:
		tone = chart.Good
	case proposal.Rejected:
		tone = chart.Bad
	}
	return Lamp{tone, r.Text(stateOr(l.State).Name()), l.Note}
}

func stateOr(s proposal.State) proposal.State {
	if s == "" {
		return proposal.Open
	}
	return s
}

// lineEdit is the form of a line; nil where there is none to change.
func (r *request) lineEdit(pk *pack.Pack, x *proposal.Proposal, no string) *lineEdit {
	for i := range x.Lines {
		if l := &x.Lines[i]; strconv.Itoa(l.No) == no && l.May(proposal.Edit) && l.Act != proposal.Keep {
			unit := r.Text(flow.Quantity(0, l.Unit))
			v := &lineEdit{No: l.No, What: r.lineWords(pk, l), Amount: strconv.FormatFloat(l.Now(), 'f', -1, 64), Unit: strings.TrimLeft(unit, "0 "), Note: l.Note, Whole: l.Act.Whole(), Back: r.here("line", "", "did", "")}
			if l.MayShift() {
				for _, y := range x.Years {
					v.Years = append(v.Years, Choice{Link{r.Period(y.Period), y.Period.String()}, y.Period == l.Year()})
				}
			}
			return v
		}
	}
	return nil
}

// moveMap is who goes where between the townships of the county: lines that are not
// rejected.
func (r *request) moveMap(x *proposal.Proposal) (*chartView, string) {
	var towns []string
	at := map[string]int{}
	// Of one township that the page was narrowed to, the tiles are its schools.
	one := strings.TrimSpace(r.query.Get("q"))
	inside1 := slices.ContainsFunc(x.Lines, func(l proposal.Line) bool { return one != "" && l.At.Township == one })
	town := func(p proposal.Place) int {
		name := p.Township
		if inside1 {
			name = p.Name
		}
		if name == "" {
			name = r.T("proposal.notown")
		}
		i, ok := at[name]
		if !ok {
			i = len(towns)
			at[name] = i
			towns = append(towns, name)
		}
		return i
	}
	type pair struct{ from, to int }
	people := map[pair]float64{}
	inside := 0.0
	within := map[int]float64{}
	for i := range x.Lines {
		l := &x.Lines[i]
		if l.From == nil || l.Now() == 0 || inside1 && l.At.Township != one && l.From.Township != one {
			continue
		}
		f, t := town(*l.From), town(l.At)
		if f == t {
			inside += l.Now()
			within[f] += l.Now()
		}
		people[pair{f, t}] += l.Now()
	}
	if len(people) == 0 {
		return nil, ""
	}
	order := make([]int, len(towns))
	for i := range order {
		order[i] = i
	}
	in, out := make([]float64, len(towns)), make([]float64, len(towns))
	for k, n := range people {
		if k.from != k.to {
			out[k.from] += n
			in[k.to] += n
		}
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(towns[a], towns[b]) })
	place := make([]int, len(towns))
	for now, was := range order {
		place[was] = now
	}
	cols := int(math.Ceil(math.Sqrt(float64(len(towns)))))
	title := r.T("proposal.moves")
	if inside1 {
		title += " · " + one
	}
	spec := chart.Spec{Kind: chart.Moves, Title: title, XName: r.T("proposal.moves.from"), Heads: []string{r.T("proposal.moves.to"), r.T("proposal.moves.n")}}
	total := 0.0
	for now, was := range order {
		if now >= mostTowns {
			break
		}
		tone := chart.Open
		if in[was] > out[was] {
			tone = chart.Good
		} else if in[was] < out[was] {
			tone = chart.Near
		}
		value := r.T("proposal.moves.tile", chart.Number(in[was], 0), chart.Number(out[was], 0))
		if within[was] > 0 {
			value += r.T("proposal.moves.within", chart.Number(within[was], 0))
		}
		spec.Cells = append(spec.Cells, chart.Cell{X: now % cols, Y: now / cols, Label: towns[was], Value: value, Tone: tone, Says: towns[was] + " " + value, Href: r.here("q", towns[was], "page", "", "state", "", "act", "", "did", "", "line", "") + "#lines"})
	}
	for k, n := range people {
		total += n
		if place[k.from] < mostTowns && place[k.to] < mostTowns {
			spec.Flows = append(spec.Flows, chart.Flow{From: place[k.from], To: place[k.to], Value: n, Says: r.T("proposal.moves.flow", towns[k.from], towns[k.to], chart.Number(n, 0))})
		}
	}
	slices.SortFunc(spec.Flows, func(a, b chart.Flow) int { return 1000*(a.From-b.From) + a.To - b.To })
	spec.Says = r.T("proposal.moves.says", chart.Number(total, 0), len(towns))
	note := spec.Says
	if inside > 0 {
		note += r.T("proposal.moves.inside", chart.Number(inside, 0))
	}
	return view(spec), note
}

// yearTable is the money of each year.
func (r *request) yearTable(x *proposal.Proposal) Table {
	t := Table{ID: "money", Caption: r.T("proposal.years"), Sheet: r.T("proposal.years"), Tight: true, Empty: r.T("proposal.years.none"), Cols: []Col{{Label: r.T("proposal.year")}, {Label: r.T("proposal.budget"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("proposal.spent"), Unit: r.T("gaps.wan"), Num: true}}}
	for _, y := range x.SpentNow() {
		budget := text(r.T("proposal.budget.none"))
		if y.Budget >= 0 {
			budget = r.wanCell(y.Budget)
		}
		spent := r.wanCell(y.Spent)
		if y.Over() {
			spent = spent.toned(chart.Bad)
			spent.Small = r.T("proposal.over")
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.Period(y.Period)), budget, spent}})
	}
	return t
}

// wanCell is money as tables and workbooks show it.
func (r *request) wanCell(yuan float64) Cell {
	if r.Lang() == "en" {
		return figure(yuan/1e6, 2)
	}
	return figure(yuan/1e4, 1)
}

// checkTable is what passes before, by the proposal, and of what stands now.
func (r *request) checkTable(x *proposal.Proposal) Table {
	t := Table{ID: "check", Caption: r.T("proposal.check"), Sheet: r.T("proposal.check"), Tight: true, Cols: []Col{{Label: r.T("proposal.when")}, {Label: r.T("proposal.passing"), Num: true}, {Label: r.T("proposal.of"), Num: true}, {Label: r.T("proposal.spread")}}}
	for _, m := range []struct {
		key string
		met proposal.Met
	}{{"proposal.before", x.Before}, {"proposal.promised", x.After}, {"proposal.checked", x.Checked}} {
		if m.met.Sections == 0 {
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(r.T(m.key)), count(m.met.Passing), count(m.met.Sections), lampCell(r.spreadLamp(m.met))}})
	}
	return t
}

// failing lists the sections that do not pass by the last check.
func (r *request) failing(x *proposal.Proposal, most int) Table {
	t := Table{ID: "failing", Caption: r.T("proposal.failing"), Sheet: r.T("proposal.failing"), Tight: true, Empty: r.T("proposal.failing.none"), Cols: []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("stage")}, {Label: r.T("level.township")}}}
	for i, f := range x.Checked.Failing {
		if most > 0 && i >= most {
			break
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(cmp.Or(r.english[f.Code], f.Name), r.toSchool(f.Code, "stage", string(f.Stage))), text(r.Stage(f.Stage)), text(f.Township)}})
	}
	return t
}

// tasksOf is the form that makes tasks, for who gives them.
func (s *Server) tasksOf(r *request, v *offerView, x *proposal.Proposal) error {
	for i := range x.Lines {
		if l := &x.Lines[i]; l.Taken() && l.Task == "" && l.Act != proposal.Keep {
			v.Ready++
		}
	}
	if s.tasks == nil || v.Ready == 0 || v.Replaced != "" {
		return nil
	}
	if !s.mayIn(r, auth.GiveTasks, x.County) {
		v.GiveNote = r.T("proposal.give.not")
		return nil
	}
	v.Gives, v.Sent = true, rand.Text()
	v.Measures = []Choice{{Link{r.T("proposal.measure.none"), ""}, true}}
	if s.plans != nil && r.who.May(auth.ReadTasks) {
		rows, err := s.plans.Plans(r.Context(), r.who)
		if err != nil {
			return fmt.Errorf("plans: %w", err)
		}
		for _, row := range rows {
			if row.State != plan.Approved {
				continue
			}
			pv, err := s.plans.Plan(r.Context(), r.who, row.ID, 0)
			if err != nil {
				return fmt.Errorf("plan %s: %w", row.ID, err)
			}
			for i := range pv.Lines {
				for k := range pv.Lines[i].Measures {
					if mm := &pv.Lines[i].Measures[k]; len(v.Measures) <= mostMeasured {
						v.Measures = append(v.Measures, Choice{Link{clip(row.Name, 12) + " · " + clip(mm.Text, 40), row.ID + "/" + mm.ID}, false})
					}
				}
			}
		}
	}
	v.Leads = []Choice{{Link{r.T("proposal.lead.school"), ""}, true}}
	if !r.who.Reach(auth.GiveTasks).Whole {
		return nil
	}
	v.Leads = append(v.Leads, Choice{Link{r.T("proposal.lead.bureau"), task.BureauOf(x.County)}, false})
	return nil
}

func clip(s string, most int) string {
	if rs := []rune(s); len(rs) > most {
		return string(rs[:most]) + "…"
	}
	return s
}

// exportProposal sends a proposal: the answer, every line, money by year, checks.
func (s *Server) exportProposal(w http.ResponseWriter, r *request, county string, x *proposal.Proposal, now []proposal.Proposal) error {
	sum := Table{Sheet: r.T("proposal.summary"), Caption: r.T("proposal.summary"), Cols: []Col{{Label: r.T("item")}, {Label: r.T("value"), Wrap: true}}}
	add := func(k, t string) { sum.Rows = append(sum.Rows, Row{Cells: []Cell{text(k), text(t)}}) }
	add(r.T("county"), county)
	add(r.T("proposal.made"), r.T("proposal.made.text", r.Minute(x.Made.In(collect.China)), x.Pack, r.Period(x.Period)))
	for _, f := range r.proposalAnswer(x) {
		add(f.Term, f.Text)
	}
	for i := range now {
		add(r.Text(now[i].Scenario.Name()), r.T("proposal.export.scenario", r.offerLamp(&now[i]).Word, r.costWords(&now[i]), metWords(now[i].Before), metWords(now[i].After)))
	}
	for _, c := range x.Conflict {
		add(r.T("proposal.conflict"), r.Text(c))
	}
	lines := Table{Sheet: r.T("proposal.lines"), Caption: r.T("proposal.lines"), Cols: []Col{{Label: r.T("proposal.no"), Num: true}, {Label: r.T("gaps.act"), Wrap: true}, {Label: r.T("school"), Wrap: true}, {Label: r.T("school.code")}, {Label: r.T("stage")}, {Label: r.T("level.township")}, {Label: r.T("proposal.giver"), Wrap: true},
		{Label: r.T("proposal.amount"), Num: true}, {Label: r.T("proposal.proposed"), Num: true}, {Label: r.T("gaps.cost"), Unit: r.T("gaps.yuan"), Num: true}, {Label: r.T("gaps.year")}, {Label: r.T("gaps.why"), Wrap: true}, {Label: r.T("gaps.authority"), Wrap: true}, {Label: r.T("proposal.rests"), Wrap: true}, {Label: r.T("status")}, {Label: r.T("proposal.note"), Wrap: true}, {Label: r.T("gaps.task")}}}
	pk := r.packOf(x.Pack)
	m, err := s.gaps.Means(r.Context(), r.who, x.County)
	if err != nil {
		return err
	}
	for _, k := range lineFilter(x, r.query) {
		l := &x.Lines[k]
		from, basis := "", ""
		if l.From != nil {
			from = cmp.Or(r.english[l.From.Code], l.From.Name)
		}
		if price, ok := m.Prices.Price(l.Price); ok {
			basis = r.T("proposal.price", chart.Number(price.Yuan, 0), price.Unit, price.Basis)
		}
		lines.Rows = append(lines.Rows, Row{Cells: []Cell{count(l.No), text(r.lineWords(pk, l)), linked(cmp.Or(r.english[l.At.Code], l.At.Name), r.toSchool(l.At.Code)), text(l.At.Code), text(r.Stage(l.At.Stage)), text(l.At.Township), text(from), figure(l.Now(), 2), figure(l.Amount, 2), figure(l.CostNow(), 0),
			text(edu.DateOf(l.Year().Reference()).String()), text(r.Text(l.Why)), text(r.Text(l.Authority)), text(basis), text(r.Text(stateOr(l.State).Name())), text(l.Note), text(l.Task)}})
	}
	tables := []Table{sum, lines, r.yearTable(x), r.checkTable(x), r.failing(x, 0)}
	if len(x.Waits) > 0 {
		tables = append(tables, r.easing(x), r.waiting(x))
	}
	return s.exportPlain(w, r, r.T("proposal.title", county)+"-"+r.Text(x.Scenario.Name()), tables...)
}
