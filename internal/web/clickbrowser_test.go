package web

import (
	"context"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"
	"github.com/xuri/excelize/v2"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// Somebody switches a second factor on, is asked for it the next time, loses it
// with the password, and comes in again by a code that an administrator made.
func TestBrowserSecondFactor(t *testing.T) {
	for _, lang := range i18n.Languages {
		t.Run(lang, func(t *testing.T) {
			w := newTown(t)
			_, login, _ := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
			_, keeper, _ := w.person("", auth.Grant{Role: auth.SystemAdmin, Whole: true})
			v := visitAt(t, w.h)
			v.speak(lang)
			v.comeIn(login)
			v.open("/account/totp")
			v.submit(`form[action="/account/totp"]`)
			v.until(`document.querySelector("svg.qr") && document.querySelector("section.door code")`)
			secret := strings.ReplaceAll(eval[string](v, `document.querySelector("section.door code").textContent`), " ", "")
			v.typed(`[name="code"]`, "000000")
			v.submit(`form[action="/account/totp"]`)
			v.until(`document.querySelector("#wrong")`)
			v.shot("click-totp-wrong-" + lang)
			code, err := totp.GenerateCode(secret, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			v.typed(`[name="code"]`, code)
			v.submit(`form[action="/account/totp"]`)
			v.until(`location.pathname === "/account" && document.querySelector(".l.g")`)
			v.shot("click-totp-on-" + lang)
			v.leave()

			v.typed(`#sign-in [name="login"]`, login)
			v.typed(`#sign-in [name="password"]`, goodPassword)
			v.submit("#sign-in")
			v.until(`document.querySelector("#wrong") && document.readyState === "complete"`)
			v.shot("click-signin-code-" + lang)

			v.open("/recover") // away from the answer to a form
			v.comeIn(keeper)
			v.open("/admin/accounts?q=" + login)
			eval[int](v, `[...document.querySelectorAll("tbody a")].find(a => a.textContent.includes(`+quote(login)+`)).click(), 0`)
			v.until(`document.querySelector('form[action$="/code"]') && document.readyState === "complete"`)
			v.submit(`form[action$="/code"]`)
			v.until(`document.querySelector(".slip")`)
			v.shot("click-slip-" + lang)
			once := eval[string](v, `document.querySelector(".slip .secret, .slip code.big, .slip .code")?.textContent || [...document.querySelectorAll(".slip code")].pop().textContent`)
			v.leave()
			v.open("/recover")
			v.typed(`[name="login"]`, login)
			v.typed(`[name="code"]`, once)
			v.typed(`[name="new"]`, goodPassword+"-2")
			v.typed(`[name="again"]`, goodPassword+"-2")
			v.submit(`form[action="/recover"]`)
			v.until(`location.pathname === "/sign-in" && document.querySelector("html.js") && document.readyState === "complete"`)
			v.shot("click-recovered-" + lang)
			v.typed(`#sign-in [name="login"]`, login)
			v.typed(`#sign-in [name="password"]`, goodPassword+"-2")
			v.submit("#sign-in")
			v.until(`location.pathname !== "/sign-in" && !document.querySelector('[name="code"]')`)
			v.forget("401") // the wrong code, and the password without one
			v.forget("400")
			v.quiet()
		})
	}
}

// A school is renamed on the page: the effect is shown first, then saved, then
// undone.
func TestBrowserChangeOfASchool(t *testing.T) {
	h, c := kept(t)
	tree, err := c.Tree(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	code := ""
	on := tree.On(edu.Year(2025))
	for i := range on.Nodes {
		if on.Nodes[i].Unit.Level == edu.School {
			code = on.Nodes[i].Key
			break
		}
	}
	v := visitAt(t, h)
	for _, lang := range i18n.Languages {
		v.speak(lang)
		v.open("/changes/new?kind=renamed")
		eval[int](v, `document.querySelector('[name="day"]').value = "2025-12-01", 0`)
		v.typed(`[name="document"]`, "霁教发〔2025〕9号")
		v.typed(`[name="units"]`, code)
		v.typed(`form.fields [name="name"]`, "云岫市霁川县新名小学")
		v.press(`button[value="preview"]`)
		v.until(`document.querySelector("#effects li")`)
		v.shot("click-change-preview-" + lang)
		v.press(`button[value="save"]`)
		v.until(`location.pathname === "/changes" && document.querySelector("tbody tr")`)
		if row := eval[string](v, `document.querySelector("tbody tr").textContent`); !strings.Contains(row, "霁教发〔2025〕9号") {
			t.Errorf("the first change is %q", row)
		}
		v.shot("click-change-saved-" + lang)
		v.submit(`tbody tr form[action="/changes/undo"]`)
		v.until(`document.querySelector("tbody tr") && !document.querySelector("tbody tr form")`)
		v.shot("click-change-undone-" + lang)
	}
	v.quiet()
}

// A county gives a school more time, and the school's page says until when.
func TestBrowserExtension(t *testing.T) {
	browses(t)
	c, is := deskCity(t)
	ts, err := c.Desk(auth.Operator()).Tasks(context.Background(), collect.Filter{Issue: is.ID, Query: "小学", Limit: 1})
	if err != nil || len(ts.List) == 0 {
		t.Fatalf("tasks %v, %v", ts, err)
	}
	place := ts.List[0].Place
	who := auth.Actor{Account: "reviewer", Name: "某审核", Grants: []auth.Grant{{Role: auth.CountyReviewer, Unit: place.County}}}
	v := visitAt(t, cityHandler(t, c, &who))
	for i, lang := range i18n.Languages {
		v.speak(lang)
		v.open("/work/" + is.ID + "/" + url.PathEscape(string(place.Unit)))
		v.until(`document.querySelector("html.js .strip")`)
		eval[int](v, `[...document.querySelectorAll("details.act")].find(d => d.querySelector('[name="due"]')).querySelector("summary").click(), 0`)
		v.until(`document.querySelector("dialog[open] [name=due]")`)
		v.shot("click-extend-" + lang)
		day := (is.Due + edu.Date(7*(i+1))).String()
		eval[int](v, `(d => { d.querySelector("[name=due]").value = `+quote(day)+`; d.querySelector("textarea").value = "学校停电三天，设备无法使用"; d.querySelector(".btn.p").click(); return 0 })(document.querySelector("dialog[open]"))`)
		v.until(`document.querySelector(".strip .due")?.textContent.includes(` + quote(day) + `) && !document.querySelector("dialog[open]")`)
		v.shot("click-extended-" + lang)
	}
	v.quiet()
}

// A workbook with a wrong cell comes back from the page with that cell marked.
func TestBrowserMarkedWorkbook(t *testing.T) {
	browses(t)
	c, is := deskCity(t)
	ctx := context.Background()
	ts, err := c.Desk(auth.Operator()).Tasks(ctx, collect.Filter{Issue: is.ID, Query: "小学", Limit: 1})
	if err != nil || len(ts.List) == 0 {
		t.Fatalf("tasks %v, %v", ts, err)
	}
	place := ts.List[0].Place
	name := filepath.Join(t.TempDir(), "填报.xlsx")
	out, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Desk(auth.Operator()).Template(ctx, out, is.ID, place.Unit, "zh"); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	who := auth.Actor{Account: "head", Name: "某校长", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: place.Unit}}}
	h, err := New(c, Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Desk: func(auth.Actor) Desk { return c.Desk(who) }})
	if err != nil {
		t.Fatal(err)
	}
	v := visitAt(t, h)
	file := v.downloads()
	v.open("/work/upload")
	v.attach(`input[type="file"]`, name)
	v.submit(`form[action^="/work/upload"]`)
	v.until(`document.querySelector('section.up a[href*="/work/marked/"]')`)
	v.shot("click-upload-result")
	v.press(`section.up a[href*="/work/marked/"]`)
	f, err := excelize.OpenFile(file())
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if first := f.GetSheetName(0); first != "错误清单" {
		t.Errorf("the first sheet is %q, want the list of errors", first)
	}
	v.quiet()
}

// downloads lets the browser save files; the function waits for the next one.
func (v *visitor) downloads() func() string {
	v.t.Helper()
	dir := v.t.TempDir()
	done := make(chan string, 1)
	err := chromedp.ListenBrowser(v, func(ev any) {
		if ev, ok := ev.(*browser.EventDownloadProgress); ok && ev.State == browser.DownloadProgressStateCompleted {
			done <- filepath.Join(dir, ev.GUID)
		}
	})
	if err != nil {
		v.t.Fatal(err)
	}
	if _, err := chromedp.CallBrowser(v, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{BrowserContextID: chromedp.FromContext(v).BrowserContextID, Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, DownloadPath: dir, EventsEnabled: new(true)}); err != nil {
		v.t.Fatal(err)
	}
	return func() string {
		v.t.Helper()
		select {
		case file := <-done:
			return file
		case <-time.After(patience):
			v.t.Fatal("no download in 30 s")
			return ""
		}
	}
}

// attach chooses a file as the file dialog does.
func (v *visitor) attach(sel, name string) {
	v.t.Helper()
	v.run(chromedp.SetUploadFiles(sel, []string{name}))
}

// submit sends a form as its button does, once the page is there whole.
func (v *visitor) submit(sel string) {
	v.t.Helper()
	v.until(`document.readyState === "complete" && document.querySelector(` + quote(sel) + `)`)
	eval[int](v, `(f => { setTimeout(() => f.requestSubmit()); return 0 })(document.querySelector(`+quote(sel)+`))`)
}

// press clicks what is there once the page is whole.
func (v *visitor) press(sel string) {
	v.t.Helper()
	v.until(`document.readyState === "complete" && document.querySelector(` + quote(sel) + `)`)
	eval[int](v, `(e => { setTimeout(() => e.click()); return 0 })(document.querySelector(`+quote(sel)+`))`)
}
