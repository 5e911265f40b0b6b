// SPDX-License-Identifier: MIT

// This file lowers RCU callbacks, which a thread of their own invokes. There is
// one if something queues a callback.

package random

import "mmcheck/model"

// What queues a callback: one of the script, or the one that frees the object.
const (
	callRcu  = "__mmcheck_call_rcu"
	kfreeRcu = "__mmcheck_kfree_rcu"
)

// queues says whether anything in the script queues a callback.
func (s *Script) queues() bool {
	found := false
	s.each(func(st *Stmt) { found = found || st.Op == callRcu || st.Op == kfreeRcu })
	return found
}

// invoker lowers the thread that invokes callbacks.
func (w *world) invoker(t *model.Thread, callbacks [][]Stmt, line int) int {
	b := &builder{world: w, c: model.NewCode(w.p, t), regs: map[string]*model.Var{}, line: line}
	t.Pos = model.Pos{File: "random", Line: line + 1}
	b.site("callbacks", "rcu_do_batch")
	loop := model.NewCallbackLoop(b.c)
	for _, body := range callbacks {
		head := loop.Next()
		b.line++
		b.site("callback", "")
		b.registers(body)
		head.X = model.Lookup(w.p.TypeByName(itemTag).Field("rcu").MemberOf(), head.X)
		head.Points = w.p.TypeByName(itemTag)
		b.put("a", head)
		b.body(body)
		loop.Return()
	}
	loop.Done()
	return b.line
}
