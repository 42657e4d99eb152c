package compare

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFew(t *testing.T) {
	for _, tt := range []struct {
		name   string
		behind []int
		want   []bool
	}{
		{"nothing is small", []int{10, 200, Nobodys}, []bool{false, false, false}},
		{"one small figure takes the next smallest with it", []int{200, 3, 40}, []bool{false, true, true}},
		{"two small ones that are ten together protect each other", []int{4, 6, 40}, []bool{true, true, false}},
		{"two that are not take a third", []int{4, 5, 40}, []bool{true, true, true}},
		{"what tells of no pupils protects nobody", []int{3, Nobodys, 90}, []bool{true, false, true}},
		{"one alone", []int{3}, []bool{true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Few(tt.behind, Least); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

// Whatever is small is left out; where something is, two or more are, ten persons
// together, if there are so many; and nothing is left out for nothing.
func TestFewHoldsForAnyCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		behind := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 30), rapid.Just(Nobodys)), 1, 12).Draw(t, "behind")
		got := Few(behind, Least)
		sum, n, small, shown := 0, 0, 0, 0
		for i, v := range behind {
			switch {
			case v < Least && !got[i]:
				t.Fatalf("%d is shown", v)
			case v == Nobodys && got[i]:
				t.Fatal("what tells of nobody is left out")
			case got[i]:
				sum, n = sum+v, n+1
			case v != Nobodys:
				shown++
			}
			if v < Least {
				small++
			}
		}
		if small == 0 && n > 0 {
			t.Fatal("left out for nothing")
		}
		if small > 0 && (n < 2 || sum < Least) && shown > 0 {
			t.Fatalf("%v: %d left out, %d persons, and %d are shown", behind, n, sum, shown)
		}
		if extra := n - small; small > 0 && extra > 0 { // without the largest of them it would not do
			largest := 0
			for i, v := range behind {
				if got[i] && v >= Least {
					largest = max(largest, v)
				}
			}
			if n-1 >= 2 && sum-largest >= Least {
				t.Fatalf("%v: %d more than needed", behind, largest)
			}
		}
	})
}
