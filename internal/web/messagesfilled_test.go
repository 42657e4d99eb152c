// No message with places to fill in is shown bare.

package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"shuren/internal/i18n"
)

// A message that has places to fill in is never shown without what fills them.
func TestMessagesAreFilledIn(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("templates/*.html")
	if err != nil {
		t.Fatal(err)
	}
	bare := regexp.MustCompile(`\bT\("([^"]+)"\)|\{\{-?\s*t "([^"]+)"\s*-?\}\}`)
	place, n := regexp.MustCompile(`\{\d\}`), 0
	for _, f := range append(files, pages...) {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range bare.FindAllStringSubmatch(string(body), -1) {
			n++
			for _, lang := range i18n.Languages {
				if text := i18n.For(lang).T(m[1] + m[2]); place.MatchString(text) {
					t.Errorf("%s shows %q as it is: %s", f, m[1]+m[2], text)
				}
			}
		}
	}
	if n < 1000 {
		t.Errorf("only %d messages were found", n)
	}
}
