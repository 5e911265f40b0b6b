// SPDX-License-Identifier: MIT

// This file checks the rules of RCU that do not need another thread to be
// broken. Most are checked by the cell itself (model/rcu.go).

package property

import "mmcheck/model"

// RCUMisuse: RCU is used against its rules.
var RCUMisuse = &Property{
	ID:       "rcu-misuse",
	Severity: Error,
	Short:    "RCU is used against its rules",
	Doc: `One of these:
  - an operation that may sleep is reached within a read section; waiting for
    a grace period there waits for oneself (synchronize_rcu, rcu_barrier);
  - rcu_read_unlock() without rcu_read_lock(), or a thread ends within a read
    section, so that no grace period ends any more;
  - rcu_dereference() outside of a read section;
  - call_rcu() or kfree_rcu() of an rcu_head that is queued already;
  - an object is freed while its rcu_head is queued.
Source: Documentation/RCU/checklist.rst, Documentation/RCU/lockdep.rst.

A lock that sleeps is no read section: a reader of mmap_lock does not keep an
object that is freed by RCU. One that spins is, as are sections without
preemption, softirqs or interrupts: grace periods wait for them (since v5.0, see
synchronize_rcu() in kernel/rcu/tree.c; with PREEMPT_RT the lock itself calls
rcu_read_lock(), kernel/locking/spinlock_rt.c). lockdep wants to be told
nevertheless: rcu_dereference() is reported there, rcu_dereference_check() and
rcu_dereference_protected() with the lock as their condition are not.

What was read under RCU and used after the end of the section, or freed without
a grace period, is reported as use-after-free or dangling-vma, with the schedule
on which the memory is gone. An object of a SLAB_TYPESAFE_BY_RCU pool
(MM_TYPESAFE_BY_RCU) may be freed and be another one at any time, but reading it
within the section is no error: test its identity after taking a reference or a
lock in it.

Not judged: cond_resched() within a read section, which may be used where RCU is
preemptible. Callbacks run in atomic context: sleeping there is
atomic-sleep. They are invoked one after the other, in any order.`,
	Expand: func(p *model.Program, t *model.Thread, e *model.Event) []model.Check {
		switch {
		case e.Kind == model.Sleep && !e.RT && (e.At == nil || e.At.Op != "cond_resched"):
			return []model.Check{{Bad: p.InOwnSection(t), Text: "sleeping operation in an RCU read section"}}
		case e.Kind == model.Exit:
			return []model.Check{{Bad: p.InOwnSection(t), Text: t.Name + " ends in an RCU read section"}}
		case e.Kind == model.Freeing:
			return freeOfQueued(e.Type, e.Type, e.Obj)
		}
		return nil
	},
}

// freeOfQueued checks the rcu_heads embedded in object obj of typ, a part of
// what is freed.
func freeOfQueued(whole, typ *model.Type, obj model.Expr) []model.Check {
	var out []model.Check
	for _, f := range typ.Fields {
		for j := 0; f.Sub != nil && j < f.Count; j++ {
			m := f.Member(obj, model.Int(j))
			out = append(out, freeOfQueued(whole, f.Sub, m)...)
			out = append(out, model.Check{
				Bad:  f.Sub.HasCallback(m),
				Text: "free of " + model.ShortName(whole.Name) + " while its " + f.Name + " is queued",
			})
		}
	}
	return out
}
