package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/emersion/go-ical"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/todo"
)

// givenTodos is a city whose to-dos a test gives; what of them leaves the system is
// the city's own.
type givenTodos struct {
	*flow.City
	items []todo.Item
	err   error
}

func (l *givenTodos) Todos(context.Context, auth.Actor) ([]todo.Item, error) {
	return slices.Clone(l.items), l.err
}

func (l *givenTodos) TodoCount(context.Context, auth.Actor) (int, error) {
	return todo.Count(l.items), l.err
}

func (l *givenTodos) Feed(ctx context.Context, key string) ([]todo.Item, error) {
	if _, err := l.City.Feed(ctx, key); err != nil {
		return nil, err
	}
	return slices.Clone(l.items), l.err
}

var todoNow = time.Date(2025, 11, 26, 2, 0, 0, 0, time.UTC)

// someTodos are one of each part of the list, the last first.
func someTodos() []todo.Item {
	today := edu.DateOf(todoNow)
	form := edu.Text{ZH: "义务教育学校年度基础数据表", EN: "Annual form of compulsory schools"}
	return []todo.Item{
		{Kind: todo.Pack, ID: "5", Do: edu.Text{ZH: "审定", EN: "Decide on"}, Title: edu.Text{ZH: "提高生均面积", EN: ""}, From: edu.Text{ZH: "某规划员"}, Link: "/own-pack/change?id=5", Since: todoNow.Add(-72 * time.Hour)},
		{Kind: todo.Task, ID: "4", Do: edu.Text{ZH: "办结", EN: "Finish"}, Title: edu.Text{ZH: "核定教师编制并上岗到校，缺口较大的乡镇先行补充"}, From: edu.Text{ZH: "云岫市教育体育局", EN: "City bureau"}, Link: "/tasks/4", Due: today + 35, Since: todoNow},
		{Kind: todo.Task, ID: "3", Do: edu.Text{ZH: "填报进展", EN: "Report progress of"}, Title: edu.Text{ZH: "大班额化解"}, From: edu.Text{ZH: "云岫市教育体育局", EN: "City bureau"}, Link: "/tasks/3", Due: today + 2, Lamp: todo.Amber, Why: edu.Text{ZH: "进度落后", EN: "behind"}},
		{Kind: todo.Paper, ID: "2", Do: edu.Text{ZH: "审核", EN: "Review"}, Title: form, N: 12, Link: "/work?list=mine", Due: today, Outside: form},
		{Kind: todo.Paper, ID: "1", Do: edu.Text{ZH: "填报", EN: "Fill in"}, Title: form, From: edu.Text{ZH: "霁川县第一小学", EN: "First School"}, Link: "/work/base/s1", Due: today - 6, Lamp: todo.Red, Outside: form},
	}
}

func todoTown(t *testing.T, l *givenTodos) *town {
	return newTown(t, func(c *Config) {
		l.City = c.Todos.(*flow.City)
		c.Todos, c.Clock = l, func() time.Time { return todoNow }
	})
}

// The list stands by day, the worst first; everybody who is signed in has it with
// its count, and what does not fit is told.
func TestTodoPage(t *testing.T) {
	l := &givenTodos{items: someTodos()}
	w := todoTown(t, l)
	_, _, clerk := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	_, _, keeper := w.person("", auth.Grant{Role: auth.SystemAdmin, Whole: true})
	for name, secret := range map[string]string{"a clerk": clerk, "an administrator": keeper} {
		page := w.ask("GET", "/todo", "", secret).Body.String()
		check(t, page, "zh")
		at := 0
		for _, want := range []string{"待办<b class=\"n\" title=", ">16</b>", "共 16 项，逾期 1 项", "已逾期（1）", "填报：义务教育学校年度基础数据表", "■ 逾期 6 天", "今天（12）", "12 份", "▲ ", "本周（1）", "▲ ", "以后（1）", "未定期限（1）", "审定：提高生均面积"} {
			i := strings.Index(page[at:], want)
			if i < 0 {
				t.Errorf("%s: the page does not say %q after what stands before it", name, want)
				continue
			}
			at += i
		}
	}
	if r := w.ask("GET", "/todo", "", ""); r.Code != http.StatusSeeOther {
		t.Errorf("nobody: %d", r.Code)
	}
	book := sheets(t, w.ask("GET", "/todo?as=xlsx", "", clerk))["待办"]
	if len(book) != 7 || book[2][0] != "审定：提高生均面积" && book[2][0] != "填报：义务教育学校年度基础数据表" || !slices.Contains(book[1], "分组") {
		t.Errorf("the export: %v", book)
	}
	l.err = fault.Full
	if page := w.ask("GET", "/todo", "", clerk); page.Code != http.StatusOK || !strings.Contains(page.Body.String(), "列出的不全") {
		t.Errorf("one source fails: %d", page.Code)
	}
	l.items, l.err = nil, nil
	if page := w.ask("GET", "/todo", "", clerk).Body.String(); !strings.Contains(page, "没有待办，都办完了。") || strings.Contains(page, "列出的不全") {
		t.Error("an empty list does not say so")
	}
	for n := range 300 {
		l.items = append(l.items, todo.Item{Kind: todo.Task, ID: fmt.Sprint(n), Do: edu.Text{ZH: "签收"}, Title: edu.Text{ZH: "事"}, Link: "/x", Due: 20000})
	}
	page := w.ask("GET", "/todo", "", clerk).Body.String()
	if n := strings.Count(page, "签收：事"); n != mostTodos || !strings.Contains(page, "共 300 条") {
		t.Errorf("%d of 300 are listed", n)
	}
	if rows := sheets(t, w.ask("GET", "/todo?as=xlsx", "", clerk))["待办"]; len(rows) != 302 {
		t.Errorf("the export has %d rows, want all", len(rows)-2)
	}
}

var feedAddress = regexp.MustCompile(`http://example\.com(/feed/[A-Za-z0-9_-]{43}\.ics)`)

// The calendar is read by whoever knows its address, without signing in, by
// another program; a new address ends the old one, and what was typed stays in.
func TestFeed(t *testing.T) {
	l := &givenTodos{items: someTodos()}
	w := todoTown(t, l)
	_, _, clerk := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	address := func() string {
		t.Helper()
		m := feedAddress.FindStringSubmatch(w.ask("POST", "/account/feed", "x=1", clerk).Body.String())
		if m == nil {
			t.Fatal("no address is shown")
		}
		return m[1]
	}
	first := address()
	if page := w.ask("GET", "/account", "", clerk).Body.String(); feedAddress.MatchString(page) || !strings.Contains(page, "换新地址") {
		t.Error("the address is shown again, or the page does not know of it")
	}
	r := w.ask("GET", first, "", "")
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "text/calendar; charset=utf-8" || r.Header().Get("Cache-Control") != "no-store" || r.Header().Get("Set-Cookie") != "" {
		t.Fatalf("%d %v", r.Code, r.Header())
	}
	body := r.Body.String()
	cal, err := ical.NewDecoder(bytes.NewReader([]byte(body))).Decode()
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, e := range cal.Events() {
		s, err := e.Props.Text(ical.PropSummary)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, e.Props.Get(ical.PropDateTimeStart).Value+" "+s+" "+e.Props.Get(ical.PropURL).Value)
	}
	if want := []string{"20251120 填报：义务教育学校年度基础数据表 http://example.com/work/base/s1", "20251126 审核：义务教育学校年度基础数据表 http://example.com/work?list=mine", "20251128 填报进展：任务 http://example.com/tasks/3", "20251231 办结：任务 http://example.com/tasks/4"}; !slices.Equal(said, want) {
		t.Errorf("%q\nwant %q", said, want)
	}
	for _, inside := range []string{"核定", "大班额", "第一小学", "某规划员"} {
		if strings.Contains(body, inside) {
			t.Errorf("%s leaves the system", inside)
		}
	}
	if en := w.ask("GET", first+"?lang=en", "", "").Body.String(); !strings.Contains(en, "Fill in: Annual form") {
		t.Errorf("in English: %s", en)
	}
	second := address()
	for name, path := range map[string]string{"the former address": first, "no key": "/feed/.ics", "a wrong key": "/feed/" + strings.Repeat("a", 43) + ".ics", "without its extension": strings.TrimSuffix(second, ".ics")} {
		if r := w.ask("GET", path, "", ""); r.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
	l.err = fault.Full
	if r := w.ask("GET", second, "", ""); r.Code == http.StatusOK {
		t.Error("half a list is a calendar")
	}
	l.err = nil
	if r := w.ask("POST", "/account/feed/drop", "x=1", clerk); r.Code != http.StatusSeeOther {
		t.Errorf("taken back: %d", r.Code)
	}
	if r := w.ask("GET", second, "", ""); r.Code != http.StatusNotFound {
		t.Errorf("taken back, it answers %d", r.Code)
	}
}

// mailed makes an account with an address, and signs it in.
func (w *town) mailed(login string) string {
	w.t.Helper()
	_, code, err := w.accts.Make(w.t.Context(), auth.Operator(), auth.Account{Login: login, Name: "名" + login, Mail: login + "@edu.example", Unit: w.county.Unit.ID, Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: w.county.Unit.ID}}})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.accts.Recover(w.t.Context(), login, code, goodPassword); err != nil {
		w.t.Fatal(err)
	}
	return w.enter(login)
}

// Who has an address can switch the digest on and off; who has none is told why
// not.
func TestDigestSwitch(t *testing.T) {
	w := todoTown(t, &givenTodos{})
	_, _, none := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	if page := w.ask("GET", "/account", "", none).Body.String(); !strings.Contains(page, "没有登记邮箱") || strings.Contains(page, "/account/digest") {
		t.Error("an account without an address is offered a digest")
	}
	if r := w.ask("POST", "/account/digest", "on=1", none); r.Code != http.StatusBadRequest {
		t.Errorf("switched on without an address: %d", r.Code)
	}
	secret := w.mailed(fmt.Sprintf("mailed%d", people.Add(1)))
	for _, tt := range []struct{ send, to, button string }{{"on=1", "digest", "关闭"}, {"on=0", "undigest", "开通"}} {
		if r := w.ask("POST", "/account/digest", tt.send, secret); r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/account?did="+tt.to+"#todo" {
			t.Errorf("%s: %d %s", tt.send, r.Code, r.Header().Get("Location"))
		}
		if page := w.ask("GET", "/account?did="+tt.to, "", secret).Body.String(); !strings.Contains(page, ">"+tt.button+"</button>") || !strings.Contains(page, "@edu.example") {
			t.Errorf("after %s the page does not offer %s", tt.send, tt.button)
		}
	}
}

// The list and the settings in a real browser, in both languages.
func TestTodoInTheBrowser(t *testing.T) {
	l := &givenTodos{items: someTodos()}
	w := todoTown(t, l)
	login := fmt.Sprintf("mailed%d", people.Add(1))
	w.mailed(login)
	v := visitAt(t, w.h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	v.comeIn(login)
	for _, lang := range i18n.Languages {
		v.speak(lang)
		look := func(name string) {
			t.Helper()
			if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
				t.Errorf("%s is %d px wide", name, width)
			}
			if n := eval[int](v, `document.querySelectorAll("*").length`); n > 1500 {
				t.Errorf("%s has %d elements; the limit is 1,500", name, n)
			}
			v.judge(axe)
			if shots != "" {
				if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("todo-%s-%s.png", lang, name)), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			v.quiet()
		}
		l.items = someTodos()
		v.open("/todo?lang=" + lang)
		look("list")
		for n := range 300 {
			l.items = append(l.items, todo.Item{Kind: todo.Task, ID: fmt.Sprint(n), Do: edu.Text{ZH: "签收", EN: "Sign for"}, Title: edu.Text{ZH: "事项"}, Link: "/x", Due: edu.DateOf(todoNow) + 9})
		}
		v.open("/todo?lang=" + lang)
		look("many")
		l.items = nil
		v.open("/todo?lang=" + lang)
		look("none")
		v.open("/account?lang=" + lang)
		look("account")
		v.press(`form[action="/account/digest"] button`)
		v.until(`location.search.includes("digest") && document.querySelector("html.js")`)
		v.press(`form[action="/account/feed"] button`)
		v.until(`document.querySelector(".secret") && document.querySelector("html.js")`)
		look("address")
		v.press(`form[action="/account/feed/drop"] button`)
		v.until(`location.search.includes("unfeed") && document.querySelector("html.js")`)
		v.quiet()
	}
}
