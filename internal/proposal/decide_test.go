package proposal

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"shuren/internal/fault"
)

// Whatever people do in whatever order, a line is in a state to which the table
// leads from the one it was in, a line that became a task stays as it is, and a
// refusal changes nothing.
func TestNoStateOutsideTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p Proposal
		acts := []Act{Itinerant, Exchange, Move, Train, Hire, Construct, Buy, Keep}
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			l := Line{No: i + 1, Act: rapid.SampledFrom(acts).Draw(t, "act"), Amount: float64(rapid.IntRange(1, 5).Draw(t, "amount")), Cost: float64(rapid.IntRange(0, 9).Draw(t, "cost"))}
			if rapid.Bool().Draw(t, "moves") {
				l.From = &Place{Code: "x"}
			}
			p.Lines = append(p.Lines, l)
		}
		for range rapid.IntRange(1, 20).Draw(t, "acts") {
			if rapid.IntRange(0, 5).Draw(t, "kind") == 0 {
				if l := &p.Lines[rapid.IntRange(0, len(p.Lines)-1).Draw(t, "which")]; l.Taken() {
					l.Task = "t"
				}
				continue
			}
			before := slices.Clone(p.Lines)
			nos := rapid.SliceOfN(rapid.IntRange(0, len(p.Lines)+1), 0, 3).Draw(t, "nos")
			c := Choice{Decision: rapid.SampledFrom([]Decision{Accept, Edit, Reject, Reopen, "close"}).Draw(t, "decision"),
				Amount: rapid.SampledFrom([]float64{-1, 0, .5, 1, 2, 1e9}).Draw(t, "to"), Note: rapid.SampledFrom([]string{"", " ", "说明"}).Draw(t, "note")}
			if err := p.Decide(nos, c); err != nil {
				if !reflect.DeepEqual(before, p.Lines) {
					t.Fatalf("refused (%v), and changed", err)
				}
				continue
			}
			for i := range p.Lines {
				was, is := &before[i], &p.Lines[i]
				switch {
				case !slices.Contains(nos, is.No):
					if !reflect.DeepEqual(was, is) {
						t.Fatalf("line %d changed and was not asked for", is.No)
					}
				case was.Task != "":
					t.Fatalf("line %d is a task and was changed", is.No)
				default:
					if !slices.ContainsFunc(Steps, func(s Step) bool {
						return s.Decision == c.Decision && slices.Contains(s.From, was.state()) && s.To == is.state()
					}) {
						t.Fatalf("from %s to %s by %s", was.state(), is.state(), c.Decision)
					}
				}
				if x := is.Now(); is.Act.Whole() && x != float64(int(x)) || x < 0 {
					t.Fatalf("line %d counts %v", is.No, x)
				}
				if is.From != nil && is.Now() > is.Amount {
					t.Fatalf("more people leave than were checked")
				}
				if is.State == Rejected && (is.CostNow() != 0 || is.Note == "") {
					t.Fatalf("rejected: costs %v, says %q", is.CostNow(), is.Note)
				}
			}
		}
		n := 0
		for _, k := range p.Counts().By {
			n += k
		}
		if n != len(p.Lines) {
			t.Fatalf("%d of %d lines are counted", n, len(p.Lines))
		}
	})
}

// What cannot be is refused with its kind.
func TestDecideRefuses(t *testing.T) {
	line := func(l Line) *Proposal { l.No = 1; return &Proposal{Lines: []Line{l}} }
	for _, tt := range []struct {
		name string
		p    *Proposal
		c    Choice
		want error
	}{
		{"a rejection without a reason", line(Line{Act: Hire, Amount: 1}), Choice{Decision: Reject}, fault.Invalid},
		{"half a teacher", line(Line{Act: Hire, Amount: 1}), Choice{Decision: Edit, Amount: .5}, fault.Invalid},
		{"an amount of keeping", line(Line{Act: Keep}), Choice{Decision: Edit, Amount: 1}, fault.Invalid},
		{"more than the giving school was checked for", line(Line{Act: Move, Amount: 1, From: &Place{}}), Choice{Decision: Edit, Amount: 2}, fault.Invalid},
		{"a line that is a task", line(Line{Act: Hire, Amount: 1, State: Accepted, Task: "t"}), Choice{Decision: Reopen}, fault.Conflict},
		{"what is open is not reopened", line(Line{Act: Hire, Amount: 1}), Choice{Decision: Reopen}, fault.Conflict},
		{"square metres may be parts", line(Line{Act: Construct, Amount: 10}), Choice{Decision: Edit, Amount: 2.5}, nil},
	} {
		if err := tt.p.Decide([]int{1}, tt.c); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}
