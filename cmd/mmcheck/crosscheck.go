// SPDX-License-Identifier: MIT

// This file is the command crosscheck: it asks SPIN for a second opinion on
// all variants of specs.

package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/promela"
)

// crosscheckCommand is the state of one run of crosscheck.
type crosscheckCommand struct {
	*session
	question question
	search   search
	agree    int
	differ   int
	open     int // not compared
	unjudged []string
}

// opinion is one variant and what SPIN says of it; done is closed when that is
// known.
type opinion struct {
	testCase
	comparison *promela.Comparison
	spinErr    error
}

func setupCrosscheck(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &crosscheckCommand{}
	fs.StringArrayVarP(&c.question.defines, "define", "D", nil, "define `NAME[=VALUE]`: only this variant\n(default all that have a Result: line)")
	c.question.register(fs)
	c.search.register(fs, "compare `N` variants at once")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *crosscheckCommand) run(names []string) (exit, error) {
	if err := c.search.validate(); err != nil {
		return exitUsage, err
	}
	if err := c.question.validate(); err != nil {
		return exitUsage, err
	}
	if len(names) == 0 {
		return exitUsage, errors.New("no FILE given")
	}
	if err := promela.Tools(); err != nil {
		return exitUsage, err
	}
	opinions, err := c.opinions(names)
	if err != nil || opinions == nil {
		return exitUsage, err
	}
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	go c.start(ctx, opinions)
	status := exitHolds
	for _, o := range opinions {
		<-o.done
		if c.ctx.Err() != nil {
			return exitUnknown, errors.New("interrupted")
		}
		status = worse(status, c.print(o))
		*o = opinion{}            // its program is large, and there may be hundreds
		if c.out.Flush() != nil { // invoke says why
			return worse(status, exitUsage), nil
		}
	}
	if len(c.unjudged) > 0 {
		fmt.Fprintf(c.out, "not judged by SPIN: %s\n", strings.Join(c.unjudged, ", "))
	}
	fmt.Fprintf(c.out, "%d agree, %d differ, %d not compared\n", c.agree, c.differ, c.open)
	return status, nil
}

// opinions lists what to compare; nil if a header is wrong, which has been
// reported then.
func (c *crosscheckCommand) opinions(names []string) ([]*opinion, error) {
	var out []*opinion
	files, err := specFiles(names)
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		sp, diags, err := readSpec(name)
		if err != nil {
			return nil, err
		}
		if diags = headerWarnings(diags); diags.HasErrors() {
			diags.Print(c.err, map[string][]byte{sp.name: sp.src})
			return nil, nil
		}
		for _, want := range c.variants(sp) {
			out = append(out, &opinion{testCase: testCase{spec: sp, want: want, done: make(chan struct{})}})
		}
	}
	return out, nil
}

// variants lists those of one spec: the one asked for, or all in its header.
func (c *crosscheckCommand) variants(sp *spec) []expected {
	if len(c.question.words()) > 0 || len(sp.head.results) == 0 {
		one := expected{question: c.question}
		one.pos.Line = 1
		return []expected{one}
	}
	return sp.head.results
}

// start compares the variants, some at a time.
func (c *crosscheckCommand) start(ctx context.Context, opinions []*opinion) {
	places := c.search.workers
	if places == 0 {
		places = runtime.GOMAXPROCS(0)
	}
	each := c.search
	each.workers, each.atOnce = 1, places
	free := make(chan struct{}, places)
	for _, o := range opinions {
		free <- struct{}{}
		go func() {
			defer func() { <-free; close(o.done) }()
			o.compare(ctx, &each)
		}()
	}
}

// compare checks the variant here and with SPIN.
func (o *opinion) compare(ctx context.Context, h *search) {
	o.answer, o.err = ask(ctx, o.spec, &o.want.question, h, nil)
	if o.err != nil || o.answer.res == nil {
		return
	}
	o.comparison, o.spinErr = promela.Run(ctx, o.answer.res, promela.RunOptions{
		Limits:    promela.Limits{Time: h.timeLimit, Memory: int(h.maxMemory >> 20)},
		MaxStates: h.maxStates,
	})
}

// print reports one comparison in a line or two.
func (c *crosscheckCommand) print(o *opinion) exit {
	at := fmt.Sprintf("%s:%d: ", model.Printable(o.spec.name), o.want.pos.Line)
	name := o.want.question.variant()
	if name != "" {
		name += ": "
	}
	cmp := o.comparison
	if cmp != nil {
		for _, id := range cmp.Unjudged {
			if !slices.Contains(c.unjudged, id) {
				c.unjudged = append(c.unjudged, id)
			}
		}
	}
	switch {
	case o.err != nil:
		return crashed(c.err, o.err)
	case o.answer.res == nil:
		o.answer.diags.Print(c.err, o.answer.files)
		return exitUsage
	case o.spinErr != nil:
		fmt.Fprintf(c.err, "mmcheck crosscheck: %s%s%v\n", at, name, o.spinErr)
		return exitUsage
	case len(cmp.Differences) > 0:
		c.differ++
		fmt.Fprintf(c.out, "%s%sDIFFER: %s\n", at, name, strings.Join(cmp.Differences, "; "))
		return exitViolated
	case cmp.NotCompared != "":
		c.open++
		fmt.Fprintf(c.out, "%s%s%s, not compared: %s\n", at, name, verdictOf(o.answer.res), cmp.NotCompared)
		return exitUnknown
	}
	c.agree++
	fmt.Fprintf(c.out, "%s%s%s, %s\n", at, name, verdictOf(o.answer.res), agreement(cmp))
	return exitHolds
}

// agreement says on what the two agree.
func agreement(c *promela.Comparison) string {
	text := fmt.Sprintf("%d states", c.States)
	if c.Stopped > 0 {
		text += fmt.Sprintf(" and %d stopped ones", c.Stopped)
	}
	if n := len(c.Confirmed); n > 0 && c.Spin != checker.Holds {
		text += fmt.Sprintf(", %d of SPIN's trails replayed", n)
	}
	return text
}
