package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"html"
	"math"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"shuren/internal/chart"
	"shuren/internal/edu"
	"shuren/internal/report"
	"shuren/internal/testkit"
	"shuren/internal/valueadd"
)

// A line of the long form leads to its explanation by the rule of
// docs/long-form.md: the address is made of the line's own columns, and the page
// there shows the line's figure.
func TestLongFormLeadsToItsExplanation(t *testing.T) {
	testkit.Sequential(t) // one page after the other
	h := handlerOf(t, demoCity(t))
	a := newest(t)
	followed, shown := 0, 0
	i := 0
	for r := range report.Rows(a, report.Options{Lang: "zh", AsOf: time.Date(2025, 11, 1, 8, 0, 0, 0, time.UTC)}) {
		if i++; i%499 != 1 && !(r.Level == "county" && r.Statistic == "verdict" && i%13 == 0) {
			continue
		}
		q := url.Values{"year": {r.Period}}
		if r.Stage != "" {
			q.Set("stage", r.Stage)
		}
		to := "/trace/" + r.Level + "/" + url.PathEscape(r.Unit) + "/" + r.Indicator + "?" + q.Encode()
		w := get(t, h, to)
		if w.Code != http.StatusOK {
			t.Errorf("%s: status %d", to, w.Code)
			continue
		}
		followed++
		if d := a.Pack.Indicator(r.Indicator); d != nil && r.Statistic == "value" && !math.IsNaN(r.Value) {
			shown++
			if want := chart.Number(r.Value, d.Decimals); d.Unit != "yesno" && !strings.Contains(html.UnescapeString(w.Body.String()), want) {
				t.Errorf("%s does not show %s", to, want)
			}
		}
		if r.Reference == "" && a.Pack.Indicator(r.Indicator) == nil || r.AsOf != "2025-11-01 08:00" {
			t.Errorf("a line of %s says %q, %q of its dates", r.Indicator, r.Reference, r.AsOf)
		}
	}
	if followed < 100 || shown < 30 {
		t.Errorf("only %d lines were followed, %d with a figure", followed, shown)
	}
}

// Whatever sends a file is one of these: workbooks of tables, which all take
// their dates from sendTables; files with dates of their own, which a test reads;
// and files that hold no figures. A new way out has to be put into this list.
func TestEveryWayOutSaysOfWhenItsFiguresAre(t *testing.T) {
	known := map[string]string{
		"export.go": "sendTables", "dossier.go": "TestCountySummary", "valueaddedrun.go": "below",
		"draftplan.go": "no figures: lines of a notice", "sign.go": "a form's own paper, which names its period", "upload.go": "the reader's own file with its mistakes marked",
		"files.go":    "no figures: a paper of evidence as it was handed in",
		"forecast.go": "years of their own: every line names the year that it is of, and the past that it rests on", "honours.go": "no figures: a roll, each line with its year", "planedit.go": "no figures of a time: a plan as it was written, with its version", "todo.go": "no figures: what is to be done, with its days",
		"audit.go": "no figures: the log, each line with its time", "partners.go": "no figures: a table to be filled",
		"reportpage.go":       "a document and its figures: its text says until when they are, its archive of which data",
		"safetybook.go":       "no figures: a checklist to be filled, with its day",
		"seatplan.go":         "years of their own: every line names the year that it is of",
		"teamsmarks.go":       "no figures: marks to be filled in",
		"registertemplate.go": "no figures: a register to be filled in",
		"teamsmovefile.go":    "no figures: who was exchanged, each line with its days",
		"means.go":            "no figures: a table to be filled", "taskbook.go": "no figures of a time: tasks as they are, each with its revision",
	}
	sends := regexp.MustCompile(`s\.sendFile\(|"Content-Disposition", `)
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		body, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if sends.Match(body) != (known[e.Name()] != "") {
			t.Errorf("%s: sends a file: %t, listed: %t", e.Name(), sends.Match(body), known[e.Name()] != "")
		}
	}

	v := &report.ValueAdded{Result: &valueadd.Result{}, Lang: "zh", Schools: []report.ValueAddedSchool{{Code: "1"}}, Period: edu.Year(2025), At: time.Date(2025, 11, 1, 8, 0, 0, 0, time.UTC)}
	var b bytes.Buffer
	if err := report.WriteValueAdded(&b, report.CSV, v); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || !slices.Contains(rows[1], "2025") || !slices.Contains(rows[1], "2025-11-01 08:00") {
		t.Errorf("%v, %v", rows, err)
	}

	var api struct {
		Reference string            `json:"reference_date"`
		AsOf      string            `json:"data_as_of"`
		Measures  []string          `json:"measures"`
		Dated     map[string]string `json:"measures_are_of"`
	}
	if err := json.Unmarshal(get(t, handlerOf(t, demoCity(t)), "/api/v1/compare").Body.Bytes(), &api); err != nil || api.Reference != "2025-09-01" || api.AsOf == "" {
		t.Errorf("%+v, %v", api, err)
	}
	for _, m := range api.Measures {
		if api.Dated[m] == "" {
			t.Errorf("measure %s is of no time", m)
		}
	}
}
