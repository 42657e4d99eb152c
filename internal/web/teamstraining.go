// The page of training and retirement: hours against the cycle, who retires, and who
// teaches what.

package web

import (
	"math"
	"net/http"
	"slices"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/register"
	"shuren/internal/teams"
)

type trainingView struct {
	*teamPage
	Paces    []Choice
	Counts   Table
	Share    Table
	List     Table
	Leaving  Table
	Subjects Table
	Cycle    string
	Unset    bool // ages of retirement are not entered
}

// trainingPage holds hours of training against the cycle, and tells who retires.
func (s *Server) trainingPage(w http.ResponseWriter, r *request) error {
	p, err := s.teamPage(r, "training", r.T("teams.training.title"))
	if err != nil {
		return err
	}
	v := &trainingView{teamPage: p}
	export := r.query.Get("as") == "xlsx"
	p.Export = r.here("as", "xlsx", "page", "")
	if p.Wide {
		if err := v.wide(s, r); err != nil {
			return err
		}
		if export {
			return s.exportPlain(w, r, p.Title, v.Counts)
		}
		return s.render(w, r, "teamstraining.html", v)
	}
	t := teams.TrainingOn(&p.of.Input, s.today())
	v.Cycle = r.T("teams.cycle.unset")
	if from := p.of.Input.Rules.CycleFrom; from != 0 {
		v.Cycle = r.T("teams.cycle.since", from.String(), int(math.Round(100*t.Elapsed)))
	}
	if !p.Nobody {
		v.Answer = r.trainingAnswer(t)
	}
	state := r.query.Get("state")
	if state == "" {
		state = string(teams.Behind)
	}
	v.Paces = r.termChoices(teams.Paces, state)
	v.Counts = Table{ID: "paces", Caption: r.T("teams.paces"), Sheet: r.T("teams.paces"), Tight: true, Cols: []Col{{Label: r.T("log.state")}, {Label: r.T("teams.all"), Num: true}}}
	for _, x := range teams.Paces {
		v.Counts.Rows = append(v.Counts.Rows, Row{Cells: []Cell{linked(r.Text(x.Text), r.here("state", x.ID, "page", "")), count(t.Count[teams.Pace(x.ID)])}})
	}
	v.Share = Table{ID: "share", Caption: r.T("teams.share"), Sheet: r.T("teams.share"), Tight: true, Cols: append([]Col{{Label: r.T("teams.what"), Wrap: true}}, r.ratioCols()...)}
	v.Share.Rows = []Row{{Cells: append([]Cell{text(r.T("teams.ratio.trained"))}, r.ratioCells(t.Share)...)}}
	v.List = Table{ID: "people", Caption: r.Text(teams.WordOf(teams.Paces, state)), Sheet: r.T("teams.people"), Empty: r.T("teams.people.none"), List: true, Tight: true, Cols: append(v.personCols(r, export), []Col{{Key: "school", Label: r.T("school"), Wrap: true}, {Key: "subject", Label: r.T("teams.subject")}, {Key: "hours", Label: r.T("teams.training.hours"), Num: true}, {Label: r.T("teams.training.wanted"), Num: true}, {Label: r.T("log.state")}}...)}
	for i := range t.People {
		x := &t.People[i]
		if string(x.Pace) != state {
			continue
		}
		v.List.Rows = append(v.List.Rows, Row{Cells: append(v.person(r, x.Person, export, ""), text(v.schoolWords(x.School, x.Person.Unit)), text(r.Text(register.SubjectText(x.Person.Subject))), figure(x.Hours, 0), figure(x.Wanted, 0), lampCell(Lamp{map[teams.Pace]chart.Tone{teams.Finished: chart.Good, teams.OnTrack: chart.Good, teams.Behind: chart.Near, teams.NotKnown: chart.Open}[x.Pace], r.Text(teams.WordOf(teams.Paces, string(x.Pace))), ""}))})
	}
	r.sortRows(&v.List)
	v.leaving(r)
	v.subjects(r)
	if export {
		if err := s.noteRead(r, "staff list, training", p.of.County); err != nil {
			return err
		}
		return s.exportPlain(w, r, p.Title, v.Counts, v.Share, v.List, v.Leaving, v.Subjects)
	}
	if err := p.paged(r, &v.List); err != nil {
		return err
	}
	return s.render(w, r, "teamstraining.html", v)
}

func (v *trainingView) wide(s *Server, r *request) error {
	v.Counts = Table{ID: "counties", Caption: r.T("teams.counties"), Sheet: r.T("teams.counties"), Empty: r.T("teams.none"), Tight: true, Cols: slices.Concat([]Col{{Label: r.T("county")}, {Label: r.T("teams.staff"), Num: true}}, r.ratioCols(), []Col{{Label: r.T("measures.bar"), Draw: true}})}
	var lines countyLines
	for _, id := range v.all {
		of, err := s.teams.Of(r.Context(), r.who, id)
		if err != nil {
			return err
		}
		code, name := s.unitSays(r, v.tree, id)
		if len(of.Input.Staff) == 0 {
			v.Counts.Rows = append(v.Counts.Rows, r.unregistered(code, name, len(v.Counts.Cols)))
			lines.none = append(lines.none, name)
			continue
		}
		t := teams.TrainingOn(&of.Input, s.today())
		lines.add(name, t.Share)
		v.Counts.Rows = append(v.Counts.Rows, Row{Cells: slices.Concat([]Cell{linked(name, r.here("county", code)), count(len(of.Input.Staff))}, r.ratioCells(t.Share), []Cell{r.ratioBar(name, t.Share)})})
	}
	v.Answer = r.countyFacts(r.T("teams.share"), &lines)
	return nil
}

// leaving counts who retires; without the county's ages nobody is counted.
func (v *trainingView) leaving(r *request) {
	v.Unset = len(v.of.Input.Rules.Retirement) == 0
	if v.Unset || v.of.Year == 0 {
		return
	}
	const years = 5
	v.Leaving = Table{ID: "leaving", Caption: r.T("teams.leaving"), Sheet: r.T("teams.leaving"), Empty: r.T("teams.people.none"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("teams.subject")}, {Label: r.T("teams.established"), Num: true}}}
	for y := range years {
		v.Leaving.Cols = append(v.Leaving.Cols, Col{Label: edu.Year(v.of.Year + 1 + y).Label(), Num: true})
	}
	v.Leaving.Cols = append(v.Leaving.Cols, Col{Label: r.T("teams.unknown"), Num: true})
	for _, l := range teams.Retiring(&v.of.Input, v.of.Year+1, years) {
		cells := []Cell{text(r.Stage(l.Stage)), text(orElse(r.Text(register.SubjectText(l.Subject)), r.T("staff.subject.none"))), count(l.People)}
		for _, n := range l.ByYear {
			cells = append(cells, count(n))
		}
		v.Leaving.Rows = append(v.Leaving.Rows, Row{Cells: append(cells, count(l.Unknown))})
	}
}

func (v *trainingView) subjects(r *request) {
	v.Subjects = Table{ID: "subjects", Caption: r.T("teams.subjects"), Sheet: r.T("teams.subjects"), Empty: r.T("teams.people.none"), Tight: true, Cols: []Col{{Label: r.T("stage")}, {Label: r.T("teams.subject")}, {Label: r.T("teams.main"), Num: true}, {Label: r.T("teams.second"), Num: true}, {Label: r.T("teams.schools"), Num: true}, {Label: r.T("teams.without"), Num: true}, {Label: r.T("staff.surplus.needed"), Num: true}, {Label: r.T("teams.lacking"), Num: true}}}
	for _, x := range teams.Subjects(&v.of.Input) {
		v.Subjects.Rows = append(v.Subjects.Rows, Row{Cells: []Cell{text(r.Stage(x.Stage)), text(r.Text(register.SubjectText(x.Name))), count(x.Main), count(x.Second), count(x.Schools), count(x.Without), figure(x.Needed, 1), figure(x.Lacks, 0)}})
	}
}
