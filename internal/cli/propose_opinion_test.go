package cli_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"shuren/internal/opinion"
	"shuren/internal/testkit"
)

// Another solver says the same of the example: what it costs, and where there is no
// plan. Waiting asks nobody.
func TestSecondOpinionAgrees(t *testing.T) {
	testkit.OutOfProcess(t)
	if opinion.Find("cbc") == "" {
		testkit.Missing(t, "cbc", "no cbc (Debian: coinor-cbc)")
	}
	code, out, errs := run(t, "", append(proposeArgs(), "--scenario=all", "--second-opinion=cbc")...)
	if code != 0 {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	for _, want := range []string{"● cbc agrees: the least is 792 290 yuan, 0 from this plan; took ", "● cbc agrees: there is no such plan; took "} {
		if !strings.Contains(blanks(out), want) {
			t.Errorf("%s\nwant %s", out, want)
		}
	}
	if n := strings.Count(out, "● cbc"); n != 3 {
		t.Errorf("%d opinions on four scenarios, one of which waits; want 3\n%s", n, out)
	}
}

// A solver that contradicts the plan, fails or is not there makes the exit code say
// so; only the last keeps the plan from being made.
func TestSecondOpinionContradicts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("skipped: the program is a shell script")
	}
	const answers = `while [ $# -gt 1 ]; do [ "$1" = -solution ] && printf '%b' "TEXT" > "$2"; shift; done`
	for _, tt := range []struct {
		name, script string
		code         int
		says         string
		made         bool
	}{
		{"finds nothing", strings.Replace(answers, "TEXT", `Infeasible - objective value 0\n`, 1), 1, "■ cbc disagrees: there is no such plan", true},
		{"a plan that costs nothing", strings.Replace(answers, "TEXT", `Optimal - objective value 0\n`, 1), 1, "■ cbc finds a better plan: the least is 0 yuan, −792 290 from this plan, and below our bound of 792 2", true},
		{"no end", strings.Replace(answers, "TEXT", `Stopped on time - objective value 0\n`, 1), 0, "▲ cbc neither agrees nor disagrees: came to no end in time", true},
		{"fails", "echo no licence >&2; exit 3", 1, "no licence", true},
		{"is not there", "", 2, "cbc is not installed", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("PATH", dir)
			if tt.script != "" {
				if err := os.WriteFile(filepath.Join(dir, "cbc"), []byte("#!/bin/sh\n"+tt.script+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			file := filepath.Join(dir, "p.csv")
			code, out, errs := run(t, "", append(proposeArgs(), "--second-opinion=cbc", "--out="+file)...)
			if code != tt.code || !strings.Contains(blanks(out+errs), tt.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, tt.code, tt.says, out, errs)
			}
			if _, err := os.Stat(file); (err == nil) != tt.made {
				t.Errorf("the file of the plan: %v", err)
			}
		})
	}
}
