package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// ward is a small city with a register, and pages of whoever acts.
type ward struct {
	t     *testing.T
	city  *flow.City
	now   time.Time
	child register.PersonID
	file  string // of the database
}

func (w *ward) x() *flow.Retention { return w.city.Retention().At(func() time.Time { return w.now }) }

var wardPeople = map[string]auth.Actor{
	"head":     {Account: "head", Name: "校长甲", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: "s1"}}},
	"other":    {Account: "other", Name: "校长乙", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: "s2"}}},
	"officer":  {Account: "officer", Name: "专员", Grants: []auth.Grant{{Role: auth.RetentionOfficer, Unit: "east"}}},
	"stranger": {Account: "stranger", Name: "外县专员", Grants: []auth.Grant{{Role: auth.RetentionOfficer, Unit: "west"}}},
	"leader":   {Account: "leader", Name: "局长", Grants: []auth.Grant{{Role: auth.Leader, Whole: true}}},
}

const wardName = "钱多多"

func newWard(t *testing.T) *ward {
	t.Helper()
	w := &ward{t: t, now: time.Date(2025, 9, 10, 10, 0, 0, 0, collect.China)}
	dir := t.TempDir()
	w.file = filepath.Join(dir, "a.db")
	open := func() *flow.City {
		c, err := flow.Open(t.Context(), filepath.Join(dir, "a.db"), "cn-compulsory@2017")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	city := open()
	city.Close()
	st, err := store.Open(t.Context(), filepath.Join(dir, "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := st.SetMeta(t.Context(), store.Whole(store.Editor), store.MetaFictional, "1"); err != nil { // so that pages say that their figures are made up
		t.Fatal(err)
	}
	st.Close()
	city = open()
	t.Cleanup(func() { city.Close() })
	w.city = city
	unit := func(id edu.UnitID, l edu.Level, code, name string, up edu.UnitID) edu.Unit {
		return edu.Unit{ID: id, Level: l, Attrs: []edu.Attrs{{Code: code, Name: edu.Text{ZH: name, EN: "Unit " + string(id)}, Parent: up}}}
	}
	if err := city.Register(t.Context(), []edu.Unit{unit("city", edu.City, "990100", "云岫市", ""), unit("east", edu.County, "990101", "东县", "city"), unit("west", edu.County, "990102", "西县", "city"), unit("town", edu.Township, "990101100", "东镇", "east"),
		unit("s1", edu.School, "2199000001", "东镇中心小学", "town"), unit("s2", edu.School, "2199000002", "东镇二小", "town")}); err != nil {
		t.Fatal(err)
	}
	if err := city.UseKeys(filepath.Join(dir, "keys.json"), true, ident.AES); err != nil {
		t.Fatal(err)
	}
	first := "53990020150310001"
	n := first + string(ident.Checksum(first))
	if w.child, err = city.Registers().KeepChild(t.Context(), auth.Operator(), register.Child{Year: 2025, School: "s1", Home: "town", Stage: edu.Primary, Grade: 5, Class: "1", Schooling: register.Enrolled}, &register.Identity{Name: wardName, Citizen: n, Student: "G" + n}); err != nil {
		t.Fatal(err)
	}
	return w
}

// page asks for a page as somebody; a form is sent where there is one.
func (w *ward) page(who, path, lang string, form url.Values) *httptest.ResponseRecorder {
	w.t.Helper()
	method, body := http.MethodGet, ""
	if form != nil {
		method, body = http.MethodPost, form.Encode()
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return w.asked(who, lang, r)
}

// asked answers a request as somebody: the handler of its route.
func (w *ward) asked(who, lang string, r *http.Request) *httptest.ResponseRecorder {
	w.t.Helper()
	s, err := newServer(w.city, Config{Log: quiet(), Retention: w.x(), Clock: func() time.Time { return w.now }})
	if err != nil {
		w.t.Fatal(err)
	}
	out := httptest.NewRecorder()
	actor := wardPeople[who]
	method, path := r.Method, r.URL.Path
	for _, rt := range append(s.retentionRoutes(), s.warningRoutes()...) { // the handler as the person: signing in has tests of its own
		m, p, _ := strings.Cut(rt.pattern, " ")
		names, ok := matches(p, path)
		if m != method || !ok {
			continue
		}
		for k, v := range names {
			r.SetPathValue(k, v)
		}
		req := &request{Request: r, query: r.URL.Query(), city: w.city, locale: locale{i18n.For(lang)}, who: actor}
		if !actor.May(rt.needs) {
			w.t.Fatalf("%s may not ask for %s", who, path)
		}
		if err := rt.handler(out, req); err != nil {
			s.fail(out, req, err)
		}
		return out
	}
	w.t.Fatalf("no route for %s %s", method, path)
	return nil
}

func matches(pattern, path string) (names map[string]string, ok bool) {
	a, b := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(a) != len(b) {
		return nil, false
	}
	names = map[string]string{}
	for i := range a {
		if name, ok := strings.CutPrefix(a[i], "{"); ok {
			names[strings.TrimSuffix(name, "}")] = b[i]
		} else if a[i] != b[i] {
			return nil, false
		}
	}
	return names, true
}

var caseAddress = regexp.MustCompile(`^/retention/cases/[^?/]+`)

// The whole way over the pages: a school opens a case, an officer confirms it, it is
// persuaded and placed at another school, closing without the receipt is refused, the
// school gives the receipt, the term is over, and the officer closes. No page says the
// child's name, and every page reads well in both languages.
func TestRetentionPages(t *testing.T) {
	w := newWard(t)
	var address string
	rev := 0
	send := func(who string, status int, act retention.Act, kv ...string) string {
		t.Helper()
		form := url.Values{"act": {string(act)}, "rev": {fmt.Sprint(rev)}, "sent": {fmt.Sprint(act, who, rev)}}
		for i := 0; i < len(kv); i += 2 {
			form.Add(kv[i], kv[i+1])
		}
		out := w.page(who, address+"/acts", "zh", form)
		if out.Code != status {
			t.Fatalf("%s by %s: status %d, want %d: %s", act, who, out.Code, status, tag.ReplaceAllString(out.Body.String(), " "))
		}
		if status == http.StatusSeeOther {
			rev++
		}
		return out.Body.String()
	}
	out := w.page("head", "/retention/new", "zh", url.Values{"child": {string(w.child)}, "source": {"attendance"}, "cause": {"weary"}, "absent": {"5"}, "sent": {"a"}})
	address = caseAddress.FindString(out.Header().Get("Location"))
	if out.Code != http.StatusSeeOther || address == "" {
		t.Fatalf("opened: %d %s", out.Code, out.Body)
	}
	rev = 1
	// What may be done stands on buttons and over forms: a label begins with a capital.
	labels := regexp.MustCompile(`<(summary|button|h2|li)[^>]*>(?:<b>)?([^<]+)<`)
	en := w.page("officer", address, "en", nil).Body.String()
	if !strings.Contains(en, ">Confirm<") || !strings.Contains(en, "<b>Suspected<") {
		t.Error("the case page offers no confirmation, or does not say that it is suspected")
	}
	for _, m := range labels.FindAllStringSubmatch(en, -1) {
		if said := strings.TrimSpace(m[2]); said != "" && said[0] >= 'a' && said[0] <= 'z' {
			t.Errorf("%q stands on a %s by itself", said, m[1])
		}
	}
	send("head", http.StatusForbidden, retention.Confirm, "day", "2025-09-03", "cause", "weary")
	send("officer", http.StatusSeeOther, retention.Confirm, "day", "2025-09-03", "cause", "weary")
	send("head", http.StatusForbidden, retention.Notify, "legal", "educate")
	send("officer", http.StatusSeeOther, retention.Notify, "legal", "educate")
	if says := send("head", http.StatusUnprocessableEntity, retention.Persuade, "way", "home", "place", "家中"); !strings.Contains(says, "请选择参加人") || !strings.Contains(says, `value="家中"`) {
		t.Error("what is lacking is not said beside what was typed")
	}
	send("head", http.StatusSeeOther, retention.Persuade, "way", "home", "part", "class", "part", "village", "place", "家中", "saw", "both", "result", "promised")
	send("officer", http.StatusSeeOther, retention.Move, "school", "东镇二小")
	if says := send("officer", http.StatusConflict, retention.Close); !strings.Contains(says, "没有接收学校回执，不能销号") {
		t.Error("that the receipt is lacking is not said")
	}
	send("officer", http.StatusForbidden, retention.Accept)
	send("other", http.StatusSeeOther, retention.Accept)
	send("officer", http.StatusConflict, retention.Close)
	w.now = w.now.AddDate(0, 8, 0)
	send("officer", http.StatusSeeOther, retention.Close)

	pages := map[string][]string{
		"officer": {"/retention", "/retention?ledger=ended", "/retention?ledger=suspected", "/retention/children", "/retention/children?grade=5", address, "/retention/attendance", "/retention/reports", "/retention/reports?by=year", "/retention/new?child=" + string(w.child)},
		"head":    {"/retention", "/retention/attendance?grade=5", "/retention/reports", "/retention/new?child=" + string(w.child)},
		"leader":  {"/retention/counts", "/retention/counts?by=year&of=east"},
	}
	for who, list := range pages {
		for _, path := range list {
			for _, lang := range i18n.Languages {
				out := w.page(who, path, lang, nil)
				if out.Code != http.StatusOK {
					t.Errorf("%s, %s: status %d", who, path, out.Code)
					continue
				}
				if body := out.Body.String(); strings.Contains(body, wardName) || strings.Contains(body, "5399002015") {
					t.Errorf("%s, %s says who the child is", who, path)
				}
				t.Run(lang+path, func(t *testing.T) { check(t, out.Body.String(), lang) })
			}
		}
	}
	if body := w.page("officer", address, "zh", nil).Body.String(); !strings.Contains(body, "钱**") || !strings.Contains(body, "已有回执") || !strings.Contains(body, "已销号") {
		t.Error("the page of the closed case does not say so")
	}
	for _, as := range []string{"?as=xlsx&ledger=ended", "/children?as=xlsx", "/reports?as=xlsx", "/reports?as=docx&by=year", "/attendance?as=xlsx"} {
		if out := w.page("officer", "/retention"+as, "zh", nil); out.Code != http.StatusOK || !strings.HasPrefix(out.Body.String(), "PK") {
			t.Errorf("%s: status %d, no file", as, out.Code)
		}
	}
}

// Attendance and the zero report over the pages.
func TestAttendancePages(t *testing.T) {
	w := newWard(t)
	if out := w.page("head", "/retention/attendance", "zh", url.Values{"grade": {"5"}, "child": {string(w.child)}, "kind": {"absent"}, "days": {"3"}}); out.Code != http.StatusSeeOther {
		t.Fatalf("marked: %d %s", out.Code, out.Body)
	}
	if body := w.page("officer", "/retention/attendance", "zh", nil).Body.String(); !strings.Contains(body, "黄色") || !strings.Contains(body, "/retention/new?child="+string(w.child)) {
		t.Error("three absences are not amber, or lead to no case")
	}
	if out := w.page("head", "/retention/attendance", "zh", url.Values{"grade": {"5"}, "child": {string(w.child)}, "kind": {"absent"}}); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("absent for no days: %d", out.Code)
	}
	for _, days := range []string{"3天半", "3.5", "1O", "-2"} { // a number that begins well is not one
		out := w.page("head", "/retention/attendance", "zh", url.Values{"grade": {"5"}, "child": {string(w.child)}, "kind": {"absent"}, "days": {days}})
		if body := out.Body.String(); out.Code != http.StatusUnprocessableEntity || !strings.Contains(body, `value="`+string(w.child)+`" selected`) || !strings.Contains(body, `value="`+days+`"`) {
			t.Errorf("absent for %s days: %d, or what was typed is gone", days, out.Code)
		}
	}
	for _, path := range []string{"/retention/attendance?grade=5x", "/retention/children?grade=5x"} {
		if out := w.page("head", path, "zh", nil); out.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, out.Code)
		}
	}
	if body := w.page("officer", "/retention/attendance", "zh", nil).Body.String(); !strings.Contains(body, "5年级1班") {
		t.Error("children whose masked names are alike are not told apart by their class")
	}
	if out := w.page("head", "/retention/reports", "zh", url.Values{"school": {"s1"}, "month": {"2025-08"}}); out.Code != http.StatusSeeOther {
		t.Fatalf("zero: %d %s", out.Code, out.Body)
	}
	if body := w.page("head", "/retention/reports?by=month&period=2025-08", "zh", nil).Body.String(); !strings.Contains(body, "已零报告") || strings.Contains(body, "月末前") || !strings.Contains(body, "校长甲") {
		t.Error("the zero report is not shown with who gave it")
	}
	if out := w.page("officer", "/retention/reports", "zh", url.Values{"school": {"s2"}, "month": {"2025-08"}}); out.Code != http.StatusForbidden {
		t.Errorf("an officer's zero report: %d", out.Code)
	}
}

// A case without a child is no error but a choice: the page says where a child is found.
// One that is not on the register, or of another part, is said to be so without a code.
func TestNewCaseNeedsAChild(t *testing.T) {
	w := newWard(t)
	for _, tt := range []struct {
		who, path string
		form      url.Values
		status    int
		want, not string
	}{
		{"officer", "/retention/new", nil, http.StatusOK, `href="/retention/compare"`, "not found"},
		{"head", "/retention/new", nil, http.StatusOK, `href="/retention/children"`, `href="/retention/compare"`},
		{"head", "/retention/new?child=nobody", nil, http.StatusNotFound, "名册中没有这名学生", "child nobody"},
		{"other", "/retention/new?child=" + string(w.child), nil, http.StatusNotFound, "名册中没有这名学生", "东镇中心小学"},
		{"head", "/retention/new", url.Values{"cause": {"weary"}}, http.StatusUnprocessableEntity, `href="/retention/children"`, "not found"},
	} {
		out := w.page(tt.who, tt.path, "zh", tt.form)
		if body := out.Body.String(); out.Code != tt.status || !strings.Contains(body, tt.want) || strings.Contains(body, tt.not) {
			t.Errorf("%s, %s: %d %s", tt.who, tt.path, out.Code, tag.ReplaceAllString(body, " "))
		}
	}
	for _, lang := range i18n.Languages {
		t.Run(lang, func(t *testing.T) { check(t, w.page("officer", "/retention/new", lang, nil).Body.String(), lang) })
	}
}

// What attendance has said is not typed again: how a child was found, and for how many
// days it was away.
func TestNewCaseKnowsWhatAttendanceSaid(t *testing.T) {
	w := newWard(t)
	for _, tt := range []struct {
		kind, days, source string
	}{{"absent", "4", "attendance"}, {"left", "", "transfer"}} {
		if out := w.page("head", "/retention/attendance", "zh", url.Values{"grade": {"5"}, "child": {string(w.child)}, "kind": {tt.kind}, "days": {tt.days}}); out.Code != http.StatusSeeOther {
			t.Fatalf("marked: %d %s", out.Code, out.Body)
		}
		body := w.page("head", "/retention/new?child="+string(w.child), "zh", nil).Body.String()
		if !strings.Contains(body, `<option value="`+tt.source+`" selected>`) || !strings.Contains(body, `name="absent" value="`+tt.days+`"`) {
			t.Errorf("%s: the form does not know it", tt.kind)
		}
	}
}

// Several reasons stand in one line as one statement each.
func TestReasonsOfAComparisonInOneLine(t *testing.T) {
	for lang, want := range map[string]string{
		"en": "On last year's register and not on this year's: left without a trace; of an ex-poverty household",
		"zh": "上年有学籍，本年没有，去向不明；脱贫户",
	} {
		r := &request{locale: locale{i18n.For(lang)}}
		if got := r.reasonWords([]string{"ex_poverty", "vanished"}); got != want {
			t.Errorf("%s: %q, want %q", lang, got, want)
		}
	}
}

// Who checks zero reports sees which schools owe one, first, and who gave one and when;
// a file has all. A case of the month overtakes the zero that was given before it.
func TestZeroReportsAreChecked(t *testing.T) {
	w := newWard(t)
	w.now = w.now.AddDate(0, 0, 19) // the 29th: what is given now is given before the month ends
	zero := func(who, school string) {
		t.Helper()
		if out := w.page(who, "/retention/reports", "zh", url.Values{"school": {school}, "month": {"2025-09"}}); out.Code != http.StatusSeeOther {
			t.Fatalf("zero of %s: %d", school, out.Code)
		}
	}
	page := func() string {
		return w.page("officer", "/retention/reports?by=month&period=2025-09", "zh", nil).Body.String()
	}
	zero("head", "s1")
	card := regexp.MustCompile(`(?s)id="zero".*`).FindString(page())
	owed, gave := strings.Index(card, "东镇二小"), strings.Index(card, "东镇中心小学")
	if owed < 0 || gave < owed || !strings.Contains(card[gave:], "校长甲") || !strings.Contains(card[gave:], "已零报告（月末前）") {
		t.Error("who owes a report does not come first, or who gave one is not shown")
	}
	if out := w.page("officer", "/retention/reports?by=month&period=2025-09&as=zero", "zh", nil); !strings.HasPrefix(out.Body.String(), "PK") {
		t.Errorf("no file: %d", out.Code)
	}
	if out := w.page("officer", "/retention/reports?by=quarter&as=zero", "zh", nil); out.Code != http.StatusNotFound {
		t.Errorf("zero reports of a quarter: %d", out.Code)
	}
	if out := w.page("head", "/retention/new", "zh", url.Values{"child": {string(w.child)}, "source": {"attendance"}, "cause": {"weary"}, "sent": {"a"}}); out.Code != http.StatusSeeOther {
		t.Fatal(out.Code)
	}
	if card := regexp.MustCompile(`(?s)id="zero".*`).FindString(page()); strings.Contains(card, "校长甲") || !strings.Contains(card, "有个案，无需零报告") {
		t.Error("the month has a case and is still reported as zero")
	}
}

// Of a county's schools a leader sees no page of asterisks: where no count of a school may
// be read, the page, the file and the paper say how many such schools there are, and no more.
func TestSchoolsWithoutACountAreNotListed(t *testing.T) {
	w := newWard(t)
	const at = "/retention/counts?by=month&of=east"
	for lang, want := range map[string]string{"zh": "另有2所学校各项均须隐去", "en": "2 schools of which no count can be shown are not listed."} {
		body := w.page("leader", at, lang, nil).Body.String()
		table := regexp.MustCompile(`(?s)id="t-report".*?</table>`).FindString(body)
		if table == "" || !strings.Contains(body, want) || strings.Contains(table, "东镇") || strings.Contains(table, "Unit s1") {
			t.Errorf("%s: %s", lang, table)
		}
	}
	book, err := excelize.OpenReader(w.page("leader", at+"&as=xlsx", "zh", nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil || strings.Contains(fmt.Sprint(rows), "东镇") {
		t.Errorf("%v, %v", rows, err)
	}
	if body := w.page("officer", "/retention/reports?by=month", "zh", nil).Body.String(); strings.Count(body, "东镇") < 2 {
		t.Error("who follows cases up sees no school")
	}
}

// Where no count of a period may be read, the page says so and has no columns of asterisks;
// where one may, all columns are there.
func TestAReportWithoutACountSaysSo(t *testing.T) {
	w := newWard(t)
	for lang, want := range map[string]string{"zh": "没有可以公布的个案数", "en": "No count of cases can be shown for this period"} {
		if body := w.page("leader", "/retention/counts", lang, nil).Body.String(); !strings.Contains(body, want) || strings.Contains(body, ">＊<") || strings.Contains(body, ">*<") {
			t.Errorf("%s: a page of asterisks, or nothing says why", lang)
		}
	}
	r := &request{locale: locale{i18n.For("zh")}}
	few := flow.RetentionReport{Few: true, Lines: []flow.RetentionLine{{Counts: retention.Counts{Suspects: 12}}, {}}}
	for i := 1; i < 8; i++ {
		few.Lines[0].Hidden[i] = true
	}
	for i := range 8 {
		few.Lines[1].Hidden[i] = true
	}
	if t1 := r.reportTable(&few); len(t1.Cols) != 10 || t1.Rows[0].Cells[3].Text != "12" || t1.Rows[1].Cells[3].Text != "＊" || t1.Rows[0].Cells[4].Text != "＊" {
		t.Errorf("%+v", t1.Rows)
	}
}

// A month that is not over has no zero report, and the page says from when it is taken;
// sent all the same it is refused, on the page of its month.
func TestAZeroReportWaitsForItsMonth(t *testing.T) {
	w := newWard(t)
	const at = "/retention/reports?by=month&period=2025-09"
	for lang, want := range map[string]string{"zh": "2025-09-25起报送", "en": "opens 2025-09-25"} {
		if body := w.page("head", at, lang, nil).Body.String(); !strings.Contains(body, want) || strings.Contains(body, `name="school"`) {
			t.Errorf("%s: a zero report of a month that has begun is offered, or nothing says when", lang)
		}
	}
	if out := w.page("head", at, "zh", url.Values{"school": {"s1"}, "month": {"2025-09"}}); out.Code != http.StatusConflict || !strings.Contains(out.Body.String(), "2025-09的零报告从2025-09-25起报送") {
		t.Errorf("%d", out.Code)
	}
	w.now = w.now.AddDate(0, 0, 15)
	if body := w.page("head", at, "zh", nil).Body.String(); !strings.Contains(body, `name="school"`) {
		t.Error("five days before the month ends it is not offered")
	}
}

// A county has more schools than a page: the list of zero reports is paged, and narrowed to
// those that owe one; only its file has all of them at once.
func TestZeroReportsArePaged(t *testing.T) {
	w := newWard(t)
	var more []edu.Unit
	for i := range reportRows {
		more = append(more, edu.Unit{ID: edu.UnitID(fmt.Sprint("more", i)), Level: edu.School, Attrs: []edu.Attrs{{Code: fmt.Sprint(2199001000 + i), Name: edu.Text{ZH: fmt.Sprintf("东镇第%02d小学", i), EN: fmt.Sprintf("School %02d", i)}, Parent: "town"}}})
	}
	if err := w.city.Register(t.Context(), more); err != nil {
		t.Fatal(err)
	}
	if out := w.page("head", "/retention/reports", "zh", url.Values{"school": {"s1"}, "month": {"2025-06"}}); out.Code != http.StatusSeeOther {
		t.Fatal(out.Code)
	}
	rows := func(query string) []string {
		t.Helper()
		out := w.page("officer", "/retention/reports?by=month&period=2025-06"+query, "zh", nil)
		if out.Code != http.StatusOK {
			t.Fatalf("%s: %d", query, out.Code)
		}
		card := regexp.MustCompile(`(?s)id="t-zeros".*?</table>`).FindString(out.Body.String())
		return regexp.MustCompile(`东镇[^<]*小学?`).FindAllString(card, -1)
	}
	first, second := rows(""), rows("&zpage=2")
	if len(first) != reportRows || len(second) != 2 || second[1] != "东镇中心小学" {
		t.Errorf("%d and %v", len(first), second)
	}
	if got := append(first, second...); len(slices.Compact(slices.Sorted(slices.Values(got)))) != reportRows+2 {
		t.Errorf("a school is on both pages or on neither: %v", got)
	}
	if got := rows("&zero=given"); len(got) != 1 || got[0] != "东镇中心小学" {
		t.Errorf("narrowed to those given: %v", got)
	}
	if got := rows("&zero=late"); len(got) != reportRows || slices.Contains(got, "东镇中心小学") {
		t.Errorf("narrowed to those late: %v", got)
	}
	for _, bad := range []string{"&zero=x", "&zpage=0", "&zpage=x"} {
		if out := w.page("officer", "/retention/reports?by=month&period=2025-06"+bad, "zh", nil); out.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, out.Code)
		}
	}
}

// Whoever gives zero reports down a list comes back to the place in it, also where one is
// refused.
func TestZeroReportComesBackToItsPlace(t *testing.T) {
	w := newWard(t)
	w.now = w.now.AddDate(0, 0, 15)
	const at = "/retention/reports?by=month&period=2025-09"
	body := w.page("head", at+"&zero=open&zpage=1", "zh", nil).Body.String()
	if !strings.Contains(body, `type="hidden" name="zero" value="open"`) || !strings.Contains(body, `type="hidden" name="zpage" value="1"`) {
		t.Error("the form does not carry where in the list one is")
	}
	form := url.Values{"school": {"s1"}, "month": {"2025-12"}, "zero": {"open"}, "zpage": {"1"}}
	if out := w.page("head", at, "zh", form); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), `type="hidden" name="zero" value="open"`) {
		t.Errorf("refused: %d, or the place is lost", out.Code)
	}
	form.Set("month", "2025-09")
	out := w.page("head", at, "zh", form)
	to, err := url.Parse(out.Header().Get("Location"))
	if q := to.Query(); err != nil || out.Code != http.StatusSeeOther || to.Path != "/retention/reports" || q.Get("did")+q.Get("by")+q.Get("period")+q.Get("zero")+q.Get("zpage") != "zeromonth2025-09open1" {
		t.Errorf("%d, then %s", out.Code, to)
	}
}

// Each ledger has the columns of its form: a page those that decide the next step, a
// file all of them, every persuasion among them. Neither says who the child is.
func TestLedgersHaveTheColumnsOfTheForm(t *testing.T) {
	w := newWard(t)
	x, head, officer := w.x(), wardPeople["head"], wardPeople["officer"]
	c, err := x.Open(t.Context(), head, retention.Case{Person: w.child, Source: retention.ByAttendance, Guess: "weary", Absent: 5, Guard: []retention.Part{"class"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	act := func(who auth.Actor, a retention.Act, o retention.Options) {
		t.Helper()
		if c, err = x.Act(t.Context(), who, c.ID, c.Rev, a, o); err != nil {
			t.Fatal(err)
		}
	}
	act(officer, retention.Confirm, retention.Options{Day: edu.DateOf(w.now) - 7, Cause: "work"})
	act(head, retention.Persuade, retention.Options{Visit: retention.Visit{Way: "home", Parts: []retention.Part{"class", "village"}, Place: "家中", Saw: "guardian", Result: "undecided", Next: edu.DateOf(w.now) + 5}})
	act(officer, retention.Notify, retention.Options{Notice: retention.Notice{Step: retention.Educate, Number: "示例1号"}})
	for path, want := range map[string][]string{
		"/retention?ledger=dropouts":  {"辍学日期", "劝返次数", "法定程序", "宣传教育 示例1号", "接收学校回执", "务工"},
		"/retention?ledger=suspected": {"发现途径", "连续缺课（天）", "失联", "初判原因"},
		"/retention?ledger=excepted":  {"事由", "证明材料", "批准", "复核到期"},
		"/retention?ledger=ended":     {"核实结论", "销号日期", "销号审批人"},
	} {
		state := map[string]string{"/retention?ledger=suspected": "&state=persuading", "/retention?ledger=excepted": "&state=persuading", "/retention?ledger=ended": "&state=persuading"}[path]
		body := w.page("officer", path+state, "zh", nil).Body.String()
		for _, word := range want {
			if !strings.Contains(body, word) {
				t.Errorf("%s lacks %s", path, word)
			}
		}
	}
	book, err := excelize.OpenReader(w.page("officer", "/retention?ledger=dropouts&as=xlsx", "zh", nil).Body)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(rows, func(r []string) bool { return slices.Contains(r, "辍学日期") })
	if at < 0 || at+1 >= len(rows) {
		t.Fatalf("%v", rows)
	}
	has := map[string]string{}
	for i, name := range rows[at] {
		if i < len(rows[at+1]) {
			has[name] = rows[at+1][i]
		}
	}
	for name, want := range map[string]string{"学生": "钱**", "户籍地": "东镇", "发现途径": "考勤", "连续缺课（天）": "5", "初判原因": "厌学", "包保和双线四级责任人（身份）": "班主任", "核实结论": "已确认辍学", "原因": "务工", "劝返次数": "1", "辍学日期": "2025-09-03",
		"劝返记录": "2025-09-10 · 班主任、村（社区）干部 · 入户走访 · 家中 · 见到：监护人 · 犹豫 · 下次劝返日期 2025-09-15", "法定程序": "宣传教育 示例1号"} {
		if has[name] != want {
			t.Errorf("%s: %q, want %q", name, has[name], want)
		}
	}
	for _, name := range []string{"性别", "核实日期", "返校日期", "安置", "接收学校回执", "巩固观察至", "不计入类型", "事由", "批准", "起始日期", "复核到期", "销号日期", "销号审批人", "失联", "群体标记", "全国平台个案编号"} {
		if !slices.Contains(rows[at], name) {
			t.Errorf("the file has no %s", name)
		}
	}
	for _, r := range rows {
		if s := strings.Join(r, " "); strings.Contains(s, wardName) || strings.Contains(s, "5399002015") {
			t.Error("the file says who the child is")
		}
	}
}

// A county has hundreds of schools: ledgers are narrowed by a school's name or code, and
// by county for who has more than one. A school that is none is said to be none.
func TestLedgersAreNarrowedBySchool(t *testing.T) {
	w := newWard(t)
	if _, err := w.x().Open(t.Context(), wardPeople["head"], retention.Case{Person: w.child, Source: retention.ByAttendance, Guess: "weary"}, ""); err != nil {
		t.Fatal(err)
	}
	// Another county's schools of these names are none of the reader's.
	for id, name := range map[edu.UnitID]string{"s3": "东镇中心小学", "s4": "西县四小"} {
		if err := w.city.Register(t.Context(), []edu.Unit{{ID: id, Level: edu.School, Attrs: []edu.Attrs{{Code: "21990000" + string(id), Name: edu.Text{ZH: name, EN: "Unit " + string(id)}, Parent: "west"}}}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		query  string
		status int
		found  bool
		says   string
	}{
		{"school=东镇中心小学", http.StatusOK, true, `value="东镇中心小学"`},
		{"school=2199000001", http.StatusOK, true, ""},
		{"school=东镇二小", http.StatusOK, false, ""},
		{"school=东镇三小", http.StatusOK, false, "没有名为“东镇三小”的学校"},
		{"school=西县四小", http.StatusOK, false, "没有名为“西县四小”的学校"},
		{"county=east", http.StatusOK, true, ""},
		{"county=west", http.StatusNotFound, false, ""},
	} {
		for _, path := range []string{"/retention", "/retention/children"} {
			at := path + "?" + url.PathEscape(tt.query)
			out := w.page("officer", strings.ReplaceAll(at, "%3D", "="), "zh", nil)
			body := out.Body.String()
			if out.Code != tt.status || strings.Contains(body, "钱**") != tt.found || !strings.Contains(body, tt.says) {
				t.Errorf("%s: %d, found %v: %s", at, out.Code, !tt.found, tag.ReplaceAllString(body, " "))
			}
		}
	}
	if body := w.page("officer", "/retention", "zh", nil).Body.String(); strings.Contains(body, `name="county"`) {
		t.Error("who has one county is asked which")
	}
}

// The page of attendance has pages, and the reddest come first, whenever they were told.
func TestAttendanceShowsTheReddestFirst(t *testing.T) {
	w := newWard(t)
	head := wardPeople["head"]
	for i := range markRows + 10 {
		first := fmt.Sprintf("53990020150312%03d", i)
		n := first + string(ident.Checksum(first))
		id, err := w.city.Registers().KeepChild(t.Context(), auth.Operator(), register.Child{Year: 2025, School: "s1", Home: "town", Stage: edu.Primary, Grade: 5, Class: "2", Schooling: register.Enrolled}, &register.Identity{Name: "示例", Citizen: n, Student: "G" + n})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.x().Mark(t.Context(), head, retention.Mark{Person: id, Kind: retention.Absent, Days: 1}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.x().At(func() time.Time { return w.now.AddDate(0, 0, -2) }).Mark(t.Context(), head, retention.Mark{Person: w.child, Kind: retention.Absent, Days: 6}); err != nil {
		t.Fatal(err)
	}
	first, second := w.page("officer", "/retention/attendance", "zh", nil).Body.String(), w.page("officer", "/retention/attendance?page=2", "zh", nil).Body.String()
	if red := strings.Index(first, "钱**"); red < 0 || red > strings.Index(first, "示*") && strings.Contains(first, "示*") || strings.Contains(second, "钱**") {
		t.Error("the red one is not first")
	}
	if a, b := strings.Count(first, `<th scope="row">`), strings.Count(second, `<th scope="row">`); a != markRows || b != 11 {
		t.Errorf("%d and %d rows", a, b)
	}
}

// caseOf opens a case of a child of a school, for the test of who may do what.
func (w *town) caseOf(n *edu.Node, serial int) string {
	w.t.Helper()
	first := fmt.Sprintf("53990020150411%03d", serial)
	no := first + string(ident.Checksum(first))
	city, op := demoCity(w.t), auth.Operator()
	id, err := city.Registers().KeepChild(w.t.Context(), op, register.Child{Year: 2025, School: n.Unit.ID, Stage: edu.Primary, Grade: 4, Class: "1", Schooling: register.Enrolled}, &register.Identity{Name: wardName, Citizen: no, Student: "G" + no})
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := city.Retention().Open(w.t.Context(), op, retention.Case{Person: id, Source: retention.ByVisit, Guess: "weary"}, "matrix "+string(n.Unit.ID)+fmt.Sprint(serial))
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := city.Retention().Act(w.t.Context(), op, c.ID, c.Rev, retention.Attach, retention.Options{For: 1, Sent: "photo"}, w.photo()); err != nil {
		w.t.Fatal(err)
	}
	return c.ID
}
