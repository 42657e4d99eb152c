package soak_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
)

// person is one of a crowd, with what she must see and must not.
type person struct {
	login    string
	unit     edu.UnitID
	password string
}

// TestCrowd gives every school of the city an account and lets all of them sign
// in, look at their work and messages, and sign out. Everybody gets in and sees
// its own papers only; a reminder reaches whoever fills; lists of accounts are
// complete. SHUREN_SOAK_ACCOUNTS is how many; with it passwords cost what they
// cost in use.
func TestCrowd(t *testing.T) {
	most, all := long(t, "SHUREN_SOAK_ACCOUNTS", 60)
	onBoth(t, func(t *testing.T, dsn string) {
		cost := auth.Cost{KiB: 64, Passes: 1, Threads: 1}
		if all {
			cost = auth.DefaultCost
		}
		issue, people := crowd(t, dsn, all, most, cost)
		s := newServer(t, dsn)
		s.start()
		tally := newTally()
		began := time.Now()
		queue := make(chan int)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				for i := range queue {
					people[i].visit(t, s.base(), issue, i, len(people), tally)
				}
			})
		}
		for i := range people {
			queue <- i
		}
		close(queue)
		wg.Wait()
		took := time.Since(began)
		s.kill()
		for _, l := range s.broken() {
			t.Errorf("server: %s", l)
		}
		r := tally.report()
		for _, w := range r.Wrong {
			t.Error(w)
		}
		t.Logf("%d accounts signed in, looked and signed out within %.1f s\n%s", len(people), took.Seconds(), r)
		reminded(t, dsn, issue, people)
	})
}

// crowd makes the city with its form issued, and an account for each school.
func crowd(t *testing.T, dsn string, all bool, most int, cost auth.Cost) (issue string, people []person) {
	t.Helper()
	ctx := context.Background()
	_, c := registered(t, dsn, all)
	defer c.Close()
	today := collect.Today(time.Now())
	is, err := c.Desk(auth.Operator()).Issue(ctx, flow.Order{Form: theForm, Period: thisYear, Opens: today, Due: today + 60})
	if err != nil {
		t.Fatal(err)
	}
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var xs []auth.Account
	for _, n := range tree.On(thisYear).Nodes {
		if n.Unit.Level != edu.School || len(xs) == most {
			continue
		}
		xs = append(xs, auth.Account{Login: fmt.Sprintf("clerk%05d", len(xs)), Name: "甲", Unit: n.Unit.ID, Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: n.Unit.ID}}})
	}
	// Beyond one for each school come second clerks.
	for schools := len(xs); len(xs) < most; {
		x := xs[len(xs)%schools]
		x.Login = fmt.Sprintf("clerk%05d", len(xs))
		xs = append(xs, x)
	}
	accounts := flow.NewAccounts(c, flow.AccountOptions{Cost: cost, Now: time.Now})
	began := time.Now()
	made, err := accounts.MakeAll(ctx, auth.Operator(), xs)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d accounts made in %.1f s", len(made), time.Since(began).Seconds())
	people = make([]person, len(made))
	began = time.Now()
	for i, m := range made {
		people[i] = person{m.Login, m.Unit, fmt.Sprintf("Soak-2025-%05d", i)}
		if err := accounts.Recover(ctx, m.Login, m.Code, people[i].password); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d passwords set in %.1f s", len(made), time.Since(began).Seconds())
	return is.ID, people
}

// visit signs in, looks and signs out.
func (p *person) visit(t *testing.T, base, issue string, no, of int, tally *tally) {
	h := client(no)
	defer h.CloseIdleConnections()
	ask := func(kind, method, path string, form url.Values, want int) string {
		req, err := http.NewRequestWithContext(context.Background(), method, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Error(err)
			return ""
		}
		if form != nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		began := time.Now()
		status, body, err := do(h, req)
		if err != nil || status != want {
			tally.wrong("%s: %s %s: status %d, want %d: %v: %.200s", p.login, method, path, status, want, err, body)
			return ""
		}
		tally.took(kind, time.Since(began))
		switch { // whether the first wait as long as the last
		case no < of/10:
			tally.took(kind+", first tenth", time.Since(began))
		case no >= of-of/10:
			tally.took(kind+", last tenth", time.Since(began))
		}
		return string(body)
	}
	ask("sign in", "POST", "/sign-in", url.Values{"login": {p.login}, "password": {p.password}}, http.StatusSeeOther)
	work := ask("work", "GET", "/work", nil, http.StatusOK)
	if paths := papers(work, issue); len(paths) > 1 || len(paths) == 1 && paths[0] != string(p.unit) {
		tally.wrong("%s of %s sees the papers of %v", p.login, p.unit, paths)
	}
	ask("messages", "GET", "/messages", nil, http.StatusOK)
	ask("sign out", "POST", "/sign-out", url.Values{}, http.StatusSeeOther)
	if h.Jar != nil {
		ask("signed out", "GET", "/messages", nil, http.StatusSeeOther)
	}
}

// papers are the units whose papers of an issue a page leads to.
func papers(page, issue string) (units []string) {
	seen := map[string]bool{}
	for {
		_, rest, ok := strings.Cut(page, `"/work/`+issue+"/")
		if !ok {
			return units
		}
		unit, _, _ := strings.Cut(rest, `"`)
		unit, _, _ = strings.Cut(unit, "?")
		unit, _, _ = strings.Cut(unit, "/")
		if !seen[unit] {
			seen[unit] = true
			units = append(units, unit)
		}
		page = rest
	}
}

// reminded lists all accounts page by page and reminds everybody who has not
// handed in: one message for each account that fills.
func reminded(t *testing.T, dsn, issue string, people []person) {
	t.Helper()
	ctx := context.Background()
	c, err := flow.Open(ctx, dsn, "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accounts := flow.NewAccounts(c, flow.AccountOptions{})
	began, seen, longest := time.Now(), map[string]bool{}, time.Duration(0)
	for {
		one := time.Now()
		list, total, err := accounts.List(ctx, auth.Operator(), auth.AccountFilter{Offset: len(seen), Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, time.Since(one))
		for _, a := range list {
			seen[a.Login] = true
		}
		if len(list) == 0 || len(seen) >= total {
			break
		}
	}
	for _, p := range people {
		if !seen[p.login] {
			t.Errorf("%s is on no page of accounts", p.login)
		}
	}
	t.Logf("%d accounts listed in %.2f s, the longest page of 50 in %s", len(seen), time.Since(began).Seconds(), longest)

	desk := c.Desk(auth.Operator())
	tasks, err := desk.Tasks(ctx, collect.Filter{Issue: issue, Limit: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	fills := map[edu.UnitID]bool{}
	for _, task := range tasks.List {
		fills[task.Unit] = true
	}
	want := 0
	for _, p := range people {
		if fills[p.unit] {
			want++
		}
	}
	began = time.Now()
	got, err := desk.Remind(ctx, issue, "")
	if err != nil {
		t.Fatal(err)
	}
	if want == 0 || got.Sent != want {
		t.Errorf("%d messages sent, want %d: one for each account that fills a paper", got.Sent, want)
	}
	t.Logf("%d of them reminded in %.2f s", got.Sent, time.Since(began).Seconds())
	if got, err := c.VerifyAudit(ctx, auth.Operator(), nil); err != nil || len(got.Problems) > 0 {
		t.Errorf("the audit log: %v, %v", got.Problems, err)
	}
}
