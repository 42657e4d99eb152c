package forecast

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// What comes out for a real district is what an independent implementation says:
// bench/forecast/check.R, base R, which shares no code with this one. It has the
// ratios of every year, what all methods and their mean erred by on the earlier and
// from every later origin, which is used, how often the bands held and were widened
// by level, and the district's middle and band of ten years.
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
	for _, m := range r.Test.Methods {
		name := strings.ReplaceAll(m.Method, ",", "")
		for h, x := range m.RootAhead {
			got[fmt.Sprintf("mape,%s %d", name, h+1)] = x
		}
		got["mape,"+name+" later"], got["mape,"+name+" earlier"] = m.Later, m.Earlier
		if m.Used {
			got["used,"+name] = 1
		}
	}
	for d, level := range []string{"district", "schools"} {
		h := r.Test.Held[d]
		got["held,"+level+" checked"], got["held,"+level+" before"] = float64(h.Checked), h.Before
		got["held,"+level+" widened"], got["held,"+level+" after"] = h.Widened, h.After
	}
	for h, year := range r.Years {
		w := r.Section[0][0]
		for what, x := range map[string][]float64{"mid": w.Mid, "low": w.OwnLow, "high": w.OwnHigh} {
			got[fmt.Sprintf("%s,%d", what, year)] = x[h]
		}
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
