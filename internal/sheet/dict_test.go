package sheet

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However texts come, ascending or not, over however many blocks, each gets one
// code, in the order of first appearance.
func TestDictionaries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var whole dict
		var part blockDict
		var want, got []string
		next := rapid.IntRange(0, 3).Draw(t, "first")
		for range rapid.IntRange(1, 5).Draw(t, "blocks") {
			part.reset()
			var codes []uint32
			for range rapid.IntRange(0, 90).Draw(t, "texts") {
				if rapid.IntRange(0, 60).Draw(t, "back") == 0 {
					next = rapid.IntRange(0, next).Draw(t, "to")
				}
				text := fmt.Sprintf("%03d", next)
				next += rapid.IntRange(0, 2).Draw(t, "step")
				want = append(want, text)
				codes = append(codes, part.code([]byte(text)))
			}
			if len(whole.texts) == 0 && rapid.Bool().Draw(t, "expected") {
				whole.expect(100)
			}
			to := whole.merge(&part, nil)
			for _, c := range codes {
				got = append(got, whole.texts[to[c]])
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("texts come back as %v, want %v", got, want)
		}
		var distinct []string
		for _, s := range want {
			if !slices.Contains(distinct, s) {
				distinct = append(distinct, s)
			}
		}
		if !slices.Equal(whole.texts, distinct) {
			t.Fatalf("dictionary %v, want %v", whole.texts, distinct)
		}
	})
}
