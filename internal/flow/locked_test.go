package flow_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/auth"
	"shuren/internal/demo"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/intake"
	"shuren/internal/testkit"
)

const ownPack = `id: our-city
version: "1"
name: {zh: 本市方案, en: Our city}
source: 市政府文件
extends: cn-compulsory@2017
standards:
  - id: balanced
    thresholds:
      - {indicator: r7, at_least: {junior: 3}, source: 第三条, evidence: P}
`

// What was published stays: a new version of the pack and new figures change what
// is, and not what a lock-down says, to the last bit.
func TestLockedVerdictsStay(t *testing.T) {
	testkit.Sequential(t)
	ctx := t.Context()
	dir := t.TempDir()
	file, db := filepath.Join(dir, "own", "pack.yaml"), filepath.Join(dir, "city.db")
	write := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(ownPack)
	open := func() *flow.City {
		t.Helper()
		c, err := flow.Open(ctx, db, filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	c := open()
	d := demo.New(1)
	if err := d.Found(ctx, c); err != nil {
		t.Fatal(err)
	}
	years := d.Years()
	year := years[len(years)-1]
	if err := d.ReadIn(ctx, c, year, nil); err != nil {
		t.Fatal(err)
	}
	then, err := c.Assessment(ctx, year)
	if err != nil {
		t.Fatal(err)
	}
	snap, err := c.Desk(auth.Operator()).LockDown(ctx, "第一次公布")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	// A stricter second version, and a school that reports other figures.
	write(strings.NewReplacer(`"1"`, `"2"`, "junior: 3", "junior: 9").Replace(ownPack))
	c = open()
	row := then.Stage(edu.Junior).Frame.Rows[0]
	csv := "学校标识码,学段,学年,教学及辅助用房面积\n" + row.Code + ",初中," + year.String() + ",1\n"
	if err := c.Import(ctx, []intake.File{{Name: "one.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(csv)), nil }}}, flow.ImportOptions{By: "test"}); err != nil {
		t.Fatal(err)
	}
	now, err := c.Assessment(ctx, year)
	if err != nil {
		t.Fatal(err)
	}
	if differs(then, now) == "" {
		t.Fatal("nothing changed: the test shows nothing")
	}
	if r7 := now.Stage(edu.Junior).Indicator("r7").Threshold; r7.Value != 9 || r7.Replaces == nil || r7.Replaces.Value != 2.4 {
		t.Errorf("the new version holds r7 to %v, in place of %+v", r7.Value, r7.Replaces)
	}
	locked, err := c.Locked(ctx, snap.ID, "our-city@1", year)
	if err != nil {
		t.Fatal(err)
	}
	if d := differs(then, locked); d != "" {
		t.Errorf("what was published has changed in %s", d)
	}
	if locked.Pack.Hash != then.Pack.Hash || locked.Pack.Ref() != "our-city@1" {
		t.Errorf("it was measured by %s", locked.Pack.Ref())
	}
	if _, err := c.Locked(ctx, snap.ID, "our-city@2", year); !errors.Is(err, fault.NotFound) {
		t.Errorf("by a version that came later: %v; want not found", err)
	}
	if _, err := c.Locked(ctx, "none", "", year); !errors.Is(err, fault.NotFound) {
		t.Errorf("no such lock-down: %v", err)
	}
}
