// The three teams: heads, class teachers, backbone teachers, one list each.

package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/teams"
)

type teamListView struct {
	*teamPage
	Teams   []Choice
	Team    string
	List    Table
	Classes Table
	Form    moreForm
	May     bool
}

// moreForm is what the teams need to know of a person, as it is typed.
type moreForm struct {
	Person, Name, Unit, Rev, Cert, Studio, Duty string
	Head                                        bool
	Back                                        []Param
}

// morePlace are the parameters that say where in the lists of the teams one is.
var morePlace = []string{"county", "school", "team", "sort", "dir", "page"}

func (s *Server) teamLists(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "teams", r.T("teams.title"))
	if err != nil {
		return err
	}
	if r.query.Get("did") == "more" {
		p.Said = r.T("teams.did.more")
	}
	return s.showTeams(w, r, p, nil, http.StatusOK)
}

func (s *Server) showTeams(w http.ResponseWriter, r *request, p *teamPage, typed *moreForm, status int) error {
	v := &teamListView{teamPage: p, Team: orElse(r.query.Get("team"), "heads")}
	for _, t := range []struct{ id, word string }{{"heads", r.T("teams.heads")}, {"classes", r.T("teams.classes")}, {"backbone", r.T("teams.ladder")}} {
		v.Teams = append(v.Teams, Choice{Link{t.word, r.here("team", t.id, "page", "", "person", "", "did", "", "sort", "", "dir", "")}, t.id == v.Team})
	}
	if p.Wide {
		if err := v.wide(s, r); err != nil {
			return err
		}
		p.Export = r.here("as", "xlsx")
		if r.query.Get("as") == "xlsx" {
			return s.exportPlain(w, r, p.Title, v.List)
		}
		return s.write(w, r, status, "teams.html", v)
	}
	export := r.query.Get("as") == "xlsx"
	summer, err := p.summer(r)
	if err != nil {
		return err
	}
	if !p.Nobody {
		v.Answer = r.teamsAnswer(&p.of.Input, teams.Summer(summer))
	}
	switch v.Team {
	case "classes":
		v.classes(r, export)
	case "backbone":
		v.ladder(r, export)
	default:
		v.Team = "heads"
		v.heads(r, summer, export)
	}
	r.sortRows(&v.List)
	p.Export = r.here("as", "xlsx", "page", "", "person", "")
	if export {
		if err := s.noteRead(r, "staff list, teams", p.of.County); err != nil {
			return err
		}
		return s.exportPlain(w, r, p.Title, v.List, v.Classes)
	}
	if err := p.paged(r, &v.List); err != nil {
		return err
	}
	v.form(r, typed)
	return s.write(w, r, status, "teams.html", v)
}

// wide counts the teams by county.
func (v *teamListView) wide(s *Server, r *request) error {
	v.List = Table{ID: "counties", Caption: r.T("teams.counties"), Sheet: r.T("teams.counties"), Empty: r.T("teams.none"), Tight: true, Cols: []Col{{Label: r.T("county")}, {Label: r.T("teams.staff"), Num: true}, {Label: r.T("teams.heads"), Num: true}, {Label: r.T("teams.heads.over"), Num: true}, {Label: r.T("teams.classes"), Num: true}, {Label: r.T("teams.classes.off"), Num: true}, {Label: r.T("teams.ladder"), Num: true}}}
	var lines countyLines
	for _, id := range v.all {
		of, err := s.teams.Of(r.Context(), r.who, id)
		if err != nil {
			return err
		}
		code, name := s.unitSays(r, v.tree, id)
		if len(of.Input.Staff) == 0 {
			v.List.Rows = append(v.List.Rows, r.unregistered(code, name, len(v.List.Cols)))
			lines.none = append(lines.none, name)
			continue
		}
		heads := teams.Heads(&of.Input, teams.Summer(of.Year+1))
		over, off := 0, 0
		for i := range heads {
			if heads[i].Over {
				over++
			}
		}
		list, counts := teams.ClassHeads(&of.Input)
		for i := range counts {
			if counts[i].Verdict == edu.Short {
				off++
			}
		}
		v.List.Rows = append(v.List.Rows, Row{Cells: []Cell{linked(name, r.here("county", code)), count(len(of.Input.Staff)), count(len(heads)), count(over), count(len(list)), count(off), count(len(teams.Ladder(&of.Input, s.today())))}})
	}
	v.Answer = r.countyFacts("", &lines)
	return nil
}

// to is where something is entered about a person of the list.
func (v *teamListView) to(r *request, s *register.Staff) string {
	if !v.Keeps {
		return ""
	}
	return r.here("person", string(s.Person), "did", "") + "#more"
}

func (v *teamListView) heads(r *request, summer int, export bool) {
	v.List = Table{ID: "heads", Caption: r.T("teams.heads"), Sheet: r.T("teams.heads"), Empty: r.T("teams.people.none"), List: true, Tight: true, Cols: append(v.personCols(r, export), []Col{{Key: "school", Label: r.T("school"), Wrap: true}, {Key: "terms", Label: r.T("teams.terms"), Num: true}, {Key: "since", Label: r.T("teams.head.since")}, {Key: "years", Label: r.T("teams.term.years"), Num: true}, {Key: "rotation", Label: r.T("teams.rotation")}, {Key: "until", Label: r.T("teams.rotation.day")}, {Key: "cert", Label: r.T("teams.cert")}, {Key: "moved", Label: r.T("teams.lastmove")}}...)}
	for _, h := range teams.Heads(&v.of.Input, teams.Summer(summer)) {
		lamp := Lamp{"g", r.T("teams.rotation.no"), ""}
		switch {
		case h.Over:
			lamp = Lamp{"y", r.T("teams.rotation.now"), ""}
		case h.Terms == 0:
			lamp = Lamp{"n", r.T("teams.unknown"), ""}
		}
		day := text(h.Due.String())
		if h.Due == 0 {
			day = Cell{Text: "–", Title: r.T("teams.rotation.unset")}
		}
		cert := lampCell(Lamp{"n", r.T("teams.cert.none"), ""})
		if h.Cert != 0 {
			cert = text(h.Cert.String())
		}
		v.List.Rows = append(v.List.Rows, Row{Cells: append(v.person(r, h.Person, export, v.to(r, h.Person)), text(v.schoolWords(h.School, h.Person.Unit)), atLeast(h.Terms, 1), text(h.Person.HeadSince.String()), atLeast(h.Years, 0), lampCell(lamp), day, cert, text(orElse(h.Moved.String(), "–")))})
	}
}

// atLeast is a count that below the least stands for not known.
func atLeast(n, least int) Cell {
	if n < least {
		return Cell{Text: "–"}
	}
	return count(n)
}

func (v *teamListView) classes(r *request, export bool) {
	list, counts := teams.ClassHeads(&v.of.Input)
	allowance := Cell{Text: "–", Title: r.T("teams.allowance.unset")}
	if a := v.of.Input.Rules.Allowance; a.Value > 0 {
		allowance = figure(a.Value, 0)
		allowance.Title = r.Text(a.Basis())
	}
	v.List = Table{ID: "classes", Caption: r.T("teams.classes"), Sheet: r.T("teams.classes"), Empty: r.T("teams.people.none"), List: true, Tight: true, Cols: append(v.personCols(r, export), []Col{{Key: "school", Label: r.T("school"), Wrap: true}, {Key: "subject", Label: r.T("teams.subject")}, {Key: "years", Label: r.T("teams.class.years"), Num: true}, {Key: "lessons", Label: r.T("teams.hours"), Num: true}, {Key: "training", Label: r.T("teams.training.hours"), Num: true}, {Label: r.T("teams.allowance"), Num: true}}...)}
	for _, c := range list {
		v.List.Rows = append(v.List.Rows, Row{Cells: append(v.person(r, c.Person, export, ""), text(v.schoolWords(c.School, c.Person.Unit)), text(r.Text(register.SubjectText(c.Person.Subject))), count(c.Years), positive(c.Hours), figure(c.Person.Training, 0), allowance)})
	}
	v.Classes = Table{ID: "count", Caption: r.T("teams.class.count"), Sheet: r.T("teams.class.count"), Empty: r.T("teams.class.none"), Tight: true, Cols: []Col{{Label: r.T("school"), Wrap: true}, {Label: r.T("teams.class.n"), Num: true}, {Label: r.T("teams.classes"), Num: true}, {Label: r.T("log.state")}}}
	for _, c := range counts {
		if c.Verdict == edu.Met && !export {
			continue
		}
		lamp := Lamp{"y", r.T("teams.class.off"), ""}
		switch c.Verdict {
		case edu.Met:
			lamp = Lamp{"g", r.T("teams.class.same"), ""}
		case edu.Unknown:
			lamp = Lamp{"n", r.T("teams.unknown"), ""}
		case edu.Short, edu.Exempt:
		}
		v.Classes.Rows = append(v.Classes.Rows, Row{Cells: []Cell{text(c.School.Name), atLeast(c.Classes, 0), count(c.Heads), lampCell(lamp)}})
	}
	r.cutTable(&v.Classes, 60)
}

func positive(v float64) Cell {
	if !(v > 0) {
		return Cell{Text: "–"}
	}
	return figure(v, 0)
}

func (v *teamListView) ladder(r *request, export bool) {
	v.List = Table{ID: "ladder", Caption: r.T("teams.ladder"), Sheet: r.T("teams.ladder"), Empty: r.T("teams.people.none"), List: true, Tight: true, Cols: append(v.personCols(r, export), []Col{{Key: "school", Label: r.T("school"), Wrap: true}, {Key: "level", Label: r.T("teams.level")}, {Key: "subject", Label: r.T("teams.subject")}, {Key: "awarded", Label: r.T("teams.awarded")}, {Label: r.T("teams.document"), Wrap: true}, {Key: "duty", Label: r.T("teams.duty"), Num: true}, {Key: "studio", Label: r.T("teams.studio"), Wrap: true}, {Key: "moved", Label: r.T("teams.lastmove")}}...)}
	for _, l := range teams.Ladder(&v.of.Input, teams.Summer(v.of.Year+1)) {
		year := "–"
		if l.Person.Awarded > 0 {
			year = strconv.Itoa(l.Person.Awarded)
		}
		v.List.Rows = append(v.List.Rows, Row{Cells: append(v.person(r, l.Person, export, v.to(r, l.Person)), text(v.schoolWords(l.School, l.Person.Unit)), r.backbone(l.Person.Backbone), text(r.Text(register.SubjectText(l.Person.Subject))), text(year), text(orElse(l.Person.Document, "–")), positive(l.Duty), text(orElse(l.Studio, "–")), text(orElse(l.Moved.String(), "–")))})
	}
}

// form is what is kept of the person that was chosen, or what was typed and refused.
func (v *teamListView) form(r *request, typed *moreForm) {
	id := register.PersonID(r.query.Get("person"))
	for i := range v.of.Input.Staff {
		st := &v.of.Input.Staff[i]
		if id == "" || st.Person != id || !v.Keeps {
			continue
		}
		v.May = true
		v.Form = moreForm{Person: string(id), Name: v.of.Names[id], Unit: string(st.Unit), Head: teams.HeadOf(st), Rev: "0", Back: r.asked(morePlace...)}
		for _, m := range v.of.Input.More {
			if m.Person == id {
				v.Form.Rev, v.Form.Cert, v.Form.Studio = strconv.Itoa(m.Rev), m.HeadCert.String(), m.Studio
				if m.Duty > 0 {
					v.Form.Duty = strconv.FormatFloat(m.Duty, 'f', -1, 64)
				}
			}
		}
		if typed != nil {
			v.Form.Rev, v.Form.Cert, v.Form.Studio, v.Form.Duty = typed.Rev, typed.Cert, typed.Studio, typed.Duty
		}
	}
}

// keepMore keeps what the teams need to know of a person beside the register.
func (s *Server) keepMore(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	m := teams.More{Person: register.PersonID(v("person")), Unit: edu.UnitID(v("unit")), Studio: v("studio")}
	m.Rev, _ = strconv.Atoi(v("rev")) // none is that of a new one
	var err error
	if m.HeadCert, err = r.dayTyped(v("cert")); err == nil {
		if v("duty") != "" {
			if m.Duty, err = strconv.ParseFloat(v("duty"), 64); err != nil {
				m.Duty, err = math.NaN(), nil // refused in words
			}
		}
		err = s.teams.KeepMore(r.Context(), r.who, m)
	}
	back := r.askedIn([]string{"staff", "teams"}, "more", morePlace...)
	r.query.Set("person", v("person"))
	if err == nil {
		return away{back}
	}
	return s.orSay(err, func(why string) error {
		p, err := s.teamPage(r, "teams", r.T("teams.title"))
		if err != nil {
			return err
		}
		p.Error = why
		return s.showTeams(w, r, p, &moreForm{Rev: v("rev"), Cert: v("cert"), Studio: v("studio"), Duty: v("duty")}, http.StatusUnprocessableEntity)
	}, r)
}
