package web

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/pack"
	"shuren/internal/proposal"
	"shuren/internal/propose"
)

// A cost in English is in millions, on the page and in the workbook alike.
func TestCostsOfGapsInBothLanguages(t *testing.T) {
	for lang, want := range map[string]string{"zh": "1\u2009234.6", "en": "12.35"} {
		r := &request{locale: locale{catalogue(lang)}}
		if c := r.wanCell(12345600); c.Text != want {
			t.Errorf("%s: %q", lang, c.Text)
		}
		if c := r.wanCell(math.NaN()); c.Text != chart.NoNumber {
			t.Errorf("%s: none is %q", lang, c.Text)
		}
	}
	w, city := gapTown(t)
	code, _ := small(t, city)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	total := func(lang string) float64 {
		r := httptest.NewRequest(http.MethodGet, "/gaps", nil)
		r.Header.Set("Accept-Language", lang)
		r.Header.Set("Cookie", sessionName+"="+planner)
		out := httptest.NewRecorder()
		w.h.ServeHTTP(out, r)
		_, row, _ := strings.Cut(out.Body.String(), `id="t-each"`)
		_, row, ok := strings.Cut(row, `/gaps/counties/`+code+`"`)
		row, _, _ = strings.Cut(row, "</tr>")
		cells := regexp.MustCompile(`<td class="n[^>]*>(?:<a[^>]*>)?([0-9\x{2009}.]+)`).FindAllStringSubmatch(row, -1)
		if !ok || len(cells) < 3 {
			t.Fatalf("%s, %d: no cost in %q", lang, out.Code, row)
		}
		var x float64
		if err := json.Unmarshal([]byte(strings.ReplaceAll(cells[2][1], "\u2009", "")), &x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	if zh, en := total("zh-CN"), total("en"); zh <= 0 || math.Abs(zh/en-100) > 0.5 {
		t.Errorf("%v 万元 are %v million yuan", zh, en)
	}
}

// A school is told nothing of its county's prices: neither a cost nor that there is
// no list.
func TestSchoolsSeeNoPrices(t *testing.T) {
	w, city := gapTown(t)
	code, _ := small(t, city)
	_, _, planner := w.person("", auth.Grant{Role: auth.CityPlanner, Whole: true})
	var list struct{ Gaps []struct{ School string } }
	out := w.ask(http.MethodGet, "/api/v1/gaps?county="+code, "", planner)
	if err := json.Unmarshal(out.Body.Bytes(), &list); err != nil || len(list.Gaps) == 0 {
		t.Fatalf("%d, %v", out.Code, err)
	}
	tree, err := city.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	on := tree.On(newest(t).Period)
	at := on.ByKey(edu.School, list.Gaps[0].School)
	if len(at) != 1 {
		t.Fatalf("school %s: %v", list.Gaps[0].School, at)
	}
	school := on.Nodes[at[0]].Unit.ID
	_, _, head := w.person(school, auth.Grant{Role: auth.SchoolHead, Unit: school})
	page := w.ask(http.MethodGet, "/gaps", "", head).Body.String()
	if !strings.Contains(page, `id="t-gaps"`) {
		t.Fatal("a school with gaps is shown none")
	}
	for _, no := range []string{"单价表未填", "算不出费用", ">按单价表"} {
		if strings.Contains(page, no) {
			t.Errorf("a school is told %q", no)
		}
	}
}

// Where there is no plan there is no cost: nothing is not free.
func TestNoPlanCostsNothingKnown(t *testing.T) {
	r := &request{locale: locale{catalogue("zh")}}
	for _, tt := range []struct {
		name   string
		status propose.Status
		cost   float64
		want   string
	}{
		{"found", propose.Optimal, 12000, "1.2"},
		{"nothing to do", propose.Nothing, 0, "0.0"},
		{"rules contradict each other", propose.Infeasible, 0, chart.NoNumber},
		{"stopped before one was found", propose.Stopped, 0, chart.NoNumber},
		{"the engine says none", propose.Optimal, -1, chart.NoNumber},
	} {
		p := proposal.Proposal{Scenario: proposal.Build, Status: string(tt.status), Cost: tt.cost}
		if got := r.costWords(&p); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		var page proposalPage
		page.scenarios(r, []proposal.Proposal{p}, nil, nil)
		for _, row := range page.Scenarios {
			if none := row.Cost == chart.NoNumber; row.Key == string(proposal.Build) && none != (tt.want == chart.NoNumber) {
				t.Errorf("%s: the table says %q", tt.name, row.Cost)
			}
		}
	}
}

// What a rule allows is told from the rule of the scheme, not from one that was known
// when the page was written.
func TestShortIsToldByTheRule(t *testing.T) {
	r := &request{locale: locale{catalogue("zh")}}
	x := &proposal.Proposal{Short: []proposal.Short{{At: proposal.Place{Code: "1"}, Indicator: "b"}, {At: proposal.Place{Code: "1"}, Indicator: "c"}}}
	pk := &pack.Pack{Standards: []*pack.Standard{{Rules: []*pack.Rule{{Level: edu.Section, Of: []string{"a", "b", "c", "d"}, AtLeast: 2}}}}}
	if got := r.shortWords(pk, x); !strings.HasPrefix(got, "1 个学段") || !strings.Contains(got, "4 项至少 2 项") {
		t.Error(got)
	}
	if got := r.shortWords(nil, x); strings.Contains(got, "至少") || got == "" {
		t.Error(got)
	}
}
