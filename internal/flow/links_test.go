package flow

import (
	"errors"
	"io"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/fault"
	"shuren/internal/partner"
)

func csv(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// Links are kept by whoever has both schools in their part; a file counts whole
// or not at all, and once.
func TestLinks(t *testing.T) {
	c := newTown(t)
	c.year(2025, "2100000001 一小 990121 30", "2100000002 二小 990121 20", "2100000003 三小 990122 20", "2100000004 三小 990122 20")
	east, west, planner := actor(auth.CountyClerk, "east"), actor(auth.CountyClerk, "west"), actor(auth.CityPlanner, "")
	l := partner.Link{Kind: partner.Custody, Lead: "school-2100000001", Member: "school-2100000003", From: autumn(2025), Document: "1号"}
	if err := c.AddLink(ctx, east, l); !errors.Is(err, fault.Forbidden) {
		t.Errorf("across counties by a county: %v", err)
	}
	if err := c.AddLink(ctx, actor(auth.Leader, ""), l); !errors.Is(err, fault.Forbidden) {
		t.Errorf("by a leader: %v", err)
	}
	if err := c.AddLink(ctx, planner, l); err != nil {
		t.Fatal(err)
	}
	const head = "关系类型,牵头学校,成员学校,开始日期,结束日期,依据文号\n"
	if _, err := c.ImportLinks(ctx, east, csv(head+"教育集团,一小,三小,2025-09-01,,2号\n")); err == nil || !strings.Contains(err.Error(), `row 2: "三小" is not found in your part`) {
		t.Errorf("a school of another county: %v", err)
	}
	if _, err := c.ImportLinks(ctx, planner, csv(head+"教育集团,一小,二小,2025-09-01,,2号\n教育集团,一小,三小,2025-09-01,,2号\n")); err == nil || !strings.Contains(err.Error(), `row 3: "三小" fits 2 schools`) {
		t.Errorf("a name of two schools: %v", err)
	}
	if ls, err := c.Links(ctx, planner); err != nil || len(ls) != 1 {
		t.Errorf("half of a bad file is kept: %+v, %v", ls, err)
	}
	file := head + "教育集团,一小,二小,2025-09-01,,2号\n结对学校,2100000003,2100000004,2025-09-01,2026-09-01,3号\n"
	for i, want := range []int{2, 0} {
		if n, err := c.ImportLinks(ctx, planner, csv(file)); n != want || err != nil {
			t.Errorf("time %d: %d new links, %v; want %d", i+1, n, err, want)
		}
	}
	for _, tt := range []struct {
		who  auth.Actor
		want int
	}{{planner, 3}, {east, 1}, {west, 1}, {actor(auth.Leader, ""), 3}} {
		if ls, err := c.Links(ctx, tt.who); err != nil || len(ls) != tt.want {
			t.Errorf("%s sees %d links, %v; want %d", tt.who.Name, len(ls), err, tt.want)
		}
	}
	if _, err := c.Links(ctx, actor(auth.SchoolClerk, "school-2100000001")); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a school's clerk: %v", err)
	}
	ls, err := c.Links(ctx, east)
	if err != nil {
		t.Fatal(err)
	}
	id := ls[0].ID
	for what, err := range map[string]error{
		"no day":                c.EndLink(ctx, east, id, 0, "4号"),
		"no document":           c.EndLink(ctx, east, id, autumn(2026), " "),
		"before it began":       c.EndLink(ctx, east, id, autumn(2024), "4号"),
		"of the other county":   c.EndLink(ctx, west, id, autumn(2026), "4号"),
		"undone from elsewhere": c.UndoLink(ctx, west, id),
	} {
		if !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := errors.Join(c.EndLink(ctx, east, id, autumn(2026), "4号"), c.UndoLink(ctx, east, id)); err != nil {
		t.Fatal(err)
	}
	log := strings.Join(c.lines(), "\n")
	for _, want := range []string{"links.add", "links.end " + id + " 2026-09-01 4号", "links.undo " + id} {
		if !strings.Contains(log, want) {
			t.Errorf("the log has no %q:\n%s", want, log)
		}
	}
	if n := strings.Count(log, "links.add"); n != 3 {
		t.Errorf("%d links were logged, want 3", n)
	}
	if _, err := c.ImportLinks(ctx, actor(auth.Leader, ""), csv(file)); !errors.Is(err, fault.Forbidden) {
		t.Errorf("a file by a leader: %v", err)
	}
}
