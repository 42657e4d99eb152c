package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/partner"
)

// A small city with six years of one measure: of its schools six gain when they
// are linked in 2021. Made once for all tests.
var madeLinked = sync.OnceValues(func() (*flow.City, error) {
	ctx := context.Background()
	c, err := flow.Open(ctx, filepath.Join(scratch, "linked.db"), "cn-compulsory@2017")
	if err != nil {
		return nil, err
	}
	units := []edu.Unit{
		{ID: "city", Level: edu.City, Attrs: []edu.Attrs{{Code: "990100", Name: edu.Text{ZH: "某市", EN: "A City"}}}},
		{ID: "east", Level: edu.County, Attrs: []edu.Attrs{{Code: "990121", Name: edu.Text{ZH: "东县", EN: "East"}, Parent: "city"}}},
	}
	if err := c.Register(ctx, units); err != nil {
		return nil, err
	}
	for y := 2018; y <= 2025; y++ {
		var b strings.Builder
		b.WriteString("学年,学校标识码,学校名称,学段,地市代码,县区代码,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,专任教师,高于规定学历专任教师数\n")
		for i := range 48 {
			qualified := 40 + i%4 + y - 2018 + (i*7+y*3)%3
			if i < 6 && y >= 2021 {
				qualified += 12
			}
			fmt.Fprintf(&b, "%d,21000000%02d,村小%d,小学,990100,990121,121,211,100,100,100,100,100,100,90,%d\n", y, i, i, qualified)
		}
		text := b.String()
		err := c.Import(ctx, []intake.File{{Name: fmt.Sprint(y, ".csv"), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}, flow.ImportOptions{By: "clerk", Done: func(flow.Receipt) {}})
		if err != nil {
			return nil, err
		}
	}
	return c, nil
})

// bound are links that a test says there are.
type bound struct {
	Partners
	list []partner.Link
}

func (b bound) Links(context.Context, auth.Actor) ([]partner.Link, error) { return b.list, nil }

func linkedCity(t *testing.T, from int) http.Handler {
	t.Helper()
	c, err := madeLinked()
	if err != nil {
		t.Fatal(err)
	}
	var list []partner.Link
	for i := range 6 {
		list = append(list, partner.Link{ID: fmt.Sprint(i), Kind: partner.Group, Lead: edu.UnitID(fmt.Sprintf("school-21000000%02d", 46+i%2)), Member: edu.UnitID(fmt.Sprintf("school-21000000%02d", i)),
			From: edu.DateOf(edu.Year(from).Reference()), Document: "1号"})
	}
	h, err := New(c, Config{Log: quiet(), Partners: bound{list: list}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The card says what the figures support and no more: a difference with its
// interval and that it proves no cause, or, under two years on either side of the
// link, that nothing can be said.
func TestEffectCard(t *testing.T) {
	for _, tt := range []struct {
		name           string
		from           int
		query          string
		zh, en         string
		causes, number bool
	}{
		{"a difference", 2021, "", "结对学校的改善大于相似学校", "improved more than those like them", true, true},
		{"one year after", 2025, "", "数据不足，不作结论", "Not enough data, no conclusion", false, false},
		{"one year before", 2019, "", "数据不足，不作结论", "Not enough data, no conclusion", false, false},
		{"nobody of that kind", 2021, "?kind=custody", "数据不足，不作结论", "Not enough data, no conclusion", false, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := linkedCity(t, tt.from)
			zh := get(t, h, "/partners"+tt.query).Body.String()
			en := get(t, h, "/partners"+tt.query, "Accept-Language", "en").Body.String()
			if !strings.Contains(zh, tt.zh) || !strings.Contains(en, tt.en) {
				t.Errorf("the card does not say %q, %q: %s", tt.zh, tt.en, regexp.MustCompile(`(?s)class="finding">.*?</div>`).FindString(zh))
			}
			if strings.Contains(zh, "不证明是结对造成的") != tt.causes || strings.Contains(en, "does not prove that the link was the cause") != tt.causes {
				t.Errorf("the card speaks of a cause: %v, want %v", !tt.causes, tt.causes)
			}
			if strings.Contains(zh, "95%区间") != tt.number {
				t.Errorf("the card has an interval: %v, want %v", !tt.number, tt.number)
			}
		})
	}
	book := sheets(t, get(t, linkedCity(t, 2021), "/partners?as=xlsx"))
	page := get(t, linkedCity(t, 2021), "/partners").Body.String()
	if len(book["各配对组"]) != 8 || len(book["结对帮扶"]) != 8 {
		t.Fatalf("the export has %d rows of sets and %d of links", len(book["各配对组"]), len(book["结对帮扶"]))
	}
	for _, row := range book["各配对组"][2:] {
		if !strings.Contains(page, row[0]) || !strings.Contains(page, row[4]) {
			t.Errorf("%v is in the export and not on the page", row)
		}
	}
}

func upload(h http.Handler, path, name, content string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, _ := m.CreateFormFile("file", name)
	io.WriteString(f, content)
	m.Close()
	r := httptest.NewRequest("POST", path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A link is recorded, ended and undone on the page, or comes in a file; what is
// wrong is said beside what was typed.
func TestPartnerPages(t *testing.T) {
	h, c := kept(t)
	tree, err := c.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var schools []string
	on := tree.On(edu.Year(2025))
	for i := range on.Nodes {
		if n := &on.Nodes[i]; n.Unit.Level == edu.School && len(schools) < 3 {
			schools = append(schools, n.Key)
		}
	}
	if page := get(t, h, "/partners").Body.String(); !strings.Contains(page, "还没有登记关系") {
		t.Error("an empty list does not say so")
	}
	form := url.Values{"id": {"one"}, "kind": {"group"}, "lead": {schools[0]}, "member": {schools[1]}, "from": {"2023-09-01"}, "document": {"9号文"}}
	bad := url.Values{}
	for k, v := range form {
		bad[k] = v
	}
	bad.Set("member", schools[0])
	w := fetch(h, "POST", "/partners", bad)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "牵头学校与成员学校相同") || !strings.Contains(w.Body.String(), "9号文") {
		t.Errorf("a school with itself: status %d", w.Code)
	}
	bad.Set("member", "没有的学校")
	if w := fetch(h, "POST", "/partners", bad); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "没有找到") {
		t.Errorf("a school that there is not: status %d", w.Code)
	}
	for range 2 { // sending it again does no harm
		if w := fetch(h, "POST", "/partners", form); w.Code != http.StatusSeeOther {
			t.Fatalf("status %d: %s", w.Code, w.Body)
		}
	}
	if w := fetch(h, "POST", "/partners/end", url.Values{"id": {"one"}, "to": {"2024-09-01"}, "document": {""}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("ended without a document: status %d", w.Code)
	}
	if w := fetch(h, "POST", "/partners/end", url.Values{"id": {"one"}, "to": {"2024-09-01"}, "document": {"10号文"}}); w.Code != http.StatusSeeOther {
		t.Errorf("ended: status %d", w.Code)
	}
	if page := get(t, h, "/partners?did=end").Body.String(); !strings.Contains(page, "10号文") || !strings.Contains(page, "1 项") || !strings.Contains(page, "已结束") {
		t.Error("the list does not show how the link ended")
	}
	head := strings.Join(partner.Head(), ",") + "\n"
	if w := upload(h, "/partners/upload", "a.csv", head+"托管帮扶,"+schools[0]+","+schools[2]+",2022-09-01,,3号\n结对学校,x,"+schools[2]+",2022-09-01,,3号\n"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "第3行") {
		t.Errorf("a file with a bad row: status %d", w.Code)
	}
	if ls, _ := c.Links(t.Context(), auth.Operator()); len(ls) != 1 {
		t.Errorf("%d links after a bad file", len(ls))
	}
	if w := upload(h, "/partners/upload", "a.csv", head+"托管帮扶,"+schools[0]+","+schools[2]+",2022-09-01,,3号\n"); w.Code != http.StatusSeeOther {
		t.Errorf("a good file: status %d", w.Code)
	}
	if w := fetch(h, "POST", "/partners/undo", url.Values{"id": {"one"}}); w.Code != http.StatusSeeOther {
		t.Errorf("undone: status %d", w.Code)
	}
	if page := get(t, h, "/partners").Body.String(); !strings.Contains(page, "已于") && !strings.Contains(page, "撤销") || !strings.Contains(page, "2 项") {
		t.Error("what was undone is not in the list any more")
	}
	if w := fetch(h, "GET", "/partners/template", nil); !strings.Contains(w.Body.String(), "牵头学校") {
		t.Errorf("the heading: %s", w.Body)
	}
	if w := fetch(h, "POST", "/partners/undo", url.Values{}); w.Code != http.StatusBadRequest {
		t.Errorf("undone without saying which: status %d", w.Code)
	}
}

// The city's choices are made with a reason, on the page or by a call, and shown
// with who made them.
func TestSettingsPage(t *testing.T) {
	h, c := kept(t)
	if page := get(t, h, "/settings").Body.String(); strings.Count(page, "已关闭") != 2 {
		t.Error("a new city has something switched on")
	}
	if w := fetch(h, "POST", "/settings", url.Values{"switch": {"ranking"}, "to": {"on"}, "reason": {" "}}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "未填理由") {
		t.Errorf("without a reason: status %d", w.Code)
	}
	if w := fetch(h, "POST", "/settings", url.Values{"switch": {"ranking"}, "to": {"on"}, "reason": {"局务会纪要5号"}}); w.Code != http.StatusSeeOther {
		t.Errorf("with one: status %d", w.Code)
	}
	page := get(t, h, "/settings?did=save").Body.String()
	if !strings.Contains(page, "局务会纪要5号") || strings.Count(page, "已开启") != 1 {
		t.Error("the page does not say what was switched on, and why")
	}
	put := func(name, body string) int {
		r := httptest.NewRequest("PUT", "/api/v1/switches/"+name, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	for _, tt := range []struct {
		name, body string
		want       int
	}{{"value_added", `{"on": true, "reason": "试点"}`, 200}, {"value_added", `{"on": true}`, 400}, {"value_added", `{"reason": "试点"}`, 400}, {"pupils", `{"on": true, "reason": "试点"}`, 404}} {
		if got := put(tt.name, tt.body); got != tt.want {
			t.Errorf("PUT %s %s: status %d, want %d", tt.name, tt.body, got, tt.want)
		}
	}
	if s, err := c.Switches(t.Context()); err != nil || !s.Ranking.On || !s.ValueAdded.On {
		t.Errorf("%+v, %v", s, err)
	}
	if body := get(t, h, "/api/v1/switches").Body.String(); !strings.Contains(body, `"ranking":{"on":true`) {
		t.Errorf("the call says %s", body)
	}
}
