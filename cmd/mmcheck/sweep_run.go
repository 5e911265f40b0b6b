// SPDX-License-Identifier: MIT

// This file is the command sweep run: it makes the checks of a plan, or of one shard of
// it, that have no result yet. It may be killed at any time, and run again.

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/pflag"
)

// share is one of some equal shares, such as 2/8.
type share struct{ n, of int }

func (s *share) Type() string { return "share" }

func (s *share) String() string {
	if s.of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.n, s.of)
}

func (s *share) Set(text string) error {
	var v share
	if k, err := fmt.Sscanf(text, "%d/%d", &v.n, &v.of); err != nil || k != 2 || v.n < 1 || v.n > v.of || v.String() != text {
		return errors.New("want I/N with I from 1 to N, such as 2/8")
	}
	*s = v
	return nil
}

// sweepRun is the state of one run of sweep run.
type sweepRun struct {
	*session
	search search
	shard  share
	output string
	retry  bool
}

func setupSweepRun(fs *pflag.FlagSet) func(*session, []string) (exit, error) {
	c := &sweepRun{}
	fs.Var(&c.shard, "shard", "make the checks of share `I/N` only")
	fs.StringVarP(&c.output, "output", "o", "", "keep results in `DIR` (default the plan's name with .results)")
	fs.BoolVar(&c.retry, "retry", false, "make those again that were unknown")
	fs.IntVarP(&c.search.workers, "workers", "j", 0, "make `N` checks at a time\n(default one a processor)")
	fs.Int64Var(&c.search.maxStates, "max-states", 0, "stop each after `N` states")
	fs.Var(size{&c.search.maxMemory}, "max-memory", "stop each at `SIZE` of memory, such as 4G\n(default a fair share of 80 % of what is available)")
	fs.DurationVar(&c.search.timeLimit, "time-limit", 0, "stop each after `TIME`, such as 90s or 10m")
	fs.StringVar(&c.search.spill, "spill", "", "keep on the disk of `DIR` what --max-memory does not hold")
	return func(s *session, args []string) (exit, error) {
		c.session = s
		return c.run(args)
	}
}

func (c *sweepRun) run(args []string) (exit, error) {
	if err := c.search.validate(); err != nil {
		return exitUsage, err
	}
	switch {
	case len(args) != 1:
		return exitUsage, errors.New("give one PLAN; 'mmcheck sweep plan' writes it")
	case c.search.spill != "" && !isDir(c.search.spill):
		return exitUsage, fmt.Errorf("--spill: %s is no directory", c.search.spill)
	}
	text, err := os.ReadFile(args[0])
	if err != nil {
		return exitUsage, plainError(args[0], err)
	}
	checks, err := parsePlan(args[0], text)
	if err != nil {
		return exitUsage, err
	}
	if c.output == "" {
		c.output = strings.TrimSuffix(args[0], ".plan") + ".results"
	}
	dir, err := makeResults(c.output, text, checks)
	if err != nil {
		return exitUsage, err
	}
	mine := shardOf(checks, c.shard)
	if err := c.make(dir, mine); err != nil {
		return exitInternal, err
	}
	if c.ctx.Err() != nil {
		return exitUnknown, fmt.Errorf("interrupted: the same command goes on from there")
	}
	return c.report(dir, mine)
}

// report prints the table of the checks of this shard.
func (c *sweepRun) report(dir *resultDir, mine []int) (exit, error) {
	slices.Sort(mine)
	var checks []*sweepCheck
	var results []*sweepResult
	for _, i := range mine {
		r, err := dir.read(i)
		if err != nil {
			return exitUsage, err
		}
		checks, results = append(checks, dir.checks[i]), append(results, r)
	}
	return table(c.out, checks, results)
}

// shardOf lists the checks of a shard, dear ones first: each check, the dear ones before
// the cheap ones, goes to the shard that has the least to do.
func shardOf(checks []*sweepCheck, s share) (mine []int) {
	order := make([]int, len(checks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(checks[j].cost, checks[i].cost) })
	if s.of == 0 {
		return order
	}
	load := make([]int64, s.of)
	for _, i := range order {
		least := slices.Index(load, slices.Min(load))
		load[least] += checks[i].cost + checkCost
		if least == s.n-1 {
			mine = append(mine, i)
		}
	}
	return mine
}

// checkCost is what each check costs before it searches, in states.
const checkCost = 10_000

// make makes the checks that have no result, or one of another spec.
func (c *sweepRun) make(dir *resultDir, mine []int) error {
	var todo []int
	specOf, hashes := map[string]*spec{}, map[string]string{}
	for _, i := range mine {
		k := dir.checks[i]
		if specOf[k.spec] == nil {
			sp, diags, err := readSpec(k.spec)
			if err != nil {
				return err
			}
			if diags = headerWarnings(diags); diags.HasErrors() {
				return diags
			}
			specOf[k.spec] = sp
			if hashes[k.spec], err = hashOf(sp.src); err != nil {
				return err
			}
		}
		r, err := dir.read(i)
		if err != nil {
			return err
		}
		if r == nil || r.Of != hashes[k.spec] || r.status() == exitInternal || c.retry && r.status() == exitUnknown {
			todo = append(todo, i)
		}
	}
	places := c.search.workers
	if places == 0 {
		places = runtime.GOMAXPROCS(0)
	}
	each := c.search
	each.workers = max(1, places/max(1, len(todo)))
	var done, cost, bad atomic.Int64
	all := int64(0)
	for _, i := range todo {
		all += dir.checks[i].cost + checkCost
	}
	p, start := newProgress(os.Stderr, false), time.Now()
	defer p.clear()
	return inParallel(c.ctx, places, len(todo), func(ctx context.Context, n, atOnce int) error {
		k, h := dir.checks[todo[n]], each
		h.atOnce = atOnce
		h.part = k.search.part
		a, err := ask(ctx, specOf[k.spec], &k.question, &h, nil)
		if ctx.Err() != nil {
			return nil // what an interrupt cut short is no result
		}
		var r *sweepResult
		if err == nil {
			r, err = resultOf(k, hashes[k.spec], a)
		}
		if err != nil {
			r = &sweepResult{Check: k.command, Of: hashes[k.spec], Verdict: verdictCrashed, Title: strings.Join(strings.Fields(err.Error()), " ")}
		}
		done.Add(1)
		if cost.Add(k.cost + checkCost); r.status() == exitViolated {
			bad.Add(1)
		}
		if err := dir.write(todo[n], r); err != nil {
			return plainError(dir.name, err)
		}
		return nil
	}, func() {
		if p.due(time.Since(start)) {
			p.show(time.Since(start), fmt.Sprintf("%d of %d checks, about %d %% of the states, %d violated", done.Load(), len(todo), 100*cost.Load()/all, bad.Load()))
		}
	})
}
