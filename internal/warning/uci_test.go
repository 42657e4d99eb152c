package warning_test

import (
	"bufio"
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/testkit"
	"shuren/internal/warning"
)

var update = flag.Bool("update", false, "write the figures of docs/early-warning.md")

// chosen are columns of the data set, from 1, that are known after the first
// semester. Those of the second are known too late. Gender is in no model: it serves
// to compare groups.
var chosen = []int{7, 13, 14, 15, 16, 17, 19, 20, 23, 24, 25, 26, 27}

// students reads the data set. Its rows have no dates: their order stands for time.
func students(t *testing.T) *warning.Data {
	t.Helper()
	f, err := os.Open(testkit.Shared(t, "data/uci-dropout/students_dropout_academic_success.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	d := &warning.Data{}
	for _, c := range chosen {
		name := rows[0][c-1]
		if strings.Contains(name, "2nd sem") {
			t.Fatalf("%s is known too late", name)
		}
		d.Features = append(d.Features, warning.Feature{ID: name})
	}
	for i, r := range rows[1:] {
		v := func(col int) float64 {
			x, err := strconv.ParseFloat(r[col-1], 64)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		c := warning.Case{Day: edu.Date(i + 1), Left: r[36] == "Dropout", Groups: []string{"gender:" + r[17], "displaced:" + r[13]}}
		for _, col := range chosen {
			c.X = append(c.X, v(col))
		}
		// A rule list as a school would have it: nothing passed, fees overdue, debts.
		if v(25) == 0 && v(23) > 0 {
			c.Rule += 2
		}
		c.Rule += 1 - v(17)
		c.Rule += v(16) / 2
		d.Cases = append(d.Cases, c)
	}
	return d
}

// golden are the figures that base R found: bench/warning/check.R.
func golden(t *testing.T) map[string]float64 {
	t.Helper()
	f, err := os.Open("testdata/uci.r.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out := map[string]float64{}
	for s := bufio.NewScanner(f); s.Scan(); {
		name, v, _ := strings.Cut(s.Text(), ",")
		if out[name], err = strconv.ParseFloat(v, 64); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestAgainstBaseR(t *testing.T) {
	want := golden(t)
	earlier, later := students(t).Split(0.7)
	for _, penalty := range []float64{1, 50} {
		m, err := warning.Fit(earlier, penalty)
		if err != nil {
			t.Fatal(err)
		}
		pen := strconv.Itoa(int(penalty))
		if w := want["w"+pen+"_0"]; math.Abs(m.Base-w) > 1e-5 {
			t.Errorf("penalty %s: base %v; R %v", pen, m.Base, w)
		}
		for i, w := range m.Weight {
			if r := want["w"+pen+"_"+strconv.Itoa(i+1)]; math.Abs(w-r) > 1e-5 {
				t.Errorf("penalty %s, %s: %v; R %v", pen, m.Features[i].ID, w, r)
			}
		}
		for _, k := range []int{50, 100, 200} {
			trial := warning.Try(m, later, k)
			if math.Abs(trial.AUC-want["auc"+pen]) > 1e-6 || math.Abs(trial.Brier-want["brier"+pen]) > 1e-6 {
				t.Errorf("penalty %s: AUC %v, Brier %v; R %v, %v", pen, trial.AUC, trial.Brier, want["auc"+pen], want["brier"+pen])
			}
			if got := want["hits"+pen+"_"+strconv.Itoa(k)]; float64(trial.Hits) != got {
				t.Errorf("penalty %s, %d visits: %d found; R %v", pen, k, trial.Hits, got)
			}
		}
	}
	// With next to no penalty the weights are those of glm().
	m, err := warning.Fit(earlier, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range m.Weight {
		if r := want["w0_"+strconv.Itoa(i+1)]; math.Abs(w-r) > 1e-4 {
			t.Errorf("no penalty, %s: %v; glm %v", m.Features[i].ID, w, r)
		}
	}
}

// The whole way on the data set, as a method: the figures of docs/early-warning.md.
func TestMethod(t *testing.T) {
	earlier, later := students(t).Split(0.7)
	m, err := warning.Fit(earlier, 1)
	if err != nil {
		t.Fatal(err)
	}
	trial := warning.Try(m, later, 200)
	page := fmt.Sprintf("| | model | rule list | average for everybody |\n|---|---|---|---|\n| AUC | %.3f | %.3f | 0.5 |\n| Brier score | %.3f | | %.3f |\n| right of the first %d visits | %d | %d | |\n",
		trial.AUC, trial.RuleAUC, trial.Brier, trial.Base, trial.Capacity, trial.Hits, trial.RuleHits)
	page += "\n| students | probability | mean of them | share who left |\n|---|---|---|---|\n"
	for _, b := range trial.Table {
		page += fmt.Sprintf("| %d | %.3f to %.3f | %.3f | %.3f |\n", b.N, b.Low, b.High, b.Mean, b.Share)
	}
	page += "\n| group | students | recall | of those who stayed, on the list |\n|---|---|---|---|\n"
	for _, g := range trial.Groups {
		page += fmt.Sprintf("| %s | %d | %.3f | %.3f |\n", g.Group, g.N, g.Recall, g.FPR)
	}
	testkit.Figures(t, "docs/early-warning.md", "uci", page, *update)
	for _, d := range warning.PSI(earlier, later) {
		if d.PSI > warning.Steady {
			t.Errorf("%s has drifted by %.3f between rows of one data set", m.Features[d.Feature].ID, d.PSI)
		}
	}
	if trial.AUC < 0.87 || trial.Brier > 0.13 || trial.Precision < 0.9 {
		t.Errorf("AUC %.3f, Brier %.3f, precision %.3f; want 0.87, 0.13, 0.9", trial.AUC, trial.Brier, trial.Precision)
	}
	if v := trial.Judge(); !v.On {
		t.Errorf("off: %v", v.Why)
	}
}
