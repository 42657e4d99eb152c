// The page on which all counties are worked out together, with money that they share.

package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/means"
	"shuren/internal/proposal"
	"shuren/internal/propose"
)

// CityPlans are answers for all counties together. flow implements it.
type CityPlans interface {
	ProposeCity(ctx context.Context, who auth.Actor, wish flow.CityWish, ref string, p edu.Period) (flow.CityProposing, error)
	StopCity(ctx context.Context, who auth.Actor) error
	CityAnswer(ctx context.Context, who auth.Actor) (*flow.CityAnswer, flow.CityProposing, error)
	CityLines(ctx context.Context, who auth.Actor) ([]*proposal.Proposal, error)
}

func (s *Server) cityPlanRoutes() []route {
	if s.gaps == nil {
		return nil
	}
	return []route{
		{"GET /gaps/city", auth.ReadRegion, aboutWhole, s.cityPlanPage},
		{"POST /gaps/city/make", auth.KeepCounty, aboutWhole, s.makeCityPlan},
		{"POST /gaps/city/stop", auth.KeepCounty, aboutWhole, s.stopCityPlan},
	}
}

// cityPlanView is the page.
type cityPlanView struct {
	Shell
	Said, Error     string
	Make            string // address of the form
	Keeps           bool
	Running, Waits  bool
	Percent         int
	Progress, Ended string
	Scenarios       []Choice
	Money           []cityMoney
	Made            string
	Answer          []Fact
	Each, Years     Table
	Left            string
	Old             string // the figures are others since
}

// cityMoney is the field of a year's shared money, in yuan's ten thousands.
type cityMoney struct{ Name, Label, Value string }

func (s *Server) cityPlanPage(w http.ResponseWriter, r *request) error {
	v := cityPlanView{}
	switch r.query.Get("did") {
	case "make":
		v.Said = r.T("proposal.did.make")
	case "stop":
		v.Said = r.T("proposal.did.stop")
	}
	return s.showCityPlan(w, r, v, http.StatusOK)
}

func (s *Server) showCityPlan(w http.ResponseWriter, r *request, v cityPlanView, status int) error {
	if r.a == nil {
		return s.empty(w, r, "gaps")
	}
	a, at, err := s.gaps.CityAnswer(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("plan of all counties: %w", err)
	}
	v.Shell = s.shell(r, r.T("cityplan.title"), "gaps", Link{r.T("gaps.title"), r.to([]string{"gaps"})})
	v.Make = r.to([]string{"gaps", "city", "make"})
	v.Keeps = r.who.Reach(auth.KeepCounty).Whole
	switch at.State {
	case flow.MakingNow:
		v.Running, v.Waits = true, at.Waits
		if v.Progress, v.Percent = r.progressWords(at.Making); !at.Waits && len(at.Shared) == 0 {
			v.Progress = r.T("cityplan.apart")
		}
	case flow.MakingCut:
		v.Ended = r.T("proposal.cut")
	case flow.MakingFailed:
		v.Ended = r.T("proposal.failed", r.Text(at.Why))
	case flow.MakingStopped:
		v.Ended = r.T("cityplan.stopped")
	}
	wish := at.CityWish
	if a != nil && at.State == "" {
		wish = a.CityWish
	}
	v.cityForm(r, wish)
	if a != nil {
		if v.Each, v.Years, v.Left, err = s.cityTables(r, a); err != nil {
			return err
		}
		v.Made = r.T("proposal.made.text", r.Minute(a.Made.In(collect.China)), a.Pack, r.Period(a.Period))
		v.Answer = r.cityAnswer(a)
		if a.Pack != r.a.Pack.Ref() || a.Period != r.period {
			v.Old = r.T("cityplan.other")
		}
		if r.query.Get("as") == "xlsx" {
			return s.exportCityPlan(w, r, &v)
		}
		v.Export = r.here("as", "xlsx", "did", "")
	}
	if v.Running && r.Method == http.MethodGet {
		w.Header().Set("Refresh", "2")
	}
	return s.write(w, r, status, "cityplan.html", v)
}

// cityForm is what is asked before it is worked out: as it was typed, or as last.
func (v *cityPlanView) cityForm(r *request, wish flow.CityWish) {
	chosen := string(wish.Scenario)
	if r.Method == http.MethodPost {
		chosen = r.PostFormValue("scenario")
	}
	for _, x := range proposal.Scenarios {
		if x != proposal.Wait {
			v.Scenarios = append(v.Scenarios, Choice{Link{r.Text(x.Name()), string(x)}, string(x) == chosen})
		}
	}
	for _, y := range flow.PlannedYears(r.period) {
		m := cityMoney{Name: "money" + y.String(), Label: r.T("cityplan.money", r.Period(y))}
		for _, b := range wish.Shared {
			if b.Year == y && b.Yuan >= 0 {
				m.Value = strconv.FormatFloat(b.Yuan/1e4, 'f', -1, 64)
			}
		}
		if r.Method == http.MethodPost {
			m.Value = r.PostFormValue(m.Name)
		}
		v.Money = append(v.Money, m)
	}
}

// cityAnswer says first what all of it costs and what was proven.
func (r *request) cityAnswer(a *flow.CityAnswer) []Fact {
	before, after, all := 0, 0, 0
	for _, p := range a.Parts {
		before, after, all = before+p.Before, after+p.After, all+p.Sections
	}
	out := []Fact{{Term: r.T("proposal.answer", r.Text(a.Scenario.Name())), Text: r.T("cityplan.no")}}
	switch st := propose.Status(a.Status); {
	case st == propose.Infeasible:
		return append(out, Fact{Term: r.T("proposal.proof"), Text: r.T("cityplan.infeasible")})
	case !a.Planned():
		out[0].Text = r.T("proposal.says.stopped")
		return out
	case st == propose.Optimal || st == propose.Nothing:
		out = append(out, Fact{Term: r.T("proposal.proof"), Text: r.T("proposal.bound.optimal")})
	default:
		out = append(out, Fact{Term: r.T("proposal.proof"), Text: r.T("proposal.bound.within", r.wan(a.Bound), chart.Percent(max(0, a.Gap)))})
	}
	out[0].Text = r.T("proposal.says", r.wan(a.Cost), len(flow.PlannedYears(a.Period)), before, after, all)
	return out
}

// cityTables are each county's part, the money that is shared, and who is left out.
func (s *Server) cityTables(r *request, a *flow.CityAnswer) (each, years Table, left string, err error) {
	on, err := s.tree(r)
	if err != nil {
		return each, years, "", err
	}
	type named struct{ name, to string }
	of := map[edu.UnitID]named{}
	for _, u := range r.a.Units[edu.County] {
		if at := on.ByKey(edu.County, codeOf(u)); len(at) == 1 {
			of[on.Nodes[at[0]].Unit.ID] = named{u.Name, s.toGaps(r, codeOf(u))}
		}
	}
	each = Table{ID: "parts", Caption: r.T("cityplan.each"), Sheet: r.T("cityplan.each"), Tight: true, Cols: []Col{{Label: r.T("county")}, {Label: r.T("proposal.status")}, {Label: r.T("gaps.cost"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("proposal.before"), Num: true}, {Label: r.T("proposal.after"), Num: true}, {Label: r.T("proposal.spread")}, {Label: r.T("cityplan.lines"), Num: true}}}
	for _, y := range flow.PlannedYears(a.Period) {
		each.Cols = append(each.Cols, Col{Label: r.Period(y), Unit: r.T("gaps.wan"), Num: true})
	}
	alone := len(a.Spent) == 0 // each county has an answer of its own, whatever the others have
	for _, p := range a.Parts {
		x := of[p.County]
		met := proposal.Met{Sections: p.Sections, Passing: p.After, Spread: p.Spread}
		lamp := r.offerLamp(&proposal.Proposal{Status: p.Status, Cost: p.Cost, After: met})
		row := Row{Cells: []Cell{linked(x.name, x.to), lampCell(lamp), text(chart.NoNumber), text(metWords(proposal.Met{Sections: p.Sections, Passing: p.Before})), text(chart.NoNumber), text(chart.NoNumber), text(chart.NoNumber)}}
		if !alone && !a.Planned() {
			if propose.Status(p.Status) != propose.Infeasible {
				row.Cells[1] = text(chart.NoNumber) // only of the one that fails by itself something is known
			}
		} else if p.Cost >= 0 {
			row.Cells[2], row.Cells[4], row.Cells[5], row.Cells[6] = r.wanCell(p.Cost), text(metWords(met)), lampCell(r.spreadLamp(met)), count(p.Lines)
		}
		for k := range flow.PlannedYears(a.Period) {
			c := text(chart.NoNumber)
			if (alone || a.Planned()) && p.Cost >= 0 && k < len(p.SpentBy) {
				c = r.wanCell(p.SpentBy[k].Spent)
			}
			row.Cells = append(row.Cells, c)
		}
		each.Rows = append(each.Rows, row)
	}
	var names []string
	for _, id := range a.Left {
		names = append(names, of[id].name)
	}
	if len(names) > 0 {
		left = r.T("cityplan.left", r.List(names))
	}
	years = Table{ID: "shared", Caption: r.T("cityplan.shared"), Sheet: r.T("cityplan.shared"), Tight: true, Empty: r.T("cityplan.shared.none"), Cols: []Col{{Label: r.T("proposal.year")}, {Label: r.T("cityplan.shared"), Unit: r.T("gaps.wan"), Num: true}, {Label: r.T("proposal.spent"), Unit: r.T("gaps.wan"), Num: true}}}
	for _, y := range a.Spent {
		budget := text(r.T("proposal.budget.none"))
		if y.Budget >= 0 {
			budget = r.wanCell(y.Budget)
		}
		spent := text(chart.NoNumber)
		if a.Planned() {
			spent = r.wanCell(y.Spent)
		}
		years.Rows = append(years.Rows, Row{Cells: []Cell{text(r.Period(y.Period)), budget, spent}})
	}
	return each, years, left, nil
}

// exportCityPlan sends the answer, each county's part, and all lines.
func (s *Server) exportCityPlan(w http.ResponseWriter, r *request, v *cityPlanView) error {
	all, err := s.gaps.CityLines(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("lines of all counties: %w", err)
	}
	sum := Table{Sheet: r.T("proposal.summary"), Caption: r.T("proposal.summary"), Cols: []Col{{Label: r.T("item")}, {Label: r.T("value"), Wrap: true}}}
	for _, f := range append([]Fact{{Term: r.T("proposal.made"), Text: v.Made}}, v.Answer...) {
		sum.Rows = append(sum.Rows, Row{Cells: []Cell{text(f.Term), text(f.Text)}})
	}
	lines := Table{Sheet: r.T("proposal.lines"), Caption: r.T("proposal.lines"), Cols: []Col{{Label: r.T("county")}, {Label: r.T("proposal.no"), Num: true}, {Label: r.T("gaps.act"), Wrap: true}, {Label: r.T("school"), Wrap: true}, {Label: r.T("school.code")}, {Label: r.T("stage")}, {Label: r.T("level.township")}, {Label: r.T("proposal.giver"), Wrap: true}, {Label: r.T("proposal.amount"), Num: true}, {Label: r.T("gaps.cost"), Unit: r.T("gaps.yuan"), Num: true}, {Label: r.T("gaps.year")}, {Label: r.T("gaps.why"), Wrap: true}, {Label: r.T("gaps.authority"), Wrap: true}}}
	for i, p := range all {
		pk, county := r.packOf(p.Pack), ""
		if i < len(v.Each.Rows) {
			county = v.Each.Rows[i].Cells[0].Text
		}
		for k := range p.Lines {
			l, from := &p.Lines[k], ""
			if l.From != nil {
				from = cmp.Or(r.english[l.From.Code], l.From.Name)
			}
			lines.Rows = append(lines.Rows, Row{Cells: []Cell{text(county), count(l.No), text(r.lineWords(pk, l)), text(cmp.Or(r.english[l.At.Code], l.At.Name)), text(l.At.Code), text(r.Stage(l.At.Stage)), text(l.At.Township), text(from), figure(l.Amount, 2), figure(l.Cost, 0), text(r.Period(l.Year())), text(r.Text(l.Why)), text(r.Text(l.Authority))}})
		}
	}
	return s.export(w, r, r.T("cityplan.title"), sum, v.Each, v.Years, lines)
}

// makeCityPlan begins to work all counties out.
func (s *Server) makeCityPlan(w http.ResponseWriter, r *request) error {
	wrong := func(why string) error {
		return s.showCityPlan(w, r, cityPlanView{Error: why}, http.StatusUnprocessableEntity)
	}
	if r.a == nil {
		return fmt.Errorf("there are no figures: %w", fault.NotFound)
	}
	wish := flow.CityWish{Scenario: proposal.Scenario(r.PostFormValue("scenario"))}
	for _, y := range flow.PlannedYears(r.period) {
		told := strings.TrimSpace(strings.NewReplacer(",", "", "，", "").Replace(r.PostFormValue("money" + y.String())))
		if told == "" {
			continue
		}
		x, err := strconv.ParseFloat(told, 64)
		if err != nil || !(x >= 0 && x < 1e8) {
			return wrong(r.T("cityplan.money.wrong", r.Period(y)))
		}
		wish.Shared = append(wish.Shared, means.Budget{Year: y, Yuan: x * 1e4})
	}
	if _, err := s.gaps.ProposeCity(r.Context(), r.who, wish, r.a.Pack.Ref(), r.period); err != nil {
		if errors.Is(err, fault.Forbidden) {
			return err
		}
		return s.orSay(err, wrong, r)
	}
	return away{r.to([]string{"gaps", "city"}, "did", "make")}
}

func (s *Server) stopCityPlan(_ http.ResponseWriter, r *request) error {
	if err := s.gaps.StopCity(r.Context(), r.who); err != nil {
		return err
	}
	return away{"/gaps/city?did=stop"}
}
