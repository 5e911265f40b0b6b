// SPDX-License-Identifier: MIT

// This file checks that nobody sleeps in atomic context.

package property

import "mmcheck/model"

// AtomicSleep: a sleeping operation is used in atomic context.
var AtomicSleep = &Property{
	ID:       "atomic-sleep",
	Severity: Error,
	Short:    "a sleeping operation is used in atomic context",
	Doc: `An operation that may sleep (down_read, down_write, mutex_lock, folio_lock,
wait_event, schedule, synchronize_rcu, mmput, an allocation with GFP_KERNEL,
might_sleep, cond_resched) is reached while the thread holds a spin lock,
page-table locks included, has preemption, softirqs or interrupts off, or in
an RCU callback or the handler of an interrupt. Trylocks never sleep. Sleeping
in an RCU read section is rcu-misuse.

A spinlock_t or rwlock_t sleeps with PREEMPT_RT: to take one inside of a
raw_spinlock_t is reported too, whatever the kernel that is checked.

Not judged: allocations with GFP_ATOMIC.

Source: might_sleep() in include/linux/kernel.h; CONFIG_DEBUG_ATOMIC_SLEEP;
Documentation/locking/locktypes.rst.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		if e.Kind != model.Sleep {
			return nil
		}
		if e.RT {
			return []model.Check{{Bad: t.InRawContext(), Text: "a lock that sleeps with PREEMPT_RT is taken inside of a raw_spinlock_t"}}
		}
		return []model.Check{{Bad: t.InAtomicContext(), Text: "sleeping operation in atomic context"}}
	},
}
