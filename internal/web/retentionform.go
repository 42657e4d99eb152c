package web

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/attach"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/retention"
)

// caseField is a field of a form about a case.
type caseField struct {
	Label, Name string
	Type        string // text, date, number, area, select, ticks, tick or file
	Must        bool
	Max         int
	Value       string
	Hint        string
	Accept      string // of files
	Choices     []Choice
}

func (r *request) selectField(label, name string, must bool, list []register.Term) caseField {
	f := caseField{Label: label, Name: name, Type: "select", Must: must, Value: r.PostFormValue(name)}
	for _, t := range list {
		f.Choices = append(f.Choices, Choice{Link{r.Text(t.Text), t.ID}, f.Value == t.ID})
	}
	return f
}

func (r *request) ticksField(label, name string, list []register.Term) caseField {
	f := r.selectField(label, name, false, list)
	f.Type = "ticks"
	for i := range f.Choices {
		f.Choices[i].On = slices.Contains(r.PostForm[name], f.Choices[i].Href)
	}
	return f
}

func (r *request) field(kind, label, name string, must bool, most int) caseField {
	return caseField{Label: label, Name: name, Type: kind, Must: must, Max: most, Value: r.PostFormValue(name)}
}

// caseAct is an act that the page offers: a button that opens a form.
type caseAct struct {
	ID, Name, Says, Href string
	Rev                  int
	Sent                 string
	Primary, Danger      bool
	Files                bool // it takes files
	Open                 bool
	Why                  string
	Fields               []caseField
}

// caseFields are what an act asks for, in the order in which people think.
func (r *request) caseFields(a retention.Act, x *flow.CaseFull) []caseField {
	day := func(label string) caseField { return r.field("date", label, "day", false, 0) }
	words := func(must bool) caseField { return r.field("area", r.T("retention.text"), "text", must, 2000) }
	proof := r.field("text", r.T("retention.evidence"), "proof", true, 120)
	school := r.field("text", r.T("retention.receiver"), "school", false, 60)
	school.Hint = r.T("retention.receiver.hint")
	outside := r.field("text", r.T("retention.outside"), "outside", false, 60)
	switch a {
	case retention.Amend:
		lost := r.field("tick", r.T("retention.lost"), "lost", false, 0)
		if x.Lost {
			lost.Value = "1"
		}
		guard := r.ticksField(r.T("retention.guard"), "guard", retention.Parts)
		for i, c := range guard.Choices {
			guard.Choices[i].On = c.On || slices.Contains(x.Guard, retention.Part(c.Href))
		}
		return []caseField{words(true), r.field("number", r.T("retention.absent"), "absent", false, 0), lost, guard}
	case retention.Confirm:
		d := day(r.T("retention.dropped"))
		d.Must = true
		return []caseField{d, r.selectField(r.T("retention.cause"), "cause", true, retention.Causes), words(false)}
	case retention.Exclude:
		return []caseField{words(true), proof}
	case retention.Find:
		return []caseField{r.field("text", r.T("retention.where"), "where", true, 60), proof, words(false)}
	case retention.Persuade:
		return []caseField{day(r.T("retention.visit.day")), r.selectField(r.T("retention.visit.way"), "way", true, retention.Ways), r.ticksField(r.T("retention.visit.parts"), "part", retention.Parts), r.field("text", r.T("retention.visit.place"), "place", true, 60), r.selectField(r.T("retention.visit.saw"), "saw", true, retention.Saws),
			r.selectField(r.T("retention.visit.result"), "result", true, retention.Results), r.field("area", r.T("retention.visit.text"), "text", false, 2000), r.field("text", r.T("retention.evidence.maybe"), "proof", false, 120), r.field("date", r.T("retention.visit.next"), "next", false, 0)}
	case retention.Notify:
		return []caseField{r.selectField(r.T("retention.legal"), "legal", true, retention.Legals), r.field("text", r.T("retention.number"), "number", false, 60), day(r.T("retention.notice.day")), r.field("date", r.T("retention.delivered"), "delivered", false, 0), words(false)}
	case retention.Return:
		return []caseField{day(r.T("retention.back")), words(false)}
	case retention.Move, retention.Resume:
		return []caseField{school, outside, day(r.T("retention.back")), words(false)}
	case retention.Place:
		return []caseField{r.selectField(r.T("retention.placement"), "kind", true, retention.Kinds[2:]), school, outside, day(r.T("retention.back")), words(false)}
	case retention.Accept:
		f := []caseField{day(r.T("retention.receipt.day")), words(false)}
		if x.Placement.School == "" {
			f = append(f, r.field("text", r.T("retention.receipt.number"), "number", true, 60))
		}
		return f
	case retention.Relapse:
		return []caseField{day(r.T("retention.dropped")), r.selectField(r.T("retention.cause"), "cause", true, retention.Causes), words(false)}
	case retention.Except, retention.Renew:
		return []caseField{r.selectField(r.T("retention.excuse"), "excuse", true, retention.Excuses), r.selectField(r.T("retention.ground"), "ground", true, retention.Grounds), proof, r.field("text", r.T("retention.approver"), "approver", true, 60),
			r.field("text", r.T("retention.number"), "number", true, 60), r.field("date", r.T("retention.from"), "from", true, 0), r.field("date", r.T("retention.until.day"), "until", true, 0)}
	case retention.Reopen:
		return []caseField{words(true)}
	case retention.Attach:
		return []caseField{r.stepField(x), words(false)}
	case retention.Number:
		return []caseField{r.field("text", r.T("retention.platform"), "number", true, 40)}
	}
	return []caseField{words(false)}
}

// caseActs are the acts that the reader may do now, as the page offers them.
func (r *request) caseActs(x *flow.CaseFull, tried retention.Act, why string) []caseAct {
	var out []caseAct
	main := map[retention.Act]bool{retention.Confirm: true, retention.Persuade: true, retention.Accept: true, retention.Close: true, retention.Amend: x.State == retention.Suspected && x.Side&retention.Officer == 0}
	for _, a := range x.May {
		v := caseAct{ID: string(a), Name: r.label(a.Name()), Href: flow.CaseLink(x.ID) + "/acts", Rev: x.Rev, Sent: rand.Text(), Danger: a == retention.Relapse || a == retention.Exclude}
		switch a {
		case retention.Accept:
			// A receipt is the receiving school's; of a school outside it is an officer's.
			if x.Placement.School != "" && x.Side&retention.Receiver == 0 || x.Placement.School == "" && x.Side&retention.Officer == 0 {
				continue
			}
			v.Says = r.T("retention.accept.says")
		case retention.Close:
			v.Says = r.T("retention.close.says")
		case retention.Notify:
			v.Says = r.T("retention.notify.says", r.Text(x.Issuer))
		case retention.Persuade:
			v.Says = r.T("retention.persuade.says")
		}
		v.Primary = main[a] && !slices.ContainsFunc(out, func(o caseAct) bool { return o.Primary })
		if tried == a {
			v.Open, v.Why = true, why
		}
		v.Fields = r.caseFields(a, x)
		if v.Files = a != retention.Number && a != retention.Reopen; v.Files {
			v.Href += "/upload"
			v.Fields = append(v.Fields, caseField{Label: r.T("retention.files.add"), Name: "file", Type: "file", Must: a == retention.Attach, Hint: r.T("retention.files.hint", attach.MaxFile>>20), Accept: attach.Accept()})
		}
		if tried != a {
			for i := range v.Fields { // what was typed for one act is nothing to another
				v.Fields[i].Value = ""
				for j := range v.Fields[i].Choices {
					v.Fields[i].Choices[j].On = false
				}
			}
		}
		out = append(out, v)
	}
	return out
}

// caseTyped reads an act from its form; why says what was not understood.
func (s *Server) caseTyped(r *request) (act retention.Act, rev int, o retention.Options, why string, err error) {
	v := func(k string) string {
		return strings.TrimSpace(strings.ReplaceAll(r.PostFormValue(k), "\r\n", "\n"))
	}
	act = retention.Act(v("act"))
	if !slices.Contains(retention.Acts, act) {
		return act, 0, o, "", fmt.Errorf("act %q: %w", act, fault.Invalid)
	}
	if rev, err = strconv.Atoi(v("rev")); err != nil || rev < 0 {
		return act, 0, o, "", fmt.Errorf("rev %q: %w", v("rev"), fault.Invalid)
	}
	o = retention.Options{Text: v("text"), Lost: v("lost") != "", Cause: retention.Cause(v("cause")), Number: v("number"), Where: v("where"), Proof: v("proof"), Sent: v("sent")}
	o.Visit = retention.Visit{Way: retention.Way(v("way")), Place: v("place"), Saw: retention.Saw(v("saw")), Result: retention.Result(v("result")), Proof: v("proof")}
	for _, p := range r.PostForm["part"] {
		o.Visit.Parts = append(o.Visit.Parts, retention.Part(p))
	}
	for _, p := range r.PostForm["guard"] {
		o.Guard = append(o.Guard, retention.Part(p))
	}
	if n := v("step"); n != "" {
		if o.For, err = strconv.Atoi(n); err != nil {
			return act, 0, o, "", fmt.Errorf("step %q: %w", n, fault.Invalid)
		}
	}
	o.Notice = retention.Notice{Step: retention.Legal(v("legal")), Number: v("number")}
	o.Place = retention.Placement{Kind: retention.Kind(v("kind")), Outside: v("outside")}
	o.Except = retention.Exception{Kind: retention.Excuse(v("excuse")), Ground: retention.Ground(v("ground")), Proof: v("proof"), Approver: v("approver"), Number: v("number")}
	if n := v("absent"); n != "" {
		if o.Absent, err = strconv.Atoi(n); err != nil || o.Absent < 0 || o.Absent > 400 {
			return act, rev, o, r.T("retention.wrong.days"), nil
		}
	}
	for key, to := range map[string]*edu.Date{"day": &o.Day, "next": &o.Visit.Next, "delivered": &o.Notice.Delivered, "from": &o.Except.From, "until": &o.Except.Until} {
		if *to, err = r.dayTyped(v(key)); err != nil {
			return act, rev, o, r.why(err), nil
		}
	}
	o.Visit.Day, o.Notice.Day, o.Place.Day = o.Day, o.Day, o.Day
	if typed := v("school"); typed != "" {
		o.Place.School, why, err = s.caseSchool(r, auth.Reach{Whole: true}, typed) // a child may have gone to another county
	}
	return act, rev, o, why, err
}

// caseSchool is the school within somebody's reach that is meant by its code or name.
func (s *Server) caseSchool(r *request, reach auth.Reach, typed string) (id edu.UnitID, why string, err error) {
	t, err := s.tree(r)
	if err != nil {
		return "", "", err
	}
	n := 0
	for i, x := range t.Nodes {
		if x.Unit.Level == edu.School && (x.Key == typed || x.Name.ZH == typed || x.Name.EN == typed) && within(t, reach, i) {
			id = x.Unit.ID
			n++
		}
	}
	switch {
	case n == 0:
		return "", r.T("retention.wrong.school", typed), nil
	case n > 1:
		return "", r.T("retention.wrong.several", typed), nil
	}
	return id, "", nil
}

// newCasePage opens a case of one child.
type newCasePage struct {
	Shell
	Child  string
	Person string
	Facts  []Fact
	Sent   string
	Fields []caseField
	Exists string // address of the case that the child has already
	Error  string
	Pick   []Link // where to choose a child, while none is
}

func (s *Server) newCase(w http.ResponseWriter, r *request) error {
	return s.showNewCase(w, r, http.StatusOK, register.PersonID(r.query.Get("child")), "")
}

func (s *Server) showNewCase(w http.ResponseWriter, r *request, status int, id register.PersonID, why string) error {
	if id == "" {
		return s.pickChild(w, r, status, why)
	}
	x, err := s.retention.Child(r.Context(), r.who, id)
	if errors.Is(err, fault.NotFound) {
		return s.pickChild(w, r, http.StatusNotFound, r.T("retention.pick.none"))
	}
	if err != nil {
		return fmt.Errorf("child: %w", err)
	}
	p := newCasePage{Shell: s.shell(r, r.T("retention.open"), "retention", Link{r.T("retention.title"), "/retention"}), Child: x.Shown, Person: string(x.Person), Sent: rand.Text(), Error: why}
	p.Facts = []Fact{{Term: r.T("retention.child"), Text: x.Shown}, {Term: r.T("retention.school"), Text: r.Text(x.SchoolAt)}, {Term: r.T("retention.grade"), Text: r.gradeWords(x.Grade, x.Class)}, {Term: r.T("retention.home"), Text: r.Text(x.HomeAt)}, {Term: r.T("retention.groups"), Text: r.groupWords(x.Groups)}}
	p.Facts = slices.DeleteFunc(p.Facts, func(f Fact) bool { return f.Text == "" })
	if x.Case.ID != "" && x.Case.State.Live() {
		p.Exists = flow.CaseLink(x.Case.ID)
	}
	found := r.field("date", r.T("retention.found.on"), "day", false, 0)
	source, absent := r.selectField(r.T("retention.source"), "source", true, retention.Sources), r.field("number", r.T("retention.absent"), "absent", false, 0)
	if from := cmp.Or(r.query.Get("source"), string(x.Mark.Kind.Source())); len(r.PostForm) == 0 { // the page that led here knows, or attendance
		for i := range source.Choices {
			source.Choices[i].On = source.Choices[i].Href == from
		}
		if x.Mark.Days > 0 {
			absent.Value = fmt.Sprint(x.Mark.Days)
		}
	}
	p.Fields = []caseField{found, source, absent, r.selectField(r.T("retention.guess"), "cause", true, retention.Causes), r.field("tick", r.T("retention.lost"), "lost", false, 0), r.field("text", r.T("retention.platform.maybe"), "number", false, 40), r.ticksField(r.T("retention.guard"), "guard", retention.Parts)}
	return s.write(w, r, status, "retentionnew.html", p)
}

// pickChild says where a child is chosen of whom a case is to be opened.
func (s *Server) pickChild(w http.ResponseWriter, r *request, status int, why string) error {
	p := newCasePage{Shell: s.shell(r, r.T("retention.open"), "retention", Link{r.T("retention.title"), "/retention"}), Error: why}
	p.Pick = []Link{{r.ledgerName("children"), "/retention/children"}, {r.T("retention.attendance"), "/retention/attendance"}}
	if r.who.May(auth.EndCases) {
		p.Pick = append(p.Pick, Link{r.T("retention.compare"), "/retention/compare"})
	}
	return s.write(w, r, status, "retentionnew.html", p)
}

func (s *Server) openCase(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id := register.PersonID(r.PostFormValue("child"))
	if id == "" {
		return s.pickChild(w, r, http.StatusUnprocessableEntity, "")
	}
	c := retention.Case{Person: id, Source: retention.Source(r.PostFormValue("source")), Guess: retention.Cause(r.PostFormValue("cause")), Lost: r.PostFormValue("lost") != "", Platform: strings.TrimSpace(r.PostFormValue("number"))}
	for _, p := range r.PostForm["guard"] {
		c.Guard = append(c.Guard, retention.Part(p))
	}
	why := ""
	var err error
	if n := r.PostFormValue("absent"); n != "" {
		if c.Absent, err = strconv.Atoi(n); err != nil || c.Absent < 0 {
			why = r.T("retention.wrong.days")
		}
	}
	if c.Found, err = r.dayTyped(r.PostFormValue("day")); err != nil {
		why = r.why(err)
	}
	if why == "" {
		made, err := s.retention.Open(r.Context(), r.who, c, r.PostFormValue("sent"))
		if err == nil {
			return away{flow.CaseLink(made.ID) + "?did=open"}
		}
		if why = r.why(err); why == "" {
			return fmt.Errorf("open a case: %w", err)
		}
	}
	return s.showNewCase(w, r, http.StatusUnprocessableEntity, id, why)
}

func caseQuery(id register.PersonID) string { return url.QueryEscape(string(id)) }
