package flow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/audit"
	"shuren/internal/auth"
	"shuren/internal/edu"
	"shuren/internal/fault"
	"shuren/internal/valueadd"
)

// monitored writes pupils of some schools: "school pupils effect" each.
func monitored(schools ...string) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString("学籍号,学生姓名,学校,前测,成绩\n")
	for _, s := range schools {
		f := strings.Fields(s)
		var n int
		var add float64
		if _, err := fmt.Sscan(f[1]+" "+f[2], &n, &add); err != nil {
			panic(err)
		}
		for i := range n {
			prior := 60 + r.NormFloat64()*10
			fmt.Fprintf(&b, "G5303022015%08d,学生某某,%s,%.1f,%.1f\n", i, f[0], prior, 20+0.7*prior+add+r.NormFloat64()*6)
		}
	}
	return b.String()
}

func order(id string) valueadd.Order {
	return valueadd.Order{ID: id, Period: edu.Year(2025), Title: "四年级数学", File: "四年级.csv", Choice: valueadd.Choice{School: "学校", Outcome: "成绩", Priors: []string{"前测"}}}
}

func pupilFile(text string) io.ReadCloser { return io.NopCloser(strings.NewReader(text)) }

// files are the bytes of the town's database, its journal included.
func (c *town) files() []byte {
	c.t.Helper()
	var all []byte
	paths, err := filepath.Glob(filepath.Join(c.dir, "*"))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			c.t.Fatal(err)
		}
		all = append(all, b...)
	}
	if !bytes.Contains(all, []byte("四年级数学")) {
		c.t.Fatal("the database is not where this test looks")
	}
	return all
}

// Value-added estimates are off until the city switches them on; each reader
// gets the schools within reach; no pupil is kept anywhere.
func TestValueAdded(t *testing.T) {
	c, ctx := newTown(t), context.Background()
	c.year(2025, "2199000001 甲小 990121 20", "2199000002 乙小 990121 20", "2199000003 丙小 990122 20", "2199000004 丁小 990122 20")
	city := auth.Actor{Account: "city", Name: "某人", Grants: []auth.Grant{{Role: auth.CitySection, Whole: true}}}
	planner := auth.Actor{Account: "planner", Name: "某人", Grants: []auth.Grant{{Role: auth.CityPlanner, Whole: true}}}
	east := auth.Actor{Account: "east", Grants: []auth.Grant{{Role: auth.CountyClerk, Unit: "east"}}}
	tree, err := c.Tree(ctx)
	if err != nil {
		t.Fatal(err)
	}
	snap := tree.On(edu.Year(2025))
	school := func(code string) edu.UnitID { return snap.Nodes[snap.ByKey(edu.School, code)[0]].Unit.ID }
	head := auth.Actor{Account: "head", Grants: []auth.Grant{{Role: auth.SchoolHead, Unit: school("2199000003")}}}
	// By code, by name; a school that nobody knows, and one too small to show.
	file := monitored("2199000001 40 14", "乙小 50 -14", "2199000003 60 0", "2199000004 8 0", "外地小学 30 0")

	if _, err := c.EstimateValueAdded(ctx, city, order("r1"), pupilFile(file), nil); !errors.Is(err, fault.NotFound) {
		t.Errorf("before it is switched on: %v", err)
	}
	if _, err := c.ValueAddedRuns(ctx, city); !errors.Is(err, fault.NotFound) {
		t.Errorf("runs before it is switched on: %v", err)
	}
	if err := c.SetSwitch(ctx, east, ValueAdded, true, "试点"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("switched on by a county: %v", err)
	}
	if err := c.SetSwitch(ctx, planner, ValueAdded, true, " "); !errors.Is(err, fault.Invalid) {
		t.Errorf("switched on without a reason: %v", err)
	}
	if err := c.SetSwitch(ctx, planner, ValueAdded, true, "某教发〔2025〕9号"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.EstimateValueAdded(ctx, east, order("r1"), pupilFile(file), nil); !errors.Is(err, fault.Forbidden) {
		t.Errorf("estimated by a county: %v", err)
	}
	bad := file + "G530302201599999999,学生某某,2199000001,六十,70\n"
	if got, err := c.EstimateValueAdded(ctx, city, order("bad"), pupilFile(bad), nil); !errors.Is(err, fault.Blocked) || len(got.Problems) == 0 || !got.Problems[0].Blocking {
		t.Errorf("a word where a number belongs: %v, %+v", err, got)
	}

	got, err := c.EstimateValueAdded(ctx, city, order("r1"), pupilFile(file), nil)
	if err != nil {
		t.Fatal(err)
	}
	// The unknown school is large; the small one takes no other with it, since the
	// two together have more than ten pupils.
	if got.Run.Unknown != 1 || got.Run.Result.Schools != 5 || got.Run.Result.Pupils != 188 {
		t.Errorf("%d unknown, %d pupils of %d schools", got.Run.Unknown, got.Run.Result.Pupils, got.Run.Result.Schools)
	}
	told := ""
	for _, p := range got.Problems {
		told += p.In("zh") + "\n"
	}
	if !strings.Contains(told, "学校“外地小学”不在名册中") {
		t.Errorf("nobody says that a school is unknown:\n%s", told)
	}
	for _, tt := range []struct {
		name string
		who  auth.Actor
		want string
	}{
		{"the city", city, "甲小 above; 乙小 below; 丙小 indistinct; 丁小 –; "},
		{"a county", east, "甲小 above; 乙小 below; "},
		{"a school", head, "丙小 indistinct; "},
	} {
		run, schools, err := c.ValueAdded(ctx, tt.who, "r1")
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		said := ""
		for _, s := range schools {
			if !s.Shown {
				if s.Effect != (valueadd.Effect{}) {
					t.Errorf("%s reads of a small school: %+v", tt.name, s.Effect)
				}
				said += s.Name.ZH + " –; "
				continue
			}
			said += s.Name.ZH + " " + s.Reading().String() + "; "
		}
		if said != tt.want || run.Title != "四年级数学" || run.ByName != "某人" {
			t.Errorf("%s reads %q of %q, want %q", tt.name, said, run.Title, tt.want)
		}
	}
	// Nothing that names a pupil stands in the database's rows or its log.
	if err := c.store.WalkAudit(ctx, local, func(r audit.Record) error {
		if strings.Contains(r.Detail, "G5303") || strings.Contains(r.Detail, "学生某某") {
			t.Errorf("a pupil in the log: %s", r.Detail)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"G5303022015", "学生某某"} {
		if bytes.Contains(c.files(), []byte(name)) {
			t.Errorf("%q stands in the database", name)
		}
	}
	if err := c.DropValueAdded(ctx, east, "r1"); !errors.Is(err, fault.Forbidden) {
		t.Errorf("dropped by a county: %v", err)
	}
	if err := c.DropValueAdded(ctx, city, "r1"); err != nil {
		t.Fatal(err)
	}
	if runs, err := c.ValueAddedRuns(ctx, city); err != nil || len(runs) != 0 {
		t.Errorf("after it was dropped: %d runs, %v", len(runs), err)
	}
}
