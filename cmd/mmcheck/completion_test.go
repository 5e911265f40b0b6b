// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// TestBashCompletion asks bash what it would offer.
func TestBashCompletion(t *testing.T) {
	needs(t, "bash")
	var b bytes.Buffer
	bashCompletion(&b)
	script := filepath.Join(t.TempDir(), "mmcheck.bash")
	if err := os.WriteFile(script, b.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string]string{
		"mmcheck che":                                 "check",
		"mmcheck sw":                                  "sweep",
		"mmcheck sweep ":                              "plan run",
		"mmcheck explain stale-v":                     "stale-vma",
		"mmcheck help cross":                          "crosscheck",
		"mmcheck check --no-":                         "--no-reduce",
		"mmcheck check --format k":                    "ktap",
		"mmcheck check --format = s":                  "sarif",
		"mmcheck check --format =":                    strings.Join(valuesOf(flagsOf(findCommand("check")).Lookup("format")), " "),
		"mmcheck test --format s":                     "",
		"mmcheck check specs/":                        "", // files
		"mmcheck check -o ":                           "",
		"mmcheck sweep plan x --outp":                 "--output",
		"mmcheck check --property dangling-vma --cov": "--coverage",
	} {
		cmd := exec.Command("bash", "-c", `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mmcheck; echo "${COMPREPLY[*]}"`, script)
		cmd.Args = append(cmd.Args, strings.Fields(line)...)
		if strings.HasSuffix(line, " ") {
			cmd.Args = append(cmd.Args, "")
		}
		out, err := cmd.CombinedOutput()
		if got := strings.TrimSuffix(string(out), "\n"); err != nil || got != want {
			t.Errorf("%q: got %q, want %q, %v", line, got, want, err)
		}
	}
}

// TestCompletionIsComplete sees to it that fish is told every command and flag.
func TestCompletionIsComplete(t *testing.T) {
	var b bytes.Buffer
	fishCompletion(&b)
	for _, c := range commands() {
		flagsOf(c).VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(b.String(), " -l "+f.Name+" ") {
				t.Errorf("%s: no --%s", c.name, f.Name)
			}
		})
	}
	for line := range strings.Lines(b.String()) {
		if strings.Count(strings.ReplaceAll(line, `\'`, ""), "'")%2 != 0 {
			t.Errorf("a quote is open: %s", line)
		}
	}
}

// TestMan has groff set the manual page: it has nothing to say, and every flag is there.
func TestMan(t *testing.T) {
	var b bytes.Buffer
	man(&b)
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip(err) // the page is as right as it was where groff is
	}
	cmd := exec.Command("groff", "-man", "-Tascii", "-ww", "-P-c", "-P-b", "-P-u")
	cmd.Stdin = &b
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 {
		t.Fatal(err, complaints.String())
	}
	for _, c := range commands() {
		flagsOf(c).VisitAll(func(f *pflag.Flag) {
			if !strings.Contains(out.String(), "--"+f.Name) {
				t.Errorf("%s: no --%s", c.name, f.Name)
			}
		})
	}
}

// TestHelpWidth has no line of a help wider than the terminal.
func TestHelpWidth(t *testing.T) {
	for _, columns := range []string{"80", "100"} {
		t.Setenv("COLUMNS", columns)
		var b bytes.Buffer
		usage(&b)
		for _, c := range commands() {
			commandUsage(&b, c)
		}
		for line := range strings.Lines(b.String()) {
			if len(strings.TrimSpace(line)) > 0 && len(strings.TrimRight(line, " \n")) > helpWidth() {
				t.Errorf("wider than %s: %s", columns, line)
			}
		}
	}
}
