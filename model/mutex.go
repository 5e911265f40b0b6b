// SPDX-License-Identifier: MIT

// This file models struct mutex: one owner, sleeps. Unlocking is two steps: when
// the mutex is free already, the unlocker may go on to wake a waiter, and touch
// the mutex for that (Documentation/locking/mutex-design.rst).

package model

var mutexKind = &Kind{
	Name:    "mutex",
	Tag:     "mutex",
	Doc:     "sleeping lock with one owner",
	Declare: declareExclusive,
	Held:    exclusiveHeld,
}

func init() {
	sleep := []Stmt{&Event{Kind: Sleep}}
	mutexKind.Ops = []*Op{
		{Name: "mutex_init", Doc: "initialise; the lock starts free", Emit: initExclusive},
		{Name: "mutex_lock", Doc: "lock; sleeps", Emit: func(c *Call) { exclusiveOf(c).acquire(c, nestedHow{}, sleep, nil) }},
		{Name: "mutex_lock_nested", Doc: "mutex_lock with a nesting level", Emit: func(c *Call) { exclusiveOf(c).acquire(c, level(c), sleep, nil) }},
		{Name: "mutex_lock_nest_lock", Doc: "mutex_lock under a lock under which all of the class are taken", Emit: func(c *Call) { exclusiveOf(c).acquire(c, under(c), sleep, nil) }},
		{Name: "mutex_lock_killable", Doc: "mutex_lock that a fatal signal ends with -EINTR", Emit: mutexLockKillable},
		{Name: "mutex_trylock", Doc: "lock if free", Try: true, Mode: Write, Emit: func(c *Call) { exclusiveOf(c).try(c, nil, nil) }},
		{Name: "mutex_is_locked", Doc: "whether anybody holds the lock", Emit: func(c *Call) { exclusiveOf(c).isLocked(c) }},
		{Name: "mutex_unlock", Doc: "unlock", Emit: mutexUnlock},
		{Name: "mutex_assert_held", Doc: "check that the caller holds the lock", Emit: func(c *Call) { exclusiveOf(c).assertHeld(c) }},
	}
}

func mutexLockKillable(c *Call) {
	x, ret := exclusiveOf(c), c.Ret(nil)
	begin := []Stmt{&Event{Kind: Sleep}, Set{V: ret, X: Const(0)}}
	x.acquire(c, nestedHow{}, begin, nil, Alt{
		Guard: And(Not(x.free()), Not(x.mine())),
		Body:  []Stmt{c.Touch(0), &Event{Kind: Sleep}, Set{V: ret, X: Const(-eintr)}},
		Label: "signal",
	})
}

func mutexUnlock(c *Call) {
	x := exclusiveOf(c)
	x.release(c)
	c.tail(True, x.lock)
}
