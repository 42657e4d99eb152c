package web

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/register"
	"shuren/internal/store"
)

// personPage is one record: what is counted, and, after a reason, who it is.
type personPage struct {
	Shell
	Base   string
	ID     string
	Name   string // masked
	Facts  []personFact
	Shown  []personFact // who it is, once
	Shows  bool         // may ask to be shown
	Keeps  bool
	Fields []personField
	Who    []personField // fields of the identity: only of a new record, or once shown
	Past   Table         // what was corrected by hand
	Said   string
	Error  string
}

type personFact struct{ Label, Value string }

// personField is a field of the form: an input, or a choice where there are options.
type personField struct {
	Name, Label, Value, Type string
	Options                  []Choice
	Boxes                    []Choice
	Max                      int
	Must                     bool
}

func (s *Server) pupil(w http.ResponseWriter, r *request) error {
	row, err := s.registers.Child(r.Context(), r.who, register.PersonID(r.PathValue("person")))
	if err != nil {
		return fmt.Errorf("pupil: %w", err)
	}
	return s.showPupilRow(w, r, row, nil, "", http.StatusOK)
}

// showPupil shows who a pupil is, on this answer and no other.
func (s *Server) showPupil(w http.ResponseWriter, r *request) error {
	id := register.PersonID(r.PathValue("person"))
	row, err := s.registers.Child(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("pupil: %w", err)
	}
	who, err := s.registers.Show(r.Context(), r.who, id, r.PostFormValue("reason"))
	if err != nil {
		return s.orSay(err, func(why string) error {
			return s.showPupilRow(w, r, row, nil, why, http.StatusUnprocessableEntity)
		}, r)
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.showPupilRow(w, r, row, &who, "", http.StatusOK)
}

func (s *Server) showPupilRow(w http.ResponseWriter, r *request, row flow.ChildRow, who *register.Identity, wrong string, status int) error {
	name := cmp.Or(row.Name, r.T("register.deleted"))
	p := personPage{Shell: s.shell(r, r.registerTitle("pupils")+" · "+name, "registers", Link{r.registerTitle("pupils"), "/registers/pupils"}), Base: "/registers/pupils", ID: string(row.Person), Name: name,
		Shows: r.who.May(auth.ShowPersons) && row.Name != "", Keeps: r.who.May(auth.KeepPupils), Error: wrong}
	fact := func(key, value string) {
		if value != "" {
			p.Facts = append(p.Facts, personFact{r.T(key), value})
		}
	}
	c := row.Child
	fact("year", edu.Year(c.Year).Label())
	fact("register.school", s.unitLabel(r, c.School))
	fact("register.home", s.unitLabel(r, c.Home))
	fact("stage", r.stageName(c.Stage))
	fact("register.grade", countText(c.Grade))
	fact("register.class", c.Class)
	fact("register.sex", r.sexText(c.Sex))
	fact("register.schooling", r.Text(register.Words(register.Schoolings, string(c.Schooling))))
	fact("register.group", r.groupText(c.Groups))
	if c.Boards {
		fact("register.boards", r.T("register.yes"))
	}
	fact("register.proof", c.Proof)
	fact("register.proof.kind", r.Text(register.Words(register.ProofKinds, c.ProofKind)))
	fact("register.approved", c.Approved)
	fact("register.approval", c.Approval)
	fact("register.from", c.From.String())
	fact("register.until", c.Until.String())
	fact("register.left", c.Left.String())
	fact("register.leaving", r.Text(register.Words(register.Leavings, c.Leaving)))
	fact("register.fromschool", c.FromSchool)
	fact("register.toschool", c.ToSchool)
	if c.Left != 0 {
		fact("register.received", r.receiptText(c.Move))
	}
	fact("register.case", c.Case)
	p.identity(r, who)
	if err := s.addHistory(r, &p, store.AChild, row.Person); err != nil {
		return err
	}
	if p.Keeps {
		p.Fields = s.pupilFields(r, c)
		if who != nil {
			p.Who = r.identityFields(*who, true)
		}
	}
	return s.write(w, r, status, "person.html", p)
}

// identity lists who somebody is.
func (p *personPage) identity(r *request, who *register.Identity) {
	if who == nil {
		return
	}
	for _, f := range []struct{ key, value string }{{"register.name", who.Name}, {"register.citizen", who.Citizen}, {"register.student", who.Student}, {"register.guardian", who.Guardian}, {"register.relation", who.Relation},
		{"register.phone", who.Phone}, {"register.household", who.Household}, {"register.address", who.Address}} {
		if f.value != "" {
			p.Shown = append(p.Shown, personFact{r.T(f.key), f.value})
		}
	}
}

func (r *request) identityFields(who register.Identity, child bool) []personField {
	out := []personField{{Name: "name", Label: r.T("register.name"), Value: who.Name, Max: 60, Must: true}, {Name: "citizen", Label: r.T("register.citizen"), Value: who.Citizen, Max: 18}}
	if child {
		out = append(out, personField{Name: "student", Label: r.T("register.student"), Value: who.Student, Max: 19}, personField{Name: "guardian", Label: r.T("register.guardian"), Value: who.Guardian, Max: 60},
			personField{Name: "relation", Label: r.T("register.relation"), Value: who.Relation, Max: 20}, personField{Name: "household", Label: r.T("register.household"), Value: who.Household, Max: 200})
	}
	return append(out, personField{Name: "phone", Label: r.T("register.phone"), Value: who.Phone, Max: 40}, personField{Name: "address", Label: r.T("register.address"), Value: who.Address, Max: 200})
}

// pupilFields is the form of what is counted of a pupil.
func (s *Server) pupilFields(r *request, c register.Child) []personField {
	var groups []Choice
	for i, t := range register.GroupTerms {
		groups = append(groups, Choice{Link{r.Text(t.Text), t.ID}, c.Groups.Has(1 << i)})
	}
	boards := []Choice{{Link{r.T("register.yes"), "1"}, c.Boards}}
	year := ""
	if c.Year != 0 {
		year = strconv.Itoa(c.Year)
	}
	return []personField{
		{Name: "y", Label: r.T("register.year"), Value: year, Max: 4, Must: true}, {Name: "school", Label: r.T("register.school.code"), Value: s.unitCode(r, c.School), Max: 60}, {Name: "home", Label: r.T("register.home.code"), Value: s.unitCode(r, c.Home), Max: 60},
		{Name: "stage", Label: r.T("stage"), Options: r.stageChoices(c.Stage)}, {Name: "grade", Label: r.T("register.grade"), Options: r.numberChoices(1, 12, c.Grade)}, {Name: "class", Label: r.T("register.class"), Value: c.Class, Max: 24},
		{Name: "born", Label: r.T("register.born"), Type: "date", Value: ""}, {Name: "sex", Label: r.T("register.sex"), Options: []Choice{{Link{r.T("register.female"), "1"}, c.Sex == register.Female}, {Link{r.T("register.male"), "2"}, c.Sex == register.Male}}},
		{Name: "schooling", Label: r.T("register.schooling"), Options: r.termChoices(register.Schoolings, string(c.Schooling))}, {Name: "groups", Label: r.T("register.group"), Boxes: groups}, {Name: "boards", Label: r.T("register.boards"), Boxes: boards},
		{Name: "proof", Label: r.T("register.proof"), Value: c.Proof, Max: 200}, {Name: "proof_kind", Label: r.T("register.proof.kind"), Options: r.termChoices(register.ProofKinds, c.ProofKind)},
		{Name: "approved", Label: r.T("register.approved"), Value: c.Approved, Max: 200}, {Name: "approval", Label: r.T("register.approval"), Value: c.Approval, Max: 200},
		{Name: "from", Label: r.T("register.from"), Type: "date", Value: c.From.String()}, {Name: "until", Label: r.T("register.until"), Type: "date", Value: c.Until.String()}, {Name: "case", Label: r.T("register.case"), Value: c.Case, Max: 60},
		{Name: "left", Label: r.T("register.left"), Type: "date", Value: c.Left.String()}, {Name: "leaving", Label: r.T("register.leaving"), Options: r.termChoices(register.Leavings, c.Leaving)},
		{Name: "from_school", Label: r.T("register.fromschool"), Value: c.FromSchool, Max: 200}, {Name: "to_school", Label: r.T("register.toschool"), Value: c.ToSchool, Max: 200},
		{Name: "receipt", Label: r.T("register.receipt.day"), Type: "date", Value: c.Receipt.String()}, {Name: "received", Label: r.T("register.received"), Boxes: []Choice{{Link{r.T("register.yes"), "1"}, c.Received}}},
	}
}

// unitCode is how a unit is typed.
func (s *Server) unitCode(r *request, id edu.UnitID) string {
	t, err := s.tree(r)
	if err != nil || id == "" {
		return ""
	}
	if i := t.Find(id); i >= 0 {
		return cmp.Or(t.Nodes[i].Key, string(id))
	}
	return string(id)
}

func (s *Server) newPupil(w http.ResponseWriter, r *request) error {
	return s.pupilForm(w, r, register.Child{Year: s.now().Year() - yearTurned(s.now().Month())}, register.Identity{}, "", http.StatusOK)
}

func (s *Server) pupilForm(w http.ResponseWriter, r *request, c register.Child, who register.Identity, wrong string, status int) error {
	p := personPage{Shell: s.shell(r, r.T("register.new.pupil"), "registers", Link{r.registerTitle("pupils"), "/registers/pupils"}), Base: "/registers/pupils", ID: string(c.Person), Keeps: true, Error: wrong}
	p.Fields = s.pupilFields(r, c)
	if wrong != "" {
		r.refill(p.Fields)
	}
	if c.Person == "" || r.PostForm.Has("name") {
		p.Who = r.identityFields(who, true)
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.write(w, r, status, "person.html", p)
}

// typedIdentity is who somebody is, as it was typed; nil where the form had none.
func (r *request) typedIdentity() *register.Identity {
	if !r.PostForm.Has("name") {
		return nil
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	return &register.Identity{Name: v("name"), Citizen: v("citizen"), Student: v("student"), Guardian: v("guardian"), Relation: v("relation"), Phone: v("phone"), Household: v("household"), Address: v("address")}
}

// keepPupil keeps a new pupil, or a corrected one: without the fields of the identity
// who it is stays as it is.
func (s *Server) keepPupil(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("pupil: %w: %w", err, fault.Invalid)
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	c := register.Child{Person: register.PersonID(v("person"))}
	if c.Person != "" {
		row, err := s.registers.Child(r.Context(), r.who, c.Person)
		if err != nil {
			return fmt.Errorf("pupil: %w", err)
		}
		c = row.Child
	}
	who := r.typedIdentity()
	var wrong error
	c.Year, _ = strconv.Atoi(v("y"))
	c.Stage, c.Class, c.Proof, c.Approved, c.Case = edu.Stage(v("stage")), v("class"), v("proof"), v("approved"), v("case")
	c.Grade, _ = strconv.Atoi(v("grade"))
	c.Schooling = register.Schooling(v("schooling"))
	c.Boards = v("boards") == "1"
	c.Leaving, c.FromSchool, c.ToSchool, c.ProofKind, c.Approval, c.Received = v("leaving"), v("from_school"), v("to_school"), v("proof_kind"), v("approval"), v("received") == "1"
	c.Groups = 0
	for i, t := range register.GroupTerms {
		for _, g := range r.PostForm["groups"] {
			if g == t.ID {
				c.Groups |= 1 << i
			}
		}
	}
	if n, _ := strconv.Atoi(v("sex")); n == 1 || n == 2 {
		c.Sex = register.Sex(n)
	}
	for _, d := range []struct {
		key string
		to  *edu.Date
	}{{"born", &c.Born}, {"from", &c.From}, {"until", &c.Until}, {"left", &c.Left}, {"receipt", &c.Receipt}} {
		if v(d.key) == "" {
			if d.key != "born" {
				*d.to = 0
			}
			continue
		}
		day, ok := register.ParseDay(v(d.key))
		if !ok {
			wrong = refuseField(d.key, "日期不可用", "a date that cannot be read")
		}
		*d.to = day
	}
	var err error
	if c.School, err = s.registerUnit(r, auth.KeepPupils, v("school")); err != nil {
		wrong = err
	}
	if c.Home, err = s.registerUnit(r, auth.KeepPupils, v("home")); err != nil {
		wrong = err
	}
	if wrong == nil {
		_, wrong = s.registers.KeepChild(r.Context(), r.who, c, who)
	}
	if wrong != nil {
		if who == nil {
			who = &register.Identity{}
		}
		return s.orSay(wrong, func(why string) error {
			return s.pupilForm(w, r, c, *who, why, statusOf(wrong))
		}, r)
	}
	return s.afterKeep("/registers/pupils", c.Person)
}

// afterKeep shows what was corrected with its history, and the list after a new record:
// its place there is what is looked for next.
func (s *Server) afterKeep(base string, id register.PersonID) error {
	if id == "" {
		return away{base + "?did=keep"}
	}
	return away{base + "/" + string(id) + "?did=keep"}
}

func statusOf(err error) int {
	if errors.Is(err, fault.Conflict) {
		return http.StatusConflict
	}
	return http.StatusUnprocessableEntity
}

// yearTurned is 1 before the school year begins in September.
func yearTurned(m interface{ String() string }) int {
	switch m.String() {
	case "September", "October", "November", "December":
		return 0
	}
	return 1
}

func numberText(f float64) string {
	if math.IsNaN(f) || f == 0 {
		return ""
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

func countText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// refuseField says what is wrong with what was typed, and where.
func refuseField(field, zh, en string) error {
	name := register.FieldName(field)
	return auth.Refuse(fault.Invalid, name.ZH+"："+zh, name.EN+": "+en)
}

// refill lets what could not be read stand in a form as it was typed.
func (r *request) refill(fields []personField) {
	for i, f := range fields {
		if len(f.Options)+len(f.Boxes) == 0 && r.PostForm.Has(f.Name) {
			fields[i].Value = r.PostForm.Get(f.Name)
		}
	}
}
