// SPDX-License-Identifier: MIT

// This file says what is measured: which programs, with which options, on
// which members of the family.

package main

import (
	"fmt"
	"os"
	"slices"
)

// The ways to ask. Those of one group are compared and so take turns.
const (
	full1      = "mmcheck, no reduction, one worker"
	full2      = "mmcheck, no reduction, two workers"
	defaults   = "mmcheck, default settings"
	checked    = "mmcheck crosscheck"
	spinFull   = "SPIN, no reduction"
	spinPOR    = "SPIN, its partial-order reduction"
	spinDepth  = "SPIN -O0, depth first"
	spinBFS    = "SPIN -O0, breadth first"
	spinNoPOR  = "SPIN -O0, breadth first, no reduction"
	smallCheck = 300_000   // states up to which the translation is checked, too
	largeSize  = 1_000_000 // states from which two workers are worth starting
)

// measured is a member of the family with what was measured on it.
type measured struct {
	size
	Runs map[string]*run `json:"runs"`
}

// collector measures.
type collector struct {
	bounds
	program string // mmcheck
	spin    *spin  // nil if it is not installed
}

// family measures the searches that find nothing.
func (c *collector) family(s size) (*measured, error) {
	full := []*job{checkJob(full1, c.program, s, "--no-reduce", "-j", "1")}
	if s.States >= largeSize {
		full = append(full, checkJob(full2, c.program, s, "--no-reduce", "-j", "2"))
	}
	reduced := []*job{checkJob(defaults, c.program, s)}
	if c.spin != nil {
		a, err := c.spin.job(spinFull, s, exact, []string{"-O3", "-DSAFETY", "-DNOREDUCE", "-DNOFAIR"})
		if err != nil {
			return nil, err
		}
		b, err := c.spin.job(spinPOR, s, nil, []string{"-O3", "-DSAFETY", "-DNOFAIR"})
		if err != nil {
			return nil, err
		}
		b.rebuild = true // from source to verdict
		full, reduced = append(full, a), append(reduced, b)
	}
	m := &measured{s, c.measure(s.Name, full)}
	m.add(c.measure(s.Name, reduced))
	if c.spin != nil && s.States <= smallCheck {
		once := c.bounds
		once.runs = 0
		m.add(once.measure(s.Name, []*job{crosscheckJob(checked, c.program, s)}))
	}
	return m, nil
}

// bug measures the way to a counterexample.
func (c *collector) bug(s size) (*measured, error) {
	jobs := []*job{checkJob(defaults, c.program, s)}
	if c.spin != nil {
		for _, way := range []struct {
			role              string
			generate, compile []string
		}{
			{spinDepth, nil, []string{"-DSAFETY"}},
			{spinBFS, nil, []string{"-DSAFETY", "-DBFS"}},
			{spinNoPOR, exact, []string{"-DSAFETY", "-DBFS", "-DNOREDUCE"}},
		} {
			j, err := c.spin.job(way.role, s, way.generate, append([]string{"-O0"}, way.compile...))
			if err != nil {
				return nil, err
			}
			jobs = append(jobs, j.seeking())
		}
	}
	often := c.bounds
	often.runs *= 3 // they are short
	return &measured{s, often.measure(s.Name, jobs)}, nil
}

func (m *measured) add(runs map[string]*run) {
	for role, r := range runs {
		m.Runs[role] = r
	}
}

// ok returns the run of a role if it ended with figures, else nil.
func (m *measured) ok(role string) *run {
	if r := m.Runs[role]; r.ok() {
		return r
	}
	return nil
}

// touch has the machine provide memory once: on a virtual machine the first
// use of a page costs many times what later ones do, and the first program that
// is measured would pay for all.
func (c *collector) touch(chosen []size) {
	if !slices.ContainsFunc(chosen, func(s size) bool { return s.States > largeSize }) {
		return
	}
	if _, err := execute("", c.limit, "dd", "if=/dev/zero", "of=/dev/null", "bs=1600M", "count=1"); err != nil {
		fmt.Fprintln(os.Stderr, "bench: memory not warmed up:", err)
	}
}
