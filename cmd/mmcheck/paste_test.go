// SPDX-License-Identifier: MIT

package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"mmcheck/specs"
)

// pasted are functions in testdata/paste, of which nothing else is there, and what is true
// of them: "holds", or the property that their mistake breaks.
var pasted = []struct{ function, verdict string }{
	{"mm.c:warm_range", "holds"},
	{"mm.c:warm_end", "dangling-vma"},
	{"mm.c:warm_mark", "lock-(leak|misuse)"},
	{"mm.c:warm_count", "holds"},
	{"fs.c:ledger_write", "holds"},
	{"fs.c:ledger_find", "holds"},
	{"fs.c:ledger_grow", "atomic-sleep"},
	{"fs.c:ledger_swap", "lock-misuse"},
	{"drivers.c:gauge_ioctl", "holds"},
	{"drivers.c:gauge_work", "holds"},
	{"drivers.c:gauge_push", "lock-misuse"},
	{"drivers.c:gauge_close", "use-after-free"},
}

// TestPaste checks functions with nothing around them: the verdict is the right one, and
// gcc can compile the spec.
func TestPaste(t *testing.T) {
	for _, p := range pasted {
		t.Run(p.function, func(t *testing.T) {
			t.Parallel()
			what := filepath.Join("testdata/paste", p.function)
			out, _ := mmcheck("check", "-q", what)
			if want := regexp.MustCompile(`(?m)^(BUG: mmcheck: )?` + p.verdict + `(:| in )`); !want.Match(out) {
				t.Errorf("want %s, got %s", p.verdict, out)
			}
			spec := filepath.Join(t.TempDir(), "spec.c")
			if out, err := mmcheck("import", "-o", spec, what); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			needs(t, "gcc")
			major, minor, _ := strings.Cut(specs.DefaultKernel, ".")
			gcc := exec.Command("gcc", "-std=gnu11", "-fsyntax-only", "-Wall", "-Wno-unused-function", "-I", filepath.Join(specDir, "include"),
				"-DLINUX_VERSION_CODE=KERNEL_VERSION("+major+","+minor+",0)", spec)
			if out, err := gcc.CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("gcc: %v\n%s", err, out)
			}
		})
	}
}
