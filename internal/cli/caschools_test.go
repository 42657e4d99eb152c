package cli_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/cli"
	"shuren/internal/report"
	"shuren/internal/testkit"
)

// run runs one command and gives its exit code and what it printed.
func run(t *testing.T, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = cli.Run(context.Background(), append([]string{"--lang=en"}, args...), cli.Streams{In: strings.NewReader(stdin), Out: &o, Err: &e})
	return code, o.String(), e.String()
}

// line is a line of the long form by column name.
type line map[string]string

func readCSV(t *testing.T, text string) []line {
	t.Helper()
	recs, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(recs[0], ","); got != strings.Join(report.Columns, ",") {
		t.Fatalf("header %s", got)
	}
	var out []line
	for _, r := range recs[1:] {
		l := line{}
		for i, c := range recs[0] {
			l[c] = r[i]
		}
		out = append(out, l)
	}
	return out
}

// district is one row of the real file, read here without any of the product.
type district struct {
	county                                   string
	students, teachers, computer, perStudent float64
}

func districts(t *testing.T) []district {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testkit.Root(), "testdata", "caschools", "caschools.csv"))
	if err != nil {
		t.Fatal(err)
	}
	recs, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range recs[0] {
		at[h] = i
	}
	num := func(r []string, h string) float64 {
		x, err := strconv.ParseFloat(r[at[h]], 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	var out []district
	for _, r := range recs[1:] {
		out = append(out, district{r[at["county"]], num(r, "students"), num(r, "teachers"), num(r, "computer"), num(r, "expenditure")})
	}
	return out
}

// plain computes every statistic from its definition, pair by pair where that
// is the definition, with no regard to speed. Groups are for Theil's parts; nil
// where there is no level below.
func plain(x, w []float64, groups []string) map[string]float64 {
	n := float64(len(x))
	var W, sx, swx float64
	zeros, max, min := 0.0, math.Inf(-1), math.Inf(1)
	for i := range x {
		W += w[i]
		sx += x[i]
		swx += w[i] * x[i]
		max, min = math.Max(max, x[i]), math.Min(min, x[i])
		if x[i] == 0 {
			zeros++
		}
	}
	mean, wmean := sx/n, swx/W
	var d2, wd2, g, wg, th, wth float64
	entropy := func(r float64) float64 {
		if r == 0 {
			return 0
		}
		return r * math.Log(r)
	}
	for i := range x {
		d2 += (x[i] - mean) * (x[i] - mean)
		wd2 += w[i] / W * (x[i] - wmean) * (x[i] - wmean)
		th += entropy(x[i]/mean) / n
		wth += w[i] / W * entropy(x[i]/wmean)
		for j := range x {
			g += math.Abs(x[i] - x[j])
			wg += w[i] * w[j] * math.Abs(x[i]-x[j])
		}
	}
	s := map[string]float64{
		"n_zero": zeros, "weight": W, "mean": mean, "wmean": wmean, "cv": math.Sqrt(d2/n) / mean, "wcv": math.Sqrt(wd2) / wmean,
		"scv": math.Sqrt(d2/(n-1)) / mean, "gini": g / (2 * n * n * mean), "wgini": wg / (2 * W * W * wmean), "theil": th, "wtheil": wth,
		"max": max, "min": min, "max_min": max / min,
	}
	if n == 1 {
		s["scv"] = math.NaN()
	}
	if min == 0 {
		s["max_min"] = math.NaN()
	}
	for _, k := range []string{"theil_between", "theil_within", "wtheil_between", "wtheil_within"} {
		s[k] = math.NaN()
	}
	if groups == nil {
		return s
	}
	type group struct{ x, w []float64 }
	by := map[string]*group{}
	for i, k := range groups {
		if by[k] == nil {
			by[k] = &group{}
		}
		by[k].x, by[k].w = append(by[k].x, x[i]), append(by[k].w, w[i])
	}
	var b, in, wb, win float64
	for _, gr := range by {
		p := plain(gr.x, gr.w, nil)
		b += float64(len(gr.x)) / n * entropy(p["mean"]/mean)
		in += float64(len(gr.x)) / n * p["mean"] / mean * p["theil"]
		wb += p["weight"] / W * entropy(p["wmean"]/wmean)
		win += p["weight"] / W * p["wmean"] / wmean * p["wtheil"]
	}
	s["theil_between"], s["theil_within"], s["wtheil_between"], s["wtheil_within"] = b, in, wb, win
	return s
}

// Every statistic of every county, and of the whole, of real data equals an
// independent calculation.
func TestCaschoolsEqualsAnIndependentCalculation(t *testing.T) {
	all := districts(t)
	if len(all) != 420 {
		t.Fatalf("%d districts, want 420", len(all))
	}
	measure := map[string]func(district) float64{
		"teachers_per_100_students":  func(d district) float64 { return 100 * d.teachers / d.students },
		"computers_per_100_students": func(d district) float64 { return 100 * d.computer / d.students },
		"expenditure_per_student":    func(d district) float64 { return d.perStudent },
	}
	code, out, errs := run(t, "", "evaluate", filepath.Join(testkit.Root(), "testdata", "caschools", "caschools.csv"), "--pack=california-1999", "--out=-")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	checked, zeros := 0, 0
	for _, l := range readCSV(t, out) {
		if l["level"] == "section" {
			continue
		}
		var x, w []float64
		var groups []string
		num, den := 0.0, 0.0
		for _, d := range all {
			if l["level"] == "county" && d.county != l["unit_name"] {
				continue
			}
			v := measure[l["indicator"]](d)
			x, w = append(x, v), append(w, d.students)
			num, den = num+v*d.students, den+d.students
			if l["level"] == "all" {
				groups = append(groups, d.county)
			}
		}
		s := plain(x, w, groups)
		s["value"] = num / den
		want, ok := s[l["statistic"]]
		if !ok {
			t.Fatalf("a statistic nobody asked for: %v", l)
		}
		if math.IsNaN(want) {
			if l["value"] != "" {
				t.Errorf("%v: want no value", l)
			}
			continue
		}
		got, err := strconv.ParseFloat(l["value"], 64)
		if err != nil || math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
			t.Errorf("%s %s %s %s = %s, independently %v", l["level"], l["unit_name"], l["indicator"], l["statistic"], l["value"], want)
		}
		if l["n"] != strconv.Itoa(len(x)) || l["missing"] != "0" {
			t.Errorf("%v: want n=%d missing=0", l, len(x))
		}
		if l["level"] == "all" && l["statistic"] == "n_zero" && l["indicator"] == "computers_per_100_students" {
			zeros = int(got)
		}
		checked++
	}
	// 46 regions, 3 indicators, 19 statistics, less those that are missing.
	if checked < 46*3*13 {
		t.Errorf("only %d statistics were there to check", checked)
	}
	if zeros != 8 {
		t.Errorf("%d districts without computers, want 8", zeros)
	}
}

// The published worked example of the difference coefficient.
func TestWorkedExampleOfTheDifferenceCoefficient(t *testing.T) {
	const data = "school,county,students,computer\n1,A,45,279\n2,A,37,137\n3,A,89,935\n4,A,76,160\n5,A,55,402\n"
	code, out, errs := run(t, strings.ReplaceAll(data, "school,", "district,"), "evaluate", "-", "--pack=california-1999", "--by=county", "--out=-")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	want := map[string]string{"wcv": "0.515257", "cv": "0.488771", "scv": "0.546462"}
	for _, l := range readCSV(t, out) {
		if w, ok := want[l["statistic"]]; ok && l["indicator"] == "computers_per_100_students" {
			x, _ := strconv.ParseFloat(l["value"], 64)
			if got := strconv.FormatFloat(x, 'f', 6, 64); got != w {
				t.Errorf("%s = %s, want %s", l["statistic"], got, w)
			}
			delete(want, l["statistic"])
		}
	}
	if len(want) > 0 {
		t.Errorf("not written: %v", want)
	}
}

// The traps of the Florida file: -999 is missing, zero teachers and pupils are
// warnings and no block, and every county is there.
func TestFlorida(t *testing.T) {
	code, out, errs := run(t, "", "evaluate", testkit.Shared(t, "data/florida-schools/public_schools_fl.csv.gz"), "--pack=florida-2024", "--by=county", "--out=-")
	if code != 0 {
		t.Fatalf("exit %d: %s", code, errs)
	}
	counties := map[string]bool{}
	n, missing := 0, 0
	for _, l := range readCSV(t, out) {
		counties[l["unit"]] = true
		if strings.HasPrefix(l["value"], "-") {
			t.Errorf("a negative figure: %v", l)
		}
		if l["indicator"] == "teachers_per_100_students" && l["statistic"] == "value" {
			a, _ := strconv.Atoi(l["n"])
			b, _ := strconv.Atoi(l["missing"])
			n, missing = n+a, missing+b
		}
	}
	if len(counties) != 67 {
		t.Errorf("%d counties, want 67", len(counties))
	}
	if n+missing != 4337 || missing == 0 {
		t.Errorf("%d used and %d lacking, want 4,337 in all", n, missing)
	}
	if !strings.Contains(errs, "note") {
		t.Error("no warning was printed")
	}
}
