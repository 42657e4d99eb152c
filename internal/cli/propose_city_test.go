package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shuren/internal/proposal"
	"shuren/internal/testkit"
)

// twoCounties are the county of the example and another just like it.
func twoCounties(t *testing.T) (args []string) {
	t.Helper()
	dir, out := filepath.Join(testkit.Root(), "testdata", "proposal"), t.TempDir()
	for _, name := range []string{"schools.csv", "staff.csv"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		head, rows, _ := strings.Cut(string(b), "\n")
		other := strings.NewReplacer("539900", "539800", "示例县", "邻县").Replace(rows)
		if err := os.WriteFile(filepath.Join(out, name), []byte(head+"\n"+strings.TrimSpace(rows)+"\n"+other), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args = []string{"--lang=en", "propose", filepath.Join(out, "schools.csv"), "--means", filepath.Join(out, "staff.csv")}
	for _, f := range []string{"prices.csv", "ways.csv", "money.csv", "posts.csv"} {
		args = append(args, "--means", filepath.Join(dir, f))
	}
	return args
}

// A city is worked out at once: without shared money each county costs what it costs
// alone; with money that all share no year spends more than there is, and what cannot
// be paid is no plan.
func TestProposeCity(t *testing.T) {
	args := append(twoCounties(t), "--city")
	code, out, errs := run(t, "", args...)
	if code != 0 || !strings.Contains(blanks(out), "cost 1 584 580 yuan, no plan below 1 584 580") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	name := filepath.Join(t.TempDir(), "p.json")
	code, out, errs = run(t, "", append(args, "--shared=2026=650000", "--shared=2027=650000", "--shared=2028=650000", "--out="+name)...)
	if code != 0 || !strings.Contains(blanks(out), "/ shared 650 000") || !strings.Contains(out, "邻县 · Mixed") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var ps []proposal.Proposal
	if err := json.Unmarshal(b, &ps); err != nil || len(ps) != 2 {
		t.Fatalf("%d proposals, %v", len(ps), err)
	}
	for y := range 3 {
		if spent := ps[0].Years[y].Spent + ps[1].Years[y].Spent; spent > 650000 {
			t.Errorf("year %d spends %v", y, spent)
		}
	}
	for _, p := range ps {
		if p.Checked.Passing != 8 || !p.Checked.Spread {
			t.Errorf("%s: the engine says %+v", p.County, p.Checked)
		}
	}
	if code, out, _ = run(t, "", append(args, "--shared=2026=0", "--shared=2027=0", "--shared=2028=0")...); code != 0 || !strings.Contains(out, "city · Mixed · there is no such plan") {
		t.Errorf("without money: exit %d\n%s", code, out)
	}
	for says, more := range map[string][]string{"--shared is of --city": {"--shared=2026=5"}, "not a year of the plan": {"--city", "--shared=2031=5"}, `found "much"`: {"--city", "--shared=much"}, "one scenario": {"--city", "--scenario=wait"}} {
		if code, out, errs := run(t, "", append(twoCounties(t), more...)...); code != 2 || !strings.Contains(out+errs, says) {
			t.Errorf("%v: exit %d, want 2 with %q\n%s", more, code, says, errs)
		}
	}
}
