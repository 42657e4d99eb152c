package demo

import (
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// column reads one column of a CSV file, packed or not.
func readColumn(t *testing.T, path, column string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := -1
	for i, h := range rows[0] {
		if strings.TrimPrefix(h, "\ufeff") == column {
			at = i
		}
	}
	if at < 0 {
		t.Fatalf("%s has no column %s: %q", path, column, rows[0])
	}
	var all []string
	for _, row := range rows[1:] {
		all = append(all, row[at])
	}
	return all
}

// No invented name may be, or lie in, the name of a province, city, county or
// township of the country, a village of the region the figures are sized after,
// or a known school there.
func TestNamesAreFictional(t *testing.T) {
	var real []string
	for _, f := range []string{"region-codes/provinces.csv", "region-codes/cities.csv", "region-codes/areas.csv", "region-codes/streets_china.csv.gz",
		"region-codes/villages_530300.csv", "yunnan-school-names/yunnan_school_poi_names_2019.csv"} {
		real = append(real, readColumn(t, testkit.Shared(t, "data/"+f), "name")...)
	}
	pairs := map[string]string{}
	for _, n := range real {
		r := []rune(n)
		for i := 0; i+1 < len(r); i++ {
			pairs[string(r[i:i+2])] = n
		}
	}
	known := map[string]bool{}
	for _, n := range real {
		known[n] = true
	}
	check := func(stem string) {
		t.Helper()
		if n, ok := pairs[stem]; ok {
			t.Errorf("%s lies in the real name %s", stem, n)
		}
	}
	check(string([]rune(cityName.ZH)[:2]))
	for _, p := range counties {
		check(string([]rune(p.Name.ZH)[:2]))
	}
	c := New(1)
	for _, n := range c.placeNames() {
		check(n.zh)
	}
	for _, s := range c.schools {
		if known[s.name.zh] {
			t.Errorf("%s is a real school", s.name.zh)
		}
	}
}

// Codes must lie in a block that nobody issues: no province starts with 99, and
// a 学校标识码 has its province in the third and fourth digit; a college's holds
// its own code of five digits, of which none begins with 99.
func TestCodesAreNotIssued(t *testing.T) {
	c := New(1)
	seen := map[string]bool{}
	for _, s := range c.schools {
		block := "999"
		if category[s.kind] == "41" {
			block = "99099"
		}
		if len(s.code) != 10 || !strings.HasPrefix(s.code[2:], block) || category[s.kind] != s.code[:2] {
			t.Errorf("%s: code %s of kind %s", s.name.zh, s.code, s.kind)
		}
		if seen[s.code] {
			t.Errorf("code %s is given twice", s.code)
		}
		seen[s.code] = true
	}
	for _, p := range c.Counties() {
		if p.Zone != (p.Code == "") || !p.Zone && !strings.HasPrefix(p.Code, "9901") {
			t.Errorf("%s: code %q", p.Name.EN, p.Code)
		}
	}
	for _, code := range readColumn(t, testkit.Shared(t, "data/region-codes/provinces.csv"), "code") {
		if code == "99" {
			t.Error("province code 99 is issued")
		}
	}
}

// Names are what people tell schools apart by.
func TestSchoolNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range New(1).schools {
		if s.name.zh == "" || s.name.en == "" {
			t.Errorf("school %s has no name", s.code)
		}
		if seen[s.name.zh] {
			t.Errorf("two schools are named %s", s.name.zh)
		}
		seen[s.name.zh] = true
	}
}
