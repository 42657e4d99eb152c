// The page of merit pay: schemes, sums, and pay beside civil servants'. What one
// person gets is worked out for the school that asks, and kept nowhere.

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
	Form    schemeForm
	Pool    poolForm
	County  bool // the reader keeps the county's own sums
	May     bool // schemes can be written
	Whole   string
}

type payForm struct{ Rev, Year, TeacherMonths, CivilMonths, Parts, TeacherSource, CivilSource string }
type poolForm struct{ Rev, School, Year, Basic, Incentive, Source string }

// schemeForm is a scheme as it is typed: criteria and levels one a line.
type schemeForm struct {
	ID, Rev, School, Year, Name, Source, Equal, Criteria, Levels string
	Fields                                                       []string
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
	return s.showPay(w, r, p, schemeForm{}, http.StatusOK)
}

func (s *Server) showPay(w http.ResponseWriter, r *request, p *teamPage, f schemeForm, status int) error {
	v := &payView{teamPage: p, Form: f}
	if err := v.schemes(s, r); err != nil {
		return err
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
	}
	p.Export = r.here("as", "xlsx", "did", "")
	if r.query.Get("as") == "xlsx" {
		return s.exportPlain(w, r, p.Title, v.Schemes, v.Pools, v.Parity)
	}
	return s.write(w, r, status, "teamspay.html", v)
}

func (v *payView) schemes(s *Server, r *request) error {
	list, err := s.teams.Schemes(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("schemes of merit pay: %w", err)
	}
	v.Schemes = Table{ID: "schemes", Caption: r.T("teams.schemes"), Sheet: r.T("teams.schemes"), Empty: r.T("teams.schemes.none"), Cols: []Col{{Label: r.T("teams.scheme"), Wrap: true}, {Label: r.T("school"), Wrap: true}, {Label: r.T("teams.year")}, {Label: r.T("log.state")}, {Label: r.T("teams.approval"), Wrap: true}, {Label: r.T("teams.basis"), Wrap: true}}}
	for i := range list {
		x := &list[i]
		_, school := v.unit(r, x.School)
		if v.of != nil && !slices.ContainsFunc(v.of.Input.Schools, func(t teams.School) bool { return t.ID == x.School }) {
			continue
		}
		name := Cell{Text: x.Name}
		if v.Keeps {
			name.Href = r.to([]string{"staff", "pay", x.ID})
		}
		if len(v.Schemes.Rows) < 100 {
			v.Schemes.Rows = append(v.Schemes.Rows, Row{Cells: []Cell{name, text(school), text(strconv.Itoa(x.Year)), lampCell(r.schemeLamp(x.State)), text(orElse(x.Approval, "–")), text(x.Source)}})
		}
	}
	return nil
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
	for i := range v.of.Input.Schools {
		x := &v.of.Input.Schools[i]
		list, err := s.teams.Pools(r.Context(), r.who, x.ID)
		if err != nil {
			return fmt.Errorf("pools of %s: %w", x.ID, err)
		}
		for _, p := range list {
			all = append(all, line{x.Name, p})
			newest = max(newest, p.Year)
		}
	}
	slices.SortStableFunc(all, func(a, b line) int { return cmp.Compare(b.pool.Year, a.pool.Year) })
	for _, l := range all {
		p := l.pool
		if p.Year == newest {
			basic, incentive = basic+p.Basic, incentive+p.Incentive
		}
		if len(v.Pools.Rows) < 60 {
			c := v.of.Input.Rules.CheckBasic(p.Basic, p.Incentive)
			v.Pools.Rows = append(v.Pools.Rows, Row{Cells: []Cell{text(l.name), text(strconv.Itoa(p.Year)), yuan(p.Basic), yuan(p.Incentive), percentCell(c.Percent), text(p.Source)}})
		}
	}
	if c := v.of.Input.Rules.CheckBasic(basic, incentive); !math.IsNaN(c.Percent) {
		v.Basic = r.T("teams.basic", strconv.Itoa(newest), chart.Number(c.Percent, 1), chart.Number(c.Line.Value, 0), c.Line.Source, c.Line.Evidence, chart.Change(c.Points, 1))
	}
	return nil
}

// yuan is a sum in yuan.
func yuan(f teams.Fen) Cell {
	c := figure(float64(f)/100, 2)
	c.Text = f.Yuan()
	return c
}

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
		v.Whole = r.T("teams.parity.says", strconv.Itoa(pay.Teachers.Year), chart.Number(c.Ratio, 3), r.Verdict(c.Verdict).Word)
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

// blank fills the forms of a new scheme and of sums with what is known.
func (v *payView) blank(s *Server, r *request) {
	if v.Form.Name == "" && v.Form.Criteria == "" {
		v.Form = schemeForm{Year: strconv.Itoa(s.now().Year()), Equal: "20", Criteria: r.T("teams.criteria.sample"), Levels: r.T("teams.levels.sample")}
	}
	for _, f := range teams.Fields {
		v.Form.Fields = append(v.Form.Fields, r.Text(f.Text))
	}
	v.Pool = poolForm{Year: strconv.Itoa(s.now().Year())}
	if len(v.of.Input.Schools) == 1 {
		code, _ := v.unit(r, v.of.Input.Schools[0].ID)
		v.Form.School, v.Pool.School = orElse(v.Form.School, code), code
	}
}

// keepPay keeps a scheme that is new, a school's sums, or the county's.
func (s *Server) keepPay(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	r.query.Set("county", v("county"))
	f := schemeForm{School: v("school"), Year: v("year"), Name: v("name"), Source: v("source"), Equal: v("equal"), Criteria: v("criteria"), Levels: v("levels")}
	var err error
	switch v("do") {
	case "scheme":
		var x teams.Scheme
		if x, err = s.schemeTyped(r, f); err == nil {
			_, err = s.teams.StepScheme(r.Context(), r.who, x, teams.Save, "")
		}
	case "pool":
		err = s.keepPool(r, poolForm{School: v("school"), Year: v("year"), Basic: v("basic"), Incentive: v("incentive"), Source: v("source")})
	case "pay":
		err = s.keepCountyPay(r, payForm{v("rev"), v("year"), v("tmonths"), v("cmonths"), v("parts"), v("tsource"), v("csource")})
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
		if v("do") != "scheme" {
			f = schemeForm{}
		}
		return s.showPay(w, r, p, f, http.StatusUnprocessableEntity)
	}, r)
}

// schemeTyped is a scheme as it was typed.
func (s *Server) schemeTyped(r *request, f schemeForm) (x teams.Scheme, err error) {
	if x.School, err = s.schoolCalled(r, f.School); err != nil {
		return x, err
	}
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
	school, err := s.schoolCalled(r, f.School)
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
		if p.Teachers.Parts[l[0]], err = fenTyped(l[1]); err != nil {
			return err
		}
		if p.Civil.Parts[l[0]], err = fenTyped(l[2]); err != nil {
			return err
		}
	}
	return s.teams.KeepPay(r.Context(), r.who, page.of.County, p)
}

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
	Shares       string // where the file of shares is
	Fair         Table
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
	if r.query.Get("as") == "xlsx" {
		if err = s.sendShares(w, r, &x); err == nil {
			return nil
		}
		r.query.Del("as")
		return s.orSay(err, func(why string) error {
			v.Error = why
			return s.showScheme(w, r, v, &x, schemeForm{}, http.StatusUnprocessableEntity)
		}, r)
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
	v.Facts = []Fact{{Term: r.T("school"), Text: school}, {Term: r.T("teams.year"), Text: strconv.Itoa(x.Year)}, {Term: r.T("teams.basis"), Text: x.Source}, {Term: r.T("teams.approval"), Text: orElse(x.Approval, "–")}, {Term: r.T("teams.equal"), Text: strconv.Itoa(x.Equal) + " %"}}
	v.tables(r, x)
	up := edu.UnitID("")
	for id := x.School; id != ""; {
		u, ok := tree.Unit(id)
		if !ok {
			break
		}
		if u.Level == edu.County || u.Level == edu.City {
			up = id
			break
		}
		id = u.Attrs[len(u.Attrs)-1].Parent
	}
	v.Decide = x.Can(teams.Approve) && keepsAt(r, up)
	if x.State == teams.SchemeApproved && r.query.Get("pool") != "" {
		v.Shares = r.here("as", "xlsx", "did", "")
	}
	v.Send, v.Edit = x.Can(teams.Send), x.Can(teams.Save)
	if f.Name == "" {
		f = typedOf(r, x, code)
	}
	v.Form = f
	if err := v.simulate(s, r, x); err != nil {
		if v.Error = r.why(err); v.Error == "" {
			return err
		}
		status = http.StatusUnprocessableEntity
	}
	return s.write(w, r, status, "teamsscheme.html", v)
}

// sendShares sends what an approved scheme gives each record of a pool, as a file and
// nowhere else: it is the school's to check and decide.
func (s *Server) sendShares(w http.ResponseWriter, r *request, x *teams.Scheme) error {
	if x.State != teams.SchemeApproved {
		return auth.Refuse(fault.Conflict, "方案批准后才能生成分配表", "a scheme is shared by once it is approved")
	}
	pool, err := fenTyped(r.query.Get("pool"))
	if err != nil {
		return err
	}
	got, err := s.teams.Share(r.Context(), r.who, *x, pool, nil)
	if err != nil {
		return err
	}
	if got.Lacking > 0 {
		return auth.Refuse(fault.Invalid, fmt.Sprintf("有%d项评分没有填写，不能生成分配表", got.Lacking), fmt.Sprintf("%d marks are not given", got.Lacking))
	}
	if err := s.noteRead(r, "staff list, shares of merit pay", x.School); err != nil {
		return err
	}
	t := Table{Caption: x.Name, Sheet: r.T("teams.shares"), Cols: []Col{{Label: r.T("teams.id")}, {Label: r.T("teams.points"), Num: true}, {Label: r.T("teams.level")}, {Label: r.T("teams.shares.equal"), Num: true}, {Label: r.T("teams.shares.amount"), Num: true}}}
	for _, g := range got.People {
		level := ""
		if len(x.Levels) > 0 {
			level = x.Levels[g.Level].Name
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{text(string(g.Person.Person)), figure(g.Points, 3), text(level), yuan(g.Equal), yuan(g.Amount)}})
	}
	t.Rows = append(t.Rows, Row{Sum: true, Cells: []Cell{text(r.T("staff.whole")), {}, {}, {}, yuan(pool)}})
	return s.exportPlain(w, r, x.Name, t)
}

func (v *schemeView) tables(r *request, x *teams.Scheme) {
	v.Criteria = Table{ID: "criteria", Caption: r.T("teams.criteria"), Tight: true, Cols: []Col{{Label: r.T("teams.criterion"), Wrap: true}, {Label: r.T("teams.weight"), Num: true}, {Label: r.T("teams.full"), Num: true}, {Label: r.T("teams.field")}}}
	for _, c := range x.Criteria {
		v.Criteria.Rows = append(v.Criteria.Rows, Row{Cells: []Cell{text(c.Name), count(c.Weight), count(c.Full), text(r.Text(teams.WordOf(teams.Fields, c.Field)))}})
	}
	v.Levels = Table{ID: "levels", Caption: r.T("teams.levels"), Empty: r.T("teams.levels.none"), Tight: true, Cols: []Col{{Label: r.T("teams.level")}, {Label: r.T("teams.points"), Num: true}, {Label: r.T("teams.most"), Num: true}, {Label: r.T("teams.factor"), Num: true}}}
	for _, l := range x.Levels {
		most := text("–")
		if l.Most > 0 {
			most = percentCell(float64(l.Most))
		}
		v.Levels.Rows = append(v.Levels.Rows, Row{Cells: []Cell{text(l.Name), count(l.From), most, percentCell(float64(l.Factor))}})
	}
}

func typedOf(r *request, x *teams.Scheme, school string) schemeForm {
	f := schemeForm{ID: x.ID, Rev: strconv.Itoa(x.Rev), School: school, Year: strconv.Itoa(x.Year), Name: x.Name, Source: x.Source, Equal: strconv.Itoa(x.Equal)}
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
func (v *schemeView) simulate(s *Server, r *request, x *teams.Scheme) error {
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
			v.Pool = list[0].Incentive.Yuan()
		}
		return nil
	}
	pool, err := fenTyped(v.Pool)
	if err != nil {
		return err
	}
	before, err := s.teams.Share(r.Context(), r.who, *x, pool, nil)
	if err != nil {
		return err
	}
	now := before
	if changed {
		if now, err = s.teams.Share(r.Context(), r.who, tried, pool, nil); err != nil {
			return err
		}
	}
	f := teams.Fair(now, before, s.now().Year())
	if v.Few = f.Few; v.Few {
		return nil
	}
	v.Sum = r.T("teams.sim.says", pool.Yuan(), f.People, chart.Number(f.Mean, 2), chart.Number(f.Gini, 3), now.Lacking)
	v.Fair = Table{ID: "fair", Caption: r.T("teams.fair"), Sheet: r.T("teams.fair"), Tight: true, Cols: []Col{{Label: r.T("teams.group"), Wrap: true}, {Label: r.T("teams.cut")}, {Label: r.T("teams.people.n"), Num: true}, {Label: r.T("teams.before"), Num: true}, {Label: r.T("teams.after"), Num: true}, {Label: r.T("teams.tomean"), Num: true}, {Label: "Gini", Num: true}, {Label: r.T("teams.gain"), Num: true}, {Label: r.T("teams.lose"), Num: true}}}
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
	act := teams.Act(v("do"))
	if act == teams.Save {
		f = schemeForm{ID: x.ID, Rev: v("rev"), School: v("school"), Year: v("year"), Name: v("name"), Source: v("source"), Equal: v("equal"), Criteria: v("criteria"), Levels: v("levels")}
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
