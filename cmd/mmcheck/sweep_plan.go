// SPDX-License-Identifier: MIT

// This file is the command sweep plan: it writes a list of independent checks, a line
// each, with about what it costs. A line is the command that makes the check; whatever
// starts jobs may do so by itself, but "sweep run" and "merge" see to results.

package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/model"
)

// sweepCheck is a line of a plan.
type sweepCheck struct {
	cost     int64 // about how many states the search has
	command  string
	spec     string
	question question
	search   search
}

// setCommand says how the check is made.
func (k *sweepCheck) setCommand() { k.command = commandLine(k.spec, &k.question, &k.search) }

// title names the check for people: what it asks, without the program.
func (k *sweepCheck) title() string {
	q := k.question
	if v := q.variant(); v != "" {
		return k.spec + " [" + v + "]"
	}
	return k.spec
}

// The first line of a plan.
const planHead = "# mmcheck sweep plan: about how many states, and the check"

// planText is a plan as a file.
func planText(checks []*sweepCheck) []byte {
	var b bytes.Buffer
	fmt.Fprintln(&b, planHead)
	for _, k := range checks {
		fmt.Fprintf(&b, "%d\t%s\n", k.cost, k.command)
	}
	return b.Bytes()
}

// parsePlan reads one.
func parsePlan(name string, text []byte) ([]*sweepCheck, error) {
	var checks []*sweepCheck
	lines, n := bufio.NewScanner(bytes.NewReader(text)), 0
	for lines.Scan() {
		n++
		line := lines.Text()
		if n == 1 && line != planHead {
			return nil, fmt.Errorf("%s:1:1: this is no plan of a sweep: 'mmcheck sweep plan -o FILE' writes one", name)
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		k, err := parseCheck(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d:1: %w; write the plan again with 'mmcheck sweep plan'", name, n, err)
		}
		checks = append(checks, k)
	}
	if err := lines.Err(); err != nil {
		return nil, plainError(name, err)
	}
	if len(checks) == 0 {
		return nil, fmt.Errorf("%s: no checks in it", name)
	}
	return checks, nil
}

func parseCheck(line string) (*sweepCheck, error) {
	cost, command, _ := strings.Cut(line, "\t")
	k := &sweepCheck{command: command}
	var err error
	if k.cost, err = strconv.ParseInt(cost, 10, 64); err != nil || k.cost < 0 {
		return nil, fmt.Errorf("'%s' is no number of states", cost)
	}
	words, err := unquote(command)
	if err != nil {
		return nil, err
	}
	fs := newFlagSet("check")
	k.register(fs)
	if len(words) < 2 || words[0] != "mmcheck" || words[1] != "check" {
		return nil, errors.New("the check does not begin with 'mmcheck check'")
	}
	if err := fs.Parse(words[2:]); err != nil {
		return nil, err
	}
	if fs.NArg() != 1 {
		return nil, errors.New("the check is not about one FILE")
	}
	k.spec = fs.Arg(0)
	return k, k.question.validate()
}

// register declares the flags that a line may have.
func (k *sweepCheck) register(fs *pflag.FlagSet) {
	fs.StringArrayVarP(&k.question.defines, "define", "D", nil, "define `NAME[=VALUE]`")
	k.question.register(fs)
	fs.Var(&k.search.part, "part", "")
}

// unquote splits a line as quote has put it together.
func unquote(line string) (words []string, err error) {
	word, in := "", false
	for rest := line; rest != ""; {
		c := rest[0]
		rest = rest[1:]
		switch c {
		case ' ':
			if in {
				words = append(words, word)
			}
			word, in = "", false
		case '\'':
			text, behind, ok := strings.Cut(rest, "'")
			if !ok {
				return nil, errors.New("a quotation does not end")
			}
			word, in, rest = word+text, true, behind
		case '\\':
			if rest == "" {
				return nil, errors.New("a quotation does not end")
			}
			word, in, rest = word+rest[:1], true, rest[1:]
		default:
			word, in = word+string(c), true
		}
	}
	if in {
		words = append(words, word)
	}
	return words, nil
}

// sweepPlan is the state of one run of sweep plan.
type sweepPlan struct {
	*session
	question question
	eras     string
	output   string
	workers  int
	cut      int
}

func setupSweepPlan(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &sweepPlan{}
	fs.StringVarP(&c.output, "output", "o", "", "write the plan to `FILE` instead of standard output")
	fs.StringArrayVarP(&c.question.defines, "define", "D", nil, "define `NAME[=VALUE,...]`, once with each value: these variants\ninstead of those that the Result: lines of a spec name")
	c.question.register(fs)
	fs.StringVar(&c.eras, "eras", "", "each variant for each kernel of `LIST`, such as 6.1,6.12, or for\nall that were modelled")
	fs.IntVar(&c.cut, "cut", 1, "cut each search into `N` parts")
	fs.IntVarP(&c.workers, "workers", "j", 0, "estimate `N` checks at a time\n(default one a processor)")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *sweepPlan) run(paths []string) (exit, error) {
	if err := c.question.validate(); err != nil {
		return exitUsage, err
	}
	switch {
	case len(paths) == 0:
		return exitUsage, errors.New("no FILE or directory given")
	case c.eras != "" && c.question.kernel != "":
		return exitUsage, errors.New("give --kernel or --eras")
	case c.workers < 0:
		return exitUsage, errors.New("--workers must not be negative")
	case c.cut < 1:
		return exitUsage, errors.New("--cut must be positive")
	}
	files, err := specFiles(paths)
	if err != nil {
		return exitUsage, err
	}
	checks, ok, err := c.checks(files)
	if err != nil || !ok {
		return exitUsage, err
	}
	if err := c.estimate(checks); err != nil {
		return exitUnknown, err
	}
	checks = parts(checks, c.cut)
	text := planText(checks)
	if c.output == "" {
		c.out.Write(text) // errors show when it is flushed
		return exitHolds, nil
	}
	if err := writeAtomically(c.output, text); err != nil {
		return exitUsage, plainError(c.output, err)
	}
	fmt.Fprintf(c.out, "%s: %s, about %s states\n", c.output, count(len(checks), "check", "checks"), roughly(costOf(checks)))
	return exitHolds, nil
}

// checks lists the checks of some specs; ok is false if a spec is wrong, which it has
// said then.
func (c *sweepPlan) checks(files []string) (checks []*sweepCheck, ok bool, err error) {
	seen := map[string]bool{}
	ok = true
	for _, name := range files {
		sp, diags, err := readSpec(name)
		if err != nil {
			return nil, false, err
		}
		if diags.HasErrors() {
			diags.Print(c.err, map[string][]byte{sp.name: sp.src})
			ok = false
			continue
		}
		for _, k := range c.variants(sp) {
			if k.setCommand(); !seen[k.command] {
				if _, err := unquote(k.command); err != nil || strings.ContainsAny(k.command, "\t$") {
					return nil, false, fmt.Errorf("%s: a name or a macro with such characters cannot stand in a plan", k.command)
				}
				seen[k.command] = true
				checks = append(checks, k)
			}
		}
	}
	return checks, ok, nil
}

// variants are the checks of one spec.
func (c *sweepPlan) variants(sp *spec) (out []*sweepCheck) {
	kernels := []string{c.question.kernel}
	if c.eras != "" {
		kernels = erasOf(c.eras)
	}
	add := func(q question, states int64) {
		for _, kernel := range kernels {
			k := &sweepCheck{spec: sp.name, question: q, cost: states}
			if kernel != "" {
				k.question.kernel = kernel
			}
			out = append(out, k)
		}
	}
	if len(c.question.defines) > 0 || len(sp.head.results) == 0 {
		for _, defines := range choices(c.question.defines) {
			q := c.question
			q.defines = defines
			add(q, -1)
		}
		return out
	}
	for _, r := range sp.head.results {
		q := r.question
		q.assume = slices.Concat(q.assume, c.question.assume)
		q.ignore = slices.Concat(q.ignore, c.question.ignore)
		if len(c.question.only) > 0 {
			q.only = c.question.only
		}
		if c.question.find != checker.FindDefault {
			q.find = c.question.find
		}
		add(q, r.states)
	}
	return out
}

// choices lists the ways to choose a value of each macro with several.
func choices(defines []string) [][]string {
	all := [][]string{nil}
	for _, d := range defines {
		name, values, ok := strings.Cut(d, "=")
		each := []string{d}
		if ok {
			each = nil
			for _, v := range strings.Split(values, ",") {
				each = append(each, name+"="+v)
			}
		}
		var next [][]string
		for _, before := range all {
			for _, e := range each {
				next = append(next, append(slices.Clip(before), e))
			}
		}
		all = next
	}
	return all
}

// parts cuts each check into a number of parts.
func parts(checks []*sweepCheck, n int) (out []*sweepCheck) {
	if n == 1 {
		return checks
	}
	for _, k := range checks {
		for i := range n {
			one := *k
			one.search.part = share{i + 1, n}
			one.cost = k.cost/int64(n) + 1
			one.setCommand()
			out = append(out, &one)
		}
	}
	return out
}

// probeStates is how far a search is tried to tell what it costs.
const probeStates = 2_000

// estimate finds out what the checks cost that say nothing about it: a look at the first
// states of each variant, for one of the kernels.
func (c *sweepPlan) estimate(checks []*sweepCheck) error {
	var groups [][]*sweepCheck
	number := map[string]int{}
	for _, k := range checks {
		if k.cost >= 0 {
			continue
		}
		q := k.question
		q.kernel = ""
		key := commandLine(k.spec, &q, &k.search)
		n, ok := number[key]
		if !ok {
			n = len(groups)
			number[key], groups = n, append(groups, nil)
		}
		groups[n] = append(groups[n], k)
	}
	p, start := newProgress(os.Stderr, false), time.Now()
	var done atomic.Int64
	err := inParallel(c.ctx, c.workers, len(groups), func(ctx context.Context, i, atOnce int) error {
		cost, err := probe(ctx, groups[i][0], atOnce)
		for _, k := range groups[i] {
			k.cost = cost
		}
		done.Add(1)
		return err
	}, func() {
		if p.due(time.Since(start)) {
			p.show(time.Since(start), fmt.Sprintf("%d of %d variants looked at", done.Load(), len(groups)))
		}
	})
	p.clear()
	if c.ctx.Err() != nil {
		return errors.New("interrupted")
	}
	return err
}

// probe is about how many states a check has. One that does not compile costs nothing:
// the run will say so.
func probe(ctx context.Context, k *sweepCheck, atOnce int) (int64, error) {
	sp, diags, err := readSpec(k.spec)
	if err != nil || diags.HasErrors() {
		return 0, err
	}
	a, err := ask(ctx, sp, &k.question, &search{workers: 1, atOnce: atOnce, maxStates: probeStates}, nil)
	if err != nil || a.res == nil {
		return 0, err
	}
	return max(a.res.Stats.States, a.res.Stats.Estimate), nil
}

// inParallel does n things, some at a time. It calls tell now and then, and returns the
// first error.
func inParallel(ctx context.Context, workers, n int, do func(ctx context.Context, i, atOnce int) error, tell func()) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	var once sync.Once
	var failed error
	var all sync.WaitGroup
	for range min(workers, n) {
		all.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(ctx, i, min(workers, n)); err != nil {
					once.Do(func() { failed = err })
					cancel()
				}
			}
		})
	}
	over := make(chan struct{})
	go func() { all.Wait(); close(over) }()
	tick := time.NewTicker(redrawEvery)
	defer tick.Stop()
	for {
		select {
		case <-over:
			return failed
		case <-tick.C:
			tell()
		}
	}
}

// costOf is the cost of some checks.
func costOf(checks []*sweepCheck) (sum int64) {
	for _, k := range checks {
		sum += k.cost
	}
	return sum
}

// writeAtomically writes a file so that others see all of it or none.
func writeAtomically(name string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// wrongSpec is why a check has no verdict, in a line.
func wrongSpec(diags cfront.Diagnostics) string { return model.Printable(firstError(diags)) }
