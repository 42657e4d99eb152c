package pack

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"shuren/internal/edu"
)

// The packs of China that ship speak of the same things in the same way: a city
// may be measured by all of them at once.
func TestShippedPacksAgree(t *testing.T) {
	var packs []*Pack
	for _, name := range Shipped() {
		if !strings.HasPrefix(name, "cn-") && !strings.HasPrefix(name, "unesco-") {
			continue
		}
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		packs = append(packs, p)
	}
	if _, err := Union(packs...); err != nil {
		t.Errorf("the shipped packs disagree:\n%v", err)
	}
}

// sample is a pack of a few elements, to put together with others.
func sample(id, elements string) fstest.MapFS {
	return fstest.MapFS{"pack.yaml": file("id: " + id + "\nname: {zh: 样, en: Sample}\nsource: made up\nuses: [cn-common]\nstages: [primary, junior]\nunits: [{id: tree, name: {zh: 棵, en: trees}}]\nelements:\n" + elements)}
}

func mustLoad(t *testing.T, fsys fstest.MapFS) *Pack {
	t.Helper()
	p, err := Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const trees = "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, source: made up, evidence: P}\n"

func TestUnionNamesWhatDiffers(t *testing.T) {
	for _, tt := range []struct{ name, other, want string }{
		{"unit", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: person, source: made up, evidence: P}\n", `b/pack.yaml:8:10: the element "trees" of b differs from the one of a (a/pack.yaml:8): unit "person", not "tree"`},
		{"type", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: yesno, source: made up, evidence: P}\n", "type yesno, not count"},
		{"level", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, level: county, source: made up, evidence: P}\n", "level county, not section"},
		{"computed or asked", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, source: made up, evidence: P, derive: {list: classes, agg: count}}\n", "one of them is computed, the other is asked"},
		{"a header of two elements", "  - {id: woods, name: {zh: 树木数, en: Woods}, type: count, unit: tree, source: made up, evidence: P}\n", `the header "树木数" means the element "trees" of a and "woods" of b`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Union(mustLoad(t, sample("a", trees)), mustLoad(t, sample("b", tt.other)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got\n%v\nwant\n%s", err, tt.want)
			}
		})
	}
}

// The same header may mean one element of kindergartens and another of schools.
func TestUnionHeaderOfOtherStages(t *testing.T) {
	a := mustLoad(t, sample("a", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, stages: [primary], source: made up, evidence: P}\n"))
	b := mustLoad(t, sample("b", "  - {id: woods, name: {zh: 树木数, en: Woods}, type: count, unit: tree, stages: [junior], source: made up, evidence: P}\n"))
	if _, err := Union(a, b); err != nil {
		t.Error(err)
	}
}

func TestUnionPutsTogether(t *testing.T) {
	a := mustLoad(t, sample("a", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, stages: [primary], headers: [树], min: 1, max: 5, source: made up, evidence: P}\n"))
	b := mustLoad(t, sample("b", "  - {id: trees, name: {zh: 树木数, en: Trees}, type: count, unit: tree, stages: [junior], headers: [林木], required: true, max: 9, source: made up, evidence: P}\n"))
	u, err := Union(a, b)
	if err != nil {
		t.Fatal(err)
	}
	e := u.Element("trees")
	if !slices.Equal(e.Headers, []string{"树", "林木"}) || !e.Required || *e.Min != 0 || *e.Max != 9 || len(e.StagesIn(u)) != 2 {
		t.Errorf("trees = %+v", e)
	}
	if before := a.Element("trees"); len(before.Headers) != 1 || before.Required {
		t.Errorf("the union changed the pack it was made from: %+v", before)
	}
}

// The union of one pack is that pack, and it does not matter in which order
// packs are put together, nor how often one is.
func TestUnionProperties(t *testing.T) {
	var all []*Pack
	for _, name := range []string{"cn-common", "cn-compulsory", "cn-preschool"} {
		p, err := Open(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	declared := func(u *Pack) map[string]string {
		out := map[string]string{}
		for _, e := range u.Elements {
			parts := []string{}
			if e.By != nil {
				for _, o := range e.By.Parts {
					parts = append(parts, o.ID)
				}
			}
			slices.Sort(parts)
			choices := []string{}
			for _, o := range e.Choices { // in their order
				choices = append(choices, o.ID)
			}
			headers := e.words()
			slices.Sort(headers)
			out[e.ID] = strings.Join([]string{string(e.Type), e.Unit, e.Level.String(), strings.Join(parts, ","), strings.Join(choices, ","), strings.Join(headers, ","), stagesText(e.StagesIn(u))}, "|")
		}
		return out
	}
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation(all).Draw(t, "order")
		some := order[:rapid.IntRange(1, len(order)).Draw(t, "n")]
		u, err := Union(some...)
		if err != nil {
			t.Fatal(err)
		}
		if len(some) == 1 && u != some[0] {
			t.Fatal("the union of one pack is another")
		}
		twice, err := Union(append(slices.Clone(some), some...)...)
		if err != nil {
			t.Fatal(err)
		}
		back := slices.Clone(some)
		slices.Reverse(back)
		turned, err := Union(back...)
		if err != nil {
			t.Fatal(err)
		}
		if want := declared(u); !reflect.DeepEqual(declared(turned), want) || !reflect.DeepEqual(declared(twice), want) {
			t.Fatal("the order matters")
		}
		for _, p := range some {
			for _, e := range p.Elements {
				if why := u.Element(e.ID).differs(e); why != "" {
					t.Fatalf("%s of %s: %s", e.ID, p.Ref(), why)
				}
			}
		}
	})
}

func stagesText(stages []edu.Stage) string {
	var out []string
	for _, st := range inOrder(stages) {
		out = append(out, string(st))
	}
	return strings.Join(out, ",")
}
