package web

import (
	"encoding/json"
	"html"
	"math"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/retention"
	"shuren/internal/store"
	"shuren/internal/warning"
)

func warnSays(t *testing.T, page, what string, want ...string) {
	t.Helper()
	page = html.UnescapeString(tag.ReplaceAllString(page, " "))
	for _, s := range want {
		if !strings.Contains(page, s) {
			t.Errorf("%s does not say %q", what, s)
		}
	}
}

// The page of this week's visits: who may makes it, the rule list says that it is one,
// a school enters what came of a visit, and no page has a name, in both languages.
func TestVisitPages(t *testing.T) {
	w := newWard(t)
	if out := w.page("officer", "/retention/visits", "zh", nil); out.Code != http.StatusOK || !strings.Contains(out.Body.String(), "本周名单尚未生成") || !strings.Contains(out.Body.String(), "生成本周名单") {
		t.Errorf("before the list: %d", out.Code)
	}
	if out := w.page("head", "/retention/visits", "zh", nil); strings.Contains(out.Body.String(), `action="/retention/visits/make"`) {
		t.Error("a school is offered to make the county's list")
	}
	head, today := wardPeople["head"], collect.Today(w.now)
	if err := w.x().Mark(t.Context(), head, retention.Mark{Person: w.child, Kind: retention.Absent, Days: 6, Since: today - 8}); err != nil {
		t.Fatal(err)
	}
	if out := w.page("officer", "/retention/visits/make", "zh", url.Values{"county": {"east"}}); out.Code != http.StatusSeeOther {
		t.Fatalf("made: %d %s", out.Code, tag.ReplaceAllString(out.Body.String(), " "))
	}
	page := w.page("head", "/retention/visits", "zh", nil).Body.String()
	warnSays(t, page, "the list", "规则名单", "按考勤预警规则排列", "连续缺课6天", "红色", "钱**", "尚未处理", "仅供建议，由人决定")
	if !strings.Contains(page, "/retention/new?source=visit&amp;child="+string(w.child)) {
		t.Error("no way to open a case")
	}
	week := flow.Monday(today).String()
	said := url.Values{"county": {"east"}, "week": {week}, "page": {"1"}, "child": {string(w.child)}, "said": {"unneeded"}}
	if out := w.page("head", "/retention/visits", "zh", said); out.Code != http.StatusUnprocessableEntity || !strings.Contains(out.Body.String(), "请填写无需走访的理由") {
		t.Errorf("without a reason: %d", out.Code)
	}
	said.Set("note", "已请假")
	if out := w.page("head", "/retention/visits", "zh", said); out.Code != http.StatusSeeOther {
		t.Fatalf("with a reason: %d", out.Code)
	}
	warnSays(t, w.page("officer", "/retention/visits", "zh", nil).Body.String(), "what was done", "无需走访（校长甲", "已请假")
	warnSays(t, w.page("officer", "/retention/visits?week="+week+"&county=east&did=said", "en", nil).Body.String(), "the list in English", "absent for 6 days running", "No visit needed", "Suggested; people decide")
	if out := w.page("officer", "/retention/visits?as=xlsx", "zh", nil); out.Code != http.StatusOK || !strings.HasPrefix(out.Body.String(), "PK") {
		t.Errorf("the workbook: %d", out.Code)
	}
	for _, path := range []string{"/retention/visits", "/retention/warning"} {
		for _, lang := range []string{"zh", "en"} {
			out := w.page("officer", path, lang, nil)
			if strings.Contains(out.Body.String(), wardName) {
				t.Errorf("%s in %s has the name", path, lang)
			}
			if n := strings.Count(out.Body.String(), "<"); out.Code != http.StatusOK || n > 3000 {
				t.Errorf("%s in %s: %d, %d tags", path, lang, out.Code, n)
			}
		}
	}
}

// The page of the model says why it is off; the button is there where it beat the rules
// alone, and what is too small is not told.
func TestWarningPage(t *testing.T) {
	w := newWard(t)
	page := w.page("officer", "/retention/warning", "zh", nil).Body.String()
	warnSays(t, page, "the model before any", "还没有训练过", "走访", "性别和民族不进入模型")
	if strings.Contains(page, `value="on"`) {
		t.Error("a model that was never trained can be switched on")
	}
	if out := w.page("officer", "/retention/warning", "zh", url.Values{"county": {"east"}, "do": {"choose"}, "capacity": {"0"}, "feature": {"absent"}}); out.Code != http.StatusUnprocessableEntity {
		t.Errorf("no visits: %d", out.Code)
	}
	if out := w.page("officer", "/retention/warning", "zh", url.Values{"county": {"east"}, "do": {"choose"}, "capacity": {"25"}, "feature": {"absent", "left_behind"}}); out.Code != http.StatusSeeOther {
		t.Errorf("chosen: %d", out.Code)
	}
	if page := w.page("officer", "/retention/warning", "zh", nil).Body.String(); !strings.Contains(page, `value="25"`) || !strings.Contains(page, `value="left_behind" checked`) || strings.Contains(page, `value="progress"`) {
		t.Error("the choice is not shown, or marks of pupils are offered")
	}
	if out := w.page("officer", "/retention/warning", "zh", url.Values{"county": {"east"}, "do": {"on"}, "rev": {"1"}}); out.Code != http.StatusConflict || !strings.Contains(out.Body.String(), "没有胜过规则名单") {
		t.Errorf("switched on without a model: %d", out.Code)
	}
	list, _ := warning.Named([]string{"absent", "left_behind"})
	m := flow.WarningModel{County: "east", Made: w.now, By: "专员", Closed: 140, Learn: [2]int{60, 900}, Held: [2]int{14, 400}, Rounds: 2, Good: true,
		Model:  &warning.Model{Features: list, Mean: []float64{0.4, 0.1}, Scale: []float64{1.5, 0.3}, Weight: []float64{0.9, 0.2}, Missing: []float64{0.1, 0}, Base: -3, Penalty: 1, Cases: 960, Left: 60},
		Trial:  &warning.Trial{Cases: 414, Left: 14, AUC: 0.91, RuleAUC: 0.7, Brier: 0.021, Base: 0.033, Capacity: 17, Precision: 0.6, Rule: 0.3, Hits: 10, RuleHits: 5, Widest: -1, Calm: true},
		Like:   warning.Profile{{Cuts: []float64{1}, Parts: []float64{900, 60, 0}}, {Parts: []float64{960, 0}}},
		Table:  []warning.Bin{{N: 414, Mean: 0.03, Share: 0.034, Low: 0.001, High: 0.9}},
		Groups: []warning.GroupResult{{Group: "sex:female", N: 200, Left: 10, Recall: 0.7, FPR: 0.02}, {Group: "sex:male", N: 214, Left: 10, Recall: -1, FPR: 0.03}}, Hidden: 6}
	w.keep("warning-model", "good", m)
	page = w.page("officer", "/retention/warning", "zh", nil).Body.String()
	warnSays(t, page, "a good model", "模型在留出数据上胜过规则名单，可以启用", "前17次走访中找到的辍学学生", "0.910", "0.700", "0.0210", "每多1天+17.3分", "女", "70.0%", "有6个群体因人数不足10", "87分，逐项相加", "确认并已销号的个案", "140")
	if !strings.Contains(page, `value="on"`) {
		t.Error("it cannot be switched on")
	}
	warnSays(t, w.page("officer", "/retention/warning", "en", nil).Body.String(), "in English", "beat the rule list on cases held back", "Dropouts found in the first 17 visits", "+17.3 for each more (days)")
	if out := w.page("officer", "/retention/warning", "zh", url.Values{"county": {"east"}, "do": {"on"}, "rev": {"1"}}); out.Code != http.StatusSeeOther {
		t.Fatalf("switched on: %d %s", out.Code, tag.ReplaceAllString(out.Body.String(), " "))
	}
	page = w.page("officer", "/retention/warning?did=on", "zh", nil).Body.String()
	warnSays(t, page, "one that is on", "已启用", "由专员于")
	if !strings.Contains(page, `value="off"`) || strings.Contains(page, `value="on"`) {
		t.Error("it cannot be switched off, or can be switched on twice")
	}
	if err := w.x().Mark(t.Context(), wardPeople["head"], retention.Mark{Person: w.child, Kind: retention.Absent, Days: 2, Since: collect.Today(w.now) - 2}); err != nil {
		t.Fatal(err)
	}
	if out := w.page("officer", "/retention/visits/make", "zh", url.Values{"county": {"east"}}); out.Code != http.StatusSeeOther {
		t.Fatal(out.Code)
	}
	// One child in the whole city is not like the many that the model was made of.
	warnSays(t, w.page("officer", "/retention/visits", "zh", nil).Body.String(), "after a drift", "数据漂移检查已自动停用模型")
	warnSays(t, w.page("officer", "/retention/warning", "zh", nil).Body.String(), "after a drift", "数据漂移检查于", "已知悉，保持停用", "漂移")
	if out := w.page("officer", "/retention/warning", "zh", url.Values{"county": {"east"}, "do": {"off"}}); out.Code != http.StatusSeeOther {
		t.Error(out.Code)
	}
	m.Good, m.Why = false, []edu.Text{{ZH: "排序不比规则名单好", EN: "it ranks no better than the rule list"}}
	w.keep("warning-model", "off", m)
	page = w.page("officer", "/retention/warning", "zh", nil).Body.String()
	warnSays(t, page, "a worse model", "没有通过检验", "排序不比规则名单好")
	if strings.Contains(page, `value="on"`) {
		t.Error("a worse model can be switched on")
	}
}

// keep writes a county's document as a training would have.
func (w *ward) keep(kind, state string, body any) {
	w.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	st, err := store.Open(w.t.Context(), w.file)
	if err != nil {
		w.t.Fatal(err)
	}
	defer st.Close()
	sc := store.Whole(store.Editor)
	old, _ := st.Document(w.t.Context(), sc, kind, kind+"-east")
	if _, err := st.PutDocument(w.t.Context(), sc, store.Document{Kind: kind, ID: kind + "-east", Unit: "east", Rev: old.Rev, State: state, Body: string(text), By: "a", Name: "专员", At: w.now}); err != nil {
		w.t.Fatal(err)
	}
}

// A list by the model says what was seen of a child and how much it raised the line.
func TestReasonsInWords(t *testing.T) {
	for _, tt := range []struct {
		in   flow.VisitPoint
		want string
	}{
		{flow.VisitPoint{Feature: "absent", Value: 6, Points: 23}, "近四周缺课天数6天（+23分）"},
		{flow.VisitPoint{Feature: "left_behind", Value: 1, Points: 8}, "留守（+8分）"},
		{flow.VisitPoint{Feature: "boards", Value: 0, Points: 3}, "住校：否（+3分）"},
		{flow.VisitPoint{Feature: "transfers", Unknown: true, Points: 2}, "两年内转学次数：不详（+2分）"},
	} {
		r := &request{locale: locale{i18n.For("zh")}}
		if got := r.pointWords(tt.in); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
	if got := warnFigure(math.NaN(), 3); got != "–" {
		t.Errorf("what is not known is %q", got)
	}
}
