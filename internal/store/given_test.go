package store

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What newer revisions have is kept and met again; it is what one would gather
// anew for each record.
func TestGivenIsWhatNewerRevisionsHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c"}), func(s string) string { return s })
		layouts := make([]*layout, 4)
		for i := range layouts {
			l := &layout{list: rapid.SampledFrom([]string{"", "", "x", "y"}).Draw(t, "list")}
			for _, id := range names.Draw(t, "columns") {
				l.Cols = append(l.Cols, head{ID: id})
			}
			for _, id := range names.Draw(t, "texts") {
				l.Texts = append(l.Texts, head{ID: id})
			}
			layouts[i] = l
		}
		root := &given{}
		for range 4 {
			g, want := root, map[string]bool{}
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, len(layouts)-1), 0, 5).Draw(t, "revisions") {
				g = g.with(layouts[n])
				for _, name := range layouts[n].gives() {
					want[name] = true
				}
			}
			for _, l := range layouts {
				old := g.of(l)
				all := len(want) > 0 && !slices.ContainsFunc(l.gives(), func(s string) bool { return !want[s] })
				if old.all != all {
					t.Fatalf("%v of %v: all is %v", want, l, old.all)
				}
				for j, c := range l.Cols {
					if has := slices.Contains(old.cols, j); has != (l.list == "" && want[c.ID]) {
						t.Fatalf("%v of %v: column %s is %v", want, l, c.ID, has)
					}
				}
				for j, c := range l.Texts {
					if old.texts[j] != (l.list == "" && want["text "+c.ID]) {
						t.Fatalf("%v of %v: text %s is %v", want, l, c.ID, old.texts[j])
					}
				}
			}
		}
	})
}
