// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSweepIsResumed kills a sweep again and again: each run goes on from what the
// others left, and the results are those of a run that nobody disturbed.
func TestSweepIsResumed(t *testing.T) {
	dir := t.TempDir()
	run := func(limit time.Duration, args ...string) (string, bool) {
		cmd := exec.Command("mmcheck", args...)
		cmd.Dir = dir
		var out bytes.Buffer
		cmd.Stdout = &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(limit, func() { cmd.Process.Kill() })
		defer kill.Stop()
		cmd.Wait()
		return out.String(), cmd.ProcessState.Exited()
	}
	rules, _ := filepath.Abs(filepath.Join(specDir, "rules"))
	if err := os.Symlink(rules, filepath.Join(dir, "rules")); err != nil {
		t.Fatal(err)
	}
	run(time.Minute, "sweep", "plan", "-o", "p.plan", "rules/abba.c", "rules/data_race.c")
	want, _ := run(time.Minute, "sweep", "run", "-o", "whole", "p.plan")
	killed, got := 0, ""
	for n := 1; ; n++ {
		out, ended := run(time.Duration(n)*40*time.Millisecond, "sweep", "run", "-o", "pieces", "-j1", "p.plan")
		if got = out; ended {
			break
		}
		killed++
	}
	if d := cmp.Diff(want, got); d != "" || killed < 3 {
		t.Errorf("killed %d times; - whole, + pieces:\n%s", killed, d)
	}
	for i := 1; i <= 27; i++ {
		name := fmt.Sprintf("%05d.json", i)
		a, errA := os.ReadFile(filepath.Join(dir, "whole", name))
		b, errB := os.ReadFile(filepath.Join(dir, "pieces", name))
		if errA != nil || errB != nil || !bytes.Equal(a, b) {
			t.Errorf("%s differs: %v, %v", name, errA, errB)
		}
	}
}

func TestUnquote(t *testing.T) {
	for _, s := range []string{"a", "a b", "", "it's", `a"b`, "-D", "X='1 2'"} {
		words, err := unquote("x " + quote(s) + " y")
		if want := []string{"x", s, "y"}; err != nil || s != "" && !cmp.Equal(words, want) {
			t.Errorf("%q: got %q, %v", s, words, err)
		}
	}
	if _, err := unquote("a 'b"); err == nil {
		t.Error("a quotation that does not end is accepted")
	}
}

// Shards are disjoint, and all of the plan together.
func TestShards(t *testing.T) {
	var checks []*sweepCheck
	for i := range 40 {
		checks = append(checks, &sweepCheck{cost: int64(i*i*1000) % 77777})
	}
	for of := 1; of < 50; of++ {
		seen := make([]int, len(checks))
		var loads []int64
		for n := 1; n <= of; n++ {
			load := int64(0)
			for _, i := range shardOf(checks, share{n, of}) {
				seen[i]++
				load += checks[i].cost + checkCost
			}
			loads = append(loads, load)
		}
		for i, n := range seen {
			if n != 1 {
				t.Errorf("%d shards: check %d is in %d of them", of, i, n)
			}
		}
		if of == 4 && 10*loads[0] > 12*loads[3] {
			t.Errorf("loads differ: %v", loads)
		}
	}
}
