// The page of merit pay: schemes, sums, and pay beside civil servants'. What one
// person gets stands on the page of what was decided, and nowhere else.

package web

import (
	"cmp"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/teams"
)

type payView struct {
	*teamPage
	Schemes Table
	Pools   Table
	Basic   string
	Parity  Table
	Pay     payForm
	PayOpen bool // what was typed of it was refused
	Form    schemeForm
	Pool    poolForm
	County  bool // the reader keeps the county's own sums
	May     bool // schemes can be written
	Whole   string

	Counties   Table // pay by county, for who sees several
	parityOf   *teams.Parity
	parityYear int
}

type payForm struct{ Rev, Year, TeacherMonths, CivilMonths, Parts, TeacherSource, CivilSource string }
type poolForm struct{ School, Year, Basic, Incentive, Source string }

// schemeForm is a scheme as it is typed: criteria and levels one a line.
type schemeForm struct {
	ID, Rev, School, Whom, Year, Name, Source, Equal, Criteria, Levels string
	Fields                                                             []string
	Whoms                                                              []Choice
}

func (s *Server) payPage(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "pay", r.T("teams.pay.title"))
	if err != nil {
		return err
	}
	switch r.query.Get("did") {
	case "scheme":
		p.Said = r.T("teams.did.scheme")
	case "pool":
		p.Said = r.T("teams.did.pool")
	case "pay":
		p.Said = r.T("teams.did.pay")
	}
	return s.showPay(w, r, p, payTyped{}, http.StatusOK)
}

// payTyped is what was typed into one of the page's forms and refused, to be mended.
type payTyped struct {
	scheme schemeForm
	pool   *poolForm
	pay    *payForm
}

func (s *Server) showPay(w http.ResponseWriter, r *request, p *teamPage, f payTyped, status int) error {
	v := &payView{teamPage: p, Form: f.scheme}
	schemes, err := v.schemes(s, r)
	if err != nil {
		return err
	}
	if p.Wide {
		if err := v.counties(s, r); err != nil {
			return err
		}
	}
	if p.of != nil {
		v.County = keepsAt(r, p.of.County)
		v.May = p.Keeps
		if err := v.pools(s, r); err != nil {
			return err
		}
		if err := v.parity(s, r); err != nil {
			return err
		}
		v.blank(s, r)
		if f.pool != nil {
			v.Pool = *f.pool
		}
		if f.pay != nil {
			v.Pay, v.PayOpen = *f.pay, true
		}
	}
	v.Answer = v.payAnswer(r, schemes)
	p.Export = r.here("as", "xlsx", "did", "")
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, p.Title, v.Schemes, v.Pools, v.Parity, v.Counties)
	}
	return s.write(w, r, status, "teamspay.html", v)
}

// schemes lists the schemes of the page, and gives them.
func (v *payView) schemes(s *Server, r *request) (out []teams.Scheme, err error) {
	list, err := s.teams.Schemes(r.Context(), r.who)
	if err != nil {
		return nil, fmt.Errorf("schemes of merit pay: %w", err)
	}
	v.Schemes = Table{ID: "schemes", Caption: r.T("teams.schemes"), Sheet: r.T("teams.schemes"), Empty: r.T("teams.schemes.none"), Cols: []Col{{Label: r.T("teams.scheme"), Wrap: true}, {Label: r.T("school"), Wrap: true}, {Label: r.T("teams.year")}, {Label: r.T("log.state")}, {Label: r.T("teams.approval"), Wrap: true}, {Label: r.T("teams.basis"), Wrap: true}}}
	for i := range list {
		x := &list[i]
		_, school := v.unit(r, x.School)
		if v.of != nil && x.School != v.of.County && !slices.ContainsFunc(v.of.Input.Schools, func(t teams.School) bool { return t.ID == x.School }) {
			continue
		}
		out = append(out, *x)
		name := Cell{Text: x.Name}
		if v.Keeps {
			name.Href = r.to([]string{"staff", "pay", x.ID})
		}
		v.Schemes.Rows = append(v.Schemes.Rows, Row{Cells: []Cell{name, text(school), text(strconv.Itoa(x.Year)), lampCell(r.schemeLamp(x.State)), text(orElse(x.Approval, "–")), text(x.Source)}})
	}
	r.cutTable(&v.Schemes, 60)
	return out, nil
}

func (r *request) schemeLamp(state string) Lamp {
	return Lamp{map[string]chart.Tone{teams.SchemeDraft: chart.Open, teams.SchemeSent: chart.Near, teams.SchemeApproved: chart.Good, teams.SchemeReturned: chart.Bad}[state], r.Text(teams.WordOf(teams.SchemeStates, state)), ""}
}

// pools are the schools' sums, with the structure of merit pay they come to.
func (v *payView) pools(s *Server, r *request) error {
	v.Pools = Table{ID: "pools", Caption: r.T("teams.pools"), Sheet: r.T("teams.pools"), Empty: r.T("teams.pools.none"), Tight: true, Cols: []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("teams.year")}, {Label: r.T("teams.pool.basic"), Num: true}, {Label: r.T("teams.pool.incentive"), Num: true}, {Label: r.T("teams.pool.share"), Num: true}, {Label: r.T("teams.basis"), Wrap: true}}}
	var basic, incentive teams.Fen
	newest := 0
	type line struct {
		name string
		pool teams.Pool
	}
	var all []line
	list, err := s.teams.Pools(r.Context(), r.who, v.of.County)
	if err != nil {
		return fmt.Errorf("pools of %s: %w", v.of.County, err)
	}
	for _, p := range list {
		_, name := v.unit(r, p.Unit)
		if v.School != "" && !slices.ContainsFunc(v.of.Input.Schools, func(x teams.School) bool { return x.ID == p.Unit }) {
			continue
		}
		all = append(all, line{name, p})
		newest = max(newest, p.Year)
	}
	slices.SortStableFunc(all, func(a, b line) int { return cmp.Compare(b.pool.Year, a.pool.Year) })
	for _, l := range all {
		p := l.pool
		if p.Year == newest {
			basic, incentive = basic+p.Basic, incentive+p.Incentive
		}
		c := v.of.Input.Rules.CheckBasic(p.Basic, p.Incentive)
		v.Pools.Rows = append(v.Pools.Rows, Row{Cells: []Cell{text(l.name), text(strconv.Itoa(p.Year)), yuan(p.Basic), yuan(p.Incentive), percentCell(c.Percent), text(p.Source)}})
	}
	r.cutTable(&v.Pools, 60)
	if c := v.of.Input.Rules.CheckBasic(basic, incentive); !math.IsNaN(c.Percent) {
		v.Basic = r.T("teams.basic", strconv.Itoa(newest), chart.Number(c.Percent, 1), chart.Number(c.Line.Value, 0), r.Text(c.Line.Basis()), c.Line.Evidence, chart.Change(c.Points, 1))
	}
	return nil
}

// yuan is a sum in yuan, to the fen, its digits in groups. Sums up to MaxPool are
// exact in it.
func yuan(f teams.Fen) Cell { return figure(float64(f)/100, 2) }

func percentCell(v float64) Cell {
	c := figure(v, 1)
	if c.Number {
		c.Text += " %"
	}
	return c
}

// parity holds teachers' pay beside civil servants'.
func (v *payView) parity(s *Server, r *request) error {
	reach := r.who.Reach(auth.ReadStaff)
	if !reach.Whole && !slices.Contains(reach.Units, v.of.County) {
		return nil // a school is not told of the county's sums
	}
	pay, err := s.teams.Pay(r.Context(), r.who, v.of.County)
	if err != nil {
		return fmt.Errorf("pay of %s: %w", v.of.County, err)
	}
	c := teams.Compare(pay.Teachers, pay.Civil)
	v.parityOf, v.parityYear = &c, pay.Teachers.Year
	v.Parity = Table{ID: "parity", Caption: r.T("teams.parity"), Sheet: r.T("teams.parity"), Empty: r.T("teams.parity.none"), Tight: true, Cols: []Col{{Label: r.T("teams.component"), Wrap: true}, {Label: r.T("teams.parity.teachers"), Num: true}, {Label: r.T("teams.parity.civil"), Num: true}, {Label: r.T("teams.parity.ratio"), Num: true}}}
	if pay.Rev > 0 && c.Why.ZH != "" {
		v.Whole = r.Text(c.Why)
	}
	if !math.IsNaN(c.Ratio) {
		for _, p := range c.Parts {
			v.Parity.Rows = append(v.Parity.Rows, Row{Cells: []Cell{text(p.Name), figure(p.Teachers, 0), figure(p.Civil, 0), figure(p.Teachers/p.Civil, 3)}})
		}
		ratio := figure(c.Ratio, 3)
		v.Parity.Rows = append(v.Parity.Rows, Row{Sum: true, Cells: []Cell{text(r.T("staff.whole")), figure(c.Teachers, 0), figure(c.Civil, 0), ratio}})
	}
	v.Pay = payForm{Rev: strconv.Itoa(pay.Rev), Year: strconv.Itoa(s.now().Year() - 1)}
	if pay.Rev > 0 {
		v.Pay = payForm{strconv.Itoa(pay.Rev), strconv.Itoa(pay.Teachers.Year), strconv.Itoa(pay.Teachers.Months), strconv.Itoa(pay.Civil.Months), "", pay.Teachers.Source, pay.Civil.Source}
		var lines []string
		for n, t := range pay.Teachers.Parts {
			lines = append(lines, n+","+t.Yuan()+","+pay.Civil.Parts[n].Yuan())
		}
		slices.Sort(lines)
		v.Pay.Parts = strings.Join(lines, "\n")
	}
	return nil
}

// counties hold pay beside civil servants' by county, for who sees several. A county
// that entered nothing, or nothing that can be compared, says which.
func (v *payView) counties(s *Server, r *request) error {
	v.Counties = Table{ID: "parities", Caption: r.T("teams.parity.counties"), Sheet: r.T("teams.parity"), Tight: true, Cols: []Col{{Label: r.T("county")}, {Label: r.T("teams.year")}, {Label: r.T("teams.parity.teachers"), Num: true}, {Label: r.T("teams.parity.civil"), Num: true}, {Label: r.T("teams.parity.ratio"), Num: true}, {Label: r.T("teams.line"), Num: true}, {Label: r.T("log.state")}}}
	for _, id := range v.all {
		pay, err := s.teams.Pay(r.Context(), r.who, id)
		if err != nil {
			return fmt.Errorf("pay of %s: %w", id, err)
		}
		code, name := s.unitSays(r, v.tree, id)
		x := teams.Compare(pay.Teachers, pay.Civil)
		year, lamp := text("–"), lampCell(r.Verdict(x.Verdict))
		switch {
		case pay.Rev == 0:
			lamp = lampCell(Lamp{Tone: chart.Open, Word: r.T("teams.parity.unsaid")})
		case math.IsNaN(x.Ratio):
			lamp = lampCell(Lamp{Tone: chart.Open, Word: r.Text(x.Why)})
			fallthrough
		default:
			year = text(strconv.Itoa(pay.Teachers.Year))
		}
		v.Counties.Rows = append(v.Counties.Rows, Row{Cells: []Cell{linked(name, r.here("county", code, "did", "")), year, figure(x.Teachers, 0), figure(x.Civil, 0), figure(x.Ratio, 3), text("≥ 1"), lamp}})
	}
	return nil
}

// blank fills the forms of a new scheme and of sums with what is known.
func (v *payView) blank(s *Server, r *request) {
	if v.Form.Name == "" && v.Form.Criteria == "" {
		v.Form = schemeForm{Year: strconv.Itoa(s.now().Year()), Equal: "20", Criteria: r.T("teams.criteria.sample"), Levels: r.T("teams.levels.sample")}
	}
	v.Form.Whoms = r.whomChoices(v.Form.Whom)
	for _, f := range teams.Fields {
		v.Form.Fields = append(v.Form.Fields, r.Text(f.Text))
	}
	v.Pool = poolForm{Year: strconv.Itoa(s.now().Year())}
	if len(v.of.Input.Schools) == 1 {
		code, _ := v.unit(r, v.of.Input.Schools[0].ID)
		v.Form.School, v.Pool.School = orElse(v.Form.School, code), code
	}
}

// whomChoices are whom a scheme may be for. All staff is a choice like the three
// teams: its id is empty, and a scheme whose form left it out would become another.
func (r *request) whomChoices(on string) (out []Choice) {
	for _, t := range teams.Whoms {
		out = append(out, Choice{Link{r.Text(t.Text), t.ID}, t.ID == on})
	}
	return out
}

// keepPay keeps a scheme that is new, a school's sums, or the county's.
func (s *Server) keepPay(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	r.query.Set("county", v("county"))
	var f payTyped
	scheme := schemeForm{School: v("school"), Whom: v("whom"), Year: v("year"), Name: v("name"), Source: v("source"), Equal: v("equal"), Criteria: v("criteria"), Levels: v("levels")}
	var err error
	switch v("do") {
	case "scheme":
		var x teams.Scheme
		f.scheme = scheme
		if x, err = s.schemeTyped(r, scheme); err == nil {
			_, err = s.teams.StepScheme(r.Context(), r.who, x, teams.Save, "")
		}
	case "pool":
		f.pool = &poolForm{School: v("school"), Year: v("year"), Basic: v("basic"), Incentive: v("incentive"), Source: v("source")}
		err = s.keepPool(r, *f.pool)
	case "pay":
		f.pay = &payForm{v("rev"), v("year"), v("tmonths"), v("cmonths"), v("parts"), v("tsource"), v("csource")}
		err = s.keepCountyPay(r, *f.pay)
	default:
		err = auth.Refuse(fault.Invalid, "未选操作", "what is to be kept is not said")
	}
	if err == nil {
		return away{r.to([]string{"staff", "pay"}, "county", v("county")) + "&did=" + v("do")}
	}
	return s.orSay(err, func(why string) error {
		p, err := s.teamPage(r, "pay", r.T("teams.pay.title"))
		if err != nil {
			return err
		}
		p.Error = why
		return s.showPay(w, r, p, f, http.StatusUnprocessableEntity)
	}, r)
}

// schemeTyped is a scheme as it was typed.
func (s *Server) schemeTyped(r *request, f schemeForm) (x teams.Scheme, err error) {
	if x.School, err = s.unitCalled(r, f.School, edu.School, edu.County); err != nil {
		return x, err
	}
	x.Whom = f.Whom
	whole := func(t, zh, en string) int {
		n, bad := strconv.Atoi(strings.TrimSuffix(t, "%"))
		if bad != nil && err == nil {
			err = auth.Refuse(fault.Invalid, fmt.Sprintf("%s“%s”不是整数", zh, t), fmt.Sprintf("%s: %q is not a whole number", en, t))
		}
		return n
	}
	x.Name, x.Source = f.Name, f.Source
	x.Year, x.Equal = whole(f.Year, "年度", "year"), whole(f.Equal, "平均部分", "equal part")
	for i, l := range formLines(f.Criteria) {
		if len(l) != 4 {
			return x, auth.Refuse(fault.Invalid, fmt.Sprintf("考核项目第%d行应为：名称，权重，满分，数据来源", i+1), fmt.Sprintf("line %d of the criteria is not name, weight, full marks, source", i+1))
		}
		c := teams.Criterion{ID: "c" + strconv.Itoa(i+1), Name: l[0], Weight: whole(l[1], "权重", "weight"), Full: whole(l[2], "满分", "full marks")}
		for _, t := range teams.Fields {
			if l[3] == t.ID || l[3] == t.Text.ZH || strings.EqualFold(l[3], t.Text.EN) {
				c.Field = t.ID
			}
		}
		x.Criteria = append(x.Criteria, c)
	}
	for i, l := range formLines(f.Levels) {
		if len(l) != 4 {
			return x, auth.Refuse(fault.Invalid, fmt.Sprintf("等次第%d行应为：名称，起始分，比例上限，系数", i+1), fmt.Sprintf("line %d of the levels is not name, points, share, factor", i+1))
		}
		x.Levels = append(x.Levels, teams.Level{Name: l[0], From: whole(l[1], "起始分", "points"), Most: whole(l[2], "比例", "share"), Factor: whole(l[3], "系数", "factor")})
	}
	return x, err
}

// fenTyped is an amount in yuan as it was typed.
func fenTyped(t string) (teams.Fen, error) {
	t = strings.NewReplacer(",", "", "，", "", " ", "", "元", "").Replace(t)
	yuan, fen, _ := strings.Cut(t, ".")
	for len(fen) < 2 {
		fen += "0"
	}
	n, err := strconv.ParseInt(yuan+fen, 10, 64)
	if err != nil || len(fen) != 2 || n < 0 || teams.Fen(n) > teams.MaxPool {
		return 0, auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”不是以元为单位的金额", t), fmt.Sprintf("%q is not an amount in yuan", t))
	}
	return teams.Fen(n), nil
}

func (s *Server) keepPool(r *request, f poolForm) error {
	school, err := s.unitCalled(r, f.School, edu.School, edu.County)
	if err != nil {
		return err
	}
	p := teams.Pool{Source: f.Source}
	p.Year, _ = strconv.Atoi(f.Year) // what is none is refused
	if p.Basic, err = fenTyped(f.Basic); err != nil {
		return err
	}
	if p.Incentive, err = fenTyped(f.Incentive); err != nil {
		return err
	}
	list, err := s.teams.Pools(r.Context(), r.who, school)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.Year == p.Year {
			p.Rev = x.Rev
		}
	}
	return s.teams.KeepPool(r.Context(), r.who, school, p)
}

func (s *Server) keepCountyPay(r *request, f payForm) error {
	page, err := s.teamPage(r, "pay", "")
	if err != nil {
		return err
	}
	if page.of == nil {
		return auth.Refuse(fault.Invalid, "请先选择县（市、区）", "choose a county first")
	}
	p := teams.Pay{Teachers: teams.PaySum{Parts: map[string]teams.Fen{}, Source: f.TeacherSource}, Civil: teams.PaySum{Parts: map[string]teams.Fen{}, Source: f.CivilSource}}
	p.Rev, _ = strconv.Atoi(f.Rev) // none is that of a new one
	p.Teachers.Year, _ = strconv.Atoi(f.Year)
	p.Civil.Year = p.Teachers.Year
	p.Teachers.Months, _ = strconv.Atoi(f.TeacherMonths)
	p.Civil.Months, _ = strconv.Atoi(f.CivilMonths)
	for i, l := range formLines(f.Parts) {
		if len(l) != 3 {
			return auth.Refuse(fault.Invalid, fmt.Sprintf("工资构成第%d行应为：项目，教师合计（元），公务员合计（元）", i+1), fmt.Sprintf("line %d of the components is not component, teachers, civil servants", i+1))
		}
		if _, ok := p.Teachers.Parts[l[0]]; ok {
			return auth.Refuse(fault.Invalid, fmt.Sprintf("工资构成第%d行与前面重复：%s", i+1, l[0]), fmt.Sprintf("line %d of the components is there already: %s", i+1, l[0]))
		}
		if p.Teachers.Parts[l[0]], err = fenTyped(l[1]); err != nil {
			return err
		}
		if p.Civil.Parts[l[0]], err = fenTyped(l[2]); err != nil {
			return err
		}
	}
	return s.teams.KeepPay(r.Context(), r.who, page.of.County, p)
}
