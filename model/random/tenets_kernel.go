// SPDX-License-Identifier: MIT

// This file lists what disciplined threads do with what is not a lock: RCU,
// counts of references, wait queues, sequence counters, the lock bit of a folio.

package random

// readCopyUpdate is an object that is looked at in read sections, and freed
// when those who may still look are gone.
func (p *plan) readCopyUpdate() tenet {
	g := p.guard()
	free := text("synchronize_rcu", "kfree a")
	look := func(body []Stmt) []Stmt {
		return then(text("rcu_read_lock"), list(do("set a p0"), around("if a", body)), text("rcu_read_unlock"))
	}
	return tenet{init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt { return look(text("set r0 a.val", "assert r0 == 1")) },
		func() []Stmt { return look(text("__mmcheck_rcu_dereference", "set r0 a.val")) },
		func() []Stmt { return then(g.write(text("set a p0", "set p0 0")), list(around("if a", free))) },
	}}
}

// refcounted is an object with a count of references that needs no lock of its
// own once it is found.
func (p *plan) refcounted() tenet {
	g := p.guard()
	drop := list(do("r1 = refcount_dec_and_test a.count"), around("if r1", text("kfree a")))
	return tenet{guard: g, init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "r0 = atomic_xchg a.count 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt {
			return then(g.read(list(do("set a p0"), around("if a", text("refcount_inc a.count")))),
				list(around("if a", then(text("set r0 a.val", "assert r0 == 1"), drop))))
		},
		func() []Stmt {
			return then(g.write(list(do("set a p0"), around("if a", text("set p0 0")))), list(around("if a", drop)))
		},
	}}
}

// wakeUp is a flag that threads sleep for.
func (p *plan) wakeUp() tenet {
	f := take(&p.ints)
	asleep := list(do("prepare_to_wait wq 0 2"), do("set r1 "+f), around("if r1 == 0", text("__mmcheck_schedule")), do("finish_wait wq 0"))
	return tenet{lead: text("set "+f+" 1", "wake_up wq"), roles: []func() []Stmt{
		func() []Stmt { return then(list(around("again r1 == 0", asleep)), text("assert "+f+" == 1")) },
		func() []Stmt { return then(text("set r1 "+f), list(around("while r1 == 0", asleep))) },
		func() []Stmt { return text("wake_up wq") },
	}}
}
