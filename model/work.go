// SPDX-License-Identifier: MIT

// This file models work items: who has work to do queues it, and workers, which are
// threads of the spec (<linux/workqueue.h> has their code), take what is queued, in any
// order, at once or late. An item that runs may be queued again, but never runs twice at
// the same time. A worker ends when all others have, and nothing is queued.

package model

const workTag = "work_item"

var workKind = &Kind{
	Name:    "work",
	Tag:     workTag,
	Doc:     "work items, and the workers that run them",
	Declare: declareWork,
	Notable: true,
}

func init() {
	workKind.Ops = []*Op{
		{Name: "__mmcheck_queue_work", Doc: "queue_work(): have a worker run an item, return whether it was not queued already", Emit: queueWork},
		{Name: "__mmcheck_cancel_work", Doc: "take an item out of the queue, return whether it was there", Emit: cancelWork},
		{Name: "__mmcheck_work_busy", Doc: "whether an item is queued or runs", Emit: workBusy},
		{Name: "__mmcheck_work_pending", Doc: "whether an item is queued", Emit: workPending},
		{Name: "__mmcheck_flush_work", Doc: "wait until an item is not queued and does not run; sleeps", Emit: flushWork},
		{Name: "__mmcheck_flush_workqueue", Doc: "wait until that is so of all items of a queue; sleeps", Emit: flushWorkqueue},
		{Name: "__mmcheck_next_work", Doc: "of a worker: take an item, or NULL when there will be no more", Emit: nextWork},
		{Name: "__mmcheck_work_done", Doc: "of a worker: the item that it took has run", Emit: workDone},
	}
}

// workVars is the inner state of struct work_item.
type workVars struct {
	queued *Var
	runner *Var // the worker that runs it, 0 for none
	queue  *Var // the number of the workqueue that it was queued on last
}

// works is what all work items share.
type works struct {
	takers  []taker
	flushes []queueFlush
}

// taker is a place where a worker takes items.
type taker struct {
	step *Step
	t    *Thread
	ret  *Var
	next *Block
}

// queueFlush is a wait for all items of a queue.
type queueFlush struct {
	step  *Step
	queue Expr
}

func declareWork(p *Program, t *Type) {
	t.cells = &workVars{
		queued: t.cellVar("queued", 1, Cell),
		runner: t.cellVar("runner", 1, Cell).naming(ThreadValue),
		queue:  t.cellVar("queue", 1, Cell),
	}
	p.works = &works{}
}

// work is one item as the operations see it.
type work struct {
	*workVars
	i Expr
}

func workOf(c *Call) work { return work{c.Type(0).cells.(*workVars), c.Obj(0)} }

func (w work) pending() Expr { return Ne(At(w.queued, w.i), Const(0)) }
func (w work) busy() Expr    { return Or(w.pending(), Ne(At(w.runner, w.i), Const(0))) }

func queueWork(c *Call) {
	w := workOf(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: Not(w.pending())}, If{C: Ld(ret), Then: []Stmt{
		Set{w.queued, w.i, Const(1)}, Set{w.queue, w.i, c.Obj(1)},
	}})
}

func cancelWork(c *Call) {
	w := workOf(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: w.pending()}, Set{w.queued, w.i, Const(0)})
}

func workBusy(c *Call) {
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: workOf(c).busy()})
}

func workPending(c *Call) {
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: workOf(c).pending()})
}

func flushWork(c *Call) {
	w := workOf(c)
	c.Step(c.Touch(0), &Event{Kind: Sleep})
	c.Wait(Not(w.busy()), bitOf(At(w.runner, w.i)), LockRef{}, c.Touch(0))
}

// flushWorkqueue waits for items that are known when the program is complete.
func flushWorkqueue(c *Call) {
	c.Step(&Event{Kind: Sleep})
	c.P.AddType(workTag)
	if s := c.Choose(Alt{}); s != nil {
		c.P.works.flushes = append(c.P.works.flushes, queueFlush{s, c.Obj(0)})
	}
}

func nextWork(c *Call) {
	ret := c.Ret(c.P.AddType(workTag))
	next := c.NewBlock()
	if s := c.Choose(Alt{Body: []Stmt{Set{V: ret, X: Const(0)}, Set{V: ret.Life, X: Const(0)}}, Next: next, Label: "nothing left to do"}); s != nil {
		c.P.works.takers = append(c.P.works.takers, taker{s, c.T, ret, next})
		c.T.worker = true
	}
	c.At(next)
}

// workDone does not look at the item: the function that ran may have freed it.
func workDone(c *Call) {
	w := workOf(c)
	c.Step(If{C: Eq(At(w.runner, w.i), Int(c.Me())), Then: []Stmt{Set{w.runner, w.i, Const(0)}}})
}

// finishWork writes what depends on all work items there are.
func (p *Program) finishWork() {
	if p.works == nil {
		return
	}
	t := p.TypeByName(workTag)
	v := t.cells.(*workVars)
	idle := Expr(True)
	for n := 1; n <= len(t.Instances); n++ {
		idle = And(idle, Not(work{v, Int(n)}.busy()))
	}
	for _, f := range p.works.flushes {
		over := Expr(True)
		for n := 1; n <= len(t.Instances); n++ {
			over = And(over, Or(Ne(At(v.queue, Int(n)), f.queue), Not(work{v, Int(n)}.busy())))
		}
		f.step.Alts[0].Guard = over
	}
	for _, k := range p.works.takers {
		for n := 1; n <= len(t.Instances); n++ {
			w := work{v, Int(n)}
			k.step.Alts = append(k.step.Alts, Alt{
				Guard: And(w.pending(), Eq(At(v.runner, w.i), Const(0))),
				Body: []Stmt{
					Set{v.queued, w.i, Const(0)}, Set{v.runner, w.i, Int(k.t.Num)},
					Set{V: k.ret, X: w.i}, Set{V: k.ret.Life, X: Const(0)},
				},
				Next:  k.next,
				Label: "runs " + t.Instances[n-1].Whole().Name,
			})
		}
		k.step.Alts[0].Guard = And(idle, p.leftAlone(k.t))
	}
}

// leftAlone says that all threads have ended but workers, and but the one that invokes
// callbacks, which has nothing to do.
func (p *Program) leftAlone(worker *Thread) Expr {
	alone := Expr(True)
	for _, t := range p.Threads {
		if t != worker && !t.worker && !t.softirq && !t.Final {
			alone = And(alone, Eq(Ld(t.PC), Const(0)))
		}
	}
	if p.rcuState != nil && p.rcuState.invoker != nil {
		alone = And(alone, And(p.noCallbacks(), p.rcuState.invoker.between(p)))
	}
	return alone
}

// waitsForWork reports whether t is a worker that has nothing to do in s.
func (p *Program) waitsForWork(t *Thread, s State) bool {
	if !t.worker || t.Point(s) == nil {
		return false
	}
	for _, k := range p.works.takers {
		if k.t == t && k.step == t.Point(s).Step {
			return true
		}
	}
	return false
}
