// SPDX-License-Identifier: MIT

// This file checks one spec for several kernels, and prints a table of the verdicts.

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"mmcheck/checker"
	"mmcheck/specs"
)

// erasOf lists the kernels that --eras names: all, or some with commas between them.
func erasOf(list string) []string {
	if list != "all" {
		return strings.Split(list, ",")
	}
	var all []string
	for _, e := range specs.Eras {
		all = append(all, e.Version)
	}
	return all
}

// table checks each spec for each kernel.
func (c *checkCommand) table(names []string) (exit, error) {
	switch {
	case c.question.kernel != "":
		return exitUsage, errors.New("give --kernel or --eras")
	case c.outDir != "" || c.format != "text" || c.search.checkpoint != "" || c.search.all != 0 || c.search.part.of != 0 || c.from.tree != "":
		return exitUsage, errors.New("--eras prints a table: it does not go with --output, --format, --checkpoint, --all, --part and --tree")
	}
	status := exitHolds
	for i, name := range names {
		sp, diags, err := readSpec(name)
		if err != nil {
			return exitUsage, err
		}
		if diags = headerWarnings(diags); diags.HasErrors() {
			c.complain(diags, map[string][]byte{sp.name: sp.src})
			return exitUsage, nil
		}
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		one, err := c.spec(sp)
		if status = worse(status, one); err != nil {
			return status, err
		}
	}
	return status, nil
}

// spec prints the table of one spec. A kernel for which it does not compile has no
// verdict; what is wrong is said once.
func (c *checkCommand) spec(sp *spec) (status exit, err error) {
	t := trial{sp: sp, question: c.question}
	fmt.Fprintf(c.out, "%s\n%-8s %-28s %10s %8s\n", t.title(), "kernel", "verdict", "states", "seconds")
	var said []string
	for _, kernel := range erasOf(c.eras) {
		q := c.question
		q.kernel = kernel
		start := time.Now()
		a, err := ask(c.ctx, sp, &q, &c.search, nil)
		if err != nil {
			return exitInternal, err
		}
		if a.res == nil {
			text := a.diags.Error()
			if !slices.Contains(said, text) {
				said = append(said, text)
				c.complain(a.diags, a.files)
			}
			fmt.Fprintf(c.out, "%-8s %s\n", kernel, "does not compile")
			status = worse(status, exitUsage)
			continue
		}
		states := fmt.Sprint(a.res.Stats.States)
		if a.res.Verdict == checker.Unknown {
			states = ">" + states
		}
		fmt.Fprintf(c.out, "%-8s %-28s %10s %8.2f\n", kernel, verdictOf(a.res), states, time.Since(start).Seconds())
		c.out.Flush()
		status = worse(status, statusOf(a.res))
		if c.ctx.Err() != nil {
			return status, errors.New("interrupted")
		}
	}
	return status, nil
}
