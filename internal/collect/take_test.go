package collect

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
)

var actions = []Action{Save, Submit, Recall, Pass, Lock, Return, Excuse, Unexcuse, AskUnlock, GrantUnlock, RefuseUnlock, Extend}

var routes = []Route{{}, {County: true}, {Township: true, County: true}}

func options(a Action, f Filing) StepOptions {
	return StepOptions{Reason: "理由", Due: f.Due + 5}
}

// No sequence of actions reaches a state that the table does not give, and what
// the table refuses changes nothing.
func TestNoWayAroundTheTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		route := rapid.SampledFrom(routes).Draw(t, "route")
		f := Filing{State: NotStarted, Due: 100}
		now := time.Date(2025, 9, 15, 10, 0, 0, 0, China)
		for _, a := range rapid.SliceOfN(rapid.SampledFrom(actions), 1, 40).Draw(t, "actions") {
			now = now.Add(time.Hour)
			was := f
			got, e, err := Take(f, route, a, auth.Actor{Account: "x"}, options(a, f), now)
			i := slices.IndexFunc(Steps, func(s Step) bool { return s.Action == a && slices.Contains(s.From, f.State) })
			if i < 0 {
				if !errors.Is(err, fault.Conflict) || got != was {
					t.Fatalf("%s from %s: %+v, %v", a, f.State, got, err)
				}
				continue
			}
			if err != nil {
				if got != was || !errors.Is(err, fault.Conflict) {
					t.Fatalf("%s from %s was refused with %v and changed %+v", a, f.State, err, got)
				}
				continue
			}
			want := Steps[i].To(route, was.State)
			if want == "" {
				want = was.State
			}
			switch {
			case got.State != want || e.From != was.State || e.To != want:
				t.Fatalf("%s from %s went to %s, the log says %s to %s", a, was.State, got.State, e.From, e.To)
			case got.Rev != was.Rev+1 || e.No != got.Rev:
				t.Fatalf("%s: revision %d after %d", a, got.Rev, was.Rev)
			case got.Handed < was.Handed || (a == Submit) != (got.Handed == was.Handed+1):
				t.Fatalf("%s: handed in %d times after %d", a, got.Handed, was.Handed)
			case !slices.Contains(States, got.State):
				t.Fatalf("%s is no state", got.State)
			case got.State == AtTownship && !route.Township, got.State == AtCounty && !route.County:
				t.Fatalf("%s is on no way of the route %+v", got.State, route)
			case got.Asked && got.State != Locked:
				t.Fatalf("an unlock is asked for while it is %s", got.State)
			}
			f = got
		}
	})
}

// Every state can be reached, and from every state but the end there is a way on.
func TestEveryStateIsReached(t *testing.T) {
	seen := map[State]bool{NotStarted: true}
	type node struct {
		state State
		asked bool
	}
	for _, route := range routes {
		done := map[node]bool{}
		todo := []Filing{{State: NotStarted, Due: 100}}
		for len(todo) > 0 {
			f := todo[0]
			todo = todo[1:]
			if done[node{f.State, f.Asked}] {
				continue
			}
			done[node{f.State, f.Asked}] = true
			seen[f.State] = true
			ways := 0
			for _, a := range actions {
				if g, _, err := Take(f, route, a, auth.Actor{}, options(a, f), time.Now()); err == nil {
					ways++
					todo = append(todo, g)
				}
			}
			if ways == 0 {
				t.Errorf("nothing can be done while it is %s", f.State)
			}
		}
	}
	for _, s := range States {
		if !seen[s] {
			t.Errorf("%s is never reached", s)
		}
		if s.Name().ZH == "" || s.Name().EN == "" {
			t.Errorf("%s has no name", s)
		}
	}
}

// What a step needs and what it does besides the state.
func TestTake(t *testing.T) {
	now := time.Date(2025, 9, 15, 10, 0, 0, 0, China)
	school := Route{County: true}
	for _, tt := range []struct {
		name   string
		filing Filing
		route  Route
		action Action
		opt    StepOptions
		want   error // nil: it may
	}{
		{"a return wants a reason", Filing{State: AtCounty}, school, Return, StepOptions{Reason: "  "}, fault.Invalid},
		{"a return with one", Filing{State: AtCounty}, school, Return, StepOptions{Reason: "面积有误"}, nil},
		{"a reason is not an essay", Filing{State: AtCounty}, school, Return, StepOptions{Reason: string(make([]rune, 501))}, fault.TooLarge},
		{"an excuse wants a reason", Filing{State: Draft}, school, Excuse, StepOptions{}, fault.Invalid},
		{"recall before the county has acted", Filing{State: AtCounty}, school, Recall, StepOptions{}, nil},
		{"no recall after the county has acted", Filing{State: AtCity}, school, Recall, StepOptions{}, fault.Conflict},
		{"recall of a county's own form", Filing{State: AtCity}, Route{}, Recall, StepOptions{}, nil},
		{"recall from a township whose review was switched off since", Filing{State: AtTownship}, school, Recall, StepOptions{}, nil},
		{"no recall after the township has acted", Filing{State: AtCounty}, Route{Township: true, County: true}, Recall, StepOptions{}, fault.Conflict},
		{"an unlock is asked for once", Filing{State: Locked, Asked: true}, school, AskUnlock, StepOptions{Reason: "漏报"}, fault.Conflict},
		{"nobody unlocks unasked", Filing{State: Locked}, school, GrantUnlock, StepOptions{}, fault.Conflict},
		{"an asked unlock", Filing{State: Locked, Asked: true}, school, GrantUnlock, StepOptions{}, nil},
		{"refusing wants a reason", Filing{State: Locked, Asked: true}, school, RefuseUnlock, StepOptions{}, fault.Invalid},
		{"an extension is later", Filing{State: Draft, Due: 100}, school, Extend, StepOptions{Reason: "停电", Due: 100}, fault.Invalid},
		{"an extension", Filing{State: Draft, Due: 100}, school, Extend, StepOptions{Reason: "停电", Due: 101}, nil},
		{"nothing is locked at the county", Filing{State: AtCounty}, school, Lock, StepOptions{}, fault.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, _, err := Take(tt.filing, tt.route, tt.action, auth.Actor{Account: "a"}, tt.opt, now)
			if !errors.Is(err, tt.want) || tt.want == nil && err != nil {
				t.Fatalf("%+v, %v; want %v", got, err, tt.want)
			}
			if err != nil && got != tt.filing {
				t.Errorf("refused, and yet %+v", got)
			}
		})
	}
}

// Each step needs the permission of its level, and a reviewer of one level
// cannot act for another.
func TestTodoByRole(t *testing.T) {
	may := func(roles ...auth.Role) func(auth.Permission) bool {
		return func(p auth.Permission) bool {
			return slices.ContainsFunc(roles, func(r auth.Role) bool { return r.May(p) })
		}
	}
	all := Route{Township: true, County: true}
	for _, tt := range []struct {
		name  string
		state State
		role  auth.Role
		want  []Action
		mine  bool
	}{
		{"a school fills", Draft, auth.SchoolClerk, []Action{Save, Submit}, true},
		{"a school waits, and may take it back", AtTownship, auth.SchoolHead, []Action{Recall}, false},
		{"the township reviews its own", AtTownship, auth.TownshipClerk, []Action{Recall, Pass, Return}, true},
		{"the township is done", AtCounty, auth.TownshipClerk, nil, false},
		{"the county does not act for the township", AtTownship, auth.CountyReviewer, nil, false},
		{"the county reviews", AtCounty, auth.CountyReviewer, []Action{Pass, Return}, true},
		{"the county does not lock", AtCity, auth.CountyReviewer, nil, false},
		{"the city locks or returns", AtCity, auth.CitySection, []Action{Return, Lock}, true},
		{"the city does not review for the county", AtCounty, auth.CitySection, nil, false},
		{"the county excuses and extends", NotStarted, auth.CountyReviewer, []Action{Excuse, Extend}, false},
		{"a school asks for an unlock", Locked, auth.SchoolHead, []Action{AskUnlock}, false},
		{"a leader looks on", AtCity, auth.Leader, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := Filing{State: tt.state}
			got := Todo(f, all, may(tt.role))
			if !slices.Equal(got, tt.want) || Mine(f, got) != tt.mine {
				t.Errorf("%v, mine %v; want %v, %v", got, Mine(f, got), tt.want, tt.mine)
			}
		})
	}
}

// Whoever fills a form does not excuse or extend it for itself: of a county's
// own form, and of schools that no county reviews, the city answers for that.
func TestNobodyExcusesTheOwnForm(t *testing.T) {
	for _, a := range []Action{Excuse, Extend} {
		for _, from := range []State{NotStarted, Draft, Returned} {
			s, err := Find(a, from)
			if err != nil {
				t.Fatal(err)
			}
			if own, others := s.By(Route{}), s.By(Route{County: true}); own != auth.LockForm || others != auth.ReviewForm {
				t.Errorf("%s of a %s filing: %s without a county, %s with one", a, from, own, others)
			}
		}
	}
	county := func(p auth.Permission) bool { return auth.CountyClerk.May(p) || auth.CountyReviewer.May(p) }
	if got := Todo(Filing{State: Draft}, Route{}, county); !slices.Equal(got, []Action{Save, Submit}) {
		t.Errorf("a county may %v with its own form", got)
	}
	city := func(p auth.Permission) bool { return auth.CitySection.May(p) }
	if got := Todo(Filing{State: Excused}, Route{}, city); !slices.Equal(got, []Action{Unexcuse}) {
		t.Errorf("the city may %v with an excused form of a county", got)
	}
}

// The strip shows the way of the route, what lies behind and where it stands.
func TestStrip(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2025, 9, 15, h, 0, 0, 0, China) }
	log := []Event{{From: NotStarted, To: Draft, At: at(8), Name: "甲"}, {From: Draft, To: AtCounty, At: at(9), Name: "乙"}}
	words := func(stops []Stop) (out []string) {
		for _, s := range stops {
			mark := " "
			switch {
			case s.Passed:
				mark = "✓"
			case s.Current:
				mark = "→"
			}
			out = append(out, mark+s.State.Name().ZH)
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		state State
		route Route
		want  []string
	}{
		{"not started", NotStarted, Route{County: true}, []string{"→草稿", " 待县审", " 待市审", " 已锁定"}},
		{"with the county", AtCounty, Route{County: true}, []string{"✓草稿", "→待县审", " 待市审", " 已锁定"}},
		{"through the township", AtTownship, Route{Township: true, County: true}, []string{"✓草稿", "→待中心校审", " 待县审", " 待市审", " 已锁定"}},
		{"a county's own", AtCity, Route{}, []string{"✓草稿", "→待市审", " 已锁定"}},
		{"returned", Returned, Route{County: true}, []string{"→已退回", " 待县审", " 待市审", " 已锁定"}},
		{"excused", Excused, Route{County: true}, []string{"→免报"}},
		{"the switch was turned off on the way", AtTownship, Route{County: true}, []string{"✓草稿", "→待中心校审", " 待县审", " 待市审", " 已锁定"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := words(Strip(Filing{State: tt.state}, tt.route, log)); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
	s := Strip(Filing{State: AtCounty}, Route{County: true}, log)
	if s[0].Name != "甲" || !s[1].At.Equal(at(9)) || !s[2].At.IsZero() {
		t.Errorf("who and when: %+v", s)
	}
}

// Burden rule 6: a fifth of the time, and no more.
func TestEarliestInner(t *testing.T) {
	is := Issue{Opens: edu.Date(1000), Due: edu.Date(1050)}
	if got := EarliestInner(is); got != 1040 {
		t.Errorf("%d, want 1040", got)
	}
}
