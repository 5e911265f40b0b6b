// SPDX-License-Identifier: MIT

// This file compares the searches on random programs: what the plain
// interpreter finds is what all of them have to find.

package checker

import (
	"flag"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mmcheck/model"
	"mmcheck/model/random"
)

var (
	randomPrograms = flag.Int("programs", 1000, "how many random programs the searches are compared on")
	randomSeed     = flag.Uint64("seed", 1, "seed of the first random program")
	randomStates   = flag.Int64("states", 5000, "bound of the states of a random program")
	randomTime     = flag.Duration("timelimit", 0, "how long random programs are tried; 0: until all are done")
)

// mode is a way to search that must agree with the plain interpreter.
type mode struct {
	name    string
	run     func(build func() *model.Program, o Options) (*Result, error)
	workers int // 0: as many as there are
	in      agreement
	every   uint64 // tried on the programs whose seed this divides; 0: on all
}

// agreement says how far a mode must agree.
type agreement uint8

const (
	inTruth    agreement = iota // what is found is there, but not all need be found
	inVerdict                   // and in verdict, and whether what is found is what was looked for
	inProperty                  // and in what is found
	inLength                    // and in how many steps show it
	inSchedule                  // and in every step
	inAll                       // in every figure and every step
)

// modes lists them. Those that agree in all are compared with the reference
// interpreter with and without clearing of dead registers, the others with
// what it finds without.
var modes = []mode{
	{name: "one worker", run: whole(unreduced), workers: 1, in: inAll},
	{name: "three workers", run: whole(unreduced), workers: 3, in: inAll, every: 2},
	{name: "spilled", run: onDisk, workers: 3, in: inAll, every: 11},
	{name: "resumed", run: pieces(unreduced), in: inAll, every: 13},
	{name: "reduced", run: whole(reducedAfter(0, shortenStates)), workers: 1, in: inSchedule},
	{name: "reduced, three workers", run: whole(reducedAfter(0, shortenStates)), workers: 3, in: inSchedule, every: 3},
	{name: "reduced, own schedule", run: whole(reducedAfter(0, 0)), workers: 1, in: inVerdict},
	{name: "reduced and resumed", run: pieces(reducedAfter(0, shortenStates)), in: inVerdict, every: 9},
	{name: "renamed", run: whole(renamed), workers: 1, in: inLength, every: 2},
	{name: "by fingerprints", run: printed(false, 64), in: inLength, every: 7},
	{name: "reduced, by fingerprints", run: printed(true, 128), in: inVerdict, every: 8},
	{name: "with all sequences bounded", run: counting(model.BoundAll), in: inLength, every: 2},
	{name: "with no sequence bounded", run: counting(model.CountOn), in: inLength, every: 2},
	{name: "in parts", run: cutInto(3, 1, searchAll), workers: 1, in: inVerdict},
	{name: "in parts, reduced", run: cutInto(2, 2, searchReduced(0, shortenStates)), workers: 1, in: inVerdict},
	{name: "in parts, reduced, own schedule", run: cutInto(5, 2, searchReduced(0, 0)), workers: 2, in: inVerdict, every: 3},
	{name: "in parts, plainly", run: cutInto(2, 3, searchPlainly), workers: 1, in: inVerdict, every: 5},
	{name: "simulated", run: simulate, workers: 1, in: inTruth, every: 3},
}

// whole searches for all at once.
func whole(search searcher) func(func() *model.Program, Options) (*Result, error) {
	return func(build func() *model.Program, o Options) (*Result, error) { return search(build(), o) }
}

// firstPiece is the number of states at which the first checkpoint is left.
const firstPiece = 5

// pieces searches from checkpoint to checkpoint.
func pieces(search searcher) func(func() *model.Program, Options) (*Result, error) {
	return func(build func() *model.Program, o Options) (*Result, error) {
		r, _, err := inPieces(search, firstPiece, build, o)
		return r, err
	}
}

// counting has variables that count do so in another way.
func counting(s model.Sequences) func(func() *model.Program, Options) (*Result, error) {
	return func(build func() *model.Program, o Options) (*Result, error) {
		o.sequences = s
		return Reference(build(), o)
	}
}

// simulate tries some schedules.
func simulate(build func() *model.Program, o Options) (*Result, error) {
	o.Runs, o.MaxDepth = 100, 200
	return Simulate(build(), o)
}

// reducedAfter is the reduced search with other bounds on what is done plainly.
func reducedAfter(first, shorten int64) searcher {
	return func(p *model.Program, o Options) (*Result, error) { return reduced(p, o, first, shorten) }
}

// renamed takes every transition, and keeps one of the states that differ in who plays
// which part.
func renamed(p *model.Program, o Options) (*Result, error) {
	return inOrder(p, o, func(pl *plan, o Options) (*Result, []uint64, error) {
		sh := newRenamed(pl, o, 2)
		if sh == nil {
			return searchAll(pl, o)
		}
		e := newExplorer(pl, o, sh)
		defer e.free()
		e.reduced, e.steps = true, true
		e.explore(everything)
		e.end()
		return e.judged()
	})
}

// question draws what is asked of the program of a seed.
func question(seed uint64) Options {
	o := Options{Seed: seed, MaxStates: *randomStates, Find: []Find{FindDefault, FindRule, FindAny, FindDangling}[seed/2%4]}
	if seed%2 == 0 {
		// Let programs get far that break something else at once.
		o.Only, o.Find = []string{"deadlock", "assert", "use-after-free", "dangling-vma"}, FindDefault
	}
	if seed%16 == 8 {
		o.Only = []string{"data-race"} // also behind the use of freed memory
	}
	return o
}

// judge compares all modes on one program. It returns the reference result,
// and what differs from it, "" if nothing.
func judge(build func() *model.Program, o Options) (*Result, string) {
	plain := o
	plain.NoReduce = true
	full, differ := judgeExact(build, plain)
	if differ != "" {
		return full, "without reduction: " + differ
	}
	clear, differ := judgeExact(build, o)
	switch {
	case differ != "":
		return full, differ
	case !agreeIn(inLength, o.Find, full, clear):
		return full, fmt.Sprintf("reference without reduction: %s\nreference: %s", summary(full), summary(clear))
	}
	for _, m := range modes {
		if m.in == inAll || !m.due(o.Seed) {
			continue
		}
		if got, text := runMode(m, build, o); got == nil || !agreeIn(m.in, o.Find, full, got) {
			return full, fmt.Sprintf("reference without reduction: %s\n%s: %s", summary(full), m.name, text)
		}
	}
	return full, ""
}

// judgeExact compares the modes that have to agree in everything.
func judgeExact(build func() *model.Program, o Options) (*Result, string) {
	want, text := runMode(mode{run: whole(Reference)}, build, o)
	if want == nil {
		return nil, "reference: " + text
	}
	for _, m := range modes {
		if m.in != inAll || !m.due(o.Seed) {
			continue
		}
		if _, got := runMode(m, build, o); got != text {
			return want, fmt.Sprintf("reference: %s\n%s: %s", text, m.name, got)
		}
	}
	return want, ""
}

// due says whether the program of a seed is one that a mode is tried on.
func (m mode) due(seed uint64) bool { return m.every == 0 || seed%m.every == 0 }

// runMode searches in one mode; a crash is a result too.
func runMode(m mode, build func() *model.Program, o Options) (r *Result, text string) {
	defer func() {
		if p := recover(); p != nil {
			r, text = nil, fmt.Sprint("panic: ", p)
		}
	}()
	o.Workers = m.workers
	r, err := m.run(build, o)
	if err != nil {
		return nil, "error: " + err.Error()
	}
	return r, summary(r)
}

// agreeIn compares results of searches that store different states; a search
// that was cut short says nothing.
func agreeIn(in agreement, find Find, a, b *Result) bool {
	switch {
	case cutShort(a) || cutShort(b):
		return true
	case in == inTruth:
		return b.Verdict == Unknown || b.Verdict == a.Verdict && sound(a.Finding, b.Finding)
	case a.Verdict != b.Verdict:
		return false
	case a.Finding == nil:
		return true
	}
	f, g := a.Finding, b.Finding
	wanted := preferred(find)
	return wanted(f.Property) == wanted(g.Property) &&
		(in < inProperty || f.Property == g.Property) &&
		(in < inLength || len(f.Trace.Steps) == len(g.Trace.Steps)) &&
		(in < inSchedule || story(f) == story(g))
}

// sound says whether what a simulation shows can be there beside a shortest
// counterexample.
func sound(shortest, shown *Finding) bool {
	return shown == nil || shown.Property != shortest.Property || len(shown.Trace.Steps) >= len(shortest.Trace.Steps)
}

// cutShort says whether the bound on states ended a search.
func cutShort(r *Result) bool { return r.Limit != nil && r.Limit.Raise == "--max-states" }

// summary is everything of a result that may not depend on how it was found.
func summary(r *Result) string {
	s := fmt.Sprintf("%s %d states %d transitions depth %d frontier %d", r.Verdict, r.Stats.States, r.Stats.Transitions, r.Stats.Depth, r.Stats.Frontier)
	if r.Limit != nil {
		s += " limit " + r.Limit.What
	}
	if r.Finding != nil {
		s += " " + story(r.Finding)
	}
	return s
}

// story is all of a finding.
func story(f *Finding) string {
	s := fmt.Sprintf("%s: %s obj %d", f.Property.ID, f.Text, f.Obj)
	for _, st := range f.Trace.Steps {
		s += fmt.Sprintf(" %d.%d", st.Thread.Num, st.Alt)
	}
	for _, w := range f.Waits {
		s += fmt.Sprintf(" wait %s %s %v", w.Thread.Name, w.Lock, w.Cycle)
	}
	return s
}

// tally counts what random programs are like.
type tally struct {
	sync.Mutex
	verdicts   map[Verdict]int
	properties map[string]int
	sizes      []int64 // states of the programs that hold
	skipped    int
}

func (y *tally) count(r *Result) {
	y.Lock()
	defer y.Unlock()
	if cutShort(r) {
		y.skipped++
		return
	}
	y.verdicts[r.Verdict]++
	if r.Finding != nil {
		y.properties[r.Finding.Property.ID]++
	}
	if r.Verdict == Holds {
		y.sizes = append(y.sizes, r.Stats.States)
	}
}

func (y *tally) String() string {
	slices.Sort(y.sizes)
	var part []string
	for _, q := range []int{1, 10, 25, 50, 75, 90, 99} {
		if n := len(y.sizes); n > 0 {
			part = append(part, fmt.Sprintf("%d%%: %d", q, y.sizes[n*q/100]))
		}
	}
	return fmt.Sprintf("%d over the bound of states; %v; broken: %v; states of those that hold: %s",
		y.skipped, y.verdicts, y.properties, strings.Join(part, ", "))
}

// failure is a program on which the searches differ.
type failure struct {
	seed   uint64
	differ string
}

// judgeSeeds compares the searches on the programs of -programs seeds, on all
// processors.
func judgeSeeds(y *tally) (tried int64, failures []failure) {
	// Thousands of small heaps: collect seldom.
	defer debug.SetGCPercent(debug.SetGCPercent(1600))
	var next, done atomic.Int64
	var mu sync.Mutex
	var all sync.WaitGroup
	start := time.Now()
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for {
				n := next.Add(1) - 1
				if n >= int64(*randomPrograms) || *randomTime > 0 && time.Since(start) > *randomTime {
					return
				}
				seed := *randomSeed + uint64(n)
				r, differ := judge(func() *model.Program { return random.Program(seed) }, question(seed))
				if differ != "" {
					mu.Lock()
					failures = append(failures, failure{seed, differ})
					mu.Unlock()
				} else {
					y.count(r)
				}
				done.Add(1)
			}
		})
	}
	all.Wait()
	slices.SortFunc(failures, func(a, b failure) int { return int(int64(a.seed - b.seed)) })
	return done.Load(), failures
}

// maxShown bounds the failures that are shown in full.
const maxShown = 3

// The searches agree on random programs. Run it on others, and on more of
// them, with -seed and -programs.
func TestRandomPrograms(t *testing.T) {
	if testing.Short() {
		*randomPrograms = min(*randomPrograms, 60)
	}
	y := &tally{verdicts: map[Verdict]int{}, properties: map[string]int{}}
	tried, failures := judgeSeeds(y)
	for i, f := range failures {
		if i < maxShown {
			t.Errorf("%s\n%s", f.differ, explain(f.seed))
		}
	}
	if len(failures) > 0 {
		t.Errorf("%d of %d programs: the searches differ", len(failures), tried)
	}
	t.Logf("%d programs: %s", tried, y)
}

// explain shrinks the program of a seed as long as the searches differ on it.
// What the reference cannot check at all is no smaller example of a difference.
func explain(seed uint64) string {
	o := question(seed)
	s := random.Draw(random.NewSource(seed))
	r, _ := judge(s.Build, o)
	small := random.Shrink(s, func(s *random.Script) bool {
		again, differ := judge(s.Build, o)
		return differ != "" && (again == nil) == (r == nil)
	})
	_, differ := judge(small.Build, o)
	return fmt.Sprintf("Again with: go test ./checker -run RandomPrograms -programs 1 -seed %d\n"+
		"A small one, find %q, only %q (kept in testdata/random, it is tried each time):\n%s\n%s\n%s",
		seed, o.Find, o.Only, small, differ, code(small, o))
}

// code is the sealed program of a script as text.
func code(s *random.Script, o Options) string {
	p := s.Build()
	if _, err := seal(p, o); err != nil {
		return err.Error()
	}
	var out strings.Builder
	_ = model.Dump(&out, p) // a Builder takes everything
	return out.String()
}

// Scripts that keep a discipline break nothing.
func TestDisciplineHolds(t *testing.T) {
	noRaces(t)
	for seed := range uint64(300) {
		s := random.Disciplined(random.NewSource(seed))
		r, err := Reference(s.Build(), Options{MaxStates: 3000})
		if err != nil || r.Verdict == Violated {
			t.Errorf("seed %d: %v, %s\n%s", seed, err, summary(r), s)
		}
	}
}
