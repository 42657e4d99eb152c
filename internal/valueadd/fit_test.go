package valueadd

import (
	"testing"

	"shuren/internal/frame"
	"shuren/internal/valueadd/cohort"
)

// gather takes the pupils of a design in batches.
func gather(t testing.TB, d cohort.Design) *Gather {
	t.Helper()
	g := NewGather("outcome", termsOf(d))
	b := newBatch(g)
	for r := range d.Rows() {
		b.add(cohort.SchoolKey(r.School), r)
		if len(b.Outcome) == 1000 {
			if err := g.Add(b.Batch); err != nil {
				t.Fatal(err)
			}
			b = newBatch(g)
		}
	}
	if err := g.Add(b.Batch); err != nil {
		t.Fatal(err)
	}
	return g
}

func termsOf(d cohort.Design) []Term {
	var out []Term
	for _, h := range d.Head()[2:] {
		out = append(out, Term{Name: h, Category: h == "sex" || h == "home", Prior: h == "prior"})
	}
	return out
}

// batch is a Batch that rows are added to.
type batch struct {
	Batch
	codes map[*frame.Strings]map[string]uint32
}

func newBatch(g *Gather) *batch {
	b := &batch{Batch: Batch{School: &frame.Strings{}}, codes: map[*frame.Strings]map[string]uint32{}}
	for _, t := range g.Terms {
		v := Values{}
		if t.Category {
			v.Text = &frame.Strings{}
		}
		b.Terms = append(b.Terms, v)
	}
	return b
}

func (b *batch) text(s *frame.Strings, text string) {
	if b.codes[s] == nil {
		b.codes[s] = map[string]uint32{}
	}
	c, ok := b.codes[s][text]
	if !ok {
		c = uint32(len(s.Dict))
		b.codes[s][text] = c
		s.Dict = append(s.Dict, text)
	}
	s.Code = append(s.Code, c)
}

func (b *batch) add(school string, r cohort.Row) {
	b.text(b.School, school)
	b.Outcome = append(b.Outcome, r.Outcome)
	numbers := append([]float64{r.Prior}, r.X...)
	texts := []string{r.Sex, r.Home}
	if r.Sex == "" {
		texts = texts[1:]
	}
	for i := range b.Terms {
		if b.Terms[i].Text == nil {
			b.Terms[i].Num = append(b.Terms[i].Num, numbers[0])
			numbers = numbers[1:]
		} else {
			b.text(b.Terms[i].Text, texts[0])
			texts = texts[1:]
		}
	}
}

func fit(t testing.TB, d cohort.Design) *Result {
	t.Helper()
	r, err := Fit(gather(t, d), Options{SchoolMeans: d.Means})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
