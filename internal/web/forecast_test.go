package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/flow"
)

func forecastServer(t testing.TB) (*flow.City, http.Handler) {
	t.Helper()
	city := demoCity(t)
	h, err := New(city, Config{Log: quiet(), Dossier: city, Versions: city, Forecasts: city, Gaps: city})
	if err != nil {
		t.Fatal(err)
	}
	return city, h
}

// The page names its method and what it was worth, in both languages; places and
// stages can be chosen, unknown ones are not found.
func TestForecastPage(t *testing.T) {
	_, h := forecastServer(t)
	for _, tt := range []struct {
		path, lang string
		code       int
		says       []string
	}{
		{"/forecast", "zh-CN", 200, []string{"学龄人口预测", "所用方法：", "低方案", "逐级升学率", "出生登记", "不知道规划", "各地小学在校生", `aria-current="page"`}},
		{"/forecast?of=990124", "zh-CN", 200, []string{"各年级", "一年级", "由小班、一年级推算的出生人数", "小班（3年后）", "/gaps/counties/990124/places"}},
		{"/forecast?stage=junior", "en", 200, []string{"Pupil forecast", "Method used:", "Low", "Progression ratios", "registered births", "Grade 7"}},
		{"/forecast?of=330000", "zh-CN", 404, nil},
		{"/forecast?stage=college", "zh-CN", 404, nil},
	} {
		w := get(t, h, tt.path, "Accept-Language", tt.lang)
		if w.Code != tt.code {
			t.Errorf("%s: %d, want %d", tt.path, w.Code, tt.code)
		}
		for _, want := range tt.says {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s does not say %q", tt.path, want)
			}
		}
	}
}

// What is exported is a workbook of what the page shows, marked as made up.
func TestForecastExport(t *testing.T) {
	_, h := forecastServer(t)
	w := get(t, h, "/forecast?as=xlsx")
	f, err := excelize.OpenReader(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatalf("%d: %v", w.Code, err)
	}
	defer f.Close()
	if got := strings.Join(f.GetSheetList(), " "); got != "预测 学位 年级 检验 区间 逐级升学率 说明" {
		t.Errorf("sheets %s", got)
	}
	rows, err := f.GetRows("说明")
	if err != nil || len(rows) < 4 || !strings.Contains(rows[2][0], "示例") {
		t.Errorf("notes %v, %v", rows, err)
	}
}

// Births that are wrong come back with what to mend and what was typed; a file is
// read by the same rule.
func TestForecastBirthsAreMended(t *testing.T) {
	city, h := forecastServer(t)
	all, err := city.Births(t.Context(), auth.Operator())
	if err != nil || len(all) == 0 {
		t.Fatalf("%d, %v", len(all), err)
	}
	form := url.Values{"county": {string(all[0].County)}, "basis": {"resident"}, "source": {"卫健局"}, "asof": {"2025-01-01"}, "rev": {"0"}, "lines": {"城关镇\t2020\t若干"}}
	post := func(form url.Values) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/forecast/births", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", "zh-CN")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := post(form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "写的是“若干”") || !strings.Contains(w.Body.String(), "城关镇\t2020\t若干") {
		t.Errorf("a word: %d", w.Code)
	}
	form.Set("lines", "城关镇\t2020\t5")
	if w := post(form); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "刚被别人改过") {
		t.Errorf("over what was not seen: %d", w.Code)
	} else { // both versions stand on the page, and what it has is kept when sent again
		page := w.Body.String()
		_, mine, _ := strings.Cut(page, `action="/forecast/births"`)
		rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(mine)
		if rev == nil || rev[1] != strconv.Itoa(all[0].Rev) || !strings.Contains(page, all[0].Source) || !strings.Contains(mine, "城关镇\t2020\t5") {
			t.Fatalf("after a conflict the form has revision %v, kept is %d", rev, all[0].Rev)
		}
		form.Set("rev", rev[1])
		if w := post(form); w.Code != http.StatusSeeOther {
			t.Errorf("seen and sent again: %d", w.Code)
		}
	}
	form.Set("asof", "soon")
	if w := post(form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "截至日期应为") {
		t.Errorf("no day: %d", w.Code)
	}
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for k, v := range map[string]string{"county": string(all[0].County), "basis": "resident", "source": "卫健局", "asof": "2025-01-01", "rev": "0"} {
		mw.WriteField(k, v)
	}
	part, err := mw.CreateFormFile("file", "b.csv")
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte("乡镇,出生年份,男,女\n城关镇,去年,1,2\n"))
	mw.Close()
	r := httptest.NewRequest(http.MethodPost, "/forecast/births/upload", &body)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "b.csv，第 2 行，“出生年份”列：写的是“去年”") {
		t.Errorf("a file: %d", w.Code)
	}
}
