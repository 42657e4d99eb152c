package pack

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// asksOf is what a school is asked by forms: each element of each stage, with
// the form that asks it.
func asksOf(forms []OpenForm) map[string]string {
	out := map[string]string{}
	for _, x := range forms {
		for _, a := range x.Form.Asks {
			parts := []string{""}
			if a.Element.By != nil {
				parts = nil
				for _, o := range a.Element.By.Parts {
					parts = append(parts, "."+o.ID)
				}
			}
			for _, st := range x.Form.stagesOf(x.Pack, a) {
				for _, part := range parts {
					out[fmt.Sprintf("%s%s %s from=%v whole=%t required=%t same=%t", a.Element.ID, part, st, a.From, a.Whole, a.Required, a.Same != "")] = x.Form.ID
				}
			}
		}
		for _, l := range x.Form.Lists {
			out["list "+l.List.ID] = x.Form.ID
		}
	}
	return out
}

// schoolForms are the forms by which schools are asked where a city is measured
// by packs: those of several packs in place of their parts.
func schoolForms(t interface{ Fatal(...any) }, packs []*Pack) (all, asked []OpenForm) {
	joint, err := Joint(packs)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		for _, f := range p.Forms {
			if f.Level != edu.School {
				continue
			}
			all = append(all, OpenForm{p, f, edu.Year(2025)})
			if !slices.ContainsFunc(joint, func(j *Pack) bool { return f.Joins != nil && j.ID == f.Joins.ID && j.Forms[0].Has(f) }) {
				asked = append(asked, all[len(all)-1])
			}
		}
	}
	for _, j := range joint {
		asked = append(asked, OpenForm{j, j.Forms[0], edu.Year(2025)})
	}
	return all, asked
}

// Burden rule 5: with all packs together, no kind of school is asked more than
// six forms and eight hours a year, whatever stages it has: kindergartens at
// primary schools, nine-year and twelve-year schools, and those that nobody has
// thought of.
func TestBurdenRule5EveryKindOfSchool(t *testing.T) {
	_, asked := schoolForms(t, cityPacks(t))
	most := 0
	for kind := 1; kind < 1<<len(edu.Stages); kind++ {
		var stages []edu.Stage
		for i, st := range edu.Stages {
			if kind>>i&1 == 1 {
				stages = append(stages, st)
			}
		}
		forms, minutes := 0, 0
		var names []string
		for _, x := range asked {
			if slices.ContainsFunc(x.Form.stages(x.Pack), func(s edu.Stage) bool { return slices.Contains(stages, s) }) {
				forms, minutes, names = forms+1, minutes+x.Form.Minutes, append(names, x.Form.ID)
			}
		}
		most = max(most, forms)
		if forms > 6 || minutes > 8*60 {
			t.Errorf("a school with %v is asked %d forms, %d minutes: %v", stages, forms, minutes, names)
		}
		if slices.Equal(stages, []edu.Stage{edu.Primary}) && (forms != 2 || minutes != 90+120) {
			t.Errorf("a primary school is asked %d forms, %d minutes: %v", forms, minutes, names)
		}
	}
	if most != 6 {
		t.Errorf("%d forms at most: the budget is not what is held here", most)
	}
}

// Whatever packs a city has, joining their forms changes where a figure is
// asked, and not whether, of which stages, nor how it is known.
func TestJointAsksTheSame(t *testing.T) {
	every := cityPacks(t)
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(every).Draw(t, "order")
		packs := order[:rapid.IntRange(1, len(order)).Draw(t, "n")]
		all, asked := schoolForms(t, packs)
		before, now := asksOf(all), asksOf(asked)
		for _, k := range slices.Sorted(maps.Keys(before)) {
			if now[k] == "" {
				t.Fatalf("%s was asked by %s, and nobody asks it now", k, before[k])
			}
		}
		for _, k := range slices.Sorted(maps.Keys(now)) {
			if before[k] == "" {
				t.Fatalf("%s asks %s, which nobody asked", now[k], k)
			}
		}
		if err := CheckOpen(asked); err != nil {
			t.Fatal(err)
		}
		minutes := 0
		for _, x := range all {
			minutes += x.Form.Minutes
		}
		for _, x := range asked {
			minutes -= x.Form.Minutes
		}
		if minutes != 0 {
			t.Fatalf("%d minutes got lost", minutes)
		}
	})
}

// A joint form has its members' checks, each for its own stages, and nothing to
// measure by; one pack alone keeps its form; what cannot be one form stays apart.
func TestJoint(t *testing.T) {
	open := func(id string) *Pack {
		p, err := Open(id)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	safety, teachers := open("cn-safety"), open("cn-teachers")
	joint, err := Joint([]*Pack{safety, teachers})
	if err != nil || len(joint) != 1 {
		t.Fatalf("%d joint, %v", len(joint), err)
	}
	j := joint[0]
	f := j.Forms[0]
	if !j.IsJoint() || j.ID != "cn-school-year" || f.ID != j.ID || f.Minutes != 40 || len(j.Indicators)+len(j.Standards) != 0 || f.Name.EN != "Yearly questions to schools" || !strings.Contains(f.Basis, "；") {
		t.Errorf("%s: %+v", j.Ref(), f)
	}
	for _, p := range []*Pack{safety, teachers} {
		if p.IsJoint() {
			t.Errorf("%s is joint", p.Ref())
		}
		for _, c := range p.Checks {
			i := slices.IndexFunc(j.Checks, func(k *Check) bool { return k.Rule == c.Rule })
			if i < 0 {
				t.Errorf("nobody checks %s of %s", c.ID, p.Ref())
				continue
			}
			for _, st := range edu.Stages {
				// Of a stage that the pack does not have, no check of it is made.
				if slices.Contains(p.Stages, st) && j.Checks[i].Asks(j, st) != c.Asks(p, st) || !slices.Contains(p.Stages, st) && j.Checks[i].Asks(j, st) {
					t.Errorf("the check %s of %s: of %s it is made: %t", c.ID, p.Ref(), st, j.Checks[i].Asks(j, st))
				}
			}
		}
	}
	ids := map[string]bool{}
	for _, c := range f.Same {
		if ids[c.ID] {
			t.Errorf("two groups %s", c.ID)
		}
		ids[c.ID] = true
	}
	joins, members, ok := JointOf(j.Files)
	if !ok || joins != j.ID || !slices.Equal(members, []string{safety.Hash, teachers.Hash}) {
		t.Errorf("it is kept as %s of %v", joins, members)
	}
	if again, _ := Joint([]*Pack{safety, teachers}); again[0].Hash != j.Hash {
		t.Error("the same parts are another form")
	}
	if other, _ := Joint([]*Pack{teachers, safety}); other[0].Hash == j.Hash {
		t.Error("another order of questions has the same hash")
	}
	if alone, err := Joint([]*Pack{safety, open("cn-preschool")}); len(alone) != 0 || err != nil {
		t.Errorf("one part alone: %d, %v", len(alone), err)
	}
	for _, tt := range []struct {
		name string
		edit func(*Form)
	}{
		{"filled by others", func(f *Form) { f.Fills = FillTownship }},
		{"each term", func(f *Form) { f.Frequency = "termly" }},
		{"at another time", func(f *Form) { f.Closes.Month = 12 }},
		{"asks what another part asks", func(f *Form) { f.Asks = append(slices.Clone(f.Asks), safety.Form("cn-safety-base").Asks[0]) }},
	} {
		other := *teachers
		own := *teachers.Forms[0]
		tt.edit(&own)
		other.Forms = []*Form{&own}
		if got, err := Joint([]*Pack{safety, &other}); len(got) != 0 || err != nil {
			t.Errorf("%s: %d joint, %v", tt.name, len(got), err)
		}
	}
	taken := *teachers
	own := *teachers.Forms[0]
	own.ID = "cn-school-year"
	taken.Forms = []*Form{&own}
	if _, err := Joint([]*Pack{safety, &taken}); err == nil || errors.Is(err, nil) {
		t.Error("a form of that id is there already")
	}
}
