// The page of a scheme of merit pay: what it rests on, weights tried out before
// anything is decided, and the way to marks and to what was decided.

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/collect"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/teams"
)

type schemeView struct {
	Shell
	Tabs         []Choice
	Said, Error  string
	State        Lamp
	Facts        []Fact
	Criteria     Table
	Levels       Table
	Form         schemeForm
	Send, Decide bool
	Edit         bool
	ID           string
	Rev          int
	Pool         string
	Weights      []weightTyped
	Sum          string
	Few          bool
	Fair         Table
	Marks        Link // to the page of marks, with how many are lacking
	Ready        bool // a decision can be made
	Due          string
	DecidedRev   int
	Decided      []Fact
	Shares       string // the page of what was decided
	Today        string
}

// weightTyped is a criterion with the weight that is tried out.
type weightTyped struct {
	ID, Name string
	Weight   int
}

// schemePage shows a scheme, tries weights out and tells who gains and who loses, by
// group. Nothing of it is kept.
func (s *Server) schemePage(w http.ResponseWriter, r *request) error {
	x, err := s.teams.Scheme(r.Context(), r.who, r.PathValue("scheme"))
	if err != nil {
		return fmt.Errorf("scheme: %w", err)
	}
	v := &schemeView{}
	if r.query.Get("did") != "" {
		v.Said = r.T("teams.did.scheme")
	}
	return s.showScheme(w, r, v, &x, schemeForm{}, http.StatusOK)
}

func (s *Server) showScheme(w http.ResponseWriter, r *request, v *schemeView, x *teams.Scheme, f schemeForm, status int) error {
	tree, err := s.city.Tree(r.Context())
	if err != nil {
		return fmt.Errorf("tree of units: %w", err)
	}
	code, school := s.unitSays(r, tree, x.School)
	v.Shell = s.shell(r, x.Name, "staff", Link{r.T("teams.pay.title"), r.to([]string{"staff", "pay"})})
	v.Tabs, v.State, v.ID, v.Rev = s.staffTabs(r, "pay"), r.schemeLamp(x.State), x.ID, x.Rev
	v.Facts = []Fact{{Term: r.T("school"), Text: school}, {Term: r.T("teams.year"), Text: strconv.Itoa(x.Year)}, {Term: r.T("teams.basis"), Text: x.Source}, {Term: r.T("teams.approval"), Text: orElse(x.Approval, "–")}, {Term: r.T("teams.whom"), Text: r.Text(teams.WordOf(teams.Whoms, x.Whom))}, {Term: r.T("teams.equal"), Text: strconv.Itoa(x.Equal) + " %"}}
	v.tables(r, x)
	v.Decide = x.Can(teams.Approve) && keepsAt(r, countyAboveOf(tree, x.School))
	v.Send, v.Edit = x.Can(teams.Send), x.Can(teams.Save)
	if f.Name == "" {
		f = typedOf(r, x, code)
	}
	v.Form = f
	a, err := s.teams.Appraised(r.Context(), r.who, x.ID)
	if err != nil {
		return fmt.Errorf("marks of scheme %s: %w", x.ID, err)
	}
	if err := v.decided(s, r, a); err != nil {
		return err
	}
	if err := v.simulate(s, r, a); err != nil {
		if v.Error = r.why(err); v.Error == "" {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	return s.write(w, r, status, "teamsscheme.html", v)
}

func (v *schemeView) tables(r *request, x *teams.Scheme) {
	v.Criteria = Table{ID: "criteria", Caption: r.T("teams.criteria"), Tight: true, Cols: []Col{{Label: r.T("teams.criterion"), Wrap: true}, {Label: r.T("teams.weight"), Num: true}, {Label: r.T("teams.full"), Num: true}, {Label: r.T("teams.field")}}}
	for _, c := range x.Criteria {
		v.Criteria.Rows = append(v.Criteria.Rows, Row{Cells: []Cell{text(c.Name), count(c.Weight), count(c.Full), text(r.Text(teams.WordOf(teams.Fields, c.Field)))}})
	}
	v.Levels = Table{ID: "levels", Caption: r.T("teams.levels"), Empty: r.T("teams.levels.none"), Tight: true, Cols: []Col{{Label: r.T("teams.scheme.level")}, {Label: r.T("teams.points"), Num: true}, {Label: r.T("teams.most"), Num: true}, {Label: r.T("teams.factor"), Num: true}}}
	for _, l := range x.Levels {
		most := text("–")
		if l.Most > 0 {
			most = percentCell(float64(l.Most))
		}
		v.Levels.Rows = append(v.Levels.Rows, Row{Cells: []Cell{text(l.Name), count(l.From), most, percentCell(float64(l.Factor))}})
	}
}

func typedOf(r *request, x *teams.Scheme, school string) schemeForm {
	f := schemeForm{Whoms: r.whomChoices(x.Whom), ID: x.ID, Rev: strconv.Itoa(x.Rev), School: school, Year: strconv.Itoa(x.Year), Name: x.Name, Source: x.Source, Equal: strconv.Itoa(x.Equal)}
	var cs, ls []string
	for _, c := range x.Criteria {
		cs = append(cs, fmt.Sprintf("%s,%d,%d,%s", c.Name, c.Weight, c.Full, r.Text(teams.WordOf(teams.Fields, c.Field))))
	}
	for _, l := range x.Levels {
		ls = append(ls, fmt.Sprintf("%s,%d,%d,%d", l.Name, l.From, l.Most, l.Factor))
	}
	f.Criteria, f.Levels = strings.Join(cs, "\n"), strings.Join(ls, "\n")
	for _, t := range teams.Fields {
		f.Fields = append(f.Fields, r.Text(t.Text))
	}
	return f
}

// simulate shares a pool by the scheme and by the weights that were typed.
func (v *schemeView) simulate(s *Server, r *request, a *flow.Appraised) error {
	x := &a.Scheme
	tried := *x
	tried.Criteria = slices.Clone(x.Criteria)
	changed := false
	for i := range tried.Criteria {
		c := &tried.Criteria[i]
		if t := r.query.Get("w_" + c.ID); t != "" {
			n, err := strconv.Atoi(t)
			if err != nil {
				return auth.Refuse(fault.Invalid, fmt.Sprintf("权重“%s”不是整数", t), fmt.Sprintf("weight %q is not a whole number", t))
			}
			changed = changed || n != c.Weight
			c.Weight = n
		}
		v.Weights = append(v.Weights, weightTyped{c.ID, c.Name, c.Weight})
	}
	if v.Pool = r.query.Get("pool"); v.Pool == "" {
		list, err := s.teams.Pools(r.Context(), r.who, x.School)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			v.Pool = list[0].Incentive.Yuan() // as it stands, without a question
		}
	}
	if v.Pool == "" || len(a.People) == 0 {
		return nil
	}
	pool, err := fenTyped(v.Pool)
	if err != nil {
		return err
	}
	before, err := a.Share(x, pool)
	if err != nil {
		return err
	}
	now := before
	if changed {
		if now, err = a.Share(&tried, pool); err != nil {
			return err
		}
	}
	f := teams.Fair(now, before, s.now().Year())
	if v.Few = f.Few; v.Few {
		return nil
	}
	v.Sum = r.T("teams.sim.says", yuan(pool).Text, f.People, chart.Number(f.Mean, 2), chart.Number(f.Gini, 3), now.Lacking)
	v.Fair = Table{ID: "fair", Caption: r.T("teams.fair"), Sheet: r.T("teams.fair"), Tight: true, Cols: []Col{{Label: r.T("teams.group"), Wrap: true}, {Label: r.T("teams.grouped")}, {Label: r.T("teams.people.n"), Num: true}, {Label: r.T("teams.before"), Num: true}, {Label: r.T("teams.after"), Num: true}, {Label: r.T("teams.tomean"), Num: true}, {Label: r.T("teams.gini"), Num: true}, {Label: r.T("teams.gain"), Num: true}, {Label: r.T("teams.lose"), Num: true}}}
	for _, p := range f.Parts {
		cut := r.Text(teams.WordOf(teams.Cuts, p.Cut))
		if p.Hidden {
			hidden := Cell{Text: "–", Title: r.T("teams.hidden")}
			v.Fair.Rows = append(v.Fair.Rows, Row{Cells: []Cell{{Text: r.Text(p.Name), Small: r.T("teams.hidden")}, text(cut), hidden, hidden, hidden, hidden, hidden, hidden, hidden}})
			continue
		}
		v.Fair.Rows = append(v.Fair.Rows, Row{Cells: []Cell{text(r.Text(p.Name)), text(cut), count(p.People), figure(p.Before, 2), figure(p.Mean, 2), figure(p.Ratio, 3), figure(p.Gini, 3), count(p.More), count(p.Less)}})
	}
	return nil
}

// stepScheme changes a scheme, sends it, approves it or returns it.
func (s *Server) stepScheme(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	x, err := s.teams.Scheme(r.Context(), r.who, r.PathValue("scheme"))
	if err != nil {
		return fmt.Errorf("scheme: %w", err)
	}
	now, f := x, schemeForm{}
	if v("do") == "decide" {
		return s.decideShares(w, r, &x)
	}
	act := teams.Act(v("do"))
	if act == teams.Save {
		f = schemeForm{Whom: v("whom"), ID: x.ID, Rev: v("rev"), School: v("school"), Year: v("year"), Name: v("name"), Source: v("source"), Equal: v("equal"), Criteria: v("criteria"), Levels: v("levels")}
		if x, err = s.schemeTyped(r, f); err == nil {
			x.ID, x.School = now.ID, now.School
		}
	}
	if err == nil {
		x.Rev, _ = strconv.Atoi(v("rev")) // none is of nothing, and conflicts
		_, err = s.teams.StepScheme(r.Context(), r.who, x, act, v("approval"))
	}
	if err == nil {
		return away{r.to([]string{"staff", "pay", now.ID}) + "&did=scheme"}
	}
	return s.orSay(err, func(why string) error {
		return s.showScheme(w, r, &schemeView{Error: why}, &now, f, http.StatusUnprocessableEntity)
	}, r)
}

// decided tells how far the appraisal is, and what was decided.
func (v *schemeView) decided(s *Server, r *request, a *flow.Appraised) error {
	x := &a.Scheme
	lacking := a.Marks.Lacking(x, a.IDs())
	v.Marks = Link{r.noMarks(a), ""}
	if n := len(x.Marked()) * len(a.People); n > 0 {
		v.Marks = Link{r.T("teams.marks.given", n-lacking, n), r.to([]string{"staff", "pay", x.ID, "marks"})}
	}
	v.Ready, v.Today = x.State == teams.SchemeApproved && lacking == 0 && len(a.People) > 0, collect.Today(s.now()).String()
	all, err := s.teams.Decisions(r.Context(), r.who, x.ID)
	if err != nil {
		return fmt.Errorf("shares of scheme %s: %w", x.ID, err)
	}
	if len(all) == 0 {
		return nil
	}
	d := all[0]
	v.DecidedRev = d.Rev
	v.Decided = r.decisionFacts(&d)
	switch {
	case d.SchemeRev != x.Rev:
		v.Due = r.T("teams.decided.scheme")
	case d.MarksRev != a.Marks.Rev:
		v.Due = r.T("teams.decided.marks")
	}
	v.Shares = r.to([]string{"staff", "pay", x.ID, "shares"})
	return nil
}

// decisionFacts are a decision in short.
func (r *request) decisionFacts(d *teams.Decision) []Fact {
	return []Fact{{Term: r.T("teams.pool.incentive"), Text: yuan(d.Pool).Text}, {Term: r.T("teams.decided.people"), Text: strconv.Itoa(len(d.Lines))}, {Term: r.T("teams.decided.source"), Text: d.Source}, {Term: r.T("teams.decided.day"), Text: d.Day.String()}, {Term: r.T("teams.decided.rev"), Text: strconv.Itoa(d.Rev)}, {Term: r.T("teams.decided.by"), Text: d.By}}
}
