package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/pinyin"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// One task may serve measures of several plans. A measure is typed by its words,
// its number or its pinyin among those of the plans in force; what a task serves
// is shown as links to where it stands in the plan.

// planMeasure is a measure of a plan as it is offered and linked.
type planMeasure struct {
	task.Serves
	Label, Href string
	text, plan  string
}

// key is how a measure stands in a form.
func servesKey(v task.Serves) string { return v.Plan + "/" + v.Measure }

func servesOf(keys []string) (out []task.Serves) {
	for _, k := range keys {
		if plan, measure, ok := strings.Cut(k, "/"); ok {
			out = append(out, task.Serves{Plan: plan, Measure: measure})
		}
	}
	return out
}

func measuresOf(v *flow.PlanView) (out []planMeasure) {
	for _, l := range v.Lines {
		for _, m := range l.Measures {
			words := []rune(m.Text)
			if len(words) > 80 {
				words = append(words[:79:79], '…')
			}
			out = append(out, planMeasure{task.Serves{Plan: v.ID, Measure: m.ID}, v.Plan.Name + " / " + m.ID + " " + string(words), toPlan(v.ID, "line", l.ID) + "#" + m.ID, m.Text, v.Plan.Name})
		}
	}
	return out
}

// planMeasures are the measures of all plans in force that the reader may see.
func (s *Server) planMeasures(r *request) ([]planMeasure, error) {
	if s.plans == nil {
		return nil, nil
	}
	rows, err := s.plans.Plans(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("plans: %w", err)
	}
	var out []planMeasure
	for _, row := range rows {
		if row.State != plan.Approved {
			continue
		}
		v, err := s.plans.Plan(r.Context(), r.who, row.ID, 0)
		if err != nil {
			return nil, fmt.Errorf("plan %s: %w", row.ID, err)
		}
		out = append(out, measuresOf(v)...)
	}
	return out, nil
}

// served are the measures that a task serves, in its order. Of a plan that the
// reader may not see, or a measure that left it, only the number is known.
func (s *Server) served(r *request, list []task.Serves) ([]planMeasure, error) {
	plans := map[string][]planMeasure{}
	var out []planMeasure
	for _, v := range list {
		of, ok := plans[v.Plan]
		if !ok && s.plans != nil {
			view, err := s.plans.Plan(r.Context(), r.who, v.Plan, 0)
			if err == nil {
				of = measuresOf(view)
			} else if !errors.Is(err, fault.NotFound) {
				return nil, fmt.Errorf("plan %s: %w", v.Plan, err)
			}
			plans[v.Plan] = of
		}
		m := planMeasure{Serves: v, Label: v.Measure, Href: "/tasks?plan=" + queryEscape(v.Plan) + "&measure=" + queryEscape(v.Measure)}
		if i := slices.IndexFunc(of, func(m planMeasure) bool { return m.Serves == v }); i >= 0 {
			m = of[i]
		}
		out = append(out, m)
	}
	return out, nil
}

// servedFacts are the lines of a task's card that say what it serves.
func (r *request) servedFacts(list []planMeasure) (out []Fact) {
	for _, m := range list {
		out = append(out, Fact{Term: r.T("task.serves"), Link: &Link{m.Label, m.Href}})
	}
	return out
}

// servedChoices are what a task serves as boxes of a form.
func servedChoices(list []planMeasure, on []task.Serves) (out []Choice) {
	for _, m := range list {
		out = append(out, Choice{Link{m.Label, servesKey(m.Serves)}, slices.Contains(on, m.Serves)})
	}
	return out
}

// findMeasures are the measures that fit, the best first.
func findMeasures(list []planMeasure, q string) (out []planMeasure) {
	items := make([]pinyin.Item, len(list))
	for i, m := range list {
		items[i] = pinyin.Item{Name: m.text, Also: []string{m.plan}, Codes: []string{m.Measure}}
	}
	for _, h := range pinyin.NewIndex(items).Find(strings.TrimSpace(q), nil) {
		if len(out) == bodiesShown || h.Rank.Loose() {
			break
		}
		out = append(out, list[h.At])
	}
	return out
}

// servesTyped is the measure that was meant; where that is not one, why says what
// it could be.
func (s *Server) servesTyped(r *request, typed string) (v task.Serves, why string, err error) {
	list, err := s.planMeasures(r)
	if err != nil {
		return v, "", err
	}
	var found []planMeasure
	for _, m := range list {
		if typed == m.Label || typed == servesKey(m.Serves) || typed == m.text {
			found = append(found, m)
		}
	}
	if len(found) == 0 {
		found = findMeasures(list, typed)
	}
	switch len(found) {
	case 0:
		return v, r.T("task.wrong.serve", typed), nil
	case 1:
		return found[0].Serves, "", nil
	}
	var names []string
	for _, m := range found[:min(5, len(found))] {
		names = append(names, m.Label)
	}
	return v, r.T("task.wrong.serves", typed, r.List(names)), nil
}

// apiPlanMeasures offers measures of plans in force while one types: ?q=.
func (s *Server) apiPlanMeasures(w http.ResponseWriter, r *request) error {
	type measure struct {
		Plan    string `json:"plan"`
		Measure string `json:"measure"`
		Label   string `json:"label"`
	}
	out := struct {
		Items []measure `json:"items"`
	}{[]measure{}}
	list, err := s.planMeasures(r)
	if err != nil {
		return err
	}
	for _, m := range findMeasures(list, r.query.Get("q")) {
		out.Items = append(out.Items, measure{m.Plan, m.Measure, m.Label})
	}
	return s.answer(w, r, out)
}
