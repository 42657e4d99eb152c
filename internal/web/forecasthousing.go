package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"shuren/internal/auth"
	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/forecast"
	"shuren/internal/sheet"
)

// housingForm is what a county's new housing is typed into.
type housingForm struct {
	County Choice
	Lines  string
	Rev    int
}

// housingHead are the columns in which lines are typed.
const housingHead = "学校\t项目\t学段\t入住年份\t套数\t每套学生数\t学生数\t来源\n"

// typeHousing keeps new housing that was typed or pasted, or, with nothing typed, that
// there is none.
func (s *Server) typeHousing(w http.ResponseWriter, r *request) error {
	typed := r.PostFormValue("lines")
	if strings.TrimSpace(typed) == "" {
		return s.keepHousing(w, r, nil)
	}
	text := typed
	if first, _, _ := strings.Cut(strings.TrimSpace(typed), "\n"); !strings.Contains(first, "项目") && !strings.Contains(strings.ToLower(first), "project") {
		text = housingHead + typed
	}
	return s.readHousing(w, r, r.T("forecast.typed"), io.NopCloser(strings.NewReader(text)))
}

// sendHousing keeps new housing of a file.
func (s *Server) sendHousing(w http.ResponseWriter, r *request) error {
	files, err := filesOf(r, "file")
	if err != nil {
		return err
	}
	f, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("file of housing: %w", err)
	}
	return s.readHousing(w, r, files[0].Filename, f)
}

// housingWrong shows what is wrong beside what was typed. At a conflict the form stands
// on what is kept now, which the page shows above it: who saves again has seen that.
// After a file the form shows what is kept: an empty one would say that there is none.
func (s *Server) housingWrong(w http.ResponseWriter, r *request, why string, status int) error {
	p := forecastView{Error: why}
	p.Form.Counties = []Choice{{Link{"", strings.TrimSpace(r.PostFormValue("county"))}, true}}
	p.Housing = housingForm{Lines: r.PostFormValue("lines")}
	p.Housing.Rev, _ = strconv.Atoi(r.PostFormValue("rev")) // what is no number was seen of nothing
	p.wrongHousing, p.typedHousing = true, r.PostForm.Has("lines")
	p.staleHousing = status == http.StatusConflict
	return s.showForecast(w, r, p, status)
}

func (s *Server) readHousing(w http.ResponseWriter, r *request, name string, f io.ReadCloser) error {
	lines, problems, err := s.ahead.ReadHousing(r.Context(), name, f)
	if no, ok := errors.AsType[*sheet.Refusal](err); ok {
		return s.housingWrong(w, r, r.Text(no.Text), http.StatusUnprocessableEntity)
	}
	if err != nil {
		return fmt.Errorf("housing: %w", err)
	}
	if len(problems) > 0 {
		var says []string
		for _, p := range problems[:min(len(problems), 5)] {
			says = append(says, p.In(r.Lang()))
		}
		return s.housingWrong(w, r, strings.Join(says, r.T("forecast.and")), http.StatusUnprocessableEntity)
	}
	return s.keepHousing(w, r, lines)
}

func (s *Server) keepHousing(w http.ResponseWriter, r *request, lines []forecast.HousingLine) error {
	rev, err := strconv.Atoi(r.PostFormValue("rev"))
	if err != nil {
		return fmt.Errorf("rev %q: %w", r.PostFormValue("rev"), fault.Invalid)
	}
	_, err = s.ahead.KeepHousing(r.Context(), r.who, forecast.Housing{County: edu.UnitID(strings.TrimSpace(r.PostFormValue("county"))), Rev: rev, Lines: lines})
	if _, told := errors.AsType[*auth.Refusal](err); !told && errors.Is(err, fault.Conflict) {
		return s.housingWrong(w, r, r.T("forecast.housing.conflict"), http.StatusConflict)
	}
	if err != nil {
		return s.orSay(err, func(why string) error { return s.housingWrong(w, r, why, http.StatusUnprocessableEntity) }, r)
	}
	return away{"/forecast?did=housing"}
}

// of puts what a county said last into the form.
func (f *housingForm) of(all []forecast.Housing, county edu.UnitID, stage func(string) string) {
	for _, h := range all {
		if h.County != county {
			continue
		}
		f.Rev = h.Rev
		var out strings.Builder
		for _, l := range h.Lines {
			dwellings, per, pupils := "", "", ""
			if l.Dwellings > 0 {
				dwellings, per = strconv.Itoa(l.Dwellings), strconv.FormatFloat(l.Per, 'f', -1, 64)
			} else {
				pupils = strconv.FormatFloat(l.Pupils, 'f', -1, 64)
			}
			fmt.Fprintf(&out, "%s\t%s\t%s\t%d\t%s\t%s\t%s\t%s\n", l.Place, l.Project, stage(l.Stage), l.Year, dwellings, per, pupils, l.Source)
		}
		f.Lines = out.String()
	}
}

// housing are the projects that bring pupils to the places that are looked at.
func (v forecastOf) housing(at int) Table {
	t := Table{ID: "housing", Caption: v.T("forecast.housing"), Sheet: v.T("forecast.housing"), Tight: true, Empty: v.T("forecast.housing.none"),
		Cols: []Col{{Label: v.T("county")}, {Label: v.T("forecast.housing.project"), Wrap: true}, {Label: v.T("stage")}, {Label: v.T("year"), Num: true}, {Label: v.T("forecast.housing.units"), Num: true}, {Label: v.T("forecast.housing.per"), Num: true}, {Label: v.T("forecast.n"), Num: true}, {Label: v.T("forecast.source"), Wrap: true}}}
	for _, h := range v.f.Housing {
		if at > 0 && v.f.Places[at].Unit != h.County {
			continue
		}
		for _, l := range h.Lines {
			project := Cell{Text: l.Project, Small: l.Place}
			for _, x := range v.f.Lost {
				if x == l {
					project.Tail = v.T("forecast.housing.lost")
				}
			}
			units, per := Cell{}, Cell{}
			if l.Dwellings > 0 {
				units, per = count(l.Dwellings), figure(l.Per, 2)
			}
			n := figure(l.Brings(), 0)
			n.Text = chart.Change(l.Brings(), 0)
			t.Rows = append(t.Rows, Row{Cells: []Cell{text(v.units(h.County)), project, text(v.Text(forecast.SectionName(l.Stage))), text(strconv.Itoa(l.Year)), units, per, n, text(l.Source)}})
		}
	}
	return t
}

// housingWords are the projects as lines of an export.
func (v forecastOf) housingWords() (out []string) {
	for _, h := range v.f.Housing {
		for _, l := range h.Lines {
			out = append(out, v.T("forecast.housing.line", v.units(h.County), l.Project, v.Text(forecast.SectionName(l.Stage)), strconv.Itoa(l.Year), chart.Change(l.Brings(), 0), l.Source))
		}
	}
	return out
}

// moves is who came and went of late and what is taken to come and go: by county.
func (v forecastOf) moves() Table {
	const shown = 5
	in := v.f.Input
	t := Table{ID: "moves", Caption: v.T("forecast.moves"), Sheet: v.T("forecast.moves"), Tight: true, Cols: []Col{{Label: v.T("county")}}}
	from := max(1, in.Years-shown)
	ahead := []int{0, 4, len(v.f.Result.Years) - 1}
	for y := from; y < in.Years; y++ {
		t.Cols = append(t.Cols, Col{Label: strconv.Itoa(in.First + y), Num: true})
	}
	for _, h := range ahead {
		t.Cols = append(t.Cols, Col{Label: v.T("forecast.moves.ahead", strconv.Itoa(v.f.Result.Years[h])), Num: true})
	}
	for i, p := range v.f.Places {
		if !v.f.Shown[i] || p.Level == edu.Section {
			continue
		}
		all := v.f.Result.Moves(in, i)
		row := Row{Sum: i == 0, Cells: []Cell{text(v.name(i))}}
		put := func(x float64) {
			c := figure(x, 0)
			c.Text = chart.Change(x, 0)
			row.Cells = append(row.Cells, c)
		}
		for y := from; y < in.Years; y++ {
			put(all[y])
		}
		for _, h := range ahead {
			put(all[in.Years+h])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
