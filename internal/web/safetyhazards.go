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
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/inspection"
	"shuren/internal/pack"
	"shuren/internal/store"
)

// The ledger of hazards: the list, one hazard with its photos before and after, and
// what can be done with it.

type hazardsPage struct {
	Shell
	Sub      string
	Said     string
	Table    Table
	Tabs     []Choice
	Pages    []Choice
	Prev     string
	Next     string
	New      string
	Escalate string
	Counties []Choice
	Cats     []Choice
	Ticks    []Choice
	State    string
}

const hazardsSize = 50

func (s *Server) hazardTable(r *request, rows []flow.HazardRow, names func(edu.UnitID) flow.SafetyUnit) Table {
	t := Table{ID: "hazards", Caption: r.T("safety.hazards"), Empty: r.T("safety.hazards.none"), List: true, Tight: true, Cols: []Col{{Label: r.T("safety.no")}, {Label: r.T("level.school"), Wrap: true}, {Label: r.T("level.county"), Wrap: true}, {Label: r.T("safety.category"), Wrap: true}, {Label: r.T("safety.text"), Wrap: true}, {Label: r.T("safety.grade"), Wrap: true}, {Label: r.T("safety.foundat")}, {Label: r.T("safety.due")}, {Label: r.T("safety.holder"), Wrap: true}, {Label: r.T("safety.person")}, {Label: r.T("status")}}}
	cats := s.categories(r)
	for _, h := range rows {
		due := ""
		if h.Due != 0 {
			due = h.Due.String()
		}
		grade := r.T("safety.grade.plain")
		if h.Major {
			grade = r.T("safety.grade.major")
		}
		if h.Listed.Day != 0 {
			grade += " · " + r.T("safety.listed")
		}
		holder := r.Text(h.Holder.Name())
		if h.State == inspection.Closed {
			holder = ""
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{linked(strconv.FormatInt(h.No, 10), flow.HazardLink(h.ID)), text(r.Text(h.Unit.Name)), text(r.Text(names(h.County).Name)), text(cats[h.Category]), text(h.Text), text(grade), text(h.FoundAt.String()), text(due), text(holder), text(h.Person), lampCell(r.hazardLamp(h.Shown, h.Days))}})
	}
	s.oneCounty(r, &t)
	return t
}

func (s *Server) categories(r *request) map[string]string {
	out := map[string]string{}
	if pk, err := s.safety.SafetyPack(); err == nil {
		for _, c := range pk.Checklists {
			out[c.ID] = r.Text(c.Name)
		}
	}
	return out
}

// checkedText is what was looked at: in both languages while the list still says it so.
func (s *Server) checkedText(r *request, list, item, said string) string {
	pk, err := s.safety.SafetyPack()
	if err != nil {
		return said
	}
	for _, c := range pk.Checklists {
		for _, it := range c.Items {
			if c.ID == list && it.ID == item && it.What.ZH == said {
				return r.Text(it.What)
			}
		}
	}
	return said
}

func (s *Server) hazardList(w http.ResponseWriter, r *request) error {
	q := r.query
	f := store.HazardFilter{State: inspection.HazardState(q.Get("state")), Category: q.Get("category"), Major: q.Get("major") == "1", Listed: q.Get("listed") == "1", Size: hazardsSize}
	if f.State != "" && f.State != "all" && !slices.Contains(inspection.HazardStates, f.State) {
		return fmt.Errorf("state %q: %w", f.State, fault.Invalid)
	}
	var err error
	if f.Page, err = pageOf(r); err != nil {
		return err
	}
	if code := q.Get("county"); code != "" {
		id, ok := s.countyID(r, code)
		if !ok {
			return fmt.Errorf("county %q: %w", code, fault.NotFound)
		}
		f.County = id
	}
	names, err := s.safety.SafetyNames(r.Context())
	if err != nil {
		return err
	}
	narrow := f
	switch f.State {
	case "":
		f.Live = true
	case "all":
		f.State = ""
	}
	as := q.Get("as") == "xlsx"
	if as {
		f.Size = -1
	}
	rows, total, err := s.safety.Hazards(r.Context(), r.who, f)
	if err != nil {
		return fmt.Errorf("hazards: %w", err)
	}
	p := hazardsPage{Shell: s.shell(r, r.T("safety.hazards"), "safety"), Table: s.hazardTable(r, rows, names), State: q.Get("state")}
	if as {
		return s.exportPlain(w, r, p.Title, p.Table)
	}
	p.Crumbs = r.safetyCrumbs()
	p.Sub = r.T("safety.hazards.sub", total)
	p.Export = r.here("as", "xlsx", "page", "", "did", "")
	if n := q.Get("did"); strings.HasPrefix(n, "tasks") {
		p.Said = r.T("safety.did.tasks", strings.TrimPrefix(n, "tasks"))
	}
	narrow.State, narrow.Live = "", false
	counts, err := s.safety.CountHazards(r.Context(), r.who, narrow)
	if err != nil {
		return err
	}
	n, live, all := map[inspection.HazardState]int{}, 0, 0
	for _, c := range counts {
		n[c.State] += c.N
		all += c.N
		if c.State != inspection.Closed {
			live += c.N
		}
	}
	tab := func(key, word string, k int) {
		p.Tabs = append(p.Tabs, Choice{Link{word + " " + strconv.Itoa(k), r.here("state", key, "page", "", "did", "")}, q.Get("state") == key})
	}
	tab("", r.T("safety.tab.live"), live)
	for _, st := range inspection.HazardStates {
		tab(string(st), r.Text(st.Name()), n[st])
	}
	tab("all", r.T("any"), all)
	cats := s.categories(r)
	if pk, err := s.safety.SafetyPack(); err == nil {
		for _, c := range pk.Checklists {
			p.Cats = append(p.Cats, Choice{Link{cats[c.ID], c.ID}, c.ID == f.Category})
		}
	}
	p.Ticks = []Choice{{Link{r.T("safety.grade.major"), "major"}, f.Major}, {Link{r.T("safety.listed"), "listed"}, f.Listed}}
	pages := max(1, (total+hazardsSize-1)/hazardsSize)
	p.Pages, p.Prev, p.Next = r.pager(min(f.Page, pages), pages)
	switch {
	case r.who.May(auth.Inspect):
		p.New = "/safety/hazards/found"
	case r.who.May(auth.DoSafety):
		p.New = "/safety/hazards/new"
	}
	if r.who.May(auth.KeepSafety) && r.who.May(auth.GiveTasks) && n[inspection.Overdue] > 0 {
		p.Escalate = "/safety/hazards/escalate"
	}
	return s.render(w, r, "hazards.html", p)
}

func (s *Server) escalate(_ http.ResponseWriter, r *request) error {
	done, err := s.safety.EscalateOverdue(r.Context(), r.who)
	if err != nil {
		return fmt.Errorf("escalate: %w", err)
	}
	return away{"/safety/hazards?state=overdue&did=tasks" + strconv.Itoa(done.Made)}
}

type newHazardPage struct {
	Shell
	Action  string
	Error   string
	ID      string
	Schools []Choice // of who has few
	Typed   map[string]string
	Cats    []Choice
	Parts   []Choice
	Sources []Choice
	Today   string
}

// newHazard is the form of who reports: a school what it found itself, an inspector
// what was found outside an inspection.
func (s *Server) newHazard(perm auth.Permission) handler {
	return func(w http.ResponseWriter, r *request) error {
		return s.showNewHazard(w, r, perm, http.StatusOK, url.Values{}, "")
	}
}

func (s *Server) showNewHazard(w http.ResponseWriter, r *request, perm auth.Permission, status int, v url.Values, why string) error {
	p := newHazardPage{Shell: s.shell(r, r.T("safety.hazard.new"), "safety"), Error: why, ID: v.Get("id"), Typed: map[string]string{}, Today: s.today().String()}
	p.Crumbs = r.safetyCrumbs(Link{r.T("safety.hazards"), "/safety/hazards"})
	if p.ID == "" {
		p.ID = strings.ToLower(rand.Text())
	}
	for _, k := range []string{"school", "part", "text", "due", "found", "control", "category", "source", "spot", "major"} {
		p.Typed[k] = v.Get(k)
	}
	if p.Typed["found"] == "" {
		p.Typed["found"] = p.Today
	}
	p.Action = "/safety/hazards/new/upload"
	if perm == auth.Inspect {
		p.Action = "/safety/hazards/found/upload"
	}
	all, err := s.safety.SafetySchools(r.Context(), r.who, perm)
	if err != nil {
		return err
	}
	if len(all) <= 30 {
		for _, u := range all {
			p.Schools = append(p.Schools, Choice{Link{r.Text(u.Name), u.Code}, u.Code == v.Get("school")})
		}
	}
	pk, err := s.safety.SafetyPack()
	if err != nil {
		return err
	}
	for _, c := range pk.Checklists {
		p.Cats = append(p.Cats, Choice{Link{r.Text(c.Name), c.ID}, c.ID == v.Get("category")})
	}
	for _, k := range pk.KeyParts {
		p.Parts = append(p.Parts, Choice{Link{r.Text(k.Name), ""}, false})
	}
	for _, src := range []inspection.Source{inspection.FromSchool, inspection.FromReport} {
		p.Sources = append(p.Sources, Choice{Link{r.Text(src.Name()), string(src)}, string(src) == v.Get("source") || v.Get("source") == "" && (src == inspection.FromSchool) == (perm == auth.DoSafety)})
	}
	return s.write(w, r, status, "newhazard.html", p)
}

func (s *Server) reportHazard(perm auth.Permission) handler {
	return func(w http.ResponseWriter, r *request) error { return s.takeHazard(w, r, perm) }
}

func (s *Server) takeHazard(w http.ResponseWriter, r *request, perm auth.Permission) error {
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		return fmt.Errorf("form: %w: %w", err, fault.Invalid)
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	show := func(why string) error {
		return s.showNewHazard(w, r, perm, http.StatusUnprocessableEntity, r.PostForm, why)
	}
	all, err := s.safety.SafetySchools(r.Context(), r.who, perm)
	if err != nil {
		return fmt.Errorf("schools: %w", err)
	}
	u, ok := schoolNamed(all, v("school"))
	if !ok {
		return show(r.T("safety.school.unknown", v("school")))
	}
	h := inspection.Hazard{ID: v("id"), School: u.ID, Source: inspection.Source(v("source")), Part: v("part"), Category: v("category"), Text: v("text"), Major: v("major") != "", Control: v("control"), Spot: v("spot") != ""}
	for _, x := range []struct {
		k  string
		to *edu.Date
	}{{"due", &h.Due}, {"found", &h.FoundAt}} {
		if *x.to, err = r.dayTyped(v(x.k)); err != nil {
			return s.orSay(err, show, r)
		}
	}
	photos, err := s.takePhotos(r, "file")
	if err == nil {
		h, err = s.safety.ReportHazard(r.Context(), r.who, h, photos)
	}
	if err != nil {
		return s.orSay(err, show, r)
	}
	return away{flow.HazardLink(h.ID) + "?did=new"}
}

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
		v := hazardAct{ID: string(a), Name: r.Text(a.Name()), Href: flow.HazardLink(x.ID) + "/acts/upload", Sent: rand.Text(), Rev: x.Rev, Text: label[a], V: map[string]string{"person": x.Person, "measure": x.Measure, "control": x.Control, "funds": x.Funds}}
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
	day := func(d edu.Date) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	part := x.Part
	if pk, err := s.safety.SafetyPack(); err == nil {
		if i := slices.IndexFunc(pk.KeyParts, func(k *pack.KeyPart) bool { return k.ID == part }); i >= 0 {
			part = r.Text(pk.KeyParts[i].Name)
		}
	}
	grade := r.T("safety.grade.plain")
	if x.Major {
		grade = r.T("safety.grade.major")
	}
	fact(r.T("safety.text"), x.Text)
	fact(r.T("safety.checked"), s.checkedText(r, x.Category, x.Item, x.Checked))
	fact(r.T("safety.category"), s.categories(r)[x.Category])
	fact(r.T("safety.part"), part)
	fact(r.T("safety.grade"), grade)
	fact(r.T("safety.foundat"), x.FoundAt.String()+" "+r.Text(x.Source.Name()))
	fact(r.T("safety.finders"), r.List(x.Finders))
	if x.Spot {
		fact(r.T("safety.spot"), r.T("safety.spot.words"))
	}
	fact(r.T("safety.due"), day(x.Due))
	if x.FirstDue != x.Due {
		fact(r.T("safety.firstdue"), day(x.FirstDue))
	}
	if x.State != inspection.Closed {
		fact(r.T("safety.holder"), r.Text(x.Holder.Name()))
	}
	fact(r.T("safety.person"), x.Person)
	fact(r.T("safety.measure"), x.Measure)
	fact(r.T("safety.control"), x.Control)
	if x.Sum > 0 {
		fact(r.T("safety.sum"), r.T("safety.yuan", strconv.FormatFloat(x.Sum, 'f', -1, 64)))
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
		name := r.Text(e.Act.Name())
		if i == 0 {
			name = r.T("safety.act.found")
		}
		if e.By == "" && e.Name == auth.Operator().Name {
			e.Name = r.T("safety.system") // what went at its time, or on one computer
		}
		p.Log.Rows = append(p.Log.Rows, Row{Cells: []Cell{text(r.When(e.At)), text(e.Name), text(name), text(r.Text(e.To.Name())), text(r.Text(e.Holder.Name())), text(day(e.Due)), text(e.Text)}})
	}
	return s.write(w, r, status, "hazard.html", p)
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
