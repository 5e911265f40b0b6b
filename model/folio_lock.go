// SPDX-License-Identifier: MIT

// This file models the lock bit of a folio. It has no owner: whoever finishes
// the I/O unlocks what another thread has locked. Therefore a thread that ends
// with a folio locked has not leaked it, and a waiter waits for nobody in
// particular.

package model

var folioLockKind = &Kind{
	Name:    "folio_lock",
	Tag:     "folio_lock",
	OfFolio: true,
	Doc:     "lock bit of a folio; sleeps, has no owner",
	Declare: func(p *Program, t *Type) { t.cells = t.cellVar("locked", 1, Cell) },
}

func init() {
	folioLockKind.Ops = []*Op{
		{Name: "__mmcheck_folio_lock", Doc: "folio_lock(): lock; sleeps", Emit: folioLock},
		{Name: "__mmcheck_folio_trylock", Doc: "folio_trylock(): lock if not locked", Try: true, Mode: Write, Emit: folioTrylock},
		{Name: "__mmcheck_folio_unlock", Doc: "folio_unlock(): unlock, whoever has locked", Emit: folioUnlock},
		{Name: "__mmcheck_folio_wait", Doc: "folio_wait_locked(): wait until not locked, do not lock; sleeps", Emit: folioWait},
		{Name: "__mmcheck_folio_locked", Doc: "folio_test_locked(): whether anybody has locked it", Emit: folioTestLocked},
	}
}

// LockedFolio says whether the folio lock inst of t is taken; false for other
// types.
func (t *Type) LockedFolio(inst Expr) Expr {
	if t.Kind != folioLockKind {
		return False
	}
	return At(t.cells.(*Var), inst)
}

// bitLock is one instance as the operations see it.
type bitLock struct {
	locked *Var
	l      Expr
	lock   LockRef
}

func bitLockOf(c *Call) bitLock {
	t := c.Type(0)
	return bitLock{t.cells.(*Var), c.Obj(0), LockRef{t, c.Obj(0)}}
}

func (b bitLock) taken() Expr     { return At(b.locked, b.l) }
func (b bitLock) set(x Expr) Stmt { return Set{b.locked, b.l, x} }

// await emits a wait for the lock. Its misuse is to wait in atomic context, or
// behind locks that come after it.
func (b bitLock) await(c *Call, then ...Stmt) {
	req := []Stmt{c.Touch(0), &Event{Kind: Sleep}, &Event{Kind: Acquire, Lock: b.lock, Mode: Write}}
	queue, done := c.NewBlock(), c.NewBlock()
	c.Choose(
		Alt{Guard: Not(b.taken()), Body: cat(req, then), Next: done},
		Alt{Guard: b.taken(), Body: req, Next: queue, Label: "waits"})
	c.At(queue)
	c.Wait(Not(b.taken()), nil, b.lock, cat([]Stmt{c.Touch(0)}, then)...)
	c.Goto(done)
	c.At(done)
}

func folioLock(c *Call) {
	b := bitLockOf(c)
	b.await(c, b.set(Const(1)))
}

func folioWait(c *Call) { bitLockOf(c).await(c) }

func folioTrylock(c *Call) {
	b := bitLockOf(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: Not(b.taken())}, b.set(Const(1)))
}

func folioUnlock(c *Call) {
	b := bitLockOf(c)
	c.Step(c.Touch(0),
		Check{Prop: "lock-misuse", Bad: Not(b.taken()), Text: "unlock of a folio that is not locked", Lock: b.lock},
		b.set(Const(0)))
}

func folioTestLocked(c *Call) {
	b := bitLockOf(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: b.taken()})
}
