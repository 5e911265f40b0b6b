// SPDX-License-Identifier: MIT

// This file models the context that a thread runs in: whether it may be preempted,
// whether interrupts are on, whether page faults are served. What these keep away
// are handlers of interrupts (interrupt.go).
//
// Without preemption, softirqs or interrupts a thread is a reader for RCU too, be it
// by itself or since it holds a lock that spins: a grace period waits for it (rcu.go).

package model

var contextKind = &Kind{Name: "context", Doc: "preemption, interrupts and page faults switched off and on"}

func init() {
	contextKind.Ops = []*Op{
		{Name: "preempt_disable", Doc: "switch preemption off; nests", Emit: func(c *Call) { c.Step(preempt(c, 1)) }},
		{Name: "preempt_enable", Doc: "end the innermost section without preemption", Emit: preemptEnable},
		{Name: "local_bh_disable", Doc: "keep softirqs off this processor; nests", Emit: func(c *Call) { c.Step(preempt(c, 1)) }},
		{Name: "local_bh_enable", Doc: "end the innermost section without softirqs", Emit: preemptEnable},
		{Name: "local_irq_disable", Doc: "switch interrupts off", Emit: func(c *Call) { c.Step(c.setIRQ(Const(irqsOff))) }},
		{Name: "local_irq_enable", Doc: "switch interrupts on", Emit: func(c *Call) { c.Step(c.setIRQ(Const(irqsOn)), Quiesce{c.T}) }},
		{Name: "__mmcheck_irq_save", Doc: "local_irq_save(): switch interrupts off, return what was", Emit: func(c *Call) { c.Step(irqSave(c)...) }},
		{Name: "local_irq_restore", Doc: "switch interrupts to what they were", Emit: func(c *Call) { c.Step(c.setIRQ(c.Obj(0)), Quiesce{c.T}) }},
		{Name: "irqs_disabled", Doc: "whether interrupts are off", Emit: func(c *Call) { c.tell(Or(Bool(c.T.handler), Ne(c.irqs(), Const(irqsOn)))) }},
		{Name: "in_interrupt", Doc: "whether this is a handler of an interrupt or softirq", Emit: func(c *Call) { c.tell(Bool(c.T.softirq || c.T.handler)) }},
		{Name: "in_hardirq", Doc: "whether this is a handler of an interrupt", Emit: func(c *Call) { c.tell(Bool(c.T.handler)) }},
		{Name: "pagefault_disable", Doc: "have page faults of the kernel fail instead of being served; nests", Emit: func(c *Call) { c.Do(addTo(c.T.noFaults(), 1)) }},
		{Name: "pagefault_enable", Doc: "end the innermost section without page faults", Emit: func(c *Call) { c.Do(addTo(c.T.noFaults(), -1)) }},
		{Name: "__mmcheck_pagefault_disabled", Doc: "whether page faults of the kernel fail", Emit: func(c *Call) { c.tell(Lt(Const(0), Ld(c.T.noFaults()))) }},
		{Name: "__mmcheck_speculate", Doc: "whether what is read from now on is thrown away should mmap_lock_speculate_retry() say so", Emit: func(c *Call) { c.Do(Set{V: c.T.speculates(), X: c.Obj(0)}) }},
	}
}

// What a thread says of interrupts on its processor.
const (
	irqsOn = iota
	irqsOff
)

// tell is a result that only the caller can change: no step.
func (c *Call) tell(x Expr) {
	ret := c.Ret(nil)
	c.Do(Set{V: ret, X: x})
}

func addTo(v *Var, n int) Stmt { return Set{V: v, X: Add(Ld(v), Int(n))} }

// context declares a part of the thread's context when it is first asked for.
func (t *Thread) context(v **Var, name string) *Var {
	if *v == nil {
		*v = t.prog.NewVar(t.Name+"."+name, Ghost, t.Num)
		(*v).Kind = Cell
	}
	return *v
}

// rawDepth is the number of raw spin locks that t holds.
func (t *Thread) rawDepth() *Var { return t.context(&t.raw, "raw_locks") }

// byThread declares a part of the context at which others look, by thread, when it
// is first asked for.
func (p *Program) byThread(v **Var, name string) *Var {
	if *v == nil {
		*v = p.NewVar(name, Cell, 0).naming(ThreadPlace)
		(*v).Width = p.MaxThread() + 1
		(*v).Len = (*v).Width
	}
	return *v
}

// preemptCount is the number of sections without preemption that a thread is in,
// those under a lock that spins among them; it may not sleep while it is not zero.
// Grace periods look at it.
func (p *Program) preemptCount() *Var { return p.byThread(&p.preempts, "preempt_count") }

// irqs is what a thread has made of interrupts on its processor. Handlers and grace
// periods look at it.
func (p *Program) irqs() *Var { return p.byThread(&p.irqState, "irqs") }

// irqs is what the caller has made of them.
func (c *Call) irqs() Expr { return At(c.P.irqs(), Int(c.Me())) }

// noFaults is the number of sections without page faults that t is in.
func (t *Thread) noFaults() *Var { return t.context(&t.faults, "pagefault_disabled") }

// speculates says whether t is between mmap_lock_speculate_try_begin() and the retry.
func (t *Thread) speculates() *Var { return t.context(&t.guesses, "speculates") }

// preempt adds n to the number of sections without preemption that the caller is in.
func preempt(c *Call, n int) Stmt {
	v, me := c.P.preemptCount(), Int(c.Me())
	return Set{v, me, Add(At(v, me), Int(n))}
}

// leaveAtomic ends the innermost of them, together with what else ends with it.
func leaveAtomic(c *Call, also ...Stmt) []Stmt {
	return cat(also, []Stmt{preempt(c, -1), Quiesce{c.T}})
}

func preemptEnable(c *Call) {
	none := Le(At(c.P.preemptCount(), Int(c.Me())), Const(0))
	balanced := Check{Prop: "lock-misuse", Bad: none, Text: "preemption switched on that is not off", At: c.Site}
	c.Step(cat([]Stmt{balanced}, leaveAtomic(c))...)
}

// setIRQ switches interrupts.
func (c *Call) setIRQ(to Expr) Stmt { return Set{c.P.irqs(), Int(c.Me()), to} }

// InAtomicContext says whether t may not sleep now.
func (t *Thread) InAtomicContext() Expr {
	return Or(Bool(t.softirq || t.handler), t.prog.preemptionOff(t.Num))
}

// preemptionOff says whether thread t has switched off preemption or interrupts, or
// holds a lock that spins.
func (p *Program) preemptionOff(t int) Expr {
	out := Expr(False)
	if p.preempts != nil {
		out = Or(out, Lt(Const(0), At(p.preempts, Int(t))))
	}
	if p.irqState != nil {
		out = Or(out, Ne(At(p.irqState, Int(t)), Const(irqsOn)))
	}
	return out
}

// InRawContext says whether t may not take a lock that sleeps with PREEMPT_RT.
func (t *Thread) InRawContext() Expr {
	if t.raw == nil {
		return False
	}
	return Lt(Const(0), Ld(t.raw))
}

// irqForms are the ways in which a spinning lock goes together with interrupts:
// the end of the names, and what happens with the lock and with the unlock.
var irqForms = []struct {
	name         string
	doc          string
	lock, unlock func(c *Call) []Stmt
}{
	{"", "", nothing, nothing},
	{"_bh", ", with softirqs off", func(c *Call) []Stmt { return []Stmt{preempt(c, 1)} }, func(c *Call) []Stmt { return []Stmt{preempt(c, -1)} }},
	{"_irq", ", with interrupts off", func(c *Call) []Stmt { return []Stmt{c.setIRQ(Const(irqsOff))} }, func(c *Call) []Stmt { return []Stmt{c.setIRQ(Const(irqsOn))} }},
	{"_irqsave", ", with interrupts off; returns what was", irqSave, nil},
	{"_irqrestore", ", with interrupts as they were", nil, func(c *Call) []Stmt { return []Stmt{c.setIRQ(c.Obj(1))} }},
}

func nothing(*Call) []Stmt { return nil }

// irqSave switches interrupts off, and has what was as the result.
func irqSave(c *Call) []Stmt {
	ret := c.Ret(nil)
	return []Stmt{Set{V: ret, X: c.irqs()}, c.setIRQ(Const(irqsOff))}
}

// spinOps lists the operations that lock or unlock in all forms: the kernel's
// name with % for the form. Those that save have "__mmcheck_" before their name,
// since they are macros in C.
func spinOps(lock, unlock string, doc string, emitLock, emitUnlock func(c *Call, also []Stmt)) (out []*Op) {
	for _, f := range irqForms {
		if f.lock != nil {
			name := lock + f.name
			if f.name == "_irqsave" {
				name = "__mmcheck_" + name
			}
			out = append(out, &Op{Name: name, Doc: doc + f.doc, Emit: func(c *Call) { emitLock(c, f.lock(c)) }})
		}
		if f.unlock != nil {
			out = append(out, &Op{Name: unlock + f.name, Doc: "unlock" + f.doc, Emit: func(c *Call) { emitUnlock(c, f.unlock(c)) }})
		}
	}
	return out
}
