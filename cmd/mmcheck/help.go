// SPDX-License-Identifier: MIT

// This file prints how to use mmcheck: all commands, or one with its flags.

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/term"

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
	fmt.Fprintf(w, "%s\n\n", wrap(usageHead, helpWidth()))
	for _, c := range commands() {
		head := fmt.Sprintf("  %-10s %-11s ", c.name, c.args)
		text := fill(strings.Fields(c.short), max(helpWidth()-len(head), 20))
		fmt.Fprintln(w, head+strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", len(head))))
	}
	fmt.Fprintf(w, "\n%s\n", wrap(usageTail, helpWidth()))
}

// flagsOf are the flags of a command.
func flagsOf(c *command) *pflag.FlagSet {
	fs := newFlagSet(c.name)
	c.setup(fs)
	return fs
}

// commandUsage prints one command and its flags.
func commandUsage(w io.Writer, c *command) {
	fs := flagsOf(c)
	flags, args := "", c.args
	if fs.HasFlags() {
		flags = " [FLAGS]"
	}
	if args != "" {
		args = " " + args
	}
	fmt.Fprintf(w, "%s\n\nUsage: mmcheck %s%s%s\n", c.short, c.name, flags, args)
	if fs.HasFlags() {
		fs.VisitAll(func(f *pflag.Flag) { f.Usage = strings.ReplaceAll(f.Usage, "\n", " ") }) // lines are broken by width
		fmt.Fprintf(w, "\n%s", fs.FlagUsagesWrapped(helpWidth()))
	}
}

// helpWidth is how wide a help may be: as the terminal is, or COLUMNS says.
func helpWidth() int {
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n > 0 {
		return n
	}
	if n, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && n > 0 {
		return n
	}
	return 80
}

func setupHelp(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	asMan := fs.Bool("man", false, "write a manual page, as in: mmcheck help --man >mmcheck.1")
	return func(s *session, args []string) (exit, error) {
		if *asMan {
			if len(args) > 0 {
				return exitUsage, errors.New("--man writes one page about all commands")
			}
			man(s.out)
			return exitHolds, nil
		}
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
