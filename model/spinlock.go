// SPDX-License-Identifier: MIT

// This file models spinlock_t, page-table locks among them: one owner, and
// atomic context for as long as one is held. With PREEMPT_RT it is a lock that
// sleeps, so it must not be taken inside of a raw_spinlock_t.

package model

var spinlockKind = &Kind{
	Name:    "spinlock",
	Tag:     "spinlock",
	Typedef: "spinlock_t",
	Doc:     "spin lock; the holder is in atomic context",
	Declare: declareExclusive,
	Held:    exclusiveHeld,
	spins:   true,
}

func init() {
	spinlockKind.Ops = append([]*Op{
		{Name: "spin_lock_init", Doc: "initialise; the lock starts free", Emit: initExclusive},
		{Name: "spin_lock_nested", Doc: "spin_lock with a nesting level", Emit: func(c *Call) { spinLock(c, level(c), nil) }},
		{Name: "spin_lock_nest_lock", Doc: "spin_lock under a lock under which all of the class are taken", Emit: func(c *Call) { spinLock(c, under(c), nil) }},
		{Name: "spin_trylock", Doc: "lock if free", Try: true, Mode: Write, Emit: func(c *Call) { exclusiveOf(c).try(c, nil, []Stmt{preempt(c, 1)}) }},
		{Name: "spin_is_locked", Doc: "whether anybody holds the lock", Emit: func(c *Call) { exclusiveOf(c).isLocked(c) }},
		{Name: "spin_assert_held", Doc: "check that the caller holds the lock", Emit: func(c *Call) { exclusiveOf(c).assertHeld(c) }},
	}, spinOps("spin_lock", "spin_unlock", "lock; spins",
		func(c *Call, also []Stmt) { spinLock(c, nestedHow{}, also) },
		func(c *Call, also []Stmt) { exclusiveOf(c).release(c, leaveAtomic(c, also...)...) })...)
}

// spinLock emits a lock; also is done together with it.
func spinLock(c *Call, how nestedHow, also []Stmt) {
	exclusiveOf(c).acquire(c, how, []Stmt{&Event{Kind: Sleep, RT: true}}, cat([]Stmt{preempt(c, 1)}, also))
}
