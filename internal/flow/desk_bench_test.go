package flow_test

import (
	"fmt"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/edu"
	"shuren/internal/form"
)

// BenchmarkSubmit hands in papers of many schools one after the other, as the
// server does it for each: read, check, write in one transaction.
func BenchmarkSubmit(b *testing.B) {
	o := newOffice(b)
	is := o.issue()
	list, err := o.section().Tasks(o.ctx, collect.Filter{Issue: is.ID, Unit: o.county.ID, Limit: 1000})
	if err != nil {
		b.Fatal(err)
	}
	contents := map[edu.UnitID]form.Content{}
	revs := map[edu.UnitID]int{}
	for _, t := range list.List {
		contents[t.Unit], _ = o.fill(o.section(), is.ID, t.Unit)
	}
	desk := o.flow.Desk(auth.Actor{Local: true})
	n := 0
	for b.Loop() {
		u := list.List[n%len(list.List)].Unit
		c := contents[u]
		c.Sign.Filler = fmt.Sprint("第", n, "次")
		f, _, err := desk.Step(o.ctx, is.ID, u, revs[u], collect.Submit, collect.StepOptions{Content: &c, ID: fmt.Sprint(n)})
		if err != nil {
			b.Fatal(err)
		}
		if f, _, err = desk.Step(o.ctx, is.ID, u, f.Rev, collect.Recall, collect.StepOptions{}); err != nil {
			b.Fatal(err)
		}
		revs[u] = f.Rev
		n++
	}
}

// BenchmarkTasks lists all schools of the city.
func BenchmarkTasks(b *testing.B) {
	o := newOffice(b)
	is := o.issue()
	for b.Loop() {
		if _, err := o.section().Tasks(o.ctx, collect.Filter{Issue: is.ID}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPaper opens a school's paper.
func BenchmarkPaper(b *testing.B) {
	o := newOffice(b)
	is := o.issue()
	u := o.school(is.ID, 1, 0).Unit
	head := o.as(auth.SchoolHead, u)
	for b.Loop() {
		if _, _, _, err := head.Paper(o.ctx, is.ID, u); err != nil {
			b.Fatal(err)
		}
	}
}
