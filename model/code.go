// SPDX-License-Identifier: MIT

// This file defines Code, the cursor with which the front end and the native
// operations write a thread's control-flow graph.

package model

// Code appends blocks to the code of one thread.
type Code struct {
	P      *Program
	T      *Thread
	Site   *Site // source of what is emitted next
	cur    *Block
	atomic int
}

// NewCode starts the code of t.
func NewCode(p *Program, t *Thread) *Code {
	c := &Code{P: p, T: t}
	t.Entry = c.NewBlock()
	c.cur = t.Entry
	return c
}

// NewBlock creates an empty block that nothing leads to yet.
func (c *Code) NewBlock() *Block {
	b := &Block{ID: len(c.T.Blocks)}
	c.T.Blocks = append(c.T.Blocks, b)
	return b
}

// Here is the open block that Do appends to.
func (c *Code) Here() *Block { return c.cur }

// At continues at block b, which must be empty and open.
func (c *Code) At(b *Block) { c.cur = b }

// Do appends register work (or, inside an atomic block, any effect).
func (c *Code) Do(ss ...Stmt) { c.cur.Body = append(c.cur.Body, ss...) }

// Goto ends the open block with a jump to b, and opens an unreachable one.
func (c *Code) Goto(b *Block) {
	c.cur.Then = b
	c.cur = c.NewBlock()
}

// Branch ends the open block with a two-way jump.
func (c *Code) Branch(cond Expr, then, els *Block) {
	if v, ok := isConst(cond); ok {
		if v == 0 {
			then = els
		}
		c.Goto(then)
		return
	}
	c.cur.Cond, c.cur.Then, c.cur.Else = cond, then, els
	c.cur = c.NewBlock()
}

// Exit ends the thread.
func (c *Code) Exit() {
	c.Do(&Event{Kind: Exit, At: c.Site})
	c.cur = c.NewBlock()
}

// Atomic runs f with everything it emits made part of the step around it.
func (c *Code) Atomic(f func()) {
	c.atomic++
	f()
	c.atomic--
}

// InAtomic reports whether what is emitted belongs to one atomic step.
func (c *Code) InAtomic() bool { return c.atomic > 0 }

// Step emits one unconditional step.
func (c *Code) Step(body ...Stmt) *Step {
	if c.atomic > 0 {
		c.Do(body...)
		return nil
	}
	return c.Choose(Alt{Body: body})
}

// Access emits one plain access to memory by C code.
func (c *Code) Access(body ...Stmt) {
	if s := c.Step(body...); s != nil {
		s.Plain = true
	}
}

// Wait emits a step that is disabled until guard holds. waits is the set of
// threads waited for (nil if not known), lock the lock waited for.
func (c *Code) Wait(guard, waits Expr, lock LockRef, body ...Stmt) {
	if s := c.Choose(Alt{Guard: guard, Body: body}); s != nil {
		s.Waits, s.Lock = waits, lock
	}
}

// Choose emits a step with several alternatives. An Alt with a nil Next
// continues behind the step. Inside an atomic block the first alternative
// whose guard holds is taken, and none holding is an error of the spec.
func (c *Code) Choose(alts ...Alt) *Step {
	join := c.NewBlock()
	for i := range alts {
		if alts[i].Next == nil {
			alts[i].Next = join
		}
	}
	if c.atomic > 0 {
		c.chooseAtomic(alts)
		c.cur = join
		return nil
	}
	b := c.NewBlock()
	b.Step = &Step{Site: c.Site, Alts: alts}
	c.cur.Then = b
	c.cur = join
	return b.Step
}

func (c *Code) chooseAtomic(alts []Alt) {
	for _, a := range alts {
		then, next := c.NewBlock(), c.NewBlock()
		guard := a.Guard
		if guard == nil {
			guard = True
		}
		c.Branch(guard, then, next)
		c.At(then)
		c.Do(a.Body...)
		c.Goto(a.Next)
		c.At(next)
	}
	c.Do(Check{Prop: "assert", Bad: True, Text: "operation would block inside ATOMIC", At: c.Site})
	c.cur = c.NewBlock()
}
