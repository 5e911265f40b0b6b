// SPDX-License-Identifier: MIT

// This file lists what 'mmcheck check --against' puts beside a spec.

package main

import (
	"fmt"
	"strings"

	"mmcheck/adversary"
)

// adversaries lists the operations, as their header describes them, and the shapes.
func (c *listCommand) adversaries() error {
	docs := map[string]string{}
	for _, w := range worlds {
		functions, err := c.functions(w.head, w.skip)
		if err != nil {
			return err
		}
		for _, f := range functions {
			if name, ok := strings.CutPrefix(f.Name, "op_"); ok {
				docs[name] = firstSentence(f.Doc)
			}
		}
	}
	fmt.Fprintln(c.out, "Adversaries (check --against), op_NAME() of <mm/ops.h>:")
	for _, o := range adversary.Operations {
		if doc, ok := docs[o.Name]; ok {
			listLine(c.session, fmt.Sprintf("  %-15s %s", o.Name, doc))
		}
	}
	fmt.Fprintln(c.out, "Shapes of an address space, for a spec without INIT:")
	for _, s := range adversary.Shapes {
		listLine(c.session, fmt.Sprintf("  %-15s %s", s.Name, s.Doc))
	}
	return nil
}
