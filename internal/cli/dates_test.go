package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
)

// The long form from files says of when its figures are as the database's does:
// pupils and teachers of 1 September, money of its calendar year, a verdict of the
// reference date, and until when figures came in. In every format.
func TestLongFormFromFilesSaysOfWhenItsFiguresAre(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "schools.csv")
	text := "学年,学校标识码,学校名称,县区,在校生数,教育经费支出\n2025,2153900001,甲小学,甲县,60,100\n"
	pack := filepath.Join(dir, "p.yaml")
	if err := os.WriteFile(pack, []byte(dated), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	saved := time.Date(2025, 11, 1, 0, 30, 0, 0, time.UTC)
	if err := os.Chtimes(file, saved, saved); err != nil {
		t.Fatal(err)
	}
	type rec struct {
		Level     string `json:"level" parquet:"level"`
		Indicator string `json:"indicator" parquet:"indicator"`
		Reference string `json:"reference" parquet:"reference"`
		AsOf      string `json:"data_as_of" parquet:"data_as_of"`
	}
	read := map[string]func(name string) []rec{
		"csv": func(name string) (out []rec) {
			for _, l := range readCSV(t, string(must1(os.ReadFile(name)))) {
				out = append(out, rec{l["level"], l["indicator"], l["reference"], l["data_as_of"]})
			}
			return out
		},
		"json": func(name string) (out []rec) {
			if err := json.Unmarshal(must1(os.ReadFile(name)), &out); err != nil {
				t.Fatal(err)
			}
			return out
		},
		"parquet": func(name string) []rec { return must1(parquet.ReadFile[rec](name)) },
		"xlsx": func(name string) (out []rec) {
			x := must1(excelize.OpenFile(name))
			defer x.Close()
			for _, row := range must1(x.GetRows("result"))[1:] {
				row = append(row, make([]string, 18)...)
				out = append(out, rec{row[1], row[5], row[16], row[17]})
			}
			return out
		},
	}
	for format, rows := range read {
		name := filepath.Join(dir, "long."+format)
		code, out, errs := run(t, "", "evaluate", file, "--pack="+pack, "--out="+name)
		if code != 0 {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
		if !strings.Contains(errs, "size") || strings.Contains(errs, "spend") {
			t.Errorf("what the pack does not date is not named, or what it does is:\n%s", errs)
		}
		seen := map[string]string{}
		for _, r := range rows(name) {
			if r.AsOf != "2025-11-01 08:30" {
				t.Errorf("%s: %s of a %s came in %q", format, r.Indicator, r.Level, r.AsOf)
			}
			if was, ok := seen[r.Indicator]; ok && was != r.Reference {
				t.Errorf("%s: %s is of %q and of %q", format, r.Indicator, was, r.Reference)
			}
			seen[r.Indicator] = r.Reference
		}
		want := map[string]string{"heads": "as of 1 September 2025", "spend": "calendar year 2024", "size": "", "enough": "reference date 2025-09-01"}
		for id, ref := range want {
			if got, ok := seen[id]; !ok || got != ref {
				t.Errorf("%s: %s is of %q, written: %t; want %q", format, id, got, ok, ref)
			}
		}
	}
	// Of what comes through a pipe nobody knows when it was saved.
	_, out, _ := run(t, text, "evaluate", "-", "--pack="+pack, "--out=-")
	for _, l := range readCSV(t, out) {
		if l["data_as_of"] != "" || l["indicator"] == "heads" && l["reference"] == "" {
			t.Fatalf("from standard input: %v", l)
		}
	}
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const dated = `id: t-dated
name: {zh: 测试·时点, en: "Test: dates"}
source: a pack for tests
sources: {t: a pack for tests}
units:
  - {id: pupil, name: {zh: 人, en: pupils}}
  - {id: yuan, name: {zh: 元, en: yuan}}
keys:
  - {role: code, headers: [学校标识码]}
  - {role: name, headers: [学校名称]}
  - {role: county, headers: [县区]}
  - {role: period, headers: [学年]}
elements:
  - {id: pupils, name: {zh: 在校生数, en: Pupils}, level: section, type: count, unit: pupil, headers: [在校生数], required: true, source: [t], evidence: E}
  - {id: spent, name: {zh: 教育经费支出, en: Spent}, level: section, type: money, unit: yuan, headers: [教育经费支出], dated: calendar_year, required: true, source: [t], evidence: E}
  - {id: guess, name: {zh: 规模, en: Size}, level: section, type: count, unit: pupil, headers: [规模], dated: unsaid, source: [t], evidence: E}
indicators:
  - {id: heads, name: {zh: 在校生, en: Pupils}, level: section, unit: pupil, section: pupils, region: sum(pupils), better: higher, source: [t], evidence: E}
  - {id: spend, name: {zh: 支出, en: Spent}, level: section, unit: yuan, section: spent, region: sum(spent), better: higher, source: [t], evidence: E}
  - {id: size, name: {zh: 估计, en: Guess}, level: section, unit: pupil, section: guess, region: sum(guess), better: higher, source: [t], evidence: E}
standards:
  - id: enough_standard
    name: {zh: 够, en: Enough}
    root: enough
    source: [t]
    thresholds:
      - {indicator: heads, at_least: 50, from: 2017-01-01, source: [t], evidence: E}
    rules:
      - {id: enough, name: {zh: 够, en: Enough}, level: section, of: [heads], at_least: 1, source: [t], evidence: E}
`
