package demo

import (
	"path/filepath"
	"testing"
	"time"

	"shuren/internal/auth"
	"shuren/internal/flow"
	"shuren/internal/ident"
	"shuren/internal/retention"
	"shuren/internal/store"
)

// The demo city's cases come in by the front door, once, and each ledger has some.
func TestCases(t *testing.T) {
	c, ctx, dir := New(1), t.Context(), t.TempDir()
	into, err := flow.Open(ctx, filepath.Join(dir, "a.db"), "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	if err := c.Found(ctx, into); err != nil {
		t.Fatal(err)
	}
	if err := into.UseKeys(filepath.Join(dir, "keys.json"), true, ident.AES); err != nil {
		t.Fatal(err)
	}
	if err := c.Registers(ctx, into); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 26, 15, 0, 0, 0, time.UTC)
	for range 2 {
		if err := c.Cases(ctx, into, now); err != nil {
			t.Fatal(err)
		}
	}
	got, err := into.Retention().Cases(ctx, auth.Operator(), store.CaseFilter{Size: -1})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []retention.State{retention.Suspected, retention.Persuading, retention.Observing, retention.Confirmed, retention.Transferred, retention.Elsewhere, retention.Excepted, retention.Excluded, retention.Closed} {
		if got.States[s] == 0 {
			t.Errorf("no case is %s: %v", s, got.States)
		}
	}
	k := auth.Actor{Account: "k", Grants: []auth.Grant{{Role: auth.RetentionOfficer, Unit: counties[0].ID}}}
	r, err := into.Registers().Compare(ctx, k, lastYear, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r.Ledgers["suspected"] == 0 || r.Pairs == 0 {
		t.Errorf("a comparison finds %v, pairs %v", r.Ledgers, r.Pairs)
	}
	x := into.Retention().At(func() time.Time { return now }).Warnings()
	v, err := x.Visits(ctx, k, counties[0].ID, 0)
	if err != nil || v.Model || len(v.Lines) < 10 || v.Done < 2 || len(v.Weeks) != 2 || len(v.Lines[0].Rules) == 0 {
		t.Errorf("this week's list has %d lines, %d of them done, in %d weeks; %v", len(v.Lines), v.Done, len(v.Weeks), err)
	}
	if p, err := x.Page(ctx, k, counties[0].ID); err != nil || p.InForce || p.Weeks[1].Visited == 0 {
		t.Errorf("last week: %+v, %v", p.Weeks, err)
	}
}
