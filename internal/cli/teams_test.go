package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const teamsRoster = `person,name,sex,born,school,category,duty,post,since,backbone,training
t1,Name One,female,1985-03,Town One,established,on_duty,teacher,2015-09,county,360
t2,Name Two,male,1970-03,Town One,established,on_duty,teacher,2015-09,none,100
t3,Name Three,female,1990-03,Town One,established,on_duty,teacher,2024-09,none,
t4,Name Four,female,1985-03,Far Away,established,on_duty,teacher,2010-09,none,200
`

func TestTeamsExitCodes(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		args     []string
		code     int
		says     string
	}{
		{"done", teamsRoster, nil, 0, "no ages of retirement were given"},
		{"no summer", teamsRoster, []string{"--summer=12"}, 2, "want a year"},
		{"an age without its document", teamsRoster, []string{"--retirement=female=55"}, 2, "has no document"},
		{"an age of nobody", teamsRoster, []string{"--retirement=55"}, 2, "want SEX=YEARS:DOCUMENT"},
		{"a cell to mend", strings.Replace(teamsRoster, "2024-09", "soon", 1), nil, 3, `"soon" is no month`},
		{"no roster", "person,to,way,begins\nt1,Far Away,transfer,2026-09\n", nil, 2, "no roster"},
		{"an unknown format", teamsRoster, []string{"--out=x.parquet"}, 2, ".xlsx"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			args := append([]string{"--lang=en", "teams", "-"}, tt.args...)
			if tt.name != "no summer" {
				args = append(args, "--summer=2026")
			}
			code, out, errs := run(t, tt.in, args...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
			if strings.Contains(out+errs, "Name ") {
				t.Errorf("a name was printed:\n%s%s", out, errs)
			}
		})
	}
}

// A roster, exchanges and schools through the command: the printed ratios and three
// files that say the same.
func TestTeamsFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	args := []string{"--lang=en", "teams", file("r.csv", teamsRoster), file("x.csv", "person,to,way,begins,document\nt1,Far Away,transfer,2026-09,No 1\n"), file("s.csv", "school,urban_rural\nTown One,121\nFar Away,220\n"), "--summer=2026", "--retirement=male=60:Document 1", "--retirement=female=55:Document 1", "--cycle=2021-09"}
	for _, ext := range []string{"csv", "json", "xlsx"} {
		name := filepath.Join(dir, "out."+ext)
		code, out, errs := run(t, "", append(args, "--out="+name)...)
		if code != 0 || !strings.Contains(out, "moved of those due in urban and good schools: 1/1 = 100.0 %") || !strings.Contains(out, "all hours of training: 1/3 = 33.3 %") {
			t.Fatalf("exit %d\n%s%s", code, out, errs)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		switch ext {
		case "csv":
			for _, want := range []string{"t1,Town One,,County,no,11,Due,11 years here,yes,Took place", "t2,Town One,,None,no,11,Exempt,\"retires in 2030-03, within 5 years\",yes,", "t3,Town One,,None,no,2,Not long enough", "t4,Far Away,,None,no,16,Due,16 years here,no,"} {
				if !strings.Contains(string(text), want) {
					t.Errorf("%s\nwant %s", text, want)
				}
			}
		case "json":
			var got struct{ Moved struct{ Num, Den int } }
			if err := json.Unmarshal(text, &got); err != nil || got.Moved.Num != 1 || got.Moved.Den != 1 {
				t.Errorf("%v %+v", err, got)
			}
		case "xlsx":
			f, err := excelize.OpenFile(name)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := f.GetRows("exchange")
			if err != nil || len(rows) != 5 || len(f.GetSheetList()) != 8 {
				t.Errorf("%v %v %v", err, rows, f.GetSheetList())
			}
			f.Close()
		}
		if strings.Contains(string(text), "Name ") {
			t.Errorf("out.%s holds a name", ext)
		}
	}
}
