// SPDX-License-Identifier: MIT

// This file models spinlock_t, page-table locks among them: one owner, and
// atomic context for as long as one is held.

package model

var spinlockKind = &Kind{
	Name:    "spinlock",
	Tag:     "spinlock",
	Doc:     "spin lock; the holder is in atomic context",
	Declare: declareExclusive,
	Held:    exclusiveHeld,
}

func init() {
	spinlockKind.Ops = []*Op{
		{Name: "spin_lock_init", Doc: "initialise; the lock starts free", Emit: func(c *Call) { x := exclusiveOf(c); c.initLock(x.lock, Not(x.free())) }},
		{Name: "spin_lock", Doc: "lock; spins", Emit: func(c *Call) { spinLock(c, nestedHow{}) }},
		{Name: "spin_lock_nested", Doc: "spin_lock with a nesting level", Emit: func(c *Call) { spinLock(c, level(c)) }},
		{Name: "spin_lock_nest_lock", Doc: "spin_lock under a lock under which all of the class are taken", Emit: func(c *Call) { spinLock(c, under(c)) }},
		{Name: "spin_trylock", Doc: "lock if free", Emit: func(c *Call) { exclusiveOf(c).try(c, nil, []Stmt{preempt(c, 1)}) }},
		{Name: "spin_unlock", Doc: "unlock", Emit: func(c *Call) { exclusiveOf(c).release(c, preempt(c, -1)) }},
		{Name: "spin_assert_held", Doc: "check that the caller holds the lock", Emit: func(c *Call) { exclusiveOf(c).assertHeld(c) }},
	}
}

func spinLock(c *Call, how nestedHow) {
	exclusiveOf(c).acquire(c, how, nil, []Stmt{preempt(c, 1)})
}

// preempt adds n to the caller's depth of atomic sections.
func preempt(c *Call, n int) Stmt {
	v := c.T.atomicDepth()
	return Set{V: v, X: Add(Ld(v), Int(n))}
}

// atomicDepth is the number of spin locks that t holds; t may not sleep while
// it is not zero.
func (t *Thread) atomicDepth() *Var {
	if t.depth == nil {
		t.depth = t.prog.NewVar(t.Name+".preempt_count", Ghost, t.Num)
		t.depth.Kind = Cell
	}
	return t.depth
}

// InAtomicContext says whether t may not sleep now.
func (t *Thread) InAtomicContext() Expr {
	if t.softirq {
		return True
	}
	if t.depth == nil {
		return False
	}
	return Lt(Const(0), Ld(t.depth))
}
