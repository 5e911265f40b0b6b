// SPDX-License-Identifier: MIT

// This file prints how to use mmcheck: all commands, or one with its flags.

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
)

const usageHead = `mmcheck tries every interleaving of a kernel lock sequence written as C.

Usage: mmcheck COMMAND [FLAGS] [ARGUMENTS]

`

const usageTail = `
'mmcheck help COMMAND' lists the flags of a command. A flag that is not given
takes its value from the environment: MMCHECK_MAX_STATES for --max-states.

Exit status: 0 holds, 1 violated, 2 usage or input error, 3 unknown (a limit
was reached), 4 internal error. With several files the gravest wins, in the
order 4, 2, 1, 3, 0.
`

// usage prints the commands.
func usage(w io.Writer) {
	fmt.Fprint(w, usageHead)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-10s %-11s %s\n", c.name, c.args, c.short)
	}
	fmt.Fprint(w, usageTail)
}

// commandUsage prints one command and its flags.
func commandUsage(w io.Writer, c *command) {
	fs := newFlagSet(c.name)
	c.setup(fs)
	flags, args := "", c.args
	if fs.HasFlags() {
		flags = " [FLAGS]"
	}
	if args != "" {
		args = " " + args
	}
	fmt.Fprintf(w, "%s\n\nUsage: mmcheck %s%s%s\n", c.short, c.name, flags, args)
	if fs.HasFlags() {
		fmt.Fprintf(w, "\n%s", fs.FlagUsages())
	}
}

func setupHelp(*pflag.FlagSet) func(*session, []string) (exit, error) {
	return func(s *session, args []string) (exit, error) {
		if len(args) == 0 {
			usage(s.out)
			return exitHolds, nil
		}
		name := strings.Join(args, " ")
		c := findCommand(name)
		if c == nil {
			return exitUsage, fmt.Errorf("unknown command '%s'%s", name, cfront.DidYouMean(name, commandNames()))
		}
		commandUsage(s.out, c)
		return exitHolds, nil
	}
}
