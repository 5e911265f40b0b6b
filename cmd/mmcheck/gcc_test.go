// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"mmcheck/specs"
	"mmcheck/specs/sample"
)

const specDir = "../../specs"

// needs skips a test without an outside program, which CI installs: there it
// fails.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("MMCHECK_CI") != "" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

// TestGCC compiles variants of every spec with gcc, so that editors and habit work on
// them.
func TestGCC(t *testing.T) {
	needs(t, "gcc")
	files, err := specFiles([]string{specDir})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		sp, diags, err := readSpec(name)
		if err != nil || len(diags) > 0 {
			t.Fatal(err, diags)
		}
		for _, want := range sp.head.results {
			kernel := want.question.kernel
			if kernel == "" {
				kernel = sp.head.kernel
			}
			rel, _ := filepath.Rel(specDir, sp.name)
			if !gccShares.Has(t.Name(), rel, want.question.variant()) {
				continue
			}
			t.Run(rel+" "+want.question.variant(), func(t *testing.T) {
				t.Parallel()
				compile(t, sp.name, kernel, want.question.defines)
			})
		}
	}
}

var gccShares = sample.Shares{"rules": 2, "questions": 4, "seeds": 4, "bugs": 4, "ops": 80}

// compile has gcc look at a spec; it must have nothing to say.
func compile(t *testing.T, file, kernel string, defines []string) {
	args := []string{"-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-I", filepath.Join(specDir, "include")}
	if kernel != "" {
		number, stable := strings.CutSuffix(specs.Number(kernel), ".y")
		major, minor, _ := strings.Cut(number, ".")
		sublevel := "0"
		if stable {
			sublevel = "255"
		}
		args = append(args, "-DLINUX_VERSION_CODE=KERNEL_VERSION("+major+","+minor+","+sublevel+")")
	}
	for _, d := range defines {
		args = append(args, "-D"+d)
	}
	out, err := exec.Command("gcc", append(args, file)...).CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("gcc %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}
