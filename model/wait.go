// SPDX-License-Identifier: MIT

// This file models sleeping and waking: the state of each task, schedule(), and
// wait queues. To sleep is three steps: to say so (prepare_to_wait,
// set_current_state), to test the condition, to schedule(). A wake-up makes the
// task running again, whichever of these it has reached, and is lost on one
// that has not said so yet.

package model

var waitKind = &Kind{
	Name: "wait",
	Tag:  "wait_queue_head",
	Doc:  "wait queues, task states, schedule()",
	Declare: func(p *Program, t *Type) {
		t.cells = t.cellVar("waiters", 1, Cell).naming(ThreadMask)
	},
	Parts:   true, // the lock
	Notable: true,
}

func init() {
	waitKind.Ops = []*Op{
		{Name: "init_waitqueue_head", Doc: "initialise; nobody waits", Emit: func(c *Call) { c.Do(c.Touch(0)) }},
		{Name: "prepare_to_wait", Doc: "join a wait queue and say that the caller is about to sleep", Emit: prepareToWait},
		{Name: "finish_wait", Doc: "leave a wait queue, sleeping no more", Emit: finishWait},
		{Name: "waitqueue_active", Doc: "whether anybody is in a wait queue", Emit: waitqueueActive},
		{Name: "wake_up", Doc: "wake all who are in a wait queue, and take them out", Emit: wakeUp},
		{Name: "wake_up_process", Doc: "wake a task, return whether it slept", Emit: wakeUpProcess},
		{Name: "set_current_state", Doc: "say that the caller is about to sleep, or is not", Emit: setCurrentState},
		{Name: "__mmcheck_schedule", Doc: "schedule(): sleep until somebody wakes the caller", Emit: func(c *Call) { schedule(c, false) }},
		{Name: "__mmcheck_schedule_signals", Doc: "schedule() that a fatal signal may end, return whether it did", Emit: func(c *Call) { schedule(c, true) }},
	}
}

// States of a task in which a signal wakes it; 0 is running.
const (
	taskInterruptible = 0x1
	taskKillable      = 0x102
)

// taskState is by thread what it has said of itself; 0: it runs.
func (p *Program) taskState() *Var {
	if p.taskStates == nil {
		v := p.NewVar("task.state", Cell, 0).naming(ThreadPlace)
		v.Width = p.MaxThread() + 1
		v.Len = v.Width
		p.taskStates = v
	}
	return p.taskStates
}

// RunsAs says that thread t is the task_struct of the given number. Several
// threads may share one: all of them are woken then.
func (p *Program) RunsAs(t *Thread, task int64) {
	p.tasks.Put(int(task), p.tasks.At(task)|1<<(t.Num-1))
}

// waiters is the set of those who wait on the queue of argument 0.
func waiters(c *Call) (v *Var, set Expr) {
	v = c.Type(0).cells.(*Var)
	return v, At(v, c.Obj(0))
}

func (c *Call) myState(x Expr) Stmt { return Set{c.P.taskState(), Int(c.Me()), x} }

func prepareToWait(c *Call) {
	v, set := waiters(c)
	c.Step(c.Touch(0), Set{v, c.Obj(0), MkBin(OpOr, set, Const(1<<(c.Me()-1)))}, c.myState(c.Obj(2)))
}

func finishWait(c *Call) {
	v, set := waiters(c)
	c.Step(c.Touch(0), Set{v, c.Obj(0), MkBin(OpAnd, set, Const(^(int64(1) << (c.Me() - 1))))}, c.myState(Const(0)))
}

func waitqueueActive(c *Call) {
	_, set := waiters(c)
	ret := c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: Ne(set, Const(0))})
}

// in says whether thread t is in a set.
func (t *Thread) in(set Expr) Expr { return Ne(MkBin(OpAnd, set, Const(1<<(t.Num-1))), Const(0)) }

// wake makes every thread of a set run.
func (p *Program) wake(set Expr) []Stmt {
	var out []Stmt
	for _, t := range p.Threads {
		out = append(out, If{C: t.in(set), Then: []Stmt{Set{p.taskState(), Int(t.Num), Const(0)}}})
	}
	return out
}

// asleep says whether a thread of a set does not run.
func (p *Program) asleep(set Expr) Expr {
	var some Expr = False
	for _, t := range p.Threads {
		some = Or(some, And(t.in(set), Ne(At(p.taskState(), Int(t.Num)), Const(0))))
	}
	return some
}

func wakeUp(c *Call) {
	v, set := waiters(c)
	c.Step(cat([]Stmt{c.Touch(0)}, c.P.wake(set), []Stmt{Set{v, c.Obj(0), Const(0)}})...)
}

func wakeUpProcess(c *Call) {
	set := Lookup(&c.P.tasks, c.Obj(0))
	ret := c.Ret(nil)
	c.Step(cat([]Stmt{c.Touch(0), Set{V: ret, X: c.P.asleep(set)}}, c.P.wake(set))...)
}

func setCurrentState(c *Call) { c.Step(c.myState(c.Obj(0))) }

func schedule(c *Call, signals bool) {
	state := At(c.P.taskState(), Int(c.Me()))
	alts := []Alt{{Guard: Eq(state, Const(0)), Body: []Stmt{&Event{Kind: Sleep}}}}
	if signals {
		ret := c.Ret(nil)
		alts[0].Body = append(alts[0].Body, Set{V: ret, X: Const(0)})
		wakes := Or(Eq(state, Const(taskInterruptible)), Eq(state, Const(taskKillable)))
		alts = append(alts, Alt{Guard: wakes, Body: []Stmt{&Event{Kind: Sleep}, c.myState(Const(0)), Set{V: ret, X: Const(1)}}, Label: "signal"})
	}
	c.Choose(alts...)
}
