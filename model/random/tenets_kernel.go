// SPDX-License-Identifier: MIT

// This file lists what disciplined threads do with what is not a lock: RCU,
// counts of references, wait queues, sequence counters, the lock bit of a folio.

package random

// readCopyUpdate is an object that is looked at in read sections, and freed
// when those who may still look are gone.
func (p *plan) readCopyUpdate() tenet {
	g := p.guard()
	free := oneOf(p.src, text("synchronize_rcu", "kfree a"), text(kfreeRcu+" a.rcu"), text(callRcu+" a.rcu 1"))
	look := func(body []Stmt) []Stmt {
		return then(text("rcu_read_lock"), list(do("once a p0"), around("if a", body)), text("rcu_read_unlock"))
	}
	t := tenet{init: then(setup(g), text("a = kzalloc 8 0x400", "set a.val 1", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt { return look(text("set r0 a.val", "assert r0 == 1")) },
		func() []Stmt { return look(text("__mmcheck_rcu_dereference", "set r0 a.val")) },
		func() []Stmt { return then(g.write(text("set a p0", "once p0 0")), list(around("if a", free))) },
	}}
	if free[0].Op == callRcu {
		t.call = oneOf(p.src, text("kfree a"), text("assert a.val == 1", "set a.val 0", "kfree a"))
	}
	if len(free) == 1 {
		t.roles = append(t.roles, func() []Stmt {
			return g.write(list(do("set a p0"), around("if a == 0", text("b = kmalloc 8 0", "set b.val 1", "once p0 b"))))
		}, func() []Stmt { return text("rcu_barrier") })
	}
	return t
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

// typeStable is an object of a type-stable pool, which leads to itself, and to which a
// reader gets a reference if there is one left.
func (p *plan) typeStable() tenet {
	g := p.guard()
	drop := list(do("r1 = refcount_dec_and_test a.count"), around("if r1", text("kfree a")))
	find := oneOf(p.src, text("set b a.next"), text("set b a.next"), text("set b a"))
	get := then(find, text("r2 = refcount_inc_not_zero b.count"))
	return tenet{init: then(setup(g), text("typesafe", "a = kzalloc 8 0x400", "set a.val 1", "r0 = atomic_xchg a.count 1", "set a.next a", "set p0 a")), roles: []func() []Stmt{
		func() []Stmt {
			return then(text("set r2 0", "rcu_read_lock"), list(do("once a p0"), around("if a", get)), text("rcu_read_unlock"),
				list(around("if r2", then(text("set r0 a.val", "assert r0 == 1"), drop))))
		},
		func() []Stmt {
			return then(text("rcu_read_lock"), list(do("once a p0"), around("if a", then(find, text("once r0 b.ref")))), text("rcu_read_unlock"))
		},
		func() []Stmt {
			return then(text("set a 0"), g.write(text("set a p0", "once p0 0")), list(around("if a", drop)))
		},
	}}
}

// wakeUp is a flag that threads sleep for.
func (p *plan) wakeUp() tenet {
	f := take(&p.ints)
	asleep := list(do("prepare_to_wait wq 0 2"), do("once r1 "+f), around("if r1 == 0", text("__mmcheck_schedule")), do("finish_wait wq 0"))
	return tenet{lead: text("once "+f+" 1", "wake_up wq"), roles: []func() []Stmt{
		func() []Stmt { return then(list(around("again r1 == 0", asleep)), text("assert "+f+" == 1")) },
		func() []Stmt { return then(text("once r1 "+f), list(around("while r1 == 0", asleep))) },
		func() []Stmt { return text("wake_up wq") },
	}}
}

// wakeTasks is a flag that threads sleep for without a queue; who sets it wakes
// each of them.
func (p *plan) wakeTasks() tenet {
	f := take(&p.ints)
	asleep := list(do("set_current_state 2"), do("once r1 "+f), around("if r1 == 0", text("__mmcheck_schedule")), do("set_current_state 0"))
	return tenet{lead: text("once "+f+" 1", "wake_up_process task1", "wake_up_process task2", "wake_up_process task3", "wake_up_process task4"), roles: []func() []Stmt{
		func() []Stmt { return then(list(around("again r1 == 0", asleep)), text("assert "+f+" == 1")) },
		func() []Stmt { return then(text("once r1 "+f), list(around("while r1 == 0", asleep))) },
	}}
}

// versioned is a pair that is read without the guard, and again if somebody has
// written meanwhile.
func (p *plan) versioned() tenet {
	x, y := take(&p.ints), take(&p.ints)
	g := p.guard()
	write := func(body []Stmt) []Stmt {
		return g.write(then(text("write_seqcount_begin sc"), body, text("write_seqcount_end sc")))
	}
	more := list(around("atomic", text("add "+x+" 1")), around("atomic", text("add "+y+" 1")))
	look := text("once r0 "+x, "once r1 "+y, "r3 = read_seqcount_retry sc")
	return tenet{guard: g, init: setup(g), roles: []func() []Stmt{
		func() []Stmt { return write(more) },
		func() []Stmt { return write(text("once "+x+" 1", "once "+y+" 1")) },
		func() []Stmt {
			return then(list(around("again r3 == 1", then(text("read_seqcount_begin sc"), look))), text("assert r0 == r1"))
		},
		func() []Stmt {
			return list(do("r2 = raw_read_seqcount sc"), around("if r2 == 0", then(look, list(around("if r3 == 0", text("assert r0 == r1"))))))
		},
		func() []Stmt { return g.read(text("assert " + x + " == " + y)) },
		func() []Stmt { return text("write_seqcount_invalidate sc") },
	}, final: text("assert " + x + " == " + y)}
}

// sequenced is an integer that changes only together with a number that counts: who
// finds the number as it was finds the integer as it was.
func (p *plan) sequenced() tenet {
	n, x := take(&p.ints), take(&p.ints)
	g := p.guard()
	look := func(r, s string) []Stmt { return g.read(text("once "+r+" "+n, "set "+s+" "+x)) }
	write := g.write(text("count "+n+" 1", "add "+x+" 1"))
	return tenet{guard: g, init: setup(g), roles: []func() []Stmt{
		func() []Stmt { return write },
		func() []Stmt { return list(around("forever", write)) },
		func() []Stmt { return list(around("choose", list(around("forever", write)), nil)) },
		func() []Stmt {
			return then(look("r0", "r1"), look("r2", "r3"), list(around("if r0 == r2", text("assert r1 == r3"))))
		},
		func() []Stmt {
			return then(look("r0", "r1"), g.read(list(do("once r2 "+n), around("if r0 == r2", text("set r2 "+x, "assert r1 == r2")))))
		},
		func() []Stmt {
			return then(text("once r0 "+n), list(around("again r0 != r1", text("set r1 r0", "once r0 "+n))))
		},
		func() []Stmt { return g.write(text("once r0 "+n, "count "+n+" 1", "assert r0 != "+n)) },
	}}
}

// pageIO is data that arrives in a folio which is locked until it is there, by
// whoever started to read it, and unlocked by another thread.
func (p *plan) pageIO() tenet {
	x := take(&p.ints)
	p.locks["fl"] = true
	seen := text("assert " + x + " == 1")
	return tenet{init: text("__mmcheck_folio_lock fl"), lead: text("set "+x+" 1", "__mmcheck_folio_unlock fl"), roles: []func() []Stmt{
		func() []Stmt { return then(text("__mmcheck_folio_wait fl"), seen) },
		func() []Stmt { return list(around("with fl write", seen)) },
		func() []Stmt { return list(around("with fl try-write", seen)) },
		func() []Stmt {
			return list(around("with fl write", list(around("if "+x+" == 0", text("set "+x+" 1")))), do("set r0 "+x), do("assert r0 == 1"))
		},
	}}
}
