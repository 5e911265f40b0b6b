// SPDX-License-Identifier: MIT

// This file is the command test: it checks all variants of specs against the
// Result: lines in their headers.

package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/model"
	"mmcheck/report"
)

// testCommand is the state of one run of test.
type testCommand struct {
	*session
	search  search
	verbose bool
	format  string
	whole   documents // of formats with one document
}

// testCase is one variant and what became of it; done is closed when that is
// known.
type testCase struct {
	spec   *spec
	want   expected
	answer answer
	err    error
	done   chan struct{}
}

func setupTest(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &testCommand{format: "text"}
	fs.Var(choice{&c.format, slices.Concat([]string{"text"}, testDocuments())}, "format", "what to print")
	c.search.register(fs, "check `N` variants at once")
	fs.BoolVarP(&c.verbose, "verbose", "v", false, "list what passes, too")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		status, err := c.run(args)
		if err == nil && c.whole.outcomes != nil {
			err = c.whole.write(s, c.format)
		}
		return status, err
	}
}

func (c *testCommand) run(paths []string) (exit, error) {
	if err := c.search.validate(); err != nil {
		return exitUsage, err
	}
	if len(paths) == 0 {
		paths = []string{"specs"}
	}
	files, err := specFiles(paths)
	if err != nil {
		return exitUsage, err
	}
	cases, err := c.cases(files)
	if err != nil {
		return exitUsage, err
	}
	if cases == nil {
		return exitUsage, nil
	}
	return c.judgeAll(cases)
}

// specFiles lists the specs in files and directories, in order.
func specFiles(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		before := len(files)
		err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && (name == path || strings.HasSuffix(name, ".c")) {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, plainError(path, err)
		}
		if len(files) == before {
			return nil, fmt.Errorf("%s: no specs (.c files) in it", path)
		}
	}
	return files, nil
}

// cases lists the variants of all specs; nil if a header is wrong, which has
// been reported then.
func (c *testCommand) cases(files []string) ([]*testCase, error) {
	var cases []*testCase
	wrong := false
	for _, name := range files {
		sp, diags, err := readSpec(name)
		if err != nil {
			return nil, err
		}
		if len(diags) == 0 && len(sp.head.results) == 0 {
			diags = cfront.Diagnostics{{Pos: model.Pos{File: sp.name}, ID: idResult,
				Text: "no Result: line in the first comment says what to expect"}}
		}
		if diags.HasErrors() {
			diags.Print(c.err, map[string][]byte{sp.name: sp.src})
			wrong = true
		}
		for _, want := range sp.head.results {
			cases = append(cases, &testCase{spec: sp, want: want, done: make(chan struct{})})
		}
	}
	if wrong {
		return nil, nil
	}
	return cases, nil
}

// judgeAll runs the cases, some at a time, and reports them in order.
func (c *testCommand) judgeAll(cases []*testCase) (exit, error) {
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	go c.start(ctx, cases)
	status, passed, failed := exitHolds, 0, 0
	for _, t := range cases {
		<-t.done
		if c.ctx.Err() != nil {
			return exitUnknown, errors.New("interrupted")
		}
		ok := t.print(c)
		if ok {
			passed++
		} else {
			failed++
			status = worse(status, exitViolated)
		}
		switch {
		case t.err != nil:
			status = exitInternal
		case t.answer.gaveUp:
			return exitUsage, errors.New("stopped after the parser gave up")
		}
		t.answer = answer{} // some megabytes, and there are thousands
	}
	if c.format == "text" {
		fmt.Fprintf(c.out, "%d passed, %d failed\n", passed, failed)
	}
	return status, nil
}

// start runs the cases: as many at a time as --workers says, each with one
// worker. The next one starts when a place is free.
func (c *testCommand) start(ctx context.Context, cases []*testCase) {
	places := c.search.workers
	if places == 0 {
		places = runtime.GOMAXPROCS(0)
	}
	each := c.search
	each.workers, each.atOnce = 1, places
	free := make(chan struct{}, places)
	for _, t := range cases {
		free <- struct{}{}
		go func() {
			defer func() { <-free; close(t.done) }()
			t.answer, t.err = ask(ctx, t.spec, &t.want.question, &each, nil)
		}()
	}
}

// print reports one case and says whether it passed.
func (t *testCase) print(c *testCommand) bool {
	at := fmt.Sprintf("%s:%d:", model.Printable(t.spec.name), t.want.pos.Line)
	name := t.want.question.variant()
	if name != "" {
		name = " " + name
	}
	wrong := t.mismatch()
	if c.format != "text" {
		if t.err != nil {
			crashed(c.err, t.err)
		}
		c.whole.outcomes = append(c.whole.outcomes, t.outcome(wrong))
		return t.err == nil && wrong == ""
	}
	switch {
	case t.err != nil:
		crashed(c.err, t.err)
		fmt.Fprintf(c.out, "%s FAIL%s: internal error\n", at, name)
	case wrong != "":
		fmt.Fprintf(c.out, "%s FAIL%s: %s\n", at, name, wrong)
	case c.verbose:
		fmt.Fprintf(c.out, "%s ok%s: %s, %d states\n", at, name, verdictOf(t.answer.res), t.answer.res.Stats.States)
	}
	c.out.Flush()
	return t.err == nil && wrong == ""
}

// outcome is what a document tells of a case; wrong is how it differs from what was
// expected.
func (t *testCase) outcome(wrong string) report.Outcome {
	o := report.Outcome{
		Spec: t.spec.name, Variant: t.want.question.variant(), Expected: t.wanted(),
		Verdict: "none", State: report.Passed, Short: wrong, At: t.want.pos,
	}
	if r := t.answer.res; r != nil {
		o.Verdict, o.Kernel, o.States = string(r.Verdict), r.Program.Kernel, r.Stats.States
		if r.Finding != nil {
			o.Property = r.Finding.Property.ID
		}
	}
	switch {
	case t.err != nil:
		o.State, o.Short = report.Undone, "internal error: "+t.err.Error()
	case wrong != "":
		o.State = report.Failed
	}
	return o
}

// wanted is the verdict that was expected.
func (t *testCase) wanted() string {
	if t.want.property != "" {
		return string(t.want.verdict) + " " + t.want.property
	}
	return string(t.want.verdict)
}

// mismatch says how the answer differs from what was expected, "" if it does
// not.
func (t *testCase) mismatch() string {
	if t.err != nil {
		return ""
	}
	want := t.wanted()
	if t.answer.res == nil {
		return fmt.Sprintf("want %s, got %s", want, firstError(t.answer.diags))
	}
	if got := verdictOf(t.answer.res); got != want {
		if t.answer.res.Limit != nil {
			got += " (" + t.answer.res.Limit.What + ")"
		}
		return fmt.Sprintf("want %s, got %s", want, got)
	}
	if got := t.answer.res.Stats.States; t.want.states >= 0 && !t.answer.res.Stats.Reduced && got != t.want.states {
		return fmt.Sprintf("want %d states, got %d", t.want.states, got)
	}
	return ""
}

// firstError is the first error among diagnostics, in one line.
func firstError(diags cfront.Diagnostics) string {
	for _, d := range diags.Sorted() {
		if d.Severity == cfront.Error {
			return cfront.Diagnostics{d}.Error()
		}
	}
	return "no program"
}

// verdictOf is a verdict as a Result: line has it.
func verdictOf(r *checker.Result) string {
	if r.Verdict == checker.Violated {
		return string(r.Verdict) + " " + r.Finding.Property.ID
	}
	return string(r.Verdict)
}
