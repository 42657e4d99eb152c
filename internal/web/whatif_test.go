package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// A scenario stands in its address and comes to what the engine says; what cannot
// be supposed is said in words, with what was asked still in the form.
func TestWhatIfPage(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	row := a.Stage(edu.Primary).Frame.Rows[0]
	l := locale{i18n.For("zh")}
	for _, tt := range []struct {
		name, query string
		status      int
		want        string
	}{
		{"the bare page", "", 200, l.T("whatif.go")},
		{"a threshold", "indicator=r1&stage=primary&to=5", 200, `id="said"`},
		{"a limit", "rule=dispersion&limit=0.1", 200, `id="said"`},
		{"a school's figure", "unit=" + row.Code + "&unitstage=primary&element=teachers_qualified&value=0", 200, row.Name},
		{"money is typed as it is filled", "unit=" + row.Code + "&unitstage=primary&element=equipment&value=1", 200, "1万元"},
		{"a factor", "county=990102&of=equipment&by=0.5", 200, `id="said"`},
		{"not a number", "indicator=r1&to=many", 400, "不是数值"},
		{"a total that follows", "of=school_pupils&by=2", 400, "由其他数据算出"},
		{"no such indicator", "indicator=zz&to=1", 404, l.T("error.notfound")},
		{"no such school", "unit=1&unitstage=primary&element=teachers&value=1", 404, l.T("error.notfound")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := get(t, h, "/what-if?"+tt.query)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("status %d, want %d with %q:\n%s", w.Code, tt.status, tt.want, w.Body)
			}
			if w.Code == http.StatusOK {
				check(t, w.Body.String(), "zh")
			}
		})
	}
	if w := get(t, h, "/what-if?indicator=r1&to=5&as=xlsx"); w.Header().Get("Content-Type") != xlsx {
		t.Errorf("the export is %q", w.Header().Get("Content-Type"))
	}
}

// Whoever sees one county supposes things of that county alone.
func TestWhatIfWithinReach(t *testing.T) {
	w := newTown(t)
	_, _, clerk := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	_, _, school := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolClerk, Unit: w.school.Unit.ID})
	ask := func(secret, unit string) int {
		q := url.Values{"unit": {unit}, "unitstage": {"primary"}, "element": {"teachers"}, "value": {"1"}}
		return w.ask("GET", "/what-if?"+q.Encode(), "", secret).Code
	}
	for _, tt := range []struct {
		name   string
		secret string
		unit   string
		want   int
	}{
		{"the county's own school", clerk, w.near.Key, 200},
		{"a school of another county", clerk, w.foreign.Key, 404},
		{"the own school", school, w.school.Key, 200},
		{"a neighbour", school, w.near.Key, 404},
	} {
		if got := ask(tt.secret, tt.unit); got != tt.want {
			t.Errorf("%s: status %d, want %d", tt.name, got, tt.want)
		}
	}
}

// The catalogue is searched in both languages, by code and by source, over one
// scheme or all, and narrowed by stage and by evidence; its workbook says more.
func TestCatalogue(t *testing.T) {
	h := handlerOf(t, demoCity(t))
	for _, tt := range []struct {
		name, query string
		has, not    string
	}{
		{"by code", "q=R5", "/indicators/r5", "/indicators/r1?"},
		{"in Chinese", "q=" + url.QueryEscape("骨干教师"), "/indicators/r2", "/indicators/r5"},
		{"in English", "q=backbone", "/indicators/r2", "/indicators/r5"},
		{"only from memory", "tag=M", "/indicators/q9_maths", "/indicators/r1?"},
		{"a stage", "stage=junior&q=R", "/indicators/r1", "/indicators/recognition"},
		{"all schemes", "of=all&q=r1", "/indicators/r1", "nothing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			page := get(t, h, "/indicators?"+tt.query).Body.String()
			_, page, _ = strings.Cut(page, `id="t-catalogue"`)
			page, _, _ = strings.Cut(page, "</table>")
			if !strings.Contains(page, tt.has) || strings.Contains(page, tt.not) {
				t.Errorf("want %s and not %s in\n%s", tt.has, tt.not, page)
			}
		})
	}
	page := get(t, h, "/indicators/r1?stage=primary").Body.String()
	for _, want := range []string{"T<sub>q</sub>", "义务教育学校年度基础数据表", "在校生", "截至2025年9月1日"} {
		if !strings.Contains(page, want) {
			t.Errorf("the indicator's page lacks %q", want)
		}
	}
	if w := get(t, h, "/indicators?as=xlsx"); w.Header().Get("Content-Type") != xlsx || w.Body.Len() < 10_000 {
		t.Errorf("the workbook: %s, %d bytes", w.Header().Get("Content-Type"), w.Body.Len())
	}
}

func TestNotation(t *testing.T) {
	for src, want := range map[string]string{
		"100×T_q/P":       "100×T<sub>q</sub>/P",
		"x_{ij}^2":        "x<sub>ij</sub><sup>2</sup>",
		"a*b <= sqrt(c)":  "a×b ≤ √(c)",
		"<script>alert()": "&lt;script&gt;alert()",
	} {
		if got := string(notation(src)); got != want {
			t.Errorf("%s: %s, want %s", src, got, want)
		}
	}
}
