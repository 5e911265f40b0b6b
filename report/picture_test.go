// SPDX-License-Identifier: MIT

package report

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// command puts a shell script into dir.
func command(t *testing.T, dir, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestPicture(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := Picture(nil); !errors.Is(err, ErrNoRenderer) || strings.Contains(err.Error(), "\n") {
		t.Errorf("without a renderer: %v", err)
	}
	command(t, dir, "dot", `echo "native $1"`)
	if svg, err := Picture(nil); err != nil || string(svg) != "native -Tsvg\n" {
		t.Errorf("with dot: %q, %v", svg, err)
	}
	command(t, dir, "mmcheck-render", `while read l; do echo "own $l"; done`)
	if svg, err := Picture([]byte("graph\n")); err != nil || string(svg) != "own graph\n" {
		t.Errorf("with mmcheck-render: %q, %v", svg, err)
	}
	command(t, dir, "mmcheck-render", "echo bad graph >&2; echo more >&2; exit 2")
	if _, err := Picture(nil); err == nil || err.Error() != "mmcheck-render: bad graph" {
		t.Errorf("with a failing renderer: %v", err)
	}
}

// TestNativeDot has Graphviz itself draw every picture.
func TestNativeDot(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		if os.Getenv("MMCHECK_CI") != "" {
			t.Fatal("dot is not installed")
		}
		t.Skip("dot is not installed")
	}
	files, _ := filepath.Glob("testdata/*.dot")
	for _, f := range files {
		out, err := exec.Command(dot, "-Tsvg", f).CombinedOutput()
		if err != nil || strings.Contains(string(out), "Warning") || strings.Contains(string(out), "Error") {
			t.Errorf("%s: %v", f, err)
		}
	}
}
