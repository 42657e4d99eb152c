package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/task"
)

// The indicator by which a task's progress shows is chosen by name, code or
// pinyin among the indicators of every pack; the unit is the owner's own, or the
// one that is named.

// liveCard is the value of a task's indicator as it is measured now. It is never
// typed.
type liveCard struct {
	Name, Of     string
	Base, BaseAt string
	Now, NowAt   string
	Change       string
	Trace        string
	None         string // why there is no value
}

func (s *Server) liveOf(r *request, x *task.Full) *liveCard {
	if x.Target.Indicator == "" {
		return nil
	}
	v := x.Live
	c := &liveCard{Name: cmp.Or(r.Text(v.Name), x.Target.Indicator), Of: r.Text(v.UnitName)}
	if !v.Known {
		c.None = r.T("task.live.unknown")
		return c
	}
	c.Base, c.Now = chart.NoNumber, chart.NoNumber
	unit, decimals := "", 2
	for _, p := range r.packs {
		if d := p.Indicator(x.Target.Indicator); d != nil && p.Ref() == v.Scheme {
			unit, decimals = r.Uom(p, d.Unit), d.Decimals
		}
	}
	base, hasBase := v.Base.Number()
	now, hasNow := v.Now.Number()
	if hasBase {
		c.Base = r.measured(chart.Number(base, decimals), unit)
	}
	if c.Of == "" {
		c.Of = s.targetUnit(r, x.Target.Unit)
	}
	if hasNow {
		c.Trace = cmp.Or(v.Link, s.targetTrace(r, x))
		c.Now = r.measured(chart.Number(now, decimals), unit)
	} else {
		c.None = r.T("task.live.missing")
	}
	if !v.BaseAt.IsZero() {
		c.BaseAt = r.Period(v.BaseAt)
	}
	if !v.NowAt.IsZero() {
		c.NowAt = r.Period(v.NowAt)
	}
	if hasBase && hasNow && v.BaseAt != v.NowAt {
		d := now - base
		sign := ""
		if d > 0 {
			sign = "+"
		}
		c.Change = sign + r.measured(chart.Number(d, decimals), unit)
	}
	return c
}

// targetUnit is what a target's unit is called; the empty one is the whole city.
func (s *Server) targetUnit(r *request, id edu.UnitID) string {
	if id == "" {
		return r.Text(r.city.Name())
	}
	t, err := s.tree(r)
	if err != nil {
		return ""
	}
	if i := t.Find(id); i >= 0 {
		return r.Text(t.Nodes[i].Name)
	}
	return string(id)
}

// targetTrace is the page that explains the value of a target, in the year of
// which it is.
func (s *Server) targetTrace(r *request, x *task.Full) string {
	t, err := s.tree(r)
	if err != nil {
		return ""
	}
	i := t.Find(x.Target.Unit)
	if x.Target.Unit == "" {
		i = slices.IndexFunc(t.Nodes, func(n edu.Node) bool { return n.Unit.Level == edu.City })
	}
	if i < 0 || t.Nodes[i].Unit.Level > edu.County || !r.who.Local && !within(t, r.who.Reach(auth.ReadSchool), i) {
		return ""
	}
	level, code := t.Nodes[i].Unit.Level, t.Nodes[i].Key
	for _, p := range r.packs {
		if p.Ref() == x.Live.Scheme {
			return r.toScheme(p, []string{"trace", level.String(), code, x.Target.Indicator}, "year", x.Live.NowAt.String(), "stage", string(x.Target.Stage))
		}
	}
	return ""
}

// measureName is how an indicator stands in the form: its scheme is said where
// another has the same name.
func (s *Server) measureName(r *request, t task.Target) string {
	for _, p := range r.packs {
		if p.Ref() != t.Scheme && p.ID != t.Scheme {
			continue
		}
		for _, d := range p.Indicators {
			if d.ID == t.Indicator {
				return r.Text(p.Name) + " / " + r.Text(d.Name)
			}
		}
	}
	return strings.Trim(t.Scheme+" / "+t.Indicator, " /")
}

// apiMeasures offers indicators of all packs while one types: ?q=.
func (s *Server) apiMeasures(w http.ResponseWriter, r *request) error {
	type measure struct {
		Scheme    string `json:"scheme"`
		Indicator string `json:"indicator"`
		Label     string `json:"label"`
	}
	out := struct {
		Items []measure `json:"items"`
	}{[]measure{}}
	r.packs = r.city.Packs()
	for _, p := range r.measuring() {
		for _, h := range s.finder.indicators(p).Find(strings.TrimSpace(r.query.Get("q")), nil) {
			if len(out.Items) == bodiesShown || h.Rank.Loose() {
				break
			}
			t := task.Target{Scheme: p.Ref(), Indicator: p.Indicators[h.At].ID}
			out.Items = append(out.Items, measure{t.Scheme, t.Indicator, s.measureName(r, t)})
		}
	}
	return s.answer(w, r, out)
}

// targetTyped finds the indicator that was typed and the unit that it is of.
func (s *Server) targetTyped(r *request, typed, of, lead string) (task.Target, string, error) {
	var found []task.Target
	var names []string
	take := func(p *pack.Pack, id string) {
		t := task.Target{Scheme: p.Ref(), Indicator: id}
		found, names = append(found, t), append(names, s.measureName(r, t))
	}
	for _, p := range r.measuring() {
		for _, d := range p.Indicators {
			if typed == d.ID || typed == d.Code || typed == r.Text(d.Name) || typed == r.Text(p.Name)+" / "+r.Text(d.Name) {
				take(p, d.ID)
			}
		}
	}
	if len(found) == 0 {
		for _, p := range r.measuring() {
			for _, h := range s.finder.indicators(p).Find(typed, nil) {
				if !h.Rank.Loose() {
					take(p, p.Indicators[h.At].ID)
				}
			}
		}
	}
	switch len(found) {
	case 0:
		return task.Target{}, r.T("task.wrong.target", typed), nil
	case 1:
	default:
		return task.Target{}, r.T("task.wrong.targets", typed, r.List(names[:min(5, len(names))])), nil
	}
	t := found[0]
	on, err := s.tree(r)
	if err != nil {
		return t, "", fmt.Errorf("tree of units: %w", err)
	}
	if of != "" {
		at := findUnit(on, r.who.Reach(auth.ReadTasks), of)
		if len(at) != 1 {
			return t, r.T("task.wrong.unit", of), nil
		}
		t.Unit = on.Nodes[at[0]].Unit.ID
		return t, "", nil
	}
	if id, ok := task.UnitOf(lead); ok && id != "" {
		t.Unit = id
	}
	return t, "", nil
}
