// SPDX-License-Identifier: MIT

// This file models struct mmu_notifier_subscriptions: who else translates the
// addresses of an mm (a virtual machine, a device) and has to be told before
// translations are taken away. Whoever takes them away does so within a bracket,
// from mmu_notifier_invalidate_range_start() to _end(); what the subscribers do
// in between is C code.
//
// The marks of a bracket are no steps: a bracket is its own thread's, and only
// what that thread does to page tables is judged by it.

package model

// NotifierField is the member of struct mm_struct that is such a cell.
const NotifierField = "notifier_subscriptions"

var notifierKind = &Kind{
	Name:    "notifier",
	Tag:     "mmu_notifier_subscriptions",
	Doc:     "mmu notifiers: whom to tell before translations are taken away, and who does so",
	Declare: declareNotifier,
}

func init() {
	notifierKind.Ops = []*Op{
		{Name: "__mmcheck_notifier_subscribe", Doc: "mmu_notifier_register(): somebody is to be told from now on", Emit: func(c *Call) { notifierSet(c, 1) }},
		{Name: "__mmcheck_notifier_unsubscribe", Doc: "mmu_notifier_unregister(): nobody is to be told any more", Emit: func(c *Call) { notifierSet(c, 0) }},
		{Name: "__mmcheck_notifier_subscribed", Doc: "mm_has_notifiers(): whether somebody is to be told", Emit: notifierSubscribed},
		{Name: "__mmcheck_notifier_start", Doc: "mmu_notifier_invalidate_range_start(): the caller begins to take translations away", Emit: notifierStart},
		{Name: "__mmcheck_notifier_end", Doc: "mmu_notifier_invalidate_range_end(): the caller has taken them away", Emit: notifierEnd},
	}
}

// notifierVars is the inner state: whether somebody has subscribed, and by
// thread the range of its bracket, which is empty outside of one.
type notifierVars struct{ subscribed, start, end *Var }

func declareNotifier(p *Program, t *Type) {
	n := p.MaxThread() + 1
	t.cells = &notifierVars{
		subscribed: t.cellVar("subscribed", 1, Cell),
		start:      t.cellVar("start", n, Cell).naming(ThreadPlace),
		end:        t.cellVar("end", n, Cell).naming(ThreadPlace),
	}
}

// elem is the element of thread t in start and end.
func (v *notifierVars) elem(inst Expr, t int) Expr {
	return Add(Mul(inst, Int(v.start.Width)), Int(t))
}

// InBracket says whether thread t is in a bracket of notifiers inst of typ;
// false for other types.
func (typ *Type) InBracket(inst Expr, t int) Expr {
	if typ == nil || typ.Kind != notifierKind {
		return False
	}
	v := typ.cells.(*notifierVars)
	return Ne(At(v.end, v.elem(inst, t)), Const(0))
}

// Unannounced says whether somebody would have had to be told that thread t
// takes the translation of addr away, and was not; false for other types.
func (typ *Type) Unannounced(inst, addr Expr, t int) Expr {
	if typ == nil || typ.Kind != notifierKind {
		return False
	}
	v := typ.cells.(*notifierVars)
	e := v.elem(inst, t)
	within := And(MkBin(OpULe, At(v.start, e), addr), MkBin(OpULt, addr, At(v.end, e)))
	return And(Ne(At(v.subscribed, inst), Const(0)), Not(within))
}

func notifierSet(c *Call, to int64) {
	v := c.Type(0).cells.(*notifierVars)
	c.Step(c.Touch(0), Set{v.subscribed, c.Obj(0), Const(to)})
}

func notifierSubscribed(c *Call) {
	v, ret := c.Type(0).cells.(*notifierVars), c.Ret(nil)
	c.Step(c.Touch(0), Set{V: ret, X: At(v.subscribed, c.Obj(0))})
}

func notifierMisuse(c *Call, bad Expr, text string) Stmt {
	return Check{Prop: "notifier", Bad: bad, Text: text, Type: c.Type(0), Obj: c.Obj(0), At: c.Site}
}

// notifierStart opens a bracket. The kernel's may nest, which is not modelled.
func notifierStart(c *Call) {
	v := c.Type(0).cells.(*notifierVars)
	e := v.elem(c.Obj(0), c.Me())
	c.Do(
		Limit{c.Type(0).InBracket(c.Obj(0), c.Me()), "the number of invalidations of one mm at a time by a thread (1)", "one bracket around all of it"},
		Set{v.start, e, c.Obj(1)},
		Set{v.end, e, c.Obj(2)})
}

func notifierEnd(c *Call) {
	v := c.Type(0).cells.(*notifierVars)
	e := v.elem(c.Obj(0), c.Me())
	inside := c.Type(0).InBracket(c.Obj(0), c.Me())
	other := Or(Ne(At(v.start, e), c.Obj(1)), Ne(At(v.end, e), c.Obj(2)))
	c.Do(
		notifierMisuse(c, Not(inside), "end of an invalidation that was not started"),
		notifierMisuse(c, And(inside, other), "end of an invalidation of another range than was started"),
		Set{v.start, e, Const(0)},
		Set{v.end, e, Const(0)})
}
