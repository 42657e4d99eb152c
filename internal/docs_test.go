package internal_test

// The README's commands run, and what it shows of their output is what they
// print; links between pages lead somewhere.

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/cli"
	"shuren/internal/testkit"
)

// TestShownCommands runs every "$ bin/shuren …" of a console block and looks
// for the lines below it, in their order, in what it prints. A line that ends
// in … may go on; a line of … alone stands for any.
func TestShownCommands(t *testing.T) {
	root := testkit.Root()
	for _, page := range []struct {
		file, lang string
		atLeast    int
	}{
		{"README.md", "en", 7},
		{"README.zh-CN.md", "zh", 7},
		{"docs/data-in.md", "en", 6},
		{"docs/data-in.zh-CN.md", "zh", 6},
		{"docs/long-form.md", "en", 2},
		{"docs/places.md", "en", 1},
		{"docs/propose.md", "en", 1},
	} {
		t.Run(page.file, func(t *testing.T) {
			src, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(page.file)))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, "testdata"), os.DirFS(filepath.Join(root, "testdata"))); err != nil {
				t.Fatal(err)
			}
			t.Chdir(dir)
			t.Setenv("SHUREN_LANG", page.lang)
			t.Setenv("USER", "reader")
			shown := commands(string(src))
			if len(shown) < page.atLeast {
				t.Errorf("%d commands found, want at least %d", len(shown), page.atLeast)
			}
			for _, c := range shown {
				var out bytes.Buffer
				cli.Run(t.Context(), strings.Fields(c.line)[1:], cli.Streams{In: strings.NewReader(""), Out: &out, Err: &out})
				if miss := c.missing(out.String()); miss != "" {
					t.Errorf("$ %s\ndoes not print, after the lines before it:\n%s\nbut:\n%s", c.line, miss, out.String())
				}
			}
		})
	}
}

// shown is a command and the lines that a page shows of its output.
type shown struct {
	line  string
	lines []string
}

func commands(page string) (all []shown) {
	for _, block := range regexp.MustCompile("(?ms)^```console\n(.*?)^```").FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimRight(line, " \n")
			if c, ok := strings.CutPrefix(line, "$ bin/shuren "); ok {
				all = append(all, shown{line: "shuren " + c})
			} else if n := len(all); n > 0 && line != "" && line != "…" {
				all[n-1].lines = append(all[n-1].lines, line)
			}
		}
	}
	return all
}

// missing is the first line that does not come, in its turn.
func (s shown) missing(output string) string {
	got := strings.Split(output, "\n")
next:
	for _, want := range s.lines {
		start, open := strings.CutSuffix(want, "…")
		for i, line := range got {
			if line = strings.TrimRight(line, " "); line == want || open && strings.HasPrefix(line, start) {
				got = got[i+1:]
				continue next
			}
		}
		return want
	}
	return ""
}

func TestShownCommandsNoticeALie(t *testing.T) {
	s := commands("```console\n$ bin/shuren x\na\nb…\n```\n")[0]
	for output, want := range map[string]string{"a\nbcd\n": "", "a \nb": "", "bcd\na": "b…", "": "a"} {
		if got := s.missing(output); got != want {
			t.Errorf("%q: missing %q, want %q", output, got, want)
		}
	}
}

// Every relative link of every page leads to a file, and to a heading where it
// names one.
func TestLinks(t *testing.T) {
	root := testkit.Root()
	link := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	pages, links := 0, 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".md" {
			return nil
		}
		pages++
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range link.FindAllSubmatch(src, -1) {
			to := string(m[1])
			if strings.Contains(to, "://") || strings.HasPrefix(to, "mailto:") {
				continue
			}
			links++
			file, heading, _ := strings.Cut(to, "#")
			target := path
			if file != "" {
				target = filepath.Join(filepath.Dir(path), filepath.FromSlash(file))
			}
			rel, _ := filepath.Rel(root, path)
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: the link to %s leads nowhere", rel, to)
			} else if heading != "" && !hasHeading(target, heading) {
				t.Errorf("%s: %s has no heading %q", rel, file, heading)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if pages < 10 || links < 40 {
		t.Errorf("%d links on %d pages: the test looked in the wrong place", links, pages)
	}
}

var notInAnchor = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// hasHeading tells whether a page has a heading with this anchor, as GitHub
// makes anchors.
func hasHeading(page, anchor string) bool {
	src, err := os.ReadFile(page)
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(src)) {
		if h := strings.TrimLeft(line, "#"); h != line {
			h = notInAnchor.ReplaceAllString(strings.ToLower(strings.TrimSpace(h)), "")
			if strings.ReplaceAll(h, " ", "-") == anchor {
				return true
			}
		}
	}
	return false
}

// The README's layout has every package, in the order of the layers.
func TestReadmeLayout(t *testing.T) {
	root := testkit.Root()
	src, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, layout, ok := strings.Cut(string(src), "\n## Layout\n")
	if !ok {
		t.Fatal("the README has no section Layout")
	}
	layout, _, _ = strings.Cut(layout, "\n## ")
	at := 0
	for _, p := range layers {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(p))); err != nil || p == "cmd/shuren" {
			continue // a place that is kept, or the program itself
		}
		i := strings.Index(layout, "`"+p+"`") // whole: formula begins with form
		if p == "packs" {
			i = strings.Index(layout, "`packs/`")
		}
		switch {
		case i < 0:
			t.Errorf("the README's layout does not have %s", p)
		case i < at:
			t.Errorf("the README's layout has %s before the one it stands below", p)
		default:
			at = i
		}
	}
}
