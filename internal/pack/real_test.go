package pack

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"shuren/internal/formula"
	"shuren/internal/testkit"
)

// The California indicators over the real file equal plain arithmetic.
func TestCaliforniaFormulas(t *testing.T) {
	f, err := os.Open(testkit.Shared(t, "data/caschools/caschools.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cols := map[string][]float64{}
	for k, name := range rows[0] {
		for _, row := range rows[1:] {
			v, err := strconv.ParseFloat(row[k], 64)
			if err != nil {
				v = math.NaN()
			}
			cols[name] = append(cols[name], v)
		}
	}
	var students, teachers, computers, spent float64
	for i := range cols["students"] {
		students += cols["students"][i]
		teachers += cols["teachers"][i]
		computers += cols["computer"][i]
		spent += cols["students"][i] * cols["expenditure"][i]
	}
	p, err := Open("california-1999")
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]float64{
		"teachers_per_100_students":  100 * teachers / students,
		"computers_per_100_students": 100 * computers / students,
		"expenditure_per_student":    spent / students,
	} {
		prog, err := p.Indicator(id).Region.Expr.Region()
		if err != nil {
			t.Fatal(err)
		}
		b := prog.Bind(func(name string) ([]float64, bool) { c, ok := cols[name]; return c, ok })
		acc := b.NewAcc()
		b.Add(acc, 0, 420, nil, formula.NewScratch())
		if got, n, _ := acc.Result(); n != 420 || math.Abs(got-want) > 1e-9*want {
			t.Errorf("%s = %v over %d rows, want %v over 420", id, got, n, want)
		}
	}
	// Every column of the file that the pack names is a number.
	for _, e := range p.Elements {
		if c, ok := cols[e.ID]; !ok || math.IsNaN(c[0]) {
			t.Errorf("the file has no numbers in a column %s", e.ID)
		}
	}
}
