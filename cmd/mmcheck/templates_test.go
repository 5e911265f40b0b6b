// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// templateDir has what starts a sweep on clusters.
const templateDir = "../../templates"

// block is the text that is indented below a line of a template.
func block(t *testing.T, text, line string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, line+"\n")
	if !ok {
		t.Fatalf("no line %q", line)
	}
	var out strings.Builder
	indent := len(rest) - len(strings.TrimLeft(rest, " "))
	for l := range strings.Lines(rest) {
		if len(l)-len(strings.TrimLeft(l, " ")) < indent {
			break
		}
		out.WriteString(l[indent:])
	}
	return out.String()
}

// templates are the scripts in them, which make the sweep of a share.
func templates(t *testing.T) map[string]string {
	out := map[string]string{}
	for name, line := range map[string]string{"sweep.slurm": "", "sweep-job.yaml": "            - |", "sweep-ci.yml": "      - run: |"} {
		text, err := os.ReadFile(filepath.Join(templateDir, name))
		if err != nil {
			t.Fatal(err)
		}
		if out[name] = string(text); line != "" {
			out[name] = "#!/bin/sh\n" + block(t, string(text), line)
		}
	}
	return out
}

// The scripts of all templates do what they say: two shards and a merge give what one
// run gives.
func TestTemplatesRun(t *testing.T) {
	rules, _ := filepath.Abs(filepath.Join(specDir, "rules"))
	for name, script := range templates(t) {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			run := func(env []string, args ...string) string {
				cmd := exec.Command(args[0], args[1:]...)
				cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
				cmd.Stderr = os.Stderr
				out, err := cmd.Output()
				if code := cmd.ProcessState.ExitCode(); code != 0 && args[0] != "mmcheck" {
					t.Fatalf("%s: status %d, %v", args, code, err)
				}
				return string(out)
			}
			if err := os.Mkdir(filepath.Join(dir, "specs"), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(filepath.Join(rules, "abba.c"), filepath.Join(dir, "specs/abba.c")); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "script"), []byte(script), 0o666); err != nil {
				t.Fatal(err)
			}
			run(nil, "mmcheck", "sweep", "plan", "-o", "sweep.plan", "specs")
			want := run(nil, "mmcheck", "sweep", "run", "-o", "whole", "sweep.plan")
			results, shell := []string{"sweep.results"}, []string{"bash", "script", "sweep.plan"}
			if name == "sweep-ci.yml" {
				shell = []string{"bash", "-e", "script"} // as that runs them
			}
			for n := 1; n <= 2; n++ {
				run([]string{
					fmt.Sprintf("SLURM_ARRAY_TASK_ID=%d", n), "SLURM_ARRAY_TASK_COUNT=2", "SLURM_CPUS_PER_TASK=1",
					fmt.Sprintf("JOB_COMPLETION_INDEX=%d", n-1), "SHARDS=2", fmt.Sprintf("SHARD=%d/2", n),
				}, shell...)
				if name == "sweep-ci.yml" { // a machine of its own has each
					moved := fmt.Sprintf("results-%d", n)
					if err := os.Rename(filepath.Join(dir, "results"), filepath.Join(dir, moved)); err != nil {
						t.Fatal(err)
					}
					results = append(results[:n-1], moved)
				}
			}
			got := run(nil, append([]string{"mmcheck", "merge"}, results...)...)
			if d := cmp.Diff(want, got); d != "" || !strings.Contains(got, "3 checks: ") {
				t.Errorf("- one run, + shards:\n%s%s", d, got)
			}
		})
	}
}

// The shell has nothing to say against the scripts.
func TestTemplatesAreClean(t *testing.T) {
	if _, err := exec.LookPath("shellcheck"); err != nil {
		missing(t, "shellcheck")
	}
	for name, script := range templates(t) {
		cmd := exec.Command("shellcheck", "-")
		cmd.Stdin = strings.NewReader(script)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// A Job with what the manifest says exists: kubectl, which needs no cluster for that,
// reads it and writes what it knows of it.
func TestTemplateIsAJob(t *testing.T) {
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("kubectl is not installed")
	}
	name := filepath.Join(templateDir, "sweep-job.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("kubectl", "set", "env", "--local", "-f", name, "X=y", "-o", "yaml").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, m := range regexp.MustCompile(`(?m)^ *(?:- )?([a-zA-Z]+):`).FindAllStringSubmatch(string(text), -1) {
		if !regexp.MustCompile(`(?m)^ *(?:- )?` + m[1] + `:`).Match(out) {
			t.Errorf("a Job has no %s", m[1])
		}
	}
}

// missing skips a test without an outside program, but not in CI.
func missing(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("MMCHECK_CI") != "" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}
