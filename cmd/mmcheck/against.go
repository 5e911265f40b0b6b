// SPDX-License-Identifier: MIT

// This file is what check does with --against: it sets specs against the operations that
// may race with them, for one kernel or for several.

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"mmcheck/adversary"
)

// againstAll checks each spec against adversaries.
func (c *checkCommand) againstAll(names []string) (exit, error) {
	for _, flag := range []string{"checkpoint", "spill", "simulate", "fingerprint", "reference", "all", "part", "patch"} {
		if c.search.given(flag) {
			return exitUsage, fmt.Errorf("--against makes many checks: it does not go with --%s", flag)
		}
	}
	if c.eras != "" && (c.question.kernel != "" || c.outDir != "" || c.format != "text") {
		return exitUsage, errors.New("--eras prints a table: it does not go with --kernel, --output and --format")
	}
	wanted, pairs := adversary.Operations, c.against == "all"
	if c.against != "all" && c.against != "auto" {
		var err error
		if wanted, err = adversary.Named(c.against); err != nil {
			return exitUsage, err
		}
		pairs = true
	}
	if c.from.tree != "" {
		names = []string{strings.Join(names, " ")}
	}
	status := exitHolds
	for _, name := range names {
		sp, diags, err := c.read(name)
		if err != nil {
			return exitUsage, err
		}
		if diags = headerWarnings(diags); diags.HasErrors() {
			c.complain(diags, map[string][]byte{sp.name: sp.src})
			return exitUsage, nil
		}
		if c.printed {
			c.out.WriteByte('\n')
			c.printed = false
		}
		one, err := c.contests(name, sp, wanted, pairs)
		if status = worse(status, one); err != nil {
			return status, err
		}
	}
	return status, nil
}

// contests checks a spec, which was asked for by name, for the kernels that are asked for.
func (c *checkCommand) contests(name string, sp *spec, wanted []adversary.Operation, pairs bool) (exit, error) {
	if c.eras == "" {
		k := c.newContest(sp, wanted, pairs)
		status, err := k.run()
		if err != nil || k.arenas == nil {
			return status, err
		}
		return k.report(name)
	}
	t := trial{sp: sp, question: c.question}
	fmt.Fprintf(c.out, "%s against %s\n%-8s %-28s %6s %8s  %s\n", t.title(), c.against, "kernel", "verdict", "checks", "seconds", "broken by")
	c.printed = true
	status := exitHolds
	for _, kernel := range erasOf(c.eras) {
		k := c.newContest(sp, wanted, pairs)
		k.q.kernel = kernel
		start := time.Now()
		one, err := k.run()
		if err != nil {
			return one, err
		}
		if status = worse(status, one); k.arenas == nil {
			fmt.Fprintf(c.out, "%-8s %s\n", kernel, "does not compile")
			continue
		}
		verdict := "unknown"
		switch best := k.best(); {
		case best != nil:
			verdict = verdictOf(best.answer.res)
		case one == exitHolds:
			verdict = "holds"
		case one == exitUsage:
			verdict = "some do not compile"
		}
		fmt.Fprintf(c.out, "%-8s %-28s %6d %8.1f  %s\n", kernel, verdict, k.checks(), time.Since(start).Seconds(), strings.Join(k.breakers(), " "))
		c.out.Flush()
	}
	return status, nil
}

// newContest sets a spec against operations.
func (c *checkCommand) newContest(sp *spec, wanted []adversary.Operation, pairs bool) *contest {
	return &contest{
		checkCommand: c, sp: sp, q: c.question, wanted: wanted, pairs: pairs, named: pairs && c.against != "all",
		start: time.Now(), progress: newProgress(os.Stderr, c.quiet),
	}
}
