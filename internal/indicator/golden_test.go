package indicator

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the expected lines of the golden tests")

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.test")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d golden tests in testdata: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".test"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, err := parseScript(string(text))
			if err != nil {
				t.Fatalf("%s:\n%v", file, err)
			}
			sets, err := s.sets()
			if err != nil {
				t.Fatalf("%s:\n%v", file, err)
			}
			if *update {
				if out := s.rewrite(string(text), sets); out != string(text) {
					if err := os.WriteFile(file, []byte(out), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				return
			}
			for _, w := range s.check(sets) {
				t.Errorf("%s: %s", file, w)
			}
		})
	}
}

// TestScriptMistakes checks that a script that is wrong says where.
func TestScriptMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"load tomorrow", `line 1: "tomorrow" is not a period`},
		{"  section{id=s1}", "line 1: an indented line belongs to a load or an eval"},
		{"load 2025\n  section{id=s1, colour=red}", `line 2: "colour" is not a label`},
		{"load 2025\n  section{region=east}", "line 2: a section without an id"},
		{"load 2025\n  section{id=s1} pupils=many", "line 2: pupils=many: want a number, _ or /"},
		{"load 2025\n  section{id=s1} pupils=NaN", "line 2: pupils=NaN: want a number, _ or /"},
		{"load 2025\n  section{id=s1} pupils=1 pupils=2", "line 2: two values of pupils"},
		{"eval 2025 by galaxy: 1", `line 1: "galaxy" is not a level`},
		{"eval 2025: 1", "line 1: want: eval PERIOD by LEVEL: formula"},
		{"eval 2025 by section: 1\n  s1", "line 2: want a unit and its value"},
		{"measure it", `line 1: "measure": want load, eval, unit or a comment`},
		{"unit pupils", `line 1: "pupils" is not field=unit`},
		{"a\nb", "line 2"},
	} {
		if _, err := parseScript(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

// TestScriptDifferences checks that the runner can fail.
func TestScriptDifferences(t *testing.T) {
	const text = `load 2025
  section{id=s1, region=east} pupils=4
  section{id=s2, region=west} pupils=_
eval 2025 by region: sum(pupils)
  east  5
  west  _
  north 1
eval 2025 by section: pupils / 3
  s1 1.33
`
	s, err := parseScript(text)
	if err != nil {
		t.Fatal(err)
	}
	sets, err := s.sets()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(s.check(sets), "\n")
	want := `line 5: got east  4; want east  5
line 6: got west  _  needs pupils of s2; want west  _
line 7: expected, but did not come: north  1
line 8: got a line that is not expected: s2  _  needs pupils`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	again, err := parseScript(s.rewrite(text, sets))
	if err != nil {
		t.Fatal(err)
	}
	if wrong := again.check(sets); len(wrong) > 0 {
		t.Errorf("after the rewriting: %v", wrong)
	}
}

func FuzzScript(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.test")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := parseScript(text)
		if err != nil {
			return
		}
		sets, err := s.sets()
		if err != nil {
			return
		}
		again, err := parseScript(s.rewrite(text, sets))
		if err != nil {
			t.Fatalf("rewritten, it does not parse: %v", err)
		}
		if wrong := again.check(sets); len(wrong) > 0 {
			t.Fatalf("rewritten, it does not hold: %v", wrong)
		}
	})
}
