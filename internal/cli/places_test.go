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

// township is a copy of the documented example, of which a test spoils a file.
func township(t *testing.T, file, old, new string) (args []string) {
	names, err := filepath.Glob(filepath.Join(testkit.Root(), "testdata", "places", "*.csv"))
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(n) == file {
			if !strings.Contains(string(b), old) {
				t.Fatalf("%s has no %q", file, old)
			}
			b = []byte(strings.Replace(string(b), old, new, 1))
		}
		to := filepath.Join(dir, filepath.Base(n))
		if err := os.WriteFile(to, b, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, to)
	}
	return args
}

func TestPlacesExitCodes(t *testing.T) {
	for _, tt := range []struct {
		name           string
		file, old, new string
		args           []string
		code           int
		says           string
	}{
		{"done", "", "", "", nil, 0, "it is proven that nothing costs less"},
		{"progress is told", "", "", "", []string{"--progress"}, 0, "part 1 of"},
		{"no plan is an answer", "学校.csv", "J1,云秀一中,初中,500,2,60", "J1,云秀一中,初中,500,0,0", []string{"--children=high", "--years=1"}, 0, "No plan gives every child a seat."},
		{"a cell to mend", "学校.csv", "K1,中心幼儿园,学前,360", "K1,中心幼儿园,学前,lots", nil, 3, `学校.csv, row 2, column 学位: found "lots", want a whole number of 0 to 1000000`},
		{"a gap of all", "", "", "", []string{"--gap=1"}, 2, "a gap below 1"},
		{"an unknown format", "", "", "", []string{"--out=x.parquet"}, 2, ".xlsx"},
		{"a winding of nothing", "", "", "", []string{"--winding=0.5"}, 2, "1 to 5"},
		{"a file that is not there", "", "", "", []string{"no-such-file.csv"}, 2, "no-such-file.csv"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"--lang=en", "places"}, township(t, tt.file, tt.old, tt.new)...)
			code, out, errs := run(t, "", append(args, tt.args...)...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
		})
	}
}

// Three files say what the command prints, and fewer than ten children of a
// village are no number in any of them.
func TestPlacesFiles(t *testing.T) {
	args, dir := township(t, "儿童.csv", "V10,学前,2026,14", "V10,学前,2026,7"), t.TempDir()
	for _, ext := range []string{"csv", "json", "xlsx"} {
		if code, out, errs := run(t, "", append([]string{"--lang=en", "places", "--out=" + filepath.Join(dir, "p."+ext)}, args...)...); code != 0 {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "p.json"))
	if err != nil {
		t.Fatal(err)
	}
	var j struct {
		Status string
		Cost   float64 `json:"cost_yuan"`
		Bound  float64 `json:"bound_yuan"`
		Lines  []struct {
			Act, School, Why string
			Lacks            []string
		}
		Compare []struct {
			Scenario string
			Years    []struct {
				Stage   string
				Without int `json:"without_a_seat"`
			} `json:"by_stage_and_year"`
		} `json:"compared"`
		Trips []struct {
			Area, Stage string
			Year        int
			Children    *int
		}
	}
	if err := json.Unmarshal(b, &j); err != nil {
		t.Fatal(err)
	}
	if j.Status != "optimal" || j.Cost < j.Bound || len(j.Compare) != 2 || j.Compare[0].Scenario != "do nothing" || j.Compare[0].Years[8].Without == 0 || j.Compare[1].Years[8].Without != 0 {
		t.Errorf("%+v", j)
	}
	small := 0
	for _, trip := range j.Trips {
		if trip.Children != nil && *trip.Children < 10 {
			t.Errorf("%d children of %s", *trip.Children, trip.Area)
		}
		if trip.Children == nil {
			small++
		}
	}
	if small == 0 {
		t.Error("nobody is few: the test says nothing")
	}
	csv, err := os.ReadFile(filepath.Join(dir, "p.csv"))
	if err != nil || strings.Count(string(csv), "\n") != len(j.Lines)+1 {
		t.Errorf("%v: %s", err, csv)
	}
	for _, l := range j.Lines {
		if !strings.Contains(string(csv), ","+l.Act+","+l.School+",") {
			t.Errorf("%s of %s is not in\n%s", l.Act, l.School, csv)
		}
		if l.School == "P4" && (l.Act != "keep" || l.Why != "protected" || l.Lacks[0] != "approved") {
			t.Errorf("a teaching point: %+v", l)
		}
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "p.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, s := range []string{"Plan", "Seats and children", "Schools", "Who goes where", "Notes"} {
		if rows, err := f.GetRows(s); err != nil || len(rows) < 4 {
			t.Errorf("sheet %s: %v, %d rows", s, err, len(rows))
		}
	}
}
