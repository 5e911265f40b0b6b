// SPDX-License-Identifier: MIT

// This file models raw_spinlock_t: a spin lock that spins with PREEMPT_RT too.

package model

var rawSpinlockKind = &Kind{
	Name:    "raw_spinlock",
	Tag:     "raw_spinlock",
	Typedef: "raw_spinlock_t",
	Doc:     "spin lock inside of which no other lock but its like may be taken",
	Declare: declareExclusive,
	Held:    exclusiveHeld,
	spins:   true,
}

func init() {
	in := func(c *Call) []Stmt { return []Stmt{preempt(c, 1), addTo(c.T.rawDepth(), 1)} }
	rawSpinlockKind.Ops = append([]*Op{
		{Name: "raw_spin_lock_init", Doc: "initialise; the lock starts free", Emit: initExclusive},
		{Name: "raw_spin_lock_nested", Doc: "raw_spin_lock with a nesting level", Emit: func(c *Call) { exclusiveOf(c).acquire(c, level(c), nil, in(c)) }},
		{Name: "raw_spin_trylock", Doc: "lock if free", Try: true, Mode: Write, Emit: func(c *Call) { exclusiveOf(c).try(c, nil, in(c)) }},
		{Name: "raw_spin_is_locked", Doc: "whether anybody holds the lock", Emit: func(c *Call) { exclusiveOf(c).isLocked(c) }},
		{Name: "raw_spin_assert_held", Doc: "check that the caller holds the lock", Emit: func(c *Call) { exclusiveOf(c).assertHeld(c) }},
	}, spinOps("raw_spin_lock", "raw_spin_unlock", "lock; spins",
		func(c *Call, also []Stmt) { exclusiveOf(c).acquire(c, nestedHow{}, nil, cat(in(c), also)) },
		func(c *Call, also []Stmt) {
			exclusiveOf(c).release(c, leaveAtomic(c, cat(also, []Stmt{addTo(c.T.rawDepth(), -1)})...)...)
		})...)
}
