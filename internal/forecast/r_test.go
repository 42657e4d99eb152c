package forecast

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
)

// Ratios of a real district, and what naive and drift erred by from every later
// origin, are those of an independent implementation: bench/forecast/check.R, base
// R, which shares no code with this one.
func TestAgainstR(t *testing.T) {
	in := eauClaire(t)
	r, err := Make(in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, x := range r.Ratios {
		for y, v := range x.Past {
			got[fmt.Sprintf("ratio,%s %d", x.Grade, in.First+1+y)] = v
		}
	}
	for _, m := range r.Test.Methods[:2] {
		for h, x := range m.RootAhead {
			got[fmt.Sprintf("mape,%s %d", m.Method, h+1)] = x
		}
		got["mape,"+m.Method+" later"] = m.Later
	}
	f, err := os.Open("testdata/eau-claire.r.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows)-1 != len(got) {
		t.Errorf("%d figures of R, %d here", len(rows)-1, len(got))
	}
	for _, row := range rows[1:] {
		want, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := got[row[0]+","+row[1]]; !ok || !(math.Abs(v-want) <= 1e-9*math.Max(1, want)) {
			t.Errorf("%s %s: %v, R says %v", row[0], row[1], v, want)
		}
	}
}
