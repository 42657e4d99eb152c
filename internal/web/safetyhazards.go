package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/store"
)

// One hazard with its photos before and after, and what can be done with it.

type hazardPage struct {
	Shell
	Sub    string
	Said   string
	Error  string
	Lamp   Lamp
	Facts  []Fact
	Before []photo
	After  []photo
	Acts   []hazardAct
	Log    Table
	Links  []Link
}

// hazardAct is an act as a form.
type hazardAct struct {
	ID, Name, Href, Sent, Why            string
	Rev                                  int
	Primary, Open                        bool
	Text                                 string // label; empty where there is none
	Owner, Sum, Funds, Due, Photos, Must bool
	Control                              bool
	V                                    map[string]string
}

func (r *request) hazardActs(x *flow.HazardView, typed url.Values, why string) (out []hazardAct) {
	label := map[inspection.HazardAct]string{inspection.Pass: r.T("safety.why.pass"), inspection.Reply: r.T("safety.why.reply"), inspection.Accept: r.T("safety.why.accept"), inspection.Refuse: r.T("safety.why.refuse"), inspection.List: r.T("safety.why.list"), inspection.Extend: r.T("task.reason"), inspection.Note: r.T("safety.why.note")}
	for _, a := range x.May {
		v := hazardAct{ID: string(a), Name: r.label(a.Name()), Href: flow.HazardLink(x.ID) + "/acts/upload", Sent: rand.Text(), Rev: x.Rev, Text: label[a], V: map[string]string{"person": x.Person, "measure": x.Measure, "control": x.Control, "funds": x.Funds}}
		v.Owner = a == inspection.Take || a == inspection.Mend
		v.Photos = a == inspection.Mend
		v.Sum = a == inspection.Pass
		v.Funds = a == inspection.Reply
		v.Due = a == inspection.Pass || a == inspection.Reply || a == inspection.Refuse || a == inspection.Extend
		v.Control = x.Major && (v.Owner || a == inspection.Pass)
		v.Primary = len(out) == 0
		if typed.Get("act") == string(a) {
			v.Open, v.Why = true, why
			for _, k := range []string{"person", "measure", "control", "funds", "text", "sum", "due"} {
				v.V[k] = typed.Get(k)
			}
			v.Sent = typed.Get("sent")
		}
		out = append(out, v)
	}
	return out
}

func (s *Server) hazard(w http.ResponseWriter, r *request) error {
	return s.showHazard(w, r, http.StatusOK, url.Values{}, "")
}

func (s *Server) showHazard(w http.ResponseWriter, r *request, status int, typed url.Values, why string) error {
	x, err := s.safety.Hazard(r.Context(), r.who, r.PathValue("hazard"))
	if err != nil {
		return fmt.Errorf("hazard: %w", err)
	}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	p := hazardPage{Shell: s.shell(r, r.T("safety.hazard.title", x.No), "safety"), Lamp: r.hazardLamp(x.Shown, x.Days), Sub: r.Text(x.Unit.Name) + " · " + r.Text(names(x.County).Name), Acts: r.hazardActs(x, typed, why)}
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.hazards"), "/safety/hazards"})
	if why != "" && !slices.ContainsFunc(p.Acts, func(a hazardAct) bool { return a.Open }) {
		p.Error = why
	}
	if r.query.Get("did") != "" {
		p.Said = r.T("safety.did.act")
	}
	fact := func(term, says string) {
		if says != "" {
			p.Facts = append(p.Facts, Fact{Term: term, Text: says})
		}
	}
	fact(r.T("safety.text"), x.Text)
	fact(r.T("safety.checked"), s.checkedText(r, x.Category, x.Item, x.Checked))
	fact(r.T("safety.category"), s.categories(r)[x.Category])
	fact(r.T("safety.part"), s.partName(r, x.Part))
	fact(r.T("safety.grade"), r.hazardGrade(&x.Hazard))
	fact(r.T("safety.foundat"), x.FoundAt.String()+" "+r.Text(x.Source.Name()))
	fact(r.T("safety.finders"), r.List(x.Finders))
	if x.Spot {
		fact(r.T("safety.spot"), r.T("safety.spot.words"))
	}
	fact(r.T("safety.due"), day(x.Due))
	if x.FirstDue != x.Due {
		fact(r.T("safety.firstdue"), day(x.FirstDue))
	}
	fact(r.T("safety.holder"), r.label(x.Turn()))
	fact(r.T("safety.self"), r.selfMend(&x.Hazard))
	fact(r.T("safety.person"), x.Person)
	fact(r.T("safety.measure"), x.Measure)
	fact(r.T("safety.control"), x.Control)
	if x.Sum > 0 {
		fact(r.T("safety.sum"), r.Limit(x.Sum))
	}
	fact(r.T("safety.funds"), x.Funds)
	fact(r.T("safety.mendedat"), day(x.MendedAt))
	fact(r.T("safety.rechecker"), strings.TrimSpace(x.Rechecker+" "+day(x.RecheckAt)))
	fact(r.T("safety.conclusion"), x.Conclusion)
	fact(r.T("safety.closedat"), day(x.ClosedAt))
	if x.Listed.Day != 0 {
		fact(r.T("safety.listed"), x.Listed.Day.String()+" "+x.Listed.Name+" "+x.Listed.Why)
	}
	if x.Task != "" && s.tasks != nil && r.who.May(auth.ReadTasks) {
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.task"), Link: &Link{r.T("task.source.open"), flow.TaskLink(x.Task)}})
	}
	if x.Inspection != "" {
		p.Facts = append(p.Facts, Fact{Term: r.T("safety.from"), Link: &Link{r.T("task.source.open"), flow.VisitLink(x.Inspection)}})
	}
	shown := func(hashes []string) (out []photo) {
		base := flow.HazardLink(x.ID) + "/photos/"
		for _, h := range hashes {
			out = append(out, photo{h, base + h + "/small", base + h})
		}
		return out
	}
	p.Before, p.After = shown(x.Before), shown(x.After)
	p.Log = Table{Tall: true, ID: "hazardlog", Caption: r.T("task.log"), Cols: []Col{{Label: r.T("safety.when")}, {Label: r.T("safety.who")}, {Label: r.T("safety.what")}, {Label: r.T("status")}, {Label: r.T("safety.holder")}, {Label: r.T("safety.due")}, {Label: r.T("safety.words"), Wrap: true}}}
	for i, e := range x.Events {
		name := r.label(e.Act.Name())
		if i == 0 {
			name = r.Capital(r.T("safety.act.found"))
		}
		p.Log.Rows = append(p.Log.Rows, Row{Cells: []Cell{text(r.When(e.At)), text(r.doer(e.By, e.Name)), text(name), text(r.label(e.To.Name())), text(r.label(e.Holder.Name())), text(day(e.Due)), text(e.Text)}})
	}
	return s.write(w, r, status, "hazard.html", p)
}

// doer is who did something, as a history shows it: what went at its time, or on the
// command line, is this system's.
func (r *request) doer(by, name string) string {
	if name == auth.Operator().Name && (by == "" || by == name) {
		return r.T("safety.system")
	}
	return name
}

func (s *Server) actHazard(w http.ResponseWriter, r *request) error {
	if _, err := s.safety.Hazard(r.Context(), r.who, r.PathValue("hazard")); err != nil {
		return fmt.Errorf("hazard: %w", err)
	}
	if err := r.ParseMultipartForm(8 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	id := r.PathValue("hazard")
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	show := func(status int) func(string) error {
		return func(why string) error { return s.showHazard(w, r, status, r.PostForm, why) }
	}
	rev, err := strconv.Atoi(v("rev"))
	if err != nil {
		return fmt.Errorf("rev %q: %w", v("rev"), fault.Invalid)
	}
	o := inspection.HazardOptions{Text: v("text"), Measure: v("measure"), Control: v("control"), Person: v("person"), Own: v("own") != "", Funds: v("funds"), Sent: v("sent")}
	if t := v("sum"); t != "" {
		if o.Sum, err = strconv.ParseFloat(strings.ReplaceAll(t, ",", ""), 64); err != nil {
			return show(http.StatusUnprocessableEntity)(r.T("safety.sum.wrong", t))
		}
	}
	if o.Due, err = r.dayTyped(v("due")); err != nil {
		return s.orSay(err, show(http.StatusUnprocessableEntity), r)
	}
	var photos []flow.Attached
	if r.MultipartForm != nil {
		photos, err = s.takePhotos(r, "file")
	}
	if err == nil {
		_, err = s.safety.ActHazard(r.Context(), r.who, id, rev, inspection.HazardAct(v("act")), o, photos)
	}
	switch {
	case err == nil:
		return away{flow.HazardLink(id) + "?did=act"}
	case errors.Is(err, store.ErrStale):
		return show(http.StatusConflict)(r.T("safety.stale"))
	case errors.Is(err, fault.Forbidden):
		return s.orSay(err, show(http.StatusForbidden), r)
	case errors.Is(err, fault.Conflict):
		return s.orSay(err, show(http.StatusConflict), r)
	}
	return s.orSay(err, show(http.StatusUnprocessableEntity), r)
}

func (s *Server) sendHazardPhoto(w http.ResponseWriter, r *request) error {
	use, body, err := s.safety.HazardFile(r.Context(), r.who, r.PathValue("hazard"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return s.serveFile(w, r, use, body)
}

func (s *Server) smallHazardPhoto(w http.ResponseWriter, r *request) error {
	use, body, err := s.safety.HazardFile(r.Context(), r.who, r.PathValue("hazard"), r.PathValue("hash"))
	if err != nil {
		return fmt.Errorf("photo: %w", err)
	}
	return s.serveThumb(w, r, use, func() ([]byte, error) { return body, nil })
}
