package soak_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/flow"
	"shuren/internal/form"
	"shuren/internal/store"
	"shuren/internal/workbook"
)

// TestBooks reads a folder of filled workbooks by one command, which is killed in
// the middle and started again: every school has handed in once. It tells how
// long a workbook took at the beginning and at the end. SHUREN_SOAK_BOOKS is how
// many, 3000 for the figures in docs/performance.md; the schools of the demo city
// fill in the form of as many years as that needs.
func TestBooks(t *testing.T) {
	n, all := long(t, "SHUREN_SOAK_BOOKS", 16)
	onBoth(t, func(t *testing.T, dsn string) {
		l := foundBooks(t, dsn, all, n)
		part := l.killed(t, dsn, n/2)
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

// library is a folder of filled workbooks.
type library struct {
	dir   string
	n     int
	plans []*plan // one for each year
}

func foundBooks(t *testing.T, dsn string, all bool, n int) *library {
	t.Helper()
	w, c := registered(t, dsn, all)
	defer c.Close()
	l := &library{dir: t.TempDir()}
	for year := thisYear; l.n < n; year = year.LastTime() {
		l.fill(t, w, c, year, all, n)
	}
	return l
}

// fill makes the workbooks of a year.
func (l *library) fill(t *testing.T, w *town, c *flow.City, year edu.Period, all bool, n int) {
	t.Helper()
	ctx := context.Background()
	d, today := c.Desk(auth.Operator()), collect.Today(time.Now())
	is, err := d.Issue(ctx, flow.Order{Form: theForm, Period: year, Opens: today, Due: today + 60, Approver: "甲", Reason: "补报往年"})
	if err != nil {
		t.Fatal(err)
	}
	says := w
	if year != thisYear {
		if says, err = w.of(year, all); err != nil {
			t.Fatal(err)
		}
		past, err := w.files(year.LastTime(), all)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Import(ctx, past, flow.ImportOptions{By: "test", Fictional: true}); err != nil {
			t.Fatal(err)
		}
	}
	p := &plan{Issue: is.ID, Year: year.Int()}
	p.Schools = says.fill(t, c, is.ID, 2*(n-l.n))
	// What a school reported the year before is beside each cell; the workbook says
	// that again, so that nothing is asked about. Where something still is, the
	// school is left out.
	ready := make([]bool, len(p.Schools))
	var wg sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range p.Schools {
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			body, ok := book(t, d, p, &p.Schools[i])
			if ready[i] = ok; ok {
				l.keep(t, p, p.Schools[i].Unit, body)
			}
		})
	}
	wg.Wait()
	i := -1
	p.Schools = slices.DeleteFunc(p.Schools, func(school) bool { i++; return !ready[i] })
	for _, s := range p.Schools[min(len(p.Schools), n-l.n):] {
		if err := os.Remove(l.name(p, s.Unit)); err != nil {
			t.Fatal(err)
		}
	}
	p.Schools = p.Schools[:min(len(p.Schools), n-l.n)]
	if l.plans, l.n = append(l.plans, p), l.n+len(p.Schools); len(p.Schools) == 0 {
		t.Fatalf("%s: no school has a workbook that is ready", is.ID)
	}
}

// book is a school's workbook as it comes back filled, if nothing in it has to
// be mended or explained.
func book(t *testing.T, d *flow.Desk, p *plan, s *school) (body []byte, ready bool) {
	ctx := context.Background()
	paper, _, _, err := d.Paper(ctx, p.Issue, s.Unit)
	if err != nil {
		t.Error(err)
		return nil, false
	}
	empty := *paper
	paper.Content = s.Content
	var b bytes.Buffer
	opt := workbook.Options{Issue: p.Issue, Unit: paper.Unit, Lang: "zh", Fictional: true}
	if err := workbook.Write(&b, []*form.Paper{paper}, opt); err != nil {
		t.Error(err)
		return nil, false
	}
	r, err := workbook.Read(ctx, "book.xlsx", bytes.NewReader(b.Bytes()), int64(b.Len()), func(workbook.Meta) ([]*form.Paper, error) { return []*form.Paper{&empty}, nil })
	if err != nil {
		t.Error(err)
		return nil, false
	}
	return b.Bytes(), !r.Blocked() && len(r.Units) == 1 && form.Ready(r.Units[0].Problems) == nil
}

func (l *library) keep(t *testing.T, p *plan, unit edu.UnitID, body []byte) {
	if err := os.WriteFile(l.name(p, unit), body, 0o600); err != nil {
		t.Error(err)
	}
}

// name is of a school and then a year, so that the years come in turn.
func (l *library) name(p *plan, unit edu.UnitID) string {
	return filepath.Join(l.dir, fmt.Sprintf("%s-%d.xlsx", unit, p.Year))
}

func (l *library) command(t *testing.T, dsn string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program(t), "collect", l.dir, "--db", dsn, "--submit")
	cmd.Env = append(os.Environ(), "SHUREN_LANG=en")
	return cmd
}

// killed starts the command and kills it when so many have handed in. It gives
// how many had.
func (l *library) killed(t *testing.T, dsn string, n int) int {
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
			t.Fatalf("ended before it was killed: %v\n%s", err, out.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	_ = cmd.Process.Kill()
	<-ended
	had := count()
	if had >= l.n {
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
