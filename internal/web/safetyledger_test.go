package web

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/inspection"
)

// The ledger that is handed on has the columns that bureaus keep, in their order, with
// what the steps say: who was asked to pay is "不能", and what the server did by itself
// is this system's and nobody's.
func TestLedgerAsBureausKeepIt(t *testing.T) {
	w := newTown(t)
	id := w.inspectedAs("l"+strings.ToLower(rand.Text()[:12]), w.near)
	ctx, op := t.Context(), auth.Operator()
	act := func(a inspection.HazardAct, o inspection.HazardOptions) {
		t.Helper()
		x, err := w.s.safety.Hazard(ctx, op, id)
		if err == nil {
			_, err = w.s.safety.ActHazard(ctx, op, id, x.Rev, a, o, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	mine, err := w.s.safety.Hazard(ctx, op, id)
	if err != nil {
		t.Fatal(err)
	}
	no := strconv.FormatInt(mine.No, 10)
	_, _, reviewer := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: w.county.Unit.ID})
	row := func() map[string]string {
		t.Helper()
		out := w.ask(http.MethodGet, "/safety/hazards?as=xlsx&state=all", "", reviewer)
		f, err := excelize.OpenReader(bytes.NewReader(out.Body.Bytes()))
		if err != nil {
			t.Fatalf("%d: %v", out.Code, err)
		}
		defer f.Close()
		all, err := f.GetRows(f.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(all, func(r []string) bool { return len(r) > 2 && r[0] == "编号" })
		want := []string{"编号", "学校", "县", "发现日期", "来源", "检查人", "部位", "类别", "隐患描述", "等级", "整改前照片", "能否自行整改", "整改措施", "整改前管控措施", "所需资金（元）", "资金来源", "责任人", "整改时限", "原时限", "整改完成", "整改后照片", "复查人", "复查日期", "复查结论", "状态", "超期天数", "当前责任方", "挂牌督办", "销号日期"}
		if at < 0 || !slices.Equal(all[at], want) {
			t.Fatalf("columns %q", all)
		}
		for _, r := range all[at+1:] {
			if len(r) > 1 && r[0] == no && r[1] == w.near.Name.ZH {
				said := map[string]string{}
				for i, v := range r {
					said[want[i]] = v
				}
				return said
			}
		}
		t.Fatalf("the hazard is not on the ledger: %q", all)
		return nil
	}
	for _, tt := range []struct {
		name string
		do   func()
		want map[string]string
	}{
		{"as it was found", func() {}, map[string]string{"来源": "举报或通报", "部位": "楼梯", "隐患描述": "堵塞", "等级": "一般", "整改前照片": "1", "能否自行整改": "", "状态": "待整改", "整改后照片": "0"}},
		{"the school mends it", func() { act(inspection.Take, inspection.HazardOptions{Person: "甲", Measure: "清理"}) }, map[string]string{"能否自行整改": "能", "整改措施": "清理", "责任人": "甲", "状态": "整改中"}},
		{"the school cannot pay", func() {
			act(inspection.Pass, inspection.HazardOptions{Text: "无经费", Sum: 46000, Due: w.s.today() + 9})
		}, map[string]string{"能否自行整改": "不能，已上报", "所需资金（元）": "46000", "状态": "上报待解决", "当前责任方": "县级教育行政部门"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.do()
			got := row()
			for k, v := range tt.want {
				if got[k] != v {
					t.Errorf("%s is %q, want %q", k, got[k], v)
				}
			}
		})
	}
	page := w.want(flow.HazardLink(id), reviewer, http.StatusOK, "本系统", "能否自行整改", chart.Number(46000, 0))
	if strings.Contains(page, ">local<") {
		t.Error("the history names an account that nobody has")
	}
	// Beside each other they leave no room for words in two languages.
	list := w.want("/safety/hazards?state=all", reviewer, http.StatusOK, "甲</small>", "上报待解决 ")
	if strings.Contains(list, "<th scope=\"col\">责任人") {
		t.Error("the person has a column of its own")
	}
	// What stands small on the overview has columns in its workbook.
	over, err := excelize.OpenReader(bytes.NewReader(w.ask(http.MethodGet, "/safety?as=xlsx", "", reviewer).Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer over.Close()
	sheets := over.GetSheetList()
	rows, err := over.GetRows(sheets[len(sheets)-1])
	if err != nil || !slices.ContainsFunc(rows, func(r []string) bool { return slices.Contains(r, "县") && slices.Contains(r, "责任人") }) {
		t.Errorf("sheets %q, the last one has %q, %v", sheets, rows, err)
	}
}

// Every school is found by when it was visited last, page by page: those never visited
// before all.
func TestSchoolsByLastVisit(t *testing.T) {
	w := newTown(t)
	_, _, reviewer := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: w.county.Unit.ID})
	c, err := w.s.safety.SafetyCover(t.Context(), auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: w.county.Unit.ID}}}, 0, 0)
	if err != nil || len(c.Oldest) <= mostOldest {
		t.Fatalf("%d schools, %v; want more than a page", len(c.Oldest), err)
	}
	first, last := c.Oldest[0].Unit.Code, c.Oldest[len(c.Oldest)-1].Unit.Code
	row := func(code string) string { return "/safety/inspections/new?school=" + code + `"` }
	if page := w.want("/safety", reviewer, http.StatusOK, row(first), `class="pager"`); strings.Contains(page, row(last)) {
		t.Error("the school visited last stands on the first page")
	}
	w.want(fmt.Sprintf("/safety?page=%d", (len(c.Oldest)+mostOldest-1)/mostOldest), reviewer, http.StatusOK, row(last))
}

// The overview and the page of drills speak of the same schools: a college may be
// visited, and neither counts it.
func TestSafetyCountsTheSameSchools(t *testing.T) {
	w := newTown(t)
	city := auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.CitySection, Whole: true}}}
	c, err := w.s.safety.SafetyCover(t.Context(), city, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	drills, err := w.s.incidents.DrillRows(t.Context(), city, 2025, "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.s.safety.SafetySchools(t.Context(), city, auth.Inspect)
	if err != nil || len(all) <= len(drills) {
		t.Fatalf("%d schools to visit, %d that drill, %v; want colleges among them", len(all), len(drills), err)
	}
	if c.All.Schools != len(drills) || len(c.Oldest) != len(drills) {
		t.Errorf("coverage counts %d schools and lists %d, drills %d", c.All.Schools, len(c.Oldest), len(drills))
	}
}

// A name that is typed in part is taken for no school: the page says which ones it may
// mean, on the list and where something begins.
func TestSchoolsTypedInPart(t *testing.T) {
	w := newTown(t)
	_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
	name := []rune(w.near.Name.ZH)
	part := string(name[:len(name)-1])
	near := part + string(name[len(name)-1:]) + "（" + w.near.Key + "）"
	w.want("/safety/inspections?school="+url.QueryEscape(part), inspector, http.StatusOK, near)
	w.want("/safety/inspections?school="+url.QueryEscape("没有这所"), inspector, http.StatusOK, "没有找到学校“没有这所”")
	out := w.post("/safety/inspections", inspector, "id", "typedinpart000000", "school", part, "kind", "daily", "way", "page")
	if out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), near) {
		t.Errorf("begun at %q: %d", part, out.Code)
	}
	// Of many that are called so the first few are offered, and it is said that there are more.
	var list []flow.SafetyUnit
	for i := range mostNear + 3 {
		list = append(list, flow.SafetyUnit{Name: edu.Text{ZH: fmt.Sprintf("第%d小学", i), EN: fmt.Sprintf("Primary %d", i)}, Code: strconv.Itoa(i)})
		want, not := fmt.Sprintf("另有%d所", i+1-mostNear), "另有"
		if i < mostNear {
			want, not = "第0小学", ""
		}
		said := (&request{locale: locale{i18n.For("zh")}}).noSchool(list, "小学")
		if !strings.Contains(said, want) || strings.Contains(said, "另有") != (not != "") || strings.Contains(said, fmt.Sprintf("第%d小学", mostNear)) {
			t.Errorf("%d schools: %s", i+1, said)
		}
	}
	if foreign := []rune(w.foreign.Name.ZH); strings.Contains(w.want("/safety/inspections?school="+url.QueryEscape(string(foreign[:len(foreign)-1])), inspector, http.StatusOK), w.foreign.Key) {
		t.Error("schools of another county are offered")
	}
}

// Words are made labels in either language without a broken character.
func TestCapital(t *testing.T) {
	for said, want := range map[string]string{"": "", "to be mended": "To be mended", "Closed": "Closed", "待整改": "待整改", "é": "é", "3 left": "3 left"} {
		if got := (locale{}).Capital(said); got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
	}
}
