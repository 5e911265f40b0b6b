// SPDX-License-Identifier: MIT

// This file defines Code, the cursor with which the front end and the native
// operations write a thread's control-flow graph.

package model

import "slices"

// Code appends blocks to the code of one thread.
type Code struct {
	P      *Program
	T      *Thread
	Site   *Site // source of what is emitted next
	cur    *Block
	atomic int
	idle   map[tempKey][]*Var // temporaries not in use
	used   []*Var             // temporaries in use, the latest last
	keys   map[*Var]tempKey
}

// tempKey tells apart the temporaries that must not share a register.
type tempKey struct {
	name   string
	points *Type
	what   any
}

// NewCode starts the code of t.
func NewCode(p *Program, t *Thread) *Code {
	c := &Code{P: p, T: t, idle: map[tempKey][]*Var{}, keys: map[*Var]tempKey{}}
	t.Entry = c.NewBlock()
	c.cur = t.Entry
	return c
}

// Temp returns a register for an intermediate value. It is handed out again
// after Release, to a Temp of the same name, type and purpose; a purpose of its
// own keeps apart what has the same value every time, and folds to a constant.
func (c *Code) Temp(name string, points *Type, what any) *Var {
	k := tempKey{name, points, what}
	var v *Var
	if n := len(c.idle[k]); n > 0 {
		v, c.idle[k] = c.idle[k][n-1], c.idle[k][:n-1]
	} else {
		v = c.T.NewReg(name, points)
		v.Temp = true
		if v.Life != nil {
			v.Life.Temp = true
		}
		c.keys[v] = k
	}
	c.used = append(c.used, v)
	return v
}

// Mark notes which temporaries are in use.
func (c *Code) Mark() int { return len(c.used) }

// Release gives back the temporaries taken since mark; nothing emitted later
// may refer to them.
func (c *Code) Release(mark int) {
	for _, v := range c.used[mark:] {
		c.idle[c.keys[v]] = append(c.idle[c.keys[v]], v)
	}
	c.used = c.used[:mark]
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
	if v, ok := ConstOf(cond); ok {
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
		c.Do(locate(body, c.Site)...)
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

// WaitFor emits a step that waits until a condition of the program holds (nil:
// it always does). evaluated is what its evaluation accesses and checks: the
// thread looks at the condition whenever it may run, so an error in it is one
// also while it is false. What is checked of values that nobody else changes, such
// as an index in a local variable, is checked before it waits.
func (c *Code) WaitFor(cond Expr, evaluated []Stmt) {
	rest := slices.DeleteFunc(slices.Clone(evaluated), func(st Stmt) bool {
		check, ok := st.(Check)
		if ok = ok && onlyLocals(check.Bad); ok {
			c.Do(locate([]Stmt{check}, c.Site)...)
		}
		return ok
	})
	if s := c.Choose(Alt{Guard: cond, Body: rest}); s != nil && cond != nil {
		s.Looks = rest
	}
}

// onlyLocals reports whether e reads nothing that another thread may change: it may
// not look at the life of a pointer.
func onlyLocals(e Expr) bool {
	only := true
	WalkExpr(e, func(e Expr) {
		if g, ok := e.(Get); ok && (g.V.Kind != Register || g.V.Of != nil) {
			only = false
		}
	})
	return only
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
		c.Do(locate(a.Body, c.Site)...)
		c.Goto(a.Next)
		c.At(next)
	}
	c.Do(Check{Prop: "assert", Bad: True, Text: "operation would block inside ATOMIC", At: c.Site})
	c.cur = c.NewBlock()
}

// locate says where the events and checks of a body come from, where they do
// not say so themselves.
func locate(body []Stmt, at *Site) []Stmt {
	out := append([]Stmt(nil), body...)
	for i, st := range out {
		switch st := st.(type) {
		case *Event:
			if st.At == nil {
				e := *st
				e.At = at
				out[i] = &e
			}
		case Check:
			if st.At == nil {
				st.At = at
				out[i] = st
			}
		case Use:
			if st.At == nil {
				st.At = at
				out[i] = st
			}
		case If:
			// Bodies that are filled in later must stay shared.
			if len(st.Then) != 1 || st.Then[0] != nil {
				out[i] = If{st.C, locate(st.Then, at), locate(st.Else, at)}
			}
		}
	}
	return out
}
