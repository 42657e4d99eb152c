package soak_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/flow"
)

func BenchmarkHandIn(b *testing.B) {
	dsn := filepath.Join(b.TempDir(), "x.db")
	p := found(b, dsn, false, 30)
	t0 := time.Now()
	c, err := flow.Open(b.Context(), dsn, "")
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.Log("open", time.Since(t0))
	i := 0
	n := 0
	for b.Loop() {
		s := &p.Schools[i%len(p.Schools)]
		i++
		d := c.Desk(auth.Actor{Account: "x", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: s.Unit}}})
		t0 := time.Now()
		_, f, _, err := d.Paper(b.Context(), p.Issue, s.Unit)
		if err != nil {
			b.Fatal(err)
		}
		t1 := time.Now()
		content := s.said(s.From + i%1000)
		f, _, err = d.Step(b.Context(), p.Issue, s.Unit, f.Rev, collect.Submit, collect.StepOptions{ID: fmt.Sprint(i), Content: &content})
		if err != nil {
			b.Fatal(err)
		}
		t2 := time.Now()
		if _, _, err = d.Step(b.Context(), p.Issue, s.Unit, f.Rev, collect.Recall, collect.StepOptions{ID: fmt.Sprint("r", i)}); err != nil {
			b.Fatal(err)
		}
		if n++; n < 4 || n%100 == 0 {
			b.Log(n, "paper", t1.Sub(t0), "submit", t2.Sub(t1), "recall", time.Since(t2))
		}
	}
}
