package web

import (
	"context"
	"fmt"
	"maps"
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

// Registers are the registers of pupils and of staff, names masked. flow implements it.
type Registers interface {
	Children(ctx context.Context, who auth.Actor, f register.ChildFilter) ([]flow.ChildRow, int, error)
	Child(ctx context.Context, who auth.Actor, id register.PersonID) (flow.ChildRow, error)
	KeepChild(ctx context.Context, who auth.Actor, c register.Child, id *register.Identity) (register.PersonID, error)
	StaffList(ctx context.Context, who auth.Actor, f register.StaffFilter) ([]flow.StaffRow, int, error)
	Staff(ctx context.Context, who auth.Actor, id register.PersonID) (flow.StaffRow, error)
	KeepStaff(ctx context.Context, who auth.Actor, m register.Staff, id *register.Identity) (register.PersonID, error)
	Show(ctx context.Context, who auth.Actor, id register.PersonID, reason string) (register.Identity, error)
	ShowChildren(ctx context.Context, who auth.Actor, f register.ChildFilter, reason string) ([]register.Child, []register.Identity, error)
	ShowStaff(ctx context.Context, who auth.Actor, f register.StaffFilter, reason string) ([]register.Staff, []register.Identity, error)
	FindChildren(ctx context.Context, who auth.Actor, q flow.RegisterQuery) ([]flow.ChildRow, error)
	FindStaff(ctx context.Context, who auth.Actor, q flow.RegisterQuery) ([]flow.StaffRow, error)
	Periods(ctx context.Context) (register.Periods, error)
	SetPeriods(ctx context.Context, who auth.Actor, p register.Periods) error
	Corrections(ctx context.Context, who auth.Actor, kind store.PersonKind, id register.PersonID) ([]store.Corrected, error)
	Years(ctx context.Context, who auth.Actor, kind store.PersonKind) ([]int, error)
	BeginImport(ctx context.Context, who auth.Actor, file flow.FileOfRegister, opt flow.RegisterOptions) (flow.Importing, error)
	StopImport(ctx context.Context, who auth.Actor, kind store.PersonKind, no int) error
	DropImport(ctx context.Context, who auth.Actor, no int) error
	Importing(ctx context.Context, who auth.Actor, kind store.PersonKind) (flow.Importing, error)
	Imports(ctx context.Context, who auth.Actor) ([]flow.RegisterReceipt, error)
}

// registerRoutes are the addresses of the registers. An address holds the id of a
// record, never a name or a number; what is typed of a person is posted.
func (s *Server) registerRoutes() []route {
	if s.registers == nil {
		return nil
	}
	return []route{
		{"GET /registers/pupils", auth.ReadPupils, aboutReach, s.pupilList},
		{"GET /registers/pupils/new", auth.KeepPupils, aboutReach, s.newPupil},
		{"POST /registers/pupils", auth.KeepPupils, aboutReach, s.keepPupil},
		{"POST /registers/pupils/export", auth.ShowPersons, aboutReach, s.exportPupils},
		{"POST /registers/pupils/find", auth.ShowPersons, aboutReach, s.findPupil},
		{"GET /registers/pupils/import", auth.KeepPupils, aboutReach, s.pupilImport},
		{"POST /registers/pupils/upload", auth.KeepPupils, aboutReach, s.takePupilFile},
		{"POST /registers/pupils/import/stop", auth.KeepPupils, aboutReach, s.stopImport},
		{"POST /registers/pupils/import/drop", auth.KeepPupils, aboutReach, s.dropImport},
		{"GET /registers/pupils/{person}", auth.ReadPupils, aboutReach, s.pupil},
		{"POST /registers/pupils/{person}", auth.ShowPersons, aboutReach, s.showPupil},
		{"GET /registers/staff", auth.ReadStaff, aboutReach, s.staffRegister},
		{"GET /registers/staff/new", auth.KeepStaff, aboutReach, s.newStaffMember},
		{"POST /registers/staff", auth.KeepStaff, aboutReach, s.keepStaffMember},
		{"POST /registers/staff/export", auth.ShowPersons, aboutReach, s.exportStaff},
		{"POST /registers/staff/find", auth.ShowPersons, aboutReach, s.findStaffMember},
		{"GET /registers/staff/import", auth.KeepStaff, aboutReach, s.staffImport},
		{"POST /registers/staff/upload", auth.KeepStaff, aboutReach, s.takeStaffFile},
		{"POST /registers/staff/import/stop", auth.KeepStaff, aboutReach, s.stopImport},
		{"POST /registers/staff/import/drop", auth.KeepStaff, aboutReach, s.dropImport},
		{"GET /registers/staff/{person}", auth.ReadStaff, aboutReach, s.staffMember},
		{"POST /registers/staff/{person}", auth.ShowPersons, aboutReach, s.showStaffMember},
		{"GET /settings/registers", auth.KeepChoices, aboutWhole, s.registerPeriods},
		{"POST /settings/registers", auth.KeepChoices, aboutWhole, s.keepRegisterPeriods},
	}
}

// registerLight tells that a page needs no assessment.
func registerLight(path string) bool { return strings.HasPrefix(path, "/registers/") }

// registerNavigation adds the registers to the group of daily work.
func (s *Server) registerNavigation(r *request, sh *Shell) {
	if s.registers == nil {
		return
	}
	const card = "M2 3h12v10H2zM5 7a1 1 0 100-2 1 1 0 000 2zM3.5 11c0-2 3-2 3 0M9 6h4M9 9h4"
	switch {
	case r.who.May(auth.ReadPupils):
		sh.item("registers", r.T("register.nav"), "", card, "/registers/pupils", 0)
	case r.who.May(auth.ReadStaff):
		sh.item("registers", r.T("register.nav"), "", card, "/registers/staff", 0)
	}
}

// registerPage is a list of either register.
type registerPage struct {
	Shell
	Base    string
	Kinds   []Choice
	Years   []Choice
	Filters []registerFilter
	Unit    string // typed: code or name of a school or county
	Found   string
	Table   Table
	Pages   []Choice
	Prev    string
	Next    string
	New     string
	Import  string
	Shows   bool // may export with names
	Pupils  bool // is theirs
	Hidden  []Param
	Said    string
	Error   string
	Clear   string
}

// registerFilter is a choice of a closed list.
type registerFilter struct {
	Name, Label string
	Options     []Choice
}

const registerPerPage = 50

// registerKinds are the two registers as a switch, as far as they may be read.
func (s *Server) registerKinds(r *request, on string) (out []Choice) {
	for _, k := range []struct {
		id string
		p  auth.Permission
	}{{"pupils", auth.ReadPupils}, {"staff", auth.ReadStaff}} {
		if r.who.May(k.p) {
			out = append(out, Choice{Link{r.registerName(k.id), "/registers/" + k.id}, k.id == on})
		}
	}
	return out
}

func (s *Server) registerShell(r *request, kind string, keeps auth.Permission, years []int, y int) registerPage {
	p := registerPage{Shell: s.shell(r, r.registerTitle(kind), "registers"), Base: "/registers/" + kind, Kinds: s.registerKinds(r, kind), Clear: "/registers/" + kind}
	for _, n := range years {
		p.Years = append(p.Years, Choice{Link{edu.Year(n).Label(), strconv.Itoa(n)}, n == y})
	}
	if r.who.May(keeps) {
		p.New, p.Import = p.Base+"/new", p.Base+"/import"
	}
	p.Shows, p.Pupils = r.who.May(auth.ShowPersons), kind == "pupils"
	p.Unit = strings.TrimSpace(r.query.Get("unit"))
	return p
}

// registerName is the short name of a register, for a switch.
func (r *request) registerName(kind string) string {
	if kind == "staff" {
		return r.T("register.staff")
	}
	return r.T("register.pupils")
}

func (r *request) registerTitle(kind string) string {
	if kind == "staff" {
		return r.T("register.staff.title")
	}
	return r.T("register.pupils.title")
}

// registerUnit finds the unit that was typed; none is all.
func (s *Server) registerUnit(r *request, p auth.Permission, typed string) (edu.UnitID, error) {
	if typed == "" {
		return "", nil
	}
	t, err := s.tree(r)
	if err != nil {
		return "", err
	}
	found := findUnit(t, r.who.Reach(p), typed)
	if len(found) != 1 {
		return "", auth.Refuse(fault.Invalid, "没有找到这个单位，或不止一个，请填学校标识码", "no such unit, or more than one: give its code")
	}
	return t.Nodes[found[0]].Unit.ID, nil
}

// termChoices are the terms of a closed list, with the one that is chosen.
func (r *request) termChoices(list []register.Term, on string) (out []Choice) {
	for _, t := range list {
		if t.ID != "" {
			out = append(out, Choice{Link{r.Text(t.Text), t.ID}, t.ID == on})
		}
	}
	return out
}

// stageChoices are the stages that registers have.
func (r *request) stageChoices(on edu.Stage) (out []Choice) {
	for _, st := range edu.Stages {
		if st != edu.Higher {
			out = append(out, Choice{Link{r.stageName(st), string(st)}, st == on})
		}
	}
	return out
}

func (r *request) numberChoices(from, to, on int) (out []Choice) {
	for n := from; n <= to; n++ {
		out = append(out, Choice{Link{strconv.Itoa(n), strconv.Itoa(n)}, n == on})
	}
	return out
}

// yearOf is a year of a register that the query asks for.
func yearOf(r *request, years []int) (int, error) {
	text := r.query.Get("y")
	if text == "" {
		if len(years) > 0 {
			return years[0], nil
		}
		return 0, nil
	}
	y, err := strconv.Atoi(text)
	if err != nil || y < 1990 || y > 2100 {
		return 0, fmt.Errorf("y %q: %w", text, fault.Invalid)
	}
	return y, nil
}

// refuseExport shows the list again with why it was not sent. No address of that page
// holds the reason: somebody's name may stand in it.
func (s *Server) refuseExport(w http.ResponseWriter, r *request, path string, err error, list func(http.ResponseWriter, *request, string) error) error {
	return s.orSay(err, func(why string) error {
		again := *r
		again.Request = r.Clone(r.Context())
		again.URL.Path, again.URL.RawPath = path, ""
		again.query = maps.Clone(r.query)
		again.query.Del("reason")
		return list(w, &again, why)
	}, r)
}

// oneTerm is one of a list's values, or nothing.
func oneTerm(list []register.Term, value string) string {
	for _, t := range list {
		if t.ID == value {
			return value
		}
	}
	return ""
}

func (s *Server) writeRegister(w http.ResponseWriter, r *request, p registerPage, total, page, status int) error {
	p.Found = r.T("register.found", total)
	p.Pages, p.Prev, p.Next = r.pager(page, (total+registerPerPage-1)/registerPerPage)
	p.Export = r.here("as", "xlsx", "page", "", "did", "")
	for _, k := range []string{"y", "unit", "stage", "grade", "schooling", "group", "boards", "left", "category", "duty", "post", "backbone", "list"} {
		if v := r.query.Get(k); v != "" {
			p.Hidden = append(p.Hidden, Param{k, v})
		}
	}
	if r.query.Get("did") == "keep" {
		p.Said = r.T("register.kept")
	}
	return s.write(w, r, status, "registers.html", p)
}
