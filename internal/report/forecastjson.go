package report

import (
	"encoding/json"
	"io"
	"math"
	"slices"
)

// figures are numbers of which some may be missing: null in JSON.
type figures []float64

func (f figures) MarshalJSON() ([]byte, error) {
	if f == nil {
		return []byte("null"), nil
	}
	out := make([]*float64, len(f))
	for i := range f {
		out[i] = known(f[i])
	}
	return json.Marshal(out)
}

// known is a number, or nothing.
func known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

type forecastJSON struct {
	Mark       string              `json:"mark,omitempty"`
	DataAsOf   string              `json:"data_as_of,omitempty"`
	Method     string              `json:"method"`
	Conclusion string              `json:"conclusion"`
	Held       string              `json:"coverage_in_words"`
	Level      float64             `json:"level"`
	First      int                 `json:"first_year"`
	Years      []int               `json:"years"`
	Test       backTestJSON        `json:"back_test"`
	Ratios     []ratioJSON         `json:"ratios"`
	Notes      []string            `json:"notes"`
	Source     []string            `json:"source,omitempty"`
	Added      []string            `json:"added,omitempty"`
	Seats      []seatsJSON         `json:"seats,omitempty"`
	Places     []forecastPlaceJSON `json:"places"`
}

type seatsJSON struct {
	Place    string  `json:"place"`
	Stage    string  `json:"stage"`
	Seats    float64 `json:"seats"`
	Now      float64 `json:"pupils_now"`
	Said     int     `json:"sections_that_say"`
	Missing  int     `json:"sections_that_do_not"`
	Mid      figures `json:"mid"`
	Low      figures `json:"low"`
	High     figures `json:"high"`
	Short    int     `json:"short_from,omitempty"`
	Most     float64 `json:"most_short,omitempty"`
	MostYear int     `json:"most_short_in,omitempty"`
	May      int     `json:"may_be_short_from,omitempty"`
	Over     int     `json:"too_many_from,omitempty"`
	Left     float64 `json:"left_at_the_end"`
	Source   string  `json:"source"`
}

type backTestJSON struct {
	Earlier []int       `json:"earlier_origins"`
	Later   []int       `json:"later_origins"`
	Methods []scoreJSON `json:"methods"`
	Chosen  scoreJSON   `json:"chosen_at_each_origin"`
	Picked  []string    `json:"picked"`
	Held    []heldJSON  `json:"coverage_by_level"`
}

type heldJSON struct {
	Level    string   `json:"level"`
	Coverage *float64 `json:"coverage"`
	Widened  float64  `json:"widened"`
	Covered  *float64 `json:"coverage_after_widening"`
	Checked  int      `json:"truths_checked"`
}

type scoreJSON struct {
	Method  string   `json:"method"`
	Used    bool     `json:"used"`
	Earlier *float64 `json:"mape_earlier"`
	Later   *float64 `json:"mape_later"`
	Ahead   figures  `json:"mape_by_years_ahead"`
	Root    figures  `json:"mape_of_the_whole_by_years_ahead"`
}

type ratioJSON struct {
	Grade string   `json:"grade"`
	Used  *float64 `json:"used"`
	Past  figures  `json:"past"`
}

type forecastPlaceJSON struct {
	Place  string      `json:"place"`
	Within string      `json:"within,omitempty"`
	Stages []stageJSON `json:"stages"`
	Grades []gradeJSON `json:"grades"`
}

type stageJSON struct {
	Stage   string  `json:"stage"`
	Past    figures `json:"past"`
	Mid     figures `json:"mid"`
	Low     figures `json:"low"`
	High    figures `json:"high"`
	OwnLow  figures `json:"own_low"`
	OwnHigh figures `json:"own_high"`
}

type gradeJSON struct {
	Grade string  `json:"grade"`
	Past  figures `json:"past"`
	Mid   figures `json:"mid"`
	Low   figures `json:"low"`
	High  figures `json:"high"`
}

// open gives figures of the past and of the years ahead with null where one would
// tell of too few.
func (f *Forecast) open(node, section, grade int) (past, ahead func([]float64) figures) {
	from := func(first int) func([]float64) figures {
		return func(years []float64) figures {
			if f.Few == nil {
				return years
			}
			out := slices.Clone(years)
			for y := range out {
				if f.Few(node, section, grade, first+y) {
					out[y] = math.NaN()
				}
			}
			return out
		}
	}
	return from(f.Input.First), from(f.Input.First + f.Input.Years)
}

func (f *Forecast) json(w io.Writer) error {
	r := f.Result
	out := forecastJSON{Mark: f.Mark, DataAsOf: Minute(f.At), Method: r.Method, Conclusion: f.text(r.Conclusion()), Held: f.text(r.Held(f.Level)),
		Level: f.Level, First: f.Input.First, Years: r.Years, Source: f.Source, Added: f.Added, Notes: []string{}, Places: []forecastPlaceJSON{}}
	t := r.Test
	out.Test = backTestJSON{Earlier: t.Earlier, Later: t.Later, Picked: t.Picked}
	for d, h := range t.Held {
		out.Test.Held = append(out.Test.Held, heldJSON{f.text(t.LevelName(d)), known(h.Before), h.Widened, known(h.After), h.Checked})
	}
	for _, m := range append(t.Methods, t.Chosen) {
		s := scoreJSON{m.Method, m.Used, known(m.Earlier), known(m.Later), m.ByAhead, m.RootAhead}
		if m.Method == "" {
			out.Test.Chosen = s
		} else {
			out.Test.Methods = append(out.Test.Methods, s)
		}
	}
	for g, x := range r.Ratios {
		out.Ratios = append(out.Ratios, ratioJSON{f.grade(g + 1), known(x.Used), x.Past})
	}
	for _, n := range r.Tell() {
		out.Notes = append(out.Notes, f.text(n.Text))
	}
	for _, x := range f.Seats {
		if !r.Banded {
			x.Low, x.High = nil, nil
		}
		out.Seats = append(out.Seats, seatsJSON{f.name(x.Node), f.stage(r.Sections[x.Section]), x.Seats, x.Now, x.Said, x.Missing, x.Mid, x.Low, x.High, x.Short, x.Most, x.MostYear, x.May, x.Over, x.Left, x.Source})
	}
	for i := range f.Input.Nodes {
		if !f.shown(i) {
			continue
		}
		p := forecastPlaceJSON{Place: f.name(i), Within: f.name(f.Input.Nodes[i].Up), Stages: []stageJSON{}, Grades: []gradeJSON{}}
		for s, stage := range r.Sections {
			if x := &r.Section[i][s]; some(x) {
				past, ahead := f.open(i, s, -1)
				j := stageJSON{Stage: f.stage(stage), Past: past(x.Past), Mid: ahead(x.Mid)}
				if r.Banded {
					j.Low, j.High, j.OwnLow, j.OwnHigh = ahead(x.Low), ahead(x.High), ahead(x.OwnLow), ahead(x.OwnHigh)
				}
				p.Stages = append(p.Stages, j)
			}
		}
		for g := range f.Input.Grades {
			past, ahead := f.open(i, slices.Index(r.Sections, f.Input.Grades[g].Section), g)
			j := gradeJSON{Grade: f.grade(g), Past: past(r.GradePast[i][g]), Mid: ahead(r.Grade[i][g])}
			if r.Banded {
				j.Low, j.High = ahead(r.GradeLow[i][g]), ahead(r.GradeHigh[i][g])
			}
			p.Grades = append(p.Grades, j)
		}
		out.Places = append(out.Places, p)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
