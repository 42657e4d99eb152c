package web

import (
	"cmp"
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
	"shuren/internal/teams"
)

func (s *Server) staffFilter(r *request) (f register.StaffFilter, years []int, err error) {
	if years, err = s.registers.Years(r.Context(), r.who, store.AStaff); err != nil {
		return f, nil, err
	}
	if f.Year, err = yearOf(r, years); err != nil {
		return f, nil, err
	}
	if f.Page, err = pageOf(r); err != nil {
		return f, nil, err
	}
	f.Size = registerPerPage
	f.Stage = edu.Stage(r.query.Get("stage"))
	f.Category, f.Duty, f.Post = oneTerm(register.Categories, r.query.Get("category")), oneTerm(register.Duties, r.query.Get("duty")), oneTerm(register.PostKinds, r.query.Get("post"))
	f.Backbone = oneTerm(register.Backbones, r.query.Get("backbone"))
	f.County, err = s.registerUnit(r, auth.ReadStaff, r.query.Get("unit"))
	return f, years, err
}

// staffRegister is the register of staff, a page of it.
func (s *Server) staffRegister(w http.ResponseWriter, r *request) error { return s.listStaff(w, r, "") }

// listStaff shows the list, and why an export of it was refused.
func (s *Server) listStaff(w http.ResponseWriter, r *request, refused string) error {
	f, years, err := s.staffFilter(r)
	status, wrong := http.StatusOK, ""
	if err != nil {
		if wrong = r.why(err); wrong == "" {
			return fmt.Errorf("register of staff: %w", err)
		}
		status = http.StatusUnprocessableEntity
	}
	p := s.registerShell(r, "staff", auth.KeepStaff, years, f.Year)
	if p.Error = wrong; refused != "" {
		p.Error, status = refused, http.StatusUnprocessableEntity
	}
	p.Filters = []registerFilter{
		{"category", r.T("register.category"), r.termChoices(register.Categories, f.Category)}, {"duty", r.T("register.duty"), r.termChoices(register.Duties, f.Duty)},
		{"post", r.T("register.post"), r.termChoices(register.PostKinds, f.Post)}, {"stage", r.T("stage"), r.stageChoices(f.Stage)}, {"backbone", r.T("register.backbone"), r.termChoices(register.Backbones, f.Backbone)},
	}
	if r.query.Get("as") == "xlsx" {
		f.Size = -1
	}
	var list []flow.StaffRow
	total := 0
	if wrong == "" {
		if list, total, err = s.registers.StaffList(r.Context(), r.who, f); err != nil {
			if p.Error = r.why(err); p.Error == "" {
				return fmt.Errorf("register of staff: %w", err)
			}
			status = http.StatusUnprocessableEntity
		}
	}
	members, names := make([]register.Staff, len(list)), make([]string, len(list))
	for i := range list {
		members[i], names[i] = list[i].Staff, list[i].Name
	}
	p.Table = s.staffTable(r, members, names, nil)
	if r.query.Get("as") == "xlsx" && p.Error == "" {
		return s.exportPlain(w, r, r.registerTitle("staff"), p.Table)
	}
	p.Table.List = true
	return s.writeRegister(w, r, p, total, f.Page, status)
}

func (s *Server) staffTable(r *request, list []register.Staff, names []string, ids []register.Identity) Table {
	t := Table{ID: "staff", Caption: r.registerTitle("staff"), Sheet: r.T("register.staff"), Empty: r.T("register.none"),
		Cols: []Col{{Label: r.T("register.name")}, {Label: r.T("unit"), Wrap: true}, {Label: r.T("register.category")}, {Label: r.T("register.duty")}, {Label: r.T("register.post")}, {Label: r.T("stage")}, {Label: r.T("register.subject")}, {Label: r.T("register.title")}, {Label: r.T("register.backbone")}, {Label: r.T("register.classhead")}}}
	if ids != nil {
		t.Cols = append(t.Cols, Col{Label: r.T("register.citizen")}, Col{Label: r.T("register.phone")})
	}
	for i := range list {
		m := &list[i]
		heads := ""
		if m.ClassHead {
			heads = r.T("register.yes")
		}
		row := Row{Cells: []Cell{{Text: cmp.Or(names[i], r.T("register.deleted")), Href: "/registers/staff/" + string(m.Person)}, {Text: s.placeLabel(r, auth.ReadStaff, m.Unit)}, {Text: r.Text(register.Words(register.Categories, m.Category))}, {Text: r.Text(register.Words(register.Duties, m.Duty))},
			{Text: r.Text(register.Words(register.PostKinds, m.Post))}, {Text: r.stageName(m.Stage)}, {Text: r.Text(register.SubjectText(m.Subject))}, {Text: r.Text(register.TitleText(m.Title))}, {Text: r.Text(register.Words(register.Backbones, m.Backbone))}, {Text: heads}}}
		if ids != nil {
			row.Cells[0].Href = ""
			row.Cells = append(row.Cells, Cell{Text: ids[i].Citizen}, Cell{Text: ids[i].Phone})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// exportStaff sends the list with names and numbers, for a reason that is logged.
func (s *Server) exportStaff(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("export of staff: %w: %w", err, fault.Invalid)
	}
	if !r.who.May(auth.ReadStaff) {
		return fmt.Errorf("export of staff: %w", fault.NotFound)
	}
	r.query = r.PostForm
	f, _, err := s.staffFilter(r)
	if err != nil {
		return fmt.Errorf("export of staff: %w", err)
	}
	list, ids, err := s.registers.ShowStaff(r.Context(), r.who, f, r.PostFormValue("reason"))
	if err != nil {
		return s.refuseExport(w, r, "/registers/staff", fmt.Errorf("export of staff: %w", err), s.listStaff)
	}
	names := make([]string, len(ids))
	for i := range ids {
		names[i] = ids[i].Name
	}
	return s.exportPlain(w, r, r.registerTitle("staff"), s.staffTable(r, list, names, ids))
}

func (s *Server) staffMember(w http.ResponseWriter, r *request) error {
	row, err := s.registers.Staff(r.Context(), r.who, register.PersonID(r.PathValue("person")))
	if err != nil {
		return fmt.Errorf("member of staff: %w", err)
	}
	return s.showStaffRow(w, r, row, nil, "", http.StatusOK)
}

func (s *Server) showStaffMember(w http.ResponseWriter, r *request) error {
	if !r.who.May(auth.ReadStaff) {
		return fmt.Errorf("member of staff: %w", fault.NotFound)
	}
	id := register.PersonID(r.PathValue("person"))
	row, err := s.registers.Staff(r.Context(), r.who, id)
	if err != nil {
		return fmt.Errorf("member of staff: %w", err)
	}
	who, err := s.registers.Show(r.Context(), r.who, id, r.PostFormValue("reason"))
	if err != nil {
		return s.orSay(err, func(why string) error {
			return s.showStaffRow(w, r, row, nil, why, http.StatusUnprocessableEntity)
		}, r)
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.showStaffRow(w, r, row, &who, "", http.StatusOK)
}

func (s *Server) showStaffRow(w http.ResponseWriter, r *request, row flow.StaffRow, who *register.Identity, wrong string, status int) error {
	name := cmp.Or(row.Name, r.T("register.deleted"))
	p := personPage{Shell: s.shell(r, r.registerTitle("staff")+" · "+name, "registers", Link{r.registerTitle("staff"), "/registers/staff"}), Base: "/registers/staff", ID: string(row.Person), Name: name,
		Shows: r.who.May(auth.ShowPersons) && row.Name != "", Keeps: r.who.May(auth.KeepStaff), Error: wrong}
	m := row.Staff
	heads := ""
	if m.ClassHead {
		heads = r.T("register.yes")
	}
	for _, f := range []struct{ key, value string }{{"year", edu.Year(m.Year).Label()}, {"unit", s.unitLabel(r, m.Unit)}, {"register.posts", s.unitLabel(r, m.Posts)}, {"register.sex", r.sexText(m.Sex)}, {"register.category", r.Text(register.Words(register.Categories, m.Category))},
		{"register.duty", r.Text(register.Words(register.Duties, m.Duty))}, {"register.post", r.Text(register.Words(register.PostKinds, m.Post))}, {"stage", r.stageName(m.Stage)}, {"register.subject", r.Text(register.SubjectText(m.Subject))}, {"register.second", r.Text(register.SubjectText(m.Second))}, {"register.hours", numberText(m.Hours)},
		{"register.degree", m.Degree}, {"register.licence", m.Licence}, {"register.title", r.Text(register.TitleText(m.Title))}, {"register.backbone", r.Text(register.Words(register.Backbones, m.Backbone))}, {"register.since", m.Since.String()}, {"register.headsince", m.HeadSince.String()},
		{"register.training", numberText(m.Training)}, {"register.classhead", heads}} {
		if f.value != "" {
			p.Facts = append(p.Facts, personFact{r.T(f.key), f.value})
		}
	}
	for _, f := range []struct{ field, value string }{{"document", m.Document}, {"awarded", countText(m.Awarded)}, {"head_terms", countText(m.HeadTerms)}, {"class_years", countText(m.ClassYears)}, {"mind", r.Text(register.Words(register.Minds, m.Mind))}} {
		if f.value != "" {
			p.Facts = append(p.Facts, personFact{register.FieldName(f.field).In(r.Lang()), f.value})
		}
	}
	p.identity(r, who)
	if err := s.addHistory(r, &p, store.AStaff, row.Person); err != nil {
		return err
	}
	if p.Keeps {
		p.Fields = s.staffFields(r, m)
		if who != nil {
			p.Who = r.identityFields(*who, false)
		}
	}
	return s.write(w, r, status, "person.html", p)
}

func (s *Server) staffFields(r *request, m register.Staff) []personField {
	year := ""
	if m.Year != 0 {
		year = strconv.Itoa(m.Year)
	}
	yes := func(on bool) []Choice { return []Choice{{Link{r.T("register.yes"), "1"}, on}} }
	called := func(field string) string { return register.FieldName(field).In(r.Lang()) }
	return []personField{
		{Name: "y", Label: r.T("register.year"), Value: year, Max: 4, Must: true}, {Name: "unit", Label: r.T("register.school.code"), Value: s.unitCode(r, m.Unit), Max: 60, Must: true}, {Name: "posts", Label: r.T("register.posts.code"), Value: s.unitCode(r, m.Posts), Max: 60},
		{Name: "category", Label: r.T("register.category"), Options: r.termChoices(register.Categories, m.Category), Must: true}, {Name: "duty", Label: r.T("register.duty"), Options: r.termChoices(register.Duties, m.Duty), Must: true}, {Name: "post", Label: r.T("register.post"), Options: r.termChoices(register.PostKinds, m.Post), Must: true},
		{Name: "stage", Label: r.T("stage"), Options: r.stageChoices(m.Stage)}, {Name: "subject", Label: r.T("register.subject"), Value: m.Subject, Max: 30}, {Name: "second", Label: r.T("register.second"), Value: m.Second, Max: 30}, {Name: "hours", Label: r.T("register.hours"), Value: numberText(m.Hours), Max: 5},
		{Name: "degree", Label: r.T("register.degree"), Value: m.Degree, Max: 30}, {Name: "licence", Label: r.T("register.licence"), Value: m.Licence, Max: 60}, {Name: "title", Label: r.T("register.title"), Value: m.Title, Max: 30},
		{Name: "backbone", Label: r.T("register.backbone"), Options: r.termChoices(register.Backbones, m.Backbone)}, {Name: "since", Label: r.T("register.since"), Type: "date", Value: m.Since.String()}, {Name: "head_since", Label: r.T("register.headsince"), Type: "date", Value: m.HeadSince.String()},
		{Name: "training", Label: r.T("register.training"), Value: numberText(m.Training), Max: 7}, {Name: "class_head", Label: r.T("register.classhead"), Boxes: yes(m.ClassHead)}, {Name: "dual", Label: r.T("register.dual"), Boxes: yes(m.DualTrained)},
		{Name: "document", Label: called("document"), Value: m.Document, Max: 60}, {Name: "awarded", Label: called("awarded"), Value: countText(m.Awarded), Max: 4}, {Name: "head_terms", Label: called("head_terms"), Value: countText(m.HeadTerms), Max: 2},
		{Name: "class_years", Label: called("class_years"), Value: countText(m.ClassYears), Max: 2}, {Name: "mind", Label: called("mind"), Options: r.termChoices(register.Minds, m.Mind)}, {Name: "hold", Label: called("hold"), Options: r.termChoices(teams.Holds, m.Hold)},
	}
}

func (s *Server) newStaffMember(w http.ResponseWriter, r *request) error {
	return s.staffForm(w, r, register.Staff{Year: s.now().Year() - yearTurned(s.now().Month()), Training: math.NaN()}, register.Identity{}, "", http.StatusOK)
}

func (s *Server) staffForm(w http.ResponseWriter, r *request, m register.Staff, who register.Identity, wrong string, status int) error {
	p := personPage{Shell: s.shell(r, r.T("register.new.staff"), "registers", Link{r.registerTitle("staff"), "/registers/staff"}), Base: "/registers/staff", ID: string(m.Person), Keeps: true, Error: wrong}
	p.Fields = s.staffFields(r, m)
	if wrong != "" {
		r.refill(p.Fields)
	}
	if m.Person == "" || r.PostForm.Has("name") {
		p.Who = r.identityFields(who, false)
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.write(w, r, status, "person.html", p)
}

func (s *Server) keepStaffMember(w http.ResponseWriter, r *request) error {
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("member of staff: %w: %w", err, fault.Invalid)
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	m := register.Staff{Person: register.PersonID(v("person")), Training: math.NaN()}
	if m.Person != "" {
		row, err := s.registers.Staff(r.Context(), r.who, m.Person)
		if err != nil {
			return fmt.Errorf("member of staff: %w", err)
		}
		m = row.Staff
	}
	who := r.typedIdentity()
	var wrong error
	m.Year, _ = strconv.Atoi(v("y"))
	m.Category, m.Duty, m.Post, m.Stage, m.Backbone = v("category"), v("duty"), v("post"), edu.Stage(v("stage")), v("backbone")
	m.Subject, m.Second, m.Degree, m.Licence, m.Title = v("subject"), v("second"), v("degree"), v("licence"), v("title")
	m.ClassHead, m.DualTrained = v("class_head") == "1", v("dual") == "1"
	m.Document, m.Mind, m.Hold = v("document"), oneTerm(register.Minds, v("mind")), oneTerm(teams.Holds, v("hold"))
	for _, f := range []struct {
		key string
		to  *int
		max int
	}{{"awarded", &m.Awarded, 2100}, {"head_terms", &m.HeadTerms, 20}, {"class_years", &m.ClassYears, 60}} {
		n, err := strconv.Atoi(cmp.Or(v(f.key), "0"))
		if err != nil || n < 0 || n > f.max {
			wrong = refuseField(f.key, "不是可用的整数", "not a whole number that can be")
		}
		*f.to = n
	}
	for _, f := range []struct {
		key  string
		to   *float64
		none float64
	}{{"hours", &m.Hours, 0}, {"training", &m.Training, math.NaN()}} {
		*f.to = f.none
		if t := v(f.key); t != "" {
			n, err := strconv.ParseFloat(t, 64)
			if err != nil {
				wrong = refuseField(f.key, "不是数字", "not a number")
			}
			*f.to = n
		}
	}
	for _, d := range []struct {
		key string
		to  *edu.Date
	}{{"since", &m.Since}, {"head_since", &m.HeadSince}} {
		*d.to = 0
		if t := v(d.key); t != "" {
			day, ok := register.ParseDay(t)
			if !ok {
				wrong = refuseField(d.key, "日期不可用", "a date that cannot be read")
			}
			*d.to = day
		}
	}
	var err error
	if m.Unit, err = s.registerUnit(r, auth.KeepStaff, v("unit")); err != nil {
		wrong = err
	}
	if m.Posts, err = s.registerUnit(r, auth.KeepStaff, v("posts")); err != nil {
		wrong = err
	}
	if wrong == nil {
		_, wrong = s.registers.KeepStaff(r.Context(), r.who, m, who)
	}
	if wrong != nil {
		if who == nil {
			who = &register.Identity{}
		}
		return s.orSay(wrong, func(why string) error { return s.staffForm(w, r, m, *who, why, statusOf(wrong)) }, r)
	}
	return s.afterKeep("/registers/staff", m.Person)
}
