// Package internal_test holds the rule that makes the layout readable: data
// flow down the list of packages, imports point up.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// layers lists every package, in the order in which data flow. A package
// imports only packages listed before it. A new package enters here in the
// commit that makes it.
var layers = []string{
	"packs",
	"internal/edu",
	"internal/fault",
	"internal/ident",
	"internal/register",
	"internal/region",
	"internal/lanes",
	"internal/stats",
	"internal/solve",
	"internal/han",
	"internal/pinyin",
	"internal/formula",
	"internal/frame",
	"internal/pack",
	"internal/draft",
	"internal/attach",
	"internal/sheet",
	"internal/intake",
	"internal/form",
	"internal/workbook",
	"internal/indicator",
	"internal/standard",
	"internal/gap",
	"internal/quality",
	"internal/compare",
	"internal/partner",
	"internal/valueadd",
	"internal/reconcile",
	"internal/warning",
	"internal/teams",
	"internal/forecast",
	"internal/means",
	"internal/propose",
	"internal/proposal",
	"internal/places",
	"internal/county",
	"internal/chart",
	"internal/docx",
	"internal/report",
	"internal/auth",
	"internal/audit",
	"internal/collect",
	"internal/saved",
	"internal/todo",
	"internal/task",
	"internal/council",
	"internal/plan",
	"internal/retention",
	"internal/inspection",
	"internal/incident",
	"internal/duty",
	"internal/gallery",
	"internal/bulletin",
	"internal/store",
	"internal/mail",
	"internal/opinion",
	"internal/flow",
	"internal/demo",
	"internal/i18n",
	"internal/web",
	"internal/api",
	"internal/cli",
	"cmd/shuren",
}

// forTests are imported by test files only. They may import any layer.
var forTests = []string{"internal/testkit", "internal/store/storetest", "internal/docx/docxtest", "internal/soak", "internal/valueadd/cohort", "internal/solve/family", "internal/places/family", "internal/register/family"}

// lastEngine is the last package that computes from its arguments alone.
const lastEngine = "internal/report"

// outside is what an engine must not reach: the database and the network.
var outside = []string{"database/sql", "net", "net/http", "os/exec"}

const module = "shuren/"

func TestLayers(t *testing.T) {
	root := testkit.Root()
	seen := map[string]bool{}
	for _, top := range []string{"internal", "cmd", "packs"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				if os.IsNotExist(err) {
					return nil
				}
				return err
			}
			if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules") {
				return fs.SkipDir
			}
			if d.IsDir() || filepath.Ext(path) != ".go" {
				return nil
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel = filepath.ToSlash(rel)
			seen[rel[:strings.LastIndex(rel, "/")]] = true
			for _, p := range check(rel, src) {
				t.Error(p)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if !seen["internal/edu"] {
		t.Error("internal/edu was not found: the test looked in the wrong place")
	}
}

// check gives what is wrong with the imports of one file.
func check(file string, src []byte) (problems []string) {
	bad := func(what string) { problems = append(problems, file+": "+what) }
	f, err := parser.ParseFile(token.NewFileSet(), file, src, parser.ImportsOnly)
	if err != nil {
		return []string{err.Error()}
	}
	pkg := file[:strings.LastIndex(file, "/")]
	if pkg == "internal" && strings.HasSuffix(file, "_test.go") {
		return nil // this test
	}
	own := slices.Index(layers, pkg)
	if own < 0 && !slices.Contains(forTests, pkg) {
		return []string{file + ": the package " + pkg + " is not in the list of layers"}
	}
	// A test may reach down the page to see its package in use.
	if strings.HasSuffix(file, "_test.go") || own < 0 {
		return nil
	}
	for _, im := range f.Imports {
		path, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			bad(err.Error())
			continue
		}
		if own <= slices.Index(layers, lastEngine) && slices.Contains(outside, path) {
			bad("an engine imports " + path)
		}
		first, _, _ := strings.Cut(path, "/")
		if pkg == "internal/edu" && (strings.Contains(first, ".") || first+"/" == module) {
			bad("edu imports " + path + "; it may import only the standard library")
		}
		rel, ours := strings.CutPrefix(path, module)
		if !ours {
			continue
		}
		switch at := slices.Index(layers, rel); {
		case slices.Contains(forTests, rel):
			bad("imports " + path + ", which is for tests")
		case at < 0:
			bad("imports " + path + ", which is not in the list of layers")
		case at >= own:
			bad("imports " + path + ", which stands below it")
		}
	}
	return problems
}

func TestLayersCheck(t *testing.T) {
	for _, tt := range []struct {
		name, file, imports string
		wrong               string // part of the problem; empty for none
	}{
		{"up", "internal/frame/a.go", `"shuren/internal/edu"`, ""},
		{"down", "internal/edu/a.go", `"shuren/internal/frame"`, "stands below"},
		{"beside itself", "internal/web/a.go", `"shuren/internal/cli"`, "stands below"},
		{"edu and the outside", "internal/edu/a.go", `"gonum.org/v1/gonum/stat"`, "only the standard library"},
		{"an engine and the database", "internal/gap/a.go", `"database/sql"`, "an engine imports"},
		{"an engine and the network", "internal/edu/a.go", `"net/http"`, "an engine imports"},
		{"the store and the database", "internal/store/a.go", `"database/sql"`, ""},
		{"an unknown package", "internal/util/a.go", `"fmt"`, "not in the list"},
		{"a folder inside a package", "internal/web/parts/a.go", `"fmt"`, "not in the list"},
		{"import of an unknown package", "internal/web/a.go", `"shuren/internal/util"`, "not in the list"},
		{"testkit in the product", "internal/web/a.go", `"shuren/internal/testkit"`, "for tests"},
		{"testkit in a test", "internal/web/a_test.go", `"shuren/internal/testkit"`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.Join(check(tt.file, []byte("package x\nimport "+tt.imports+"\n")), "\n")
			if tt.wrong == "" && got != "" || !strings.Contains(got, tt.wrong) {
				t.Errorf("%s importing %s: %q; want %q", tt.file, tt.imports, got, tt.wrong)
			}
		})
	}
}
