// SPDX-License-Identifier: MIT

// This file checks that threads do not meet at a location by plain accesses: it
// says which two accesses are a data race (pair.go finds them in a state).

package property

import "mmcheck/model"

// DataRace: two threads access the same memory at once, one of them plainly.
var DataRace = &Property{
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
