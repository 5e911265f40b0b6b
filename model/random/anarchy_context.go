// SPDX-License-Identifier: MIT

// This file draws disorder with what threads switch off, interrupts above all, and
// with handlers of interrupts.

package random

import "fmt"

// handler draws a handler of an interrupt, and locks that it may take.
func (m *mess) handler() {
	m.words["irq"] = []string{"on"}
	m.words["lock"] = oneOf(m.src, []string{"sp0"}, []string{"sp0"}, []string{"rl0"}, []string{"rl0", "sp0"}, []string{"ra0"}, []string{"ra0", "sp0"})
}

// context draws a section without something, or part of one.
func (m *mess) context() []Stmt {
	off := oneOf(m.src, [2]string{"local_irq_disable", "local_irq_enable"}, [2]string{"local_irq_disable", "local_irq_enable"},
		[2]string{"r3 = __mmcheck_irq_save", "local_irq_restore r3"}, [2]string{"preempt_disable", "preempt_enable"},
		[2]string{"local_bh_disable", "local_bh_enable"}, [2]string{"pagefault_disable", "pagefault_enable"})
	switch m.src.Intn(8) {
	case 0:
		return text("r0 = " + oneOf(m.src, "irqs_disabled", "in_interrupt", "in_hardirq", "__mmcheck_pagefault_disabled"))
	case 1:
		return text(oneOf(m.src, off[0], off[1]))
	case 2:
		if len(m.words["tree"]) > 0 {
			return then(text("__mmcheck_speculate 1"), m.body(1), text("__mmcheck_speculate 0"))
		}
	}
	return then(text(off[0]), m.body(1+m.src.Intn(2)), text(off[1]))
}

// saved holds a lock with interrupts off, and switches them to what they were.
func (m *mess) saved(name, tag string) []Stmt {
	for _, l := range spinning {
		if l.tag == tag && (l.lock != "read_lock" || chance(m.src, 50)) {
			return then(text(fmt.Sprintf("r3 = __mmcheck_%s_irqsave %s", l.lock, name)), m.body(1+m.src.Intn(2)),
				text(fmt.Sprintf("%s_irqrestore %s r3", l.unlock, name)))
		}
	}
	return nil
}

// asked draws what only asks about a lock, or takes it under another one.
func (m *mess) asked(name, tag string) []Stmt {
	switch tag {
	case "rw_semaphore":
		return text(oneOf(m.src, "might_lock_read ", "lockdep_assert_not_held ", "rwsem_assert_held_read ")+name, "r0 = lockdep_is_held_type "+name+oneOf(m.src, " 0", " 1", " -1"))
	case "mutex":
		return oneOf(m.src, text("might_lock "+name), text("might_lock_nested "+name+" 1"), text("r0 = mutex_is_locked "+name),
			list(around("with "+name+" write", text("down_write_nest_lock rw0 "+name, "up_write rw0"))),
			list(around("with "+name+" write", text("spin_lock_nest_lock sp0 "+name, "spin_unlock sp0"))),
			list(around("with rw0 write", text("mutex_lock_nest_lock "+name+" rw0", "mutex_unlock "+name))))
	case "spinlock":
		return text("r0 = spin_is_locked " + name)
	case "raw_spinlock":
		return text("r0 = raw_spin_is_locked " + name)
	case "rwlock":
		return text(oneOf(m.src, "r0 = rwlock_is_contended ", "rwlock_assert_held ", "rwlock_assert_held_read ", "rwlock_assert_held_write ") + name)
	}
	return text("cond_resched")
}
