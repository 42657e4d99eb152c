package draft

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false, "write the table of docs/draft.md anew")
	misses = flag.Bool("misses", false, "print what is wrong in the tuning set; never in the other")
)

// tally counts what was found rightly, wrongly and not.
type tally struct{ right, wrong, missed int }

func (t tally) precision() float64 { return ratio(t.right, t.right+t.wrong) }
func (t tally) recall() float64    { return ratio(t.right, t.right+t.missed) }

func ratio(n, of int) float64 {
	if of == 0 {
		return 1
	}
	return float64(n) / float64(of)
}

// score compares what is found in a set with its labels, by class and by field.
type score struct {
	by  map[string]*tally
	log func(format string, args ...any)
}

var scored = []string{"议定事项", "工作要求", "原则性表述", "讲话人", "主线", "学段", "指标", "责任单位", "牵头单位", "时限", "数字", "合并"}

func (s *score) count(field, where string, want, got []string) {
	t := s.by[field]
	for _, w := range want {
		if slices.Contains(got, w) {
			t.right++
		} else {
			t.missed++
			s.log("%s: %s %q missed in %s", field, where, w, got)
		}
	}
	for _, g := range got {
		if !slices.Contains(want, g) {
			t.wrong++
			s.log("%s: %s %q wrong; want %q", field, where, g, want)
		}
	}
}

func evaluate(t *testing.T, set string, opt Options) map[string]*tally {
	s := &score{by: map[string]*tally{}, log: func(string, ...any) {}}
	if *misses && set == "tune" {
		s.log = t.Logf
	}
	for _, f := range scored {
		s.by[f] = &tally{}
	}
	for _, n := range notices(t, set) {
		s.notice(n, Make(n.text, opt))
	}
	return s.by
}

func (s *score) notice(n labelled, d *Document) {
	at := map[string]int{}
	for i, st := range d.Statements {
		at[st.Text] = i
	}
	wantGroup, gotGroup := map[string][]string{}, map[string][]string{}
	for _, l := range n.sentences {
		text, _ := clean(l.text)
		where := n.name + " " + text
		var got Statement
		i, ok := at[text]
		if ok {
			got = d.Statements[i]
		} else {
			s.log("not split so: %s", where)
		}
		for _, c := range Classes {
			s.count(c.Name().ZH, where, when(l.class == c && !l.heading, "x"), when(got.Class == c && !got.Heading, "x"))
		}
		if l.class != Narration {
			s.count("讲话人", where, when(l.speaker != "", l.speaker), when(got.Speaker != "", got.Speaker))
		}
		want, found := map[string][]string{}, map[string][]string{}
		for _, m := range l.measures {
			put(want, "主线", m.row)
			put(want, "学段", m.stage)
			put(want, "指标", m.indicator)
			put(want, "牵头单位", m.lead)
			put(want, "责任单位", m.owners...)
			put(want, "时限", m.dates...)
			put(want, "数字", m.numbers...)
			if m.same != "" {
				wantGroup[m.same] = append(wantGroup[m.same], text+m.row)
			}
		}
		for k, p := range d.Proposals {
			for _, src := range p.Sources {
				if !ok || src.Statement != i {
					continue
				}
				put(found, "主线", p.Row)
				put(found, "学段", p.Stage.Name().ZH)
				if src.Statement == p.Sources[0].Statement {
					put(found, "指标", p.Indicator)
				}
				for _, o := range p.Owners {
					put(found, "责任单位", in(text, o.Text))
					if o.Lead {
						put(found, "牵头单位", in(text, o.Text))
					}
				}
				for _, x := range p.Dates {
					put(found, "时限", in(text, x.Text))
				}
				for _, x := range p.Numbers {
					put(found, "数字", in(text, x.Text))
				}
				if len(p.Sources) > 1 {
					g := fmt.Sprint(k)
					gotGroup[g] = append(gotGroup[g], text+p.Row)
				}
			}
		}
		for _, f := range scored[4:11] {
			s.count(f, where, want[f], found[f])
		}
	}
	s.count("合并", n.name, couples(wantGroup), couples(gotGroup))
}

// in gives what another source of a merged proposal did not give.
func in(sentence, s string) string {
	if strings.Contains(sentence, s) {
		return s
	}
	return ""
}

func when(ok bool, s string) []string {
	if ok {
		return []string{s}
	}
	return nil
}

func put(m map[string][]string, key string, values ...string) {
	for _, v := range values {
		if v != "" && !slices.Contains(m[key], v) {
			m[key] = append(m[key], v)
		}
	}
}

// couples are the pairs of measures that stand for the same.
func couples(groups map[string][]string) []string {
	var out []string
	for _, g := range groups {
		slices.Sort(g)
		for i := range g {
			for j := i + 1; j < len(g); j++ {
				out = append(out, g[i]+" = "+g[j])
			}
		}
	}
	slices.Sort(out)
	return out
}

const (
	figuresIn = "../../docs/draft.md"
	tableFrom = "<!-- figures: go test ./internal/draft -run Figures -update -->"
	tableTo   = "<!-- end of figures -->"
)

// figures is the table of docs/draft.md.
func figures(tune, held map[string]*tally) string {
	var b strings.Builder
	b.WriteString("| what | tuned on: precision | recall | right, wrong, missed | held out: precision | recall | right, wrong, missed |\n|---|---|---|---|---|---|---|\n")
	for _, f := range scored {
		fmt.Fprintf(&b, "| %s |", f)
		for _, by := range []map[string]*tally{tune, held} {
			t := by[f]
			fmt.Fprintf(&b, " %.3f | %.3f | %d, %d, %d |", t.precision(), t.recall(), t.right, t.wrong, t.missed)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// The figures that are published are those that the rules reach, and none falls
// unseen: with -update a lower one is refused too.
func TestFiguresDoNotFall(t *testing.T) {
	opt := options(t)
	table := figures(evaluate(t, "tune", opt), evaluate(t, "held", opt))
	t.Log("\n" + table)
	b, err := os.ReadFile(figuresIn)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), tableFrom+"\n")
	old, after, ok2 := strings.Cut(rest, tableTo)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the figures", figuresIn)
	}
	was, is := rates(old), rates(table)
	for i := range min(len(was), len(is)) {
		if is[i] < was[i] {
			t.Errorf("a figure fell from %.3f to %.3f:\n%s\nwas\n%s", was[i], is[i], table, old)
		}
	}
	switch {
	case old == table || t.Failed():
	case *update:
		if err := os.WriteFile(figuresIn, []byte(before+tableFrom+"\n"+table+tableTo+after), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the figures of %s are not those of the rules; run with -update", figuresIn)
	}
}

// rates are the precisions and recalls of a table, in its order.
func rates(table string) []float64 {
	var out []float64
	for _, w := range strings.Fields(table) {
		if f, err := strconv.ParseFloat(w, 64); err == nil && strings.Contains(w, ".") {
			out = append(out, f)
		}
	}
	return out
}
