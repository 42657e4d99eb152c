package soak_test

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"testing"
	"time"

	"shuren/internal/store"
)

// TestBooks reads a folder of filled workbooks by one command, which is killed in
// the middle and started again: every school has handed in once. It tells how
// long a workbook took at the beginning and at the end. SHUREN_SOAK_BOOKS is how
// many, 3000 for the figures in docs/performance.md; the schools of the demo city
// fill in the form of as many years as that needs.
func TestBooks(t *testing.T) {
	n, all := long(t, "SHUREN_SOAK_BOOKS", 16)
	l := &library{dir: t.TempDir()}
	onBoth(t, func(t *testing.T, dsn string) {
		l.found(t, dsn, all, n)
		part := l.killed(t, dsn, n/2, all)
		again := l.run(t, dsn)
		for _, p := range l.plans {
			r := &recorder{}
			handed := 0
			for _, s := range r.of(func() { handed = verify(r, p, dsn, nil) }) {
				t.Error(s)
			}
			if handed != len(p.Schools) {
				t.Errorf("%s: %d handed in by %d schools", p.Issue, handed, len(p.Schools))
			}
		}
		t.Logf("killed after %d of %d workbooks; then: %s", part, l.n, again)
		l.tell(t, dsn)
	})
}

func (l *library) command(t *testing.T, dsn string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program(t), "collect", l.dir, "--db", dsn, "--submit")
	cmd.Env = append(os.Environ(), "SHUREN_LANG=en")
	return cmd
}

// killed starts the command and kills it when so many have handed in. It gives
// how many had. A few workbooks may all be in before the machine gives us the
// time to look; that must not happen with many.
func (l *library) killed(t *testing.T, dsn string, n int, must bool) int {
	t.Helper()
	st, err := store.Open(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	count := func() int {
		subs, err := st.Submissions(t.Context(), store.Whole(store.Reader), store.Filter{Form: theForm})
		if err != nil {
			t.Fatal(err)
		}
		return len(subs)
	}
	cmd := l.command(t, dsn)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for count() < n {
		select {
		case err := <-ended:
			if had := count(); err == nil && had == l.n && !must {
				t.Logf("all %d were in before it could be killed", had)
				return had
			}
			t.Fatalf("ended before it was killed: %v\n%s", err, out.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	had := count()
	if had >= l.n && must {
		t.Errorf("all %d were in when it was killed", had)
	}
	return had
}

var summary = regexp.MustCompile(`(?m)^\d+ files: .*$`)

func (l *library) run(t *testing.T, dsn string) string {
	t.Helper()
	out, err := l.command(t, dsn).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return summary.FindString(string(out))
}

// tell prints how long a workbook took, from the moments in the audit log: the
// run that was killed and the one after it without what lies between.
func (l *library) tell(t *testing.T, dsn string) {
	t.Helper()
	v := openHeld(t, l.plans[0], dsn)
	defer v.close()
	var at []time.Time
	subs, err := v.store.Submissions(t.Context(), store.Whole(store.Reader), store.Filter{Form: theForm})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range subs {
		at = append(at, s.At)
	}
	slices.SortFunc(at, time.Time.Compare)
	var each []time.Duration
	for i := 1; i < len(at); i++ {
		each = append(each, at[i].Sub(at[i-1]))
	}
	size := max(10, len(each)/30)
	for i := 0; i+size <= len(each); i += size {
		part := slices.Clone(each[i : i+size])
		slices.Sort(part)
		// The longest pause of a part may be the one between two runs.
		var sum time.Duration
		for _, d := range part[:size-1] {
			sum += d
		}
		t.Logf("workbooks %5d to %5d: %6.1f ms each", i+1, i+size, sum.Seconds()*1000/float64(size-1))
	}
}
