package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/i18n"
	"shuren/internal/testkit"
)

// A demo city whose schools have a form to fill: made once, each test has its copy.
var madeDesk = testkit.Prepared{Fill: func(dsn string) (err error) {
	ctx := context.Background()
	c, err := flow.Open(ctx, dsn, "cn-compulsory@2017")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	d := demo.New(1)
	if err := d.Found(ctx, c); err != nil {
		return err
	}
	years, err := d.Wanting(ctx, c)
	if err != nil {
		return err
	}
	if err := d.ReadIn(ctx, c, years[0], nil); err != nil {
		return err
	}
	today := collect.Today(time.Now())
	_, err = c.Desk(auth.Actor{Local: true, Account: "city", Name: "规划科"}).Issue(ctx, flow.Order{Form: "cn-annual-base", Period: edu.Year(years[0].Int() + 1), Opens: today, Due: today + 21,
		Approver: "某局长", Reason: "示例", Except: collect.Exception{Ground: collect.UrgentTop, By: "某局长"}})
	return err
}}

// deskCity is a city of the test's own, with the form that was issued.
func deskCity(t *testing.T) (*flow.City, collect.Issue) {
	t.Helper()
	c, err := flow.Open(t.Context(), madeDesk.SQLite(t), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	forms, err := c.Desk(auth.Operator()).Issues(t.Context(), edu.Period{})
	if err != nil || len(forms) != 1 {
		t.Fatalf("%d forms are issued, %v", len(forms), err)
	}
	return c, forms[0]
}

func cityHandler(t testing.TB, c *flow.City, who *auth.Actor) http.Handler {
	t.Helper()
	h, err := New(c, Config{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Desk: func(a auth.Actor) Desk {
		if who != nil {
			return c.Desk(*who)
		}
		return c.Desk(a)
	}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The pages stand over the real desk: a school fills, is checked, tried, handed
// in, passed and locked; the workbook of the form goes out and comes back.
func TestWorkOverTheRealDesk(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a city")
	}
	c, is := deskCity(t)
	h := cityHandler(t, c, nil)
	ts, err := c.Desk(auth.Operator()).Tasks(context.Background(), collect.Filter{Issue: is.ID, Limit: 5})
	if err != nil || len(ts.List) == 0 {
		t.Fatalf("tasks %v, %v", ts, err)
	}
	unit := string(ts.List[0].Unit)
	paper := "/work/" + is.ID + "/" + url.PathEscape(unit)
	for _, lang := range i18n.Languages {
		for _, p := range []string{"/work", "/work?list=all&page=2", "/work/matrix", "/work/forms", "/work/upload", "/work/mapping", paper, paper + "/trial", paper + "/sign", paper + "/blank"} {
			w := get(t, h, p, "Cookie", "lang="+lang)
			if w.Code != http.StatusOK {
				t.Fatalf("%s: status %d: %s", p, w.Code, w.Body)
			}
			t.Run(lang+p, func(t *testing.T) { check(t, w.Body.String(), lang) })
		}
	}
	for _, p := range []string{"/template", "/data"} {
		if w := get(t, h, paper+p); w.Code != http.StatusOK || !bytes.HasPrefix(w.Body.Bytes(), []byte("PK")) {
			t.Errorf("%s: status %d, no workbook", p, w.Code)
		}
	}

	// The workbook comes back as it went out: known, and one unit saved.
	book := get(t, h, paper+"/template").Body.Bytes()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	part, _ := mw.CreateFormFile("file", "school.xlsx")
	part.Write(book)
	mw.Close()
	r := httptest.NewRequest(http.MethodPost, "/work/upload", &body)
	r.Header.Set("Content-Type", mw.FormDataContentType())
	r.Header.Set("Accept-Language", "zh-CN")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), paper) {
		t.Errorf("upload: status %d: %s", w.Code, w.Body)
	}

	var now struct {
		Rev      int               `json:"rev"`
		State    collect.State     `json:"state"`
		Known    map[string]string `json:"known"`
		Prior    map[string]string `json:"prior"`
		Problems []apiProblem      `json:"problems"`
	}
	api := "/api/v1/forms/" + is.ID + "/units/" + url.PathEscape(unit)
	if err := json.Unmarshal(get(t, h, api).Body.Bytes(), &now); err != nil {
		t.Fatal(err)
	}
	if len(now.Prior) == 0 {
		t.Error("nothing is known of last year")
	}
}

// The same in a browser, with a school's clerk: everything fits and is quiet.
func TestBrowserRealDesk(t *testing.T) {
	browses(t)
	c, is := deskCity(t)
	ts, err := c.Desk(auth.Operator()).Tasks(context.Background(), collect.Filter{Issue: is.ID, Limit: 5})
	if err != nil || len(ts.List) == 0 {
		t.Fatalf("tasks %v, %v", ts, err)
	}
	place := ts.List[0].Place
	clerk := auth.Actor{Account: "clerk", Name: "某填报员", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: place.Unit}}}
	v := visitAt(t, cityHandler(t, c, &clerk))
	paper := "/work/" + is.ID + "/" + url.PathEscape(string(place.Unit))
	look := func(name, path string) {
		t.Helper()
		v.open(path)
		v.until(`document.querySelector("html.js")`)
		if nodes := eval[int](v, `document.querySelectorAll("*").length`); nodes > 1500 {
			t.Errorf("%s: %d elements; the limit is 1,500", path, nodes)
		}
		if width := eval[int](v, `document.documentElement.scrollWidth`); width > 1366 {
			t.Errorf("%s is %d px wide", path, width)
		}
		v.shot(name)
	}
	for _, lang := range i18n.Languages {
		v.speak(lang)
		look(lang+"-real-work", "/work")
		look(lang+"-real-paper", paper)
		look(lang+"-real-trial", paper+"/trial")
		look(lang+"-real-sign", paper+"/sign")
	}
	v.speak("zh")
	v.open(paper)
	v.until(`document.querySelector("html.js form[data-paper]")`)
	v.into(`#paper .c input[data-n]:not([readonly])`)
	v.run(chromedp.KeyEvent("12"), chromedp.KeyEvent(kb.Enter))
	v.saved()
	v.shot("zh-real-saved")
	same := eval[int](v, `document.querySelectorAll('input[name="same"]').length`)
	if same == 0 {
		t.Error("nothing can be confirmed as last year")
	} else {
		v.run(chromedp.Click(`input[name="same"]`))
		v.until(`document.querySelector('input[name="same"]').checked && document.getElementById("saved").textContent.includes("暂存") && performance.getEntriesByType("navigation")[0].type === "reload"`)
		v.shot("zh-real-same")
	}
	v.quiet()
}

// shot keeps a picture of the page, where somebody wants to look at it.
func (v *visitor) shot(name string) {
	v.t.Helper()
	if dir := os.Getenv("SHUREN_SHOTS"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name+".png"), ask(v, chromedp.FullScreenshot(100)), 0o644); err != nil {
			v.t.Fatal(err)
		}
	}
}
