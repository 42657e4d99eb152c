package web

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/i18n"
)

// The pages of records fit the window, complain of nothing and work with a
// keyboard and without a script.
func TestBrowserRecords(t *testing.T) {
	h, c := kept(t)
	ctx := context.Background()
	if _, err := c.Tell(ctx, []collect.Message{
		{Account: "local", ID: "1", At: time.Now(), Title: edu.Text{ZH: "还有3个工作日：义务教育学校年度基础数据表", EN: "Due in 3 working days: annual form"}, Body: edu.Text{ZH: "霁川县第一小学的年度基础数据表请于2025-11-28前报送。", EN: "Hand in the annual form by 2025-11-28."}, Link: "/work"},
		{Account: "local", ID: "2", At: time.Now(), Title: edu.Text{ZH: "已逾期：县级保障程度调查表", EN: "Overdue: county form"}, Body: edu.Text{ZH: "请尽快报送。", EN: "Hand in now."}},
	}, nil, ""); err != nil {
		t.Fatal(err)
	}
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var ids []edu.UnitID
	on := tree.On(edu.Year(2025))
	for i := range on.Nodes {
		if on.Nodes[i].Unit.Level == edu.School && len(ids) < 3 {
			ids = append(ids, on.Nodes[i].Unit.ID)
		}
	}
	for _, ch := range []collect.UnitChange{
		{Kind: collect.Merged, Units: ids[:1], Into: ids[1]},
		{Kind: collect.Renamed, Units: ids[2:], Name: edu.Text{ZH: "霁川县育才实验小学", EN: "Yucai School"}},
	} {
		ch.Day, ch.Document, ch.Reason = edu.DateOf(edu.Year(2026).Reference()), "霁教发〔2026〕12号", "布局调整"
		if _, err := c.ChangeUnit(ctx, auth.Actor{Local: true, Name: "本机"}, ch); err != nil {
			t.Fatal(err)
		}
	}
	full, plain := visitAt(t, records(t, demoCity(t))), visitAt(t, h)
	shots := os.Getenv("SHUREN_SHOTS")
	if shots != "" {
		if err := os.MkdirAll(shots, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, lang := range i18n.Languages {
		for i, x := range []struct {
			v    *visitor
			path string
		}{
			{full, "/quality"}, {full, "/quality?method=jump"}, {full, "/changes/new?kind=split"}, {full, "/calendar?of=2026"},
			{plain, "/changes"}, {plain, "/changes/new?kind=merged"}, {plain, "/changes/new?kind=recoded"}, {plain, "/messages"}, {plain, "/calendar"},
		} {
			t.Run(lang+x.path, func(t *testing.T) {
				x.v.t = t
				x.v.speak(lang)
				x.v.open(x.path)
				if width := eval[int](x.v, `document.documentElement.scrollWidth`); width > 1366 {
					t.Errorf("the page is %d px wide", width)
				}
				if cut := eval[[]string](x.v, `[...document.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.querySelector("caption").textContent + " " + e.scrollWidth + ">" + e.clientWidth)`); len(cut) > 0 {
					t.Errorf("tables that do not fit: %v", cut)
				}
				if n := eval[int](x.v, `document.querySelectorAll("*").length`); n > 1500 {
					t.Errorf("%d elements; the limit is 1,500", n)
				}
				if shots != "" {
					png := ask(x.v, chromedp.FullScreenshot(100))
					if err := os.WriteFile(filepath.Join(shots, fmt.Sprintf("%s-%02d.png", lang, i)), png, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				x.v.quiet()
			})
		}
	}
}
