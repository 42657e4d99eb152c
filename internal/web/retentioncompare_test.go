package web

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/ident"
	"shuren/internal/register"
	"shuren/internal/store"
)

// compared waits until the page no longer asks to be shown again.
func (w *ward) compared(t *testing.T, year int) {
	t.Helper()
	for range 2000 {
		out := w.page("officer", fmt.Sprint("/retention/compare?y=", year), "zh", nil)
		if out.Header().Get("Refresh") == "" {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the comparison does not end")
}

// The comparison over its page: what is missing is said, who is found leads to a case
// and not to more, a pair is decided by a person, and nobody's name is on the page.
func TestComparisonPage(t *testing.T) {
	w := newWard(t)
	if body := w.page("officer", "/retention/compare", "zh", nil).Body.String(); !strings.Contains(body, "未导入：上年学籍、在校名单、户籍名单") || !strings.Contains(body, "至少要有两份名单") {
		t.Error("the page does not say which lists are missing")
	}
	if out := w.page("officer", "/retention/compare", "zh", url.Values{"y": {"2025"}}); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "没有可比对的") {
		t.Errorf("one list compared: %d", out.Code)
	}
	number := func(first string) string { return first + string(ident.Checksum(first)) }
	file := "姓名,身份证号,户籍地单位\n周小小," + number("53990020160410007") + ",990101100\n" + wardName + "," + number("53990020150310019") + ",990101100\n"
	if _, err := w.city.Registers().Import(t.Context(), auth.Operator(), func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(file)), nil }, flow.RegisterOptions{Kind: store.AChild, List: register.Household, Year: 2025}); err != nil {
		t.Fatal(err)
	}
	if out := w.page("officer", "/retention/compare", "zh", url.Values{"y": {"2025"}}); out.Code != http.StatusSeeOther {
		t.Fatalf("compared: %d %s", out.Code, firstLine(out.Body.String()))
	}
	w.compared(t, 2025)
	for _, lang := range i18n.Languages {
		out := w.page("officer", "/retention/compare?y=2025", lang, nil)
		if body := out.Body.String(); out.Code != http.StatusOK || strings.Contains(body, wardName) || strings.Contains(body, "周小小") || strings.Contains(body, "539900") {
			t.Errorf("%s: status %d, or it says who a child is", lang, out.Code)
		}
		t.Run(lang, func(t *testing.T) { check(t, out.Body.String(), lang) })
	}
	body := w.page("officer", "/retention/compare", "zh", nil).Body.String()
	found := regexp.MustCompile(`/retention/new\?source=comparison&amp;child=([^"&]+)`).FindStringSubmatch(body)
	pair := regexp.MustCompile(`name="a" value="([^"]+)"><input type="hidden" name="b" value="([^"]+)"`).FindStringSubmatch(body)
	if found == nil || pair == nil || !strings.Contains(body, "周**") || !strings.Contains(body, "没有学籍（失学）") || !strings.Contains(body, "专员 于") {
		t.Fatalf("what was found is not there: %v, pair %v", found, pair)
	}
	if body := w.page("officer", "/retention/new?source=comparison&child="+found[1], "zh", nil).Body.String(); !strings.Contains(body, `<option value="comparison" selected>`) {
		t.Error("the case does not begin with how it was found")
	}
	if out := w.page("officer", "/retention/new", "zh", url.Values{"child": {found[1]}, "source": {"comparison"}, "cause": {"moved"}, "sent": {"a"}}); out.Code != http.StatusSeeOther {
		t.Errorf("a case of who was found: %d %s", out.Code, firstLine(out.Body.String()))
	}
	if out := w.page("officer", "/retention/compare/pairs", "zh", url.Values{"y": {"2025"}, "a": {pair[1]}, "b": {pair[2]}, "said": {"other"}}); out.Code != http.StatusSeeOther {
		t.Errorf("a pair decided: %d", out.Code)
	}
	if body := w.page("officer", "/retention/compare", "zh", nil).Body.String(); !strings.Contains(body, "已判为不同的人") || !strings.Contains(body, "疑似辍学</a>") {
		t.Error("what was decided, or the case, is not shown")
	}
	if out := w.page("officer", "/retention/compare?as=xlsx", "zh", nil); !strings.HasPrefix(out.Body.String(), "PK") {
		t.Errorf("no file: %d", out.Code)
	}
}

// A comparison says how far it is, and how the last one ended where that was not well;
// one of another server cannot be stopped from here.
func TestComparingSaysHowItStands(t *testing.T) {
	r := &request{locale: locale{Catalogue: i18n.For("zh")}}
	step := edu.Text{ZH: "读取名单", EN: "reading"}
	for _, tt := range []struct {
		name string
		at   flow.Comparing
		want comparingBlock
	}{
		{"none", flow.Comparing{}, comparingBlock{}},
		{"done", flow.Comparing{Making: flow.Making{State: flow.MakingDone}}, comparingBlock{}},
		{"under way", flow.Comparing{Making: flow.Making{State: flow.MakingNow, Step: step, Share: 0.42}}, comparingBlock{Running: true, Stops: true, Percent: 42, Says: "读取名单"}},
		{"it waits", flow.Comparing{Making: flow.Making{State: flow.MakingNow, Waits: true}}, comparingBlock{Running: true, Waits: true, Stops: true, Says: "等待其他计算结束"}},
		{"on another server", flow.Comparing{Making: flow.Making{State: flow.MakingNow}}, comparingBlock{Running: true, Waits: true, Says: "在另一台服务器上进行"}},
		{"stopped", flow.Comparing{Making: flow.Making{State: flow.MakingStopped}}, comparingBlock{Ended: "上次比对被中途停止，没有保存结果。"}},
		{"cut", flow.Comparing{Making: flow.Making{State: flow.MakingCut}}, comparingBlock{Ended: r.T("retention.compare.cut")}},
		{"failed", flow.Comparing{Making: flow.Making{State: flow.MakingFailed, Why: edu.Text{ZH: "磁盘已满"}}}, comparingBlock{Ended: "上次比对没有完成：磁盘已满。脱贫户名单已删除，需要时重新导入。"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := r.comparingBlock(tt.at); got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}
