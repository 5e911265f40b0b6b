// SPDX-License-Identifier: MIT

// This file draws disorder with what threads meet by less often than by locks:
// RCU, wait queues, sequence counters, questions about locks.

package random

import (
	"fmt"
	"strings"
)

func (m *mess) seldom() []Stmt {
	switch n := m.src.Intn(14); {
	case n >= 12 || n >= 10 && len(m.words["irq"]) > 0:
		return m.context()
	case n >= 10:
		return m.asked(m.lock())
	case n < 3:
		return m.rcu()
	case n < 5:
		return m.sleeping()
	case n < 8:
		return m.versioned()
	}
	name, tag := m.lock()
	touch := map[string]string{"rw_semaphore": "init_rwsem " + name, "mutex": "mutex_init " + name, "spinlock": "spin_lock_init " + name,
		"raw_spinlock": "raw_spin_lock_init " + name, "rwlock": "rwlock_init " + name,
		"folio_lock": "__mmcheck_folio_wait " + name, "lockdep_map": "seqcount_init sc"}[tag]
	if len(m.words["tree"]) > 0 && chance(m.src, 50) {
		touch = "mt_init mt"
	}
	return text(oneOf(m.src, "might_sleep", "cond_resched", "exit", "__mmcheck_bug", "__mmcheck_contract", touch))
}

// rcu draws a read section, or part of one, or something that waits for them.
func (m *mess) rcu() []Stmt {
	switch m.src.Intn(5) {
	case 0, 1:
		return then(text("rcu_read_lock"), m.body(1), text("rcu_read_unlock"))
	case 2:
		return text("synchronize_rcu")
	case 3:
		return text("r0 = rcu_read_lock_held")
	}
	return text(oneOf(m.src, "rcu_read_lock", "rcu_read_unlock", "__mmcheck_rcu_dereference", "rcu_barrier"))
}

// sleeping draws something done with a wait queue.
func (m *mess) sleeping() []Stmt {
	switch m.src.Intn(5) {
	case 4:
		return m.working()
	case 3:
		return text("r0 = wake_up_process " + oneOf(m.src, tasks...))
	case 0:
		return text("prepare_to_wait wq 0 "+oneOf(m.src, "1", "2"), oneOf(m.src, "__mmcheck_schedule", "r0 = __mmcheck_schedule_signals"), "finish_wait wq 0")
	case 1:
		return text("wake_up wq")
	}
	return text(oneOf(m.src, "r0 = waitqueue_active wq", "init_waitqueue_head wq", "set_current_state 0", "set_current_state 1", "__mmcheck_schedule"))
}

// working draws something done with work items, or by a worker.
func (m *mess) working() []Stmt {
	item := oneOf(m.src, "wk0", "wk1")
	switch m.src.Intn(3) {
	case 0:
		return then(text("y0 = __mmcheck_next_work"), list(around("if y0", text("__mmcheck_work_done y0"))))
	case 1:
		return text("r0 = __mmcheck_queue_work "+item+" "+oneOf(m.src, "0", "1"), oneOf(m.src, "__mmcheck_flush_work "+item, "__mmcheck_flush_workqueue 0", "might_sleep"))
	}
	return text(oneOf(m.src, "r1 = __mmcheck_cancel_work "+item, "r1 = __mmcheck_work_busy "+item, "r1 = __mmcheck_work_pending "+item, "__mmcheck_flush_work "+item))
}

// queue draws a callback for the object that others find.
func (m *mess) queue(p string) []Stmt {
	head := m.pick("head")
	a, _, _ := strings.Cut(head, ".")
	how := text(kfreeRcu + " " + head)
	if m.callbacks > 0 && chance(m.src, 70) {
		how = text(fmt.Sprintf("%s %s %d", callRcu, head, 1+m.src.Intn(m.callbacks)))
	}
	if chance(m.src, 70) {
		how = then(text("set "+p+" 0"), how)
	}
	return then(text("set "+a+" "+p), list(around("if "+a, how)))
}

// versioned draws something done with a sequence counter.
func (m *mess) versioned() []Stmt {
	switch m.src.Intn(6) {
	case 0:
		return then(text("write_seqcount_begin sc"), m.body(1), text("write_seqcount_end sc"))
	case 1:
		return list(around("again r1 == 1", then(text("read_seqcount_begin sc"), m.body(1), text("r1 = read_seqcount_retry sc"))))
	case 2:
		return then(text("r1 = raw_read_seqcount sc"), m.body(1), text("r0 = read_seqcount_retry sc"))
	case 3:
		return list(around("with "+oneOf(m.src, "mu0", "sp0")+" write", text("write_seqcount_begin sc", "add g0 1", "write_seqcount_end sc")))
	}
	return text(oneOf(m.src, "seqcount_init sc", "r1 = raw_read_seqcount sc", "r1 = read_seqcount_retry sc", "write_seqcount_begin sc", "write_seqcount_end sc", "write_seqcount_invalidate sc"))
}
