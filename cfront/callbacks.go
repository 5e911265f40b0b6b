// SPDX-License-Identifier: MIT

// This file lowers RCU callbacks. call_rcu() notes which function to call; the
// functions are inlined into a thread of their own, which a program has if some
// other thread can queue a callback.

package cfront

import (
	"slices"

	"modernc.org/cc/v4"

	"mmcheck/model"
)

// Names that <linux/rcupdate.h> gives to what queues a callback, and the name
// of the thread that invokes them.
const (
	callRcuFunc  = "__mmcheck_call_rcu"
	kfreeRcuFunc = "__mmcheck_kfree_rcu"
	rcuThread    = "rcu_softirq"
)

// What <linux/workqueue.h> calls the threads that run work items: they are there if some
// thread queues one.
const (
	queueWorkFunc = "__mmcheck_queue_work"
	workerThread  = "kworker"
)

// reach reports whether something that is executed calls one of some functions, as far as
// can be seen from the calls of functions by their names.
func (u *Unit) reach(wanted ...string) bool {
	seen := map[string]bool{}
	var reaches func(fn string) bool
	reaches = func(fn string) bool {
		if slices.Contains(wanted, fn) {
			return true
		}
		if seen[fn] {
			return false
		}
		seen[fn] = true
		for callee := range u.calls[fn] {
			if reaches(callee) {
				return true
			}
		}
		return false
	}
	for _, f := range u.Order {
		if name := f.Declarator.Name(); isRoot(name) && reaches(name) {
			return true
		}
	}
	return false
}

// callRcu lowers the queueing of a callback. The second argument holds the call
// as it will be made; it is not evaluated.
func (b *builder) callRcu(x *cc.PostfixExpression, _ *model.Type) value {
	b.needCode(x)
	args := argList(x)
	if b.guard != nil || len(args) != 2 {
		b.fail(x, "%s() cannot be used here", callRcuFunc)
	}
	head := b.rval(args[0], b.pointsTo(paramTypes(x)[0]))
	b.at(x, callRcuFunc, "")
	b.queued = true
	op := model.FindOp(callRcuFunc)
	op.Emit(&model.Call{Code: b.c, Op: op, Args: []model.Value{head.Value}, Callback: 1 + b.callback(args[1], x)})
	return value{}
}

// callback numbers the function that e, "(func(head), 0)", calls.
func (b *builder) callback(e cc.ExpressionNode, at cc.Node) int {
	var fn *cc.FunctionDefinition
	if l, ok := bare(e).(*cc.ExpressionList); ok {
		if call, ok := bare(l.AssignmentExpression).(*cc.PostfixExpression); ok && call.Case == cc.PostfixExpressionCall {
			if id := callee(call); id != nil {
				fn = b.unit.Funcs[id.Token.SrcStr()]
			}
		}
	}
	if fn == nil || len(params(fn)) != 1 {
		b.fail(at, "the callback of call_rcu() must be a function with a body and one parameter")
	}
	for i, f := range b.callbacks {
		if f == fn {
			return i
		}
	}
	b.callbacks = append(b.callbacks, fn)
	return len(b.callbacks) - 1
}

// invoker writes the thread that invokes callbacks. More of them may turn up
// while it does.
func (l *lowerer) invoker(t *model.Thread) {
	b := l.builder(t)
	t.Pos = model.Pos{File: l.unit.Name, Line: 1, Col: 1}
	b.c.Site = &model.Site{Pos: t.Pos, Op: "rcu_do_batch", Text: "rcu_do_batch()"}
	loop := model.NewCallbackLoop(b.c)
	for i := 0; i < len(l.callbacks); i++ {
		fn := l.callbacks[i]
		b.f, b.node = newFrame(fn), fn.Declarator
		name := fn.Declarator.Name()
		b.f.stack = []model.Frame{{Func: name, Call: posOf(fn.Declarator), Text: name + "(head)"}}
		head := loop.Next()
		b.guarded(fn.Declarator, func() {
			b.pass(params(fn)[0], value{Value: head}, fn.Declarator)
			b.function(fn)
		})
		loop.Return()
	}
	loop.Done()
}
