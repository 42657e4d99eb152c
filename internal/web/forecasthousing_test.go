package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/auth"
)

// Where seats run short stands first, with the element that seats are read from and
// its source; the files have it too.
func TestForecastSeats(t *testing.T) {
	_, h := forecastServer(t)
	page := get(t, h, "/forecast?stage=junior", "Accept-Language", "en").Body.String()
	seats, says := strings.Index(page, `id="t-seats"`), strings.Index(page, `id="says"`)
	if seats < 0 || says < seats {
		t.Errorf("seats stand at %d, the method at %d", seats, says)
	}
	for _, want := range []string{"Seats of a junior section", "cn-compulsory@2017", "Ordinary classes × 50", "政府保障程度第5项", "See the data", "/trace/county/", "seats_junior"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	var f struct {
		Seats []struct {
			Place, Source string
			Seats         float64
			Mid           []float64
		}
		Source []string
		Places []struct {
			Grades []struct{ Mid, Low, High []*float64 }
		}
	}
	if err := json.Unmarshal(get(t, h, "/forecast?as=json").Body.Bytes(), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Seats) == 0 || f.Seats[0].Seats <= 0 || len(f.Seats[0].Mid) != 10 || !strings.Contains(f.Seats[0].Source, "seats") && !strings.Contains(f.Seats[0].Source, "学位") || len(f.Source) == 0 {
		t.Errorf("seats %+v, sources %v", f.Seats[:min(1, len(f.Seats))], f.Source)
	}
	if csv := get(t, h, "/forecast?as=csv").Body.String(); !strings.HasPrefix(csv, "place,within,stage,grade,year,kind,pupils,low,high") {
		t.Errorf("%.200s", csv)
	}
}

// A county types its new housing with its source; what is wrong comes back as it was
// typed, what is right stands on the page and in the audit log's words.
func TestForecastHousing(t *testing.T) {
	city, h := forecastServer(t)
	f, err := city.Forecast(t.Context(), auth.Operator())
	if err != nil {
		t.Fatal(err)
	}
	county := f.Places[1]
	form := url.Values{"county": {string(county.Unit)}, "rev": {"0"}, "lines": {"\t翠湖花园\t小学\t2028\t1000\t很多\t\t住建局"}}
	post := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/forecast/housing", strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept-Language", "zh-CN")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	if w := post(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "写的是“很多”") || !strings.Contains(w.Body.String(), "翠湖花园\t小学\t2028\t1000\t很多") {
		t.Errorf("a word: %d", w.Code)
	}
	form.Set("lines", "没有的学校\t翠湖花园\t小学\t2028\t1000\t0.3\t\t住建局")
	if w := post(); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "本县没有名为“没有的学校”的小学") {
		t.Errorf("no such school: %d", w.Code)
	}
	form.Set("lines", "\t翠湖花园\t小学\t2028\t1000\t0.3\t\t住建局")
	if w := post(); w.Code != http.StatusSeeOther {
		t.Fatalf("kept: %d %.300s", w.Code, w.Body)
	}
	page := get(t, h, "/forecast?of="+county.Code, "Accept-Language", "zh-CN").Body.String()
	for _, want := range []string{"翠湖花园", "&#43;300", "住建局", `name="rev" value="1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the county's page does not say %q", want)
		}
	}
	if w := post(); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "刚被别人改过") {
		t.Errorf("over what was not seen: %d", w.Code)
	}
	_, again, _ := strings.Cut(post().Body.String(), `action="/forecast/housing"`)
	again, _, _ = strings.Cut(again, "</form>")
	if !strings.Contains(again, "翠湖花园\t小学\t2028\t1000\t0.3") || !strings.Contains(again, `name="rev" value="1"`) {
		t.Errorf("the form after a conflict does not stand on what is kept now, with what was typed: %s", again)
	}
	form.Set("rev", "1")
	form.Set("lines", "")
	if w := post(); w.Code != http.StatusSeeOther {
		t.Errorf("none: %d", w.Code)
	}
	// The overview and the county's page show the forecast that was made last.
	for path, want := range map[string]string{"/": "学位供需", "/counties/" + county.Code: "学位供需"} {
		if w := get(t, h, path, "Accept-Language", "zh-CN"); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s has no card: %d", path, w.Code)
		}
	}
}
