package flow_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/pack"
	"shuren/internal/report"
	"shuren/internal/testkit"
)

const header = "学年,学校标识码,学校名称,学段,县区代码,城乡分类,办学类型,一年级,二年级,三年级,四年级,五年级,六年级,专任教师,高于规定学历教师,教学仪器设备值(万元)"

// record is one primary school of a made-up county.
type record struct {
	code, name, county string
	figures            []string
}

func (r record) line() string {
	return fmt.Sprintf("2025,%s,%s,小学,%s,121,211,%s", r.code, r.name, r.county, strings.Join(r.figures, ","))
}

func records(t *rapid.T) []record {
	n := rapid.IntRange(1, 25).Draw(t, "schools")
	out := make([]record, n)
	figure := func(hi int) string {
		if rapid.IntRange(0, 9).Draw(t, "gap") == 0 {
			return "" // not reported
		}
		return fmt.Sprint(rapid.IntRange(0, hi).Draw(t, "figure"))
	}
	for i := range out {
		out[i] = record{code: fmt.Sprintf("21539%05d", i), name: fmt.Sprintf("第%d小学", i), county: fmt.Sprintf("9901%02d", rapid.IntRange(1, 4).Draw(t, "county"))}
		for range 6 {
			out[i].figures = append(out[i].figures, figure(80))
		}
		teachers := rapid.IntRange(0, 40).Draw(t, "teachers")
		out[i].figures = append(out[i].figures, fmt.Sprint(teachers), fmt.Sprint(rapid.IntRange(0, teachers).Draw(t, "qualified")))
		out[i].figures = append(out[i].figures, "") // equipment: its own range check would block
	}
	return out
}

// figures evaluates files, one for each group of records, and gives every line
// of the long form by what it is about.
func figures(t *rapid.T, p *pack.Pack, rename func(string) string, groups ...[]record) map[string]report.Row {
	var files []intake.File
	for i, g := range groups {
		var b strings.Builder
		b.WriteString(header + "\n")
		for _, r := range g {
			b.WriteString(r.line() + "\n")
		}
		text := b.String()
		files = append(files, intake.File{Name: fmt.Sprintf("%d.csv", i), Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }})
	}
	m, err := flow.Evaluate(context.Background(), files, p, intake.Options{})
	if err != nil {
		if m != nil {
			t.Fatalf("%v: %v", err, m.Problems)
		}
		t.Fatal(err)
	}
	out := map[string]report.Row{}
	for _, a := range m.Periods {
		for r := range report.Rows(a, report.Options{Lang: "en"}) {
			out[strings.Join([]string{r.Level, rename(r.Unit), r.Stage, r.Indicator, r.Statistic}, "|")] = r
		}
	}
	return out
}

func same(s string) string { return s }

func equal(t *rapid.T, what string, got, want map[string]report.Row, only func(key string) bool) {
	n := 0
	for k, w := range want {
		if !only(k) {
			continue
		}
		n++
		g, ok := got[k]
		near := math.IsNaN(g.Value) && math.IsNaN(w.Value) || math.Abs(g.Value-w.Value) <= 1e-12*math.Max(1, math.Abs(w.Value))
		if !ok || !near || g.N != w.N || g.Missing != w.Missing || g.Verdict != w.Verdict {
			t.Fatalf("%s changes %s: %+v, was %+v", what, k, g, w)
		}
	}
	if n == 0 {
		t.Fatalf("%s: nothing to compare", what)
	}
}

func everything(string) bool { return true }

// Figures are of the schools, not of how the file was written.
func TestFiguresDoNotDependOnTheFile(t *testing.T) {
	testkit.Sequential(t)
	p, err := pack.Open("cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		rs := records(t)
		want := figures(t, p, same, rs)

		shuffled := append([]record(nil), rs...)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "order"))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		equal(t, "shuffling rows", figures(t, p, same, shuffled), want, everything)

		if cut := rapid.IntRange(0, len(rs)).Draw(t, "cut"); cut > 0 && cut < len(rs) {
			equal(t, "splitting the file", figures(t, p, same, rs[cut:], rs[:cut]), want, everything)
		}

		renamed := append([]record(nil), rs...)
		back := map[string]string{}
		for i := range renamed {
			code := fmt.Sprintf("21539%05d", 99999-i)
			back[code] = renamed[i].code
			renamed[i].code, renamed[i].name = code, "改名"+renamed[i].name
		}
		equal(t, "renaming schools", figures(t, p, func(s string) string {
			if b, ok := back[s]; ok {
				return b
			}
			return s
		}, renamed), want, everything)

		var alone []record
		for _, r := range rs {
			if r.county == rs[0].county {
				alone = append(alone, r)
			}
		}
		equal(t, "a county alone", figures(t, p, same, alone), want, func(k string) bool {
			return strings.HasPrefix(k, "county|"+rs[0].county+"|")
		})
	})
}
