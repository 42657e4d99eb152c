package draft

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shuren/internal/pack"
)

// labelled is one notice with what an officer says of it: see
// testdata/notices/README.md.
type labelled struct {
	name      string
	text      string
	sentences []labelSentence
}

type labelSentence struct {
	heading  bool
	class    Class
	speaker  string
	text     string
	measures []labelMeasure
}

type labelMeasure struct {
	row, stage, lead, indicator, same string
	owners, dates, numbers            []string
}

var (
	labelLine = regexp.MustCompile(`^(题|叙|原|求|议)〔(.*?)〕(.*)$`)
	labelRow  = regexp.MustCompile(`^(S\d+|-)(?: (学前|义务|高中|职业|高等))?$`)
)

// notices reads the labelled notices of a set: tune or held.
func notices(t *testing.T, set string) []labelled {
	t.Helper()
	files, err := filepath.Glob("testdata/notices/" + set + "-*.label.txt")
	if err != nil || len(files) != 6 {
		t.Fatalf("%d labelled notices of %s, %v", len(files), set, err)
	}
	var out []labelled
	for _, f := range files {
		n := labelled{name: strings.TrimSuffix(filepath.Base(f), ".label.txt")}
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(strings.TrimSuffix(f, ".label.txt") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		n.text = string(raw)
		for i, line := range strings.Split(string(b), "\n") {
			switch m := labelLine.FindStringSubmatch(line); {
			case strings.TrimSpace(line) == "":
			case m != nil:
				class := map[string]Class{"原": Principle, "求": Requirement, "议": Decision}[m[1]]
				n.sentences = append(n.sentences, labelSentence{heading: m[1] == "题", class: class, speaker: m[2], text: m[3]})
			case strings.HasPrefix(line, "  · ") && len(n.sentences) > 0:
				s := &n.sentences[len(n.sentences)-1]
				s.measures = append(s.measures, readMeasure(t, f, i+1, strings.TrimPrefix(line, "  · ")))
			default:
				t.Fatalf("%s:%d: %q is no label", f, i+1, line)
			}
		}
		out = append(out, n)
	}
	return out
}

func readMeasure(t *testing.T, file string, line int, s string) labelMeasure {
	fields := strings.Split(s, "；")
	m := labelRow.FindStringSubmatch(fields[0])
	if m == nil {
		t.Fatalf("%s:%d: %q is no row", file, line, fields[0])
	}
	out := labelMeasure{row: strings.Trim(m[1], "-"), stage: m[2]}
	for _, f := range fields[1:] {
		key, value, ok := strings.Cut(f, " ")
		if !ok || value == "" {
			t.Fatalf("%s:%d: %q gives nothing", file, line, f)
		}
		switch key {
		case "责任":
			out.owners = strings.Split(value, "、")
			// 各县（市、区） holds the same mark.
			out.owners = rejoin(out.owners)
		case "牵头":
			out.lead = value
		case "时限":
			out.dates = strings.Split(value, "、")
		case "数字":
			out.numbers = strings.Split(value, "、")
		case "指标":
			out.indicator = value
		case "同":
			out.same = value
		default:
			t.Fatalf("%s:%d: %q is no field", file, line, key)
		}
	}
	return out
}

func rejoin(in []string) []string {
	var out []string
	for _, s := range in {
		if n := len(out); n > 0 && strings.Count(out[n-1], "（") > strings.Count(out[n-1], "）") {
			out[n-1] += "、" + s
			continue
		}
		out = append(out, s)
	}
	return out
}

// Every sentence of a notice is labelled, in its order, and nothing else is.
func TestLabelsCoverTheirNotices(t *testing.T) {
	for _, set := range []string{"tune", "held"} {
		for _, n := range notices(t, set) {
			var b strings.Builder
			for _, s := range n.sentences {
				want, _ := clean(s.text)
				b.WriteString(want)
				for _, m := range s.measures {
					for _, w := range slices.Concat(m.owners, m.dates, m.numbers) {
						if !strings.Contains(want, w) {
							t.Errorf("%s: %q does not stand in %q", n.name, w, want)
						}
					}
				}
				if (s.class == Decision || s.class == Requirement) != (len(s.measures) > 0) {
					t.Errorf("%s: %q has %d measures", n.name, s.text, len(s.measures))
				}
			}
			got, _ := clean(n.text)
			if got = strings.ReplaceAll(got, "\n", ""); got != b.String() {
				t.Errorf("%s: the labels are of another text:\n%s\n%s", n.name, got, b.String())
			}
		}
	}
}

// options are those with which the labelled notices are read: the packs of
// Chinese cities and the counties of the demo city.
func options(t testing.TB) Options {
	t.Helper()
	var o Options
	for _, ref := range pack.Shipped() {
		if !strings.HasPrefix(ref, "cn-") {
			continue
		}
		p, err := pack.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		o.Packs = append(o.Packs, p)
	}
	o.Places = []string{"霁川县", "枕溪县", "望鹤县", "青岑县", "雁渡县", "泓岭县", "鹿衔市", "东湖区"}
	return o
}
