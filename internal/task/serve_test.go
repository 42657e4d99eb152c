package task_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/task"
)

// What a task serves is added to and taken from; a change that is none, a measure
// without a plan and too many are refused.
func TestServe(t *testing.T) {
	a, b, c := task.Serves{Plan: "p", Measure: "M1"}, task.Serves{Plan: "q", Measure: "M1"}, task.Serves{Plan: "q", Measure: "M2"}
	var many []task.Serves
	for i := range 61 {
		many = append(many, task.Serves{Plan: "p", Measure: fmt.Sprint("M", i)})
	}
	list := func(s ...task.Serves) []task.Serves { return s }
	for _, tt := range []struct {
		name           string
		has, add, drop []task.Serves
		want           []task.Serves
		says           string // part of the Chinese refusal
	}{
		{"a second plan", list(a), list(b), nil, list(a, b), ""},
		{"the first", nil, list(a), nil, list(a), ""},
		{"the same measure once", list(a), list(b, b, a), nil, list(a, b), ""},
		{"one for another", list(a, b), list(c), list(a), list(b, c), ""},
		{"the last is taken away", list(a), nil, list(a), nil, ""},
		{"nothing is said", list(a), nil, nil, nil, "没有变化"},
		{"what it serves already", list(a), list(a), nil, nil, "没有变化"},
		{"what it does not serve is taken away", list(a), nil, list(b), nil, "没有变化"},
		{"a measure without a plan", list(a), list(task.Serves{Measure: "M1"}), nil, nil, "所属方案"},
		{"more than sixty", nil, many, nil, nil, "最多关联60项"},
		{"sixty", nil, many[:60], nil, many[:60], ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := whole()
			d.State, d.Serves = task.Working, tt.has
			was := slices.Clone(tt.has)
			got, e, err := task.Next(d, task.Serve, task.Giver, task.Options{Serve: tt.add, Unserve: tt.drop}, at(monday))
			if !slices.Equal(d.Serves, was) {
				t.Errorf("the task before the act became %v", d.Serves)
			}
			if tt.says != "" {
				var no *auth.Refusal
				if !errors.Is(err, fault.Invalid) || !errors.As(err, &no) || !strings.Contains(no.In("zh"), tt.says) {
					t.Errorf("got %v, want a refusal with %q", err, tt.says)
				}
				return
			}
			if err != nil || !slices.Equal(got.Serves, tt.want) || got.State != task.Working || got.Rev != d.Rev+1 || e.Act != task.Serve {
				t.Errorf("it serves %v (%s, %+v), want %v: %v", got.Serves, got.State, e, tt.want, err)
			}
		})
	}
}

// Only the issuer says what a task serves, in every state in which it is under way
// and in none in which it has ended.
func TestServeWhileLive(t *testing.T) {
	add := task.Options{Serve: []task.Serves{{Plan: "q", Measure: "M1"}}}
	for _, s := range task.States {
		for side := task.Side(1); side <= everybody; side++ {
			d := whole()
			d.State = s
			_, _, err := task.Next(d, task.Serve, side, add, at(monday))
			if want := s.Live() && side&task.Giver != 0; (err == nil) != want {
				t.Errorf("%s by %b: %v, want it possible: %v", s, side, err, want)
			}
			if may := slices.Contains(task.May(d, side, at(monday)), task.Serve); may != (err == nil) {
				t.Errorf("%s by %b: offered %v, possible %v", s, side, may, err == nil)
			}
		}
	}
}
