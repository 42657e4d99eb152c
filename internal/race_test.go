package internal_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"shuren/internal/testkit"
)

// The race run takes the packages whose own code or tests begin a goroutine: in the
// others one thing happens after the other, and the goroutines of what they call are
// watched in the tests of that package. A package that begins its first goroutine
// enters the Makefile's list in the commit that does it.
func TestRaceRunHasEveryPackageWithGoroutines(t *testing.T) {
	root := testkit.Root()
	makefile, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^concurrent = (.+)$`).FindSubmatch(makefile)
	if m == nil {
		t.Fatal("the Makefile has no list of packages for the race run")
	}
	listed := strings.Fields(string(m[1]))
	begins := map[string]string{} // where, by package
	for _, top := range []string{"internal", "cmd", "packs"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return fs.SkipDir
			case d.IsDir() || filepath.Ext(path) != ".go":
				return nil
			}
			rel, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			where, err := goroutine(path)
			if pkg := "./" + filepath.ToSlash(rel); where != "" && pkg != "./internal" {
				begins[testedBy(pkg)] = where
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for pkg, where := range begins {
		if !slices.Contains(listed, pkg) {
			t.Errorf("%s begins a goroutine (%s) and is not in the Makefile's list of the race run", pkg, where)
		}
	}
	for _, pkg := range listed {
		if begins[pkg] == "" {
			t.Errorf("the race run names %s, which begins no goroutine", pkg)
		}
	}
}

// testedBy is the package whose tests run a package: the suite of databases has none.
func testedBy(pkg string) string {
	if pkg == "./internal/store/storetest" {
		return "./internal/store"
	}
	return pkg
}

// goroutine is where a file begins one; empty where it does not. Names of methods
// are enough: what is taken for a goroutine and is none costs a run too many.
func goroutine(path string) (where string, err error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			where = at(fset, n)
		case *ast.SelectorExpr:
			switch n.Sel.Name {
			case "Go", "AfterFunc", "Parallel", "RunParallel", "NewServer", "NewTLSServer", "ListenAndServe", "ListenAndServeTLS":
				where = at(fset, n)
			}
		}
		return where == ""
	})
	return where, nil
}

func at(fset *token.FileSet, n ast.Node) string {
	p := fset.Position(n.Pos())
	return fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
}
