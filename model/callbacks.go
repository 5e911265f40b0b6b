// SPDX-License-Identifier: MIT

// This file writes the thread that invokes RCU callbacks. In each round it
// takes any rcu_head whose grace period is over and calls its function; it ends
// when all threads have ended and nothing is queued.

package model

// CallbackLoop is the code of that thread while it is being written.
type CallbackLoop struct {
	c     *Code
	head  *Var     // the rcu_head taken
	loop  *Block   // where every callback returns to
	take  *Step    // takes one
	entry []*Block // of each callback
	exit  *Block

	calling *Var // whether a callback runs; nil if nobody asks
}

// NewCallbackLoop starts the code of the thread that invokes callbacks.
func NewCallbackLoop(c *Code) *CallbackLoop {
	head, _ := c.P.rcuHead()
	l := &CallbackLoop{c: c, head: c.T.NewReg("head", head), loop: c.NewBlock(), exit: c.NewBlock()}
	c.T.softirq = true
	c.Goto(l.loop)
	c.At(l.loop)
	l.take = &Step{Site: c.Site}
	at := c.NewBlock()
	at.Step = l.take
	l.loop.Then = at
	c.P.rcu().invoker = l
	return l
}

// Next starts the code of the next callback and returns its argument.
func (l *CallbackLoop) Next() Value {
	b := l.c.NewBlock()
	l.entry = append(l.entry, b)
	l.c.At(b)
	return Value{X: Ld(l.head), Life: Ld(l.head.Life), Points: l.head.Points}
}

// Return ends the code of a callback.
func (l *CallbackLoop) Return() { l.c.Goto(l.loop) }

// Done ends the thread.
func (l *CallbackLoop) Done() {
	l.c.At(l.exit)
	l.c.Exit()
}

// Starts are the blocks in which a thread begins, and those in which one that
// invokes callbacks begins with each. Nothing leads to these until p is sealed.
func (t *Thread) Starts() []*Block {
	if !t.softirq {
		return []*Block{t.Entry}
	}
	return append([]*Block{t.Entry}, t.prog.rcuState.invoker.entry...)
}

// Idle reports whether t does in s nothing but wait for callbacks, of which none
// is queued. Nothing that a kernel does waits so.
func (p *Program) Idle(t *Thread, s State) bool {
	if p.waitsForWork(t, s) {
		return true
	}
	if !t.softirq || t.Point(s) == nil || t.Point(s).Step != p.rcuState.invoker.take {
		return false
	}
	head, vars := p.rcuHead()
	for i := range head.Instances {
		if s[vars.call.Off()+i+1] != noCallback {
			return false
		}
	}
	return true
}

// noCallbacks says that no callback is queued.
func (p *Program) noCallbacks() Expr {
	head, vars := p.rcuHead()
	idle := Expr(True)
	for i := range head.Instances {
		idle = And(idle, Eq(At(vars.call, Int(i+1)), Const(noCallback)))
	}
	return idle
}

// finishRcu writes what depends on all rcu_heads there are.
func (p *Program) finishRcu() {
	if p.rcuState == nil {
		return
	}
	idle := p.noCallbacks()
	head, vars := p.rcuHead()
	l := p.rcuState.invoker
	called := idle
	if l != nil && len(p.rcuState.barriers) > 0 {
		called = And(idle, l.between(p))
	}
	for _, s := range p.rcuState.barriers {
		s.Alts[0].Guard = called
	}
	if l != nil {
		for i := range head.Instances {
			l.offer(p, vars, i+1)
		}
		l.take.Alts = append(l.take.Alts, Alt{Guard: And(idle, l.alone(p)), Next: l.exit, Label: "nothing left to call"})
	}
}

// between says that no callback runs, not even one that was taken already.
func (l *CallbackLoop) between(p *Program) Expr {
	if l.calling == nil {
		l.calling = p.NewVar("rcu.calling", Cell, 0)
		l.loop.Body = append(l.loop.Body, Set{V: l.calling, X: Const(0)})
	}
	return Eq(Ld(l.calling), Const(0))
}

// offer lets the thread take rcu_head number n.
func (l *CallbackLoop) offer(p *Program, vars *rcuHeadVars, n int) {
	over := func(call int) Expr {
		return And(Eq(At(vars.call, Int(n)), Int(call)), Eq(At(vars.readers, Int(n)), Const(0)))
	}
	done := Set{vars.call, Int(n), Const(noCallback)}
	in := l.head.Points.Instances[n-1]
	outer := in
	for outer.In != nil {
		outer = outer.In
	}
	if outer.Heap {
		body := append([]Stmt{done, &Event{Kind: Freeing, Type: outer.Type, Obj: Int(outer.Num)}}, p.release(outer.Type, Int(outer.Num))...)
		l.take.Alts = append(l.take.Alts, Alt{Guard: over(freeCallback), Body: body, Next: l.loop, Label: "frees " + outer.Name})
	}
	for k, b := range l.entry {
		body := []Stmt{done, Set{V: l.head, X: Int(n)}, Set{V: l.head.Life, X: Const(0)}}
		if l.calling != nil {
			body = append(body, Set{V: l.calling, X: Const(1)})
		}
		l.take.Alts = append(l.take.Alts, Alt{Guard: over(firstCallback + k), Body: body, Next: b, Label: "calls back for " + outer.Name})
	}
}

// alone says that all threads which could still queue something have ended.
func (l *CallbackLoop) alone(p *Program) Expr {
	ended := Expr(True)
	for _, t := range p.Threads {
		if t != l.c.T && !t.Final {
			ended = And(ended, Eq(Ld(t.PC), Const(0)))
		}
	}
	return ended
}
