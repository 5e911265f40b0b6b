// SPDX-License-Identifier: MIT

// This file lists what there is to use: properties, native operations and
// kernel eras.

package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"mmcheck/checker"
	"mmcheck/model"
)

// eras are the kernels whose locking differs; any version between two of them
// behaves as the older one.
var eras = []struct{ version, what string }{
	{"5.12", "mmap_lock alone protects VMAs"},
	{"6.1", "the VMAs live in a maple tree"},
	{"6.6", "per-VMA locks (a rw_semaphore in each VMA)"},
	{"6.12", "per-VMA locks, the default"},
	{"6.15", "reference-counted VMA locks, VMAs reused at once"},
}

func setupList(*pflag.FlagSet) func(*session, []string) (exit, error) {
	return func(s *session, args []string) (exit, error) {
		if len(args) > 0 {
			return exitUsage, errors.New("list takes no argument")
		}
		listProperties(s)
		listOperations(s)
		fmt.Fprintf(s.out, "\nKernel eras (--kernel):\n")
		for _, e := range eras {
			fmt.Fprintf(s.out, "  %-18s %s\n", e.version, e.what)
		}
		return exitHolds, nil
	}
}

func listProperties(s *session) {
	fmt.Fprintf(s.out, "Properties ('mmcheck explain ID' says more):\n")
	for _, p := range checker.Properties {
		fmt.Fprintf(s.out, "  %-18s %-6s %s\n", p.ID, p.Severity, p.Short)
	}
}

// listOperations lists what a spec can call without defining it.
func listOperations(s *session) {
	for _, k := range model.Kinds {
		fmt.Fprintf(s.out, "\nNative operations: %s, %s\n", k.Name, k.Doc)
		for _, o := range k.Ops {
			fmt.Fprintf(s.out, "  %-30s %s\n", o.Name, o.Doc)
		}
	}
}
