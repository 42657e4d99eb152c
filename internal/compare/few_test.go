package compare

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestFew(t *testing.T) {
	for _, tt := range []struct {
		name    string
		persons []int
		must    []bool
		sure    int
		want    []bool
		enough  bool
	}{
		{"nothing is small", []int{10, 200, Nobodys}, nil, 1, []bool{false, false, false}, true},
		{"one small figure takes the next smallest with it", []int{200, 3, 40}, nil, 1, []bool{false, true, true}, true},
		{"two small ones that are ten together give both away as small", []int{4, 6, 40}, nil, 1, []bool{true, true, true}, true},
		{"unless either may be none", []int{4, 6, 40}, nil, 0, []bool{true, true, false}, true},
		{"two that are eleven can each be one to ten", []int{4, 7, 40}, nil, 1, []bool{true, true, false}, true},
		{"what tells of no pupils protects nobody", []int{3, Nobodys, 90}, nil, 1, []bool{true, false, true}, true},
		{"one alone", []int{3}, nil, 1, []bool{true}, false},
		{"one that must go is as a small one", []int{50, 60, 70}, []bool{false, true, false}, 1, []bool{true, true, false}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, enough := few(tt.persons, tt.must, Least, tt.sure); !slices.Equal(got, tt.want) || enough != tt.enough {
				t.Errorf("%v, enough: %t; want %v, %t", got, enough, tt.want, tt.enough)
			}
		})
	}
}

// Whatever is small is left out; where something is, each that is left out can be
// ten, if there are so many together; and nothing is left out for nothing.
func TestFewHoldsForAnyCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		persons := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 30), rapid.Just(Nobodys)), 1, 12).Draw(t, "persons")
		got, enough := few(persons, nil, Least, 1)
		sum, n, small, shown, largest := 0, 0, 0, 0, 0
		for i, v := range persons {
			switch {
			case v < Least && !got[i]:
				t.Fatalf("%d is shown", v)
			case v == Nobodys && got[i]:
				t.Fatal("what tells of nobody is left out")
			case got[i]:
				sum, n = sum+v, n+1
				if v >= Least {
					largest = max(largest, v)
				}
			case v != Nobodys:
				shown++
			}
			if v < Least {
				small++
			}
		}
		could := func(sum, n int) bool { return n >= 2 && sum-(n-1) >= Least }
		switch {
		case small == 0 && (n > 0 || !enough):
			t.Fatal("left out for nothing")
		case small > 0 && could(sum, n) != enough:
			t.Fatalf("%v: %v, enough: %t", persons, got, enough)
		case small > 0 && !enough && shown > 0:
			t.Fatalf("%v: %d left out, %d persons, and %d are shown", persons, n, sum, shown)
		case largest > 0 && could(sum-largest, n-1):
			t.Fatalf("%v: %d more than needed", persons, largest)
		}
	})
}
