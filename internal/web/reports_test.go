package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/gallery"
	"shuren/internal/inspection"
	"shuren/internal/task"
	"shuren/internal/testkit"
)

// gallerist is the demo city with forms issued and tasks, and somebody who may make
// documents about all of it.
func gallerist(t *testing.T) (w *town, secret string, orders []flow.ReportOrder) {
	t.Helper()
	w = newTown(t)
	if _, err := issued(); err != nil {
		t.Fatal(err)
	}
	_, _, secret = w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	d := &desks{town: w, city: secret, bureau: task.BureauOf(w.county.Unit.ID)}
	for range 2 {
		id := d.draft("示例督办事项")
		d.act(id, secret, task.Issue)
	}
	if id := d.draft("示例学校事项", "with", "unit:"+string(w.school.Unit.ID)); id != "" {
		d.act(id, secret, task.Issue)
	}
	at := w.county.Unit.ID
	return w, secret, []flow.ReportOrder{{Kind: gallery.Standards}, {Kind: gallery.Completeness}, {Kind: gallery.Supervision}, {Kind: gallery.Retention}, {Kind: gallery.Safety},
		{Kind: gallery.Standards, Unit: at}, {Kind: gallery.Completeness, Unit: at}, {Kind: gallery.Supervision, Unit: at}, {Kind: gallery.Retention, Unit: at}, {Kind: gallery.Safety, Unit: at}, {Kind: gallery.Yearly}, {Kind: gallery.Meeting},
		{Kind: gallery.CountyPlan, Unit: w.county.Unit.ID}, {Kind: gallery.CountyPlan, Unit: proposedTo(t)}, {Kind: gallery.KeepingPlan, Unit: w.county.Unit.ID}, {Kind: gallery.Consolidation, Unit: w.county.Unit.ID}, {Kind: gallery.SchoolPlan, Unit: w.school.Unit.ID}}
}

// proposedTo is a county that has a proposal.
func proposedTo(t *testing.T) edu.UnitID {
	t.Helper()
	city := demoCity(t)
	_, id := small(t, city)
	proposedMixed(t, city, id)
	return id
}

// makes makes a document by its form and gives its page.
func (w *town) makes(secret string, o flow.ReportOrder) (path string) {
	w.t.Helper()
	f := url.Values{"kind": {string(o.Kind)}, "unit": {string(o.Unit)}, "task": {o.Subject}}
	out := w.ask(http.MethodPost, "/reports", f.Encode(), secret)
	if out.Code != http.StatusSeeOther {
		w.t.Fatalf("%s: status %d: %s", o.Kind, out.Code, saidIn(out.Body.String()))
	}
	path, _, _ = strings.Cut(out.Header().Get("Location"), "?")
	return path
}

var saidWrong = regexp.MustCompile(`id="wrong">([^<]*)`)

func saidIn(page string) string {
	if m := saidWrong.FindStringSubmatch(page); m != nil {
		return m[1]
	}
	return page[:min(len(page), 400)]
}

// pageFigures are the numbers of a page, and the rows of its tables with their heads.
type pageFigures struct {
	all  string
	rows map[string]string // text of a row by the text of its head
}

func (w *town) figuresOf(path, secret string) (*pageFigures, error) {
	out := w.ask(http.MethodGet, path, "", secret)
	if out.Code != http.StatusOK {
		return nil, fmt.Errorf("status %d", out.Code)
	}
	doc, err := html.Parse(out.Body)
	if err != nil {
		return nil, err
	}
	p := &pageFigures{rows: map[string]string{}}
	walk(doc, func(x *html.Node) {
		switch {
		case x.Type == html.ElementNode && x.Data == "main":
			p.all = " " + spaced(x) + " "
		case x.Type == html.ElementNode && x.Data == "dd":
			for d := x.PrevSibling; d != nil; d = d.PrevSibling {
				if d.Type == html.ElementNode && d.Data == "dt" {
					p.rows[shownText(d)] += " " + spaced(x) + " "
					break
				}
			}
		case x.Type == html.ElementNode && x.Data == "tr":
			var head *html.Node
			walk(x, func(c *html.Node) {
				if c.Type == html.ElementNode && c.Data == "th" && head == nil {
					head = c
				}
			})
			if head == nil {
				return
			}
			row := " " + spaced(x) + " "
			name := shownText(head)
			p.rows[name] += row
			// What stands small in a head explains its row and is not its name.
			if c := head.FirstChild; c != nil && c.Type == html.TextNode && strings.TrimSpace(c.Data) != name {
				p.rows[strings.TrimSpace(c.Data)] += row
			}
		}
	})
	return p, nil
}

// spaced is the text of a node with its parts apart.
func spaced(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var parts []string
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		parts = append(parts, spaced(c))
	}
	return strings.Join(parts, " ")
}

var written = regexp.MustCompile(`\d+(?:\.\d+)?`)

// stands tells that a number is written in a text, by itself: as it is, or with more
// digits that round to it.
func stands(text, number string) bool {
	plain := strings.NewReplacer("\u2009", "", "\u202f", "")
	want := strings.TrimLeft(plain.Replace(number), "−-+")
	_, frac, _ := strings.Cut(want, ".")
	for _, n := range written.FindAllString(plain.Replace(text), -1) {
		if n == want {
			return true
		}
		if _, more, _ := strings.Cut(n, "."); len(more) > len(frac) {
			if v, err := strconv.ParseFloat(n, 64); err == nil && strconv.FormatFloat(v, 'f', len(frac), 64) == want {
				return true
			}
		}
	}
	return false
}

// Every figure of a document equals the page's: the links of the preview are walked,
// and on each page, beside the words that it is said to stand beside, the same
// number is written. What is counted from others comes to what they are.
func TestEveryFigureOfADocumentIsThePages(t *testing.T) {
	testkit.Sequential(t)
	w, secret, orders := gallerist(t)
	pages := map[string]*pageFigures{} // each is asked for once
	for _, o := range orders {
		t.Run(string(o.Kind)+string(o.Unit), func(t *testing.T) {
			path := w.makes(secret, o)
			d, err := w.s.reports.Report(t.Context(), auth.Operator(), strings.TrimPrefix(path, "/reports/"))
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range d.Draft.Wrong() {
				t.Error(x)
			}
			if n := elements(t, w.ask(http.MethodGet, path, "", secret).Body.String()); n > 1500-shellRoom {
				t.Errorf("the preview has %d elements", n)
			}
			for i, f := range d.Draft.Figures {
				of, _, _ := strings.Cut(f.Href, "?")
				if (of == "/retention/counts" || of == "/safety/incidents") && f.Known && f.Value > 0 && f.Value < gallery.FewerThan {
					t.Errorf("figure %d, %s, %q, is of few persons: %s", i+1, f.Text, f.At, f.Href)
				}
			}
			preview, err := w.figuresOf(path, secret)
			if err != nil {
				t.Fatal(err)
			}
			walked, wrong := 0, 0
			for i, f := range d.Draft.Figures {
				if f.By != "" || !f.Known {
					continue
				}
				p := pages[f.Href]
				if p == nil {
					if p, err = w.figuresOf(f.Href, secret); err != nil {
						t.Errorf("%s: %v", f.Href, err)
						continue
					}
					pages[f.Href] = p
				}
				text := p.all
				if len(f.At) > 0 && f.At[0] != "" {
					text = p.rows[f.At[0]]
				}
				walked++
				ok := stands(text, f.Text)
				if len(f.At) > 1 && f.At[1] != "" && f.Value == 0 {
					// A count of none is written as one, or neither is its word.
					ok = strings.Contains(text, f.At[1]+" 0") || strings.Count(text, f.At[1]+" ") == strings.Count(text, "不"+f.At[1]+" ")
				} else if len(f.At) > 1 && f.At[1] != "" {
					ok = strings.Contains(text, f.At[1]+" "+f.Text)
				}
				if !ok {
					if wrong++; wrong <= 5 {
						t.Errorf("figure %d: %s, %q, is not on %s: %.200s", i+1, f.Text, f.At, f.Href, text)
					}
				}
			}
			if walked < 3 && o.Kind != gallery.KeepingPlan { // of so few cases all may be left out
				t.Errorf("only %d figures were walked", walked)
			}
			if preview.all == "" {
				t.Error("the preview is empty")
			}
			t.Logf("%d figures walked of %d", walked, len(d.Draft.Figures))
		})
	}
}

// A county's bulletins of forms, standards, tasks and hazards go by its townships; of
// cases of children and of incidents they say the county alone.
func TestBulletinsOfACountyGoByTownships(t *testing.T) {
	testkit.Sequential(t)
	w, secret, _ := gallerist(t)
	tree, err := demoCity(t).Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	safety := flow.NewOffice(demoCity(t), "").Safety()
	pk, err := safety.SafetyPack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := safety.ReportHazard(t.Context(), auth.Operator(), inspection.Hazard{ID: "hazardofatownship00000001", School: w.school.Unit.ID, Text: "示例隐患", Part: "教学楼", Category: pk.Checklists[0].ID, Source: inspection.FromSchool, FoundAt: w.s.today(), Due: w.s.today() + 15}, nil); err != nil {
		t.Fatal(err)
	}
	snap := tree.On(newest(t).Period)
	towns := map[string]bool{}
	for _, id := range snap.Under(snap.Find(w.county.Unit.ID)) {
		if n := snap.Nodes[snap.Find(id)]; n.Unit.Level == edu.Township {
			towns[n.Name.ZH] = true
		}
	}
	for k, want := range map[gallery.Kind]bool{gallery.Completeness: true, gallery.Standards: true, gallery.Supervision: true, gallery.Safety: true, gallery.Retention: false} {
		d, err := w.s.reports.Report(t.Context(), auth.Operator(), strings.TrimPrefix(w.makes(secret, flow.ReportOrder{Kind: k, Unit: w.county.Unit.ID}), "/reports/"))
		if err != nil {
			t.Fatal(err)
		}
		n, linked := 0, 0
		for i := range d.Draft.Blocks {
			if tb := d.Draft.Blocks[i].Table; tb != nil {
				for _, row := range tb.Rows {
					if towns[d.Draft.Plain(row[0])] {
						n++
					}
				}
			}
		}
		for _, f := range d.Draft.Figures {
			if strings.Contains(f.Href, "township=") {
				linked++
			}
		}
		if n > 0 != want || (k == gallery.Supervision || k == gallery.Safety) && linked == 0 {
			t.Errorf("%s names %d townships, %d figures lead to a township's list", k, n, linked)
		}
	}
	for _, path := range []string{"/tasks?township=nowhere", "/safety/hazards?township=nowhere"} {
		if out := w.ask(http.MethodGet, path, "", secret); out.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", path, out.Code)
		}
	}
}

// 一县一案 holds what forms.md §9 asks to be counted: seats against the pupils who will
// come, the money by the price list, and every line of the proposal in an annex.
func TestACountysPlanHoldsSeatsMoneyAndProjects(t *testing.T) {
	testkit.Sequential(t)
	w, secret, _ := gallerist(t)
	id := proposedTo(t)
	now := newestOf(t, demoCity(t), id)
	d, err := w.s.reports.Report(t.Context(), auth.Operator(), strings.TrimPrefix(w.makes(secret, flow.ReportOrder{Kind: gallery.CountyPlan, Unit: id}), "/reports/"))
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for i := range d.Draft.Blocks {
		if tb := d.Draft.Blocks[i].Table; tb != nil {
			rows[tb.Caption] = len(tb.Rows)
			if tb.Caption != "资金测算" {
				continue
			}
			sum := 0.0
			for _, row := range tb.Rows {
				sum += d.Draft.Figures[row[4][0].Figure-1].Value
				if d.Draft.Plain(row[5]) == "" {
					t.Errorf("%s: the price rests on nothing", d.Draft.Plain(row[0]))
				}
			}
			if want := now.CostNow() / 1e4; math.Abs(sum-want) > 1e-6*want {
				t.Errorf("the items come to %v, the proposal to %v", sum, want)
			}
		}
	}
	if rows["学位供需"] < 3 || rows["资金测算"] == 0 || rows["措施与项目表"] != len(now.Lines) {
		t.Errorf("tables have so many rows: %v; the proposal has %d lines", rows, len(now.Lines))
	}
}
