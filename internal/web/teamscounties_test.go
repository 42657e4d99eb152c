// What a page of several counties says of a line: which reach it, which do not, and over
// which nothing can be said.

package web

import (
	"context"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/teams"
)

// A county where nobody can be held to a line has not passed it: it is named as not known,
// and the line is reached everywhere only where every county with a register reaches it.
func TestNothingJudgedIsNoPass(t *testing.T) {
	for name, tt := range map[string]struct {
		verdicts []edu.Verdict
		none     int
		want     []string
	}{
		"all reach it":        {[]edu.Verdict{edu.Met, edu.Met}, 0, []string{"Every county with a register reaches the line."}},
		"one is not judged":   {[]edu.Verdict{edu.Met, edu.Exempt}, 0, []string{"1 other county reaches the line.", "1 with nobody to count, not judged: b."}},
		"none is judged":      {[]edu.Verdict{edu.Exempt, edu.Exempt}, 1, []string{"2 with nobody to count, not judged: a, b. 1 without a register, not counted: z."}},
		"short beside others": {[]edu.Verdict{edu.Short, edu.Met, edu.Unknown}, 0, []string{"1 short of the line: a.", "1 with nobody to count, not judged: c."}},
		"no register":         {nil, 1, []string{"1 without a register, not counted: z."}},
		"no county":           {nil, 0, nil},
	} {
		var l countyLines
		for i, v := range tt.verdicts {
			l.add(string(rune('a'+i)), teams.Ratio{Verdict: v})
		}
		l.none = slices.Repeat([]string{"z"}, tt.none)
		r := &request{locale: locale{catalogue("en")}}
		var got []string
		for _, f := range r.countyFacts("", &l) {
			got = append(got, f.Text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// untoldTeams are teams of whom neither hours nor the class of their schools were told.
type untoldTeams struct{ Teams }

func (u untoldTeams) Of(ctx context.Context, who auth.Actor, county edu.UnitID) (*flow.TeamsOf, error) {
	of, err := u.Teams.Of(ctx, who, county)
	if err != nil {
		return nil, err
	}
	for i := range of.Input.Staff {
		of.Input.Staff[i].Training = math.NaN()
	}
	for i := range of.Input.Schools {
		of.Input.Schools[i].Class, of.Input.Schools[i].Good = "", false
	}
	return of, nil
}

func TestCityIsToldWhereNothingWasJudged(t *testing.T) {
	_, city, _, _, _, _ := staffTown(t)
	w := newTown(t, func(c *Config) { c.Teams = untoldTeams{city.Teams(city.RegisterStaff())} })
	_, _, section := w.person("", auth.Grant{Role: auth.CitySection, Whole: true})
	for _, path := range []string{"/staff/exchange", "/staff/training"} {
		body := w.ask(http.MethodGet, path, "", section).Body.String()
		answer := body[strings.Index(body, `class="answer"`):strings.Index(body, "</dl>")]
		if strings.Contains(answer, "达标") || !strings.Contains(answer, "没有可计入的人，未判断：") {
			t.Errorf("%s: %s", path, answer)
		}
	}
}
