// The page of the county's own figures: ages of retirement, terms, the cycle of
// training, good schools. Each is entered with its document; none is made up here.

package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/teams"
)

type teamRulesView struct {
	*teamPage
	Found Table
	Own   Table
	Form  rulesForm
	May   bool
}

// rulesForm is what a county enters, as it is typed.
type rulesForm struct {
	Rev, TermYears, TermBasis, Cycle, CycleBasis, Allowance, AllowanceBasis, Retirement, Good, GoodBasis string
	Categories                                                                                           []Choice
}

func (s *Server) teamRulesPage(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "rules", r.T("teams.rules.title"))
	if err != nil {
		return err
	}
	if r.query.Get("did") != "" {
		p.Said = r.T("teams.did.rules")
	}
	return s.showTeamRules(w, r, p, nil, http.StatusOK)
}

func (s *Server) showTeamRules(w http.ResponseWriter, r *request, p *teamPage, f *rulesForm, status int) error {
	v := &teamRulesView{teamPage: p}
	d := teams.Default
	v.Found = Table{ID: "found", Caption: r.T("teams.rules.found"), Sheet: r.T("teams.rules.found"), Cols: []Col{{Label: r.T("teams.what"), Wrap: true}, {Label: r.T("teams.value"), Num: true}, {Label: r.T("teams.basis"), Wrap: true}, {Label: r.T("teams.evidence")}}}
	for _, l := range []struct {
		word string
		p    teams.Param
	}{{r.T("teams.rule.years"), d.Years}, {r.T("teams.rule.terms"), d.Terms}, {r.T("teams.rule.near"), d.Near}, {r.T("teams.rule.share"), d.Share}, {r.T("teams.rule.backbone"), d.Backbone}, {r.T("teams.rule.hours"), d.Hours}, {r.T("teams.rule.cycle"), d.Cycle}, {r.T("teams.rule.basic"), d.BasicPart}} {
		v.Found.Rows = append(v.Found.Rows, Row{Cells: []Cell{text(l.word), figure(l.p.Value, 0), text(r.Text(l.p.Basis())), r.mark(l.p.Evidence)}})
	}
	if p.of != nil {
		v.own(r)
		v.May = keepsAt(r, p.of.County)
		v.Form = v.typed(r)
		if f != nil {
			v.Form = *f
		}
		v.Form.Categories = nil
		for _, t := range register.Categories {
			v.Form.Categories = append(v.Form.Categories, Choice{Link{r.Text(t.Text), t.ID}, slices.Contains(p.of.Input.Rules.Categories, t.ID)})
		}
	}
	return s.write(w, r, status, "teamsrules.html", v)
}

// keepsAt tells whether the reader keeps staff of a whole county.
func keepsAt(r *request, county edu.UnitID) bool {
	reach := r.who.Reach(auth.KeepStaff)
	return reach.Whole || slices.Contains(reach.Units, county)
}

// own is what the county has entered.
func (v *teamRulesView) own(r *request) {
	x := &v.of.Input.Rules
	v.Own = Table{ID: "own", Caption: r.T("teams.rules.own"), Empty: r.T("teams.rules.none"), Cols: []Col{{Label: r.T("teams.what"), Wrap: true}, {Label: r.T("teams.value"), Wrap: true}, {Label: r.T("teams.basis"), Wrap: true}}}
	add := func(word, value, basis string) {
		v.Own.Rows = append(v.Own.Rows, Row{Cells: []Cell{text(word), text(value), text(basis)}})
	}
	if x.TermYears.Value > 0 {
		add(r.T("teams.rule.term"), strconv.FormatFloat(x.TermYears.Value, 'g', -1, 64), x.TermYears.Source)
	}
	if x.CycleFrom != 0 {
		add(r.T("teams.rule.from"), x.CycleFrom.String(), x.CycleBasis)
	}
	if x.Allowance.Value > 0 {
		add(r.T("teams.allowance"), strconv.FormatFloat(x.Allowance.Value, 'f', -1, 64), x.Allowance.Source)
	}
	for _, l := range x.Retirement {
		add(r.T("teams.rule.retirement"), retirementLine(r, l), l.Basis)
	}
	if n := len(x.Good); n > 0 {
		add(r.T("teams.rule.good"), r.T("teams.rule.good.n", n), x.GoodBasis)
	}
}

// retirementLine is a line of ages as it is typed, without its document.
func retirementLine(r *request, l teams.Retirement) string {
	sex := r.T("teams.sex.female")
	if l.Sex == register.Male {
		sex = r.T("teams.sex.male")
	}
	post := "*"
	if l.Post != "" {
		post = r.Text(teams.WordOf(register.PostKinds, l.Post))
	}
	return fmt.Sprintf("%s,%s,%s,%s,%d", sex, post, orElse(l.From.String(), "*"), orElse(l.Until.String(), "*"), l.Months)
}

func (v *teamRulesView) typed(r *request) rulesForm {
	x := &v.of.Input.Rules
	num := func(f float64) string {
		if f == 0 {
			return ""
		}
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	f := rulesForm{Rev: strconv.Itoa(v.of.Rev), TermYears: num(x.TermYears.Value), TermBasis: x.TermYears.Source, Cycle: x.CycleFrom.String(), CycleBasis: x.CycleBasis, Allowance: num(x.Allowance.Value), AllowanceBasis: x.Allowance.Source, GoodBasis: x.GoodBasis}
	var lines, good []string
	for _, l := range x.Retirement {
		lines = append(lines, retirementLine(r, l)+","+l.Basis)
	}
	for _, id := range x.Good {
		code, _ := v.unit(r, id)
		good = append(good, code)
	}
	f.Retirement, f.Good = strings.Join(lines, "\n"), strings.Join(good, "\n")
	return f
}

// keepTeamRules keeps what a county enters.
func (s *Server) keepTeamRules(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	r.query.Set("county", v("county"))
	p, err := s.teamPage(r, "rules", r.T("teams.rules.title"))
	if err != nil {
		return err
	}
	if p.of == nil {
		return fmt.Errorf("no county is chosen: %w", fault.Invalid)
	}
	if !keepsAt(r, p.of.County) {
		return fmt.Errorf("the county's own figures are the county's to enter: %w", fault.Invalid)
	}
	f := rulesForm{Rev: v("rev"), TermYears: v("term"), TermBasis: v("termbasis"), Cycle: v("cycle"), CycleBasis: v("cyclebasis"), Allowance: v("allowance"), AllowanceBasis: v("allowancebasis"), Retirement: v("retirement"), Good: v("good"), GoodBasis: v("goodbasis")}
	x, err := s.rulesTyped(r, p.of.Input.Rules, f)
	if err == nil {
		x.Categories = nil
		for _, c := range r.PostForm["category"] {
			if slices.ContainsFunc(register.Categories, func(t register.Term) bool { return t.ID == c }) {
				x.Categories = append(x.Categories, c)
			}
		}
		rev, _ := strconv.Atoi(f.Rev) // none is that of a new one
		err = s.teams.KeepRules(r.Context(), r.who, p.of.County, x, rev)
	}
	if err == nil {
		return away{r.to([]string{"staff", "rules"}, "county", v("county")) + "&did=rules"}
	}
	return s.orSay(err, func(why string) error {
		p.Error = why
		return s.showTeamRules(w, r, p, &f, http.StatusUnprocessableEntity)
	}, r)
}

func (s *Server) rulesTyped(r *request, x teams.Rules, f rulesForm) (teams.Rules, error) {
	number := func(t string) (float64, error) {
		if t == "" {
			return 0, nil
		}
		n, err := strconv.ParseFloat(t, 64)
		if err != nil || !(n >= 0 && n < 1e6) {
			return 0, auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”不是数", t), fmt.Sprintf("%q is no number", t))
		}
		return n, nil
	}
	var err error
	if x.TermYears.Value, err = number(f.TermYears); err != nil {
		return x, err
	}
	if x.Allowance.Value, err = number(f.Allowance); err != nil {
		return x, err
	}
	x.TermYears.Source, x.Allowance.Source, x.CycleBasis, x.GoodBasis = f.TermBasis, f.AllowanceBasis, f.CycleBasis, f.GoodBasis
	if x.CycleFrom, err = r.dayTyped(f.Cycle); err != nil {
		return x, err
	}
	x.Retirement, x.Good = nil, nil
	for i, l := range formLines(f.Retirement) {
		one, ok := retirementTyped(r, l)
		if !ok {
			return x, auth.Refuse(fault.Invalid, fmt.Sprintf("退休年龄第%d行应为：性别，岗位，出生起，出生止，月数，依据", i+1), fmt.Sprintf("line %d of retirement is not sex, post, born from, born until, months, document", i+1))
		}
		x.Retirement = append(x.Retirement, one)
	}
	for _, l := range formLines(f.Good) {
		id, err := s.schoolCalled(r, l[0])
		if err != nil {
			return x, err
		}
		x.Good = append(x.Good, id)
	}
	return x, nil
}

// retirementTyped reads a line of ages: * stands for all, and for no end.
func retirementTyped(r *request, l []string) (out teams.Retirement, ok bool) {
	if len(l) < 5 {
		return out, false
	}
	switch l[0] {
	case "女", r.T("teams.sex.female"):
		out.Sex = register.Female
	case "男", r.T("teams.sex.male"):
		out.Sex = register.Male
	default:
		return out, false
	}
	if l[1] != "*" {
		for _, t := range register.PostKinds {
			if l[1] == t.ID || l[1] == t.Text.ZH || l[1] == t.Text.EN {
				out.Post = t.ID
			}
		}
		if out.Post == "" {
			return out, false
		}
	}
	for i, to := range []*edu.Date{&out.From, &out.Until} {
		if t := l[2+i]; t != "*" {
			if *to, ok = teams.Month(t); !ok {
				return out, false
			}
		}
	}
	months, err := strconv.Atoi(l[4])
	out.Months = months
	if len(l) > 5 {
		out.Basis = strings.Join(l[5:], "，")
	}
	return out, err == nil
}
