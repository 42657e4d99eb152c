// One exchange: the form in which it is planned or confirmed, and the task made of it.

package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/register"
	"shuren/internal/teams"
)

// moveForm is a line of the table of exchanges as it is typed.
type moveForm struct {
	ID, Rev, Person, Name, From, FromName, To, Way, Stage, Begins, Ends, Document string
	Ways, Stages, Targets                                                         []Choice
	Back                                                                          []Param
}

// form is what a line is entered in: of somebody who was chosen in the list, or of a
// line that is there.
func (v *exchangeView) form(s *Server, r *request, f moveForm) {
	id, person := r.query.Get("move"), register.PersonID(r.query.Get("person"))
	if f.Person != "" {
		id, person = f.ID, register.PersonID(f.Person)
	}
	for i := range v.of.Input.Moves {
		if m := &v.of.Input.Moves[i]; id != "" && m.ID == id && f.Person == "" {
			person = m.Person
			f = moveForm{ID: m.ID, Rev: strconv.Itoa(m.Rev), From: string(m.From), To: joinWords(" ", s.unitPair(r, v.tree, m.To)...), Way: m.Way, Stage: m.Stage, Begins: m.Begins.String(), Ends: m.Ends.String(), Document: m.Document}
		}
	}
	for i := range v.of.Input.Staff {
		if st := &v.of.Input.Staff[i]; st.Person == person && f.From == "" {
			f.From = string(st.Unit)
		}
	}
	if !v.Keeps || person == "" || f.From == "" {
		return
	}
	v.May = true
	f.Person, f.Name = string(person), v.of.Names[person]
	_, f.FromName = v.unit(r, edu.UnitID(f.From))
	if f.Begins == "" {
		f.Begins = v.Summer + "-09-01"
	}
	f.Back = r.asked(movePlace...)
	f.Ways, f.Stages = r.termChoices(teams.Ways, f.Way), r.termChoices(teams.Stages, orElse(f.Stage, teams.Planned))
	if len(v.Schools) <= maxSchoolChoice {
		f.Targets = v.Schools
	}
	v.Form = f
}

// keepMove keeps a line of the table of exchanges.
func (s *Server) keepMove(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	v := func(k string) string { return strings.TrimSpace(r.PostFormValue(k)) }
	f := moveForm{ID: v("id"), Rev: v("rev"), Person: v("person"), From: v("from"), To: v("to"), Way: v("way"), Stage: v("stage"), Begins: v("begins"), Ends: v("ends"), Document: v("document")}
	back := r.askedIn([]string{"staff", "exchange"}, "move", movePlace...)
	err := func() error {
		x := teams.Exchange{ID: f.ID, Person: register.PersonID(f.Person), From: edu.UnitID(f.From), Way: f.Way, Stage: f.Stage, Document: f.Document}
		var err error
		x.Rev, _ = strconv.Atoi(f.Rev) // none is that of a new one
		if x.To, err = s.schoolCalled(r, f.To); err != nil {
			return err
		}
		if x.Begins, err = r.dayTyped(f.Begins); err != nil {
			return err
		}
		if x.Ends, err = r.dayTyped(f.Ends); err != nil {
			return err
		}
		_, err = s.teams.KeepMove(r.Context(), r.who, x)
		return err
	}()
	if err == nil {
		return away{back}
	}
	return s.orSay(err, func(why string) error {
		p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
		if err != nil {
			return err
		}
		p.Error = why
		return s.showExchange(w, r, p, f, http.StatusUnprocessableEntity)
	}, r)
}

// schoolCalled is the school that was meant, by code or by its whole name.
func (s *Server) schoolCalled(r *request, typed string) (edu.UnitID, error) {
	return s.unitCalled(r, typed, edu.School)
}

// unitCalled is the unit of some levels that was meant.
func (s *Server) unitCalled(r *request, typed string, levels ...edu.Level) (edu.UnitID, error) {
	if typed == "" {
		return "", nil
	}
	tree, err := s.city.Tree(r.Context())
	if err != nil {
		return "", fmt.Errorf("tree of units: %w", err)
	}
	found := asTyped(typed, func(typed string) (out []edu.UnitID) {
		for _, u := range tree.Units() {
			a := u.Attrs[len(u.Attrs)-1]
			if slices.Contains(levels, u.Level) && u.Ended == 0 && (a.Code == typed || string(u.ID) == typed || a.Name.ZH == typed || strings.EqualFold(a.Name.EN, typed)) {
				out = append(out, u.ID)
			}
		}
		return out
	})
	if len(found) != 1 {
		return "", auth.Refuse(fault.Invalid, fmt.Sprintf("“%s”对应%d所学校，请填学校标识码或全称", typed, len(found)), fmt.Sprintf("%q fits %d schools; give the code or the whole name", typed, len(found)))
	}
	return found[0], nil
}

// moveTask makes a task of a planned exchange.
func (s *Server) moveTask(w http.ResponseWriter, r *request) error {
	if err := r.parse(); err != nil {
		return err
	}
	id, revText, _ := strings.Cut(r.PostFormValue("move"), " ")
	rev, _ := strconv.Atoi(revText) // none is of nothing, and conflicts
	back := r.askedIn([]string{"staff", "exchange"}, "task", movePlace...)
	if _, err := s.teams.MoveTask(r.Context(), r.who, id, rev); err != nil {
		return s.exchangeWrong(w, r, err)
	}
	return away{back}
}

// movePlace are the parameters that say where in the page of exchanges one is.
var movePlace = []string{"county", "school", "summer", "state", "sort", "dir", "page"}

// exchangeWrong is the page of exchanges again, with why something was refused. Its links
// lead to the page, not to where the form went.
func (s *Server) exchangeWrong(w http.ResponseWriter, r *request, err error) error {
	return s.orSay(err, func(why string) error {
		r.Request = r.WithContext(r.Context())
		r.URL = &url.URL{Path: "/staff/exchange"}
		p, err := s.teamPage(r, "exchange", r.T("teams.exchange.title"))
		if err != nil {
			return err
		}
		p.Error = why
		return s.showExchange(w, r, p, moveForm{}, http.StatusUnprocessableEntity)
	}, r)
}
