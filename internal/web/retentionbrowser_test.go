package web

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/testkit"
)

// A case from its opening to its end in a real browser, by the three who have a part in
// it: it is not closed without the receipt, nor before the term is over.
func TestBrowserCase(t *testing.T) {
	testkit.OutOfProcess(t)
	var later atomic.Int64 // days
	w := newTown(t, func(c *Config) {
		c.Retention = demoCity(t).Retention().At(func() time.Time { return time.Now().AddDate(0, 0, int(later.Load())) })
	})
	at := "/retention/cases/" + w.caseOf(w.school, 11)
	_, _, head := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	_, _, near := w.person(w.near.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.near.Unit.ID})
	_, _, officer := w.person(w.county.Unit.ID, auth.Grant{Role: auth.RetentionOfficer, Unit: w.county.Unit.ID})
	v, axe := visitAt(t, w.h), axeScript(t)
	act := func(who, id string, refused bool, kv ...string) {
		t.Helper()
		v.as(who)
		v.open(at)
		v.clicks(`summary[data-key="act-` + id + `"]`)
		v.until(`document.querySelector("dialog[open] [name=act]")`)
		for i := 0; i < len(kv); i += 2 {
			eval[int](v, fmt.Sprintf(`(e => { if (e.type === "checkbox") e.click(); else e.value = %s; return 0 })(document.querySelector(%s))`, quote(kv[i+1]), quote(`dialog[open] `+kv[i])))
		}
		v.clicks(`dialog[open] .btn.p`)
		if refused {
			v.until(`document.querySelector("#wrong")`)
			return
		}
		v.until(`document.querySelector(".said[role=status]")`)
	}
	act(officer, "confirm", false, `[name=day]`, time.Now().AddDate(0, 0, -3).Format(time.DateOnly), `[name=cause]`, "weary")
	act(head, "persuade", false, `[name=way]`, "home", `[name=part][value=class]`, "", `[name=place]`, "家中", `[name=saw]`, "both", `[name=result]`, "promised")
	act(officer, "notify", false, `[name=legal]`, "educate", `[name=day]`, time.Now().AddDate(0, 0, -1).Format(time.DateOnly))
	for _, lang := range []string{"?lang=en", "?lang=zh"} { // English names of what can be done are longer, and here most can be
		v.as(officer)
		v.open(at + lang)
		v.holds(axe, 1366)
	}
	act(officer, "move", false, `[name=school]`, w.near.Key)
	if eval[bool](v, `!!document.querySelector("#act-close")`) {
		t.Error("closing is offered without the receipt")
	}
	act(near, "accept", false)
	act(officer, "close", true)
	v.forget("409") // the browser notes what was refused
	v.holds(axe, 1366)
	later.Store(400)
	act(officer, "close", false)
	for _, path := range []string{at, "/retention", "/retention/compare", "/retention/attendance", "/retention/reports", "/retention/children", "/retention/visits", "/retention/warning"} {
		v.open(path)
		v.holds(axe, 1366)
	}
}
