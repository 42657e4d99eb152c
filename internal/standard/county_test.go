package standard_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"shuren/internal/edu"
	"shuren/internal/frame"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/standard"
)

// county is a small invented county as a clerk would hand it in: CSV files of
// its schools and lists, and its own answers by element; "doc" as evidence.
type county struct {
	pack    string
	year    int
	files   map[string]string            // name -> CSV; blanks separate cells, _ is an empty one
	answers map[string]map[string]string // county -> element -> answer
	typed   map[string]map[string]string // county -> what stands in the column of items -> answer
}

// yes answers every review item of a pack with evidence.
func yes(t *testing.T, ref string, change map[string]string) map[string]string {
	t.Helper()
	p, err := pack.Open(ref)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range p.Elements {
		if e.Evidence {
			out[e.ID] = "是"
		}
	}
	maps.Copy(out, change)
	return out
}

// assess reads the county by the front door and judges it.
func (c county) assess(t *testing.T) *standard.Assessment {
	t.Helper()
	p, err := pack.Open(c.pack)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for name, text := range c.files {
		var b strings.Builder
		for line := range strings.Lines(strings.TrimSpace(text)) {
			cells := strings.Fields(line)
			for i, cell := range cells {
				if cell == "_" {
					cells[i] = ""
				}
			}
			b.WriteString(strings.Join(cells, ",") + "\n")
		}
		texts[name] = b.String()
	}
	if len(c.answers)+len(c.typed) > 0 {
		var b strings.Builder
		b.WriteString("县区代码,项目,数值,佐证材料\n")
		for _, k := range slices.Sorted(maps.Keys(c.answers)) {
			for _, id := range slices.Sorted(maps.Keys(c.answers[k])) {
				name, evidence := id, ""
				e := p.Element(id)
				if e == nil {
					t.Fatalf("no element %s", id)
				}
				if e.By == nil {
					name = e.Name.ZH
				}
				if e.Evidence {
					evidence = "doc"
				}
				fmt.Fprintf(&b, "%s,%s,%s,%s\n", k, name, c.answers[k][id], evidence)
			}
		}
		for _, k := range slices.Sorted(maps.Keys(c.typed)) {
			for _, item := range slices.Sorted(maps.Keys(c.typed[k])) {
				fmt.Fprintf(&b, "%s,%s,%s,\n", k, item, c.typed[k][item])
			}
		}
		texts["answers.csv"] = b.String()
	}
	var files []intake.File
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		files = append(files, intake.File{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(texts[name])), nil }})
	}
	if c.year == 0 {
		c.year = 2025
	}
	batch, err := intake.Read(context.Background(), files, p, intake.Options{Period: edu.Year(c.year)})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range batch.Problems {
		if x.Blocking {
			t.Fatalf("%s", x)
		}
	}
	if len(batch.Ignored) > 0 {
		t.Fatalf("columns nobody knows: %+v", batch.Ignored)
	}
	opt, err := p.FrameOptions()
	if err != nil {
		t.Fatal(err)
	}
	set, problems := frame.Build(batch.Tables, opt)
	for _, q := range problems {
		t.Error(q)
	}
	a, err := standard.Assess(set, p)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// verdicts holds a unit's verdicts against "id verdict" or "id value verdict"
// items separated by semicolons. A county's items are rules and indicators; a
// section's, named by its code, are indicators.
func verdicts(t *testing.T, a *standard.Assessment, unit, want string) {
	t.Helper()
	for item := range strings.SplitSeq(want, ";") {
		f := strings.Fields(item)
		value, verdict, ok := unitItem(a, unit, f[0])
		if !ok {
			t.Errorf("%s: nothing is called %s", unit, f[0])
			continue
		}
		if got := verdict.String(); got != f[len(f)-1] {
			t.Errorf("%s: %s is %s (value %v), want %s", unit, f[0], got, value, f[len(f)-1])
		}
		if len(f) == 3 {
			if got := fmt.Sprint(math.Round(value*1e4) / 1e4); got != f[1] && !(f[1] == "_" && value != value) {
				t.Errorf("%s: %s comes to %s, want %s", unit, f[0], got, f[1])
			}
		}
	}
}

func unitItem(a *standard.Assessment, unit, id string) (float64, edu.Verdict, bool) {
	u := a.Unit(edu.County, edu.UnitID(unit))
	if u < 0 { // a section
		for _, st := range a.Stages {
			row, ok := st.Frame.Find(unit)
			if !ok {
				continue
			}
			if jd := st.Indicator(id); jd != nil {
				return jd.Item.Value(row), jd.Verdict(row), true
			}
			if r := st.Rule(id); r != nil {
				return edu.Missing(), r.Verdicts[row], true
			}
		}
		return 0, 0, false
	}
	for _, r := range a.Standard.Rules {
		if r.ID == id {
			return edu.Missing(), a.Verdict(id, edu.County, u), true
		}
	}
	if a.Counties != nil {
		if jd := a.Counties.Indicator(id); jd != nil {
			return jd.Item.Value(a.Units[edu.County][u].Row), jd.Verdict(a.Units[edu.County][u].Row), true
		}
	}
	for i, st := range a.Stages {
		id, stage, _ := strings.Cut(id, "@")
		jd, region := st.Indicator(id), a.Units[edu.County][u].Region[i]
		if jd == nil || region < 0 || stage != "" && string(st.Frame.Stage) != stage {
			continue
		}
		v := edu.Exempt
		if jd.Region != nil {
			v = jd.RegionVerdicts[edu.County][region]
		} else if jd.Threshold != nil {
			lo, hi := a.Rows(edu.County, u, i)
			tally := standard.Tally(jd.Verdicts, lo, hi)
			v = tally.Verdict()
		}
		return jd.Item.Stats[edu.County][region].Value, v, true
	}
	return 0, 0, false
}
