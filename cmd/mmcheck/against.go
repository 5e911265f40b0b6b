// SPDX-License-Identifier: MIT

// This file checks a spec against adversaries: each of the operations that may race with
// it is put beside its threads, alone or in pairs.

package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
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
	"mmcheck/report"
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
	shape  *adversary.Shape // nil: the INIT of the spec
	at     int64            // where it lies
	alone  answer           // of the spec without adversaries
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

// against checks each spec against adversaries.
func (c *checkCommand) againstAll(names []string) (exit, error) {
	if c.search.checkpoint != "" || c.search.spill != "" || c.search.simulate > 0 {
		return exitUsage, errors.New("--against makes many checks: it does not go with --checkpoint, --spill and --simulate")
	}
	if c.eras != "" && (c.question.kernel != "" || c.outDir != "" || c.format != "text") {
		return exitUsage, errors.New("--eras prints a table: it does not go with --kernel, --output and --format")
	}
	wanted, pairs := adversary.Operations, c.against == "all"
	if c.against != "all" && c.against != "auto" {
		var err error
		if wanted, err = adversary.Named(c.against); err != nil {
			return exitUsage, err
		}
		pairs = true
	}
	if c.from.tree != "" {
		names = []string{strings.Join(names, " ")}
	}
	status := exitHolds
	for _, name := range names {
		sp, diags, err := c.read(name)
		if err != nil {
			return exitUsage, err
		}
		if diags = headerWarnings(diags); diags.HasErrors() {
			c.complain(diags, map[string][]byte{sp.name: sp.src})
			return exitUsage, nil
		}
		if c.printed {
			c.out.WriteByte('\n')
			c.printed = false
		}
		one, err := c.contests(sp, wanted, pairs)
		if status = worse(status, one); err != nil {
			return status, err
		}
	}
	return status, nil
}

// contests checks a spec for the kernels that are asked for.
func (c *checkCommand) contests(sp *spec, wanted []adversary.Operation, pairs bool) (exit, error) {
	if c.eras == "" {
		k := c.newContest(sp, wanted, pairs)
		status, err := k.run()
		if err != nil || k.arenas == nil {
			return status, err
		}
		return k.report()
	}
	t := trial{sp: sp, question: c.question}
	fmt.Fprintf(c.out, "%s against %s\n%-8s %-28s %6s %8s  %s\n", t.title(), c.against, "kernel", "verdict", "checks", "seconds", "broken by")
	c.printed = true
	status := exitHolds
	for _, kernel := range erasOf(c.eras) {
		k := c.newContest(sp, wanted, pairs)
		k.q.kernel = kernel
		start := time.Now()
		one, err := k.run()
		if err != nil {
			return one, err
		}
		if status = worse(status, one); k.arenas == nil {
			fmt.Fprintf(c.out, "%-8s %s\n", kernel, "does not compile")
			continue
		}
		best := k.best()
		verdict := "holds"
		if best != nil {
			verdict = verdictOf(best.answer.res)
		}
		fmt.Fprintf(c.out, "%-8s %-28s %6d %8.1f  %s\n", kernel, verdict, k.checks(), time.Since(start).Seconds(), strings.Join(k.breakers(), " "))
		c.out.Flush()
	}
	return status, nil
}

func (c *checkCommand) newContest(sp *spec, wanted []adversary.Operation, pairs bool) *contest {
	return &contest{
		checkCommand: c, sp: sp, q: c.question, wanted: wanted, pairs: pairs, named: pairs && c.against != "all",
		start: time.Now(), progress: newProgress(os.Stderr, c.quiet),
	}
}

// run tries everything. Where the spec does not compile it has said why, and there are no
// arenas.
func (k *contest) run() (status exit, err error) {
	if err := k.open(); err != nil {
		return exitUsage, err
	}
	arenas, status, err := k.spaces()
	if err != nil || arenas == nil {
		return status, err
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
func (k *contest) spaces() ([]*arena, exit, error) {
	if k.scene.Init {
		a := &arena{contest: k}
		a.alone, _ = a.ask(nil, k.scene.Text, k.search)
		if a.alone.res == nil {
			k.complain(a.alone.diags, a.alone.files)
			return nil, exitUsage, nil
		}
		return []*arena{a}, exitHolds, nil
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
	k.each(len(all), func(i int, h search) { all[i].alone, _ = all[i].ask(nil, k.scene.Text, h) })
	if i := slices.IndexFunc(all, func(a *arena) bool { return a.alone.res == nil }); i >= 0 {
		k.complain(all[i].alone.diags, all[i].alone.files)
		return nil, exitUsage, nil
	}
	fit := slices.DeleteFunc(slices.Clone(all), func(a *arena) bool { return gravity(a.alone.res) == 2 })
	if len(fit) == 0 {
		return all[:1], exitHolds, nil
	}
	chosen := distinct(fit)
	for _, a := range all {
		if !slices.ContainsFunc(chosen, func(b *arena) bool { return a.shape == b.shape }) && !slices.Contains(k.alike, a.shape.Name) {
			k.alike = append(k.alike, a.shape.Name)
		}
	}
	return chosen, exitHolds, nil
}

// distinct chooses the arenas in which the code of the spec does what it does in no other.
func distinct(all []*arena) (chosen []*arena) {
	ran := make([]map[model.Pos]bool, len(all))
	for i, a := range all {
		ran[i] = a.ran()
	}
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
		for j := range all {
			same := len(ran[i]) == len(ran[j])
			if within(ran[i], ran[j]) && (!same || j < i) {
				better = true
			}
		}
		if !better {
			chosen = append(chosen, a)
		}
	}
	return chosen
}

// ran are the statements of the spec itself that are executed without adversaries.
func (a *arena) ran() map[model.Pos]bool {
	out := map[model.Pos]bool{}
	for _, s := range a.alone.res.Program.Statements {
		if s.Own {
			out[s.Pos] = true
		}
	}
	if c := a.alone.res.Coverage; c != nil {
		for _, s := range c.Never {
			delete(out, s.Pos)
		}
	}
	return out
}

// ask checks a text of the spec in the arena, with adversaries.
func (a *arena) ask(ops []string, text string, h search, threads ...adversary.Thread) (answer, error) {
	c := a.scene.Compose(text, a.shape, a.at, threads...)
	sp, q := *a.sp, a.q
	sp.src = []byte(c.Text)
	q.defines = slices.Concat(q.defines, c.Defines)
	q.ignore = slices.Concat(q.ignore, ops)
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
	a.look()
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

// skip notes why an operation was not tried, unless it is in another arena.
func (k *contest) skip(why, name string) {
	if k.skipped == nil {
		k.skipped = map[string][]string{}
	}
	if !slices.Contains(k.skipped[why], name) {
		k.skipped[why] = append(k.skipped[why], name)
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
	return m.err == nil && m.answer.res != nil && gravity(m.answer.res) > gravity(a.alone.res)
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
	a.paired = len(pairs)
	for _, m := range met {
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
	for _, a := range k.arenas {
		if a.alone.res.Verdict == checker.Unknown {
			return exitUnknown
		}
		for _, m := range a.all() {
			switch {
			case m.answer.res == nil:
				return exitUsage
			case m.verdict() == checker.Unknown:
				return exitUnknown
			}
		}
	}
	return exitHolds
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

// report prints the shortest race, or that there is none, and what became of each
// operation.
func (k *contest) report() (exit, error) {
	best := k.best()
	if best == nil {
		best = k.arenas[len(k.arenas)-1].largest()
	}
	meta := report.Meta{Spec: k.sp.name + k.when + k.against(best), Variant: k.q.variant(), Command: k.commandLine(best), Full: k.full, Coverage: k.coverage, Messages: messages(best.answer.diags), Against: k.opponents()}
	if err := k.print(meta, best.answer.res, best.answer.source); err != nil {
		return exitInternal, err
	}
	if err := k.save(meta, best.answer.res, best.answer.source); err != nil {
		k.complainOf(err)
		return exitUsage, nil
	}
	if k.format == "text" && !k.quiet {
		k.out.WriteString("\n")
		for _, a := range k.arenas {
			a.tell()
		}
		k.tellRest()
	}
	return k.status(), nil
}

// largest is what to show of an arena in which nothing is wrong.
func (a *arena) largest() *meeting {
	best := &meeting{answer: a.alone}
	for _, m := range a.met {
		if m.answer.res != nil && m.answer.res.Stats.States > best.answer.res.Stats.States {
			best = m
		}
	}
	return best
}

// against says what a meeting was against, behind the name of a spec.
func (k *contest) against(m *meeting) string {
	switch {
	case len(m.ops) == 0:
		return ""
	case m.verdict() == checker.Violated:
		return " against " + m.name()
	}
	n := 0
	for _, a := range k.arenas {
		n = max(n, len(a.met))
	}
	return " against " + count(n, "operation", "operations")
}

// commandLine is the command that shows a meeting again.
func (k *contest) commandLine(m *meeting) string {
	list := k.checkCommand.against
	if m.verdict() == checker.Violated && len(m.ops) > 0 {
		list = strings.ReplaceAll(m.name(), "+", ",")
	}
	return commandLine(k.sp.name, &k.q, &k.search, append([]string{"--against", list}, k.from.words()...)...)
}

// opponents is what became of each operation, for a report.
func (k *contest) opponents() (out []report.Opponent) {
	for _, a := range k.arenas {
		for _, m := range a.all() {
			o := report.Opponent{Verdict: string(m.verdict()), Excepted: m.own}
			for _, op := range m.ops {
				o.Operations = append(o.Operations, op.Name)
			}
			if a.shape != nil {
				o.Shape = a.shape.Name
			}
			if a.breaks(m) {
				o.Property, o.Steps = m.answer.res.Finding.Property.ID, m.steps()
			}
			if e, known := a.effect[m.ops[0].Name]; known && len(m.ops) == 1 {
				o.Effect = e.String()
			}
			out = append(out, o)
		}
	}
	return out
}

// tell prints what became of each operation in an arena.
func (a *arena) tell() {
	where := "from INIT"
	if a.shape != nil {
		where = fmt.Sprintf("from shape %s (%s) at %#x", a.shape.Name, a.shape.Doc, a.at)
	}
	if a.alone.res.Verdict != checker.Holds {
		a.line(where+":", []string{verdictOf(a.alone.res) + " without any operation beside it"})
		if a.met == nil {
			return
		}
	}
	var pages, holds, idle, broken, own, open []string
	for _, r := range a.ranges {
		pages = append(pages, r.String())
	}
	for _, m := range a.all() {
		switch v := m.verdict(); {
		case v == "":
			open = append(open, m.name()+" (does not compile)")
		case a.breaks(m):
			f := m.answer.res.Finding
			broken = append(broken, fmt.Sprintf("%s (%s, %s)", m.name(), f.Property.ID, count(m.steps(), "step", "steps")))
		case v == checker.Unknown:
			open = append(open, m.name()+" ("+m.answer.res.Limit.What+")")
		case len(m.ops) == 1 && a.effect != nil && a.effect[m.ops[0].Name] == adversary.Nothing:
			idle = append(idle, m.name())
		default:
			holds = append(holds, m.name())
		}
		if len(m.own) > 0 {
			own = append(own, m.name()+" ("+strings.Join(m.own, ", ")+")")
		}
	}
	a.line(where+", pages", pages)
	a.line("  broken by:", broken)
	a.line("  unknown:", open)
	with := "holds against:"
	if gravity(a.alone.res) > 0 {
		with = "no worse with:"
	}
	a.line("  "+with, holds)
	a.line("  and, which change no page and no VMA here:", idle)
	a.line("  left aside, since broken without the spec:", own)
	switch {
	case a.paired > 0:
		a.line("  and in pairs:", []string{fmt.Sprintf("%d tried", a.paired)})
	case !a.pairs && broken == nil:
		a.line("  pairs of them:", []string{"not tried (--against all)"})
	}
}

// tellRest prints what was not tried.
func (k *contest) tellRest() {
	for _, why := range slices.Sorted(maps.Keys(k.skipped)) {
		k.line("not tried, "+why+":", k.skipped[why])
	}
	k.line("shapes in which the spec does nothing else, or that do not fit it:", k.alike)
}

// line prints a list under a heading, in lines of at most 80 columns; nothing if it is
// empty.
func (k *contest) line(heading string, words []string) {
	if len(words) == 0 {
		return
	}
	first := heading[:len(heading)-len(strings.TrimLeft(heading, " "))]
	for i, l := range strings.Split(fill(strings.Fields(strings.TrimSpace(heading)+" "+strings.Join(words, ", ")), 76-len(first)), "\n") {
		if i > 0 {
			l = "  " + l
		}
		fmt.Fprintln(k.out, first+l)
	}
}
