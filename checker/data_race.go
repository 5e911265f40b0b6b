// SPDX-License-Identifier: MIT

// This file checks that threads do not meet at a location by plain accesses: it
// says which two accesses are a data race, and finds those of a state by trying
// what each thread can do next. That is how the reference judges, and how every
// finding is confirmed; clash.go finds them without trying.

package checker

import (
	"cmp"
	"fmt"
	"slices"

	"mmcheck/model"
)

var dataRace = &Property{
	ID:       "data-race",
	Severity: Rule,
	Short:    "two threads access the same memory at once, one of them plainly",
	Doc: `Two threads may both take their next step, both steps access the same scalar
of the same object, at least one of them writes it, and at least one of the
two is a plain access of C. Nothing orders the two, and the compiler may tear,
repeat, merge or leave out the plain one. Within sequential consistency the
definition is exact: if two such accesses can happen unordered, some schedule
has them side by side, and that is the schedule shown.

Marked accesses, of which two never race: READ_ONCE() and WRITE_ONCE() and what
is built on them (rcu_dereference(), rcu_assign_pointer()), what goes through a
cast to a pointer to volatile, operations on atomic_t and refcount_t, all within ATOMIC, and the condition of
WAIT_UNTIL. A marked access beside a plain one is still a race. data_race(expr)
says that the accesses in expr are meant to race: they are never reported,
whatever the other side does. Fix a race by the lock that is missing, or mark
both sides if it is meant to be; data_race() is for what may read nonsense.

Source: Documentation/dev-tools/kcsan.rst, "Data Races";
tools/memory-model/Documentation/explanation.txt, "Plain accesses and data
races"; access-marking.txt there, which says when to use which mark. KCSAN with
KCSAN_STRICT comes closest to this rule. As it is configured by default it is
more lenient: it takes aligned plain writes of up to a word to be atomic
(KCSAN_ASSUME_PLAIN_WRITES_ATOMIC), and reports no write that does not change
the value (KCSAN_REPORT_VALUE_CHANGE_ONLY). It also takes what lies between
read_seqcount_begin() and read_seqcount_retry() for marked; here it must be, by
data_race() if nothing else. ASSERT_EXCLUSIVE_WRITER() and
ASSERT_EXCLUSIVE_ACCESS() ask for more than the absence of data races; they are
not modelled.

Not judged: INIT, which runs alone; a thread that still waits, for a lock or by
WAIT_UNTIL, since it is not at its access yet; what native operations read of the memory
around them, such as a tree the ranges of its VMAs; uses of freed memory, which
are errors of their own.

Bit-fields next to each other are one memory location (C11 3.14): who writes one
writes the others with it. A bit-field of width 0 between them separates them. An
object that is declared volatile is accessed by marked accesses only.`,
	Pair: func(a, b model.Used) bool {
		written := a.Mode == model.Write || b.Mode == model.Write
		plain := a.Mark == model.Unmarked || b.Mark == model.Unmarked
		meant := a.Mark == model.Racy || b.Mark == model.Racy
		return a.Elem == b.Elem && written && plain && !meant
	},
}

// Race is two accesses of different threads that may be made at the same time.
type Race struct {
	First, Second RaceSide // in the order shown
	Where         string   // the location, such as "vma#1.vm_flags"
}

// RaceSide is one of them.
type RaceSide struct {
	Thread *model.Thread
	Alt    int // the alternative of its next step
	model.Used
}

// What says what kind of access it is.
func (r *RaceSide) What() string {
	return [...]string{"plain", "marked", "racy"}[r.Mark] + " " + [...]string{"read", "write"}[r.Mode]
}

func (r *Race) text() string {
	return fmt.Sprintf("%s and %s of %s at the same time", r.First.What(), r.Second.What(), r.Where)
}

// reach lists the accesses that the threads may make next in s.
func (pl *plan) reach(s model.State) (out []RaceSide) {
	for _, t := range pl.prog.Threads {
		b := t.Point(s)
		for i := 0; b != nil && i < len(b.Step.Alts); i++ {
			if model.Enabled(s, &b.Step.Alts[i]) {
				out = append(out, sides(t, i, t.Fire(s, i, pl.fatal))...)
			}
		}
	}
	return out
}

// sides are the accesses of one transition.
func sides(t *model.Thread, alt int, out model.Outcome) (all []RaceSide) {
	for _, u := range out.Used {
		all = append(all, RaceSide{t, alt, u})
	}
	return all
}

// races lists the pairs of accesses that break a property together.
func (pl *plan) races(next []RaceSide) (p *Property, out []*Race) {
	for _, p = range pl.props {
		if p.Pair == nil || !pl.broken(p, textOfRace) {
			continue
		}
		for i, b := range next {
			for _, a := range next[:i] {
				if a.Thread != b.Thread && p.Pair(a.Used, b.Used) {
					out = append(out, &Race{First: a, Second: b, Where: a.V.ElemName(a.Elem - a.V.Off())})
				}
			}
		}
		if out != nil {
			return p, out
		}
	}
	return nil, nil
}

// textOfRace stands for the text of a race until it is known which one is shown.
const textOfRace = "access and access of a location at the same time"

// racing is the property that two accesses which may be made in s break, or nil.
func (pl *plan) racing(s model.State) *Property {
	p, _ := pl.races(pl.reach(s))
	return p
}

// switches is how many context switches the two accesses take after a move of
// thread last (0: none); flip says that the second one is made first. An access
// that had to wait is made first, for the other may make it wait again.
func (r *Race) switches(last int) (n int, flip bool) {
	plain := func(x *RaceSide) bool { return x.Mark == model.Unmarked }
	first, second := plain(&r.Second), plain(&r.First) // whether it may be made first
	flip = !first || second && last == r.Second.Thread.Num
	if flip {
		return 1 + switchCost(last, r.Second.Thread.Num), true
	}
	return 1 + switchCost(last, r.First.Thread.Num), false
}

// least is the race that takes the fewest context switches after a move of
// thread last, in order; the first of several.
func least(races []*Race, last int) *Race {
	best := slices.MinFunc(races, func(a, b *Race) int {
		m, _ := a.switches(last)
		n, _ := b.switches(last)
		return cmp.Compare(m, n)
	})
	if _, flip := best.switches(last); flip {
		best.First, best.Second = best.Second, best.First
	}
	return best
}

// confirmRace looks for the race in the state that a schedule leads to, and adds
// the two accesses to it, one after the other.
func (e *explorer) confirmRace(f *Finding, s model.State) error {
	p, races := e.pl.races(e.pl.reach(s))
	if p != f.Property {
		return fmt.Errorf("internal error: the last state does not break %s", f.Property.ID)
	}
	last := 0
	if n := len(f.Trace.Steps); n > 0 {
		last = f.Trace.Steps[n-1].Thread.Num
	}
	r := least(races, last)
	for _, x := range []*RaceSide{&r.First, &r.Second} {
		out := x.Thread.Fire(s, x.Alt, e.pl.fatal)
		f.Trace.Steps = append(f.Trace.Steps, TraceStep{x.Thread, x.Thread.Point(s), x.Alt, s, out.Next})
		s = out.Next
	}
	f.Race, f.Text, f.Thread, f.At = r, r.text(), r.Second.Thread, r.Second.At
	if f.At == nil {
		f.At = f.Trace.Steps[len(f.Trace.Steps)-1].Point.Step.Site
	}
	return nil
}
