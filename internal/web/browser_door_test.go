package web

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// forget drops the complaints about statuses that a test asked for: a browser
// notes every 401.
func (v *visitor) forget(part string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var rest []string
	for _, c := range v.complaints {
		if !strings.Contains(c, part) {
			rest = append(rest, c)
		}
	}
	v.complaints = rest
}

func (v *visitor) typed(sel, text string) {
	v.t.Helper()
	v.until(`document.readyState === "complete" && document.querySelector(` + quote(sel) + `)`)
	v.run(chromedp.WaitVisible(sel), chromedp.SendKeys(sel, text))
}

// comeIn signs in by the page, by keyboard alone.
func (v *visitor) comeIn(login string) {
	v.t.Helper()
	v.open("/sign-in")
	v.until(`document.activeElement.name === "login"`)
	v.run(chromedp.KeyEvent(login), chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(goodPassword), chromedp.KeyEvent(kb.Enter))
	v.until(`location.pathname !== "/sign-in" && document.querySelector("html.js")`)
}

func (v *visitor) leave() {
	v.t.Helper()
	v.press("form[data-signout] button")
	v.until(`location.pathname === "/sign-in" && document.querySelector("html.js")`)
}

// The pages of the door and of administration, as each of their readers sees
// them: whole, fitting, usable by everybody.
func TestBrowserDoor(t *testing.T) {
	w := newTown(t, withIssuer(issuer(t)), func(c *Config) {
		c.DemoAccounts = []DemoAccount{{"demo.leader", goodPassword, edu.Text{ZH: "市领导", EN: "City leader"}}, {"demo.school", goodPassword, edu.Text{ZH: "学校填报员（示例小学）", EN: "School clerk (a primary school)"}}}
	})
	_, leader, _ := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	_, clerk, _ := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	id, school, _ := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolClerk, Unit: w.school.Unit.ID})
	_, keeper, _ := w.person("", auth.Grant{Role: auth.SystemAdmin, Whole: true})
	_, guard, _ := w.person("", auth.Grant{Role: auth.SecurityAdmin, Whole: true})
	_, auditor, _ := w.person("", auth.Grant{Role: auth.AuditAdmin, Whole: true})
	v := visitAt(t, w.h)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	n := 0
	look := func(name string) {
		t.Helper()
		if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
			t.Errorf("%s is %d px wide: it scrolls sideways at 1366", name, width)
		}
		v.judge(axe)
		if shots != "" {
			png := ask(v, chromedp.FullScreenshot(100))
			if err := os.WriteFile(filepath.Join(shots, name+".png"), png, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		n++
		v.quiet()
	}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		v.open("/sign-in?to=/schools")
		look(lang + "-signin")
		v.typed(`#sign-in [name="login"]`, leader)
		v.typed(`#sign-in [name="password"]`, "not-the-password")
		v.run(chromedp.KeyEvent(kb.Enter))
		v.until(`document.querySelector("#wrong")`)
		v.until(`document.activeElement.name === "password"`) // the next thing to type
		if eval[string](v, `document.querySelector('#sign-in [name="login"]').value`) != leader {
			t.Error("after a wrong password the name is lost")
		}
		v.forget("401")
		look(lang + "-signin-wrong")
		v.open("/recover")
		look(lang + "-recover")

		v.comeIn(leader)
		v.open("/account")
		look(lang + "-account")
		v.typed(`[name="label"]`, "nightly export")
		v.run(chromedp.Submit(`form[action="/account/keys"]`))
		v.until(`document.querySelector(".secret")`)
		look(lang + "-account-key")
		v.open("/account/password")
		look(lang + "-password")
		v.open("/account/totp")
		v.run(chromedp.Submit(`form[action="/account/totp"]`))
		v.until(`document.querySelector("svg.qr")`)
		look(lang + "-totp")
		v.open("/admin/accounts")
		v.forget("403")
		look(lang + "-forbidden")
		v.leave()
		look(lang + "-signedout")

		v.comeIn(clerk)
		v.until(`location.pathname.startsWith("/counties/")`)
		look(lang + "-county")
		v.leave()
		v.comeIn(school)
		v.until(`location.pathname === "/work"`)
		v.open("/schools/" + w.school.Key)
		look(lang + "-school")
		v.leave()

		v.comeIn(keeper)
		v.until(`location.pathname === "/admin/accounts"`)
		look(lang + "-accounts")
		v.run(chromedp.KeyEvent("j"))
		v.until(`document.querySelector("tr.at")`)
		v.open("/admin/new-account")
		look(lang + "-new-account")
		v.typed(`main [name="login"]`, fmt.Sprintf("new%d", people.Add(1)))
		v.typed(`main [name="name"]`, "Somebody New")
		v.typed(`main [name="unit"]`, w.school.Key)
		v.run(chromedp.Submit(`form[action="/admin/accounts"]`))
		v.until(`document.querySelector(".slip")`)
		look(lang + "-slip")
		v.open("/admin/accounts/" + id)
		look(lang + "-user")
		v.leave()

		v.comeIn(guard)
		v.until(`location.pathname === "/admin/roles"`)
		look(lang + "-roles")
		v.open("/admin/roles/" + id)
		look(lang + "-role")
		v.leave()

		v.comeIn(auditor)
		v.until(`location.pathname === "/admin/audit"`)
		look(lang + "-audit")
		v.run(chromedp.Submit(`form[method="post"][action="/admin/audit"]`))
		v.until(`document.querySelector(".say.good")`)
		look(lang + "-audit-verified")
		v.leave()
	}
	if n < 2*19 {
		t.Errorf("only %d pages were looked at", n)
	}
	if axe == "" {
		testkit.Missing(t, "axe", "SHUREN_AXE does not name axe.min.js")
	}
}

// Two minutes before a session ends the page asks whether to stay; who stays
// goes on, who does nothing is signed out and comes back to the same page.
func TestBrowserIdle(t *testing.T) {
	policy := auth.DefaultPolicy
	policy.PerMinute, policy.Idle = 1000, 122*time.Second
	w := newTown(t, func(c *Config) {
		accts := c.Accounts.(*owing)
		accts.Accounts = flow.NewAccounts(demoCity(t), flow.AccountOptions{Policy: policy, Cost: auth.Cost{KiB: 64, Passes: 1, Threads: 1}})
	})
	_, leader, _ := w.person("", auth.Grant{Role: auth.Leader, Whole: true})
	v := visitAt(t, w.h)
	v.comeIn(leader)
	v.open("/schools?verdict=short")
	v.until(`document.querySelector("#idle").open`)
	v.until(`/^[12]:[0-5][0-9]$/.test(document.querySelector("[data-left]").textContent)`)
	if focus := eval[string](v, `document.activeElement.value`); focus != "stay" {
		t.Errorf("the focus is on %q, want the button to stay", focus)
	}
	v.judge(axeScript(t))
	if shots := os.Getenv("SHUREN_SHOTS"); shots != "" {
		png := ask(v, chromedp.FullScreenshot(100))
		if err := os.WriteFile(filepath.Join(shots, "zh-idle.png"), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(5 * time.Second) // so that the visit is worth writing down
	eval[int](v, `window.before = Number(localStorage.getItem("shuren.ends")); 0`)
	v.run(chromedp.KeyEvent(kb.Enter))
	v.until(`Number(localStorage.getItem("shuren.ends")) > window.before`) // the server has answered
	if here := eval[string](v, `location.pathname + location.search`); here != "/schools?verdict=short" {
		t.Errorf("staying leads to %s", here)
	}
	// The rest of the time passes at once.
	eval[int](v, `window.heard = 0; document.addEventListener("shuren:idle", () => window.heard++); 0`)
	eval[int](v, `(now => { localStorage.removeItem("shuren.ends"); Date.now = () => now + 200000; return 0 })(Date.now())`)
	v.until(`location.pathname === "/sign-in" && document.querySelector("html.js")`)
	if q := eval[string](v, `location.search`); !strings.Contains(q, "why=idle") {
		t.Errorf("signed out at %s", q)
	}
}
