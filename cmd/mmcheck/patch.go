// SPDX-License-Identifier: MIT

// This file is what check does with --patch: each question twice, before and after.

package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// patched asks about functions before and after the patches, by default about each that
// they touch. The status is that of what comes after.
func (c *checkCommand) patched(names []string) (exit, error) {
	before, after, err := c.from.touched()
	if err != nil {
		return exitUsage, err
	}
	questions := slices.Clone(after)
	for _, f := range before {
		if !slices.Contains(questions, f) {
			questions = append(questions, f)
		}
	}
	if len(names) > 0 {
		all := strings.Join(names, " ") // one spec about all
		questions, before, after = []string{all}, []string{all}, []string{all}
	}
	if len(questions) == 0 {
		return exitUsage, errors.New("the patch touches no function: name FILE:FUNCTION")
	}
	var files []string
	for _, p := range c.from.patches {
		files = append(files, filepath.Base(p))
	}
	patches := strings.Join(files, ", ")
	status := exitHolds
	for _, q := range questions {
		for _, then := range []struct {
			word string
			has  []string
		}{{"before", before}, {"after", after}} {
			c.from.before = then.word == "before"
			c.when = " " + then.word + " " + patches
			if !slices.Contains(then.has, q) {
				fmt.Fprintf(c.err, "mmcheck: there is no %s%s\n", q, c.when)
				continue
			}
			if c.format == "text" {
				if c.printed {
					c.out.WriteByte('\n')
				}
				c.printed = false
				fmt.Fprintf(c.out, "%s%s:\n", q, c.when)
			}
			one, goOn := c.one(q)
			c.printed = true
			if !c.from.before || one == exitUsage || one == exitInternal {
				status = worse(status, one)
			}
			if c.out.Flush() != nil || !goOn { // invoke says why
				return worse(status, exitUsage), nil
			}
		}
	}
	return status, nil
}
