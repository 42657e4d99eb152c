package web

import (
	"bytes"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
)

// ownWorkbook is a workbook as an office makes it for itself.
func ownWorkbook(t *testing.T, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range rows {
		at, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", at, &r); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	control = regexp.MustCompile(`<th scope="row">([^<]*)</th>.*?name="(col:\d+:\d+)" value="([^"]*)"`)
	option  = regexp.MustCompile(`<option value="([^"]*)"( selected)?>`)
)

// filledIn are the controls of a mapping page as a browser would send them, by head.
func filledIn(page string) (form url.Values, byHead map[string]string) {
	form, byHead = url.Values{}, map[string]string{}
	for _, m := range control.FindAllStringSubmatch(page, -1) {
		form.Set(m[2], html.UnescapeString(m[3]))
		byHead[html.UnescapeString(m[1])] = m[2]
	}
	for _, m := range option.FindAllStringSubmatch(page, -1) {
		if m[2] != "" {
			form.Set("feed", m[1])
		}
	}
	return form, byHead
}

// Nobody types twice: a county's own workbook goes up, its columns are matched
// once on the page, and its schools' papers are filled in. The next one of the
// same shape needs no matching. An export of another system becomes what papers
// know, and what schools are asked about is listed for the county.
func TestOwnWorkbookThroughThePages(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a city")
	}
	c, is := deskCity(t)
	tasks, err := c.Desk(auth.Operator()).Tasks(t.Context(), collect.Filter{Issue: is.ID, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	var two []collect.Task
	words := map[edu.UnitID]string{}
	for _, x := range tasks.List {
		p, _, _, err := c.Desk(auth.Operator()).Paper(t.Context(), is.ID, x.Unit)
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Parts) == 1 && len(two) < 2 {
			two = append(two, x)
			words[x.Unit] = map[edu.Stage]string{edu.Primary: "小学", edu.Junior: "初中"}[p.Parts[0]]
		}
	}
	a, b := two[0], two[1]
	clerk := auth.Actor{Account: "clerk", Name: "某县填报员", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: a.Place.County}}}
	h, err := New(c, Config{Log: quiet(), Checks: c, Desk: func(auth.Actor) Desk { return c.Desk(clerk) }})
	if err != nil {
		t.Fatal(err)
	}

	head := []any{"校名", "学段", "住校生（人）", "藏书（册）"}
	mine := ownWorkbook(t, []any{"某县学校情况"}, head, []any{a.Place.Name.ZH, words[a.Unit], 12, 3000}, []any{b.Place.Name.ZH, words[b.Unit], 7, 2000})
	page := sendFiles(t, h, "/work/upload", nil, map[string]string{"情况.xlsx": mine}).Body.String()
	to := html.UnescapeString(regexp.MustCompile(`/work/mapping\?[^"]*file=[^"]*`).FindString(page))
	if to == "" {
		t.Fatalf("the file is not offered for matching: %s", page)
	}
	page = get(t, h, to).Body.String()
	check(t, page, "zh")
	form, at := filledIn(page)
	if form.Get("feed") != "issue:"+is.ID || len(at) != 4 || strings.Contains(page, "已对应过") {
		t.Fatalf("the page offers %v, %v", form, at)
	}
	u, _ := url.Parse(to)
	form.Set("key", u.Query().Get("file"))
	form.Set(at["校名"], "name")
	form.Set(at["学段"], "stage")
	form.Set(at["住校生（人）"], "寄宿生")
	form.Set(at["藏书（册）"], "")
	w := post(t, h, "/work/mapping", form)
	if w.Code == http.StatusBadRequest { // by its id, whatever it is called
		form.Set(at["住校生（人）"], "boarders")
		w = post(t, h, "/work/mapping", form)
	}
	page = w.Body.String()
	if w.Code != http.StatusOK || !strings.Contains(page, "2 个单位、2 个数据；未导入 1 列") || !strings.Contains(page, "/work/"+is.ID+"/"+string(a.Unit)) {
		t.Fatalf("status %d: %s", w.Code, page)
	}
	check(t, page, "zh")
	var paper struct {
		State   collect.State `json:"state"`
		Content struct {
			Cells map[string]string   `json:"cells"`
			Cites map[string]edu.Cell `json:"cites"`
		} `json:"content"`
		Known map[string]string `json:"known"`
	}
	read := func(unit edu.UnitID) {
		t.Helper()
		if err := json.Unmarshal(get(t, h, "/api/v1/forms/"+is.ID+"/units/"+string(unit)).Body.Bytes(), &paper); err != nil {
			t.Fatal(err)
		}
	}
	read(a.Unit)
	key := map[string]string{"小学": "primary", "初中": "junior"}[words[a.Unit]] + "/boarders"
	if paper.State != collect.Draft || paper.Content.Cells[key] != "12" || paper.Content.Cites[key].Row != 3 || paper.Content.Cites[key].Column != "C" {
		t.Errorf("the paper says %+v", paper)
	}

	// The next file of the same shape: nothing to choose.
	mine = ownWorkbook(t, []any{"某县学校情况（十月）"}, head, []any{a.Place.Name.ZH, words[a.Unit], 15, 3000})
	to = sendFiles(t, h, "/work/mapping/upload", nil, map[string]string{"十月.xlsx": mine}).Header().Get("Location")
	page = get(t, h, to).Body.String()
	check(t, page, "zh")
	if form, at = filledIn(page); !strings.Contains(page, "已对应过") || strings.Contains(page, "未识别") || len(at) != 4 {
		t.Fatalf("the second file must be matched again: %s", page)
	}
	u, _ = url.Parse(to)
	form.Set("key", u.Query().Get("file"))
	if w = post(t, h, "/work/mapping", form); w.Code != http.StatusOK {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if read(a.Unit); paper.Content.Cells[key] != "15" {
		t.Errorf("the second file did not count: %+v", paper.Content.Cells)
	}

	// A file with a slip is refused whole, with the cell, and offered again.
	mine = ownWorkbook(t, []any{"某县学校情况"}, head, []any{a.Place.Name.ZH, words[a.Unit], 16, 1}, []any{b.Place.Name.ZH, words[b.Unit], "不少", 1})
	to = sendFiles(t, h, "/work/mapping/upload", nil, map[string]string{"错.xlsx": mine}).Header().Get("Location")
	form, _ = filledIn(get(t, h, to).Body.String())
	u, _ = url.Parse(to)
	form.Set("key", u.Query().Get("file"))
	w = post(t, h, "/work/mapping", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "不少") || !strings.Contains(w.Body.String(), "必改") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	check(t, w.Body.String(), "zh")
	if read(a.Unit); paper.Content.Cells[key] != "15" {
		t.Errorf("half of a bad file counts: %+v", paper.Content.Cells)
	}

	// The export of another system: known to the paper, and compared with it.
	roll := "学校标识码,学校名称,任教学段,专任教师\n" + a.Place.Code + "," + a.Place.Name.ZH + "," + words[a.Unit] + ",99\n"
	to = sendFiles(t, h, "/work/mapping/upload", nil, map[string]string{"staff.csv": roll}).Header().Get("Location")
	form, _ = filledIn(get(t, h, to).Body.String())
	u, _ = url.Parse(to)
	form.Set("key", u.Query().Get("file"))
	form.Set("period", is.Period.String())
	if form.Get("feed") != "feed-staff" {
		t.Fatalf("it is taken for %q", form.Get("feed"))
	}
	if w = post(t, h, "/work/mapping", form); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "1 个单位、1 个数据") {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if read(a.Unit); paper.Known[strings.Replace(key, "boarders", "teachers", 1)] != "99" {
		t.Errorf("known are %v", paper.Known)
	}
	f, err := c.Desk(clerk).Tasks(t.Context(), collect.Filter{Issue: is.ID, Query: a.Place.Code, Limit: 1})
	if err != nil || len(f.List) != 1 {
		t.Fatal(err)
	}
	body := `{"cells":{"` + strings.Replace(key, "boarders", "teachers", 1) + `":"90"}}`
	r := httptest.NewRequest(http.MethodPut, "/api/v1/forms/"+is.ID+"/units/"+string(a.Unit)+"/draft", strings.NewReader(`{"rev":`+strconv.Itoa(f.List[0].Rev)+`,"content":`+body+`}`))
	r.Header.Set("Content-Type", "application/json")
	out := httptest.NewRecorder()
	h.ServeHTTP(out, r)
	if out.Code != http.StatusOK {
		t.Fatalf("draft: status %d: %s", out.Code, out.Body)
	}
	page = get(t, h, "/quality/sources").Body.String()
	check(t, page, "zh")
	for _, want := range []string{"比对1项，超出允许范围1项，其中1项未说明原因", a.Place.Name.ZH, "教师系统", "未说明", "-9"} {
		if !strings.Contains(strings.ReplaceAll(page, "−", "-"), want) {
			t.Errorf("the list does not say %q", want)
		}
	}
	if w := get(t, h, "/quality/sources?as=xlsx"); w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
		t.Errorf("export: status %d", w.Code)
	}
	if page := get(t, h, "/quality/sources?q=没有这所学校").Body.String(); strings.Contains(page, a.Place.Code) {
		t.Error("the filter leaves everything")
	}
}

// Burden rule 6 through the interface for programs: a county may add nothing.
func TestBurdenRule6ThroughTheAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a city")
	}
	c, is := deskCity(t)
	ts, err := c.Desk(auth.Operator()).Tasks(t.Context(), collect.Filter{Issue: is.ID, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	county := ts.List[0].Place.County
	reviewer := auth.Actor{Account: "r", Name: "某审核员", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: county}}}
	h, err := New(c, Config{Log: quiet(), Desk: func(auth.Actor) Desk { return c.Desk(reviewer) }})
	if err != nil {
		t.Fatal(err)
	}
	put := func(county edu.UnitID, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPut, "/api/v1/forms/"+is.ID+"/counties/"+url.PathEscape(string(county)), strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	days := is.Due - is.Opens
	for _, tt := range []struct {
		name, body string
		status     int
	}{
		{"a field is added", `{"add":["trees"]}`, http.StatusForbidden},
		{"a field is required that was not", `{"asks":{"left_behind_pupils":true}}`, http.StatusForbidden},
		{"the fillers are widened", `{"fills":["township"]}`, http.StatusForbidden},
		{"the time is shortened by half", `{"due":"` + (is.Due - days/2).String() + `"}`, http.StatusForbidden},
		{"what nobody knows is dropped", `{"drop":["funds_budget"]}`, http.StatusForbidden},
		{"a word that nobody knows", `{"more":1}`, http.StatusBadRequest},
		{"no day", `{"due":"tomorrow"}`, http.StatusBadRequest},
		{"what is known is dropped, some days earlier", `{"drop":["built_year"],"due":"` + (is.Due - days/6).String() + `"}`, http.StatusNoContent},
	} {
		if w := put(county, tt.body); w.Code != tt.status {
			t.Errorf("%s: status %d, want %d: %s", tt.name, w.Code, tt.status, w.Body)
		}
	}
	if w := put("YX-NONE", `{}`); w.Code != http.StatusNotFound {
		t.Errorf("a county that there is not: status %d", w.Code)
	}
	// The school sees the county's own day, and is not asked what is known.
	unit := ts.List[0].Unit
	school := auth.Actor{Account: "s", Name: "某填报员", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: unit}}}
	page := get(t, cityHandler(t, c, &school), "/work/"+is.ID+"/"+string(unit)).Body.String()
	if !strings.Contains(page, (is.Due - days/6).String()) {
		t.Error("the paper does not show the county's own day")
	}
	p, _, _, err := c.Desk(school).Paper(t.Context(), is.ID, unit)
	if err != nil {
		t.Fatal(err)
	}
	problems, err := c.Desk(school).Check(t.Context(), is.ID, unit, p.Content)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range problems {
		for _, k := range q.Cells {
			if k.Field == "built_year" {
				t.Errorf("it is asked all the same: %s", q.Text.ZH)
			}
		}
	}
}
