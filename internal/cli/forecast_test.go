package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/testkit"
)

func TestForecastExitCodes(t *testing.T) {
	const head = "year,school,grade,pupils\n"
	for _, tt := range []struct {
		name string
		in   string
		args []string
		code int
		says string
	}{
		{"done", head + "2022,a,1,20\n2023,a,1,22\n", nil, 0, "The past is too short to test it."},
		{"a column that is not there", head, []string{"--grade=class"}, 2, `no column was found for grade "class"; the table has year, school, grade, pupils`},
		{"a word where a number belongs", head + "2022,a,1,some\n", nil, 3, `stdin, row 2, column pupils: found "some", want a whole number`},
		{"no year ahead", head, []string{"--years=0"}, 2, "--years: found 0, want 1 to 30"},
		{"too many years ahead", head + "2022,a,1,20\n2023,a,1,22\n", []string{"--years=31"}, 2, "want 1 to 30"},
		{"a level of all", head + "2022,a,1,20\n2023,a,1,22\n", []string{"--level=1"}, 2, "want between 0 and 1"},
		{"an unknown format", head, []string{"--out=x.parquet"}, 2, ".xlsx"},
		{"births that are not there", head + "2022,a,1,20\n2023,a,1,22\n", []string{"--births=no-such-file.csv"}, 2, "no-such-file.csv"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := run(t, tt.in, append([]string{"--lang=en", "forecast", "-"}, tt.args...)...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
		})
	}
}

// A real district through the command: the printed summary, and three files that
// say the same.
func TestForecastEauClaire(t *testing.T) {
	from, dir := testkit.Shared(t, "data/eau-claire-enrollment"), t.TempDir()
	args := []string{"--lang=en", "forecast", filepath.Join(from, "enrollment_by_school_grade.csv"), "--births=" + filepath.Join(from, "births.csv")}
	for _, ext := range []string{"csv", "json", "xlsx"} {
		code, out, errs := run(t, "", append(args, "--out="+filepath.Join(dir, "f."+ext))...)
		if code != 0 {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
		for _, want := range []string{
			"Method used: the mean of all methods, chosen by how it forecast from each year of 2001—2012. Forecast from each year of 2013—2023, what came after was missed by 10.3 % (the last year again: 10.0 %, drift: 11.8 %), which a plain method did better.",
			"The bands of 80 % held, the whole: 41.5 % of 65 later truths, widened by 2.08 since it fell short, then 80.0 %; single places: 87.3 % of 971 later truths.",
			"children who enter from 2025 on are not yet born or not yet counted",
		} {
			if !strings.Contains(out, want) {
				t.Errorf("%s\nwant %s", out, want)
			}
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "f.json"))
	if err != nil {
		t.Fatal(err)
	}
	var j struct {
		Method string
		Years  []int
		Test   struct {
			Held []struct {
				Checked int `json:"truths_checked"`
			} `json:"coverage_by_level"`
			Methods []struct {
				Method string
				Used   bool
				Root   []*float64 `json:"mape_of_the_whole_by_years_ahead"`
			}
		} `json:"back_test"`
		Places []struct {
			Place  string
			Stages []struct{ Past, Mid, Low, High []*float64 }
			Grades []struct{ Mid, Low, High []*float64 }
		}
	}
	if err := json.Unmarshal(b, &j); err != nil {
		t.Fatal(err)
	}
	if j.Method != "mean" || len(j.Years) != 10 || len(j.Test.Held) != 2 || j.Test.Held[0].Checked != 65 || len(j.Test.Methods) != 8 || len(j.Test.Methods[0].Root) != 10 || len(j.Places) != 17 {
		t.Errorf("%s, %v, %v checked, %d methods, %d places", j.Method, j.Years, j.Test.Held, len(j.Test.Methods), len(j.Places))
	}
	csv, err := os.ReadFile(filepath.Join(dir, "f.csv"))
	if err != nil {
		t.Fatal(err)
	}
	all := j.Places[0].Stages[0]
	number := func(x *float64) string { s, _ := json.Marshal(x); return string(s) }
	want := "all,,primary,,2025,forecast," + number(all.Mid[0]) + "," + number(all.Low[0]) + "," + number(all.High[0]) + ","
	if !strings.Contains(string(csv), want) || !strings.Contains(string(csv), "\nall,,primary,K,2025,forecast,"+number(j.Places[0].Grades[0].Mid[0])+","+number(j.Places[0].Grades[0].Low[0])+",") {
		t.Errorf("want %s in\n%.2000s", want, csv)
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "f.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for sheet, want := range map[string]string{"Forecast": "all", "Grades": "all", "Back-test": "the last year again", "Coverage": "the whole", "Ratios": "1", "Notes": "Method used"} {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) < 4 || !strings.HasPrefix(rows[2][0], want) {
			t.Errorf("sheet %s: %v, %q", sheet, err, rows[:min(4, len(rows))])
		}
	}
	if code, out, errs := run(t, "", "--lang=en", "forecast", filepath.Join(from, "classes.csv"), "--births="+filepath.Join(from, "births.csv"), "--add"); code != 0 || !strings.Contains(out, "missed by 10.3 %") {
		t.Errorf("classes: exit %d\n%s%s", code, out, errs)
	}
}
