package cli_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"shuren/internal/valueadd/cohort"
)

// pupils writes the file of a design.
func pupils(t *testing.T, name string) string {
	t.Helper()
	d, ok := cohort.Find(name)
	if !ok {
		t.Fatal(name)
	}
	path := filepath.Join(t.TempDir(), name+".csv")
	var b bytes.Buffer
	if err := d.CSV(&b); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestValueaddExitCodes(t *testing.T) {
	const head = "school,prior,outcome\n"
	for _, tt := range []struct {
		name string
		in   string
		args []string
		code int
		says string
	}{
		{"done", head + "a,1,2\na,2,4\nb,3,1\nb,4,5\nb,5,2\n", nil, 0, ""},
		{"a column that is not there", head, []string{"--prior=before"}, 2, "no column is called before; the table has school, prior, outcome"},
		{"a word where a number belongs", head + "a,1,2\na,2,4\na,2,four\nb,3,1\n", nil, 3, "stdin, row 4, column outcome: is not a number"},
		{"one school", head + "a,1,2\na,2,4\n", nil, 2, "only one school"},
		{"nothing but a head", head, nil, 2, "no row"},
		{"too few pupils to show", head + "a,1,2\na,2,4\nb,3,1\n", []string{"--min-pupils=5"}, 2, "fewer than 10"},
		{"an unknown format", head, []string{"--out=x.parquet"}, 2, ".xlsx"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"--lang=en", "valueadd", "-", "--school=school", "--outcome=outcome"}, tt.args...)
			if !strings.Contains(strings.Join(args, " "), "--prior") {
				args = append(args, "--prior=prior")
			}
			code, out, errs := run(t, tt.in, args...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
		})
	}
}

// The three files say the same of the same schools, in the order of their codes,
// and nothing of a school that is too small.
func TestValueaddFiles(t *testing.T) {
	in, dir := pupils(t, "uneven"), t.TempDir()
	args := []string{"--lang=en", "valueadd", in, "--school=school", "--outcome=outcome", "--prior=prior", "--covariates=x1,x2,sex,home"}
	for _, ext := range []string{"csv", "json", "xlsx"} {
		if code, out, errs := run(t, "", append(args, "--out="+filepath.Join(dir, "r."+ext))...); code != 0 || !strings.Contains(out, "Of 120 schools, 29 are indistinguishable from average, 23 are above and 23 below; 45 are too small to be shown.") {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "r.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	if len(lines) != 121 || !strings.HasPrefix(lines[1], "S00001,,78,68.55769230769") || !strings.HasPrefix(lines[2], "S00002,,,,,,,,,,,,too few pupils to be shown,,20") {
		t.Errorf("%d lines: %q", len(lines), lines[:min(3, len(lines))])
	}
	b, err = os.ReadFile(filepath.Join(dir, "r.json"))
	if err != nil {
		t.Fatal(err)
	}
	var j struct {
		Model   struct{ Pupils, Schools int }
		Schools []struct {
			School string
			Value  *float64 `json:"value_added"`
			Pupils *int
		}
	}
	if err := json.Unmarshal(b, &j); err != nil {
		t.Fatal(err)
	}
	if j.Model.Pupils != 6412 || len(j.Schools) != 120 || j.Schools[0].Value == nil || j.Schools[1].Value != nil || j.Schools[1].Pupils != nil {
		t.Errorf("%+v, %d schools", j.Model, len(j.Schools))
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "r.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("schools")
	if err != nil || len(rows) != 121 || rows[1][0] != "S00001" || rows[1][11] != "below average" || strings.Join(rows[2][3:12], "") != "" || rows[2][2] != "" {
		t.Errorf("%d rows, %v: %q", len(rows), err, rows[:min(3, len(rows))])
	}
	if rows, err := f.GetRows("notes"); err != nil || !strings.Contains(rows[len(rows)-1][0], "95 % intervals") {
		t.Errorf("notes: %v, %v", rows, err)
	}
}

// Every line of a file names the command that says how its figures come about, and
// the command does: the same figures, the arithmetic between them, and the file
// that it was, by its hash.
func TestValueaddLinesAreExplained(t *testing.T) {
	in, out := pupils(t, "uneven"), filepath.Join(t.TempDir(), "r.json")
	if code, _, errs := run(t, "", "valueadd", in, "--school=school", "--outcome=outcome", "--prior=prior", "--covariates=x1,x2,sex,home", "--out="+out); code != 0 {
		t.Fatal(errs)
	}
	var j struct {
		Formulas string
		Model    struct {
			File      string `json:"file_sha256"`
			Variances struct{ School, Pupil float64 }
		}
		Schools []struct {
			School, Explain            string
			Pupils                     *int
			Raw, Expected, Reliability *float64
			Value                      *float64 `json:"value_added"`
			Mean                       *float64 `json:"raw_mean"`
		}
	}
	if err := json.Unmarshal(must1(os.ReadFile(out)), &j); err != nil {
		t.Fatal(err)
	}
	if sum := sha256.Sum256(must1(os.ReadFile(in))); j.Model.File != hex.EncodeToString(sum[:]) || !strings.Contains(j.Formulas, "value-added.md#") {
		t.Errorf("made from %q, formulas in %q", j.Model.File, j.Formulas)
	}
	for _, s := range j.Schools[:40] {
		said, ok := strings.CutPrefix(s.Explain, "shuren ")
		if !ok || strings.Contains(said, "'") {
			t.Fatalf("%s is explained by %q", s.School, s.Explain)
		}
		code, text, errs := run(t, "", strings.Fields(said)...)
		if code != 0 {
			t.Fatalf("%s: exit %d: %s", s.Explain, code, errs)
		}
		if s.Value == nil {
			if !strings.Contains(text, "too few pupils") || strings.Contains(text, "=") {
				t.Errorf("%s is not shown: %s", s.School, text)
			}
			continue
		}
		n, lambda := float64(*s.Pupils), j.Model.Variances.School/j.Model.Variances.Pupil
		if kept := n * lambda / (1 + n*lambda); math.Abs(kept*(*s.Mean-*s.Expected)-*s.Value) > 1e-9 || math.Abs(kept-*s.Reliability) > 1e-9 {
			t.Errorf("%s: %v × (%v − %v) is not %v", s.School, kept, *s.Mean, *s.Expected, *s.Value)
		}
		for _, want := range []string{fmt.Sprintf("%.4f", *s.Value)[:6], fmt.Sprint(*s.Pupils), j.Model.File, "value-added.md#the-model"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the explanation lacks %s:\n%s", s.School, want, text)
			}
		}
		break
	}
	if code, _, errs := run(t, "", "valueadd", in, "--school=school", "--outcome=outcome", "--prior=prior", "--explain=nobody"); code != 2 || !strings.Contains(errs, "nobody") {
		t.Errorf("nobody: exit %d, %s", code, errs)
	}
}
