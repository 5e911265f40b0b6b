// SPDX-License-Identifier: MIT

// This file starts mmcheck: it finds the command, runs it, and turns what
// happened into the exit status.

// Mmcheck checks Linux memory-management lock sequences: it reads a spec, a C
// file with some threads, tries every interleaving of them, and prints a
// verdict, and a race if there is one. "mmcheck help" lists its commands.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/model"
)

// exit is an exit status.
type exit int

// What the exit status says.
const (
	exitHolds    exit = 0 // every spec holds; or the command has nothing to judge
	exitViolated exit = 1 // a violation was found; or an expected verdict did not come
	exitUsage    exit = 2 // the command line or a spec is wrong
	exitUnknown  exit = 3 // a limit or an interrupt cut a search short
	exitInternal exit = 4 // mmcheck itself is wrong
)

// worse returns the status that weighs more when several specs are checked.
func worse(a, b exit) exit {
	for _, e := range []exit{exitInternal, exitUsage, exitViolated, exitUnknown} {
		if a == e || b == e {
			return e
		}
	}
	return exitHolds
}

// session is what a command works with.
type session struct {
	ctx context.Context // cancelled by the first interrupt
	out *bufio.Writer
	err io.Writer
}

// command is one command of mmcheck. setup declares its flags and returns what
// runs it; an error is printed, and the status stands as it is returned.
type command struct {
	name, args, short string
	setup             func(fs *pflag.FlagSet) func(s *session, args []string) (exit, error)
}

// commands lists the commands, one line each.
func commands() []*command {
	return []*command{
		{"check", "FILE...", "try every interleaving of a spec and print the verdict", setupCheck},
		{"test", "[PATH...]", "check all variants of specs against their Result: lines", setupTest},
		{"export", "FILE", "write a spec in the language of SPIN", setupExport},
		{"crosscheck", "FILE...", "ask SPIN for a second opinion on all variants of specs", setupCrosscheck},
		{"list", "[SECTION]", "list properties, cells, operations, eras, orders and specs", setupList},
		{"import", "FILE:FUNCTION...", "write a spec about functions of a kernel tree, or of a file", setupImport},
		{"fix", "FILE", "propose changes of the lock sequence that make a spec hold", setupFix},
		{"weaken", "FILE", "say which locks and references a spec that holds can do without", setupWeaken},
		{"mutants", "FILE", "leave out locks and tests one by one and say what notices", setupMutants},
		{"sweep plan", "PATH...", "list checks of many variants and kernels, and what they cost", setupSweepPlan},
		{"sweep run", "PLAN", "make the checks of a plan, or a share of them", setupSweepRun},
		{"merge", "DIR...", "put the results of a sweep's shares together", setupMerge},
		{"headers", "DIR", "write the headers of the model into a directory", setupHeaders},
		{"explain", "[PROPERTY]", "say what a property means and where its rule is written", setupExplain},
		{"completion", "SHELL", "write what bash, zsh or fish need to complete command lines", setupCompletion},
		{"version", "", "print the version", setupVersion},
		{"help", "[COMMAND]", "say how to use mmcheck or one of its commands", setupHelp},
	}
}

func main() {
	collectLate()
	os.Exit(int(invoke(os.Args[1:])))
}

// invoke runs one command line; whatever goes wrong in it ends in one line.
func invoke(args []string) (status exit) {
	defer func() {
		if r := recover(); r != nil {
			status = crashed(os.Stderr, panicError{r, debug.Stack()})
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), endSignals()...)
	defer stop()
	context.AfterFunc(ctx, stop) // the second signal kills
	s := &session{ctx: ctx, out: bufio.NewWriter(os.Stdout), err: os.Stderr}
	status = dispatch(s, args)
	if err := s.out.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "mmcheck:", err)
		status = worse(status, exitUsage)
	}
	return status
}

// endSignals are the signals that ask a search to stop with what it has. Who
// started mmcheck with SIGHUP ignored, as nohup does, wants it to go on.
func endSignals() []os.Signal {
	if signal.Ignored(syscall.SIGHUP) {
		return []os.Signal{os.Interrupt, syscall.SIGTERM}
	}
	return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
}

// dispatch finds the command, parses its flags and runs it.
func dispatch(s *session, args []string) exit {
	if len(args) == 0 {
		usage(s.err)
		return exitUsage
	}
	name := args[0]
	switch name {
	case "-h", "--help":
		name = "help"
	case "--version":
		name = "version"
	}
	if len(args) > 1 && findCommand(name+" "+args[1]) != nil {
		name, args = name+" "+args[1], args[1:]
	}
	c := findCommand(name)
	if c == nil && slices.ContainsFunc(commandNames(), func(n string) bool { return strings.HasPrefix(n, name+" ") }) {
		fmt.Fprintf(s.err, "mmcheck: say what to do: %s\n", strings.Join(slices.DeleteFunc(commandNames(), func(n string) bool { return !strings.HasPrefix(n, name+" ") }), ", "))
		return exitUsage
	}
	if c == nil {
		fmt.Fprintf(s.err, "mmcheck: unknown command '%s'%s\n", name, cfront.DidYouMean(name, commandNames()))
		return exitUsage
	}
	fs := newFlagSet(c.name)
	run := c.setup(fs)
	err := fs.Parse(args[1:])
	if errors.Is(err, pflag.ErrHelp) {
		commandUsage(s.out, c)
		return exitHolds
	}
	if err == nil {
		err = fromEnvironment(fs, os.Getenv)
	}
	if err != nil {
		fmt.Fprintf(s.err, "mmcheck %s: %v; 'mmcheck help %s' lists the flags\n", c.name, err, c.name)
		return exitUsage
	}
	status, err := run(s, fs.Args())
	if err == nil {
		return status
	}
	if status == exitInternal {
		return crashed(s.err, err)
	}
	fmt.Fprintf(s.err, "mmcheck %s: %s\n", c.name, model.Printable(err.Error()))
	return status
}

// complainOf prints an error that is none of a spec's text.
func (s *session) complainOf(err error) {
	fmt.Fprintln(s.err, "mmcheck:", model.Printable(err.Error()))
}

func findCommand(name string) *command {
	for _, c := range commands() {
		if c.name == name {
			return c
		}
	}
	return nil
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

// panicError is a panic that was caught, with the stack for who debugs it.
type panicError struct {
	value any
	stack []byte
}

func (p panicError) Error() string { return fmt.Sprint(p.value) }

// crashed reports an internal error in one line.
func crashed(w io.Writer, err error) exit {
	fmt.Fprintf(w, "mmcheck: internal error: %s\n", strings.Join(strings.Fields(err.Error()), " "))
	var p panicError
	if os.Getenv("MMCHECK_DEBUG") == "1" && errors.As(err, &p) {
		fmt.Fprintf(w, "%s", p.stack)
	}
	return exitInternal
}
