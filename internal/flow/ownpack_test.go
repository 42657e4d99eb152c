package flow_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/flow"
	"shuren/internal/store"
	"shuren/internal/testkit"
)

// planners are two people with the right to propose and to decide.
var planners = [2]auth.Actor{
	{Account: "a", Name: "甲", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}},
	{Account: "b", Name: "乙", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}},
}

type ownCity struct {
	*flow.City
	t       *testing.T
	db, dir string
}

func openOwn(t *testing.T, db, dir string) *ownCity {
	t.Helper()
	c, err := flow.Open(t.Context(), db, "cn-compulsory@2017")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.UseOwn(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	return &ownCity{c, t, db, dir}
}

func newOwn(t *testing.T) *ownCity {
	t.Helper()
	top := t.TempDir()
	return openOwn(t, filepath.Join(top, "city.db"), filepath.Join(top, "own"))
}

// change is a change of pack.yaml that holds r7 of junior schools to a value.
func (c *ownCity) change(id string, to string) flow.OwnChange {
	c.t.Helper()
	files, err := c.OwnFiles(c.t.Context(), planners[0])
	if err != nil || len(files) == 0 {
		c.t.Fatal(files, err)
	}
	body := strings.Split(files[0].Body, "standards:")[0] + "standards:\n  - id: balanced\n    thresholds:\n      - {indicator: r7, at_least: {junior: " + to + "}, source: 市文件第三条, evidence: P}\n"
	return flow.OwnChange{ID: id, File: "pack.yaml", Base: files[0].Hash, Body: body, Title: "初中多媒体教室", Why: "市政府常务会议议定"}
}

func (c *ownCity) propose(id, to string) {
	c.t.Helper()
	if err := c.ProposeOwn(c.t.Context(), planners[0], c.change(id, to)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *ownCity) state(id string) store.Proposal {
	c.t.Helper()
	list, err := c.OwnProposals(c.t.Context(), planners[0])
	if err != nil {
		c.t.Fatal(err)
	}
	for _, p := range list {
		if p.ID == id {
			return p
		}
	}
	c.t.Fatalf("no change %s", id)
	return store.Proposal{}
}

// held is what the city's own pack holds r7 of junior schools to.
func (c *ownCity) held() float64 {
	c.t.Helper()
	for _, th := range c.OwnPack().Standards[0].Thresholds {
		if th.Indicator == "r7" && th.Stage == edu.Junior {
			return th.Value
		}
	}
	c.t.Fatal("r7 is held to nothing")
	return 0
}

func (c *ownCity) text() string {
	c.t.Helper()
	b, err := os.ReadFile(filepath.Join(c.dir, "pack.yaml"))
	if err != nil {
		c.t.Fatal(err)
	}
	return string(b)
}

// One person proposes, another approves; then the file says who, when and why,
// the city is measured by it at once, and the log has both acts.
func TestOwnPackSecondPerson(t *testing.T) {
	c, ctx := newOwn(t), t.Context()
	if c.held() != 2.4 {
		t.Fatalf("the first own pack changes something: %v", c.held())
	}
	c.propose("x", "3")
	if c.held() != 2.4 || strings.Contains(c.text(), "junior: 3") {
		t.Error("what is only proposed counts already")
	}
	if err := c.DecideOwn(ctx, planners[0], "x", true, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("approved by who proposed it: %v; want forbidden", err)
	}
	leader := auth.Actor{Account: "c", Grants: []auth.Grant{{Role: auth.Leader, Whole: true}}}
	if err := c.DecideOwn(ctx, leader, "x", true, ""); !errors.Is(err, fault.Forbidden) {
		t.Errorf("approved without the right: %v; want forbidden", err)
	}
	if err := c.ProposeOwn(ctx, leader, c.change("y", "4")); !errors.Is(err, fault.Forbidden) {
		t.Errorf("proposed without the right: %v; want forbidden", err)
	}
	if err := c.DecideOwn(ctx, planners[1], "x", true, "同意"); err != nil {
		t.Fatal(err)
	}
	if c.held() != 3 || c.state("x").State != store.Written {
		t.Errorf("r7 is held to %v, the change is %s", c.held(), c.state("x").State)
	}
	text := c.text()
	for _, want := range []string{"#! change: 1 初中多媒体教室\n", "#! proposed: ", " 甲\n", "#! why: 市政府常务会议议定\n", "#! approved: ", " 乙\n", "#! note: 同意\n", "id: our-city"} {
		if !strings.Contains(text, want) {
			t.Errorf("the file lacks %q:\n%s", want, text)
		}
	}
	if err := c.DecideOwn(ctx, planners[1], "x", true, ""); err == nil {
		t.Error("approved twice")
	}
	for _, action := range []audit.Action{"pack.propose", "pack.decide", "pack.write"} {
		if _, n, err := c.AuditLog(ctx, auth.Operator(), audit.Filter{Action: action}); err != nil || n != 1 {
			t.Errorf("%d lines of %s in the log, %v", n, action, err)
		}
	}
	// The next change begins where this one ended: one head, not two.
	c.propose("z", "3.5")
	if err := c.DecideOwn(ctx, planners[1], "z", true, ""); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(c.text(), "#! change:"); n != 1 || c.held() != 3.5 {
		t.Errorf("%d heads, r7 held to %v", n, c.held())
	}
	// Versions tell the two apart.
	vs, err := c.Versions(ctx, c.OwnPack())
	if err != nil || len(vs) < 3 || vs[len(vs)-1].Hash != c.OwnPack().Hash {
		t.Errorf("%d versions, %v", len(vs), err)
	}
}

// A rejected change leaves everything as it was, and says why.
func TestOwnPackRejected(t *testing.T) {
	c, ctx := newOwn(t), t.Context()
	before := c.text()
	c.propose("x", "3")
	if err := c.DecideOwn(ctx, planners[1], "x", false, " "); !errors.Is(err, fault.Invalid) {
		t.Errorf("rejected without a reason: %v; want invalid", err)
	}
	if err := c.DecideOwn(ctx, planners[1], "x", false, "依据不足"); err != nil {
		t.Fatal(err)
	}
	if p := c.state("x"); p.State != store.Rejected || p.Reason != "依据不足" || c.text() != before || c.held() != 2.4 {
		t.Errorf("%+v, r7 %v", p, c.held())
	}
}

// What does not load cannot be proposed, and names line and column.
func TestOwnPackRefused(t *testing.T) {
	c, ctx := newOwn(t), t.Context()
	good := c.change("x", "3")
	for name, edit := range map[string]func(*flow.OwnChange){
		"an unknown indicator": func(ch *flow.OwnChange) { ch.Body = strings.Replace(ch.Body, "r7", "r77", 1) },
		"no YAML":              func(ch *flow.OwnChange) { ch.Body = "a: [" },
		"another id":           func(ch *flow.OwnChange) { ch.Body = strings.Replace(ch.Body, "our-city", "other", 1) },
		"no source":            func(ch *flow.OwnChange) { ch.Body = strings.Replace(ch.Body, "source: 市文件第三条, ", "", 1) },
		"out of the folder":    func(ch *flow.OwnChange) { ch.File = "../pack.yaml" },
		"hidden":               func(ch *flow.OwnChange) { ch.File = ".pack.yaml" },
		"no title":             func(ch *flow.OwnChange) { ch.Title = " " },
		"no reason":            func(ch *flow.OwnChange) { ch.Why = "" },
		"an old file":          func(ch *flow.OwnChange) { ch.Base = "0" },
	} {
		ch := good
		edit(&ch)
		if err := c.ProposeOwn(ctx, planners[0], ch); !errors.Is(err, fault.Invalid) && !errors.Is(err, fault.Conflict) {
			t.Errorf("%s: %v; want invalid or conflict", name, err)
		}
	}
	ch := good
	ch.Body = strings.Replace(ch.Body, "r7", "r77", 1)
	checked, err := c.CheckOwn(ctx, planners[0], ch)
	if err != nil || len(checked.Problems) == 0 || !strings.Contains(checked.Problems[0], "pack.yaml:9:") || !strings.Contains(checked.Problems[0], "r7") {
		t.Errorf("%+v, %v", checked, err)
	}
	if list, err := c.OwnProposals(ctx, planners[0]); err != nil || len(list) != 0 {
		t.Errorf("%d proposals were kept, %v", len(list), err)
	}
}

// A file that somebody changed on the disk meanwhile is shown, never overwritten.
func TestOwnPackConflict(t *testing.T) {
	c, ctx := newOwn(t), t.Context()
	c.propose("x", "3")
	mine := c.text() + "# by hand\n"
	if err := os.WriteFile(filepath.Join(c.dir, "pack.yaml"), []byte(mine), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := c.DecideOwn(ctx, planners[1], "x", true, ""); !errors.Is(err, fault.Conflict) {
		t.Errorf("%v; want conflict", err)
	}
	if c.text() != mine || c.state("x").State != store.Proposed {
		t.Errorf("the change is %s and the file\n%s", c.state("x").State, c.text())
	}
	// Changed between approval and writing: the same.
	if err := c.ApproveOnly(ctx, "x", "b"); err != nil {
		t.Fatal(err)
	}
	again := openOwn(t, c.db, c.dir)
	if again.text() != mine || again.state("x").State != store.Approved {
		t.Errorf("the change is %s and the file\n%s", again.state("x").State, again.text())
	}
}

// Whoever is killed between the steps loses nothing: the next start goes on.
func TestOwnPackKilled(t *testing.T) {
	for name, written := range map[string]bool{"after the approval": false, "after the file was written": true} {
		t.Run(name, func(t *testing.T) {
			c, ctx := newOwn(t), t.Context()
			c.propose("x", "3")
			if err := c.ApproveOnly(ctx, "x", "b"); err != nil {
				t.Fatal(err)
			}
			if written {
				if err := c.WriteOnly(ctx, c.dir, "x"); err != nil {
					t.Fatal(err)
				}
			}
			if err := c.Close(); err != nil {
				t.Fatal(err)
			}
			again := openOwn(t, c.db, c.dir)
			if again.held() != 3 || again.state("x").State != store.Written || strings.Count(again.text(), "#! change:") != 1 {
				t.Errorf("r7 is held to %v, the change is %s:\n%s", again.held(), again.state("x").State, again.text())
			}
			if entries, err := os.ReadDir(again.dir); err != nil || len(entries) != 1 {
				t.Errorf("the folder holds %v, %v", entries, err)
			}
		})
	}
}

// With figures, a change shows which verdicts flip before it is proposed.
func TestOwnPackEffect(t *testing.T) {
	testkit.Sequential(t)
	city, _ := demoYear(t)
	dir := filepath.Join(t.TempDir(), "own")
	if err := city.UseOwn(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	c := &ownCity{city, t, "", dir}
	checked, err := c.CheckOwn(t.Context(), planners[0], c.change("x", "30"))
	if err != nil || checked.Effect == nil {
		t.Fatalf("%+v, %v", checked, err)
	}
	if len(checked.Effect.Sections) == 0 || len(checked.Differences) != 1 {
		t.Errorf("%d sections flip, %d differences", len(checked.Effect.Sections), len(checked.Differences))
	}
	for _, x := range checked.Effect.Sections {
		if checked.Effect.After.Stages[x.Stage].Frame.Stage != edu.Junior || x.After == edu.Met {
			t.Errorf("flips to %s at %s", x.After, checked.Effect.After.Stages[x.Stage].Frame.Stage)
		}
	}
}
