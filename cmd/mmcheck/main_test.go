// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite what the scripts compare with")

// TestMain makes this test binary serve as the command mmcheck, for the
// scripts and for what else runs it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"mmcheck": main})
}

func TestScripts(t *testing.T) {
	specs, err := filepath.Abs(specDir)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			for _, dir := range []string{"specs", "bench"} {
				if err := os.Symlink(filepath.Join(filepath.Dir(specs), dir), filepath.Join(e.WorkDir, dir)); err != nil {
					return err
				}
			}
			return os.Symlink(filepath.Join(filepath.Dir(specs), "cmd/mmcheck/testdata/tree/v6.12"), filepath.Join(e.WorkDir, "tree"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": cmdStatus, "bomb": cmdBomb,
		},
	})
}

// cmdStatus is "status N command...": the command must exit with status N, and
// within two seconds.
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var exited *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exited) {
		got = exited.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// cmdBomb is "bomb FILE": write a spec of 1 MiB whose macros expand each other.
func cmdBomb(ts *testscript.TestScript, neg bool, args []string) {
	var b strings.Builder
	b.WriteString("#define X0 1\n")
	for i := 1; b.Len() < 1<<20-200; i++ {
		fmt.Fprintf(&b, "#define X%d X%d + X%d\n", i, i-1, i-1)
		if b.Len() >= 1<<20-240 {
			fmt.Fprintf(&b, "int x = X%d;\n", i)
			break
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o666))
}

// TestInterrupt checks that the first signal ends a long search with what it
// found so far.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	const long = `#include <mmcheck.h>
static unsigned long a, b;
THREAD(one, NULL) { for (;;) a++; }
THREAD(two, NULL) { for (;;) b += 3; }
`
	if err := os.WriteFile(filepath.Join(dir, "long.c"), []byte(long), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, sig := range endSignals() {
		cmd := exec.Command("mmcheck", "check", "long.c", "--max-memory=2G")
		cmd.Dir = dir
		var out strings.Builder
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(500*time.Millisecond, func() { cmd.Process.Signal(sig) })
		cmd.Wait()
		if got := cmd.ProcessState.ExitCode(); got != int(exitUnknown) {
			t.Errorf("status %d, want %d", got, exitUnknown)
		}
		for _, want := range []string{"unknown: long.c", "interrupt", "states"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("no %q in %q", want, out.String())
			}
		}
	}
}

// TestNoPicture checks that without a renderer there is a DOT file and a line
// on how to get the picture.
func TestNoPicture(t *testing.T) {
	program, err := exec.LookPath("mmcheck")
	if err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	cmd := exec.Command(program, "check", "-q", "-D", "BREAK", "-o", out, filepath.Join(specDir, "rules/drop_retake.c"))
	cmd.Env = append(os.Environ(), "PATH=")
	var messages strings.Builder
	cmd.Stderr = &messages
	cmd.Run()
	if got := cmd.ProcessState.ExitCode(); got != int(exitViolated) {
		t.Errorf("status %d, want %d", got, exitViolated)
	}
	base := filepath.Join(out, "drop_retake.BREAK.stale-vma")
	if s := messages.String(); !strings.HasPrefix(s, "mmcheck: "+base+".svg not written: ") || strings.Count(s, "\n") != 1 {
		t.Errorf("got %q", s)
	}
	if _, err := os.Stat(base + ".dot"); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(base + ".svg"); err == nil {
		t.Error("there is a picture")
	}
}
