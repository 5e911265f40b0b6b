// SPDX-License-Identifier: MIT

// This file checks changed texts of one spec, some at a time: what fix, weaken and
// mutants have in common.

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/pflag"

	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/repair"
	"mmcheck/specs"
)

// trial is the state of one run of a command that tries changes of a spec.
type trial struct {
	*session
	question question
	search   search
	threads  []string
	most     int

	sp       *spec
	answer   answer // to the spec as it is
	progress *progress
	start    time.Time
	done     int // changes that were tried
	unsure   int // that hold, but the plain interpreter did not get to the end of it
}

// register declares the flags that these commands have in common.
func (t *trial) register(fs *pflag.FlagSet, most int, what string) {
	fs.StringArrayVarP(&t.question.defines, "define", "D", nil, "define `NAME[=VALUE]`: choose a variant of the spec")
	t.question.register(fs)
	fs.StringArrayVar(&t.threads, "thread", nil, "change what thread `NAME` runs (may be repeated; "+what+")")
	fs.IntVar(&t.most, "most", most, "try `N` changes at most")
	t.search.register(fs, "try `N` changes at a time")
}

// read reads the spec and checks it as it is. Where there is no verdict, it has said why.
func (t *trial) read(names []string) (status exit, ok bool, err error) {
	if err := t.search.validate(); err != nil {
		return exitUsage, false, err
	}
	if err := t.question.validate(); err != nil {
		return exitUsage, false, err
	}
	if len(names) != 1 {
		return exitUsage, false, errors.New("give one FILE")
	}
	sp, diags, err := readSpec(filepath.Clean(names[0]))
	if err != nil {
		return exitUsage, false, err
	}
	if diags = headerWarnings(diags); diags.HasErrors() {
		diags.Print(t.err, map[string][]byte{sp.name: sp.src})
		return exitUsage, false, nil
	}
	t.sp, t.start, t.progress = sp, time.Now(), newProgress(os.Stderr, false)
	t.answer, err = ask(t.ctx, sp, &t.question, &t.search, nil)
	switch {
	case err != nil:
		return crashed(t.err, err), false, nil
	case t.answer.res == nil:
		t.answer.diags.Print(t.err, t.answer.files)
		return exitUsage, false, nil
	}
	return exitHolds, true, nil
}

// place is what may be changed.
func (t *trial) place() (*repair.Place, error) {
	kernel := t.question.kernel
	if kernel == "" {
		kernel = t.sp.head.kernel
	}
	active, err := cfront.Active(cfront.Config{FS: specs.Include, Include: t.search.include, Define: t.question.defines, Kernel: kernel}, t.sp.name, t.sp.src)
	if err != nil {
		return nil, err
	}
	src := repair.Parse(t.sp.name, string(t.sp.src), string(active))
	p := &repair.Place{Source: src, Functions: src.Called(t.threads...)}
	if len(p.Functions) == 0 {
		return nil, fmt.Errorf("%s has no thread %s", t.sp.name, strings.Join(t.threads, ", "))
	}
	return p, nil
}

// attempt is a change that was tried.
type attempt struct {
	*repair.Proposal
	text   string
	answer answer
	err    error
}

// verdict is what the change came to, "" if the spec does not compile with it.
func (a *attempt) verdict() string {
	if a.err != nil || a.answer.res == nil {
		return ""
	}
	return verdictOf(a.answer.res)
}

// holds reports whether nothing is wrong with the change.
func (a *attempt) holds() bool {
	return a.err == nil && a.answer.res != nil && a.answer.res.Verdict == checker.Holds
}

// tries checks changes, as many at a time as --workers says.
func (t *trial) tries(proposals []*repair.Proposal) []*attempt {
	places := t.search.workers
	if places == 0 {
		places = runtime.GOMAXPROCS(0)
	}
	each := t.search
	each.workers, each.atOnce = 1, places
	each.maxStates = t.bound()
	out := make([]*attempt, len(proposals))
	free := make(chan struct{}, places)
	var all sync.WaitGroup
	for i, p := range proposals {
		free <- struct{}{}
		if t.done++; t.progress != nil && t.progress.due(time.Since(t.start)) {
			t.progress.show(time.Since(t.start), fmt.Sprintf("%d changes tried", t.done))
		}
		all.Go(func() {
			defer func() { <-free }()
			out[i] = t.try(t.ctx, p, &each)
		})
	}
	all.Wait()
	if t.progress != nil {
		t.progress.clear()
	}
	return out
}

// bound is how many states a changed spec may have.
func (t *trial) bound() int64 {
	if t.search.maxStates > 0 {
		return t.search.maxStates
	}
	return 10*t.answer.res.Stats.States + 100_000
}

// try checks one change.
func (t *trial) try(ctx context.Context, p *repair.Proposal, h *search) *attempt {
	a := &attempt{Proposal: p, text: p.Apply(string(t.sp.src))}
	changed := *t.sp
	changed.src = []byte(a.text)
	a.answer, a.err = ask(ctx, &changed, &t.question, h, nil)
	return a
}

// confirmed reports whether the plain interpreter says that a change holds as well.
func (t *trial) confirmed(a *attempt) bool {
	h := t.search
	h.reference, h.workers, h.maxStates = true, 1, t.bound()
	b := t.try(t.ctx, a.Proposal, &h)
	return b.holds()
}

// interrupted says that not all was tried.
func (t *trial) interrupted() error {
	if t.ctx.Err() != nil {
		return fmt.Errorf("interrupted")
	}
	return nil
}

// sayUnsure counts the changes that are left out since they were not confirmed.
func (t *trial) sayUnsure() {
	if t.unsure > 0 {
		fmt.Fprintf(t.out, "%s left out: not confirmed by the plain interpreter within %d states (--max-states)\n",
			count(t.unsure, "more is", "more are"), t.bound())
	}
}
