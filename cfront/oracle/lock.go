// SPDX-License-Identifier: MIT

// This file has the locks, from what the kernel's documentation and the
// comments at kernel/locking/rwsem.c say of them.

package oracle

import "slices"

// selfLock is what a thread does that takes a lock which it has: misuse, and the
// end of that thread.
const selfLock = "lock-misuse or deadlock"

// lock runs an operation on a lock; not enabled: the thread waits.
func (m *machine) lock(s *state, t int) (bad string, enabled bool) {
	in, th := m.at(s, t), &s.threads[t]
	l := &s.locks[in.n]
	if th.granted {
		th.granted = false
		th.pc++
		return "", true
	}
	got := int64(0)
	switch in.name {
	case "spin_lock", "mutex_lock":
		if l.owner == t+1 {
			return selfLock, true
		}
		if l.owner != 0 {
			return "", false
		}
		l.owner = t + 1
	case "spin_trylock", "mutex_trylock":
		if l.owner == 0 {
			l.owner, got = t+1, 1
		}
		th.regs[in.base+in.reg] = got
	case "spin_unlock", "mutex_unlock":
		if l.owner != t+1 {
			return "lock-misuse", true
		}
		l.owner = 0
	case "complete":
		l.count++
	case "wait_for_completion":
		if l.count == 0 {
			return "", false
		}
		l.count--
	default:
		return m.rwsem(s, t, l)
	}
	th.pc++
	return "", true
}

func (m *machine) rwsem(s *state, t int, l *lockState) (bad string, enabled bool) {
	in, th := m.at(s, t), &s.threads[t]
	got := int64(0)
	mine := l.readers[t] > 0
	switch in.name {
	case "down_read", "down_write":
		reads := in.name == "down_read"
		if l.owner == t+1 || mine && !reads {
			return selfLock, true
		}
		if th.queued {
			return m.head(s, t, l)
		}
		if l.owner == 0 && (l.free() || reads && len(l.queue) == 0) {
			m.take(l, t, reads)
			break
		}
		l.queue = append(l.queue, waiter{t, reads})
		th.queued = true
		return "", true
	case "down_read_trylock":
		if l.owner == 0 && len(l.queue) == 0 {
			m.take(l, t, true)
			got = 1
		}
		th.regs[in.base+in.reg] = got
	case "down_write_trylock":
		if l.owner == 0 && len(l.queue) == 0 && l.free() {
			m.take(l, t, false)
			got = 1
		}
		th.regs[in.base+in.reg] = got
	case "up_read":
		if !mine {
			return "lock-misuse", true
		}
		l.readers[t]--
		m.grant(s, l)
	case "up_write":
		if l.owner != t+1 {
			return "lock-misuse", true
		}
		l.owner = 0
		m.grant(s, l)
	case "downgrade_write":
		if l.owner != t+1 {
			return "lock-misuse", true
		}
		l.owner = 0
		l.readers[t]++
		m.grant(s, l)
	}
	th.pc++
	return "", true
}

// free says whether nobody reads.
func (l *lockState) free() bool { return l.readers == [maxThreads]int8{} }

func (m *machine) take(l *lockState, t int, reads bool) {
	if reads {
		l.readers[t]++
	} else {
		l.owner = t + 1
	}
}

// head lets a queued writer take a free lock if it is the first in the queue.
func (m *machine) head(s *state, t int, l *lockState) (bad string, enabled bool) {
	if l.queue[0].thread != t || l.queue[0].reads || l.owner != 0 || !l.free() {
		return "", false
	}
	l.queue = l.queue[1:]
	l.owner = t + 1
	s.threads[t].queued = false
	s.threads[t].pc++
	m.grant(s, l)
	return "", true
}

// grant gives the lock to all readers in the queue if a reader is the first.
func (m *machine) grant(s *state, l *lockState) {
	if l.owner != 0 || len(l.queue) == 0 || !l.queue[0].reads {
		return
	}
	for _, w := range l.queue {
		if w.reads {
			l.readers[w.thread]++
			s.threads[w.thread].queued = false
			s.threads[w.thread].granted = true
		}
	}
	l.queue = slices.DeleteFunc(l.queue, func(w waiter) bool { return w.reads })
}

// circle says whether some of the blocked threads wait for locks of each other
// only, so that none of them will ever go on.
func (m *machine) circle(s *state, blocked []int) bool {
	in := map[int]bool{}
	for _, t := range blocked {
		if m.at(s, t).op == opLock && m.prog.Locks[m.at(s, t).n].Kind != Completion {
			in[t] = true
		}
	}
	for changed := true; changed; {
		changed = false
		for t := range in {
			if !m.waitsFor(s, t, in) {
				delete(in, t)
				changed = true
			}
		}
	}
	return len(in) > 0
}

// waitsFor says whether thread t waits for one of a set of threads.
func (m *machine) waitsFor(s *state, t int, set map[int]bool) bool {
	l := &s.locks[m.at(s, t).n]
	for u := range set {
		if l.owner == u+1 || l.readers[u] > 0 {
			return true
		}
	}
	if l.owner != 0 || !l.free() {
		return false // whoever has it may give it up
	}
	for _, w := range l.queue {
		if w.thread == t {
			return false
		}
		if set[w.thread] {
			return true
		}
	}
	return false
}
