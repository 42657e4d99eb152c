package proposal

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/propose"
	"shuren/internal/register"
)

// Of gives a plan its names and reasons. The caller fills in ID, By, Made and Data.
func Of(plan *propose.Plan, c *propose.County, n *propose.Names, s Scenario) *Proposal {
	p := &Proposal{County: n.County, Pack: n.Pack, Period: n.Period, Scenario: s, Status: string(plan.Status), Cost: finite(plan.Cost), Bound: finite(plan.Bound), Gap: finite(plan.Gap), Order: plan.Order, Notes: n.Notes, Subjects: n.Subjects}
	p.last(plan)
	for i, y := range n.Years {
		year := Year{Period: y, Budget: c.Years[i].Budget}
		if plan.Spent != nil {
			year.Spent = plan.Spent[i]
		}
		p.Years = append(p.Years, year)
	}
	p.Before = met(n.Assessment(), n.County)
	if plan.After == nil {
		if plan.Status == propose.Infeasible || plan.Status == propose.Stopped {
			p.Cost, p.Gap = NoPlan, 0
		}
		return p
	}
	w := &writer{p: p, plan: plan, c: c, n: n}
	w.lines()
	for s, i := range plan.Short {
		if i >= 0 {
			p.Short = append(p.Short, Short{At: w.place(s), Indicator: n.Indicators[i].ID})
		}
	}
	p.After = w.promised()
	p.Checked, _ = Check(p, n.Assessment())
	return p
}

// last takes out of the bound what the search added for hires. It is proven of the
// sum: a plan that hires no more has no more of the addition, so that what is left
// bounds its cost.
func (p *Proposal) last(plan *propose.Plan) {
	if p.HiresLast = plan.Ordered && plan.After != nil; !p.HiresLast {
		return
	}
	p.Bound = max(0, min(p.Cost, p.Bound-plan.Order))
	p.Gap = (p.Cost - p.Bound) / max(1, p.Cost)
	p.Notes = append(slices.Clone(p.Notes), edu.Text{ZH: "按单价表，招聘不比调动、走教贵；方案仍把招聘放在最后。所示最低费用只对各年招聘都不多于本方案的方案成立，多招聘的方案可能更省。",
		EN: "By the price list a hire costs no more than a move or itinerant teaching; the plan hires last all the same. The least cost that is shown is of plans that hire no more than this one in any year: one that hires more may cost less."})
}

// finite is a figure that can be kept: what is not known is not infinite.
func finite(x float64) float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return 0
	}
	return x
}

// writer writes the lines of a plan.
type writer struct {
	p    *Proposal
	plan *propose.Plan
	c    *propose.County
	n    *propose.Names
	used map[[3]int]use // by section, kind and group
}

// use is how many of a group are spoken for.
type use struct{ due, free int }

func (w *writer) place(s int) Place {
	at := w.n.Sections[s]
	return Place{Unit: at.Unit, Code: at.Code, Name: at.Name, Stage: at.Stage, Township: at.Township}
}

// lines writes what comes before hires first: people, then training, hires,
// building.
func (w *writer) lines() {
	w.used = map[[3]int]use{}
	for _, acts := range [][]propose.Act{{propose.Toured}, {propose.Moved}, {propose.Trained}, {propose.Hired}, {propose.Built}} {
		for i := range w.plan.Lines {
			if l := &w.plan.Lines[i]; l.Act == acts[0] {
				w.line(l)
			}
		}
	}
	for i := range w.p.Lines {
		w.p.Lines[i].No = i + 1
		w.p.Lines[i].State = Open
	}
}

func (w *writer) line(l *propose.Line) {
	n := w.n
	out := Line{Period: n.Years[l.Year], At: w.place(l.Section), Amount: l.Amount, Cost: l.Cost, Km: l.Km, Unit: "person"}
	for _, i := range l.For {
		out.For = append(out.For, n.Indicators[i].ID)
	}
	switch l.Act {
	case propose.Moved:
		from := w.place(l.From)
		out.From = &from
		w.persons(l, out, Move, n.Move)
	case propose.Toured:
		from := w.place(l.From)
		out.From = &from
		out.Element = n.Tour.Elements[0]
		w.persons(l, out, Itinerant, n.Tour)
	case propose.Trained:
		out.Act, out.Element = Train, n.Elements[l.Indicator]
		w.add(l, out, n.Train[l.Indicator])
	case propose.Built:
		lever := n.Build[l.Indicator]
		out.Act, out.Element = Construct, n.Elements[l.Indicator]
		if lever.Act == pack.LeverBuy {
			out.Act = Buy
		}
		out.Unit = w.unit(out.Element)
		w.add(l, out, lever)
	case propose.Hired:
		out.Act = Hire
		h := w.hire(l)
		out.Counts = h.Counts
		out.Who, out.WhoEN = w.who(h.Subject, l.Kind)
		w.add(l, out, n.Hire)
	}
}

// hire chooses the subject of people to be hired: that of which the section has the
// fewest.
func (w *writer) hire(l *propose.Line) (best pack.LeverPeople) {
	at := w.n.Sections[l.Section]
	f := w.n.Assessment().Stages[at.StageAt].Frame
	least := math.Inf(1)
	for _, h := range w.n.Hires[l.Kind] {
		sum := 0.0
		who, _ := w.who(h.Subject, l.Kind)
		for _, e := range h.Counts {
			if x, ok := f.Value(at.Row, e).Number(); ok {
				sum += x
			}
		}
		for _, o := range w.p.Lines {
			if o.Act == Hire && o.At.Code == at.Code && o.At.Stage == at.Stage && o.Who == who {
				sum += o.Amount
			}
		}
		if sum < least {
			best, least = h, sum
		}
	}
	return best
}

// persons writes a line for each group that people come from: those due for exchange
// first, since that is their turn, then others.
func (w *writer) persons(l *propose.Line, out Line, act Act, lever *pack.Lever) {
	left := int(l.Amount)
	take := func(due bool) {
		for g, group := range w.n.Groups[l.From][l.Kind] {
			key := [3]int{l.From, l.Kind, g}
			u := w.used[key]
			m := min(left, group.Free-u.free)
			if due {
				m = min(m, group.Due-u.due)
			}
			if m <= 0 {
				continue
			}
			u.free += m
			if due {
				u.due += m
			}
			w.used[key] = u
			left -= m
			line := out
			line.Act, line.Amount, line.Cost = act, float64(m), l.Cost*float64(m)/l.Amount
			line.Who, line.WhoEN = w.who(w.subject(group.Subject), l.Kind)
			by := lever
			if act == Itinerant {
				line.Counts = nil
			} else {
				line.Counts = group.Counts
				if due && w.n.Exchange != nil {
					line.Act, by = Exchange, w.n.Exchange
				}
			}
			line.Price = lever.Price
			w.add(l, line, by)
		}
	}
	if act == Move && w.n.Exchange != nil {
		take(true)
	}
	take(false)
}

// who says in words what people a line is about.
func (w *writer) who(subject edu.Text, kind int) (zh, en string) {
	var zhs, ens []string
	if subject.ZH != "" {
		zhs, ens = append(zhs, subject.ZH), append(ens, subject.EN)
	}
	for i, c := range w.c.Kinds[kind].Counts {
		if c {
			zhs, ens = append(zhs, w.n.Indicators[i].Short.ZH), append(ens, w.n.Indicators[i].Short.EN)
		}
	}
	if len(zhs) == 0 {
		return "其他教师", "other teachers"
	}
	return strings.Join(zhs, "、"), strings.Join(ens, ", ")
}

// subject is one as a county wrote it, in both languages where its English is known.
func (w *writer) subject(zh string) edu.Text {
	if w.n.Hire != nil {
		for _, p := range w.n.Hire.People {
			if p.Subject.ZH == zh {
				return p.Subject
			}
		}
	}
	return register.SubjectText(zh)
}

// WhoIn is the kind of people in words.
func (l *Line) WhoIn(lang string) string {
	if lang == "en" && l.WhoEN != "" {
		return l.WhoEN
	}
	return l.Who
}

func (w *writer) unit(element string) string {
	if e := w.n.Assessment().Pack.Element(element); e != nil {
		return e.Unit
	}
	return ""
}

func (w *writer) add(l *propose.Line, out Line, lever *pack.Lever) {
	out.Authority, out.Evidence = lever.Authority, lever.Tag
	if out.Price == "" {
		out.Price = lever.Price
	}
	if p, ok := w.n.Prices.Price(out.Price); ok {
		out.Basis = p.Basis
	}
	if out.Price != "" {
		out.PriceName = w.n.Prices.Name(out.Price)
	}
	out.Why = w.why(l, out.Act)
	w.p.Lines = append(w.p.Lines, out)
}

// promised are the sections that pass after the plan, and the spread.
func (w *writer) promised() Met {
	var m Met
	fails := map[int]bool{}
	m.Spread = len(w.n.Left) == 0
	for _, x := range w.c.Passes(w.plan.After) {
		if x.Rule == "spread" {
			m.Spread = false
		} else {
			fails[x.Section] = true
		}
	}
	for s, sec := range w.c.Sections {
		if !sec.Counted {
			continue
		}
		m.Sections++
		if fails[s] {
			m.Failing = append(m.Failing, w.place(s))
		} else {
			m.Passing++
		}
	}
	for _, l := range w.n.Left {
		m.Sections++
		m.Failing = append(m.Failing, Place{Unit: l.Unit, Code: l.Code, Name: l.Name, Stage: l.Stage, Township: l.Township})
	}
	return m
}

// leaving is how many the plan moves away from a section: somebody may come for no
// limit of theirs, but so that the section stays at its own floor.
func (w *writer) leaving(s int) (n int) {
	for i := range w.plan.Lines {
		if l := &w.plan.Lines[i]; l.Act == propose.Moved && l.From == s {
			n += int(l.Amount)
		}
	}
	return n
}

// figure writes a figure as pages do.
func figure(x float64) string {
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.2f", x), "0"), ".")
}

// why says for which limits a line is needed, and for people why from there.
func (w *writer) why(l *propose.Line, act Act) edu.Text {
	var zh, en []string
	for _, i := range l.For {
		d := w.n.Indicators[i]
		unit, limit := w.c.Unit(l.Section, i), w.c.Limit(l.Section, i)
		was, is := w.c.Sections[l.Section].Have[i]/unit, w.plan.After[l.Section][i]/unit
		name := d.Code
		if name == "" {
			name = d.ID
		}
		if was < limit {
			zh = append(zh, fmt.Sprintf("%s %s由 %s 提高到 %s（标准 %s）", name, d.Short.ZH, figure(was), figure(is), figure(limit)))
			en = append(en, fmt.Sprintf("%s %s rises from %s to %s (standard %s)", name, d.Short.EN, figure(was), figure(is), figure(limit)))
		} else {
			zh = append(zh, fmt.Sprintf("%s %s校际差异缩小", name, d.Short.ZH))
			en = append(en, fmt.Sprintf("%s the spread of %s narrows", name, d.Short.EN))
		}
	}
	if gone, least := w.leaving(l.Section), w.c.Sections[l.Section].Least; len(l.For) == 0 && gone > 0 {
		zh = append(zh, fmt.Sprintf("本校另有 %d 人调出，补足到按标准至少保留的 %d 人", gone, least))
		en = append(en, fmt.Sprintf("%d people leave this school, which keeps at least %d", gone, least))
	}
	if act == Move || act == Exchange || act == Itinerant {
		from := &w.c.Sections[l.From]
		total := 0
		for _, k := range from.Staff {
			total += k
		}
		if act != Itinerant && total > from.Least {
			zh = append(zh, fmt.Sprintf("调出校现有 %d 人，按标准至少保留 %d 人", total, from.Least))
			en = append(en, fmt.Sprintf("the giving school has %d people and keeps at least %d", total, from.Least))
		}
		a, b := w.n.Sections[l.From].Township, w.n.Sections[l.Section].Township
		switch {
		case a == b && len(w.c.Townships) > 1:
			zh, en = append(zh, "同一乡镇"), append(en, "in the same township")
		case l.Km > 0:
			zh, en = append(zh, fmt.Sprintf("相距 %s 千米", figure(l.Km))), append(en, fmt.Sprintf("%s km away", figure(l.Km)))
		}
	}
	end := func(s []string, sep, stop string) string {
		if len(s) == 0 {
			return ""
		}
		return strings.Join(s, sep) + stop
	}
	return edu.Text{ZH: end(zh, "；", "。"), EN: end(en, "; ", ".")}
}
