// SPDX-License-Identifier: MIT

// This file tries a spec against adversaries: each of some operations is put beside its
// threads, alone or in pairs.

package main

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mmcheck/adversary"
	"mmcheck/cfront"
	"mmcheck/checker"
	"mmcheck/checker/property"
	"mmcheck/model"
	"mmcheck/specs"
)

// contest is a spec for one kernel against adversaries.
type contest struct {
	*checkCommand
	sp       *spec
	q        question
	wanted   []adversary.Operation
	pairs    bool // try all pairs
	named    bool // the operations were chosen by name
	scene    *adversary.Scene
	isTrue   map[string]bool     // conditions of adversary.Operations and Shapes
	skipped  map[string][]string // operations that were not tried, by reason
	arenas   []*arena
	tries    int
	start    time.Time
	progress *progress
	alike    []string // shapes that the spec cannot tell from one that was tried
}

// arena is an address space in which a spec meets adversaries.
type arena struct {
	*contest
	shape  *adversary.Shape   // nil: the INIT of the spec
	at     int64              // where it lies
	alone  answer             // of the spec without adversaries
	ran    map[model.Pos]bool // the statements of the spec that are executed then
	ops    []adversary.Operation
	ranges []adversary.Range
	met    []*meeting // each operation
	effect map[string]adversary.Effect
	paired int        // pairs that were tried
	broke  []*meeting // pairs of which only both together break the spec
}

// meeting is a spec with one or two adversaries.
type meeting struct {
	ops    []adversary.Operation
	ranges []adversary.Range
	answer answer
	err    error
	own    []string // properties that the adversaries break by themselves
}

func (m *meeting) name() string {
	var words []string
	for _, o := range m.ops {
		words = append(words, o.Name)
	}
	return strings.Join(words, "+")
}

func (m *meeting) verdict() checker.Verdict {
	if m.err != nil || m.answer.res == nil {
		return ""
	}
	return m.answer.res.Verdict
}

// run tries everything. Where the spec does not compile it has said why, and there are no
// arenas.
func (k *contest) run() (status exit, err error) {
	if err := k.open(); err != nil {
		return exitUsage, err
	}
	arenas, err := k.spaces()
	if k.ctx.Err() != nil {
		return exitUnknown, errors.New("interrupted")
	}
	if err != nil {
		return exitInternal, err
	}
	if i := slices.IndexFunc(arenas, func(a *arena) bool { return a.alone.res == nil }); i >= 0 {
		k.complain(arenas[i].alone.diags, arenas[i].alone.files)
		return exitUsage, nil
	}
	k.arenas = arenas
	for _, a := range arenas {
		if gravity(a.alone.res) == 2 || a.alone.res.Verdict == checker.Unknown {
			continue // nobody else is needed, or it is too large as it is
		}
		if err := a.run(); err != nil {
			return exitInternal, err
		}
		if k.ctx.Err() != nil {
			return exitUnknown, errors.New("interrupted")
		}
	}
	return k.status(), nil
}

// open reads the spec.
func (k *contest) open() error {
	active, err := cfront.Active(k.config(k.sp, &k.q), k.sp.name, k.sp.src)
	if err != nil {
		return err
	}
	if k.scene, err = adversary.Read(string(k.sp.src), string(active)); err != nil {
		return fmt.Errorf("%s: %w", k.sp.name, err)
	}
	return k.conditions()
}

// conditions finds out which preprocessor conditions of the lists are true at the end of
// the spec.
func (k *contest) conditions() error {
	k.isTrue = map[string]bool{}
	var all []string
	for _, o := range adversary.Operations {
		all = append(all, o.When)
	}
	for _, s := range adversary.Shapes {
		all = append(all, s.When)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	text := strings.TrimSuffix(string(k.sp.src), "\n") + "\n#include <linux/features.h>\n"
	from := len(text)
	for i, c := range all {
		text += fmt.Sprintf("#if %s\n%d\n#endif\n", cmp.Or(c, "1"), i)
	}
	active, err := cfront.Active(k.config(k.sp, &k.q), k.sp.name, []byte(text))
	if err != nil {
		return err
	}
	for _, n := range strings.Fields(string(active[from:])) {
		i, _ := strconv.Atoi(n)
		k.isTrue[all[i]] = true
	}
	return nil
}

// config is how a spec is read.
func (k *contest) config(sp *spec, q *question) cfront.Config {
	kernel := q.kernel
	if kernel == "" {
		kernel = sp.head.kernel
	}
	return cfront.Config{FS: specs.Include, Include: k.search.include, Define: q.defines, Kernel: kernel}
}

// spaces are the address spaces to try: that of the INIT of the spec, or shapes that its
// own code can tell apart.
func (k *contest) spaces() ([]*arena, error) {
	if k.scene.Init {
		a := &arena{contest: k}
		return []*arena{a}, a.begin(k.search)
	}
	var all []*arena
	for i, s := range adversary.Shapes {
		if !k.isTrue[s.When] || k.scene.Heap && !s.Heap {
			continue
		}
		for _, at := range k.scene.Places() {
			all = append(all, &arena{contest: k, shape: &adversary.Shapes[i], at: at})
		}
	}
	failures := make([]error, len(all))
	k.each(len(all), func(i int, h search) { failures[i] = all[i].begin(h) })
	if err := errors.Join(failures...); err != nil || k.ctx.Err() != nil {
		return nil, err
	}
	if slices.ContainsFunc(all, func(a *arena) bool { return a.alone.res == nil }) {
		return all, nil
	}
	fit := slices.DeleteFunc(slices.Clone(all), func(a *arena) bool { return gravity(a.alone.res) == 2 })
	if len(fit) == 0 {
		return all[:1], nil
	}
	chosen := distinct(fit)
	for _, a := range all {
		if !slices.ContainsFunc(chosen, func(b *arena) bool { return a.shape == b.shape }) && !slices.Contains(k.alike, a.shape.Name) {
			k.alike = append(k.alike, a.shape.Name)
		}
	}
	return chosen, nil
}

// distinct chooses the arenas in which the code of the spec does what it does in no other.
func distinct(all []*arena) (chosen []*arena) {
	within := func(x, y map[model.Pos]bool) bool {
		for p := range x {
			if !y[p] {
				return false
			}
		}
		return true
	}
	for i, a := range all {
		better := false
		for j, b := range all {
			same := len(a.ran) == len(b.ran)
			if within(a.ran, b.ran) && (!same || j < i) {
				better = true
			}
		}
		if !better {
			chosen = append(chosen, a)
		}
	}
	return chosen
}

// begin checks the spec alone, and notes what of its own code is executed: of a spec that
// breaks a rule, with that rule left aside.
func (a *arena) begin(h search) (err error) {
	a.alone, err = a.ask(nil, a.scene.Text, h)
	r := a.alone
	var aside []string
	for err == nil && r.res != nil && gravity(r.res) == 1 {
		aside = append(aside, r.res.Finding.Property.ID)
		r, err = a.ask(aside, a.scene.Text, h)
	}
	if err != nil || r.res == nil {
		return err
	}
	a.ran = map[model.Pos]bool{}
	for _, s := range r.res.Program.Statements {
		if s.Own {
			a.ran[s.Pos] = true
		}
	}
	if c := r.res.Coverage; c != nil {
		for _, s := range c.Never {
			delete(a.ran, s.Pos)
		}
	}
	return nil
}

// skip notes why an operation was not tried, unless it is in another arena.
func (k *contest) skip(why, name string) {
	if k.skipped == nil {
		k.skipped = map[string][]string{}
	}
	if !slices.Contains(k.skipped[why], name) {
		k.skipped[why] = append(k.skipped[why], name)
	}
}

// ask checks a text of the spec in the arena, with adversaries, but not for the properties
// to ignore.
func (a *arena) ask(ignore []string, text string, h search, threads ...adversary.Thread) (answer, error) {
	c := a.scene.Compose(text, a.shape, a.at, threads...)
	sp, q := *a.sp, a.q
	sp.src = []byte(c.Text)
	q.defines = slices.Concat(q.defines, c.Defines)
	q.ignore = slices.Concat(q.ignore, ignore)
	return ask(a.ctx, &sp, &q, &h, nil)
}

// each calls f for 0 to n-1, some at a time, with how to search beside the others.
func (k *contest) each(n int, f func(i int, h search)) {
	places := k.search.workers
	if places == 0 {
		places = runtime.GOMAXPROCS(0)
	}
	h := k.search
	h.workers, h.atOnce, h.warn = 1, places, nil
	free := make(chan struct{}, places)
	var all sync.WaitGroup
	for i := range n {
		if k.ctx.Err() != nil {
			break
		}
		free <- struct{}{}
		if k.tries++; k.progress.due(time.Since(k.start)) {
			k.progress.show(time.Since(k.start), fmt.Sprintf("%d checks begun", k.tries))
		}
		all.Go(func() {
			defer func() { <-free }()
			f(i, h)
		})
	}
	all.Wait()
	k.progress.clear()
}

// run tries the operations, and pairs of them if none breaks the spec alone.
func (a *arena) run() error {
	a.choose()
	if a.ranges = adversary.Ranges(a.alone.res.Program); len(a.ranges) == 0 {
		a.ranges = []adversary.Range{{Start: a.scene.At(), End: a.scene.At() + 2*adversary.PageSize}}
	}
	a.singles()
	if err := failed(a.met); err != nil {
		return err
	}
	if a.eras == "" || a.pairs { // a table of kernels does not tell of it
		a.look()
	}
	if a.pairs && !slices.ContainsFunc(a.met, a.breaks) {
		return a.inPairs()
	}
	return nil
}

// choose finds the operations that this kernel has, and that make sense in the arena.
func (a *arena) choose() {
	for _, o := range a.wanted {
		ok, why := a.scene.Has(o, a.shape, a.named)
		if !a.isTrue[o.When] {
			ok, why = false, "this kernel, or this part of the model, has it not"
		}
		if ok {
			a.ops = append(a.ops, o)
		} else {
			a.skip(why, o.Name)
		}
	}
}

// singles tries each operation alone: first all in one search, where one thread chooses
// which it is, and only if that does not hold each by itself.
func (a *arena) singles() {
	if len(a.ops) > 1 {
		r, err := a.ask(nil, a.scene.Text, a.search, adversary.Thread{Ops: a.ops, Ranges: a.ranges})
		if err == nil && r.res != nil && r.res.Verdict == checker.Holds {
			for _, o := range a.ops {
				a.met = append(a.met, &meeting{ops: []adversary.Operation{o}, ranges: a.ranges, answer: r})
			}
			return
		}
	}
	a.met = make([]*meeting, len(a.ops))
	a.each(len(a.ops), func(i int, h search) { a.met[i] = a.meet(h, a.ops[i]) })
}

// meet tries one or two operations. What they break by themselves is left out of it.
func (a *arena) meet(h search, ops ...adversary.Operation) *meeting {
	m := &meeting{ops: ops, ranges: a.ranges}
	for m.retry(a, h, a.ranges) && a.breaks(m) {
		base, err := a.ask(m.own, a.scene.Baseline(), h, m.threads(a.ranges)...)
		if err != nil || base.res == nil || base.res.Verdict != checker.Violated {
			break // the spec is part of it
		}
		m.own = append(m.own, base.res.Finding.Property.ID)
	}
	return m
}

// gravity tells an error, 2, from a broken rule, 1.
func gravity(r *checker.Result) int {
	switch {
	case r.Verdict != checker.Violated:
		return 0
	case r.Finding.Property.Severity == property.Rule:
		return 1
	}
	return 2
}

// breaks reports whether it takes the adversaries for what is wrong.
func (a *arena) breaks(m *meeting) bool {
	if m.verdict() != checker.Violated {
		return false
	}
	more := gravity(m.answer.res) - gravity(a.alone.res)
	return more > 0 || more == 0 && m.answer.res.Finding.Property != a.alone.res.Finding.Property
}

// retry checks the spec with the adversaries, and reports whether it is violated.
func (m *meeting) retry(a *arena, h search, ranges []adversary.Range) bool {
	m.answer, m.err = a.ask(m.own, a.scene.Text, h, m.threads(ranges)...)
	return m.verdict() == checker.Violated
}

// threads are the adversaries of a meeting.
func (m *meeting) threads(ranges []adversary.Range) (out []adversary.Thread) {
	for _, o := range m.ops {
		out = append(out, adversary.Thread{Ops: []adversary.Operation{o}, Ranges: ranges})
	}
	return out
}

// look finds out what the operations change in the arena.
func (a *arena) look() {
	h := a.search
	h.maxStates = 1
	base, err := a.ask(nil, a.scene.Baseline(), h, adversary.Thread{Ops: a.ops, Ranges: a.ranges})
	if err != nil || base.res == nil {
		return
	}
	a.effect = map[string]adversary.Effect{}
	effects := adversary.Effects(base.res.Program)
	for i, o := range a.ops {
		a.effect[o.Name] = effects[i]
	}
}

// inPairs tries all pairs of operations of which one changes anything.
func (a *arena) inPairs() error {
	var pairs [][]adversary.Operation
	for i, x := range a.ops {
		for _, y := range a.ops[i:] {
			if a.effect[x.Name] != adversary.Nothing || a.effect[y.Name] != adversary.Nothing {
				pairs = append(pairs, []adversary.Operation{x, y})
			}
		}
	}
	met := make([]*meeting, len(pairs))
	a.each(len(pairs), func(i int, h search) { met[i] = a.meet(h, pairs[i]...) })
	for _, m := range met {
		if m != nil && m.verdict() != "" {
			a.paired++
		}
		if m != nil && (a.breaks(m) || m.verdict() == checker.Unknown) {
			a.broke = append(a.broke, m)
		}
	}
	return failed(met)
}

func failed(met []*meeting) error {
	for _, m := range met {
		if m != nil && m.err != nil {
			return m.err
		}
	}
	return nil
}

// all are the meetings of an arena that can be wrong.
func (a *arena) all() []*meeting { return slices.Concat(a.met, a.broke) }

// best is what breaks the spec in the fewest steps, one operation before two; if nothing
// does, the spec alone where that is violated, else nil.
func (k *contest) best() (best *meeting) {
	better := func(m *meeting) bool {
		return best == nil || cmp.Or(cmp.Compare(len(m.ops), len(best.ops)), cmp.Compare(m.steps(), best.steps())) < 0
	}
	for _, a := range k.arenas {
		for _, m := range a.all() {
			if a.breaks(m) && better(m) {
				best = m
			}
		}
	}
	for _, a := range k.arenas {
		if a.alone.res.Verdict == checker.Violated && best == nil {
			best = &meeting{answer: a.alone}
		}
	}
	return best
}

func (m *meeting) steps() int { return len(m.answer.res.Finding.Trace.Steps) }

// status is the exit status of a contest.
func (k *contest) status() exit {
	if k.best() != nil {
		return exitViolated
	}
	switch m := k.undecided(); {
	case m == nil:
		return exitHolds
	case m.answer.res == nil:
		return exitUsage
	}
	return exitUnknown
}

// checks is how many meetings there were.
func (k *contest) checks() (n int) {
	for _, a := range k.arenas {
		n += len(a.met) + a.paired
	}
	return n
}

// breakers names the operations that break the spec, with what.
func (k *contest) breakers() (out []string) {
	for _, a := range k.arenas {
		for _, m := range a.all() {
			if a.breaks(m) && !slices.Contains(out, m.name()) {
				out = append(out, m.name())
			}
		}
	}
	return out
}

// undecided is the first meeting without a verdict; nil if there is none. An operation that
// does not compile with the spec is not tried, unless none does.
func (k *contest) undecided() *meeting {
	for _, a := range k.arenas {
		if a.alone.res.Verdict == checker.Unknown {
			return &meeting{answer: a.alone}
		}
		compiled := false
		for _, m := range a.all() {
			if m.verdict() == checker.Unknown {
				return m
			}
			compiled = compiled || m.verdict() != ""
		}
		if !compiled && len(a.met) > 0 {
			return a.met[0]
		}
	}
	return nil
}
