// SPDX-License-Identifier: MIT

// This file enforces the order of the house: imports go one way, and each
// large dependency has one place.

package mmcheck_test

import (
	"go/build"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// allowed lists, for each package, the packages of this module that it may
// import. Tests may import more.
var allowed = map[string][]string{
	"model":              {},
	"model/random":       {"model"},
	"model/vm":           {"model"},
	"specs":              {},
	"specs/sample":       {},
	"bench/measure":      {},
	"model/byhand":       {"model"},
	"checker/property":   {"model"},
	"checker/por":        {"checker/property", "model"},
	"checker/symmetry":   {"checker/property", "model"},
	"checker":            {"checker/por", "checker/property", "checker/symmetry", "model", "model/vm"},
	"cfront":             {"model"},
	"cfront/oracle":      {},
	"kimport":            {},
	"repair":             {"kimport"},
	"report":             {"checker", "checker/property", "model", "report/page"},
	"report/page":        {},
	"adversary":          {"model"},
	"promela":            {"checker", "checker/property", "model"},
	"cmd/mmcheck":        {"report", "promela", "checker", "checker/property", "cfront", "model", "specs", "kimport", "repair", "adversary"},
	"cmd/mmcheck-render": {"cmd/mmcheck-render/internal/privatecache"},
	// It prepares the environment before graphviz starts.
	"cmd/mmcheck-render/internal/privatecache": {},
}

// homes lists the only packages that may import a dependency, tests included.
var homes = map[string][]string{
	"modernc.org/cc/v4":                {"cfront"},
	"github.com/bluekeyes/go-gitdiff":  {"kimport"},
	"github.com/goccy/go-graphviz":     {"cmd/mmcheck-render"},
	"github.com/aymanbagabas/go-udiff": {"repair"},
	"github.com/spf13/pflag":           {"cmd/mmcheck", "bench/measure"},
	"github.com/dominikbraun/graph":    {"cfront", "checker"},
	"golang.org/x/term":                {"cmd/mmcheck"},
	"github.com/rogpeppe/go-internal":  {"cmd/mmcheck"},
	"github.com/google/go-cmp":         nil, // tests of any package
	"pgregory.net/rapid":               nil,
	"github.com/dchest/siphash":        {"checker"},
	"golang.org/x/sys":                 {"cmd/mmcheck-render"},
}

func TestImportsGoOneWay(t *testing.T) {
	seen := map[string]bool{}
	for dir, pkg := range packages(t) {
		seen[dir] = true
		may, listed := allowed[dir]
		if !listed {
			t.Errorf("package %s is not in the table of import directions", dir)
		}
		for _, imp := range pkg.Imports {
			if local, ok := strings.CutPrefix(imp, "mmcheck/"); ok && !slices.Contains(may, local) {
				t.Errorf("%s imports %s, which it may not", dir, local)
			}
		}
	}
	for dir := range allowed {
		if !seen[dir] {
			t.Errorf("package %s is in the table but not in the tree", dir)
		}
	}
}

func TestDependenciesStayAtHome(t *testing.T) {
	for dir, pkg := range packages(t) {
		for _, imp := range slices.Concat(pkg.Imports, pkg.TestImports, pkg.XTestImports) {
			if !strings.Contains(strings.Split(imp, "/")[0], ".") {
				continue // of Go itself, or of this module
			}
			module, known := moduleOf(imp)
			switch {
			case !known:
				t.Errorf("%s imports %s, a dependency that is not in the table", dir, imp)
			case homes[module] == nil && slices.Contains(pkg.Imports, imp):
				t.Errorf("%s imports %s outside its tests", dir, imp)
			case homes[module] != nil && !slices.Contains(homes[module], dir):
				t.Errorf("%s imports %s, whose place is in %v", dir, imp, homes[module])
			}
		}
	}
}

// moduleOf finds the dependency that an import belongs to.
func moduleOf(imp string) (string, bool) {
	for ; imp != "."; imp = path.Dir(imp) {
		if _, ok := homes[imp]; ok {
			return imp, true
		}
	}
	return "", false
}

// packages reads the imports of every package of the module, by directory.
func packages(t *testing.T) map[string]*build.Package {
	t.Helper()
	found := map[string]*build.Package{}
	err := filepath.WalkDir(".", func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() || dir == "." {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || dir == "tools" {
			return filepath.SkipDir
		}
		if pkg, err := build.ImportDir(dir, 0); err == nil {
			found[filepath.ToSlash(dir)] = pkg
		} else if _, none := err.(*build.NoGoError); !none {
			t.Errorf("%s: %v", dir, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
