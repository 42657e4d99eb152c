package pack

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// Every key that the loader reads is in docs/packs.md.
func TestDocsNameEveryKey(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "packs.md"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	key := regexp.MustCompile(`\.(?:str|texts?|flag|flagOr|num|numPtr|whole|date|seq|formula|oneOf|get|need|has|byStage)\("([a-z_]+)"`)
	n := 0
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllSubmatch(src, -1) {
			n++
			if k := string(m[1]); k != "zh" && k != "en" && !strings.Contains(string(doc), "`"+k+"`") {
				t.Errorf("docs/packs.md does not name the key `%s` that %s reads", k, f)
			}
		}
	}
	if n < 80 {
		t.Errorf("found only %d keys: does the pattern still fit the code?", n)
	}
}

// The example of the page loads.
func TestDocsExampleLoads(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testkit.Root(), "docs", "packs.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllSubmatch(doc, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d YAML blocks, want 2", len(blocks))
	}
	fsys := with(t, "indicators/books.yaml", "", string(blocks[0][1]))
	fsys["units.yaml"] = file("units: [{id: book, name: {zh: 册, en: books}}]\nelements: [{id: books, name: {zh: 图书册数, en: Books}, type: count, unit: book, source: made up, evidence: S}]\n")
	if _, err := Load(fsys); err != nil {
		t.Error(err)
	}
	clear(fsys)
	fsys["pack.yaml"] = file(string(blocks[1][1]))
	if _, err := Load(fsys); err != nil {
		t.Error(err)
	}
}
