// SPDX-License-Identifier: MIT

// This file models struct lockdep_map: who holds a lock that is written in C, as
// its annotations tell. The vma lock from 6.15 on is a counter, which does not
// know by whom it was raised; properties need to know.
//
// An annotation is no step: it belongs to the operation before it, which took
// the lock or gave it up.

package model

var lockdepKind = &Kind{
	Name:    "lockdep",
	Tag:     "lockdep_map",
	Doc:     "annotations of a lock that is written in C: who holds it",
	Declare: declareLockdep,
	Held:    lockdepHeld,
}

func init() {
	lockdepKind.Ops = []*Op{
		{Name: "__mmcheck_acquire_read", Doc: "rwsem_acquire_read(): the caller holds the lock for reading now", Emit: func(c *Call) { lockdepAcquire(c, Read) }},
		{Name: "__mmcheck_acquire", Doc: "rwsem_acquire(): the caller holds the lock for writing now", Emit: func(c *Call) { lockdepAcquire(c, Write) }},
		{Name: "__mmcheck_release", Doc: "rwsem_release(): the caller does not hold the lock any more", Emit: lockdepRelease},
		{Name: "might_lock", Doc: "say that a lock may be taken here; it is not", Emit: func(c *Call) { mightLock(c, Write, nil) }},
		{Name: "might_lock_read", Doc: "say that a lock may be taken for reading here; it is not", Emit: func(c *Call) { mightLock(c, Read, nil) }},
		{Name: "might_lock_nested", Doc: "might_lock with a nesting level", Emit: func(c *Call) { mightLock(c, Write, c.Obj(1)) }},
		{Name: "lockdep_assert_not_held", Doc: "check that the caller does not hold a lock", Emit: assertNotHeld},
		{Name: "lockdep_is_held_type", Doc: "whether the caller holds a lock: 0 for writing, 1 for reading, -1 in any way", Emit: lockdepIsHeld},
	}
}

// lockdepVars says who holds the lock: its writer, and how often each thread
// holds it for reading.
type lockdepVars struct{ writer, readers *Var }

func declareLockdep(p *Program, t *Type) {
	t.cells = &lockdepVars{
		writer:  t.cellVar("writer", 1, Cell).naming(ThreadValue),
		readers: t.cellVar("readers", p.MaxThread()+1, Cell).naming(ThreadPlace),
	}
}

func (v *lockdepVars) elem(inst, thread Expr) Expr {
	return Add(Mul(inst, Int(v.readers.Width)), thread)
}

func lockdepHeld(t *Type, inst Expr, thread int, m Mode) Expr {
	v := t.cells.(*lockdepVars)
	if m == Write {
		return Eq(At(v.writer, inst), Int(thread))
	}
	return Lt(Const(0), At(v.readers, v.elem(inst, Int(thread))))
}

// lockdepAcquire records a hold. That for reading is always the result of a
// trylock; a writer has yet to wait for the readers.
func lockdepAcquire(c *Call, m Mode) {
	v, lock, me := c.Type(0).cells.(*lockdepVars), LockRef{c.Type(0), c.Obj(0)}, Int(c.Me())
	mine := v.elem(lock.Inst, me)
	body := []Stmt{&Event{Kind: Acquire, Lock: lock, Mode: m, Try: m == Read, At: c.Site}}
	if m == Write {
		body = append(body,
			Check{Prop: "lock-misuse", Bad: Lt(Const(0), At(v.readers, mine)), Text: "write lock requested while holding the lock for reading", Lock: lock, At: c.Site},
			Set{v.writer, lock.Inst, me})
	} else {
		body = append(body, Set{v.readers, mine, Add(At(v.readers, mine), Const(1))})
	}
	c.Do(append(body,
		&Event{Kind: Acquired, Lock: lock, Mode: m, At: c.Site},
		Restab{Thread: c.T, Lock: lock, Gain: true})...)
}

// mightLock is no step: it is about what the caller holds.
func mightLock(c *Call, m Mode, sub Expr) {
	c.Do(&Event{Kind: Acquire, Lock: LockRef{c.Type(0), c.Obj(0)}, Mode: m, Sub: sub, Ask: true, At: c.Site})
}

func assertNotHeld(c *Call) {
	l := LockRef{c.Type(0), c.Obj(0)}
	c.Do(Check{Prop: "lock-misuse", Bad: Holds(l.Type, l.Inst, c.Me()), Text: "lock is held here", Lock: l, At: c.Site})
}

// lockdepIsHeld is for any kind of lock. It is no step: what the caller holds,
// only it can change.
func lockdepIsHeld(c *Call) {
	t, lock, how := c.Type(0), c.Obj(0), c.Obj(1)
	held := func(m Mode) Expr { return t.Kind.Held(t, lock, c.Me(), m) }
	ret := c.Ret(nil)
	c.Do(Set{V: ret, X: Or(And(Ne(how, Const(1)), held(Write)), And(Ne(how, Const(0)), held(Read)))})
}

// lockdepRelease takes the hold back, whichever it is.
func lockdepRelease(c *Call) {
	v, lock, me := c.Type(0).cells.(*lockdepVars), LockRef{c.Type(0), c.Obj(0)}, Int(c.Me())
	mine := v.elem(lock.Inst, me)
	writes := Eq(At(v.writer, lock.Inst), me)
	reads := Lt(Const(0), At(v.readers, mine))
	lost := Restab{Thread: c.T, Lock: lock, Gain: false}
	c.Do(
		Check{Prop: "lock-misuse", Bad: And(Not(writes), Not(reads)), Text: "unlock of a lock not held", Lock: lock, At: c.Site},
		If{C: writes,
			Then: []Stmt{&Event{Kind: Release, Lock: lock, Mode: Write, At: c.Site}, Set{v.writer, lock.Inst, Const(0)}, lost},
			Else: []Stmt{If{C: reads, Then: []Stmt{
				&Event{Kind: Release, Lock: lock, Mode: Read, At: c.Site},
				Set{v.readers, mine, Sub(At(v.readers, mine), Const(1))},
				If{C: Eq(At(v.readers, mine), Const(0)), Then: []Stmt{lost}},
			}}}})
}
