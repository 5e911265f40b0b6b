// SPDX-License-Identifier: MIT

// This file models RCU. A read section never blocks; a thread is a reader while
// its nesting is not 0. A grace period is the set of readers that were there
// when it began and have not left since: it is over when the set is empty.
// Numbers of grace periods would grow without bound, such sets do not, and they
// say all there is to say.
//
// Who has switched off preemption, softirqs or interrupts is a reader, too, and so
// is who holds a lock that spins: the header of synchronize_rcu() promises it for
// v5.0 and later, and where such a lock sleeps (PREEMPT_RT, kernel/locking/spinlock_rt.c)
// it takes rcu_read_lock(). For lockdep, and so for rcu_dereference(), that is no
// read section.
//
// Each rcu_head keeps the grace period that it waits for and what is to be
// called then; synchronize_rcu() waits on a head of its own. Callbacks are
// invoked by one thread of the model (callbacks.go), in any order, at once or
// late.

package model

var rcuKind = &Kind{
	Name:    "rcu",
	Tag:     "rcu_head",
	Doc:     "read-copy update: read sections, grace periods, callbacks",
	Declare: declareRcuHead,
	Notable: true,
}

func init() {
	rcuKind.Ops = []*Op{
		{Name: "rcu_read_lock", Doc: "enter a read section; nests, never blocks", Emit: rcuReadLock},
		{Name: "rcu_read_unlock", Doc: "leave a read section", Emit: rcuReadUnlock},
		{Name: "rcu_read_lock_held", Doc: "whether the caller is in a read section", Emit: rcuReadLockHeld},
		{Name: "__mmcheck_rcu_dereference", Doc: "check that the caller is in a read section", Emit: rcuDereference},
		{Name: "synchronize_rcu", Doc: "wait until all who read now have left; sleeps", Emit: synchronizeRcu},
		{Name: "__mmcheck_call_rcu", Doc: "call_rcu(): have a function called when all who read now have left", Emit: callRcu},
		{Name: "__mmcheck_kfree_rcu", Doc: "kfree_rcu(): free the object around an rcu_head when all who read now have left", Emit: callRcu},
		{Name: "rcu_barrier", Doc: "wait until no callback is pending or runs; sleeps", Emit: rcuBarrier},
	}
}

// rcuVars is what all of RCU shares.
type rcuVars struct {
	nesting  *Var // by thread: the depth of its read sections
	barriers []*Step
	invoker  *CallbackLoop // nil if nothing calls call_rcu()
}

// rcuHeadVars is the inner state of struct rcu_head.
type rcuHeadVars struct {
	call    *Var // 0: idle, else what is called at the end of the grace period
	readers *Var // who was reading when it began, and still is
}

// What an rcu_head calls: nothing, the allocator, or callback number call-firstCallback.
const (
	noCallback = iota
	freeCallback
	firstCallback
)

// deepestSection bounds the nesting: what nests deeper does so for ever.
const deepestSection = 15

func declareRcuHead(p *Program, t *Type) {
	t.cells = &rcuHeadVars{
		call:    t.cellVar("call", 1, Cell),
		readers: t.cellVar("readers", 1, Cell).naming(ThreadMask),
	}
}

// rcu returns what all of RCU shares; asking for it declares it.
func (p *Program) rcu() *rcuVars {
	if p.rcuState == nil {
		p.rcuState = &rcuVars{}
		p.byThread(&p.rcuState.nesting, "rcu.nesting")
		p.preemptCount()
		p.irqs()
	}
	return p.rcuState
}

// rcuHead is the type of rcu_head.
func (p *Program) rcuHead() (*Type, *rcuHeadVars) {
	t := p.AddType("rcu_head")
	return t, t.cells.(*rcuHeadVars)
}

// InReadSection says whether thread t is in an RCU read section, or is the handler of
// an interrupt.
func (p *Program) InReadSection(t int) Expr {
	if p.rcuState == nil {
		return False
	}
	return Lt(Const(0), At(p.rcuState.nesting, Int(t)))
}

// IsReader says whether grace periods that begin now wait for thread t.
func (p *Program) IsReader(t int) Expr { return Or(p.InReadSection(t), p.preemptionOff(t)) }

// IsReaderBeside says whether thread t, which holds a lock of type lock, would be a
// reader without that lock.
func (p *Program) IsReaderBeside(t int, lock *Type) Expr {
	if !lock.Kind.spins {
		return p.IsReader(t)
	}
	return Or(p.InReadSection(t), Lt(Const(1), At(p.preemptCount(), Int(t))))
}

// InOwnSection says whether thread t has begun a read section that it has not ended:
// the handler of an interrupt is in one without that.
func (p *Program) InOwnSection(t *Thread) Expr {
	if p.rcuState == nil {
		return False
	}
	return Lt(t.outermost(), At(p.rcuState.nesting, Int(t.Num)))
}

// outermost is the nesting of t outside of its own sections.
func (t *Thread) outermost() Expr {
	if t.handler {
		return Const(1)
	}
	return Const(0)
}

// HasCallback says whether rcu_head inst of t waits for a grace period.
func (t *Type) HasCallback(inst Expr) Expr {
	if t.Kind != rcuKind {
		return False
	}
	return Ne(At(t.cells.(*rcuHeadVars).call, inst), Const(noCallback))
}

func rcuMisuse(bad Expr, text string) Check {
	return Check{Prop: "rcu-misuse", Bad: bad, Text: text}
}

func rcuReadLock(c *Call) {
	n, me := c.P.rcu().nesting, Int(c.Me())
	c.Step(
		rcuMisuse(Eq(At(n, me), Const(deepestSection)), "RCU read sections nest too deeply"),
		Set{n, me, Add(At(n, me), Const(1))})
}

func rcuReadUnlock(c *Call) {
	n, me := c.P.rcu().nesting, Int(c.Me())
	c.Step(
		rcuMisuse(Eq(At(n, me), c.T.outermost()), "rcu_read_unlock() without a read section"),
		If{C: c.P.InOwnSection(c.T), Then: []Stmt{
			Set{n, me, Sub(At(n, me), Const(1))},
			Quiesce{c.T},
		}})
}

// rcuReadLockHeld is no step: only the caller changes the answer.
func rcuReadLockHeld(c *Call) {
	c.P.rcu()
	ret := c.Ret(nil)
	c.Do(Set{V: ret, X: c.P.InOwnSection(c.T)})
}

func rcuDereference(c *Call) {
	c.P.rcu()
	check := rcuMisuse(Not(c.P.InOwnSection(c.T)), "rcu_dereference() outside of a read section")
	check.At = c.Site
	c.Do(check)
}

// readers is the set of threads that a grace period which begins now waits for.
func (p *Program) readers() Expr {
	set := Expr(Const(0))
	for t := 1; t <= p.MaxThread(); t++ {
		set = MkBin(OpOr, set, Cond(p.IsReader(t), Const(1<<(t-1)), Const(0)))
	}
	return set
}

func callRcu(c *Call) {
	c.P.rcu()
	h := c.Type(0).cells.(*rcuHeadVars)
	misuse := rcuMisuse(c.Type(0).HasCallback(c.Obj(0)), "rcu_head queued while it is queued already")
	misuse.Type, misuse.Obj = c.Type(0), c.Obj(0)
	c.Step(
		c.Touch(0),
		misuse,
		Set{h.call, c.Obj(0), Int(freeCallback + c.Callback)},
		Set{h.readers, c.Obj(0), c.P.readers()})
}

// synchronizeRcu waits on a head that belongs to the caller alone.
func synchronizeRcu(c *Call) {
	c.P.rcu()
	t, h := c.P.rcuHead()
	mine := Int(c.P.ownHead(t, c.T))
	set := At(h.readers, mine)
	wait, done := c.NewBlock(), c.NewBlock()
	begin := []Stmt{&Event{Kind: Sleep}}
	nobody := Eq(c.P.readers(), Const(0))
	c.Choose(
		Alt{Guard: nobody, Body: begin, Next: done},
		Alt{Guard: Not(nobody), Body: cat(begin, []Stmt{Set{h.readers, mine, c.P.readers()}}), Next: wait, Label: "waits for readers"})
	c.At(wait)
	c.Wait(Eq(set, Const(0)), set, LockRef{})
	c.Goto(done)
	c.At(done)
}

// ownHead is the rcu_head on which thread t waits in synchronize_rcu().
func (p *Program) ownHead(head *Type, t *Thread) int {
	if t.grace == 0 {
		t.grace = p.NewInstance(head, t.Name+".grace_period", false, t.Num)
	}
	return t.grace
}

// rcuBarrier waits for callbacks that are queued later as well, if they keep
// coming. Its guard is known when all heads are.
func rcuBarrier(c *Call) {
	r := c.P.rcu()
	c.Step(&Event{Kind: Sleep})
	if s := c.Step(); s != nil {
		r.barriers = append(r.barriers, s)
	}
}

// expandQuiesce takes the thread, unless it still is a reader, out of all grace
// periods, and gives up the type-stable objects that were freed while it could still
// look at them.
func (p *Program) expandQuiesce(q Quiesce, live func(*Var) bool) []Stmt {
	var out []Stmt
	if t := p.TypeByName(rcuKind.Tag); t != nil {
		readers := t.cells.(*rcuHeadVars).readers
		for i := range t.Instances {
			n := Int(i + 1)
			out = append(out, Set{readers, n, MkBin(OpAnd, At(readers, n), Const(^(int64(1) << (q.Thread.Num - 1))))})
		}
	}
	out = append(out, p.endGrace(q.Thread)...)
	for _, v := range q.Thread.Regs {
		if v.Points != nil && (live == nil || live(v)) {
			out = append(out, p.loseFreed(v)...)
		}
	}
	out = append(out, p.loseNodes(q.Thread, maInSection, func(*Type, Expr) Expr { return True })...)
	for _, x := range p.trackedBy(q.Thread, live) {
		out = append(out, losePeek(x))
	}
	if out == nil {
		return nil
	}
	return []Stmt{If{C: Not(p.IsReader(q.Thread.Num)), Then: out}}
}

// loseFreed marks register v as dangling if it leads to, or into, a type-stable
// object that is free now.
func (p *Program) loseFreed(v *Var) []Stmt {
	var out []Stmt
	for _, t := range p.Types {
		if !t.Typesafe || t.Live == nil || !v.Points.CanLieIn(t) {
			continue
		}
		obj := Expr(Ld(v))
		if v.Points != t {
			obj = Lookup(v.Points.Container(t), obj)
		}
		freed := And(Le(Int(t.PoolFirst), obj), Lt(obj, Int(t.PoolFirst+t.Pool)), Eq(At(t.Live, obj), Const(0)))
		out = append(out, If{C: freed, Then: []Stmt{Set{V: v.Life, X: Const(LifeDead)}}})
	}
	return out
}

// losePeek ends the permission to look at a vma that is not locked.
func losePeek(x tracked) Stmt {
	peek := Ne(MkBin(OpAnd, x.life(), Const(PeekBit())), Const(0))
	return x.setLife(peek, MkBin(OpAnd, x.life(), Const(^PeekBit())))
}
