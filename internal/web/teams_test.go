package web

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/ident"
	"shuren/internal/proposal"
	"shuren/internal/register"
	"shuren/internal/teams"
	"shuren/internal/testkit"
)

var enteredStaff sync.Once

// staffTown is the demo city with its register of staff, and people of its first
// county: a clerk, a head, the city's section.
func staffTown(t testing.TB) (w *town, city *flow.City, clerk, head, section string, school edu.UnitID) {
	t.Helper()
	city = demoCity(t)
	enteredStaff.Do(func() {
		if !city.HasKeys() {
			if err := city.UseKeys(filepath.Join(scratch, "teams.keys"), true, ident.AES); err != nil {
				t.Fatal(err)
			}
		}
		if err := demo.New(1).StaffRegister(t.Context(), city); err != nil {
			t.Fatal(err)
		}
	})
	w = newTown(t, func(c *Config) { c.Teams, c.Registers = city.Teams(city.RegisterStaff()), city.Registers() })
	list, _, err := city.Registers().StaffList(t.Context(), auth.Operator(), register.StaffFilter{Size: 1})
	if err != nil || len(list) == 0 {
		t.Fatalf("nobody is on the register: %v", err)
	}
	school = list[0].Unit
	id := demoCounty(t, city, "990102")
	_, _, clerk = w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	_, _, head = w.person(school, auth.Grant{Role: auth.SchoolHead, Unit: school})
	_, _, section = w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	return w, city, clerk, head, section, school
}

// Lists show masked names to whoever reads staff there; the city sees counts until it
// chooses a county, and a page of counts names nobody.
func TestTeamPages(t *testing.T) {
	w, city, clerk, head, section, _ := staffTown(t)
	masked := regexp.MustCompile(`>\p{Han}\*+<`)
	for _, tt := range []struct {
		name, secret, path string
		status             int
		lists              bool
	}{
		{"the county's exchanges", clerk, "/staff/exchange", 200, true},
		{"the school's heads", head, "/staff/teams", 200, true},
		{"class teachers", clerk, "/staff/teams?team=classes", 200, true},
		{"the ladder", clerk, "/staff/teams?team=backbone", 200, true},
		{"training", clerk, "/staff/training?state=on_track", 200, true},
		{"merit pay", clerk, "/staff/pay", 200, false},
		{"rules", clerk, "/staff/rules", 200, false},
		{"the city: counts", section, "/staff/exchange", 200, false},
		{"the city: counts of the teams", section, "/staff/teams", 200, false},
		{"the city, a county that it chose", section, "/staff/exchange?county=990102", 200, true},
		{"another county", clerk, "/staff/exchange?county=990121", 404, false},
		{"a state that is none", clerk, "/staff/exchange?summer=soon", 400, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out := w.ask(http.MethodGet, tt.path, "", tt.secret)
			if out.Code != tt.status {
				t.Fatalf("status %d", out.Code)
			}
			body := out.Body.String()
			// Which list of training has people follows from the county's rules, and other
			// tests keep rules of their own.
			if tt.name != "training" && masked.MatchString(body) != tt.lists {
				t.Errorf("lists names: %v", !tt.lists)
			}
			if n := strings.Count(body, "<td") + strings.Count(body, "<option"); n > 1000 {
				t.Errorf("%d cells and choices", n)
			}
			if strings.Contains(body, "539900") {
				t.Error("an identity number is on the page")
			}
		})
	}
	// The county's page answers by school at once, and a page without a choice has no
	// button to apply one.
	if body := w.ask(http.MethodGet, "/staff/exchange", "", clerk).Body.String(); !strings.Contains(body, `id="t-byschool"`) || !strings.Contains(body, "≥ 10 %") || !strings.Contains(body, "≥ 20 %") {
		t.Error("the county is not told by school who must move, or not the two ratios")
	}
	if body := w.ask(http.MethodGet, "/staff/teams", "", head).Body.String(); strings.Contains(body, `<button class="btn p">筛选</button>`) {
		t.Error("a button to filter stands alone")
	}
	if out := w.ask(http.MethodGet, "/staff/exchange?as=xlsx", "", clerk); out.Code != 200 || !strings.Contains(out.Header().Get("Content-Type"), "spreadsheet") {
		t.Errorf("export: %d %s", out.Code, out.Header().Get("Content-Type"))
	}
	list, _, err := city.Registers().StaffList(t.Context(), auth.Operator(), register.StaffFilter{Size: -1})
	if err != nil {
		t.Fatal(err)
	}
	// Somebody of the head's school who is on duty and did not move.
	var p flow.StaffRow
	for _, x := range list {
		if x.Unit == list[0].Unit && x.Duty == "on_duty" && x.HeadTerms == 0 {
			p = x
		}
	}
	form := []string{"person", string(p.Person), "from", string(p.Unit), "to", "没有的学校", "way", "support", "stage", "planned", "begins", "2021-09-01"} // of a summer that no other test looks at
	if out := w.form("/staff/exchange", head, form...); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "对应0所学校") || !strings.Contains(out.Body.String(), `value="没有的学校"`) {
		t.Errorf("a school that is none: %d", out.Code)
	}
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, _ := tree.Unit(list[len(list)-1].Unit)
	form[5] = u.Attrs[0].Code
	// Whoever works down a list comes back to the place in it.
	out := w.form("/staff/exchange", head, append(form, "state", "due", "sort", "years", "page", "2")...)
	if to := out.Header().Get("Location"); out.Code != http.StatusSeeOther || !strings.Contains(to, "page=2") || !strings.Contains(to, "sort=years") || !strings.Contains(to, "state=due") || !strings.Contains(to, "did=move") {
		t.Errorf("planned by the school: %d, then %s", out.Code, to)
	}
	form[9] = "done"
	if out := w.form("/staff/exchange", head, append(form, "document", "示例文件")...); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "由县级确认") {
		t.Errorf("took place, by the school: %d", out.Code)
	}
}

// Trying weights out tells of groups only: of no person, of no group below ten.
func TestSchemeTrial(t *testing.T) {
	w, city, _, _, _, _ := staffTown(t)
	all, err := city.Teams(city.RegisterStaff()).Schemes(t.Context(), auth.Operator())
	if err != nil || len(all) == 0 {
		t.Fatalf("no scheme: %v", err)
	}
	all = slices.DeleteFunc(all, func(x teams.Scheme) bool { return x.Whom != teams.ForAll })
	school := all[0].School
	_, _, head := w.person(school, auth.Grant{Role: auth.SchoolHead, Unit: school})
	out := w.ask(http.MethodGet, "/staff/pay/"+all[0].ID+"?pool=198000.01&w_c1=20&w_c2=50&w_c3=30", "", head)
	body := out.Body.String()
	if out.Code != 200 || !strings.Contains(body, "198\u2009000.01 元") || !strings.Contains(body, `id="t-fair"`) || !strings.Contains(body, "人数少，不显示") {
		t.Errorf("%d\n%s", out.Code, body)
	}
	if regexp.MustCompile(`\p{Han}\*\*`).MatchString(body) {
		t.Error("a trial names persons")
	}
	if !strings.Contains(body, ">分组方式<") || !strings.Contains(body, ">基尼系数<") {
		t.Error("the fairness view does not say how people are grouped, or how unequal a group is")
	}
	if out := w.ask(http.MethodGet, "/staff/pay/"+all[0].ID+"?pool=1&w_c1=10", "", head); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "应为100") {
		t.Errorf("weights that do not add up: %d", out.Code)
	}
}

// A scheme can be for all staff and stays so when it is changed: the form offers all
// staff beside the three teams, with what holds chosen.
func TestSchemeForAllStaffCanBeChosen(t *testing.T) {
	w, city, clerk, head, _, _ := staffTown(t)
	tm := city.Teams(city.RegisterStaff())
	all, err := tm.Schemes(t.Context(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range all {
		path := "/staff/pay/" + x.ID
		body := w.ask(http.MethodGet, path, "", clerk).Body.String()
		if want := fmt.Sprintf(`<option value="%s" selected>`, x.Whom); strings.Count(body, want) != 1 {
			t.Errorf("for %q: the form does not hold whom the scheme is for", x.Whom)
		}
	}
	body := w.ask(http.MethodGet, "/staff/pay", "", head).Body.String()
	if !strings.Contains(body, `<option value="" selected>全体在编教职工</option>`) {
		t.Error("a new scheme cannot be for all staff")
	}
	// One whose criteria all come from the register has nothing to mark, and says so.
	x := all[slices.IndexFunc(all, func(x teams.Scheme) bool { return x.Whom == teams.ForAll })]
	body = w.ask(http.MethodGet, "/staff/pay/"+x.ID+"/marks", "", clerk).Body.String()
	if !strings.Contains(body, "没有需要人工评分的项目") || strings.Contains(body, "as=book") || strings.Contains(body, "共0项") || strings.Contains(body, `type="file"`) {
		t.Errorf("a scheme with nothing to mark shows an empty table, a count of nothing or a workbook of nothing\n%s", body[strings.Index(body, "<main"):])
	}
}

// Each page of teachers says first what is wrong and whose turn it is; where there is
// no register it says so and leads to its import, instead of a list of nobody.
func TestTeamsAnswerFirst(t *testing.T) {
	w, city, clerk, _, section, _ := staffTown(t)
	for path, want := range map[string][]string{
		"/staff/teams":    {"任满两届应交流", "班主任数与班级数不同", "没有交流记录"},
		"/staff/exchange": {"本暑期应交流", "交流比例"},
		"/staff/training": {"还差", "五年360学时"},
		"/staff/pay":      {"年比值", "待县级审核"},
	} {
		body := w.ask(http.MethodGet, path, "", clerk).Body.String()
		answer := body[strings.Index(body, `class="answer"`):strings.Index(body, "</dl>")]
		for _, x := range want {
			if !strings.Contains(answer, x) {
				t.Errorf("%s does not say first: %s", path, x)
			}
		}
	}
	// The city sees pay by county; who entered nothing is said to have entered nothing.
	body := w.ask(http.MethodGet, "/staff/pay", "", section).Body.String()
	if at := strings.Index(body, `id="t-parities"`); at < 0 || !strings.Contains(body[at:], "没有填写") || !strings.Contains(body[at:], "不达标") || !strings.Contains(body[at:], "●") || !strings.Contains(body[at:], "≥ 1") {
		t.Error("the city is not told which county pays less than its civil servants, or which says nothing")
	}
	id := demoCounty(t, city, "990103")
	_, _, other := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	for _, path := range []string{"/staff/teams", "/staff/exchange", "/staff/training"} {
		body := w.ask(http.MethodGet, path, "", other).Body.String()
		if !strings.Contains(body, "名册中还没有教职工") || !strings.Contains(body, `href="/registers/staff/import"`) || strings.Contains(body, "0 人；本页") {
			t.Errorf("%s of a county without a register", path)
		}
	}
	// A scheme whose pool is known is tried out as it stands, without a question.
	all, err := city.Teams(city.RegisterStaff()).Schemes(t.Context(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	x := all[slices.IndexFunc(all, func(x teams.Scheme) bool { return x.Whom == teams.ForAll })]
	if body := w.ask(http.MethodGet, "/staff/pay/"+x.ID, "", clerk).Body.String(); !strings.Contains(body, `id="t-fair"`) {
		t.Error("the fairness view waits for a sum that is known")
	}
}

// A line of a proposal calls the giving school as the reader calls schools.
func TestProposalLinesNameSchoolsInTheReadersLanguage(t *testing.T) {
	l := &proposal.Line{Act: proposal.Move, Amount: 1, Unit: "person", From: &proposal.Place{Code: "1", Name: "东山小学"}}
	en := &request{locale: locale{catalogue("en")}, english: map[string]string{"1": "East Hill Primary School"}}
	if got := en.lineWords(nil, l); !strings.HasSuffix(got, "from East Hill Primary School") || l.From.Name != "东山小学" {
		t.Errorf("%s; the line now says %s", got, l.From.Name)
	}
	zh := &request{locale: locale{catalogue("zh")}}
	if got := zh.lineWords(nil, l); !strings.HasPrefix(got, "从东山小学") {
		t.Error(got)
	}
}

// A school is told what it lacks by the standard, not that the standard asks for no
// teachers because no county is in its sight.
func TestSchoolSeesTheTeachersThatItLacks(t *testing.T) {
	w, _, _, head, _, _ := staffTown(t)
	body := w.ask(http.MethodGet, "/staff", "", head).Body.String()
	_, lack, _ := strings.Cut(body, `id="t-lack"`)
	lack, _, _ = strings.Cut(lack, "</table>")
	// The school has more than one stage, and one row.
	if n := strings.Count(lack, `<th scope="row"`); n != 1 || strings.Contains(body, "本标准没有教师类指标") {
		t.Errorf("a school is told in %d rows which teachers it lacks", n)
	}
}

// A page that shows the first rows only says of how many; the export has them all.
func TestTablesSayWhereTheyAreCut(t *testing.T) {
	for as, want := range map[string]int{"": 60, "xlsx": 61} {
		x := Table{Rows: make([]Row, 61)}
		r := &request{locale: locale{catalogue("en")}, query: url.Values{"as": {as}}}
		r.cutTable(&x, 60)
		if len(x.Rows) != want || (x.Cut == "The first 60 of 61 rows; the export has all.") != (as == "") {
			t.Errorf("as %q: %d rows, %q", as, len(x.Rows), x.Cut)
		}
		if r.cutTable(&x, 61); len(x.Rows) != want {
			t.Errorf("%d rows", len(x.Rows))
		}
	}
}

// The table of exchanges has the columns of the form, and English pages their sources
// in English.
func TestTeamsSpeakEnglish(t *testing.T) {
	w, _, clerk, _, _, _ := staffTown(t)
	body := w.ask(http.MethodGet, "/staff/exchange?lang=zh", "", clerk).Body.String()
	for _, col := range []string{"学科", "原校", "交流校", "方式", "开始", "结束", "是否骨干", "是否干部", "连续年限", "符合条件", "豁免事由", "文号"} {
		if !strings.Contains(body[strings.Index(body, `id="t-moves"`):], ">"+col+"<") {
			t.Errorf("the table of exchanges has no column %s", col)
		}
	}
	for _, path := range []string{"/staff/rules?lang=en", "/staff/pay?lang=en", "/staff/exchange?lang=en"} {
		if body := w.ask(http.MethodGet, path, "", clerk).Body.String(); strings.Contains(body, "教师〔2014〕") || strings.Contains(body, "教督〔2017〕") || strings.Contains(body, "国办发") {
			t.Errorf("%s names its sources in Chinese", path)
		}
	}
}

// The pages of teachers and of the registers are read in both languages without a fault that axe can see,
// fit a screen and stay light.
func TestTeamsInABrowser(t *testing.T) {
	testkit.OutOfProcess(t)
	w, city, clerk, head, _, school := staffTown(t)
	list, _, err := city.Registers().StaffList(t.Context(), auth.Operator(), register.StaffFilter{School: school, Size: 1})
	if err != nil || len(list) == 0 {
		t.Fatalf("nobody is on the register: %v", err)
	}
	all, err := city.Teams(city.RegisterStaff()).Schemes(t.Context(), auth.Operator())
	if err != nil || len(all) == 0 {
		t.Fatalf("no scheme: %v", err)
	}
	of := func(whom string) string {
		return all[slices.IndexFunc(all, func(x teams.Scheme) bool { return x.Whom == whom })].ID
	}
	v := visitAt(t, w.h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	paths := []string{"/staff/teams", "/staff/exchange", "/staff/training", "/staff/pay", "/staff/pay/" + of(teams.ForAll) + "?pool=198000&w_c1=20&w_c2=50&w_c3=30", "/staff/pay/" + of(teams.ForAll) + "/shares", "/staff/pay/" + of(teams.ForHeads) + "/marks", "/staff/rules",
		"/registers/pupils", "/registers/pupils/new", "/registers/pupils/import", "/registers/staff", "/registers/staff/new", "/registers/staff/import", "/registers/staff/" + string(list[0].Person)}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		for i, path := range paths {
			t.Run(fmt.Sprintf("%s %s", lang, path), func(t *testing.T) {
				v.t = t
				if v.as(clerk); strings.HasPrefix(path, "/registers/") {
					v.as(head) // who may also see and export names
				}
				v.open(path)
				v.until(`document.querySelector("html.js")`)
				v.fits(axe)
				v.shoot(shots, fmt.Sprintf("%s-teams-%02d", lang, i))
			})
		}
	}
	v.t = t
	if axe == "" {
		testkit.Missing(t, "axe", "SHUREN_AXE does not name axe.min.js")
	}
}
