// SPDX-License-Identifier: MIT

// This file lists the shipped specs, each with the question that its header
// asks.

package main

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"mmcheck/specs"
)

// specs lists the specs by folder.
func (c *listCommand) specs() error {
	for i, f := range specs.Folders {
		if i > 0 {
			fmt.Fprintln(c.out)
		}
		fmt.Fprintf(c.out, "Specs: specs/%s/*.c, %s\n", f.Name, f.What)
		names, err := fs.Glob(specs.Files, f.Name+"/*.c")
		if err != nil {
			return err
		}
		for _, name := range names {
			src, err := fs.ReadFile(specs.Files, name)
			if err != nil {
				return err
			}
			head, _ := parseHeader(name, src)
			fmt.Fprintf(c.out, "  %s: %s\n", strings.TrimSuffix(path.Base(name), ".c"), head.question)
		}
	}
	return nil
}
