package web

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// photographed is a picture as a phone would give it, in base64.
func photographed(t *testing.T, shade uint8) string {
	t.Helper()
	pic := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for y := range 40 {
		for x := range 60 {
			pic.Set(x, y, color.RGBA{shade, uint8(x * 4), uint8(y * 6), 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, pic); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// photo chooses a picture in a field for files.
func (v *visitor) photo(sel, data string) {
	v.t.Helper()
	eval[int](v, `(() => { const bytes = Uint8Array.from(atob(`+quote(data)+`), c => c.charCodeAt(0)); const d = new DataTransfer(); d.items.add(new File([bytes], "现场.png", {type: "image/png"})); const i = document.querySelector(`+quote(sel)+`); i.files = d.files; i.dispatchEvent(new Event("change", {bubbles: true})); return 0 })()`)
}

// types fills a field as somebody would.
func (v *visitor) types(sel, text string) {
	v.t.Helper()
	eval[int](v, `(i => { i.value = `+quote(text)+`; i.dispatchEvent(new Event("input", {bubbles: true})); return 0 })(document.querySelector(`+quote(sel)+`))`)
}

func (v *visitor) clicks(sel string) {
	v.t.Helper()
	eval[int](v, `document.querySelector(`+quote(sel)+`).click(); 0`)
}

// An inspection from plan to closed hazard on a page as wide as a phone, with the
// network gone in the middle: the page goes on, keeps answers, photos and signatures,
// and sends them when the network is back. Nothing is lost and nothing is doubled.
func TestBrowserInspectionOnAPhone(t *testing.T) {
	testkit.OutOfProcess(t)
	w := newTown(t)
	_, _, planner := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyReviewer, Unit: w.county.Unit.ID})
	_, _, inspector := w.person(w.county.Unit.ID, auth.Grant{Role: auth.Inspector, Unit: w.county.Unit.ID})
	_, _, head := w.person(w.school.Unit.ID, auth.Grant{Role: auth.SchoolHead, Unit: w.school.Unit.ID})
	out := w.ask(http.MethodPost, "/safety/plans", url.Values{"name": {"春季开学检查"}, "kind": {"term"}, "by": {"安全科"}, "from": {later(-7)}, "until": {later(14)}, "list": {"fire", "drowning"}, "schools": {w.school.Key}}.Encode(), planner)
	plan := out.Header().Get("Location")
	if out.Code != http.StatusSeeOther || !strings.HasPrefix(plan, "/safety/plans/") {
		t.Fatalf("plan: %d %s", out.Code, firstLine(out.Body.String()))
	}

	v := visitAt(t, w.h)
	command(v, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 1})
	v.as(inspector)
	axe := axeScript(t)
	v.open(plan)
	v.clicks(`#t-visitplan tbody a[href*="/new?"]`)
	v.until(`document.querySelector("#begin")`)
	v.clicks(`#begin button`)
	v.until(`document.querySelector("form[data-ready]")`)
	id := strings.TrimPrefix(eval[string](v, `location.pathname`), "/safety/inspections/")
	v.holds(axe, 390)
	items := eval[[]string](v, `[...document.querySelectorAll("[data-item]")].map(e => e.dataset.item)`)
	if len(items) != 10 {
		t.Fatalf("items %v", items)
	}
	choose := func(item, result string) {
		t.Helper()
		v.clicks(fmt.Sprintf(`[name="r:%s"][value="%s"]`, item, result))
	}
	choose(items[0], "fit")
	choose(items[1], "bad")
	v.types(fmt.Sprintf(`[name="w:%s"]`, items[1]), "教学楼二楼")
	v.types(fmt.Sprintf(`[name="p:%s"]`, items[1]), "二楼应急灯不亮")
	v.until(`document.getElementById("saved").textContent.includes("服务器")`)

	v.net(false)
	v.types(fmt.Sprintf(`[name="d:%s"]`, items[1]), later(10))
	choose(items[2], "bad")
	v.types(fmt.Sprintf(`[name="w:%s"]`, items[2]), "实验楼走廊")
	v.types(fmt.Sprintf(`[name="p:%s"]`, items[2]), "灭火器被杂物遮挡")
	v.clicks(fmt.Sprintf(`[name="x:%s"]`, items[2]))
	v.photo(fmt.Sprintf(`[name="f:%s"]`, items[1]), photographed(t, 10))
	v.photo(fmt.Sprintf(`[name="f:%s"]`, items[2]), photographed(t, 200))
	for _, it := range items[3:] {
		choose(it, "fit")
	}
	v.until(`!document.getElementById("offline").hidden && document.querySelectorAll(".sf-waits").length === 2`)
	eval[int](v, `(l => { l[0].value = "检查甲"; l[1].value = "检查乙"; return 0 })(document.querySelectorAll("#sign [name=checker]"))`)
	v.clicks(`#signs`)
	v.until(`document.getElementById("told").textContent.includes("网络恢复后自动提交")`)
	kept := eval[string](v, `Object.keys(localStorage).filter(k => k.startsWith("shuren.draft.")).map(k => localStorage[k]).join()`)
	if !strings.Contains(kept, "灭火器") || strings.Contains(kept, "检查甲") {
		t.Errorf("kept in the browser: %s", kept)
	}
	if x, err := w.s.safety.Visit(t.Context(), auth.Operator(), id); err != nil || x.State != inspection.Open || x.Answers[items[2]].Result != "" {
		t.Fatalf("%+v, %v: something arrived without a network", x.Answers, err)
	}
	if shots := os.Getenv("SHUREN_SHOTS"); shots != "" {
		os.WriteFile(filepath.Join(shots, "safety-phone-offline.png"), ask(v, chromedp.FullScreenshot(100)), 0o644)
	}
	v.mu.Lock()
	v.complaints = nil // the failed requests are what this is about
	v.mu.Unlock()

	v.net(true)
	v.until(`location.search.includes("did=sign")`)
	x, err := w.s.safety.Visit(t.Context(), auth.Operator(), id)
	if err != nil || x.State != inspection.Signed || len(x.Checkers) != 2 {
		t.Fatalf("%s by %v, %v", x.State, x.Checkers, err)
	}
	a, b := x.Answers[items[1]], x.Answers[items[2]]
	if a.Part != "教学楼二楼" || b.Part != "实验楼走廊" || a.Problem != "二楼应急灯不亮" || a.Due.String() != later(10) || len(a.Photos) != 1 || b.Problem != "灭火器被杂物遮挡" || !b.Fixed || len(b.Photos) != 1 || a.Photos[0] == b.Photos[0] {
		t.Errorf("arrived: %+v and %+v", a, b)
	}
	n, _ := x.Count()
	if n[inspection.Fit] != 8 || n[inspection.Unfit] != 2 || len(x.Files) != 2 || len(x.Hazards) != 2 {
		t.Errorf("%v, %d photos, %d hazards", n, len(x.Files), len(x.Hazards))
	}
	signed := 0
	for _, e := range x.Events {
		if e.Act == "sign" {
			signed++
		}
	}
	if signed != 1 {
		t.Errorf("signed %d times", signed)
	}
	if left := eval[int](v, `Object.keys(localStorage).filter(k => k.startsWith("shuren.draft.")).length`); left != 0 {
		t.Error("the browser still keeps what the server has")
	}
	v.holds(axe, 390)

	// The school signs, mends by the limit with a photo, and somebody else closes it.
	v.as(head)
	v.open("/safety/inspections/" + id)
	v.types(`#countersign [name=name]`, "校长丙")
	v.clicks(`#countersign button`)
	v.until(`location.search.includes("did=done")`)
	var hazard, spot *inspection.Hazard
	for i := range x.Hazards {
		if h := &x.Hazards[i]; h.Spot {
			spot = h
		} else {
			hazard = h
		}
	}
	if spot == nil || hazard == nil || spot.State != inspection.Closed || hazard.Part != "教学楼二楼" || spot.Part != "实验楼走廊" {
		t.Fatalf("hazards %+v", x.Hazards)
	}
	v.open(flow.HazardLink(hazard.ID))
	v.clicks(`#act-mend summary`)
	v.types(`#act-mend [name=person]`, "总务丁")
	v.types(`#act-mend [name=measure]`, "更换应急灯")
	v.photo(`#act-mend [name=file]`, photographed(t, 90))
	v.clicks(`#act-mend button`)
	v.until(`location.search.includes("did=act")`)
	v.holds(axe, 390)
	v.as(inspector)
	v.open(flow.HazardLink(hazard.ID))
	v.clicks(`#act-accept summary`)
	v.types(`#act-accept [name=text]`, "应急灯已更换，测试正常")
	v.clicks(`#act-accept button`)
	v.until(`location.search.includes("did=act")`)
	done, err := w.s.safety.Hazard(t.Context(), auth.Operator(), hazard.ID)
	if err != nil || done.State != inspection.Closed || !done.OnTime() || len(done.Before) != 1 || len(done.After) != 1 || done.Person != "总务丁" {
		t.Fatalf("%+v, %v", done, err)
	}
	if rows, total, err := w.s.safety.Hazards(t.Context(), auth.Operator(), store.HazardFilter{Inspection: id}); err != nil || total != 2 {
		t.Errorf("%d hazards of the inspection, %v: %v", total, err, rows)
	}
	v.until(`[...document.images].every(i => i.complete && i.naturalWidth > 0)`)
	v.quiet()
}

// The pages of safety are whole, fit and can be used by everybody, in both languages.
func TestBrowserSafetyPages(t *testing.T) {
	testkit.OutOfProcess(t)
	w := newTown(t)
	id := w.inspected(w.school)
	_, _, section := w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	out := w.ask(http.MethodPost, "/safety/plans", url.Values{"name": {"秋季开学安全检查"}, "kind": {"term"}, "by": {"安全科、卫健局"}, "from": {later(-3)}, "until": {later(14)}}.Encode(), section)
	v := visitAt(t, w.h)
	v.as(section)
	axe, shots := axeScript(t), os.Getenv("SHUREN_SHOTS")
	one, sheet := "/safety/inspections/"+id, "/safety/hazards/"+id
	desk := []string{"/safety", "/safety/inspections", one, "/safety/hazards", "/safety/drills", "/duties"}
	phone := []string{"/safety", "/safety/plans", out.Header().Get("Location"), "/safety/inspections/new", one, one + "/print", "/safety/hazards", "/safety/hazards/found", sheet, "/safety/incidents"}
	// Chinese at a desk, English, whose words are longer, on a phone. A page takes
	// seconds, so a page of one table is opened once.
	for _, seen := range []struct {
		lang  string
		width int
		paths []string
	}{{"zh", 1366, desk}, {"en", 390, phone}} {
		v.speak(seen.lang)
		v.window(int64(seen.width))
		for i, path := range seen.paths {
			v.open(path)
			v.holds(axe, seen.width)
			if t.Failed() {
				t.Fatalf("%s %s at %d", seen.lang, path, seen.width)
			}
			if shots != "" {
				os.WriteFile(filepath.Join(shots, fmt.Sprintf("safety-%s-%02d-%d.png", seen.lang, i, seen.width)), ask(v, chromedp.FullScreenshot(100)), 0o644)
			}
		}
	}
}
