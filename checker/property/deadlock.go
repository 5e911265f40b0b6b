// SPDX-License-Identifier: MIT

// This file finds deadlocks: threads that can never go on, and who waits for
// whom.

package property

import (
	"fmt"
	"math/bits"
	"strings"

	"mmcheck/model"
)

// Deadlock: threads wait for each other, or for ever.
var Deadlock = &Property{
	ID:       "deadlock",
	Severity: Error,
	Short:    "threads wait for each other, or for ever",
	Doc: `Either no thread can go on though some have not ended, or some threads wait
for locks in a circle while others still run, or some threads go round in loops
that nothing will end. A reader that queued behind a
waiting writer counts as waiting for that writer: this is how reading
recursively deadlocks.

A task that sleeps and that nobody will wake waits for ever: a lost wake-up
shows as a deadlock, once all others have ended or wait too.

Threads that spin hang as those that sleep do. A thread hangs if, on every
continuation, no step of it changes anything that others can see (taking and
leaving locks, RCU sections and wait queues to look is no change), and it never
leaves the loop that it is in, or the place where it waits. So does one that waits
for ever while others go on. Who changes something for ever works, and is no
party; nor is a thread whose code has no end and that comes by the head of its
outermost loop, or waits there, while another one goes on: it has nothing to do.
While an event may come that the spec declares, such as a signal or a value of
nondet(), some continuation has it. This is judged when all states are known:
a search that was cut short, or a simulation, says nothing of loops.

Not judged: time-outs, which are not modelled; waits end only by an action of
another thread. Where a spec defines MM_SIGNALS, a killable wait may end by a
signal and is never counted as a deadlock.

Source: Documentation/locking/lockdep-design.rst; kernel/locking/rwsem.c on the
queue of waiters, which is what makes a reader wait for a writer that waits.`,
	Stuck: func(p *model.Program, s model.State, blocked, running uint64) string {
		if running == 0 {
			return "no thread can go on"
		}
		if cycleOf(p, s, blocked) != 0 {
			return "threads wait for each other in a circle"
		}
		return ""
	},
}

// Wait is one edge of a wait-for graph.
type Wait struct {
	Thread *model.Thread   // the thread that cannot go on
	Point  *model.Block    // where it waits
	Lock   string          // the lock waited for, such as "mm.mmap_lock"; "" if it is none
	For    []*model.Thread // the threads it waits for; empty if not known
	Cycle  bool            // part of a cycle
	Loop   []*model.Block  // the steps of the loop that it spins in; nil if it sleeps
}

// WaitMask is the set of threads (bit n-1) that thread t waits for in s.
func WaitMask(s model.State, t *model.Thread) uint64 {
	b := t.Point(s)
	if b == nil || b.Step.Waits == nil {
		return 0
	}
	return uint64(model.Eval(s, b.Step.Waits))
}

// cycleOf returns the threads of blocked that wait for themselves through
// others of blocked. Every wait is for all of its set, so any cycle is a
// deadlock of the threads in it.
func cycleOf(p *model.Program, s model.State, blocked uint64) uint64 {
	reach := make([]uint64, len(p.Threads))
	for i, t := range p.Threads {
		if blocked>>i&1 != 0 {
			reach[i] = WaitMask(s, t) & blocked
		}
	}
	for k := range reach {
		for i := range reach {
			if reach[i]>>k&1 != 0 {
				reach[i] |= reach[k]
			}
		}
	}
	cycle := uint64(0)
	for i := range reach {
		cycle |= reach[i] & (1 << i)
	}
	return cycle
}

// WaitsFor describes the wait-for graph of the blocked threads in s, without
// the thread that invokes callbacks where there are none, and without FINAL where
// it has not begun.
func WaitsFor(p *model.Program, s model.State, blocked uint64) []Wait {
	var out []Wait
	waiting := uint64(0) // those in out
	for m := blocked; m != 0; m &= m - 1 {
		t := p.Threads[bits.TrailingZeros64(m)]
		if p.Idle(t, s) || t.Final && model.Eval(s, p.OthersEnded(t)) == 0 {
			continue
		}
		waiting |= 1 << (t.Num - 1)
		out = append(out, Wait{Thread: t, Point: t.Point(s), Lock: LockName(s, t)})
	}
	cycle := cycleOf(p, s, waiting)
	for i := range out {
		out[i].For = p.ThreadsOf(WaitMask(s, out[i].Thread))
		out[i].Cycle = cycle>>(out[i].Thread.Num-1)&1 != 0
	}
	return out
}

// LockName names the lock that t waits for in s, "" if it is none.
func LockName(s model.State, t *model.Thread) string {
	l := t.Point(s).Step.Lock
	if l.Type == nil {
		return ""
	}
	n := model.Eval(s, l.Inst)
	if n < 1 || n > int64(len(l.Type.Instances)) {
		return fmt.Sprintf("%s %d", l.Type.Name, n)
	}
	return strings.TrimSpace(l.Type.Instances[n-1].Name)
}
