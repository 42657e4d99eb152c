package web

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/testkit"
)

// A county types its tables, is told what is still wanted, has its plan worked out,
// and is shown it year by year with who goes where; few children are no number.
func TestSeatPlanPage(t *testing.T) {
	w, city := gapTown(t)
	code, id := small(t, city)
	_, _, clerk := w.person(id, auth.Grant{Role: auth.CountyClerk, Unit: id})
	path := "/gaps/counties/" + code + "/places"
	page := func(query string) string {
		t.Helper()
		out := w.ask(http.MethodGet, path+query, "", clerk)
		if out.Code != 200 {
			t.Fatalf("%s: %d %s", query, out.Code, out.Body.String())
		}
		return out.Body.String()
	}
	before := page("")
	for _, want := range []string{"还没有测算过学位布局", "没有“儿童”表", "disabled"} {
		if !strings.Contains(before, want) {
			t.Errorf("before, the page does not say %q", want)
		}
	}
	rev := func() string {
		return regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(page(""))[1]
	}
	first := rev()
	for _, k := range []struct{ id, file string }{{"children", "儿童"}, {"areas", "片区"}, {"schools", "学校"}, {"stages", "学段"}, {"prices", "单价"}, {"sites", "选址"}, {"converts", "转用"}, {"ways", "路程"}, {"budgets", "资金"}} {
		b, err := os.ReadFile(filepath.Join(testkit.Root(), "testdata", "places", k.file+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.TrimPrefix(string(b), "\ufeff")
		if out := w.form(path, clerk, "kind", k.id, "rev", rev(), "lines", strings.ReplaceAll(text, ",", "\t")); out.Code != 303 {
			t.Fatalf("%s: %d %s", k.id, out.Code, regexp.MustCompile(`(?s)id="wrong">.*?</p>`).FindString(out.Body.String()))
		}
	}
	if out := w.form(path, clerk, "kind", "budgets", "rev", first, "lines", "年份\t建设资金\n2026\t777"); out.Code != 409 || !strings.Contains(out.Body.String(), "2000000") || !strings.Contains(out.Body.String(), "777") {
		t.Errorf("over what was not seen both stand on the page: %d", out.Code)
	} else if again := w.form(path, clerk, "kind", "budgets", "rev", regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(out.Body.String())[1], "lines", "年份\t建设资金\n2026\t2000000\n2027\t4000000\n2028\t4000000"); again.Code != 303 {
		t.Errorf("seen and kept again: %d", again.Code)
	}
	if out := w.form(path, clerk, "kind", "stages", "rev", rev(), "lines", "学段\t班额\t路程上限\t依据\n小学\t许多\t5\tx"); out.Code != 422 || !strings.Contains(out.Body.String(), "许多") {
		t.Errorf("a wrong cell: %d", out.Code)
	}
	if out := w.form(path, clerk, "kind", "stages", "rev", rev(), "lines", "年份\t建设资金\n2026\t1"); out.Code != 422 {
		t.Errorf("another table: %d", out.Code)
	}
	if out := w.form(path+"/make", clerk, "scenario", "mid"); out.Code != 303 {
		t.Fatalf("make: %d %s", out.Code, regexp.MustCompile(`(?s)id="wrong">.*?</p>`).FindString(out.Body.String()))
	}
	if err := city.Proposed(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := page("")
	for _, want := range []string{"已证明没有更省的", "不动、等自然缓解", "西街幼儿园 → 云秀一中", "还缺：听证、安全路线", "超过路程上限", `class="ch ch-routes"`, "&lt;10", "教督〔2017〕6号 G5", "不是地图"} {
		if !strings.Contains(after, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(after, "<"); n > 3000 {
		t.Errorf("%d tags", n)
	}
	if other := page("?stage=preschool&at=2026"); !strings.Contains(other, "学前 · 2026") {
		t.Error("another stage and year are not shown")
	}
	out := w.ask(http.MethodGet, path+"?as=xlsx", "", clerk)
	f, err := excelize.OpenReader(bytes.NewReader(out.Body.Bytes()))
	if err != nil || len(f.GetSheetList()) != 5 {
		t.Fatalf("%d, %v", out.Code, err)
	}
	f.Close()
	_, _, leader := w.person(id, auth.Grant{Role: auth.Leader, Whole: true})
	read := w.ask(http.MethodGet, path, "", leader).Body.String()
	if strings.Contains(read, "<textarea") || strings.Contains(read, path+"/make") || !strings.Contains(read, "已证明没有更省的") {
		t.Error("a leader is given the forms, or not the plan")
	}
	if out := w.form(path+"/make", leader, "scenario", "mid"); out.Code != 403 {
		t.Errorf("a leader makes it: %d", out.Code)
	}
	if out := w.ask(http.MethodGet, path+"/template", "", clerk); out.Code != 200 || !bytes.HasPrefix(out.Body.Bytes(), []byte("PK")) {
		t.Errorf("template: %d", out.Code)
	}
}
