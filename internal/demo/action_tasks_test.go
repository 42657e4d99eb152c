package demo_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/collect"
	"shuren/internal/demo"
	"shuren/internal/flow"
	"shuren/internal/task"
)

// The demo city has tasks in every state and with every lamp, on whatever day it is
// made, and they are made once.
func TestActionTasks(t *testing.T) {
	for _, day := range []string{"2025-11-26", "2026-10-04"} {
		t.Run(day, func(t *testing.T) {
			ctx := context.Background()
			c, err := flow.Open(ctx, filepath.Join(t.TempDir(), "demo.db"), "cn-compulsory@2017")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			city := demo.New(1)
			if err := city.Found(ctx, c); err != nil {
				t.Fatal(err)
			}
			at, err := time.ParseInLocation(time.DateOnly, day, collect.China)
			if err != nil {
				t.Fatal(err)
			}
			now := at.Add(11 * time.Hour)
			for range 2 {
				if err := city.ActionTasks(ctx, c, now); err != nil {
					t.Fatal(err)
				}
			}
			p, err := c.Office().At(func() time.Time { return now }).Tasks(ctx, auth.Operator(), task.Filter{})
			if err != nil || p.Total != 61 {
				t.Fatalf("%d tasks, %v", p.Total, err)
			}
			for _, s := range task.States {
				if p.States[s] == 0 {
					t.Errorf("no task is %s", s)
				}
			}
			for _, l := range task.Lamps {
				if p.Counts[l] == 0 {
					t.Errorf("no lamp is %s", l)
				}
			}
		})
	}
}
