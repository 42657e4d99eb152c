package web

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"shuren/internal/attach"
	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// desks are two people on the two sides of tasks: the city's section gives, the
// county's clerk owes.
type desks struct {
	*town
	city, county string // secrets
	bureau       string // id of the county's bureau
}

func newDesks(t testing.TB) *desks {
	w := newTown(t)
	_, _, city := w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	_, _, county := w.person(w.county.Unit.ID, auth.Grant{Role: auth.CountyClerk, Unit: w.county.Unit.ID})
	return &desks{w, city, county, task.BureauOf(w.county.Unit.ID)}
}

// later is a working day that is fair, far enough for everything.
func later(days int) string {
	d := collect.Today(time.Now()) + edu.Date(days)
	for d.Time().Weekday() == time.Saturday || d.Time().Weekday() == time.Sunday {
		d++
	}
	return d.String()
}

// draft makes a draft by the page and gives its id.
func (d *desks) draft(title string, more ...string) string {
	d.t.Helper()
	v := url.Values{"title": {title}, "demand": {"年底前配齐"}, "source.kind": {"meeting"}, "source.name": {"教育工作会议"}, "lead": {d.bureau}, "due": {later(60)}, "sheet": {"1"}, "sent": {fmt.Sprint(people.Add(1))}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	out := d.ask(http.MethodPost, "/tasks/new", v.Encode(), d.city)
	to := out.Header().Get("Location")
	if out.Code != http.StatusSeeOther || !strings.HasPrefix(to, "/tasks/") {
		d.t.Fatalf("new task: %d %s: %s", out.Code, to, firstLine(out.Body.String()))
	}
	id, _, _ := strings.Cut(strings.TrimPrefix(to, "/tasks/"), "?")
	return id
}

var revIn = regexp.MustCompile(`name="rev" value="(\d+)"`)

// rev is the revision that the page of a task shows.
func (d *desks) rev(id, secret string) string {
	d.t.Helper()
	out := d.ask(http.MethodGet, "/tasks/"+id, "", secret)
	if m := revIn.FindStringSubmatch(out.Body.String()); m != nil {
		return m[1]
	}
	x, err := d.s.tasks.Task(d.t.Context(), auth.Operator(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return strconv.Itoa(x.Rev)
}

// act sends the form of an act over the revision that is there.
func (d *desks) act(id, secret string, act task.Act, more ...string) *httptest.ResponseRecorder {
	d.t.Helper()
	v := url.Values{"act": {string(act)}, "rev": {d.rev(id, secret)}, "sent": {fmt.Sprint(people.Add(1))}}
	for i := 0; i+1 < len(more); i += 2 {
		v.Add(more[i], more[i+1])
	}
	if v.Get("rev") == "" {
		v.Set("rev", d.rev(id, secret))
	}
	return d.ask(http.MethodPost, "/tasks/"+id+"/acts", v.Encode(), secret)
}

// does fails the test where an act does not go through.
func (d *desks) does(id, secret string, act task.Act, want task.State, more ...string) {
	d.t.Helper()
	if out := d.act(id, secret, act, more...); out.Code != http.StatusSeeOther {
		d.t.Fatalf("%s: %d: %s", act, out.Code, firstLine(out.Body.String()))
	}
	d.stands(id, want)
}

func (d *desks) stands(id string, want task.State) task.Full {
	d.t.Helper()
	x, err := d.s.tasks.Task(d.t.Context(), auth.Operator(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	if x.State != want {
		d.t.Fatalf("the task is %s, want %s", x.State, want)
	}
	return x
}

// A task goes the whole way by its pages, between two people.
func TestTaskGoesItsWay(t *testing.T) {
	d := newDesks(t)
	id := d.draft("补齐县域音体美教师")
	d.does(id, d.city, task.Issue, task.ToSign)
	d.does(id, d.county, task.Sign, task.Working, "leader", "某局长", "person", "某科长", "text", "由人事股办理")
	d.does(id, d.county, task.Report, task.Working, "text", "已完成摸底，缺口四十人", "percent", "20")
	d.does(id, d.county, task.Ask, task.Extension, "text", "招聘公告须延后", "due", later(90), "progress", "已拟公告")
	d.does(id, d.city, task.Grant, task.Working, "due", later(90))
	d.does(id, d.county, task.HandIn, task.InReview, "text", "已招录三十八人", "head", "某局长")
	d.does(id, d.city, task.Return, task.Working, "text", "还差两人的去向", "facts", "1")
	d.does(id, d.county, task.HandIn, task.InReview, "text", "四十人到岗", "head", "某局长")
	d.does(id, d.city, task.Close, task.Closed, "facts", "1", "solved", "1", "done", "1", "conclusion", "1", "text", "属实")
	page := d.ask(http.MethodGet, "/tasks/"+id, "", d.county).Body.String()
	for _, want := range []string{"已招录三十八人", "还差两人的去向", "已完成摸底，缺口四十人", "某局长", "督办〔"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a closed task does not say %q", want)
		}
	}
	check(t, page, "zh")
}

// photo is one that things in the test of who may do what have as evidence.
func (w *town) photo() flow.Attached {
	w.t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 9, 6))); err != nil {
		w.t.Fatal(err)
	}
	f, body, err := attach.Clean("整改前.png", bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		w.t.Fatal(err)
	}
	return flow.Attached{File: f, Body: body}
}

// tasksOf makes a task of supervision for each school, given by its county.
// Each has the same photo as evidence.
func (w *town) tasksOf(schools ...*edu.Node) (ids []string, file string) {
	w.t.Helper()
	photo := w.photo()
	due, err := parseDate(later(60))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range schools {
		id := n.Unit.ID
		x, err := w.s.tasks.NewTask(w.t.Context(), auth.Operator(), task.Task{Title: "校园安全隐患整改", Issuer: task.BureauOf(w.countyOf(n)), Lead: task.InstitutionOf(id), Sheet: task.Sheet{Urgency: task.Ordinary},
			Source: task.Source{Kind: task.FromInspection, Name: "安全检查"}, Due: due}, "")
		if err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.s.tasks.Act(w.t.Context(), auth.Operator(), x.ID, x.Rev, task.Issue, task.Options{}); err != nil {
			w.t.Fatal(err)
		}
		if _, err := w.s.tasks.AddTaskFiles(w.t.Context(), auth.Operator(), x.ID, []flow.Attached{photo}); err != nil {
			w.t.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	return ids, photo.Hash
}

// countyOf is the county in which a unit lies.
func (w *town) countyOf(n *edu.Node) edu.UnitID {
	w.t.Helper()
	if n == w.foreign {
		return w.other.Unit.ID
	}
	return w.county.Unit.ID
}

// formIn reads the hidden fields of the form in a part of a page; nil where the
// part has no form.
func formIn(t testing.TB, page, id string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out url.Values
	attr := func(n *html.Node, key string) string {
		for _, a := range n.Attr {
			if a.Key == key {
				return a.Val
			}
		}
		return ""
	}
	walk(doc, func(part *html.Node) {
		if part.Type != html.ElementNode || attr(part, "id") != id {
			return
		}
		walk(part, func(n *html.Node) {
			switch {
			case n.Type != html.ElementNode:
			case n.Data == "form":
				out = url.Values{}
			case n.Data == "input" && out != nil:
				out.Add(attr(n, "name"), attr(n, "value"))
			}
		})
	})
	return out
}
