package web

import (
	"testing"

	"shuren/internal/audit"
)

// The log is shown in words where a scheme of the city has them.
func TestLoggedInWords(t *testing.T) {
	for _, tt := range []struct {
		lang string
		rec  audit.Record
		want string
	}{
		{"zh", audit.Record{Action: "county.progress", Detail: "cn-none planned 2030"}, "cn-none · 规划 · 2030"},
		{"en", audit.Record{Action: "county.progress", Detail: "cn-none planned 0"}, "cn-none · planned"},
		{"zh", audit.Record{Action: "evidence.cite", Detail: "ORR56 3"}, "ORR56 第3页"},
		{"zh", audit.Record{Action: "filing.submit", Detail: "revision 2"}, "第 2 次报送"},
	} {
		r := &request{locale: locale{catalogue(tt.lang)}, city: demoCity(t)}
		if got := r.logged(tt.rec); got != tt.want {
			t.Errorf("%s %q: %q, want %q", tt.lang, tt.rec.Detail, got, tt.want)
		}
	}
	r := &request{locale: locale{catalogue("zh")}, city: demoCity(t)}
	if got, want := r.itemName("g8_pay"), r.city.Packs()[0].Indicator("g8_pay").Name.ZH; len(got) < len(want) || got[len(got)-len(want):] != want {
		t.Errorf("g8_pay is %q, want %q", got, want)
	}
}
