// SPDX-License-Identifier: MIT

// This file draws disorder with what threads meet by less often than by locks:
// RCU, wait queues, sequence counters.

package random

func (m *mess) seldom() []Stmt {
	if known("rcu_read_lock") && chance(m.src, 40) {
		return m.rcu()
	}
	if known("prepare_to_wait") && chance(m.src, 40) {
		return m.sleeping()
	}
	name, tag := m.lock()
	touch := map[string]string{"rw_semaphore": "init_rwsem", "mutex": "mutex_init", "spinlock": "spin_lock_init"}[tag] + " " + name
	if len(m.words["tree"]) > 0 && chance(m.src, 50) {
		touch = "mt_init mt"
	}
	return text(oneOf(m.src, "might_sleep", "cond_resched", "exit", "__mmcheck_bug", touch))
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
	switch m.src.Intn(3) {
	case 0:
		return text("prepare_to_wait wq 0 "+oneOf(m.src, "1", "2"), oneOf(m.src, "__mmcheck_schedule", "r0 = __mmcheck_schedule_signals"), "finish_wait wq 0")
	case 1:
		return text("wake_up wq")
	}
	return text(oneOf(m.src, "r0 = waitqueue_active wq", "init_waitqueue_head wq", "set_current_state 0", "set_current_state 1", "__mmcheck_schedule"))
}
