package collect

import (
	"strings"
	"testing"

	"shuren/internal/edu"
)

func TestNudges(t *testing.T) {
	school := Place{Unit: "s1", Name: edu.Text{ZH: "城关小学"}}
	for _, tt := range []struct {
		name, due, now string
		want           string // moment; empty for none
	}{
		{"four working days before", "2025-11-28", "2025-11-24 10:00", ""},
		{"three", "2025-11-28", "2025-11-25 10:00", "T-3"},
		{"before the office opens", "2025-11-28", "2025-11-25 08:00", ""},
		{"after it closes", "2025-11-28", "2025-11-25 18:00", ""},
		{"two, where the first was missed", "2025-11-28", "2025-11-26 10:00", "T-3"},
		{"one", "2025-11-28", "2025-11-27 10:00", "T-1"},
		{"on the due day only what was missed", "2025-11-28", "2025-11-28 10:00", "T-1"},
		{"on the weekend after it", "2025-11-28", "2025-11-29 10:00", ""},
		{"on the next working day", "2025-11-28", "2025-12-01 10:00", "T+1"},
		{"a week later, after an outage", "2025-11-28", "2025-12-08 10:00", "T+1"},
		{"last month's", "2025-10-28", "2025-11-28 10:00", ""},
		{"counted over the holiday", "2025-10-11", "2025-09-30 10:00", "T-3"},
		{"a filing without a due day", "", "2025-11-28 10:00", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := Waiting{Issue: "base-2025", Form: edu.Text{ZH: "基础数据表"}, Place: school}
			if tt.due != "" {
				w.Due = date(tt.due)
			}
			got := Nudges([]Waiting{w}, Usual(), clockAt(t, tt.now))
			switch {
			case tt.want == "" && len(got) > 0:
				t.Errorf("%s goes out", got[0].Moment)
			case tt.want != "" && (len(got) != 1 || got[0].Moment.String() != tt.want):
				t.Errorf("%v; want %s", got, tt.want)
			case tt.want != "" && got[0].Key != "remind:base-2025:s1:"+tt.want+":"+tt.due:
				t.Errorf("its key is %s", got[0].Key)
			}
		})
	}
}

func TestNudgeWords(t *testing.T) {
	w := Waiting{Issue: "base-2025", Form: edu.Text{ZH: "基础数据表", EN: "base form"}, Due: date("2025-11-28"), Place: Place{Unit: "s1", Name: edu.Text{ZH: "城关小学"}}}
	now := clockAt(t, "2025-12-01 10:00")
	for m, want := range map[Moment]string{-3: "还有3个工作日：基础数据表", -1: "还有1个工作日：基础数据表", 1: "已逾期：基础数据表"} {
		got := Nudge{w, m, "k"}.Message("a1", now)
		if got.Title.ZH != want || !strings.Contains(got.Body.ZH, "城关小学") || !strings.Contains(got.Body.EN, "2025-11-28") {
			t.Errorf("%s: %+v", m, got)
		}
		mail := got.Mail("x@example.org", "zh", "https://edu.example/")
		if mail.ID != "k@a1" || mail.Subject != want || !strings.HasSuffix(mail.Body, "\n\nhttps://edu.example/work/base-2025/s1") {
			t.Errorf("%s: %+v", m, mail)
		}
	}
}

func TestChase(t *testing.T) {
	form, who := edu.Text{ZH: "基础数据表", EN: "base form"}, Contact{"李某", "0000-1234567"}
	place := func(county, code, name string) Place {
		return Place{Level: edu.School, Code: code, Name: edu.Text{ZH: name}, County: edu.UnitID(county), CountyName: edu.Text{ZH: county}}
	}
	now := clockAt(t, "2025-11-26 09:05")
	for _, tt := range []struct {
		name string
		late []Place
		want string
	}{
		{"one county, in the order of codes", []Place{place("东县", "2", "乙小学"), place("东县", "1", "甲小学")},
			"【催报】截至11月26日09:05，基础数据表未报单位2个：甲小学、乙小学。请于11月28日前报送，联系人李某0000-1234567。"},
		{"two counties", []Place{place("东县", "1", "中心小学"), place("西县", "2", "中心小学")},
			"【催报】截至11月26日09:05，基础数据表未报单位2个：东县中心小学、西县中心小学。请于11月28日前报送，联系人李某0000-1234567。"},
		{"nobody is late", nil, "截至11月26日09:05，基础数据表已全部报送。"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Chase(form, tt.late, now, date("2025-11-28"), who).ZH; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
