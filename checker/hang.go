// SPDX-License-Identifier: MIT

// This file defines hangs in loops: who waits for ever though threads go on.
//
// A thread that has not ended hangs in a state if on no continuation from there
//
//   - a step of it changes anything that others can see, but for the locks, read
//     sections and wait queues that it takes and leaves to look (visible), or
//   - it leaves the loop of its code that it is in, if it is in one, or moves at
//     all, if it is not.
//
// So it sleeps, or spins. In a closed component of the state graph, which nothing
// leads out of, each thread either hangs, or has ended, or changes something for
// ever; the latter works by design. So does a thread whose code has no end and
// that comes by, or waits at, the head of its outermost loop: it has nothing to
// do. FINAL does not hang before it has begun, nor does the thread that invokes
// callbacks where there are none. An event that the spec declares (a signal, a
// choice of nondet()) is a step like any other: while one may come, it is on some
// continuation.
//
// A hang is shown in a state from which all that go on stay in loops.

package checker

import (
	"fmt"
	"slices"

	"mmcheck/checker/por"
	"mmcheck/checker/property"
	"mmcheck/model"
)

// What a state of a hang breaks, in a few words.
const (
	textSpins  = "threads go round in loops that nothing will end"
	textSleeps = "threads wait for ever while others go on"
)

// textOfHang is what the hang of some threads is called, of which some move; ""
// if there are none.
func textOfHang(hang, moves uint64) string {
	switch {
	case hang&moves != 0:
		return textSpins
	case hang != 0:
		return textSleeps
	}
	return ""
}

// progress tells who goes on.
type progress struct {
	prog    *model.Program
	loops   []por.Loops // nil: there are none
	visible []bool      // by element of the state: a change of it is work
}

func newProgress(p *model.Program) *progress {
	return &progress{p, por.LoopsOf(p), visible(p)}
}

// visible are memory that others can reach, and cells other than those by which
// threads wait for each other.
func visible(p *model.Program) []bool {
	out := make([]bool, p.Size)
	for _, v := range p.Vars {
		if v.Thread != 0 || v.Kind != model.Memory && (v.Kind != model.Cell || v.Type == nil || v.Type.Kind == nil || v.Type.Kind.Synchronises()) {
			continue
		}
		for i := range v.Len {
			if in := i/v.Width - 1; v.Type == nil || in < 0 || v.Type.Instances[in].Thread == 0 {
				out[v.Off()+i] = true
			}
		}
	}
	return out
}

// step reports whether a step of thread t between two scheduling points shows
// that it did not hang; works says that it changed something visible.
func (g *progress) step(t, from, to int, works bool) bool {
	l := &g.loops[t]
	return works || l.Part[from] == 0 || l.Part[from] != l.Part[to] || l.Idle(to)
}

// idle is the set of threads that do not hang in s, since they have ended or
// have nothing to do.
func (g *progress) idle(s model.State) (out uint64) {
	for i, t := range g.prog.Threads {
		pc := int(s[t.PC.Off()])
		if pc == 0 || g.loops[i].Idle(pc) || t.Final && model.Eval(s, g.prog.OthersEnded(t)) == 0 || g.prog.Idle(t, s) {
			out |= 1 << i
		}
	}
	return out
}

// everyone is the set of all threads.
func (g *progress) everyone() uint64 { return 1<<len(g.prog.Threads) - 1 }

// inLoops reports whether all threads that can go on in s are in loops.
func (g *progress) inLoops(s model.State, running uint64) bool {
	return !slices.ContainsFunc(g.prog.ThreadsOf(running), func(t *model.Thread) bool {
		return g.loops[t.Num-1].Part[s[t.PC.Off()]] == 0
	})
}

// worksIn reports whether something visible differs.
func (g *progress) worksIn(a, b model.State) bool {
	for i, x := range a {
		if g.visible[i] && x != b[i] {
			return true
		}
	}
	return false
}

// mayHang reports whether what was searched is to be looked through for hangs:
// all states were found, no step ended a path, and in some states all that can
// go on is in loops.
func (e *explorer) mayHang() bool {
	return e.found.turns && e.limit == nil && e.found.limit == nil && e.pl.Wants(property.Deadlock) && !e.found.fatal()
}

// hangs looks for hangs in loops when everything has been searched, or some levels have.
func (e *explorer) hangs(levels int) {
	if !e.mayHang() {
		return
	}
	found := e.found.level(e.depth)
	hit := e.space.hangs(levels, found, e.stop)
	if hit != nil {
		hit = e.named(hit)
	}
	e.found.take(found)
	e.limit = hit
}

// unconfirmed says that a hang was found which the plain interpreter had no time to
// confirm: all that can still happen has to be seen for that.
type unconfirmed struct{ hit *LimitHit }

func (u unconfirmed) Error() string { return "stopped at " + u.hit.What }

// sureStates is up to how many states that is done even after an interrupt.
var sureStates = 50_000

// confirmHang checks with the plain interpreter that threads hang in s, and
// tells which, and where each of them goes round.
func (e *explorer) confirmHang(f *Finding, s model.State) error {
	g := newProgress(e.pl.Prog)
	goOn, moves := uint64(0), uint64(0)
	points := make([][]bool, len(e.pl.Prog.Threads))
	for i, t := range e.pl.Prog.Threads {
		points[i] = make([]bool, len(t.Points)+1)
	}
	ref := newReference(e.pl)
	ref.from(s)
	ended := false
	for i := 0; i < len(ref.states); i++ {
		if hit := e.outOfTime(); i >= sureStates && hit != nil {
			hit.What += ", before a hang that was found was confirmed"
			return unconfirmed{hit}
		}
		at := ref.states[i]
		goOn |= g.idle(at)
		ref.fire(at, func(t *model.Thread, _ int, out model.Outcome) {
			from, to := int(at[t.PC.Off()]), int(out.Next[t.PC.Off()])
			if g.step(t.Num-1, from, to, g.worksIn(at, out.Next)) {
				goOn |= 1 << (t.Num - 1)
			}
			moves |= 1 << (t.Num - 1)
			points[t.Num-1][from] = true
			ended = ended || out.Fatal || out.Limit != nil
			ref.add(out.Next)
		})
	}
	hang := g.everyone() &^ goOn
	f.Hang = true
	if ended || textOfHang(hang, moves) != f.Text {
		return fmt.Errorf("internal error: the last state is none of a hang")
	}
	for _, t := range e.pl.Prog.ThreadsOf(hang) {
		w := property.Wait{Thread: t, Point: t.Point(s), Lock: property.LockName(s, t), For: e.pl.Prog.ThreadsOf(property.WaitMask(s, t))}
		for _, b := range t.Points {
			if points[t.Num-1][b.PC] {
				w.Loop = append(w.Loop, b)
			}
		}
		f.Waits = append(f.Waits, w)
	}
	f.At = f.Waits[0].Point.Step.Site
	return nil
}
