package forecast

import (
	"encoding/csv"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

var update = flag.Bool("update", false, "write the figures into the docs")

// eauClaire reads the district's 27 years, 2020 included: schools below one root.
func eauClaire(t testing.TB) *Input {
	dir := testkit.Shared(t, "data/eau-claire-enrollment")
	rows := func(name string) [][]string {
		f, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		all, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return all[1:]
	}
	num := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	in := &Input{Nodes: []Node{{"district", -1}}, First: 1998, Years: 27, Lag: 5, BirthFirst: 1995, Counts: [][][]float64{nil}}
	for _, g := range []string{"K", "1", "2", "3", "4", "5"} {
		in.Grades = append(in.Grades, Grade{ID: g, Section: "primary"})
	}
	at := map[string]int{}
	for _, r := range rows("enrollment_by_school_grade.csv") {
		i, ok := at[r[1]]
		if !ok {
			i = len(in.Nodes)
			at[r[1]] = i
			in.Nodes = append(in.Nodes, Node{r[1], 0})
			c := make([][]float64, len(in.Grades))
			for g := range c {
				c[g] = slices.Repeat([]float64{math.NaN()}, in.Years)
			}
			in.Counts = append(in.Counts, c)
		}
		g := slices.IndexFunc(in.Grades, func(g Grade) bool { return g.ID == r[2] })
		in.Counts[i][g][num(r[0])-in.First] = float64(num(r[3]))
	}
	in.Births = make([][]float64, len(in.Nodes))
	for _, r := range rows("births.csv") {
		in.Births[0] = append(in.Births[0], float64(num(r[1])))
	}
	return in
}

// What docs/forecast.md says of the district is what comes out; -update writes it.
func TestEauClaire(t *testing.T) {
	in := eauClaire(t)
	r, err := Make(in, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	row := func(name string, s Score) {
		used := ""
		if s.Used {
			used = ", used"
		}
		fmt.Fprintf(&b, "| %s%s | %s | %s | %s | %s | %s | %s |\n", name, used, percent(s.Earlier), percent(s.Later), percent(s.RootAhead[0]), percent(s.RootAhead[2]), percent(s.RootAhead[4]), percent(s.RootAhead[9]))
	}
	fmt.Fprintf(&b, "| method | earlier origins, %d to %d | later origins, %d to %d | 1 year ahead | 3 | 5 | 10 |\n|---|---|---|---|---|---|---|\n",
		r.Test.Earlier[0], r.Test.Earlier[len(r.Test.Earlier)-1], r.Test.Later[0], r.Test.Later[len(r.Test.Later)-1])
	for _, m := range r.Test.Methods {
		row(m.Method, m)
	}
	row("*chosen at each origin*", r.Test.Chosen)
	b.WriteString("\n| bands of 80 % | later truths | held | widened by | then held |\n|---|---|---|---|---|\n")
	for d, h := range r.Test.Held {
		fmt.Fprintf(&b, "| %s | %d | %s %% | %.2f | %s %% |\n", []string{"district", "schools"}[d], h.Checked, percent(100*h.Before), h.Widened, percent(100*h.After))
	}
	testkit.Figures(t, "docs/forecast.md", "eau-claire", b.String(), *update)

	// Naive once more, in other words: the total of a year stays.
	var total []float64
	for y := range in.Years {
		sum := 0.0
		for i := range in.Counts {
			for g := range in.Counts[i] {
				if x := in.Counts[i][g][y]; !math.IsNaN(x) {
					sum += x
				}
			}
		}
		total = append(total, sum)
	}
	sum, n := 0.0, 0
	for _, year := range r.Test.Later {
		if y := year - in.First; y+1 < in.Years {
			sum += 100 * math.Abs(total[y]-total[y+1]) / total[y+1]
			n++
		}
	}
	if got := r.Test.Methods[0].RootAhead[0]; math.Abs(got-sum/float64(n)) > 0.5 {
		t.Errorf("naive errs by %v %% one year ahead, a plain loop says %v", got, sum/float64(n))
	}
	for d, h := range r.Test.Held {
		if h.After < 0.8 || h.Widened > 1 && h.Before >= 0.8 {
			t.Errorf("depth %d: bands hold %v, widened by %v, then %v", d, h.Before, h.Widened, h.After)
		}
	}
}

func percent(x float64) string {
	if math.IsNaN(x) {
		return "–"
	}
	return strconv.FormatFloat(x, 'f', 1, 64)
}
