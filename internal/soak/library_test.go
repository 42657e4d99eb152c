package soak_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
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
	"shuren/internal/workbook"
)

// library is a folder of filled workbooks.
type library struct {
	dir   string
	n     int
	plans []*plan // one for each year
}

// found makes a database in which the workbooks can be handed in, and the
// workbooks where there are none yet: they fit every database of the demo city.
func (l *library) found(t *testing.T, dsn string, all bool, n int) {
	t.Helper()
	w, c := registered(t, dsn, all)
	defer c.Close()
	had := len(l.plans)
	for year := thisYear; l.n < n || had > 0; year = year.LastTime() {
		says := w
		if year != thisYear {
			says = before(t, w, c, year, all)
		}
		today := collect.Today(time.Now())
		is, err := c.Desk(auth.Operator()).Issue(t.Context(), flow.Order{Form: theForm, Period: year, Opens: today, Due: today + 60, Approver: "甲", Reason: "补报往年"})
		if err != nil {
			t.Fatal(err)
		}
		if had == 0 {
			l.fill(t, says, c, &plan{Issue: is.ID, Year: year.Int()}, n-l.n)
		} else if had--; had == 0 {
			break
		}
	}
}

// before brings in what was reported before a year, and gives the town with the
// answers of that year.
func before(t *testing.T, w *town, c *flow.City, year edu.Period, all bool) *town {
	t.Helper()
	past, err := w.files(year.LastTime(), all)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Import(t.Context(), past, flow.ImportOptions{By: "test", Fictional: true}); err != nil {
		t.Fatal(err)
	}
	then, err := w.of(year, all)
	if err != nil {
		t.Fatal(err)
	}
	return then
}

// fill makes at most so many workbooks of an issue. A school in whose workbook
// something would have to be mended or explained is left out.
func (l *library) fill(t *testing.T, says *town, c *flow.City, p *plan, most int) {
	t.Helper()
	d := c.Desk(auth.Operator())
	p.Schools = says.fill(t, c, p.Issue, 2*most)
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
	for _, s := range p.Schools[min(len(p.Schools), most):] {
		if err := os.Remove(l.name(p, s.Unit)); err != nil {
			t.Fatal(err)
		}
	}
	p.Schools = p.Schools[:min(len(p.Schools), most)]
	if l.plans, l.n = append(l.plans, p), l.n+len(p.Schools); len(p.Schools) == 0 {
		t.Fatalf("%s: no school has a workbook that is ready", p.Issue)
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

// name begins with the year: what a school handed in for one is what is known for
// the next, and every workbook would bring that anew if they came mixed.
func (l *library) name(p *plan, unit edu.UnitID) string {
	return filepath.Join(l.dir, fmt.Sprintf("%d-%s.xlsx", p.Year, unit))
}
