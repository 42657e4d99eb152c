package demo

import (
	"testing"

	"shuren/internal/pack"
	"shuren/internal/plan"
	"shuren/internal/task"
)

// The demo city's action is one that could be handed in: its targets name
// indicators of the packs that the city is measured by, under their own units, and
// its shares of a number add up.
func TestActionPlan(t *testing.T) {
	c := New(1)
	p, reached := c.actionPlan()
	if bad := plan.Blocking(p.Check()); len(bad) > 0 {
		t.Errorf("it cannot be handed in: %v", bad)
	}
	var packs []*pack.Pack
	for _, ref := range c.Packs() {
		pk, err := pack.Open(ref)
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, pk)
	}
	targets, ms, projects := p.Size()
	if targets < 12 || ms < 40 || projects < 10 || len(p.Lines) != 11 {
		t.Errorf("%d lines, %d targets, %d measures, %d projects", len(p.Lines), targets, ms, projects)
	}
	n := 0
	for title, i := range served {
		if _, m := p.Measure(measureID(i)); m == nil || m.Text != measures[i].text {
			t.Errorf("%s serves another measure", title)
		}
		for _, a := range asks {
			if a.title == title {
				n++
			}
		}
		for _, d := range duties {
			if d.title == title {
				n++
			}
		}
	}
	if n != len(served) {
		t.Errorf("%d of %d tasks that serve a measure are there", n, len(served))
	}
	for _, l := range p.Lines {
		for _, x := range l.Targets {
			if x.Indicator == "" {
				continue
			}
			found := false
			for _, pk := range packs {
				found = found || pk.Ref() == x.Scheme && pk.Indicator(x.Indicator) != nil
			}
			if !found {
				t.Errorf("%s: the city is not measured by %s %s", x.Name, x.Scheme, x.Indicator)
			}
		}
		for _, m := range l.Measures {
			if m.Due == 0 && !m.Standing {
				t.Errorf("%s: its limit cannot be read", m.Text)
			}
			for _, o := range m.Owners {
				if _, ofTree := task.UnitOf(o.Body); !ofTree {
					known := false
					for _, d := range departments {
						known = known || d.ID == o.Body
					}
					if !known {
						t.Errorf("%s: there is no body %s", m.Text, o.Body)
					}
				}
			}
			for _, x := range m.Projects {
				for _, st := range x.Stones {
					if st.Day == 0 || reached[x.ID][st.ID] > day("2025-10-20") {
						t.Errorf("%s: milestone of %s, reached %s", x.Name, st.Day, reached[x.ID][st.ID])
					}
				}
			}
		}
	}
}
