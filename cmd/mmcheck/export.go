// SPDX-License-Identifier: MIT

// This file is the command export: a spec in the language of another checker.

package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"mmcheck/promela"
)

// exportCommand is the state of one run of export.
type exportCommand struct {
	*session
	question question
	search   search
	to       string
	output   string
}

func setupExport(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &exportCommand{to: "promela"}
	fs.Var(choice{&c.to, []string{"promela"}}, "to", "the language to write")
	fs.StringArrayVarP(&c.question.defines, "define", "D", nil, "define `NAME[=VALUE]`: choose a variant of the spec")
	c.question.register(fs)
	fs.StringArrayVarP(&c.search.include, "include", "I", nil, "search `DIR` for headers first")
	fs.Int64Var(&c.search.maxStates, "max-states", promela.DefaultMaxStates, "explore at most `N` states to learn how wide values are")
	fs.StringVarP(&c.output, "output", "o", "", "write to `FILE` instead of standard output")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *exportCommand) run(names []string) (exit, error) {
	if len(names) != 1 {
		return exitUsage, errors.New("want one FILE")
	}
	if err := c.question.validate(); err != nil {
		return exitUsage, err
	}
	sp, diags, err := readSpec(names[0])
	if err != nil {
		return exitUsage, err
	}
	if diags = headerWarnings(diags); diags.HasErrors() {
		diags.Print(c.err, map[string][]byte{sp.name: sp.src})
		return exitUsage, nil
	}
	text, status, err := c.export(sp)
	switch {
	case status != exitHolds || err != nil:
		return status, err
	case c.output != "":
		if err := os.WriteFile(c.output, text, 0o666); err != nil {
			return exitUsage, plainError(c.output, err)
		}
		return exitHolds, nil
	}
	c.out.Write(text) // errors show when it is flushed
	return exitHolds, nil
}

// export compiles a spec and writes it in the other language. Properties are
// woven in when a search starts, so one is started, and stopped at once.
func (c *exportCommand) export(sp *spec) ([]byte, exit, error) {
	search := search{include: c.search.include, maxStates: 1, workers: 1, reference: true}
	a, err := ask(c.ctx, sp, &c.question, &search, nil)
	if err != nil {
		return nil, exitInternal, err
	}
	a.diags.Print(c.err, a.files)
	if a.res == nil {
		return nil, exitUsage, nil
	}
	e, err := promela.New(a.res.Program, promela.Options{Ignore: c.question.ignore, MaxStates: c.search.maxStates})
	if err != nil {
		return nil, exitUsage, fmt.Errorf("%s: %w", sp.name, err)
	}
	return e.Text, exitHolds, nil
}
